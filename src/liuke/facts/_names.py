"""Header names as one readable text."""

from __future__ import annotations


def listed(names: str) -> tuple[str, ...]:
    """The names of a comma-separated text."""
    return tuple(names.split(", "))

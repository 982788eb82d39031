"""How one column of a file is shown in a plan."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Explained:
    """One line of the mapping as shown: header, sample values, what it is taken for (None: not used), why.

    `title` is the target as a person reads it, its name in a mapping file included.
    """

    header: str
    sample: str
    target: str | None
    title: str
    meaning: str
    why: str

"""The kinds of documents, and the small numbers they have in stored tables."""

from __future__ import annotations

KINDS = ("order", "delivery", "invoice", "return")
CODE = {name: number for number, name in enumerate(KINDS)}

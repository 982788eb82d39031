"""The kinds of documents, the small numbers they have in stored tables, and the table their lines lie in."""

from __future__ import annotations

LINES = "document_line"  # the table of what was sold; every other one describes it
KINDS = ("order", "delivery", "invoice", "return")
CODE = {name: number for number, name in enumerate(KINDS)}

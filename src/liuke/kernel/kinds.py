"""The kinds of documents, the small numbers they have in stored tables, and the table their lines lie in."""

from __future__ import annotations

LINES = "document_line"  # the table of what was sold; every other one describes it
SALES = ("order", "delivery", "invoice")  # in the order in which a sale brings them
RETURN = "return"
KINDS = (*SALES, RETURN)
CODE = {name: number for number, name in enumerate(KINDS)}

"""The classes of rows that are no lines, and the account of each: how many, and what money stands in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said

if TYPE_CHECKING:
    from collections.abc import Mapping

    from liuke.sources.reconcile import ReasonTotal

CLASSES = {
    "heading": N_("headings repeated between the rows"),
    "page": N_("page lines"),
    "group": N_("lines that name the group of the rows below"),
    "note": N_("notes about the sheet"),
    "subtotal": N_("subtotals"),
    "total": N_("totals"),
    "balance": N_("opening and closing balances"),
    "head": N_("totals of documents whose lines are there too"),
    "tax": N_("rows of a document's tax"),
    "once": N_("rows that say the document's total again"),
    "again": N_("rows that say a line again for each tax or payment"),
    "twice": N_("rows of documents that another sheet or file has too"),
}

TWICE_SAID = ("head", "once", "again", "twice")  # what a file's own total may count twice, as its rows do


def classes_said(by_class: Mapping[str, ReasonTotal]) -> list[Said]:
    """A sentence for every class of rows left out, with their count and money."""
    said = []
    for name, what in CLASSES.items():
        one = by_class.get(name)
        if one is None or not one.rows:
            continue
        fields: dict[str, object] = {"rows": f"{one.rows:,}", "what": Said(what), "amount": f"{one.amount:,}"}
        money = N_("{rows} rows are {what}, {amount} in all: they are read as such, not as lines.")
        said.append(Said(money if one.amount else N_("{rows} rows are {what}: they are no lines."), fields))
    return said

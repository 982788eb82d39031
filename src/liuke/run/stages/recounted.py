"""Recounted: money by month and kind straight from the stored lines, as known today."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from liuke.kernel.kinds import KINDS
from liuke.kernel.money import from_cents
from liuke.ledger.year_pair import last_window
from liuke.run.contracts import day, money, table, text, whole
from liuke.run.recount import Recount, recount
from liuke.run.stage import Finished, Passed, Stage

if TYPE_CHECKING:
    from liuke.run.known import Known

MONEY_MONTH = table(
    "money_month",
    "Amount and lines of each kind of document by calendar month, as known today",
    ("period", "kind"),
    period=day("Last day of the month", required=True),
    kind=text("Kind of document", *KINDS, required=True),
    amount=money("Their amount"),
    lines=whole("Their lines", required=True),
)


class RecountedStage(Stage):
    """A second count of the documents, by another way."""

    name = "recounted"
    tables = (MONEY_MONTH,)

    def finish(self, passed: Passed, known: Known) -> Finished:  # noqa: ARG002
        """`money_month`."""
        found = recount(known.store, known.scope, last_window(known.scope.periods))
        return Finished({"money_month": found.by_month}, found)

    def describe(self, known: Known) -> dict[str, Any]:
        """Documents and money in all, and what came too late for the panel."""
        found = known.of(Recount)
        basis = found.by_month.filter(pl.col("kind").is_in([known.scope.basis, "return"]))
        return {
            "documents": found.documents,
            "amount_total": str(basis["amount"].sum() or Decimal(0)),
            "late": str(from_cents(sum(found.late.within.values()) if found.late else 0)),
        }

"""Waterfall: what came in against what went away, in customers and money."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.ledger import waterfall
from liuke.run.contracts import day, money, sentence, table, text, whole, yes
from liuke.run.recount import Recount
from liuke.run.stage import Chunk, Finished, Judged, Passed, Stage
from liuke.run.stages.states import Stated

if TYPE_CHECKING:
    from liuke.run.known import Known

WATERFALL = table(
    "waterfall",
    "The steps from one span of time to the next; those of a scope sum from opening to closing",
    ("scope", "from", "step"),
    scope=text("window: the whole span; period: one period of it, customers only", "window", "period"),
    from_=day("First day of the span; the opening figure is the end of the day before"),
    to=day("Last day of the span"),
    before_from=day("First day of the span money is compared with; null for scope period"),
    before_to=day("Last day of that span"),
    step=text("The step; null in the one row that says why there is none", *waterfall.STEPS),
    customers=whole("Customers, signed; null where a step moves money only", "customers"),
    amount=money("Money, signed; null for scope period"),
    amount_customers=whole("Customers behind a move of money", "customers"),
    full_year=yes("False: less than two years of history, so the spans are halves of it"),
    reason=sentence("Why there is no ledger"),
)


class WaterfallStage(Stage):
    """The ledger of customers and of money."""

    name = "waterfall"
    needs = ("states", "recounted")
    tables = (WATERFALL,)

    def judge(self, chunk: Chunk, known: Known) -> Judged:  # noqa: ARG002
        """The moves of a chunk."""
        return Judged(sums=waterfall.ledger_tally(chunk.latest, chunk.of(Stated).codes))

    def finish(self, passed: Passed, known: Known) -> Finished:
        """`waterfall`; refused where it does not close against the documents counted again."""
        counted = known.of(Recount)
        return Finished({"waterfall": waterfall.waterfall_table(passed.sums, counted.late, counted.spans)})

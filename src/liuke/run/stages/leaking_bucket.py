"""Leaking bucket: year by year, what leaks out and what is filled in; and what keeping customers is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.ledger import leaking_bucket as bucket
from liuke.run.contracts import day, money, real, sentence, share, table, text, whole, yes
from liuke.run.recount import Recount
from liuke.run.stage import Chunk, Finished, Judged, Passed, Stage
from liuke.run.stages.states import Horizon, Stated
from liuke.run.value_fit import ValueModels

if TYPE_CHECKING:
    from liuke.run.known import Known

LEAKING_BUCKET = table(
    "leaking_bucket",
    "One row a year, oldest first; opening + new + won_back - lost = closing, and amounts likewise",
    ("from",),
    from_=day("First day of the year", required=True),
    to=day("Last day", required=True),
    opening=whole("Customers at the beginning", "customers"),
    new=whole("New ones", "customers"),
    won_back=whole("Won back", "customers"),
    lost=whole("Lost", "customers"),
    closing=whole("Customers at the end", "customers"),
    leak=share("Share of the opening that was lost"),
    filled=real("New and won back for each one lost"),
    opening_amount=money("Money of the year before"),
    new_amount=money("Money of the new"),
    won_back_amount=money("Money of those won back"),
    more_amount=money("More from those who stayed"),
    less_amount=money("Less from those who stayed"),
    lost_amount=money("Money of the lost"),
    late_amount=money("Documents that came too late to be known at as_of"),
    closing_amount=money("Money of the year"),
    full_year=yes("False: a shorter span"),
)
ECONOMICS = table(
    "economics",
    "What keeping customers is worth, one figure a row",
    ("figure",),
    figure=text("Its name", required=True),
    unit=text("Its unit", required=True),
    value=real("The figure, money in currency units; null with a reason"),
    low=real("Lower end of its range"),
    high=real("Upper end"),
    reason=sentence("Why there is no figure"),
)


class LeakingBucketStage(Stage):
    """The bucket and the economics of keeping."""

    name = "leaking_bucket"
    needs = ("states", "value", "recounted")
    settings = ("discount_rate", "acquisition_cost", "keeping_cost")
    tables = (LEAKING_BUCKET, ECONOMICS)

    def judge(self, chunk: Chunk, known: Known) -> Judged:
        """Sums of a chunk."""
        referred = known.of(ValueModels).told.new_referred
        state, horizon = chunk.of(Stated).codes, known.of(Horizon).days
        return Judged(sums=bucket.bucket_tally(chunk.latest, state, horizon, referred, chunk.rows))

    def finish(self, passed: Passed, known: Known) -> Finished:
        """Both tables."""
        return Finished(
            {
                "leaking_bucket": bucket.bucket_table(passed.sums, known.of(Recount).late),
                "economics": bucket.economics_table(passed.sums, known.settings),
            }
        )

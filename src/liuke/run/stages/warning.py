"""Back-test of warning: when past losses were first on the list, its views, and lists made in simpler ways."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from liuke.kernel.estimate import Estimate, NotEstimable
from liuke.kernel.money import from_cents
from liuke.kernel.period import period_end
from liuke.panel.summary import years_to_last_purchase
from liuke.run.contracts import day, frame, money, real, sentence, share, table, text, whole
from liuke.run.stage import Chunk, Finished, Judged, Passed, Stage
from liuke.run.stages.churn import Leaving
from liuke.run.stages.rules import Fires
from liuke.run.stages.watch_list import shrinking
from liuke.signals.churn.past_lists import Standing, ahead, past_lists
from liuke.signals.churn.rows import FIBONACCI, ModelRows, sampled
from liuke.signals.churn.warning import MONEY, WarningScore, warning_scores

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from liuke.run.known import Known

MOST_CUSTOMERS = 10_000  # of the sample: thousands of losses say what there is to say
_LOST = {
    "before": "Share of the lost first named before their last order: on one of the lists of the quarter before it",
    "within_30": "Share first named in the 30 days after it",
    "within_60": "Share first named 31 to 60 days after it",
    "within_90": "Share first named 61 to 90 days after it",
    "later": "Share first named later, not after the day of the loss",
    "never": "Share not named before the loss",
}

WARNING = table(
    "warning",
    "When customers lost in the past were first named, by the list and by simpler ways; one way a row",
    ("way",),
    way=text("list (all views together), view:<view>, rule:<id>, own_gap, largest or random", required=True),
    since=day("Day of the first list"),
    until=day("Day of the last list"),
    lists=whole("Lists made, one a month end"),
    customers=whole("Customers looked at: all, or a sample of a large firm"),
    names=real("Of these on a list, in the mean", "customers"),
    share=share("The same as a share of those still buying"),
    lost=whole("Of these lost, with lists before their last order and the day of the loss over by as_of"),
    lost_money=money("What they had bought for in the year before"),
    **{when: share(meaning) for when, meaning in _LOST.items()},
    **{f"{when}{MONEY}": share(f"{meaning}, by their money of the year before") for when, meaning in _LOST.items()},
    false_names=real("Names of customers not lost within two horizons, for one lost customer named before its loss"),
    reason=sentence("Why a figure is missing"),
)


@dataclass(frozen=True)
class Gathered:
    """The sampled rows looked at and how they stood, chunk by chunk."""

    rows: tuple[ModelRows, ...]
    standing: tuple[Standing, ...]

    def __add__(self, other: Gathered) -> Gathered:
        return Gathered(self.rows + other.rows, self.standing + other.standing)


@dataclass(frozen=True)
class LookedAt:
    """Which of the sampled rows are looked at: from which position on, and the share of their customers."""

    since: int
    share: float


class WarningStage(Stage):
    """How early the list warned, of a sample of the customers."""

    name = "warning"
    needs = ("rules", "churn")
    plugins = ("liuke.signals",)
    tables = (WARNING,)

    def fit(self, total: Any, known: Known) -> LookedAt | None:  # noqa: ARG002
        """Whom to look at; nothing where no past end could be tested."""
        leaving = known.of(Leaving)
        if isinstance(leaving.tested, NotEstimable):
            return None
        customers = sum(len(np.unique(part.customer)) for part in leaving.sample.parts)
        return LookedAt(leaving.tested.models[0].origin, MOST_CUSTOMERS / max(customers, 1))

    def judge(self, chunk: Chunk, known: Known) -> Judged | None:
        """The rows of a chunk's customers looked at, with what the list asks of them."""
        leaving = known.of(Leaving)
        if isinstance(leaving.tested, NotEstimable):
            return None
        looked, part = known.of(LookedAt), leaving.sample.parts[chunk.number]
        rows = part.pick((part.position >= looked.since) & sampled(part.customer, looked.share, FIBONACCI))
        return Judged(sums=Gathered((rows,), (_standing(rows, chunk, known),)))

    def finish(self, passed: Passed, known: Known) -> Finished:
        """`warning`; empty where no past end could be tested."""
        leaving = known.of(Leaving)
        if isinstance(leaving.tested, NotEstimable):
            return Finished({"warning": frame(WARNING, [])})
        rows, standing = ModelRows.joined(passed.sums.rows), Standing.joined(passed.sums.standing)
        question = leaving.question
        lists, ways = past_lists(rows, standing, leaving.tested.models, leaving.earliest, question)
        today = int(question.ends[question.at])
        found = warning_scores(ways, lists, question.horizon, today, ahead(question.year))
        return Finished({"warning": _frame(found, known, rows)})


def _standing(rows: ModelRows, chunk: Chunk, known: Known) -> Standing:
    """How these rows of a chunk stood at their ends."""
    question = known.of(Leaving).question
    place = np.searchsorted(chunk.panel.customers, rows.customer)
    flags = {rule: fired[place, rows.position] for rule, fired in chunk.of(Fires).seen.items()}
    panel = chunk.panel.of_customers(np.isin(chunk.panel.customers, rows.customer))
    at = np.searchsorted(panel.customers, rows.customer), rows.position
    latest = panel.latest()
    latest = latest.on(question.kind) if question.kind else latest
    fired = np.array([flags[rule.id] for rule in known.rules.usable], bool).reshape(len(known.rules.usable), len(rows))
    return Standing(
        usual=np.maximum(panel.stitch(years_to_last_purchase(panel))[at], 0),
        shrinking=shrinking(known, fired),
        buying=panel.stitch(panel.has_bought & (panel.silent_days <= question.horizon))[at],
        flags=flags,
        last_on=latest.last_on[at],
    )


def _frame(found: list[WarningScore], known: Known, rows: ModelRows) -> pl.DataFrame:
    """`warning`."""
    periods, positions, customers = known.scope.periods, np.unique(rows.position), len(np.unique(rows.customer))
    since, until = (period_end(periods.first + int(at), periods.unit) for at in (positions[0], positions[-1]))
    return frame(
        WARNING,
        [
            {
                "way": score.way,
                "since": since,
                "until": until,
                "lists": len(positions),
                "customers": customers,
                "names": score.names,
                "share": score.share,
                "lost": score.lost,
                "lost_money": from_cents(score.money),
                **_answers(score),
            }
            for score in found
        ],
    )


def _answers(score: WarningScore) -> Mapping[str, object]:
    """The figures of a way, and why one is missing."""
    missing = [each for each in score.answers.values() if isinstance(each, NotEstimable)]
    known = {name: each.value for name, each in score.answers.items() if isinstance(each, Estimate)}
    return {**known, "reason": missing[0].reason.pack() if missing else None}

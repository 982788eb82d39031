"""Rules: whom each flags now, and how each did in the past."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from liuke.kernel.estimate import NotEstimable
from liuke.kernel.i18n import LANGUAGES, N_
from liuke.kernel.said import Said
from liuke.panel import labels
from liuke.run.contracts import frame, money, real, sentence, table, text, whole
from liuke.run.keys import digest
from liuke.run.packed import reason_of
from liuke.run.stage import Chunk, Finished, Judged, Passed, Stage
from liuke.run.stages.states import Horizon
from liuke.signals import backtest
from liuke.signals.rules.evaluate import Learnt, learn, met, still_here, warm_up
from liuke.signals.tally import tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy.typing as npt
    import polars as pl

    from liuke.kernel.contract import Column
    from liuke.kernel.estimate import Answer
    from liuke.panel.panel import Bool, Int32
    from liuke.run.known import Known, RuleBook
    from liuke.signals.backtest import RuleScore
    from liuke.signals.rules.rules import Rule


LOST_ALREADY = N_(
    "{count} customers meet it but count as lost already, {days} days after their last purchase:"
    " liuke list --state lost. A longer left_days in liuke.toml lets the rule speak of them."
)


@dataclass(frozen=True)
class Fires:
    """Where each rule fires in a chunk: as known at each period's end, and at as_of; (rows, periods)."""

    said: Mapping[str, Bool]
    seen: Mapping[str, Bool]


@dataclass(frozen=True)
class Flagged:
    """What rules say of all customers, in the order of the usable rules, and how far they are to be believed."""

    fired: Bool  # (rules, customers) at as_of
    since: Int32  # (rules, customers): position at which the current run of the rule began
    scores: Mapping[str, RuleScore]
    base: Answer  # how many leave in all


def _figures(**meanings: str) -> dict[str, Column]:
    """An answer and the ends of its range for each name."""
    ends = {"": "", "_low": ", lower end of its range", "_high": ", upper end of its range"}
    return {f"{name}{end}": real(f"{says}{more}") for name, says in meanings.items() for end, more in ends.items()}


RULE_SCORE = table(
    "rule_score",
    "Each rule of the workspace: whom it flags now, and how it did at past month ends beside other ways",
    ("rule",),
    rule=text("The rule's id", required=True),
    months=whole("Periods counted"),
    flags=whole("Flagged customer-months"),
    hits=whole("Those after which the customer left"),
    flagged_customers=whole("Different customers flagged"),
    leavers=whole("Different customers who left"),
    effective_flags=real("Independent flags that would be as sure as these"),
    episodes=whole("Unbroken runs of flagged months of a customer"),
    true_episodes=whole("Those of them that ended with the customer's leaving"),
    departures=whole("Departures"),
    departures_caught=whole("Departures flagged before"),
    money_caught=money("12-month money at the first flag of each true episode"),
    money_lost=money("12-month money of every departure"),
    **_figures(
        precision="Of flagged customer-months, the share after which the customer left",
        recall="Of customer-months after which the customer left, the share flagged",
        base_rate="Of all customer-months, the share after which the customer left",
        lift="Precision over base rate",
        warning_months="Median months between the flag and the day the customer counts as lost; range: quartiles",
        money_share="Of the money of all departures, the share of those flagged",
        false_alarms="False alarms per 100 customer-months",
        by_value="Precision of as many flags a month given to the largest customers",
        by_value_money_share="Of the money of leaving customer-months, the share so flagged",
        hit_money_share="The same for the rule",
        at_random="Precision of as many flags a month given at random",
    ),
    reason=sentence("Why a figure is missing"),
    title_en=text("The rule's title in English"),
    title_zh=text("The same in Chinese"),
    help_en=text("What the rule means, in English"),
    help_zh=text("The same in Chinese"),
    flagged_now=whole("Customers flagged at as_of; null where it could not be evaluated"),
)


class RulesStage(Stage):
    """Every rule that can be evaluated, at every period's end."""

    name = "rules"
    needs = ("states",)
    by_rules = True
    plugins = ("liuke.signals.conditions", "liuke.signals.rules")
    tables = (RULE_SCORE,)

    def learn(self, chunk: Chunk, known: Known) -> Learnt:
        """What conditions must know of the base."""
        return learn(known.rules.usable, chunk.panel)

    def fit(self, total: Learnt | None, known: Known) -> Learnt:  # noqa: ARG002
        """The same, of all."""
        return total or Learnt()

    def judge(self, chunk: Chunk, known: Known) -> Judged:
        """Flags now, and the sums of the back-test."""
        panel, horizon, rules = chunk.panel, known.of(Horizon).days, known.rules.usable
        meets = {rule.id: met(rule, panel, known.of(Learnt)) for rule in rules}
        here = still_here(panel, horizon)
        said = {rule: found & here for rule, found in meets.items()}
        seen = {rule: panel.stitch(found) for rule, found in said.items()}
        warm_ups = {rule.id: warm_up(rule, known.scope.periods.per_year) for rule in rules}
        count = len(chunk.latest.customer)
        fired = np.zeros((count, len(rules)), bool)
        since = np.zeros((count, len(rules)), np.int32)
        lost = np.zeros((count, len(rules)), bool)
        for nth, rule in enumerate(rules):
            fired[:, nth] = seen[rule.id][:, -1]
            lost[:, nth] = panel.stitch(meets[rule.id])[:, -1]
            since[:, nth] = _run_start(seen[rule.id])
        return Judged(
            sums=tally(panel, said, *labels.left(chunk.latest, horizon), horizon, warm_ups),
            columns={"fired": fired, "since": since, "lost": lost & ~fired},
            found=Fires(said, seen),
        )

    def finish(self, passed: Passed, known: Known) -> Finished:
        """`rule_score`."""
        book = known.rules
        scores = {score.rule: score for score in backtest.scores(passed.sums)} if book.usable else {}
        scores |= {rule_id: backtest.no_score(rule_id, why) for rule_id, why in book.refused.items()}
        fired, lost = passed.columns["fired"].T, passed.columns["lost"].sum(axis=0)
        flagged = Flagged(fired, passed.columns["since"].T, scores, backtest.base_rate(passed.sums))
        days = int(known.of(Horizon).days[-1])
        silent = {rule.id: lost_already(int(n), days) for rule, n in zip(book.usable, lost, strict=True) if n}
        return Finished({"rule_score": _rule_scores(book, scores, fired, silent)}, flagged)

    def describe(self, known: Known) -> dict[str, Any]:
        """How many leave in all, and what tells these rules from others."""
        base = known.of(Flagged).base
        return {
            "rules_mark": rules_mark(known.rules.every),
            "base_rate": None if isinstance(base, NotEstimable) else [base.value, *base.ends],
            "base_rate_reason": reason_of(base),
        }


def rules_mark(rules: Iterable[Rule]) -> str:
    """What tells some rules in force from others."""
    return digest(sorted(repr(rule) for rule in rules))


def lost_already(count: int, days: int) -> Said:
    """Of whom a rule does not speak though they meet it."""
    return Said(LOST_ALREADY, {"count": count, "days": days})


def _rule_scores(
    book: RuleBook, scores: Mapping[str, RuleScore], fired: Bool, silent: Mapping[str, Said]
) -> pl.DataFrame:
    """One row a rule: its titles, how many it flags now, and its back-test; of one that never flagged anybody, why."""
    order = {rule.id: nth for nth, rule in enumerate(book.usable)}
    rows = []
    for rule in book.every:
        row = backtest.score_row(scores[rule.id])
        flagged = int(fired[order[rule.id]].sum()) if rule.id in order else None
        if not flagged and not row["flags"] and rule.id in silent:
            row["reason"] = silent[rule.id].pack()
        names = {f"title_{lang}": rule.title.get(lang) for lang in LANGUAGES}
        helps = {f"help_{lang}": rule.help.get(lang) for lang in LANGUAGES}
        rows.append({**row, **names, **helps, "flagged_now": flagged})
    return frame(RULE_SCORE, rows)


def _run_start(fired: Bool) -> npt.NDArray[np.int32]:
    """Position at which the run of True that ends in the last column began; no meaning where that is False; (rows,)."""
    stopped = ~fired[:, ::-1]
    length = np.where(stopped.any(axis=1), stopped.argmax(axis=1), fired.shape[1])
    start: Int32 = (fired.shape[1] - length).astype(np.int32)
    return start

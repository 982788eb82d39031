"""The one pass over the chunks of customers in which each is judged and valued.

A chunk leaves behind sums that add up with those of the others, a few columns in arrays of all customers, and two
tables in the run's folder, `now-<chunk>` and `value-<chunk>`, to be joined by what only all customers together tell.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from liuke.ledger import indicators, waterfall
from liuke.ledger import leaking_bucket as bucket
from liuke.panel import labels
from liuke.panel import states as panel_states
from liuke.panel.summary import summary
from liuke.run import predicting
from liuke.run.value_columns import Kept, columns
from liuke.signals.churn import families
from liuke.signals.churn import model as churn
from liuke.signals.rhythm import tail
from liuke.signals.rules.evaluate import evaluate, warm_up
from liuke.signals.tally import Tally
from liuke.signals.tally import tally as rule_tally

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from liuke.panel.panel import Bool, Int, Int32, Panel
    from liuke.run.pipeline import Setup
    from liuke.signals.rhythm import Rhythm
    from liuke.store.runs import Draft


@dataclass(frozen=True)
class Part:
    """What some of the customers leave behind; those of chunks add up with `+`, in order."""

    counts: npt.NDArray[np.int64]
    tally: Tally
    ledger: waterfall.Tally
    indicators: indicators.Tally
    bucket: bucket.Sums
    families: list[pl.DataFrame]  # families about to be dropped, by chunk
    kept: list[Kept]  # what grading needs of every customer, by chunk

    def __add__(self, other: Part) -> Part:
        """Both groups of customers together."""
        return Part(*(mine + its for mine, its in zip(vars(self).values(), vars(other).values(), strict=True)))


@dataclass(frozen=True)
class Columns:
    """What the chunks write down of each customer."""

    core_values: Int  # (customers, periods)
    fired: Bool  # (rules, customers) at as_of
    fired_since: Int32  # (rules, customers): position at which the current run of the rule began
    at_stake_base: Int  # cents a year; (customers,)
    buying: Bool  # has bought and been silent for at most the horizon; (customers,)
    chances: predicting.Chances

    @classmethod
    def empty(cls, setup: Setup) -> Columns:
        """Nobody judged yet."""
        total, rules = len(setup.panels.customers), len(setup.rules)
        return cls(
            np.zeros((total, min(len(setup.scope.periods), 36)), np.int64),
            np.zeros((rules, total), bool),
            np.zeros((rules, total), np.int32),
            np.zeros(total, np.int64),
            np.zeros(total, bool),
            predicting.Chances.empty(total),
        )


@dataclass(frozen=True)
class Passed(Columns, Part):
    """What the pass leaves behind."""


def judged(setup: Setup, draft: Draft, progress: Callable[[str, int, int], None]) -> Passed:
    """Judge and value every customer."""
    each, total = Columns.empty(setup), None
    for number, part in enumerate(setup.panels.each(partial(_judge, setup, draft, each))):
        progress("signals", number, setup.panels.chunks)
        total = part if total is None else total + part
    assert total is not None
    progress("signals", setup.panels.chunks, setup.panels.chunks)
    return Passed(**vars(total), **vars(each))


def _judge(setup: Setup, draft: Draft, each: Columns, number: int, panel: Panel) -> Part:
    """Judge and value one chunk; its columns go to `each` and to the run's folder."""
    rows, horizon = setup.panels.rows(number), setup.horizon
    latest = panel.latest()
    state = panel.stitch(panel_states.states(panel, horizon))
    said = {rule.id: evaluate(rule, panel, horizon, setup.learnt) for rule in setup.rules}
    seen = {rule: panel.stitch(found) for rule, found in said.items()}
    for nth, rule in enumerate(setup.rules):
        each.fired[nth, rows] = seen[rule.id][:, -1]
        each.fired_since[nth, rows] = _run_start(seen[rule.id])
    setup.sample.take_flags(panel, number, seen)
    each.buying[rows] = latest.has_bought[:, -1] & (latest.silent_days[:, -1] <= horizon[-1])
    if isinstance(setup.churn, churn.ChurnModel):
        each.chances.put(rows, latest, setup.churn, setup.rhythm)
    values = latest.measure(setup.core_measure)
    if values is not None:
        each.core_values[rows] = values[:, -each.core_values.shape[1] :]
    now = summary(latest, state, horizon).with_columns(silence_chance=_silence(latest, setup.rhythm))
    each.at_stake_base[rows] = np.maximum((now["usual_year"] * 100).cast(pl.Int64).to_numpy(), 0)
    draft.write(f"now-{number}", now)
    risk = (
        each.chances.risk[rows].astype(np.float64)
        if setup.question.fall is None
        else np.full(len(latest.customer), np.nan)
    )
    worth, kept = columns(latest, state[:, -1], setup.value, rows, risk, int(horizon[-1]))
    draft.write(f"value-{number}", worth)
    warm_ups = {rule.id: warm_up(rule, setup.scope.periods.per_year) for rule in setup.rules}
    return Part(
        counts=panel_states.counts(state),
        tally=rule_tally(panel, said, *labels.left(latest, horizon), horizon, warm_ups),
        ledger=waterfall.tally(latest, state),
        indicators=indicators.tally(latest, state, horizon, by=setup.indicator_columns),
        bucket=bucket.tally(latest, state, horizon, setup.value.told.new_referred, rows),
        families=_dropping(setup, latest),
        kept=[kept],
    )


def _silence(panel: Panel, rhythm: Rhythm) -> pl.Series:
    """How probably a customer of its rhythm who stays is silent for as long as each is now; null where nobody knows.

    The figure behind the condition `overdue`; one row a customer.
    """
    parameters, bought = rhythm.parameters(panel.shape[1] - 1), panel.has_bought[:, -1]
    if not np.isfinite(parameters).all():
        return pl.Series([None] * len(bought), dtype=pl.Float64)
    span = np.where(bought, panel.last_on[:, -1] - panel.first_on[:, -1], 0)
    chance = tail(*parameters, panel.gaps[:, -1], span, np.where(bought, panel.silent_days[:, -1], 0))
    return pl.Series(np.where(bought, chance, np.nan)).fill_nan(None)


def _dropping(setup: Setup, latest: Panel) -> list[pl.DataFrame]:
    """Families about to be dropped by customers of a chunk who still buy, where a model of families could be had."""
    if not isinstance(setup.family_churn, churn.ChurnModel):
        return []
    still = latest.customer[latest.silent_days[:, -1] <= setup.horizon[-1]]
    return [families.at_risk(setup.family_churn, latest, still)]


def _run_start(fired: Bool) -> Int32:
    """Position at which the run of True that ends in the last column began; no meaning where that is False; (rows,)."""
    stopped = ~fired[:, ::-1]
    length = np.where(stopped.any(axis=1), stopped.argmax(axis=1), fired.shape[1])
    start: Int32 = (fired.shape[1] - length).astype(np.int32)
    return start

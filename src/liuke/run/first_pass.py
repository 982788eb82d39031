"""What the whole base teaches a run before any customer is judged: horizon, rhythms, models."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from liuke.kernel.estimate import NotEstimable
from liuke.panel import states as panel_states
from liuke.run import predicting
from liuke.run.panels import AT_ONCE
from liuke.run.value_fit import Fitted, fitted
from liuke.signals.churn import rolling
from liuke.signals.churn.families import FamilySample
from liuke.signals.churn.model import ChurnModel, fit
from liuke.signals.churn.question import Asked
from liuke.signals.rhythm import Rhythm
from liuke.signals.rules.evaluate import Learnt, learn

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt
    import polars as pl

    from liuke.panel.panel import Int32, Panel
    from liuke.run.panels import Panels
    from liuke.signals.churn.rows import Rows
    from liuke.signals.rules.rules import Rule
    from liuke.store.fact_store import FactStore
    from liuke.store.workspace import Workspace


@dataclass
class Taught:
    """What was learnt."""

    horizon: Int32  # days of silence that count as leaving, at each period's end
    learnt: Learnt  # what the rules must know of the base
    rhythm: Rhythm
    sample: predicting.Sample
    question: Asked
    churn: ChurnModel | NotEstimable
    tested: rolling.BackTest | NotEstimable  # how such a model did at past ends
    family_churn: ChurnModel | NotEstimable
    value: Fitted  # what valuing stands on


def taught(
    workspace: Workspace,
    store: FactStore,
    customers: pl.DataFrame,
    panels: Panels,
    rules: list[Rule],
    progress: Callable[[str, int, int], None],
) -> Taught:
    """Learn from every chunk, then fit, some models at once."""
    scope, settings = panels.scope, workspace.settings
    histogram = np.zeros((len(scope.periods), panel_states.GAP_BINS), np.int64)
    learnt, rhythm = Learnt(), None
    sample, families = predicting.Sample.of(scope), FamilySample(scope.periods)

    def look(_: int, panel: Panel) -> tuple[Panel, npt.NDArray[np.int64], Learnt, Rhythm, Rows]:
        part = learn(rules, panel)
        own: Rhythm = part.parts.get(("overdue", panel.basis)) or Rhythm.of(panel)  # a rule may have asked for it
        return panel, panel_states.gap_histogram(panel), part, own, sample.look(panel)

    for number, (panel, gaps, part, own, rows) in enumerate(panels.each(look)):
        progress("learn", number, panels.chunks)
        histogram += gaps
        learnt = learnt + part
        rhythm = own if rhythm is None else rhythm + own
        sample.add(rows)
        families.take(panel)
    assert rhythm is not None
    horizon = panel_states.left_days(histogram, int(settings.number("left_days")))
    question = predicting.asked(scope, int(horizon[-1]), settings.number("leaving_fall") or None)
    rows, codes = sample.rows, np.unique(sample.rows.customer)
    progress("model", 0, 1)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        testing = threads.submit(rolling.back_test, rows, question)
        fitting = threads.submit(fit, rows, question)
        valuing = threads.submit(fitted, workspace, store, customers, panels, codes, int(horizon[-1]))
        by_family = threads.submit(families.model)
        model, tested = fitting.result(), testing.result()
    if isinstance(model, NotEstimable):
        tested = model
    elif isinstance(tested, rolling.BackTest):
        model = replace(model, spread=rolling.spread(tested))
    return Taught(horizon, learnt, rhythm, sample, question, model, tested, by_family.result(), valuing.result())

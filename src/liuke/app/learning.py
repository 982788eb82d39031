"""What the whole base teaches a run before any customer is judged: horizon, rhythms, models."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from liuke.app import predicting
from liuke.app.families import FamilySample
from liuke.panel import states as panel_states
from liuke.signals.churn import rolling
from liuke.signals.churn.model import ChurnModel, fit
from liuke.signals.churn.question import Asked
from liuke.signals.rules.evaluate import Learnt, learn

if TYPE_CHECKING:
    from collections.abc import Callable

    from liuke.app.panels import Panels
    from liuke.kernel.estimate import NotEstimable
    from liuke.kernel.settings import Settings
    from liuke.panel.panel import Int32
    from liuke.signals.rules.rules import Rule


@dataclass
class Taught:
    """What was learnt."""

    horizon: Int32  # days of silence that count as leaving, at each period's end
    learnt: Learnt  # what the rules must know of the base
    sample: predicting.Sample
    question: Asked
    churn: ChurnModel | NotEstimable
    tested: rolling.BackTest | NotEstimable  # how such a model did at past ends
    family_churn: ChurnModel | NotEstimable


def taught(panels: Panels, rules: list[Rule], settings: Settings, progress: Callable[[str, int, int], None]) -> Taught:
    """Learn from every chunk, then fit."""
    scope = panels.scope
    histogram = np.zeros((len(scope.periods), panel_states.GAP_BINS), np.int64)
    learnt = Learnt()
    sample, families = predicting.Sample.of(scope), FamilySample(scope)
    for number, panel in enumerate(panels):
        progress("learn", number, panels.chunks)
        histogram += panel_states.gap_histogram(panel)
        learnt = learnt + learn(rules, panel)
        sample.take(panel)
        families.take(panel)
    horizon = panel_states.left_days(histogram, int(settings.number("left_days")))
    question = predicting.asked(scope, int(horizon[-1]), settings.number("leaving_fall") or None)
    progress("model", 0, 3)
    model = fit(sample.rows, question)
    progress("model", 1, 3)
    tested = rolling.back_test(sample.rows, question) if isinstance(model, ChurnModel) else model
    if isinstance(model, ChurnModel) and isinstance(tested, rolling.BackTest):
        model = replace(model, spread=rolling.spread(tested))
    progress("model", 2, 3)
    return Taught(horizon, learnt, sample, question, model, tested, families.model())

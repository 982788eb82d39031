"""Churn: the model of who leaves, each customer's chance, and the risk that the list stands on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from liuke.kernel.estimate import NotEstimable
from liuke.kernel.i18n import N_
from liuke.kernel.period import day_number
from liuke.panel.exposure import in_model
from liuke.run.events import unconnected
from liuke.run.model_card import card, early_card
from liuke.run.packed import reason_of
from liuke.run.panels import AT_ONCE
from liuke.run.stage import Chunk, Finished, Judged, Passed, Stage
from liuke.run.stages.rules import Flagged
from liuke.run.stages.states import Horizon
from liuke.run.stages.summary import Now
from liuke.signals import combine
from liuke.signals.churn import early, history, rolling, trust
from liuke.signals.churn.chances import Chances, Early, chances, early_chances, silence_chance
from liuke.signals.churn.early import EarlyModel
from liuke.signals.churn.model import ChurnModel, fit
from liuke.signals.churn.question import Asked
from liuke.signals.churn.rows import model_rows, origins
from liuke.signals.churn.sample import Sample
from liuke.signals.rhythm import Rhythm
from liuke.signals.rules.evaluate import Learnt

if TYPE_CHECKING:
    from liuke.panel.panel import Float
    from liuke.run.known import Known
    from liuke.run.scope import Scope
    from liuke.signals.combine import Risk


FALLING = NotEstimable.because(N_("leaving means a fall here, and early warning is of customers who stop"))


@dataclass(frozen=True)
class Learning:
    """What chunks teach: the base's rhythm and a sample of customer-months."""

    rhythm: Rhythm  # of the basis
    earliest: Rhythm  # of the documents that say first who buys
    sample: Sample

    def __add__(self, other: Learning) -> Learning:
        return Learning(self.rhythm + other.rhythm, self.earliest + other.earliest, self.sample + other.sample)


@dataclass(frozen=True)
class Leaving:
    """The model of leaving, what it was asked and learnt from, and how such a model did at past ends."""

    question: Asked
    rhythm: Rhythm
    earliest: Rhythm
    sample: Sample
    model: ChurnModel | NotEstimable
    tested: rolling.BackTest | NotEstimable
    early: EarlyModel | NotEstimable
    early_tested: rolling.BackTest | NotEstimable


@dataclass(frozen=True)
class Risks:
    """Of all customers: the risk, by the model or by rules, and the chance of a long silence in the own rhythm."""

    risk: Risk | NotEstimable
    chances: Chances
    silence: Float  # how probably a customer of its rhythm who stays is silent for as long as each is now, NaN unknown
    early: Early


class ChurnStage(Stage):
    """One model of leaving a run."""

    name = "churn"
    needs = ("states", "rules", "summary")
    settings = ("leaving_fall",)
    reads = tuple(sorted({table for kind in in_model().values() for table in kind.READS}))
    plugins = ("liuke.panel.exposures", "liuke.panel.line_tables", "liuke.signals.churn", "liuke.signals.models")

    def learn(self, chunk: Chunk, known: Known) -> Learning:
        """Rhythm and sample; a rule may have asked for the rhythm, and the share is that of the chunks before."""
        learnt = chunk.of(Learnt).parts.get(("overdue", chunk.panel.basis))
        own: Rhythm = learnt or Rhythm.of(chunk.panel)
        before: Learning | None = chunk.so_far.get(Learning)
        periods = known.scope.periods
        at = origins(len(periods), periods.per_year)
        share = 1.0 if before is None else before.sample.share
        kind = known.panels.asked_of
        earliest = own if kind == chunk.panel.basis else Rhythm.of(chunk.panel.on(kind))
        return Learning(own, earliest, Sample.of(chunk.panel, at, share, kind))

    def fit(self, total: Learning, known: Known) -> Leaving:
        """The model and its test."""
        rows = total.sample.rows
        question = asked(known.scope, known.of(Horizon).now, known.settings.number("leaving_fall") or None)
        question = replace(question, kind=known.panels.asked_of)
        still = early.in_rhythm(rows, total.earliest.parameters)
        with ThreadPoolExecutor(AT_ONCE) as threads:
            testing = threads.submit(rolling.back_test, rows, question, still=still)
            model = fit(rows, question)
            warning = FALLING if question.fall is not None else early.fit(rows, still, question)
            tested = testing.result()
        fitted = () if isinstance(tested, NotEstimable) else tested.models
        if isinstance(model, ChurnModel) and isinstance(tested, rolling.BackTest):
            model = trust.trusted(replace(model, spread=rolling.score_spread(tested)), tested)
        if isinstance(model, NotEstimable):
            tested = model  # of lists nobody would have made there is nothing to test
        else:
            model = trust.widened(model, trust.unlike_the_past(rows, model))
        warned = rolling.early_test(rows, still, question, fitted)
        if isinstance(warning, EarlyModel) and isinstance(warned, rolling.BackTest):
            apart = rolling.score_spread(warned, "early")
            warning = replace(warning, spread=warning.spread if apart is None else apart)
        return Leaving(question, total.rhythm, total.earliest, total.sample, model, tested, warning, warned)

    def judge(self, chunk: Chunk, known: Known) -> Judged:
        """The chances of a chunk."""
        leaving = known.of(Leaving)
        panel, count = chunk.latest, len(chunk.latest.customer)
        now = model_rows(panel, [panel.shape[1] - 1], leaving.question.kind)
        if isinstance(leaving.model, NotEstimable):
            found = Chances.unknown(count)
        else:
            found = chances(panel, now, leaving.model, leaving.earliest)
        if isinstance(leaving.early, NotEstimable):
            soon = Early.unknown(count)
        else:
            soon = early_chances(panel, now, leaving.early, leaving.earliest)
        silence = silence_chance(chunk.latest, leaving.rhythm)
        told = {f"early_{name}": values for name, values in vars(soon).items()}
        return Judged(columns={**vars(found), **told, "silence": silence}, found=found)

    def finish(self, passed: Passed, known: Known) -> Finished:
        """The risk of everybody."""
        flagged, model = known.of(Flagged), known.of(Leaving).model
        columns = dict(passed.columns)
        silence = columns.pop("silence")
        names = [name for name in columns if name.startswith("early_")]
        soon = Early(**{name.removeprefix("early_"): columns.pop(name) for name in names})
        found = Chances(**columns)
        scores = [flagged.scores[rule.id] for rule in known.rules.usable]
        risk = combine.risk(flagged.fired, known.of(Now).buying, scores, flagged.base)
        if isinstance(model, ChurnModel):
            risk = combine.by_model(found.risk, found.low, found.high, model.rung, risk)
        return Finished(result=Risks(risk, found, silence, soon))

    def describe(self, known: Known) -> dict[str, Any]:
        """The model card, what a short history costs, and why the model could not be tested."""
        leaving = known.of(Leaving)
        tested, horizon, question = leaving.tested, known.of(Horizon), leaving.question
        closes, fixed = question.fall is None, horizon.fixed
        short = history.notices(known.scope.periods, horizon.now, horizon.gap, closes=closes, fixed=fixed)
        return {
            "model": card(leaving.model, question, known.scope, unconnected(known.facts)),
            "short_history": [said.plain() for said in short],
            "untested": reason_of(tested),
            "early": early_card(leaving.early, known.scope),
        }


def asked(scope: Scope, horizon: int, fall: float | None) -> Asked:
    """The question of a run: who leaves within the horizon after its last period."""
    begun = day_number(scope.first_on)
    return Asked(horizon, scope.periods.ends, len(scope.periods) - 1, scope.periods.per_year, fall, begun)

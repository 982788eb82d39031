"""Model test: how the churn model did at past ends, overall, by rule and by kind of customer."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from liuke.facts import contracts
from liuke.kernel.estimate import Answer, NotEstimable
from liuke.kernel.period import period_end
from liuke.run.contracts import day, frame, real, sentence, share, table, text, whole
from liuke.run.customers import split_by
from liuke.run.stage import Chunk, Finished, Judged, Passed, Stage
from liuke.run.stages.churn import Leaving
from liuke.run.stages.rules import Fires
from liuke.signals import metrics
from liuke.signals.churn import rolling
from liuke.value.core import smallest_set

if TYPE_CHECKING:
    from datetime import date

    import numpy.typing as npt

    from liuke.panel.panel import Bool, Float
    from liuke.run.known import Known
    from liuke.run.scope import Scope
    from liuke.signals.churn.rows import ModelRows

YEAR_DAYS = 365
AGES = ((1, "<1"), (3, "1-3"))  # years since the first purchase, and what a customer up to then is called
OLDEST = ">3"

MODEL_SCORE = table(
    "model_score",
    "How the model and what it is held against did at past ends; one figure a row",
    ("scope", "origin", "score", "metric"),
    scope=text("Whose rows: all, or a customer column and its value", required=True),
    origin=day("The past end; null for all ends together"),
    score=text("What is scored: the model, a rule, or a simpler way", required=True),
    metric=text("The figure's name", required=True),
    value=real("The figure; null with a reason"),
    low=real("Lower end of its range"),
    high=real("Upper end of its range"),
    rows=whole("Customer-months it is of"),
    left=whole("Those after which the customer left"),
    reason=sentence("Why there is no figure"),
)
MODEL_CURVE = table(
    "model_curve",
    "Calibration of the model by tenths of the customers who still bought",
    ("tenth",),
    tenth=whole("1 is the tenth with the smallest chances", required=True),
    expected=share("Mean chance the model gave"),
    observed=share("Share that left"),
    rows=whole("Customer-months"),
)
MODEL_DRIFT = table(
    "model_drift",
    "How far each period's customers are from those the model was learnt from",
    ("period",),
    period=day("Last day of the period", required=True),
    column=text("The column that moved most"),
    psi=real("Its population stability index"),
    expected=share("Share of leavers the model expected, where it was tested"),
    observed=share("Share that left"),
)


@dataclass(frozen=True)
class Flags:
    """What each rule says of the sampled rows of chunks, in order."""

    parts: tuple[dict[str, Bool], ...]

    def __add__(self, other: Flags) -> Flags:
        return Flags(self.parts + other.parts)

    def of(self, index: npt.NDArray[np.intp]) -> dict[str, Bool]:
        """By rule, of some of the sampled rows."""
        by_rule: dict[str, list[Bool]] = defaultdict(list)
        for part in self.parts:
            for rule, fired in part.items():
                by_rule[rule].append(fired)
        return {rule: np.concatenate(found)[index] for rule, found in by_rule.items()}


class ModelTestStage(Stage):
    """The back-test of the model, looked at from every side."""

    name = "model_test"
    needs = ("rules", "churn")
    settings = ("core_share",)
    tables = (MODEL_SCORE, MODEL_CURVE, MODEL_DRIFT)

    def judge(self, chunk: Chunk, known: Known) -> Judged:
        """The rules' flags on the sampled rows."""
        said = known.of(Leaving).sample.flags(chunk.panel, chunk.number, chunk.of(Fires).seen)
        return Judged(sums=Flags((said,)))

    def finish(self, passed: Passed, known: Known) -> Finished:
        """The tables; empty where the model could not be tested."""
        leaving, scope = known.of(Leaving), known.scope
        tested, model = leaving.tested, leaving.model
        if isinstance(tested, NotEstimable) or isinstance(model, NotEstimable):
            made = {"model_score": _scores([], scope), "model_curve": _curve(None), "model_drift": _drift([], scope)}
            return Finished(made)
        groups = _groups(tested.rows, _as_described(known, tested), known.settings.number("core_share"))
        lines = rolling.back_test_figures(tested, passed.sums.of(tested.index), groups)
        if isinstance(leaving.early_tested, rolling.BackTest):
            lines += rolling.in_rhythm_figures(leaving.early_tested)
        drift = rolling.drift(leaving.sample.rows, tested, model.learnt.origins)
        return Finished(
            {
                "model_score": _scores(lines, scope),
                "model_curve": _curve(tested),
                "model_drift": _drift(drift, scope),
            }
        )


def _as_described(known: Known, tested: rolling.BackTest) -> pl.DataFrame:
    """customer_code, position and the customer columns as known then, of those the model was tested on.

    A grade given later follows what came of the customer; the salesperson of today says nothing of then.
    """
    lasting = [name for name in split_by(known) if name != "salesperson"]
    some = known.customers.filter(pl.col("customer_code").is_in(np.unique(tested.rows.customer)))
    found = []
    for position in tested.origins:
        file = known.facts.master(contracts()["customer"], _end(known.scope, position), first_by=known.scope.known)
        then = file.select("customer_id", *lasting)
        named = some.select("customer_code", "customer_id").join(then, on="customer_id", how="left")
        found.append(named.select("customer_code", pl.lit(position, pl.Int32).alias("position"), *lasting))
    return pl.concat(found)


def _groups(found: ModelRows, columns: pl.DataFrame, core_share: float) -> dict[str, npt.NDArray[np.object_]]:
    """Columns to look at one value at a time: core or not, age, and the customer's own columns; (rows,)."""
    core = np.zeros(len(found), object)
    for position in np.unique(found.position):
        there = found.position == position
        core[there] = np.where(smallest_set(found.money[there], core_share), "yes", "no")
    age = np.full(len(found), OLDEST, object)
    for years, name in reversed(AGES):
        age[found.tenure < years * YEAR_DAYS] = name
    keys = pl.DataFrame({"customer_code": found.customer, "position": found.position})
    place = keys.join(columns, on=keys.columns, how="left", maintain_order="left")
    named = {name: place[name].to_numpy().astype(object) for name in columns.columns if name not in keys.columns}
    return {"core": core, "age": age, **named}


def _scores(lines: list[rolling.TestFigure], scope: Scope) -> pl.DataFrame:
    """`model_score`."""
    found = [
        (line.scope, None if line.origin is None else _end(scope, line.origin), line.score, line.metric,
         *_answer(line.answer), line.rows, line.left, _reason(line.answer))
        for line in lines
    ]  # fmt: skip
    return frame(MODEL_SCORE, found)


def _answer(answer: Answer) -> tuple[float | None, float | None, float | None]:
    if isinstance(answer, NotEstimable):
        return None, None, None
    return answer.value, answer.low, answer.high


def _reason(answer: Answer) -> str | None:
    return answer.reason.pack() if isinstance(answer, NotEstimable) else None


def _curve(tested: rolling.BackTest | None) -> pl.DataFrame:
    """`model_curve`."""
    if tested is None:
        return frame(MODEL_CURVE, [])
    chance: Float = tested.chances["model"][tested.buying]
    points = metrics.calibration_curve(chance, tested.left[tested.buying].astype(np.float64))
    return frame(MODEL_CURVE, [(nth, *point) for nth, point in enumerate(points, 1)])


def _drift(found: list[dict[str, object]], scope: Scope) -> pl.DataFrame:
    """`model_drift`."""
    return frame(MODEL_DRIFT, [{"period": _end(scope, int(str(line.pop("position")))), **line} for line in found])


def _end(scope: Scope, position: int) -> date:
    return period_end(scope.periods.first + position, scope.periods.unit)

"""The churn model inside a run: its sample, gathered chunk by chunk, its chances, and how it did."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from liuke.kernel.estimate import Answer, NotEstimable
from liuke.kernel.period import period_end
from liuke.signals import metrics
from liuke.signals.churn import model as churn
from liuke.signals.churn import rolling
from liuke.signals.churn.guards import check_rebuild
from liuke.signals.churn.question import Asked
from liuke.signals.churn.reasons import reasons
from liuke.signals.churn.rows import LINEAR, Rows, few_enough, origins, rows, sampled
from liuke.signals.rhythm import tail
from liuke.value.core import smallest_set

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from liuke.kernel.said import Said
    from liuke.panel.panel import Bool, Float, Panel
    from liuke.run.scope import Scope
    from liuke.signals.churn.model import ChurnModel
    from liuke.signals.churn.question import Chance
    from liuke.signals.rhythm import Rhythm

YEAR_DAYS = 365
AGES = ((1, "<1"), (3, "1-3"))  # years since the first purchase, and what a customer up to then is called
OLDEST = ">3"


@dataclass
class Sample:
    """The customer-months the model is learnt from and tested on, with the rules' flags on them."""

    at: list[int]  # positions of the period ends
    share: float = 1.0  # of the customers; halved until they are few enough
    parts: list[Rows] = field(default_factory=list)
    flags: dict[str, dict[int, Bool]] = field(default_factory=dict)  # by rule and chunk

    @classmethod
    def of(cls, scope: Scope) -> Sample:
        """An empty sample of a scope."""
        return cls(origins(len(scope.periods), scope.periods.per_year))

    def look(self, panel: Panel) -> Rows:
        """The rows of a chunk's sampled customers; their figures, built again from the past alone, must be equal."""
        seen = panel.of_customers(sampled(panel.customers, self.share))
        found = rows(seen, self.at)
        check_rebuild(seen, found)
        return found

    def add(self, found: Rows) -> None:
        """Add the rows of the next chunk, looked at with the present share or with an earlier one.

        Only customers who have rows count towards the share, so that those who come later change nothing.
        """
        self.parts.append(found.pick(sampled(found.customer, self.share)))
        self.parts, self.share = few_enough(self.parts, self.share)

    def take_flags(self, panel: Panel, number: int, said: Mapping[str, Bool]) -> None:
        """Add what the rules said of a chunk's sampled rows; `said` is rule by (customers, periods)."""
        part = self.parts[number]
        place = np.searchsorted(panel.customers, part.customer)
        for rule, fired in said.items():
            self.flags.setdefault(rule, {})[number] = fired[place, part.position]

    @cached_property
    def rows(self) -> Rows:
        """All rows, once the taking is over."""
        return Rows.joined(self.parts)


@dataclass
class Chances:
    """The model's answer for every customer; arrays are NaN where the question is not asked. (customers,)."""

    risk: npt.NDArray[np.float32]
    low: npt.NDArray[np.float32]
    high: npt.NDArray[np.float32]
    habit: npt.NDArray[np.float32]  # chance that the own rhythm alone is silent for a horizon after a purchase

    @classmethod
    def empty(cls, customers: int) -> Chances:
        """Nothing said yet."""
        risk, low, high = np.full((3, customers), np.nan, np.float32)
        return cls(risk, low, high, np.zeros(customers, np.float32))

    def put(self, place: slice, panel: Panel, model: ChurnModel, rhythm: Rhythm) -> None:
        """The chances of a chunk, one row a customer, at its last period."""
        now = rows(panel, [panel.shape[1] - 1])
        within = np.arange(place.start, place.stop)[np.searchsorted(panel.customer, now.customer)]
        self.habit[within] = habit(now, rhythm.parameters(panel.shape[1] - 1), model.asked)
        asked = model.asked.asked_of(now)
        chance: Chance = model.chance(now.pick(asked))
        within = within[asked]
        self.risk[within], self.low[within], self.high[within] = chance.risk, chance.low, chance.high


def habit(now: Rows, parameters: tuple[float, float, float], asked: Asked) -> Float:
    """How probably a customer of this rhythm who stays is silent for a horizon after a purchase; (rows,).

    0 where leaving is a fall in money, and while nobody has bought twice.
    """
    if asked.fall is not None or not np.isfinite(parameters).all():
        return np.zeros(len(now))
    return tail(*parameters, now.occasions - 1, now.tenure - now.silent, asked.horizon)


def asked(scope: Scope, horizon: int, fall: float | None) -> Asked:
    """The question of a run: who leaves within the horizon after its last period."""
    return Asked(horizon, scope.periods.ends, len(scope.periods) - 1, scope.periods.per_year, fall)


def why(model: ChurnModel | NotEstimable, panel: Panel) -> list[tuple[int, str, Said]]:
    """(customer code, idea, sentence) of the customers of a panel, the strongest idea of each first."""
    if isinstance(model, NotEstimable):
        return []
    now = rows(panel, [panel.shape[1] - 1])
    return [(int(now.customer[one.row]), one.idea, one.said) for one in reasons(model, now)]


def tables(
    sample: Sample,
    model: ChurnModel | NotEstimable,
    tested: rolling.BackTest | NotEstimable,
    scope: Scope,
    columns: pl.DataFrame,
    core_share: float,
) -> dict[str, pl.DataFrame]:
    """`model_score`, `model_curve`, `model_drift`: how the model did at past ends; empty where it could not be tested.

    `columns` has customer_code, position and the customer columns by which to look at it, as known then.
    """
    everything = sample.rows
    if isinstance(tested, NotEstimable) or isinstance(model, NotEstimable):
        return {"model_score": _scores([], scope), "model_curve": _curve(None), "model_drift": _drift([], scope)}
    flags = {rule: np.concatenate([by[n] for n in sorted(by)])[tested.index] for rule, by in sample.flags.items()}
    lines = rolling.lines(tested, flags, _groups(tested.rows, columns, core_share))
    return {
        "model_score": _scores(lines, scope),
        "model_curve": _curve(tested),
        "model_drift": _drift(rolling.drift(everything, tested, model.learnt.origins), scope),
    }


def card(
    model: ChurnModel | NotEstimable, question: Asked, scope: Scope, unconnected: Sequence[str] = ()
) -> dict[str, Any]:
    """The model card of a run, as it stands in `run.json`: data, dates, columns, limits, what would add to it."""
    question = model.asked if isinstance(model, churn.ChurnModel) else question
    said: dict[str, Any] = {
        "horizon_days": question.horizon,
        "fall": question.fall,
        "least_for_logit": churn.LEAST_FOR_LOGIT,
        "least_for_boosting": churn.LEAST_FOR_BOOSTING,
        "unconnected": list(unconnected),
    }
    if isinstance(model, NotEstimable):
        return {**said, "rung": None, "reason": model.reason.plain()}
    ends = [_end(scope, position).isoformat() for position in model.learnt.origins]
    return {
        **said,
        "rung": model.rung,
        "rows": model.learnt.rows,
        "customers": model.learnt.customers,
        "leavers": model.learnt.leavers,
        "origins": ends,
        "columns": list(model.learnt.columns if model.trees else LINEAR),
        "left_out": list(model.learnt.left_out),
        "trees": model.trees.rounds if model.trees else 0,
        "slope": model.slope,
        "drift": model.linear.drift if model.linear else None,
        "spread": model.spread,
    }


def _groups(found: Rows, columns: pl.DataFrame, core_share: float) -> dict[str, npt.NDArray[np.object_]]:
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


def _scores(lines: list[rolling.Line], scope: Scope) -> pl.DataFrame:
    """One row a figure: scope, origin (null for all together), score, metric, value, low, high, rows, left, reason."""
    schema = {
        "scope": pl.String, "origin": pl.Date, "score": pl.String, "metric": pl.String, "value": pl.Float64,
        "low": pl.Float64, "high": pl.Float64, "rows": pl.Int64, "left": pl.Int64, "reason": pl.String,
    }  # fmt: skip
    found = [
        (line.scope, None if line.origin is None else _end(scope, line.origin), line.score, line.metric,
         *_answer(line.answer), line.rows, line.left, _reason(line.answer))
        for line in lines
    ]  # fmt: skip
    return pl.DataFrame(found, schema=schema, orient="row")


def _answer(answer: Answer) -> tuple[float | None, float | None, float | None]:
    if isinstance(answer, NotEstimable):
        return None, None, None
    return answer.value, answer.low, answer.high


def _reason(answer: Answer) -> str | None:
    return answer.reason.pack() if isinstance(answer, NotEstimable) else None


def _curve(tested: rolling.BackTest | None) -> pl.DataFrame:
    """Calibration by tenths of the customers who still bought: expected and observed share of leavers, rows."""
    schema = {"tenth": pl.Int32, "expected": pl.Float64, "observed": pl.Float64, "rows": pl.Int64}
    if tested is None:
        return pl.DataFrame(schema=schema)
    chance: Float = tested.chances["model"][tested.buying]
    points = metrics.calibration_curve(chance, tested.left[tested.buying].astype(np.float64))
    return pl.DataFrame([(nth, *point) for nth, point in enumerate(points, 1)], schema=schema, orient="row")


def _drift(found: list[dict[str, object]], scope: Scope) -> pl.DataFrame:
    """One row a month: the column that moved most and its PSI; expected and observed leavers where tested."""
    schema = {
        "period": pl.Date, "column": pl.String, "psi": pl.Float64, "expected": pl.Float64, "observed": pl.Float64
    }  # fmt: skip
    rows_ = [{"period": _end(scope, int(str(line["position"]))), **line} for line in found]
    return pl.DataFrame(rows_, schema=schema) if rows_ else pl.DataFrame(schema=schema)


def _end(scope: Scope, position: int) -> Any:
    return period_end(scope.periods.first + position, scope.periods.unit)

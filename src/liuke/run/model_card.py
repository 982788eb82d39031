"""What `run.json` says of a model: data, dates, columns, limits, what would add to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from liuke.kernel.estimate import NotEstimable
from liuke.kernel.period import period_end
from liuke.signals.churn import boosting, early
from liuke.signals.churn import model as churn
from liuke.signals.churn.rows import COLUMNS, LINEAR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from liuke.run.scope import Scope
    from liuke.signals.churn.early import EarlyModel
    from liuke.signals.churn.model import ChurnModel
    from liuke.signals.churn.question import Asked


def card(
    model: ChurnModel | NotEstimable, question: Asked, scope: Scope, unconnected: Sequence[str] = ()
) -> dict[str, Any]:
    """The model card of a run, as it stands in `run.json`: data, dates, columns, limits, what would add to it."""
    question = model.asked if isinstance(model, churn.ChurnModel) else question
    said: dict[str, Any] = {
        "horizon_days": question.horizon,
        "asked_of": question.kind or scope.basis,
        "fall": question.fall,
        "least_for_logit": churn.LEAST_FOR_LOGIT,
        "least_for_boosting": boosting.LEAST_LEAVERS,
        "unconnected": list(unconnected),
    }
    if isinstance(model, NotEstimable):
        return {**said, "rung": None, "reason": model.reason.plain()}
    every = model.trees is not None or model.buying is not None
    linear = [name for name in model.learnt.columns if name in LINEAR or name not in COLUMNS]
    first, unit = scope.periods.first, scope.periods.unit
    ends = [period_end(first + position, unit).isoformat() for position in model.learnt.origins]
    return {
        **said,
        "rung": model.rung,
        "rows": model.learnt.rows,
        "customers": model.learnt.customers,
        "leavers": model.learnt.leavers,
        "origins": ends,
        "columns": list(model.learnt.columns if every else linear),
        "too_new": list(model.learnt.too_new),
        "left_out": list(model.learnt.left_out),
        "trees": model.trees.rounds if model.trees else 0,
        "slope": model.shape.slope if model.shape else 1.0,
        "newest": model.shape.newest if model.shape else None,
        "buying_weight": model.shape.weight if model.shape else 1.0,
        "rehearsed": bool(model.shape and model.shape.rehearsed),
        "drift": model.linear.drift if model.linear else None,
        "spread": model.spread,
        "put_right": list(model.moved) if model.moved != (0.0, 1.0) else None,
        "unlike": model.unlike,
    }


def early_card(model: EarlyModel | NotEstimable, scope: Scope) -> dict[str, Any]:
    """What `run.json` says of early warning: what it was learnt from, how much of it is prior; or why there is none."""
    if isinstance(model, NotEstimable):
        return {"reason": model.reason.plain(), "prior_share": None, "asked": None}
    first, unit = scope.periods.first, scope.periods.unit
    return {
        "reason": None,
        "asked": early.EARLY_DAYS,
        "prior_share": model.prior_share,
        "rows": model.rows,
        "customers": model.customers,
        "lost": model.lost,
        "columns": list(model.columns),
        "origins": [period_end(first + int(position), unit).isoformat() for position in model.level.origins],
        "spread": model.spread,
    }

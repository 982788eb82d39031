"""What `run.json` says of a model: data, dates, columns, limits, what would add to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from liuke.kernel.estimate import NotEstimable
from liuke.kernel.period import period_end
from liuke.signals.churn import model as churn
from liuke.signals.churn.rows import LINEAR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from liuke.run.scope import Scope
    from liuke.signals.churn.model import ChurnModel
    from liuke.signals.churn.question import Asked


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
    first, unit = scope.periods.first, scope.periods.unit
    ends = [period_end(first + position, unit).isoformat() for position in model.learnt.origins]
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

"""One probability of leaving per customer: the model's, or from the rules that fired where no model can be had.

From rules it is the back-tested precision of the strongest rule that fired, shrunk to the base rate: precisions of
rules vary around the base rate as Beta(base x s, (1 - base) x s), flags counted as the independent ones they are worth.
s, in flags, is estimated over the firm's own rules by marginal likelihood when at least `LEAST_RULES` of them have
flags, and is `STATED_STRENGTH` below that. Shrinking also answers that the strongest of several is partly the luckiest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from liuke.kernel.estimate import Answer, NotEstimable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from liuke.panel.panel import Bool, Float, Int32
    from liuke.signals.backtest import RuleScore

Float32 = npt.NDArray[np.float32]

STATED_STRENGTH = 20.0
LEAST_RULES = 4
_STRENGTHS = np.geomspace(2, 2000, 60)
BASE_RATE = "base_rate"
MODEL = "model:"
FEW_LEAVERS = "buying"  # the rung of too few leavers to know more than the rules


@dataclass(frozen=True)
class Risk:
    """Probability of leaving within the horizon, one a customer; `lead` is the row of the strongest rule, else -1."""

    risk: Float  # 0-1; NaN where the question is not asked
    low: Float  # interval: 95 % by rules, 90 % by a model
    high: Float
    basis: npt.NDArray[np.object_]  # "model:<rung>", "rule:<id>" or "base_rate"
    lead: Int32
    lists: bool = False  # sure enough to say who is listed; else the rules say


def by_model(risk: Float32, low: Float32, high: Float32, rung: str, rules: Risk | NotEstimable) -> Risk:
    """The model's chances, with the strongest rule of each customer beside them."""
    lead = np.full(len(risk), -1, np.int32) if isinstance(rules, NotEstimable) else rules.lead
    basis = np.full(len(risk), f"{MODEL}{rung}", object)
    value, bottom, top = (values.astype(np.float64) for values in (risk, low, high))
    return Risk(value, bottom, top, basis, lead, lists=rung != FEW_LEAVERS)


def risk(fired: Bool, buying: Bool, scores: Sequence[RuleScore], base_rate: Answer) -> Risk | NotEstimable:
    """Risk of every customer from `fired` (rules, customers), rules in the order of `scores`.

    NaN for those not `buying` any more (customers,): they have left already, or never came. Of rules equally strong the
    first leads. A customer without a flag, or with flags of rules never seen before, has the base rate. Without a base
    rate there is no risk, only its reason.
    """
    if isinstance(base_rate, NotEstimable):
        return base_rate
    shrunk = shrunken(scores, base_rate.value)
    customers = fired.shape[1]
    if not len(scores):
        shrunk = np.zeros((3, 0))
    seen = np.array([score.effective_flags > 0 for score in scores], bool)
    strength = np.where(fired & seen[:, None], shrunk[0][:, None], -1.0)
    lead = strength.argmax(axis=0) if len(scores) else np.zeros(customers, np.intp)
    none = (strength.max(axis=0) < 0) if len(scores) else np.ones(customers, bool)
    names = np.array([*(f"rule:{score.rule}" for score in scores), BASE_RATE], object)
    table = np.column_stack([shrunk, [base_rate.value, *base_rate.ends]])
    chosen = np.where(none, len(scores), lead)
    value, low, high = np.where(buying, table[:, chosen], np.nan)
    return Risk(value, low, high, names[chosen], np.where(none, -1, lead).astype(np.int32))


def leading(risk: Risk | NotEstimable, fired: Bool) -> Int32:
    """The rule that leads of each customer's: the strongest, where none can be scored the first; -1 for none.

    `fired` is (rules, customers), of the customers the risk is of.
    """
    if not len(fired):
        return np.full(fired.shape[1], -1, np.int32)
    first = np.where(fired.any(axis=0), fired.argmax(axis=0), -1).astype(np.int32)
    return first if isinstance(risk, NotEstimable) else np.where(risk.lead < 0, first, risk.lead)


def shrunken(scores: Sequence[RuleScore], base: float) -> Float:
    """Each rule's precision shrunk to the base rate with its 95 % interval; (3, rules)."""
    from scipy.special import betaincinv

    flags = np.array([score.effective_flags for score in scores], float)
    counted = np.array([score.flags for score in scores], float)
    hits = np.array([score.hits for score in scores], float)
    hits = np.divide(hits, counted, out=np.zeros_like(hits), where=counted > 0) * flags
    s = strength(flags, hits, base)
    a, b = base * s + hits, (1 - base) * s + flags - hits
    return np.stack([a / (a + b), betaincinv(a, b, 0.025), betaincinv(a, b, 0.975)])


def strength(flags: Float, hits: Float, base: float) -> float:
    """How many flags the base rate is worth against a rule's own: the likeliest over the rules that have flags."""
    from scipy.special import betaln

    use = flags > 0
    if use.sum() < LEAST_RULES or not 0 < base < 1:
        return STATED_STRENGTH
    n, y, s = flags[use][:, None], hits[use][:, None], _STRENGTHS[None, :]
    a, b = base * s, (1 - base) * s
    likelihood = (betaln(a + y, b + n - y) - betaln(a, b)).sum(axis=0)
    return float(_STRENGTHS[likelihood.argmax()])

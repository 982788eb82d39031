"""What a customer is still worth: purchases to come times money a purchase, discounted; formulas where that is enough.

Purchases come from a buying model, money a purchase from Gamma-Gamma (Fader, Hardie, Lee 2005, "RFM and CLV"); both
give posterior draws, so the worth has an interval. The money is margin where margin is known, else amount; whoever
calls says which.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from liuke.panel.panel import Float, Int32, Panel
    from liuke.signals.models._buying_model import BuyingModel
    from liuke.signals.models.gamma_gamma import GammaGamma
    from liuke.signals.models.season import Season

COVERED = 0.9
DAYS_A_YEAR = 365.25


@dataclass(frozen=True)
class Repeats:
    """What buying models are fitted on, of each customer of a panel with one row a customer; all (customers,).

    Days are counted from the first purchase, on the seasonal clock where there is one.
    `bought` is False where there was none: the rest means nothing there.
    """

    bought: npt.NDArray[np.bool_]
    x: Int32  # repeat occasions: purchase days but the first
    t_x: Float  # days from the first purchase to the last
    T: Float  # days from the first purchase to the panel's end


@dataclass(frozen=True)
class Terms:
    """How far ahead, at what rate, how finely and with how many draws."""

    years: float  # horizon
    rate: float  # discount, a share a year
    steps: int = 3  # parts of the horizon for which purchases are expected apart
    draws: int = 40


@dataclass(frozen=True)
class Lifetime:
    """Discounted money to come; all (customers,)."""

    mean: Float
    low: Float
    high: Float
    draws: Float  # (customers, draws)


def repeats(panel: Panel, clock: Season | None = None) -> Repeats:
    """The statistics at a panel's last period; a clock counts days by how much is usually bought in their month."""
    bought = panel.has_bought[:, -1]
    first, last = panel.first_on[:, -1].astype(np.float64), panel.last_on[:, -1].astype(np.float64)
    zero = np.zeros(len(first))
    end = np.asarray(panel.periods.ends[-1], dtype=np.float64)
    if clock is not None:
        first, last, end = (clock.days(0, np.where(bought, day, 0.0)) for day in (first, last, end))
    return Repeats(
        bought=bought,
        x=np.maximum(panel.occasions.sum(axis=1, dtype=np.int32) - 1, 0).astype(np.int32),
        t_x=np.where(bought, last - first, zero),
        T=np.where(bought, end - first, zero),
    )


def discounted_share(expected: Float, days: Sequence[float], rate: float) -> Float:
    """What a purchase of the horizon is worth today, on average over when it comes; (customers,), 1 without discount.

    `expected` are purchases expected up to each of `days`, (customers, days), rising; `rate` is a share a year. A
    purchase between two days is discounted from their middle.
    """
    ends = np.asarray(days, dtype=np.float64)
    middle = (ends + np.concatenate([[0.0], ends[:-1]])) / 2
    factor = (1 + rate) ** (-middle / DAYS_A_YEAR)
    steps = np.diff(expected, axis=1, prepend=0.0)
    total = expected[:, -1]
    share: Float = np.divide(steps @ factor, total, out=np.full(len(total), factor.mean()), where=total > 0)
    return share


def lifetime_value(spend: Float, share: Float, expected: Float | None = None) -> Lifetime:
    """Money to come from draws of what is spent within the horizon, (customers, draws).

    `share` discounts (see `discounted_share`): when a purchase comes is taken at its mean, how many and how big come
    from the draws. `expected`, the models' own mean of what is spent, takes the place of the draws' mean.
    """
    draws = spend * share[:, None]
    tail = (1 - COVERED) / 2
    low, high = np.quantile(draws, [tail, 1 - tail], axis=1) if draws.size else np.zeros((2, len(share)))
    mean = draws.mean(axis=1) if expected is None else expected * share
    return Lifetime(mean, np.minimum(low, mean), np.maximum(high, mean), draws)


@dataclass(frozen=True)
class Alive:
    """Chance that customers have not stopped, and what those who have not will do; all (customers,).

    A churn model calibrated on the firm's own leavers knows better than P(alive) who is gone: where there is a risk,
    alive = (1 - risk) / P(buys within the horizon | alive), at most 1. Given alive, a buying model's future does not
    depend on how long the silence is (BG/NBD family: rate ~ Gamma(r + x, alpha + T), drop-out ~ Beta(a, b + x)), so
    it is that of a purchase just now. Where there is no risk, both are the buying model's own.
    """

    chance: Float
    keep: Float  # of what the model expects at `t_x`, by which it holds for the customer
    t_x: Float  # days from the first purchase to the last that are put to the model


def still_alive(buying: BuyingModel, history: Repeats, risk: Float, horizon: float) -> Alive:
    """From the risk of no purchase within so many days, NaN where there is none."""
    known = ~np.isnan(risk) & history.bought
    t_x = np.where(known & (history.x > 0), history.T, history.t_x)  # one purchase alone has no later one to move
    told = (history.x, t_x, history.T)
    fresh = buying.p_alive(*told)
    buys = np.maximum(buying.probability_of_purchase(horizon, *told), 1e-9)
    keep = np.where(known, np.minimum((1 - np.nan_to_num(risk)) / buys, 1.0), 1.0)
    return Alive(fresh * keep, keep, t_x)


def lifetime_by_models(
    buying: BuyingModel,
    spending: GammaGamma,
    history: Repeats,
    mean: Float,
    terms: Terms,
    still: Alive | None = None,
    seed: int = 0,
) -> Lifetime:
    """Money to come of customers of a panel, in the unit of `mean`, what each brought an occasion so far; (customers,).

    Customers without a purchase, or whose mean is not above 0, get NaN: Gamma-Gamma knows no losses. Who expects so
    few purchases that none is the 95th percentile (Markov's inequality: fewer than 1 in 20) is not drawn: 0 to 0.
    `still` says who has not stopped; the buying model alone, where it is not given.
    """
    rows = np.flatnonzero(history.bought & (mean > 0))
    whole, last = (np.ones(len(mean)), history.t_x) if still is None else (still.keep, still.t_x)
    keep, t_x, age = (column[rows] for column in (whole, last, history.T))
    x = history.x[rows]
    days = [terms.years * DAYS_A_YEAR * (n + 1) / terms.steps for n in range(terms.steps)]
    expected = np.column_stack([keep * buying.conditional_purchases(day, x, t_x, age) for day in days])
    share = discounted_share(expected, days, terms.rate)
    worth = expected[:, -1] * spending.expected_value(x + 1, mean[rows])
    spend = np.zeros((len(rows), terms.draws))
    live = np.flatnonzero(expected[:, -1] >= 0.05)
    if len(live):
        bought = buying.draw(days[-1], x[live], t_x[live], age[live], terms.draws, seed)
        bought = bought * (np.random.default_rng(seed + 2).random(bought.shape) < keep[live, None])
        spend[live] = spending.draw_spend(bought, x[live] + 1, mean[rows[live]], seed + 1)
    found = lifetime_value(spend, share, worth)
    mean_, low, high = (np.full(len(mean), np.nan) for _ in range(3))
    mean_[rows], low[rows], high[rows] = found.mean, found.low, found.high
    draws = np.full((len(mean), terms.draws), np.nan)
    draws[rows] = found.draws
    return Lifetime(mean_, low, high, draws)


def formula(margin: float, retention: float, discount: float) -> float:
    """CLV = m r / (1 + d - r): margin a year, share kept a year, discount a year; the first margin is a year away.

    The margin comes at each year's end from those kept until then (methods.md section 11; Gupta and Lehmann 2003). In
    the unit of `margin`; ValueError where the sum does not end (r >= 1 + d) or a share is negative.
    """
    if not 0 <= retention < 1 + discount:
        raise ValueError(f"retention {retention} must lie within 0 and 1 + discount {discount}")
    return margin * retention / (1 + discount - retention)


def retention_equity(customers: float, margin: float, before: float, after: float, rate: float) -> float:
    """What the base is worth more when retention goes from `before` to `after`: N m [1/(1+i-r1) - 1/(1+i-r0)].

    In the unit of `margin` (a customer and year); methods.md section 3. ValueError where a sum does not end.
    """
    if not (0 <= before < 1 + rate and 0 <= after < 1 + rate):
        raise ValueError(f"retention {before} and {after} must lie within 0 and 1 + rate {rate}")
    return customers * margin * (1 / (1 + rate - after) - 1 / (1 + rate - before))

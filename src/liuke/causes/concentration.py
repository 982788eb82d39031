"""What hangs on each salesperson: money, core customers, and what could go if the person left.

    loss of X = sum_i V_i T_i L_i,   T_i ~ Bernoulli(tie_i),   L_i ~ Beta(mean .15 moved by evidence)

V is a customer's money of a year, T whether it stands with the person rather than the firm, L the share then lost. The
mean of T L is the share expected to go: .15, what Shi, Sridhar, Grewal and Lilien (2017, Journal of Marketing 81)
measured of annual sales (13 to 18 %), for a customer whose tie nothing is known of. One draw of how the departure goes
(a handover that works, a move to a rival) is shared by all customers of the person, so that losses don't average out.
By how much each sign of a tie moves the share is stated here, not measured; the firm's own departures
(`event_study.py`) can put in their own mean. HHI is the sum of squared shares, one over it the effective number.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from liuke.kernel.estimate import Estimate, NotEstimable
from liuke.kernel.i18n import N_

if TYPE_CHECKING:
    from liuke.panel.panel import Bool, Float, Int, Int32

MEAN_SHARE = 0.15
USUAL_TIE = 0.5  # chance that a customer stands with the person, where nothing is known
SPREAD = 4.0  # a Beta's alpha + beta: between one customer's half and nothing
SHOCK = 0.45  # correlation of customers' fates in one departure, of the normal scores behind T
DRAWS = 4_000
ONE_BY_ONE = 12  # a person's largest customers are drawn singly
FATES = np.linspace(-5, 5, 201)
LARGE_SHARE = 0.25  # of the core's money with one person
LARGE_LOSS = 0.25  # of the firm's yearly profit, at P95
SIGNS = {  # log odds of the tie
    "single_contact": 0.7,
    "followed_before": 1.4,
    "second_contact": -0.9,
    "orders_alone": -0.5,
}
TENURE = 0.15  # log odds a year with the same person, ten years at most, from the third on
TENURE_USUAL, TENURE_MOST = 3.0, 10.0


@dataclass(frozen=True)
class Ties:
    """Evidence of whose customer it is, (customers,) each; None where no table tells."""

    single_contact: Bool | None = None  # we know one person there, or one of ours ever calls
    followed_before: Bool | None = None  # came along with the person from elsewhere
    second_contact: Bool | None = None  # a second one of ours is known there
    orders_alone: Bool | None = None  # orders by shop, portal or EDI
    tenure: Float | None = None  # years with this salesperson; NaN unknown


@dataclass(frozen=True)
class PersonExposure:
    """What hangs on one salesperson. Cents are exact sums of the money given; shares are 0 to 1."""

    salesperson: int
    customers: int
    money: int
    share: float  # of the firm's money
    core_customers: int
    core_money: int
    core_share: float  # of the core's money; NaN without one
    single_contact: int | NotEstimable  # customers with one contact only
    loss: Estimate  # cents a year: median, and the range of 90 %
    loss_95: float  # cents a year exceeded in one departure of twenty
    largest_customer: int  # row
    flags: tuple[str, ...]  # of FLAGS


@dataclass(frozen=True)
class Concentration:
    """All salespeople, most at stake first, and how concentrated the firm is; money of nobody stands apart."""

    people: tuple[PersonExposure, ...]
    money: int  # of customers with a salesperson
    nobodys: int  # cents of customers without one
    hhi: float  # over salespeople; NaN without money
    effective: float


FLAGS = {
    "large_share": N_("More than a quarter of the core's money hangs on one person."),
    "large_loss": N_("The loss could pass a quarter of a year's profit."),
}


def tie_chance(ties: Ties, customers: int) -> Float:
    """The chance that each customer stands with the person, moved from .5 by what is known; (customers,)."""
    odds = np.full(customers, np.log(USUAL_TIE / (1 - USUAL_TIE)))
    for name, weight in SIGNS.items():
        sign = getattr(ties, name)
        if sign is not None:
            odds += weight * np.asarray(sign, np.float64)
    if ties.tenure is not None:
        years = np.clip(np.nan_to_num(ties.tenure, nan=TENURE_USUAL), 0, TENURE_MOST)
        odds += TENURE * (years - TENURE_USUAL)
    chance: Float = 1 / (1 + np.exp(-odds))
    return chance


def person_losses(money: Int | Float, tie: Float, *, share: float, shock: float, seed: int) -> Float:
    """Draws of cents a year lost if the person left, (DRAWS,).

    `money` and `tie` are those of its customers; `share` the mean loss of a customer of usual tie. The common shock is
    a one-factor Gaussian copula (Vasicek 2002, Risk 15) behind T: the mean does not depend on it.
    """
    from scipy import special

    given = min(0.95, share / USUAL_TIE)  # of a customer that stands with the person
    fate, own, part, spare = _drawn(given, seed)
    order = np.argsort(-np.asarray(money, np.float64), kind="stable")
    value, limit = np.asarray(money, np.float64)[order], special.ndtri(tie[order])
    many = len(value[:ONE_BY_ONE])
    goes = np.sqrt(shock) * fate[:, None] + np.sqrt(1 - shock) * own[:, :many] < limit[:many]
    total: Float = (goes * part[:, :many]) @ value[:many]
    rest = value[ONE_BY_ONE:]
    if len(rest):  # small ones together: normal, with their mean and variance given the fate
        chance = special.ndtr((limit[ONE_BY_ONE:] - np.sqrt(shock) * FATES[:, None]) / np.sqrt(1 - shock))
        square = given**2 + given * (1 - given) / (SPREAD + 1)
        mean = np.interp(fate, FATES, given * chance @ rest)
        variance = np.interp(fate, FATES, (square * chance - (given * chance) ** 2) @ rest**2)
        total += np.clip(mean + np.sqrt(variance) * spare, 0, rest.sum())
    return total


@lru_cache(maxsize=1)
def _drawn(given: float, seed: int) -> tuple[Float, Float, Float, Float]:
    """What chance does, drawn once for all people, who so differ by their customers alone.

    How the departure goes (DRAWS,), what is a large customer's own, and the share it loses if it goes (DRAWS,
    ONE_BY_ONE), and what is the small ones' own (DRAWS,).
    """
    rng, large = np.random.default_rng(seed), (DRAWS, ONE_BY_ONE)
    share = rng.beta(SPREAD * given, SPREAD * (1 - given), large)
    return rng.standard_normal(DRAWS), rng.standard_normal(large), share, rng.standard_normal(DRAWS)


def concentration(
    money: Int,
    salesperson: Int | Int32,
    core: Bool,
    ties: Ties | None = None,
    *,
    profit: int | None = None,
    share: float = MEAN_SHARE,
    shock: float = SHOCK,
    seed: int = 0,
) -> Concentration:
    """What hangs on each salesperson; `money` is cents a year (next year's margin, or usual sales), negative as 0.

    `salesperson` is a code, -1 nobody; `core` says who is a core customer; `profit` the firm's cents a year, for its
    flag. A person's losses depend on `seed` and its own customers alone.
    """
    ties = ties or Ties()
    money = np.maximum(np.asarray(money, np.int64), 0)
    tie = tie_chance(ties, len(money))
    whole, all_core = int(money[salesperson >= 0].sum()), int(money[core].sum())
    people = []
    for code in np.unique(salesperson[salesperson >= 0]):
        rows = np.flatnonzero(salesperson == code)
        losses = person_losses(money[rows], tie[rows], share=share, shock=shock, seed=seed)
        low, middle, high = np.quantile(losses, (0.05, 0.5, 0.95))
        its_core = rows[core[rows]]
        core_share = int(money[its_core].sum()) / all_core if all_core else np.nan
        flags = [
            name
            for name, raised in (
                ("large_share", core_share > LARGE_SHARE),
                ("large_loss", profit is not None and profit > 0 and high > LARGE_LOSS * profit),
            )
            if raised
        ]
        people.append(
            PersonExposure(
                int(code), len(rows), int(money[rows].sum()), int(money[rows].sum()) / whole if whole else np.nan,
                len(its_core), int(money[its_core].sum()), core_share, _single(ties, rows),
                Estimate(float(middle), float(low), float(high), "monte_carlo"), float(high),
                int(rows[np.argmax(money[rows])]), tuple(flags),
            )
        )  # fmt: skip
    shares = np.array([each.share for each in people])
    hhi = float((shares**2).sum()) if whole else float("nan")
    ordered = tuple(sorted(people, key=lambda each: (-each.loss_95, -each.money, each.salesperson)))
    return Concentration(ordered, whole, int(money[salesperson < 0].sum()), hhi, 1 / hhi if whole else float("nan"))


def _single(ties: Ties, rows: Int) -> int | NotEstimable:
    if ties.single_contact is None:
        return NotEstimable.because(N_("No table of contacts tells who knows whom."))
    return int(np.asarray(ties.single_contact, bool)[rows].sum())

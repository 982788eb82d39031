"""What keeping customers is worth to this firm, from its own rows: the leaking bucket, a point of churn, replacement.

Rules of thumb from the literature (a new customer costs 5 times as much, 5 % is 25-85 % of profit) are nowhere used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from liuke.kernel.estimate import Estimate, NotEstimable
from liuke.kernel.i18n import N_
from liuke.value.lifetime import formula, retention_equity

if TYPE_CHECKING:
    from datetime import date

    from liuke.kernel.estimate import Answer

TITLES = {
    "retention": N_("Share of customers kept a year"),
    "yearly_worth": N_("What a customer is worth a year"),
    "point_of_churn": N_("A point of churn"),
    "retention_equity": N_("Base worth more by a point of retention"),
    "lifetime_formula": N_("Lifetime value of an average customer"),
    "replacement_ratio": N_("New customers needed for one lost"),
    "referred_share": N_("New customers that were referred"),
    "cost_new_by_kept": N_("Cost of a new customer by cost of keeping one"),
    "years_to_empty": N_("Years until half of today's customers are gone"),
}
FORMULAS = {
    "retention": N_("Not lost at the year's end out of those on the books at its start."),
    "yearly_worth": N_(
        "Margin (sales where no margin is used) that those on the books at the year's start had brought in the year "
        "before, by their number; who began in that year counts with what came since."
    ),
    "point_of_churn": N_(
        "One in a hundred of the customers on the books at the year's start times what a customer is worth a year."
    ),
    "retention_equity": N_(
        "N m [1/(1+i−r₁) − 1/(1+i−r₀)], r₁ a point above r₀: customers N on the books at the year's start, m what a "
        "customer is worth a year, discount i."
    ),
    "lifetime_formula": N_(
        "m r / (1 + d − r): m what a customer is worth a year, share kept r, discount d; margin at year's end."
    ),
    "replacement_ratio": N_("What a lost customer brought a year, by what a new one brings in its first year."),
    "referred_share": N_(
        "New customers with a referring customer on file, by all new customers on file; an empty field counts as not "
        "referred."
    ),
    "cost_new_by_kept": N_("Cost of winning one new customer by yearly cost of keeping one, both as stated."),
    "years_to_empty": N_("log ½ / log r, if the share kept stays as it is."),
}
UNITS = {
    "retention": "share",
    "yearly_worth": "money",
    "point_of_churn": "money",
    "retention_equity": "money",
    "lifetime_formula": "money",
    "replacement_ratio": "ratio",
    "referred_share": "share",
    "cost_new_by_kept": "ratio",
    "years_to_empty": "years",
}
NOBODY = N_("Nobody was on the books a year ago.")
NO_SPAN = N_("A full year before the window is needed.")
NOBODY_LOST = N_("Nobody was lost, or no new customer has been seen for a whole year.")
NO_COST = N_("State acquisition_cost and keeping_cost in liuke.toml; without them there is no comparison.")
NO_REFERRAL = N_("No customer file says who referred a customer.")
NOBODY_NEW = N_("No customer was new in the window.")
NEVER_ENDS = N_("Everybody, or nearly everybody, was kept: the sum would not end.")
NO_POINT_LEFT = N_("More than 99% were kept: there is not a whole point of retention left to gain.")
POINT = 0.01
Z = 1.96


@dataclass(frozen=True)
class Year:
    """One year of the bucket: customers that came and went, and the money that moved with them, whole cents.

    Customers: opening + new + won_back - lost = closing. Money: opening + new + won_back + more + less + lost = closing
    (what falls is negative).
    """

    start: date
    end: date
    opening: int
    new: int
    won_back: int
    lost: int
    closing: int
    opening_cents: int
    new_cents: int
    won_back_cents: int
    more_cents: int
    less_cents: int
    lost_cents: int
    closing_cents: int

    def check(self) -> None:
        """ValueError when a bucket does not close."""
        moved = self.new_cents + self.won_back_cents + self.more_cents + self.less_cents + self.lost_cents
        if self.opening + self.new + self.won_back - self.lost != self.closing:
            raise ValueError(f"customers of {self.start} to {self.end} do not close")
        if self.opening_cents + moved != self.closing_cents:
            raise ValueError(f"money of {self.start} to {self.end} does not close")

    @property
    def leak(self) -> float:
        """Lost by opening, 0 to 1; NaN where nobody was there to lose."""
        return self.lost / self.opening if self.opening else float("nan")

    @property
    def filled(self) -> float:
        """What came in for each one that was lost: new and won back by lost; NaN where nobody was lost."""
        return (self.new + self.won_back) / self.lost if self.lost else float("nan")


@dataclass(frozen=True)
class Base:
    """What the economics are made of: sums over the customers of the last year; money in whole cents.

    What a customer is worth is that of the year before (the base year of methods.md section 11): money of the year
    itself would count those who left twice, as less worth and as not kept.
    """

    opening: int  # on the books when the year begins
    lost: int  # of them
    worth: int  # margin (or amount) of the year before from those on the books when the year begins
    lost_worth: int  # what the lost brought in the year before
    new_customers: int  # first bought in the year before and seen for a whole year
    first_year: int  # what those brought in their first year
    full_year: bool  # False: the history is shorter than two years


@dataclass(frozen=True)
class Costs:
    """What the firm states, in cents and as a share a year; None where it states nothing."""

    discount: float
    acquisition: int | None = None
    keeping: int | None = None


def economics(base: Base, costs: Costs, referred: tuple[int, int] | None) -> dict[str, Answer]:
    """Every figure by name (TITLES, UNITS), money in cents; NotEstimable where the rows do not give it.

    `referred` are new customers of the year with a referrer, and all of them; None where no file knows referrers.
    """
    kept = _share(base.opening - base.lost, base.opening, NOBODY)
    found: dict[str, Answer] = {"retention": kept}
    worth: Answer = NotEstimable.because(NOBODY if base.full_year else NO_SPAN)
    if base.opening and base.full_year:
        each = base.worth / base.opening
        worth = Estimate(each, each, each, "count")
    found["yearly_worth"] = worth
    found |= _of_retention(base, kept, worth, costs.discount)
    found["replacement_ratio"] = _replacement(base)
    found["referred_share"] = (
        NotEstimable.because(NO_REFERRAL) if referred is None else _share(referred[0], referred[1], NOBODY_NEW)
    )
    found["cost_new_by_kept"] = NotEstimable.because(NO_COST)
    if costs.acquisition and costs.keeping:
        ratio = costs.acquisition / costs.keeping
        found["cost_new_by_kept"] = Estimate(ratio, ratio, ratio, "stated")
    return found


def _of_retention(base: Base, kept: Answer, worth: Answer, discount: float) -> dict[str, Answer]:
    """What follows from the share kept; its range is carried through, for each figure moves one way with it."""
    names = ("point_of_churn", "retention_equity", "lifetime_formula", "years_to_empty")
    if isinstance(kept, NotEstimable):
        return dict.fromkeys(names, kept)
    found: dict[str, Answer] = {"years_to_empty": _half_life(kept)}
    if isinstance(worth, NotEstimable):
        return found | dict.fromkeys(names[:3], worth)
    point = base.opening * worth.value / 100
    found["point_of_churn"] = Estimate(point, point, point, "count")
    found["retention_equity"] = _equity(base.opening, worth.value, kept, discount)
    found["lifetime_formula"] = _lifetime(worth.value, kept, discount)
    return found


def _equity(customers: int, worth: float, kept: Estimate, discount: float) -> Answer:
    """What one point of retention more is worth: as far as one more can be kept, and while the sum ends."""
    most = 1 - POINT
    if kept.value > most:
        return NotEstimable.because(NO_POINT_LEFT)
    low, high = kept.ends
    shares = (kept.value, low, min(high, most))
    if max(shares) + POINT >= 1 + discount:
        return NotEstimable.because(NEVER_ENDS)
    return _ranged([retention_equity(customers, worth, share, share + POINT, discount) for share in shares])


def _lifetime(worth: float, kept: Estimate, discount: float) -> Answer:
    """The lifetime value of the average customer by the formula, while the sum ends."""
    shares = (kept.value, *kept.ends)
    if max(shares) >= 1 + discount:
        return NotEstimable.because(NEVER_ENDS)
    return _ranged([formula(worth, share, discount) for share in shares])


def _ranged(found: list[float]) -> Estimate:
    """A formula's value at the share kept, between those at the ends of its range: below 0 they change places."""
    return Estimate(found[0], min(found), max(found), "formula")


def _half_life(kept: Estimate) -> Answer:
    """Years until half are gone at a constant share kept."""
    if not 0 < kept.value < 1:
        return NotEstimable.because(NEVER_ENDS)
    ends = [float(np.log(0.5) / np.log(min(max(share, 1e-9), 1 - 1e-9))) for share in (kept.value, *kept.ends)]
    return Estimate(ends[0], ends[1], ends[2], "formula")


def _replacement(base: Base) -> Answer:
    """Yearly worth of a lost customer by the first year's worth of a new one."""
    if not base.full_year:
        return NotEstimable.because(NO_SPAN)
    both = averages(base.lost_worth, base.lost, base.first_year, base.new_customers)
    if both is None:
        return NotEstimable.because(NOBODY_LOST)
    ratio = both[0] / both[1]
    return Estimate(ratio, ratio, ratio, "count")


def averages(lost_worth: int, lost: int, first_year: int, new: int) -> tuple[float, float] | None:
    """What a lost customer brought and what a new one brings on average; None without both, or where new ones cost."""
    return (lost_worth / lost, first_year / new) if min(lost, first_year, new) > 0 else None


def _share(part: int, whole: int, nobody: str) -> Answer:
    """Part of whole with Wilson's 95 % interval (1927)."""
    if not whole:
        return NotEstimable.because(nobody)
    share, spread = part / whole, Z * Z / whole
    middle = (share + spread / 2) / (1 + spread)
    half = Z * float(np.sqrt(share * (1 - share) / whole + spread / (4 * whole))) / (1 + spread)
    return Estimate(share, max(middle - half, 0.0), min(middle + half, 1.0), "wilson")

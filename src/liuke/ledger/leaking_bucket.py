"""The leaking bucket and the economics of keeping customers, summed chunk by chunk from a run's panel."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from liuke.kernel.estimate import Estimate, NotEstimable
from liuke.kernel.money import from_cents
from liuke.ledger import waterfall
from liuke.ledger.rates import BY_NAME, view
from liuke.ledger.year_pair import last_window
from liuke.panel.states import perhaps_older
from liuke.value.economics import UNITS, Base, Costs, Year, economics

if TYPE_CHECKING:
    from liuke.kernel.period import Periods
    from liuke.kernel.settings import Settings
    from liuke.ledger.waterfall import Late
    from liuke.panel.panel import Bool, Int32, Panel
    from liuke.panel.states import States

MOST_YEARS = 5
LEDGER: dict[str, type[pl.DataType] | pl.DataType] = {
    "from": pl.Date, "to": pl.Date, "opening": pl.Int64, "new": pl.Int64, "won_back": pl.Int64, "lost": pl.Int64,
    "closing": pl.Int64, "leak": pl.Float64, "filled": pl.Float64, "opening_amount": pl.Decimal(18, 2),
    "new_amount": pl.Decimal(18, 2), "won_back_amount": pl.Decimal(18, 2), "more_amount": pl.Decimal(18, 2),
    "less_amount": pl.Decimal(18, 2), "lost_amount": pl.Decimal(18, 2), "late_amount": pl.Decimal(18, 2),
    "closing_amount": pl.Decimal(18, 2), "full_year": pl.Boolean,
}  # fmt: skip
MOVES = ("new", "won_back", "more", "less", "lost")


@dataclass(frozen=True)
class Sums:
    """Sums over any share of the customers; those of separate chunks add up. Money in whole cents."""

    periods: Periods
    years: tuple[waterfall.LedgerTally, ...]  # latest first; one where there are less than two years
    base: Base
    referred: tuple[int, int] | None  # new customers of the last year with a referrer, and those with a file

    def __add__(self, other: Sums) -> Sums:
        """Both together; one of them may be `nothing`."""
        if not self.years:
            return other
        names = ("opening", "lost", "worth", "lost_worth", "new_customers", "first_year")
        base = replace(self.base, **{name: getattr(self.base, name) + getattr(other.base, name) for name in names})
        years = tuple(a + b for a, b in zip(self.years, other.years, strict=True))
        both = self.referred is not None and other.referred is not None
        named = (self.referred[0] + other.referred[0], self.referred[1] + other.referred[1]) if both else None  # type: ignore[index]  # both are there
        return Sums(self.periods, years, base, named)


def nothing(periods: Periods) -> Sums:
    """The sums of no customers at all."""
    return Sums(periods, (), Base(0, 0, 0, 0, 0, 0, full_year=False), None)


def bucket_tally(
    panel: Panel, state: States, left_days: Int32, referred: tuple[Bool, Bool] | None, rows: slice
) -> Sums:
    """The sums of a chunk with one row a customer; `state` is (customers, periods), `referred` over all customers."""
    year, last = panel.periods.per_year, panel.shape[1] - 1
    ends = [end for end in range(last, -1, -year) if end + 1 >= 2 * year][:MOST_YEARS] or [last]
    years = tuple(
        waterfall.ledger_tally(
            panel if end == last else panel.until(end), state if end == last else state[:, : end + 1]
        )
        for end in ends
    )
    window = last_window(panel.periods)
    if isinstance(window, NotEstimable):
        return Sums(panel.periods, years, nothing(panel.periods).base, None)
    seen = view(panel, state, left_days, window)
    lost_worth, lost, first_year, newcomers = (int(each.sum()) for each in BY_NAME["replacement_ratio"].terms(seen))
    base = Base(
        opening=int(seen.base.sum()),
        lost=lost,
        worth=int((seen.worth_before * seen.base).sum()),
        lost_worth=lost_worth,
        new_customers=newcomers,
        first_year=first_year,
        full_year=window.length == year,
    )
    named = None
    if referred is not None:
        late = (panel.alive_from > window.opening) & (panel.alive_from <= last)
        new = late & ~perhaps_older(panel, panel.first_on[:, -1], int(left_days[-1]))
        named = (int((new & referred[0][rows]).sum()), int((new & referred[1][rows]).sum()))
    return Sums(panel.periods, years, base, named)


def bucket_table(sums: Sums, late: Late | None) -> pl.DataFrame:
    """One row a year, oldest first (see LEDGER); the last one holds the late documents as the waterfall does.

    opening + new + won_back - lost = closing, and the amounts from opening to late sum to closing.
    """
    rows = []
    for number, ledger in enumerate(sums.years):
        if isinstance(ledger.window, NotEstimable):
            continue
        year = _year(ledger)
        year.check()
        later = late if number == 0 and late is not None else waterfall.Late()
        before, within = sum(later.before.values()), sum(later.within.values())
        moved = {f"{move}_amount": from_cents(ledger.move_cents[move]) for move in MOVES}
        rows.append(
            {
                "from": year.start, "to": year.end, "opening": year.opening, "new": year.new,
                "won_back": year.won_back, "lost": year.lost, "closing": year.closing,
                "leak": year.leak, "filled": year.filled,
                "opening_amount": from_cents(year.opening_cents + before), **moved,
                "late_amount": from_cents(within - before),
                "closing_amount": from_cents(year.closing_cents + within),
                "full_year": ledger.window.length == sums.periods.per_year,
            }
        )  # fmt: skip
    made = pl.DataFrame(rows[::-1], schema=LEDGER)
    return made.with_columns(pl.col("leak", "filled").fill_nan(None))


def _year(ledger: waterfall.LedgerTally) -> Year:
    assert not isinstance(ledger.window, NotEstimable)
    start, end = ledger.window.span(ledger.periods)
    heads = ledger.customers
    moved = {f"{move}_cents": ledger.move_cents[move] for move in MOVES}
    return Year(
        start=start, end=end, opening=heads.opening, new=heads.new, won_back=heads.won_back, lost=heads.lost,
        closing=heads.closing, opening_cents=ledger.opening_cents, closing_cents=ledger.closing_cents, **moved,
    )  # fmt: skip


def economics_table(sums: Sums, settings: Settings) -> pl.DataFrame:
    """One row a figure: name, unit, value with its range (money in currency units), or the reason why there is none."""
    costs = Costs(
        discount=settings.number("discount_rate"),
        acquisition=round(settings.number("acquisition_cost") * 100) or None,
        keeping=round(settings.number("keeping_cost") * 100) or None,
    )
    rows = []
    for name, answer in economics(sums.base, costs, sums.referred).items():
        scale = 100 if UNITS[name] == "money" else 1
        if isinstance(answer, Estimate):
            ends = [float(np.round(end / scale, 6)) for end in (answer.value, *answer.ends)]
            rows.append((name, UNITS[name], *ends, None))
        else:
            rows.append((name, UNITS[name], None, None, None, answer.reason.pack()))
    schema = {"figure": pl.String, "unit": pl.String, "value": pl.Float64, "low": pl.Float64, "high": pl.Float64,
              "reason": pl.String}  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")

"""The two equal spans every yearly comparison stands on: the last year against the year before, or shorter halves.

Where the history is shorter than two years the complete periods are halved and both spans are labelled, so that no
number pretends to a year that was not seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from liuke.kernel.estimate import NotEstimable
from liuke.kernel.i18n import N_
from liuke.kernel.period import period_end, period_start

if TYPE_CHECKING:
    from datetime import date

    from liuke.kernel.period import Periods, Unit

NEEDS: dict[Unit, str] = {
    "month": N_("Needs {needs} complete months, has {has}."),
    "week": N_("Needs {needs} complete weeks, has {has}."),
    "quarter": N_("Needs {needs} complete quarters, has {has}."),
}


@dataclass(frozen=True)
class YearPair:
    """`length` periods ending with position `end`, set against as many before them."""

    end: int  # position of the last period
    length: int  # periods in each of the two spans

    @property
    def opening(self) -> int:
        """Position of the period whose end opens the window; -1 or less when the history does not reach it."""
        return self.end - self.length

    @property
    def within(self) -> slice:
        """Columns of the window itself."""
        return slice(max(self.opening + 1, 0), self.end + 1)

    @property
    def before(self) -> slice:
        """Columns of the span before, of the same length where the history reaches it."""
        return slice(max(self.opening + 1 - self.length, 0), max(self.opening + 1, 0))

    def span(self, periods: Periods) -> tuple[date, date]:
        """First and last day of the window."""
        return (
            period_start(periods.first + self.opening + 1, periods.unit),
            period_end(periods.first + self.end, periods.unit),
        )

    def span_before(self, periods: Periods) -> tuple[date, date]:
        """First and last day of the span before."""
        return (
            period_start(periods.first + self.opening + 1 - self.length, periods.unit),
            period_end(periods.first + self.opening, periods.unit),
        )


def last_window(periods: Periods) -> YearPair | NotEstimable:
    """The last year against the year before; halves of the history where two years do not exist; a reason below two."""
    length = min(periods.per_year, len(periods) // 2)
    if length < 1:
        return too_short(periods, 2)
    return YearPair(len(periods) - 1, length)


def too_short(periods: Periods, needs: int) -> NotEstimable:
    """The reason to give when so many complete periods would be needed."""
    return NotEstimable.because(NEEDS[periods.unit], needs=needs, has=len(periods))

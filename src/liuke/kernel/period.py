"""Months, weeks and quarters as consecutive whole numbers, so that arrays can be indexed by them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np
import numpy.typing as npt

Unit = Literal["month", "week", "quarter"]
Days = npt.NDArray[np.int32]  # days since 1970-01-01
EPOCH = date(1970, 1, 1)


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def day_of(number: int) -> date:
    """The calendar day of a day number."""
    return EPOCH + timedelta(days=int(number))


def period_number(day: date, unit: Unit) -> int:
    """The period a day lies in, counted from year 0 (month, quarter) or from the week of 1970-01-01 (Monday weeks)."""
    if unit == "month":
        return day.year * 12 + day.month - 1
    if unit == "quarter":
        return day.year * 4 + (day.month - 1) // 3
    return (day_number(day) + 3) // 7


def period_start(number: int, unit: Unit) -> date:
    """First day of a period."""
    if unit == "month":
        return date(number // 12, number % 12 + 1, 1)
    if unit == "quarter":
        return date(number // 4, number % 4 * 3 + 1, 1)
    return day_of(number * 7 - 3)


def period_end(number: int, unit: Unit) -> date:
    """Last day of a period; of the last one the calendar has, its last day."""
    if number >= period_number(date.max, unit):
        return date.max
    return period_start(number + 1, unit) - timedelta(days=1)


def label(number: int, unit: Unit) -> str:
    """`2026-10`, `2026-Q4`, or the week's Monday."""
    start = period_start(number, unit)
    if unit == "month":
        return f"{start:%Y-%m}"
    if unit == "quarter":
        return f"{start.year}-Q{(start.month + 2) // 3}"
    return start.isoformat()


@dataclass(frozen=True)
class Periods:
    """A run of consecutive periods, first and last included."""

    unit: Unit
    first: int
    last: int

    def __len__(self) -> int:
        return self.last - self.first + 1

    @property
    def numbers(self) -> range:
        """The period numbers in order."""
        return range(self.first, self.last + 1)

    @property
    def ends(self) -> Days:
        """Last day of each period as a day number; (periods,)."""
        return np.array([day_number(period_end(n, self.unit)) for n in self.numbers], dtype=np.int32)

    @property
    def starts(self) -> Days:
        """First day of each period as a day number; (periods,)."""
        return np.array([day_number(period_start(n, self.unit)) for n in self.numbers], dtype=np.int32)

    @property
    def labels(self) -> list[str]:
        """Each period's name."""
        return [label(n, self.unit) for n in self.numbers]

    @property
    def per_year(self) -> int:
        """How many of these make a year."""
        return {"month": 12, "week": 52, "quarter": 4}[self.unit]

    def index(self, day: date) -> int:
        """Position of the period a day lies in; outside the run it is below 0 or at least `len`."""
        return period_number(day, self.unit) - self.first


def last_working_day(number: int, unit: Unit) -> date:
    """The last working day of a period (Chinese calendar; by weekday alone in a year it does not know)."""
    day = period_end(number, unit)
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


def is_working_day(day: date) -> bool:
    """Whether people work on that day: make-up Saturdays count, public holidays don't; unknown years go by weekday."""
    import chinese_calendar

    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:  # a year the holiday calendar does not cover yet
        return day.weekday() < 5


def last_complete_period(first: date, last: date, unit: Unit) -> int | None:
    """The last period documents cover to its end, or None when not one period is complete.

    A period is complete when a later document exists or its last working day is covered (design.md section 5).
    """
    number = period_number(last, unit)
    if last < last_working_day(number, unit):
        number -= 1
    return number if number >= period_number(first, unit) else None

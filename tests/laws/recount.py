"""A firm's customers counted again from its documents, in plain Python; nothing of the product is used.

It follows what is written, not what is coded: design.md sections 4 and 5, the docstrings of the states and of the two
classic rules. Money in whole cents.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from random_exports import Version

    from firms import Doc

BASES = ("invoice", "delivery", "order")
Month = int  # years times 12 plus months


def month_of(day: date) -> Month:
    """The month a day lies in."""
    return day.year * 12 + day.month - 1


def last_day(month: Month) -> date:
    """The end of a month."""
    return date(month // 12, month % 12 + 1, monthrange(month // 12, month % 12 + 1)[1])


def kind_of(doc: Doc) -> str:
    """An invoice below nothing is a return."""
    return "return" if doc.kind == "invoice" and doc.cents < 0 else doc.kind


def known_at(versions: Iterable[Version], day: date) -> list[Doc]:
    """The documents dated by a day as they were known on it."""
    return [each.doc for each in versions if each.doc.on <= day and each.known <= day < each.gone]


def purchases(docs: list[Doc], basis: str) -> list[Doc]:
    """Of one customer's documents those that are purchases: worth something, on a day on which something was kept."""
    kept: dict[date, int] = {}
    for doc in docs:
        if kind_of(doc) in (basis, "return"):
            kept[doc.on] = kept.get(doc.on, 0) + doc.cents
    return [doc for doc in docs if kind_of(doc) == basis and doc.cents > 0 and kept[doc.on] != 0]


@dataclass
class Firm:
    """What is known of a firm at the end of a month."""

    versions: list[Version]
    merges: dict[str, str]
    as_of: Month
    margin: Callable[[int], int]

    def __post_init__(self) -> None:
        self.end = last_day(self.as_of)
        self.docs = known_at(self.versions, self.end)
        self.heard = heard = [each.doc for each in self.versions if max(each.doc.on, each.known) <= self.end]
        kinds = {kind_of(doc) for doc in heard}
        self.basis = next(kind for kind in BASES if kind in kinds)
        self.export_start = min(doc.on for doc in heard if kind_of(doc) == self.basis)
        self.horizons = self._horizons()

    def owner(self, name: str) -> str:
        """Whom a customer is counted under."""
        return self.merges.get(name, name)

    def customers(self) -> list[str]:
        """Everybody heard of: with a document of any kind, be it one corrected since."""
        return sorted({self.owner(doc.customer) for doc in self.heard})

    def money(self, docs: Iterable[Doc]) -> list[Doc]:
        """Documents of the basis and what came back of them."""
        return [doc for doc in docs if kind_of(doc) in (self.basis, "return")]

    def _horizons(self) -> dict[Month, int]:
        """Days of silence that count as leaving at the end of each month, as it was known then."""
        found = {}
        for month in range(month_of(min(doc.on for doc in self.docs)), self.as_of + 1):
            own_docs: dict[str, list[Doc]] = {}
            for doc in known_at(self.versions, last_day(month)):
                own_docs.setdefault(self.owner(doc.customer), []).append(doc)
            days = {name: {doc.on for doc in purchases(own, self.basis)} for name, own in own_docs.items()}
            gaps = sorted(
                round((max(own) - min(own)).days / (len(own) - 1)) for own in days.values() if len(own) >= 4
            )  # with three gaps there is a rhythm
            middle = gaps[(len(gaps) - 1) // 2] if gaps else None
            found[month] = 365 if middle is None else min(max(3 * middle, 60), 365)
        return found

    def customer(self, name: str) -> Customer:
        """One of them."""
        own = [doc for doc in self.docs if self.owner(doc.customer) == name]
        return Customer(self, own)


@dataclass
class Customer:
    """One customer of a firm; `docs` are its own, as known."""

    firm: Firm
    docs: list[Doc]

    def __post_init__(self) -> None:
        self.bought = purchases(self.docs, self.firm.basis)
        self.days = sorted({doc.on for doc in self.bought})
        self.amounts: dict[Month, int] = {}
        for doc in self.firm.money(self.docs):
            self.amounts[month_of(doc.on)] = self.amounts.get(month_of(doc.on), 0) + doc.cents

    def amount(self, month: Month) -> int:
        """Cents of one month, returns taken off."""
        return self.amounts.get(month, 0)

    def between(self, first: Month, last: Month) -> int:
        """Cents of some months."""
        return sum(cents for month, cents in self.amounts.items() if first <= month <= last)

    def figures(self) -> dict[str, Any]:
        """What `customer_now` must say of it."""
        now, year = self.firm.as_of, 12
        silent = (self.firm.end - self.days[-1]).days if self.days else None
        gap = (self.days[-1] - self.days[0]).days / (len(self.days) - 1) if len(self.days) > 1 else None
        last = month_of(self.days[-1]) if self.days else None
        earned = [
            self.firm.margin(cents)
            for doc in self.firm.money(self.docs)
            if now - year < month_of(doc.on)
            for cents, _, _ in doc.lines
        ]
        return {
            "state": self.state(),
            "first_on": self.days[0] if self.days else None,
            "last_on": self.days[-1] if self.days else None,
            "silent_days": silent,
            "own_gap_days": gap,
            "occasions": len(self.days),
            "documents": len(self.bought),
            "amount_12": self.between(now - year + 1, now),
            "amount_before_12": self.between(now - 2 * year + 1, now - year),
            "margin_12": sum(earned),
            "usual_year": 0 if last is None else self.between(last - year + 1, last),
            "falling_three": self.still_here() and self.falling(3),
            "probably_lost": self.still_here() and self.at_or_below(0, 3),
        }

    def still_here(self) -> bool:
        """Has bought and is not lost: of others no rule speaks."""
        return bool(self.days) and (self.firm.end - self.days[-1]).days <= self.firm.horizons[self.firm.as_of]

    def falling(self, periods: int) -> bool:
        """Each of the last months is below the one before it, from a level above 0 reached as a customer."""
        now = self.firm.as_of
        levels = [self.amount(now - back) for back in range(periods, -1, -1)]
        return (
            levels[0] > 0
            and self.had_bought(now - periods)
            and all(later < earlier for earlier, later in pairwise(levels))
        )

    def at_or_below(self, cents: int, periods: int) -> bool:
        """None of the last months is above an amount, and the first purchase lies before them."""
        now = self.firm.as_of
        return self.had_bought(now - periods) and all(self.amount(now - back) <= cents for back in range(periods))

    def had_bought(self, month: Month) -> bool:
        """Whether the first purchase lies in or before a month."""
        return bool(self.days) and month_of(self.days[0]) <= month

    def usual(self, before: Month) -> float | None:
        """Mean of a year before a month, of the months since the first purchase, of which there must be six."""
        lived = min(before - month_of(self.days[0]), 12)
        return self.between(before - 12, before - 1) / lived if lived >= 6 else None

    def came_back_on(self) -> date | None:
        """The day of the last purchase after a silence longer than counted as leaving the month before."""
        found = None
        for month in sorted({month_of(day) for day in self.days}):
            before = [day for day in self.days if month_of(day) < month]
            soonest = min(day for day in self.days if month_of(day) == month)
            if before and (soonest - before[-1]).days > self.firm.horizons[month - 1]:
                found = soonest
        return found

    def state(self) -> str:
        """The first of the eight that holds."""
        if not self.days:
            return "never_bought"
        now, end, horizon = self.firm.as_of, self.firm.end, self.firm.horizons[self.firm.as_of]
        silent, gaps, back = (end - self.days[-1]).days, len(self.days) - 1, self.came_back_on()
        if silent > horizon:
            return "lost"
        if back is not None and (end - back).days <= 90:
            return "won_back"
        if gaps >= 3 and silent > 2 * (self.days[-1] - self.days[0]).days / gaps:
            return "dormant"
        perhaps_older = (self.days[0] - self.firm.export_start).days < horizon
        new = (end - self.days[0]).days <= 90 and not perhaps_older
        return self.less_than_usual(now) or ("new" if new else "active")

    def less_than_usual(self, now: Month) -> str | None:
        """Token orders or falling, by the last three months against the year before them."""
        usual = self.usual(now - 2)
        if usual is None:
            return None
        recent = [self.amount(now - back) for back in range(3)]
        if all(0 < cents <= 0.10 * usual for cents in recent):
            return "token"
        return "falling" if usual > 0 and sum(recent) < 0.50 * 3 * usual else None

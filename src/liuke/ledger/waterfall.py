"""The ledger of customers and of money, from opening to closing, equal to the documents to the cent.

Customers: opening + new + won back - lost = closing. Money, a span against the one before it: opening + new +
won back + bought more - bought less - lost + late documents = closing. Both are whole-number sums over customers, so
chunks are tallied apart and added; a ledger that does not close is refused, never shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.errors import Refused
from liuke.kernel.estimate import NotEstimable
from liuke.kernel.i18n import N_
from liuke.kernel.money import from_cents
from liuke.kernel.period import period_end, period_start
from liuke.ledger.rates import LOST, NEVER_BOUGHT, in_base
from liuke.ledger.year_pair import YearPair, last_window

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from liuke.kernel.period import Periods
    from liuke.panel.panel import Bool, Int, Panel
    from liuke.panel.states import States

STEPS = ("opening", "new", "won_back", "more", "less", "lost", "late", "closing")
MOVES = ("new", "won_back", "more", "less", "lost")  # what a customer's difference can be put down to
TITLES = {
    "opening": N_("Opening"),
    "new": N_("New"),
    "won_back": N_("Won back"),
    "more": N_("Bought more"),
    "less": N_("Bought less"),
    "lost": N_("Lost"),
    "late": N_("Late documents"),
    "closing": N_("Closing"),
}


@dataclass(frozen=True)
class CustomerLedger:
    """One ledger of customers; `closing` equals opening + new + won_back - lost."""

    opening: int = 0
    new: int = 0
    won_back: int = 0
    lost: int = 0
    closing: int = 0

    def __add__(self, other: CustomerLedger) -> CustomerLedger:
        return CustomerLedger(
            self.opening + other.opening,
            self.new + other.new,
            self.won_back + other.won_back,
            self.lost + other.lost,
            self.closing + other.closing,
        )

    def check(self) -> None:
        """Refuse a ledger that does not close."""
        reached = self.opening + self.new + self.won_back - self.lost
        if reached != self.closing:
            raise Refused(DOES_NOT_CLOSE, reached=reached, closing=self.closing, difference=self.closing - reached)


DOES_NOT_CLOSE = N_("The ledger does not close: the steps lead to {reached}, not {closing}; {difference} apart.")


@dataclass(frozen=True)
class LedgerTally:
    """Whole-number sums of any share of the customers; tallies of separate chunks add up to that of all."""

    periods: Periods
    window: YearPair | NotEstimable
    customers: CustomerLedger  # over the whole window, by its two ends
    by_period: tuple[CustomerLedger, ...]  # one a period of the window, each from the end of the period before it
    opening_cents: int
    closing_cents: int
    move_cents: Mapping[str, int]
    move_customers: Mapping[str, int]  # how many customers stand behind each move of money

    def __add__(self, other: LedgerTally) -> LedgerTally:
        if self.periods != other.periods:
            raise ValueError("tallies of different periods can't be added")
        return LedgerTally(
            self.periods,
            self.window,
            self.customers + other.customers,
            tuple(a + b for a, b in zip(self.by_period, other.by_period, strict=True)),
            self.opening_cents + other.opening_cents,
            self.closing_cents + other.closing_cents,
            {move: self.move_cents[move] + other.move_cents[move] for move in MOVES},
            {move: self.move_customers[move] + other.move_customers[move] for move in MOVES},
        )


@dataclass(frozen=True)
class Late:
    """Net amounts in cents, by document kind, of documents dated in a span but known only after as_of."""

    within: Mapping[str, int] = field(default_factory=dict)
    before: Mapping[str, int] = field(default_factory=dict)

    @property
    def cents(self) -> int:
        """What they change in the difference between the two spans."""
        return sum(self.within.values()) - sum(self.before.values())


def ledger_tally(panel: Panel, states: States) -> LedgerTally:
    """Sums for the last window of a panel with one row a customer, as known at as_of; states are (rows, periods)."""
    window = last_window(panel.periods)
    nothing = dict.fromkeys(MOVES, 0)
    if isinstance(window, NotEstimable):
        return LedgerTally(panel.periods, window, CustomerLedger(), (), 0, 0, nothing, nothing)
    before = panel.amount[:, window.before].sum(axis=1)
    within = panel.amount[:, window.within].sum(axis=1)
    change = within - before
    kinds = classify(states[:, window.opening], states[:, window.end], change)
    return LedgerTally(
        panel.periods,
        window,
        _between(states[:, window.opening], states[:, window.end]),
        tuple(_between(states[:, at - 1], states[:, at]) for at in range(window.opening + 1, window.end + 1)),
        int(before.sum()),
        int(within.sum()),
        {move: int(change[mask].sum()) for move, mask in kinds.items()},
        {move: int((mask & (change != 0)).sum()) for move, mask in kinds.items()},
    )


def _between(opening: States, closing: States) -> CustomerLedger:
    """The ledger of customers between two states of everybody; arrays are (rows,)."""
    was, now = in_base(opening), in_base(closing)
    return CustomerLedger(
        opening=int(was.sum()),
        new=int((now & (opening == NEVER_BOUGHT)).sum()),
        won_back=int((now & (opening == LOST)).sum()),
        lost=int((was & ~now).sum()),
        closing=int(now.sum()),
    )


def classify(opening: States, closing: States, change: Int) -> dict[str, Bool]:
    """The one move each customer's difference belongs to; masks (rows,) that overlap nowhere and cover everybody.

    Signs are honest: only `new` could hold a negative difference (a customer with returns and no purchase).
    """
    new = opening == NEVER_BOUGHT
    rose = ~new & (change >= 0)
    fell = ~new & (change < 0)
    back = rose & (opening == LOST)
    gone = fell & (closing == LOST)
    return {"new": new, "won_back": back, "more": rose & ~back, "less": fell & ~gone, "lost": gone}


SCHEMA: dict[str, type[pl.DataType] | pl.DataType] = {
    "scope": pl.String,  # "window": the whole span; "period": one period of it (customers only)
    "from": pl.Date,  # the span the step belongs to; the opening figure is the end of the day before
    "to": pl.Date,
    "before_from": pl.Date,  # the span money is compared with; null for scope "period"
    "before_to": pl.Date,
    "step": pl.String,  # see STEPS
    "customers": pl.Int64,  # signed: lost is negative; null where a step moves money only
    "amount": pl.Decimal(18, 2),  # signed, currency units; null for scope "period"
    "amount_customers": pl.Int64,  # customers behind a move of money
    "full_year": pl.Boolean,  # False: less than two years of history, so the spans are halves of it
    "reason": pl.String,  # why there is no ledger, packed: one row without a step
}


def waterfall_table(
    tally: LedgerTally, late: Late | None = None, documents: tuple[int, int] | None = None
) -> pl.DataFrame:
    """One row a step (see SCHEMA), signed, so that a scope's rows from opening to the last move sum to closing.

    `late` are documents the panel did not know at as_of; they enter both ends and the line of their own. `documents`
    are the cents of all documents of the two spans (before, within), counted apart: a difference is refused.
    """
    if isinstance(tally.window, NotEstimable):
        return pl.DataFrame([{"reason": tally.window.reason.pack()}], schema=SCHEMA)
    later = late or Late()
    opening = tally.opening_cents + sum(later.before.values())
    closing = tally.closing_cents + sum(later.within.values())
    money = {"opening": opening, **tally.move_cents, "late": later.cents, "closing": closing}
    _close(money, documents)
    span, before = tally.window.span(tally.periods), tally.window.span_before(tally.periods)
    full = tally.window.length == tally.periods.per_year
    heads = _steps(tally.customers)
    rows = [
        _line(
            "window",
            (*span, *before),
            step,
            heads.get(step),
            cents=money[step],
            behind=tally.move_customers.get(step),
            full=full,
        )
        for step in STEPS
    ]
    first = tally.periods.first + tally.window.opening + 1
    for number, ledger in enumerate(tally.by_period, start=first):
        dates = (period_start(number, tally.periods.unit), period_end(number, tally.periods.unit), None, None)
        rows += [_line("period", dates, step, count, full=full) for step, count in _steps(ledger).items()]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _steps(ledger: CustomerLedger) -> dict[str, int]:
    """Signed steps of a ledger of customers, checked."""
    ledger.check()
    return {
        "opening": ledger.opening,
        "new": ledger.new,
        "won_back": ledger.won_back,
        "lost": -ledger.lost,
        "closing": ledger.closing,
    }


def _close(money: Mapping[str, int], documents: tuple[int, int] | None) -> None:
    """Refuse money whose steps do not lead to its closing figure, or whose ends are not the documents'."""
    reached = sum(cents for step, cents in money.items() if step != "closing")
    ends = [(reached, money["closing"])]
    if documents is not None:
        ends += [(money["opening"], documents[0]), (money["closing"], documents[1])]
    for mine, theirs in ends:
        if mine != theirs:
            a, b = from_cents(mine), from_cents(theirs)
            raise Refused(DOES_NOT_CLOSE, reached=f"{a:,}", closing=f"{b:,}", difference=f"{b - a:,}")


def _line(
    scope: str,
    dates: tuple[date, date, date | None, date | None],
    step: str,
    customers: int | None,
    *,
    cents: int | None = None,
    behind: int | None = None,
    full: bool,
) -> tuple[object, ...]:
    amount = None if cents is None else from_cents(cents)
    return (scope, *dates, step, customers, amount, behind, full, None)

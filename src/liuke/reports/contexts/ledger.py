"""The ledger of customers and money from opening to closing over two equal spans."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import polars as pl

from liuke.kernel.i18n import N_
from liuke.kernel.period import period_number
from liuke.kernel.said import Said, Wordings
from liuke.ledger.waterfall import TITLES
from liuke.reports import figures, stored
from liuke.reports.charts import Floating
from liuke.reports.contexts.base import Context
from liuke.reports.listings import money
from liuke.reports.shown import Listed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from liuke.reports.contexts.base import Source
    from liuke.reports.contexts.strip import Strip

SIGNS = {"opening": "", "closing": "=", "new": "+", "won_back": "+", "more": "+", "less": figures.MINUS,
         "lost": figures.MINUS}  # fmt: skip
SPANS = N_("{start} to {end}, money against {before_start} to {before_end}")
ONE, MANY = N_("1 customer"), N_("{n} customers")


@dataclass(frozen=True)
class Step(Context):
    """One line of the ledger."""

    step: Annotated[str, "opening, new, won_back, more, less, lost, late or closing"]
    title: Annotated[Said, "its name"]
    sign: Annotated[str, "how it enters the sum"]
    note: Annotated[Said | date | None, "day of a total, or customers behind an amount"]
    total: Annotated[bool, "opening or closing"]
    customers: Annotated[int | None, "signed; None where a step moves money only"]
    customers_drawn: Annotated[Floating, "floating bar of the customers"]
    amount: Annotated[Decimal | None, "signed, currency units"]
    amount_drawn: Annotated[Floating, "floating bar of the amount"]


@dataclass(frozen=True)
class Ledger(Context):
    """The ledger, or why there is none."""

    missing: Annotated[Said, "why there is no ledger; nothing where there is one"]
    steps: Annotated[Sequence[Step], "lines from opening to closing; late documents only where there are any"]
    listed: Annotated[Listed, "the same lines as a listing"]
    span: Annotated[tuple[date, date] | None, "first and last day of the window"]
    before: Annotated[tuple[date, date] | None, "first and last day of the span it is compared with"]
    periods: Annotated[int, "periods in each span"]
    full_year: Annotated[bool, "False: the spans are halves of a shorter history"]
    spans: Annotated[Said, "both spans in words"]
    turnover: Annotated[str, "document kind the money is of"]
    money_unit: Annotated[Wordings, "unit of the amounts"]

    def amount(self, name: str) -> Decimal:
        """The amount of a step; 0 for one that moves none."""
        return next((step.amount for step in self.steps if step.step == name), None) or Decimal(0)


def ledger(source: Source, strip: Strip) -> Ledger:
    """The ledger of the run's window."""
    rows = source.table("waterfall").filter(pl.col("step").is_null() | (pl.col("scope") == "window")).to_dicts()
    unit = Wordings(figures.currency_word(strip.currency), figures.symbol(strip.currency).strip())
    first = rows[0]
    if first["step"] is None:
        why = stored.sentence_of(first) or Said("")
        return Ledger(why, (), Listed(money.LEDGER, []), None, None, 0, False, Said(""), strip.basis, unit)
    rows = [row for row in rows if row["step"] != "late" or row["amount"]]
    people = tuple(row["customers"] for row in rows)
    amounts = tuple(None if row["amount"] is None else float(row["amount"]) for row in rows)
    span, before = (first["from"], first["to"]), (first["before_from"], first["before_to"])
    days = {"opening": before[1], "closing": span[1]}
    steps = [_step(row, days, Floating(people, at), Floating(amounts, at)) for at, row in enumerate(rows)]
    return Ledger(
        missing=Said(""),
        steps=steps,
        listed=Listed(money.LEDGER, rows, currency=strip.currency),
        span=span,
        before=before,
        periods=period_number(span[1], strip.unit) - period_number(span[0], strip.unit) + 1,
        full_year=first["full_year"],
        spans=Said(SPANS, {"start": span[0], "end": span[1], "before_start": before[0], "before_end": before[1]}),
        turnover=strip.basis,
        money_unit=unit,
    )


def _step(row: dict[str, object], days: dict[str, date], people: Floating, amounts: Floating) -> Step:
    name, amount, behind = str(row["step"]), row["amount"], row["amount_customers"]
    assert amount is None or isinstance(amount, Decimal)
    note: Said | date | None = days.get(name)
    if name in ("more", "less") and behind:
        note = so_many_customers(int(str(behind)))
    return Step(
        step=name,
        title=Said(TITLES[name]),
        sign=SIGNS.get(name, "+" if (amount or 0) >= 0 else figures.MINUS),
        note=note,
        total=name in money.ENDS,
        customers=row["customers"],  # type: ignore[arg-type]  # a column of whole numbers
        customers_drawn=people,
        amount=amount,
        amount_drawn=amounts,
    )


def so_many_customers(count: int) -> Said:
    """So many customers, in words."""
    return Said(ONE) if count == 1 else Said(MANY, {"n": figures.count(count)})

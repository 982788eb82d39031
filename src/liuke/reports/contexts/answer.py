"""The answer: how many are leaving, with how much money; what came against what went; an alarm where the base falls."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import polars as pl

from liuke.kernel.said import Said
from liuke.ledger.indicators import base_is_falling
from liuke.reports import figures, words
from liuke.reports.contexts.base import Context

if TYPE_CHECKING:
    from collections.abc import Sequence

    from liuke.reports.contexts.base import Source
    from liuke.reports.contexts.ledger import Ledger
    from liuke.reports.contexts.strip import Strip
    from liuke.reports.contexts.totals import Totals


@dataclass(frozen=True)
class Answer(Context):
    """The first sentences of the overview."""

    first: Annotated[Said, "the answer; its fields hot_, core_, _, bold_ and _bold may be filled with marks"]
    second: Annotated[Said, "what came in against what went away; nothing without a ledger"]
    alarm: Annotated[Said, "said in amber when the base has fallen three periods in a row; else nothing"]


def answer(strip: Strip, totals: Totals, ledger: Ledger | None, base: Sequence[int]) -> Answer:
    """The answer; `base` counts the active customers at each period's end. Without a ledger it is of some customers."""
    second = Said("") if ledger is None else _second(ledger, strip)
    return Answer(_first(totals, strip.currency), second, _alarm(base, strip.unit))


def active(source: Source) -> list[int]:
    """Active customers at each period's end: bought and not lost."""
    counts = source.table("state_count").filter(~pl.col("state").is_in(["never_bought", "lost"]))
    return counts.group_by("period").agg(pl.col("customers").sum()).sort("period")["customers"].to_list()


def _first(totals: Totals, currency: str) -> Said:
    if not totals.listed:
        return Said(words.ANSWER_NOBODY, {"customers": figures.count(totals.customers)})
    fields: dict[str, object] = {"listed": figures.count(totals.listed), **words.NO_LINKS}
    if totals.at_stake is None:
        return Said(words.ANSWER_NO_RISK, fields | {"money": figures.Money(totals.usual_year, currency)})
    fields |= {"leave": figures.count(round(totals.leave)), "money": figures.Money(totals.at_stake, currency)}
    if not totals.core_listed:
        return Said(words.ANSWER_NO_CORE, fields)
    core = {"core": figures.count(totals.core_listed), "core_money": figures.Money(totals.core_at_stake, currency)}
    return Said(words.ANSWER, fields | core)


def _second(ledger: Ledger, strip: Strip) -> Said:
    if not ledger.steps:
        return Said("")
    change = ledger.amount("closing") - ledger.amount("opening")
    moves = [step.amount or Decimal(0) for step in ledger.steps if not step.total]
    gone = sum((amount for amount in moves if amount < 0), Decimal(0))
    come = sum((amount for amount in moves if amount > 0), Decimal(0))
    return Said(
        words.SECOND,
        {
            "basis": Said(words.TURNOVER[strip.basis]),
            "closing": figures.Money(ledger.amount("closing"), strip.currency),
            "length": ledger.periods,
            "periods": Said(words.PERIODS[strip.unit]),
            "change": figures.Money(abs(change), strip.currency),
            "than": Said(words.MORE if change >= 0 else words.LESS),
            "gone": figures.Money(-gone, strip.currency),
            "come": figures.Money(come, strip.currency),
        },
    )


def _alarm(base: Sequence[int], unit: str) -> Said:
    if not base_is_falling(base):
        return Said("")
    fields = {"periods": Said(words.PERIODS[unit]), "first": figures.count(base[-4]), "last": figures.count(base[-1])}
    return Said(words.FALLING_BASE, fields)

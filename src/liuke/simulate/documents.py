"""Orders, deliveries, invoices and returns as the firm's system writes them, a month of orders at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from liuke.simulate.lines import Lines
from liuke.simulate.view import View, gather
from liuke.simulate.words import days, money_word, pick

if TYPE_CHECKING:
    from collections.abc import Iterator

    from liuke.simulate.chance import F64, Ints

PREFIX = {"order": "XD", "delivery": "CK", "invoice": "FP", "return": "TH"}
LATE_ENTRY = 0.03  # share of documents entered some days late


def frames(view: View, lines: Lines) -> Iterator[tuple[str, pl.DataFrame]]:
    """The documents a month's orders lead to by the end of the history: kind and canonical rows."""
    number = _numbers(view, lines)
    day = {"order": lines.ordered, "delivery": lines.delivered, "invoice": lines.invoiced, "return": lines.returned}
    for kind, on in day.items():
        recorded = on + _delay(lines.luck, kind)
        here = np.flatnonzero((on >= 0) & (recorded <= view.end))
        yield kind, _documents(view, lines, kind, here, on[here], recorded[here], number)


def _documents(
    view: View, lines: Lines, kind: str, here: Ints, on: Ints, recorded: Ints, number: pl.Series
) -> pl.DataFrame:
    sign = -1 if kind == "return" else 1
    who = lines.customer[here]
    customers, words = view.firm.customers, view.words
    columns: dict[str, pl.Series | pl.Expr] = {
        "kind": pl.lit(words.word(kind)),
        "document_id": pl.lit(PREFIX[kind]) + gather(number, here),
        "line_no": pl.Series(lines.line_no[here]),
        "customer_id": gather(view.customer_ids, who),
        "customer_name": gather(view.customer_names, who),
        "date": days(on),
        "product_id": gather(view.product_ids, lines.product[here]),
        "product_name": gather(view.product_names, lines.product[here]),
        "quantity": pl.Series(sign * lines.quantity[here]),
        "unit_price": money_word(lines.unit[here]),
        "amount": money_word(sign * lines.amount[here]),
    }
    if kind in ("invoice", "return"):
        columns["margin"] = money_word(sign * lines.margin[here])
        columns["list_price"] = money_word(lines.listed[here])
    columns["salesperson_id"] = gather(view.salesperson_ids, lines.salesperson[here])
    columns["salesperson_name"] = gather(view.salesperson_names, lines.salesperson[here])
    columns["site"] = pick(view.sites, customers.region[who])
    columns["channel"] = pick([words.word("direct"), words.word("dealer")], customers.dealer[who].astype(np.int64))
    if kind in ("order", "delivery"):
        columns["due_on"] = days(lines.due[here])
        columns["delivered_on"] = days(lines.delivered[here], lines.delivered[here] <= view.end)
    if kind == "invoice":
        columns["paid_on"] = days(lines.paid[here], lines.paid[here] <= view.end)
    columns["currency"] = pl.lit(words.word("currency"))
    columns["recorded_on"] = days(recorded)
    series = {name: column for name, column in columns.items() if isinstance(column, pl.Series)}
    frame = pl.DataFrame(series).with_columns(
        **{name: column for name, column in columns.items() if isinstance(column, pl.Expr)}
    )
    return frame.select(*columns)


def _numbers(view: View, lines: Lines) -> pl.Series:
    """What the numbers of a month's documents share: year, month and a count."""
    first = days(view.starts[lines.month : lines.month + 1]).to_list()[0]
    count = int(lines.order[-1]) + 1 if len(lines.order) else 0
    serial = pl.Series(np.arange(1, count + 1)).cast(pl.String).str.zfill(6)
    return gather(f"{first:%y%m}" + serial, lines.order)


def _delay(luck: F64, kind: str) -> Ints:
    """Days until a document is entered: most at once."""
    part = (luck * (7 + len(kind))) % 1  # another draw for each kind of document
    return np.where(part < LATE_ENTRY, 1 + (part / LATE_ENTRY * 14).astype(np.int64), 0)


class Balances:
    """What customers owe at the end, added up as the months of lines go by."""

    def __init__(self, size: int) -> None:
        self.balance = np.zeros(size)
        self.overdue = np.zeros(size)

    def add(self, view: View, lines: Lines) -> None:
        """Count the invoices of a month's orders that are out and not paid at the end."""
        owed = (lines.invoiced <= view.end) & (lines.paid > view.end)
        late = owed & (lines.invoiced + 30 < view.end)
        size = len(self.balance)
        self.balance += np.bincount(lines.customer[owed], weights=lines.amount[owed], minlength=size)
        self.overdue += np.bincount(lines.customer[late], weights=lines.amount[late], minlength=size)

    def table(self, view: View) -> pl.DataFrame:
        """One row a customer who owes something."""
        who = np.flatnonzero(self.balance > 0)
        return pl.DataFrame(
            {
                "customer_id": gather(view.customer_ids, who),
                "on": days(np.full(len(who), view.end)),
                "balance": money_word(np.round(self.balance[who]).astype(np.int64)),
                "overdue": money_word(np.round(self.overdue[who]).astype(np.int64)),
            }
        )

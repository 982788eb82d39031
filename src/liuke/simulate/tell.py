"""The truth written apart from the firm: causes, states, traits, effects of treatments, what comes after."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from liuke.simulate import lines, orders, truth
from liuke.simulate.causes import CAUSES, NONE
from liuke.simulate.state import AWAY, BUYING, CLOSED, NOT_YET, PRUNED
from liuke.simulate.view import View, gather
from liuke.simulate.words import days, pick

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.simulate.chance import F32

STATUS = {NOT_YET: "not_yet", BUYING: "buying", AWAY: "away", CLOSED: "closed", PRUNED: "pruned"}
KINDS = ("well", "lost", "shrunk")


def write_truth(
    folder: Path, view: View, found: truth.Causes, notes: pl.DataFrame, wait: F32, pending: list[pl.DataFrame]
) -> None:
    """Write the truth's tables as Parquet.

    cause: one row a lost or shrunken customer and cause with a share above 0 (`none` where it would have gone anyway);
    customer: one row a customer; customer_month: sales expected, share of wallet, status; treatment_effect: margin in
    yuan by customer and treatment over 3, 12 and 24 months; future_order: what is invoiced after the end; note.
    `wait` is that of the first order after the end, `pending` what `to_invoice` says of the months before it.
    """
    tables = {
        "cause": cause(view, found),
        "customer": truth_of_customers(view, found),
        "customer_month": customer_month(view),
        "treatment_effect": treatment_effect(view),
        "future_order": pl.concat([*pending, future_orders(view, wait)]),
        "note": notes,
    }
    for name, table in tables.items():
        table.write_parquet(folder / f"{name}.parquet")


def cause(view: View, found: truth.Causes) -> pl.DataFrame:
    """customer_id, kind, onset (date), cause, share, saved_yuan (by taking away that cause alone), loss_yuan."""
    gone = np.flatnonzero((found.kind > 0) & (found.primary < 0))
    who, which = np.nonzero(found.share > 0)
    rows = np.concatenate([who, gone])
    code = np.concatenate([which, np.full(len(gone), len(CAUSES))])
    order = np.lexsort((code, rows))
    rows, code = rows[order], code[order]
    real = code < len(CAUSES)
    place = np.minimum(code, len(CAUSES) - 1)
    return pl.DataFrame(
        {
            "customer_id": gather(view.customer_ids, rows),
            "kind": pick(list(KINDS), found.kind[rows]),
            "onset": days(view.starts[np.maximum(found.onset[rows], 0)]),
            "cause": pick([*CAUSES, NONE], code),
            "share": pl.Series(np.where(real, found.share[rows, place], 1.0)),
            "saved_yuan": pl.Series(np.where(real, found.alone[rows, place], 0.0)),
            "loss_yuan": pl.Series(found.loss[rows]),
            "primary": pl.Series(np.where(real, found.primary[rows] == code, True)),
        }
    )


def truth_of_customers(view: View, found: truth.Causes) -> pl.DataFrame:
    """One row a customer: traits, true wallet now, status, kind, primary cause, expected sales before and after.

    leaves_on is the first day of the first month after the history in which who buys at its end no longer does.
    """
    firm, who = view.firm, view.firm.customers
    months, sales = firm.months, view.life.path.sales
    _, index = firm.market.demand(who, months - 1)
    after = sales[:, months : months + 12].sum(axis=1) if firm.horizon >= months + 12 else np.full(len(who), np.nan)
    named = np.where(found.primary < 0, len(CAUSES), found.primary)
    margin = view.life.path.margin[:, months : months + 12].sum(axis=1)
    return pl.DataFrame(
        {
            "customer_id": view.customer_ids,
            "status": pick(list(STATUS.values()), view.life.path.status[:, months - 1].astype(np.int64)),
            "kind": pick(list(KINDS), found.kind),
            "primary": pick([*CAUSES, NONE], np.where(found.kind == 0, -1, named)),
            "wallet_year": pl.Series(who.wallet * np.exp(index)),
            "share_of_wallet": pl.Series(view.life.path.share[:, months - 1]),
            "leaves_on": leaves_on(view),
            "before_12_yuan": pl.Series(sales[:, max(0, months - 12) : months].sum(axis=1)),
            "after_12_yuan": pl.Series(after),
            "after_12_margin": pl.Series(margin),
            "affect": pl.Series(who.affect),
            "price_sensitivity": pl.Series(who.beta),
            "lock_in": pl.Series(who.lock),
            "tie": pl.Series(who.tie),
            "regularity": pl.Series(who.regularity),
            "orders_month": pl.Series(who.orders),
        }
    )


def leaves_on(view: View) -> pl.Series:
    """When each customer who buys at the end of the history leaves after it; null who stays, and who left before."""
    months, status = view.firm.months, view.life.path.status
    gone = (status[:, months:] != BUYING) & (status[:, months - 1 : months] == BUYING)
    return days(view.starts[months + gone.argmax(axis=1)], gone.any(axis=1))


def customer_month(view: View) -> pl.DataFrame:
    """One row a customer and month of the history from its first: expected sales in yuan, share of wallet, status."""
    months, path = view.firm.months, view.life.path
    who, month = np.nonzero(path.status[:, :months] != NOT_YET)
    return pl.DataFrame(
        {
            "customer_id": gather(view.customer_ids, who),
            "month": days(view.starts[month]),
            "sales_yuan": pl.Series(path.sales[who, month]),
            "share_of_wallet": pl.Series(path.share[who, month]),
            "status": pick(list(STATUS.values()), path.status[who, month].astype(np.int64)),
        }
    )


def treatment_effect(view: View) -> pl.DataFrame:
    """One row a customer and treatment given just after the history: margin added, net of cost, in yuan."""
    frames = [
        pl.DataFrame({"customer_id": view.customer_ids}).with_columns(
            treatment=pl.lit(name),
            **{f"effect_{months}_yuan": pl.Series(gain[:, place]) for place, months in enumerate(truth.HORIZONS)},
        )
        for name, gain in truth.treatment_effects(view.firm, view.life).items()
    ]
    return pl.concat(frames)


def future_orders(view: View, wait: F32) -> pl.DataFrame:
    """What `to_invoice` says of the orders after the history, up to the horizon, if nothing is done."""
    wait = wait.copy()
    frames = []
    for month in range(view.firm.months, view.firm.horizon):
        placed = orders.place(view.firm, view.life.path, month, wait)
        frames.append(to_invoice(view, lines.of_month(view.firm, view.life, month, placed)))
    return pl.concat(frames)


def to_invoice(view: View, held: lines.Lines) -> pl.DataFrame:
    """customer_id, date, invoiced_on, yuan, margin_yuan: one row an order of a month invoiced after the history.

    Money is what its lines come to, without those that come back.
    """
    first = np.flatnonzero((held.line_no == 1) & (held.invoiced > view.end))
    kept, count = held.returned < 0, int(held.order.max(initial=-1)) + 1
    money = {"yuan": held.amount, "margin_yuan": held.margin}
    return pl.DataFrame(
        {
            "customer_id": gather(view.customer_ids, held.customer[first]),
            "date": days(held.ordered[first]),
            "invoiced_on": days(held.invoiced[first]),
            **{
                name: pl.Series(np.bincount(held.order, weights=cents * kept, minlength=count)[held.order[first]] / 100)
                for name, cents in money.items()
            },
        }
    )

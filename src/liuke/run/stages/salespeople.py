"""Salespeople: what hangs on each one who looks after customers now, and what could go if the person left.

Only customers on the books at as_of count: of who is lost nothing could be lost again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from liuke.causes.concentration import Ties, concentration, tie_chance
from liuke.kernel.estimate import NotEstimable
from liuke.kernel.i18n import N_
from liuke.kernel.money import decimals, from_cents
from liuke.kernel.said import Said
from liuke.ledger.rates import in_base
from liuke.run.contracts import frame
from liuke.run.looked_after import NOBODY, known_contacts, positions
from liuke.run.people_contract import SALESPERSON_CUSTOMER, SALESPERSON_EXPOSURE
from liuke.run.stage import Chunk, Finished, Judged, Passed, Stage
from liuke.run.stages.bought import Bought
from liuke.run.stages.states import Stated
from liuke.run.stages.summary import Now
from liuke.value.core import Core

if TYPE_CHECKING:
    from collections.abc import Iterator

    from liuke.causes.concentration import Concentration
    from liuke.panel.panel import Bool, Int, Int32
    from liuke.run.known import Known
    from liuke.run.looked_after import Seller

CONTACTED_DAYS = 730  # back to which contacts tell who knows whom
UNNAMED = "-"
NOBODY_KNOWN = N_(
    "No table says who looks after whom. Connect the table of assignments, or documents with salespeople."
)
NOBODY_LEAVES = N_("Nobody looks after them, or whoever did has left.")


@dataclass(frozen=True)
class Hanging:
    """Customers on the books at as_of, (rows,) each."""

    at: Int  # positions among the run's customers
    seller: Int32  # number of the salesperson, NOBODY without one
    money: Int  # cents of a usual year
    core: Bool
    ties: Ties


class SalespeopleStage(Stage):
    """Money, core customers and single-contact customers by salesperson."""

    name = "salespeople"
    needs = ("states", "summary", "core", "bought")
    reads = ("contact",)
    plugins = ("liuke.causes",)
    tables = (SALESPERSON_EXPOSURE, SALESPERSON_CUSTOMER)

    def judge(self, chunk: Chunk, known: Known) -> Judged:
        """Who is on the books, and the cents the chunk earned in the last year, where margins are known."""
        margin = chunk.latest.margin
        year = known.scope.periods.per_year
        earned = 0 if margin is None else int(margin[:, -year:].sum())
        return Judged(sums=earned, columns={"on_books": in_base(chunk.of(Stated).codes[:, -1])})

    def finish(self, passed: Passed, known: Known) -> Finished:
        """What hangs on whom; money of who buys nothing counts as none."""
        hanging, seller = _hanging(known, np.flatnonzero(passed.columns["on_books"])), known.of(Bought).seller
        margin = known.panels.coverage.get("margin")
        profit = int(passed.sums) if margin is not None and margin.enough else None
        found = concentration(hanging.money, hanging.seller, hanging.core, hanging.ties, profit=profit)
        rows = [*_people(found, seller, profit), *_nobody(hanging, seller)]
        return Finished({
            "salesperson_exposure": frame(SALESPERSON_EXPOSURE, rows),
            "salesperson_customer": _customers(known, hanging),
        })  # fmt: skip


def _hanging(known: Known, at: Int) -> Hanging:
    """The customers at some positions."""
    seller, contacted = known.of(Bought).seller, _contacted(known)
    ties = Ties(
        single_contact=None if contacted is None else contacted[at] == 1,
        second_contact=None if contacted is None else contacted[at] > 1,
        tenure=seller.years[at],
    )
    return Hanging(at, seller.now[at], known.of(Now).usual[at], known.of(Core).core[at], ties)


def _people(found: Concentration, seller: Seller, profit: int | None) -> Iterator[dict[str, Any]]:
    """Rows of `salesperson_exposure`, most at stake first."""
    for each in found.people:
        low, high = each.loss.ends
        person = seller.people.get(seller.ids[each.salesperson], {})
        single = each.single_contact
        yield {
            "salesperson_id": seller.ids[each.salesperson], "name": person.get("name"), "team": person.get("team"),
            "customers": each.customers, "money": from_cents(each.money), "share": _or_none(each.share),
            "core_customers": each.core_customers, "core_money": from_cents(each.core_money),
            "core_share": _or_none(each.core_share),
            "single_contact": None if isinstance(single, NotEstimable) else single,
            "loss": from_cents(round(each.loss.value)), "loss_low": from_cents(round(low)),
            "loss_high": from_cents(round(high)),
            "large_share": "large_share" in each.flags,
            "large_loss": "large_loss" in each.flags if profit else None,
            "said": single.reason.pack() if isinstance(single, NotEstimable) else None,
        }  # fmt: skip


def _nobody(hanging: Hanging, seller: Seller) -> Iterator[dict[str, Any]]:
    """The row of customers nobody looks after, where there are any: so the rows add up to the firm."""
    alone, money, core = hanging.seller == NOBODY, hanging.money, hanging.core
    if not alone.any():
        return
    single = hanging.ties.single_contact
    yield {
        "salesperson_id": UNNAMED, "customers": int(alone.sum()), "money": from_cents(money[alone].sum()),
        "core_customers": int((alone & core).sum()), "core_money": from_cents(money[alone & core].sum()),
        "single_contact": None if single is None else int(single[alone].sum()),
        "said": Said(NOBODY_LEAVES if seller.ids else NOBODY_KNOWN).pack(),
    }  # fmt: skip


def _customers(known: Known, hanging: Hanging) -> pl.DataFrame:
    """`salesperson_customer`, the most money first."""
    ids = np.array([*known.of(Bought).seller.ids, UNNAMED], object)  # NOBODY is -1, the last
    ties, alone = hanging.ties, hanging.ties.single_contact
    single = pl.lit(None, pl.Boolean) if alone is None else pl.Series(alone, dtype=pl.Boolean)
    made = pl.DataFrame({
        "customer_code": known.panels.customers[hanging.at],
        "salesperson_id": pl.Series(ids[hanging.seller], dtype=pl.String),
        "money": decimals(hanging.money), "core": hanging.core,
        "years": pl.Series(ties.tenure).fill_nan(None), "tie": tie_chance(ties, len(hanging.at)),
    })  # fmt: skip
    return (
        made.with_columns(single_contact=single)
        .select(list(SALESPERSON_CUSTOMER.columns))
        .sort("money", "customer_code", descending=[True, False], nulls_last=True)
    )


def _contacted(known: Known) -> Int32 | None:
    """How many of our people had been in contact with each customer lately; None where no contact says who."""
    rows = known_contacts(known).drop_nulls("by")
    if rows.is_empty():
        return None
    lately = (
        rows.filter(pl.col("at") > known.scope.as_of - timedelta(days=CONTACTED_DAYS))
        .select("customer_id", "by")
        .unique()
    )
    placed = lately.join(positions(known).rename({"at": "place"}), on="customer_id").unique(["place", "by"])
    return np.bincount(placed["place"].to_numpy(), minlength=len(known.panels.customers)).astype(np.int32)


def _or_none(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None

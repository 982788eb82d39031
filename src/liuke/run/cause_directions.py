"""Where customers went and came from in the last 12 months: lost to and won from each rival, net (D7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from liuke.causes.where_to import came, one_spelling, went
from liuke.facts import contracts
from liuke.kernel.period import day_number
from liuke.panel.panel import NEVER
from liuke.panel.states import STATES
from liuke.run.cause_contract import DIRECTION
from liuke.run.cause_totals import year_from
from liuke.run.contracts import schema
from liuke.run.value_columns import MONEY, as_money
from liuke.store.documents import owners_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from liuke.causes.where_to import Directions
    from liuke.panel.panel import Int, Panel
    from liuke.panel.states import States
    from liuke.run.known import Known
    from liuke.run.scope import Scope

LOST, WON_BACK = STATES.index("lost"), STATES.index("won_back")


@dataclass(frozen=True)
class Won:
    """Who was won in the last 12 months: customer_code, money; and where the new ones bought before."""

    new: pl.DataFrame  # with direction, competitor; of those of whom the customer file says it
    back: pl.DataFrame  # who was lost and bought again
    told: bool  # whether the customer file says of anybody where it bought before


def newly_won(panel: Panel, states: States, scope: Scope) -> Mapping[str, Int]:
    """Of each row, whether it bought first in the last 12 months, and whether it came back in them and is here yet."""
    year = scope.periods.per_year
    first = panel.first_on[:, -1].astype(np.int64)
    new = (first > NEVER) & (first >= day_number(year_from(scope.as_of)))
    new &= scope.periods.starts[0] < day_number(year_from(scope.as_of))  # else everybody bought first then
    back = (states[:, -year:] == WON_BACK).any(axis=1) & (states[:, -1] != LOST)
    return {"newly_won": new, "came_back": back}


def won(known: Known, columns: Mapping[str, Int], usual: Int) -> Won:
    """Who was won, by what `newly_won` says of all customers."""
    file, called = known.facts.master(contracts()["customer"], known.scope.known), known.cause_words.directions
    owners = owners_of(known.customers).with_columns(known.customers["customer_id"])
    told = file.select("customer_id", "came_from").drop_nulls().join(
        owners.select("customer_id", customer_code=pl.col("owner_code").cast(pl.Int32)), on="customer_id")  # fmt: skip
    from_where = pl.DataFrame(
        [(code, *came(text, called))
         for code, text in told.sort("customer_id").select("customer_code", "came_from").rows()],
        schema={"customer_code": pl.Int32, "direction": pl.String, "competitor": pl.String}, orient="row",
    ).unique("customer_code", keep="first", maintain_order=True)  # fmt: skip
    new, back = (_of(known, columns[name], usual) for name in ("newly_won", "came_back"))
    return Won(new.join(from_where, on="customer_code"), back, not told.is_empty())


def _of(known: Known, chosen: Int, usual: Int) -> pl.DataFrame:
    codes = pl.Series("customer_code", known.panels.customers[chosen], dtype=pl.Int32)
    return pl.DataFrame([codes]).with_columns(money=as_money(usual[chosen]))


def directions(notes: pl.DataFrame, causes: pl.DataFrame, gained: Won, as_of: date, called: Directions) -> pl.DataFrame:
    """`direction`: of those lost in the last 12 months by the newest note that says where; of those won likewise."""
    lost = causes.filter(pl.col("judged") == "lost", pl.col("on") >= year_from(as_of))
    who = lost.unique("customer_code").select("customer_code", "money")
    told = _newest(notes, called)
    away = told.join(who, on="customer_code").with_columns(kind=pl.lit("lost"))
    home = told.join(gained.back, on="customer_code").with_columns(kind=pl.lit("back"))
    every = pl.concat([away, home, gained.new.with_columns(kind=pl.lit("new"))], how="diagonal")
    spelt = one_spelling(every["competitor"].to_list())
    every = every.with_columns(competitor=pl.col("competitor").replace_strict(spelt, return_dtype=pl.String))
    return _summed(every, gained.told)


def _newest(notes: pl.DataFrame, called: Directions) -> pl.DataFrame:
    """customer_code, direction, competitor of the newest note of each customer that says where it went."""
    said = notes.filter(pl.col("direction").is_not_null() | pl.col("competitor").is_not_null())
    newest = said.unique("customer_code", keep="last", maintain_order=True)
    each = newest.select("customer_code", "direction", "competitor").iter_rows()
    rows = [(code, *went(direction, rival, called)) for code, direction, rival in each]
    return pl.DataFrame(rows, schema={"customer_code": pl.Int32, "direction": pl.String, "competitor": pl.String},
                        orient="row")  # fmt: skip


def _summed(rows: pl.DataFrame, told: bool) -> pl.DataFrame:
    def count(kind: str) -> pl.Expr:
        return (pl.col("kind") == kind).sum().cast(pl.Int64)

    def money(*kinds: str) -> pl.Expr:
        return pl.col("money").filter(pl.col("kind").is_in(kinds)).sum().cast(MONEY)

    found = rows.group_by("direction", "competitor").agg(
        customers=count("lost"), money=money("lost"), won_back=count("back"), won_new=count("new"),
        won_money=money("new", "back"),
    ).with_columns(
        net=pl.col("won_new") + pl.col("won_back") - pl.col("customers"),
        net_money=(pl.col("won_money") - pl.col("money")).cast(MONEY),
    )  # fmt: skip
    unknown = ("won_new", "won_money", "net", "net_money")
    if not told:
        found = found.with_columns(pl.lit(None, found.schema[name]).alias(name) for name in unknown)
    ordered = found.sort("customers", "won_back", "direction", "competitor", descending=[True, True, False, False])
    return ordered.select(list(DIRECTION.columns)).cast(schema(DIRECTION))  # type: ignore[arg-type]

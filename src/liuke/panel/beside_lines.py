"""What other tables tell line tables of products: relations that stand beside the lines, by name.

A relation is a function of tables by name (those of ASKS) that yields product_id, the day, and the row that tells it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.panel.exposure import row_of
from liuke.panel.heard import heard
from liuke.panel.notices import announces
from liuke.panel.scope_words import told_of_change
from liuke.panel.tiers import tier_place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

LEAST_LETTERS, LEAST_SIGNS = 3, 2  # a shorter name of a product stands in too many texts
PRODUCT_IDEAS = ("downgraded", "recalled", "withdrawn")  # what a change may say of products; the first that is said


def told_stock_outs(tables: Mapping[str, DataFrame]) -> DataFrame:
    """product_id, day, to_on, site, row_id: times out of stock."""
    rows = tables["stock_out"]
    return rows.select("product_id", "to_on", "site", day="from_on", row_id=row_of("stock_out")["row_id"])


def told_list_prices(tables: Mapping[str, DataFrame]) -> DataFrame:
    """product_id, from_on, price, tier, place (0: everybody's), row_id: list prices that rose above nothing."""
    rows = tables["list_price"].filter(pl.col("price") > 0)
    place = pl.when(pl.col("tier").is_null()).then(0).otherwise(tier_place(pl.col("tier"))).fill_null(0)
    return rows.select("product_id", "from_on", "tier", price=pl.col("price").cast(pl.Float64), place=place,
                       row_id=row_of("list_price")["row_id"])  # fmt: skip


def quality_complaint(tables: Mapping[str, DataFrame]) -> DataFrame:
    """product_id, customer_id, date, recorded_on: complaints about what the goods are like; all that name a product.

    Where no complaint says its kind, all are of the goods.
    """
    rows = tables["complaint"].drop_nulls(["product_id", "customer_id", "opened_on"])
    says = rows["kind"].is_not_null().any()
    meant = rows.filter(heard(pl.col("kind"), "goods")) if says else rows
    entered = pl.max_horizontal("opened_on", "recorded_on")
    return meant.select("product_id", "customer_id", date="opened_on", recorded_on=entered)


def product_notice(tables: Mapping[str, DataFrame]) -> DataFrame:
    """product_id, day, what, row_id: changes that say an idea of PRODUCT_IDEAS and name products by code or name.

    A name within a longer one that is named too ("滤芯" in "滤芯01型") is not meant. What the list of products says is
    discontinued is told by it, and no change tells it again.
    """
    change = tables["company_change"].with_columns(
        said=told_of_change(), words=pl.concat_str("scope", "text", separator=" ", ignore_nulls=True)
    )
    what = pl.coalesce(pl.when(announces(pl.col("said"), idea)).then(pl.lit(idea)) for idea in PRODUCT_IDEAS)
    told = change.with_columns(what=what).drop_nulls(["what", "on", "words"]).with_columns(**row_of("company_change"))
    found = [
        {"product_id": each, "day": row["on"], "what": row["what"], "row_id": row["row_id"]}
        for row in told.sort("on", "change_id").iter_rows(named=True)
        for each in _named(row["words"], tables["product"], gone=row["what"] == "withdrawn")
    ]
    schema = {"product_id": pl.String, "day": pl.Date, "what": pl.String, "row_id": pl.String}
    return pl.DataFrame(found, schema=schema)


def _named(words: str, product: DataFrame, *, gone: bool) -> list[str]:
    """The products a text names; of those that are `gone` by a change not those the list itself says are."""
    names = {
        each.strip().lower(): code
        for code, name, until in product.select("product_id", "name", "discontinued_on").iter_rows()
        for each in (code, name)
        if each and _is_long(each.strip()) and not (gone and until is not None)
    }
    text, taken, found = f" {words.lower()} ", set[int](), set[str]()
    for name in sorted(names, key=lambda each: (-len(each), each)):
        at = text.find(name)
        while at >= 0:
            place = range(at, at + len(name))
            if taken.isdisjoint(place) and not (name.isascii() and _cuts(text, at, at + len(name))):
                taken.update(place)
                found.add(names[name])
            at = text.find(name, at + 1)
    return sorted(found)


def _is_long(name: str) -> bool:
    return len(name) >= (LEAST_LETTERS if name.isascii() else LEAST_SIGNS)


def _cuts(text: str, start: int, end: int) -> bool:
    """Whether a name in Latin letters stands within a longer word there."""
    return any(text[at].isascii() and text[at].isalnum() for at in (start - 1, end))


RELATIONS = {  # by name: the tables it asks, and how it is made of them
    "stock_out": (("stock_out",), told_stock_outs),
    "list_price": (("list_price",), told_list_prices),
    "quality_complaint": (("complaint",), quality_complaint),
    "product_notice": (("company_change", "product"), product_notice),
}
ASKED = frozenset(table for asks, _ in RELATIONS.values() for table in asks)  # whoever reads line tables reads these

"""The watch list and the core customers on it, as a page shows them: the best, with reasons, sales and documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import polars as pl

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.panel.summary import TREND_PERIODS
from liuke.reports import figures, model_card, stored, words
from liuke.reports.contexts.base import Context
from liuke.reports.contexts.totals import has_next_year
from liuke.reports.listings import customers
from liuke.reports.reasons import with_reasons
from liuke.reports.shown import Listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from liuke.reports.contexts.base import Source
    from liuke.reports.contexts.strip import Strip
    from liuke.reports.contexts.totals import Totals

DOCUMENTS_EACH, CORE_TOP = 12, 16
BY_STAKE = N_("best first: by money at stake, the chance of leaving times a usual year")
BY_YEAR = N_("best first: by what they buy in a usual year, until the rules can be scored")
IN_ALL = N_("{listed} of {core} core customers")
IN_ALL_AHEAD = N_("{listed} of {core} core customers; {ahead} are core by expectation")
AHEAD = ("core_next_year", "core_next_year_probability")


@dataclass(frozen=True)
class WatchList(Context):
    """The best of the watch list."""

    listed: Annotated[Listed, "the customers, best first, of how many"]
    states: Annotated[Sequence[tuple[str, int]], "states met among those shown, and how often"]
    scored: Annotated[bool, "whether any risk is known: else the list goes by a usual year"]
    trend: Annotated[Said, "heading of the drawings of sales"]
    order: Annotated[Said, "what the list is ordered by"]
    rests_on: Annotated[Said, "what every risk stands on"]
    scale: Annotated[figures.Scale, "how amounts of the column of money are written"]


@dataclass(frozen=True)
class CoreOnList(Context):
    """Core customers on the watch list."""

    listed: Annotated[Listed, "the most urgent of them, of how many"]
    note: Annotated[Said, "how many of all core customers are on the list"]
    on_page: Annotated[frozenset[str], "customer numbers that stand in the list of the same page"]


def listed_rows(source: Source, strip: Strip, totals: Totals, top: int) -> WatchList:
    """The first so many of a run's list."""
    rows = shown_customers(source, best(source.scan("customer_now"), top))
    listing = customers.watch_listing(strip.unit, strip.basis, periods(source))
    counts = {state: sum(row["state"] == state for row in rows) for state in words.SHOWN}
    scored = totals.at_stake is not None
    stakes = [row["at_stake"] for row in rows if row["at_stake"] is not None]
    return WatchList(
        listed=Listed(listing, rows, totals.listed, currency=strip.currency),
        states=[(state, count) for state, count in counts.items() if count],
        scored=scored,
        trend=customers.drawn(strip.unit, strip.basis, periods(source)),
        order=Said(BY_STAKE if scored else BY_YEAR),
        rests_on=model_card.risk_rests_on(source.info),
        scale=figures.scale_for(stakes or [row["usual_year"] for row in rows], strip.currency),
    )


def core_on_list(source: Source, strip: Strip, totals: Totals, on_page: WatchList) -> CoreOnList:
    """The most urgent core customers of a run's list."""
    frame = best(source.scan("customer_now").filter("core"), CORE_TOP)
    fields: dict[str, object] = {"listed": totals.core_listed, "core": totals.core, "ahead": totals.core_ahead}
    return CoreOnList(
        listed=Listed(
            customers.CORE_ON_LIST, shown_customers(source, frame), totals.core_listed, currency=strip.currency
        ),
        note=Said(IN_ALL if totals.core_ahead is None else IN_ALL_AHEAD, fields),
        on_page=frozenset(str(row["customer_id"]) for row in on_page.listed.records()),
    )


def periods(source: Source) -> int:
    """How many periods a customer's sales are shown over."""
    ends: int = source.scan("state_count").select(pl.col("period").n_unique()).collect().item()
    return min(ends, TREND_PERIODS)


def best(now: pl.LazyFrame, top: int) -> pl.DataFrame:
    """The first so many listed customers of `customer_now`, best first."""
    return now.filter("listed").sort("rank").head(top).collect()


def core_ahead(source: Source) -> pl.LazyFrame:
    """customer_code, core_next_year and its probability; null where next year can't be expected of anybody."""
    columns = source.scan("customer_value").select("customer_code", *AHEAD)
    return columns if has_next_year(source) else columns.with_columns(pl.lit(None).alias(name) for name in AHEAD)


def complete(source: Source, frame: pl.DataFrame) -> pl.DataFrame:
    """Rows of `customer_now` as listings want them: with reasons, core ahead, what is unknown blank."""
    codes = pl.col("customer_code").is_in(frame["customer_code"].implode())
    reason = source.scan("reason").filter(codes).collect()
    ahead = core_ahead(source).filter(codes).collect()
    return with_reasons(year_before(source, frame), reason).join(
        ahead, on="customer_code", how="left", maintain_order="left"
    )


def year_before(source: Source, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows with the year before unknown, not 0, where the documents do not reach back so far."""
    full = source.table("waterfall")["full_year"]
    if full.null_count() < len(full) and bool(full.drop_nulls()[0]):
        return frame
    return frame.with_columns(amount_before_12=pl.lit(None, pl.Decimal(18, 2)))


def shown_customers(source: Source, frame: pl.DataFrame) -> list[dict[str, Any]]:
    """The rows as a page shows them: with the documents behind their flags, the newest first."""
    codes = pl.col("customer_code").is_in(frame["customer_code"].implode())
    papers = source.scan("document").filter(codes).sort("date", "document_id", descending=True).collect()
    behind = {code: part.drop("customer_code") for (code,), part in papers.group_by("customer_code")}
    rows, currency = [], source.info["currency"]
    for row in complete(source, frame).iter_rows(named=True):
        mine = behind.get(row["customer_code"], papers.clear())
        documents = {"papers": mine.head(DOCUMENTS_EACH).to_dicts(), "papers_total": len(mine)}
        rows.append(
            {**row, "reasons": [stored.stored_sentence(each, currency) for each in row["reasons"]], **documents}
        )
    return rows

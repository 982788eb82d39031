"""The watch list and the core customers on it, as a page shows them: the best, with reasons, sales and documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import polars as pl

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.panel.summary import TREND_PERIODS
from liuke.reports import figures, model_card, stored, views, words
from liuke.reports.contexts.base import Context
from liuke.reports.contexts.totals import has_next_year
from liuke.reports.listings import customers
from liuke.reports.reasons import REASONS, with_reasons
from liuke.reports.shown import Listed
from liuke.signals.watch_list import VIEWS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from liuke.reports.contexts.base import Source
    from liuke.reports.contexts.strip import Strip
    from liuke.reports.contexts.totals import Totals
    from liuke.signals.watch_list import View

DOCUMENTS_EACH, CORE_TOP = 12, 16
IN_ALL = N_("{listed} of {core} core customers")
IN_ALL_AHEAD = N_("{listed} of {core} core customers; {ahead} are core by expectation")
AHEAD = ("core_next_year", "core_next_year_probability")


@dataclass(frozen=True)
class OnView(Context):
    """The best of one view of the list."""

    view: Annotated[View, "which"]
    title: Annotated[str, "what it is called, a message"]
    what_for: Annotated[Said, "what it is for and its order"]
    count: Annotated[Said, "how many stand on it, or that it is not known"]
    nobody: Annotated[Said, "said in place of the customers where there are none"]
    listed: Annotated[Listed, "the customers, best first, of how many"]
    first: Annotated[frozenset[int], "ranks on the list of those who stand on no view shown before this one"]
    scale: Annotated[figures.Scale, "how amounts of the column of money are written"]


@dataclass(frozen=True)
class WatchList(Context):
    """The best of the watch list, view by view."""

    views: Annotated[Sequence[OnView], "the three views"]
    shown: Annotated[frozenset[int], "ranks on the list of those shown on any view"]
    states: Annotated[Sequence[tuple[str, int]], "states met among those shown, and how often"]
    scored: Annotated[bool, "whether any risk is known: else money goes by a usual year"]
    trend: Annotated[Said, "heading of the drawings of sales"]
    rests_on: Annotated[Said, "what every risk stands on"]
    scale: Annotated[figures.Scale, "how amounts at stake are written"]


@dataclass(frozen=True)
class CoreOnList(Context):
    """Core customers on the watch list."""

    listed: Annotated[Listed, "the most urgent of them, of how many"]
    note: Annotated[Said, "how many of all core customers are on the list"]
    on_page: Annotated[frozenset[int], "ranks of those who stand in the list of the same page"]


def listed_rows(source: Source, strip: Strip, totals: Totals, top: int) -> WatchList:
    """The first so many of each view of a run's list."""
    places = [pl.col(f"{view}_rank") for view in VIEWS]
    found = source.scan("customer_now").filter(pl.any_horizontal(place <= top for place in places)).sort("rank")
    rows = shown_customers(source, found.collect())
    counts = {state: sum(row["state"] == state for row in rows) for state in words.SHOWN}
    scored = totals.at_stake is not None
    stakes = [row["at_stake"] for row in rows if row["at_stake"] is not None]
    return WatchList(
        views=[_on_view(source, strip, view, rows, top, scored) for view in VIEWS],
        shown=frozenset(row["rank"] for row in rows),
        states=[(state, count) for state, count in counts.items() if count],
        scored=scored,
        trend=customers.drawn(strip.unit, strip.basis, periods(source)),
        rests_on=model_card.risk_rests_on(source.info),
        scale=figures.scale_for(stakes or [row["usual_year"] for row in rows], strip.currency),
    )


def _on_view(
    source: Source, strip: Strip, view: View, rows: Sequence[dict[str, Any]], top: int, scored: bool
) -> OnView:
    place, before = f"{view}_rank", [f"{each}_rank" for each in VIEWS[: VIEWS.index(view)]]
    mine = sorted((row for row in rows if (row[place] or top + 1) <= top), key=lambda row: row[place])
    listing = customers.watch_listing(strip.unit, strip.basis, periods(source), view=view)
    by_year = view == "going" or not scored
    money = [row["usual_year" if by_year or row["at_stake"] is None else "at_stake"] for row in mine]
    return OnView(
        view=view,
        title=views.TITLES[view],
        what_for=views.what_for(view, scored=scored),
        count=views.counted(view, source.info),
        nobody=views.why_empty(view, source.info),
        listed=Listed(listing, mine, source.info["listed_by_view"][view], currency=strip.currency),
        first=frozenset(row["rank"] for row in mine if not any((row[each] or top + 1) <= top for each in before)),
        scale=figures.scale_for(money, strip.currency),
    )


def watch_trend(source: Source, strip: Strip) -> Said:
    """The heading of the drawings of sales."""
    return customers.drawn(strip.unit, strip.basis, periods(source) or TREND_PERIODS)


def core_on_list(
    source: Source, strip: Strip, totals: Totals, on_page: WatchList | None, top: int = CORE_TOP
) -> CoreOnList:
    """The most urgent core customers of a run's list; `on_page` is the list of the same page, if it has one."""
    frame = best(source.scan("customer_now").filter("core"), top)
    fields: dict[str, object] = {"listed": totals.core_listed, "core": totals.core, "ahead": totals.core_ahead}
    return CoreOnList(
        listed=Listed(
            customers.CORE_ON_LIST, shown_customers(source, frame), totals.core_listed, currency=strip.currency
        ),
        note=Said(IN_ALL if totals.core_ahead is None else IN_ALL_AHEAD, fields),
        on_page=on_page.shown if on_page else frozenset(),
    )


def periods(source: Source) -> int:
    """How many periods a customer's sales are shown over."""
    ends: int = source.scan("state_count").select(pl.col("period").n_unique()).collect().item()
    return min(ends, TREND_PERIODS)


def best(now: pl.LazyFrame, top: int) -> pl.DataFrame:
    """The first so many listed customers of `customer_now`, best first."""
    ranks = now.filter("listed").select("rank").collect()["rank"].sort().head(top)  # one column, before all of them
    return now.filter("listed", pl.col("rank").is_in(ranks.implode())).collect().sort("rank")


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
        rows.append({**row, **spoken(row, currency), **documents})
    return rows


def spoken(row: Mapping[str, Any], currency: str) -> dict[str, list[Said]]:
    """The lists of packed reasons of a row as sentences, by column."""
    return {name: [stored.stored_sentence(each, currency) for each in row[name]] for name in REASONS}

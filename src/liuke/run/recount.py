"""The documents counted again straight from the stored lines, to hold the panel's sums against."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any

import polars as pl

from liuke.kernel.estimate import NotEstimable
from liuke.kernel.kinds import CODE, KINDS
from liuke.ledger.waterfall import Late
from liuke.store.sql import parquet

if TYPE_CHECKING:
    from liuke.ledger.year_pair import YearPair
    from liuke.run.scope import Scope
    from liuke.store.fact_store import FactStore


@dataclass(frozen=True)
class Recount:
    """The documents counted again straight from the stored lines, to hold the panel's sums against."""

    by_month: pl.DataFrame  # period, kind, amount, lines: as known today
    documents: int  # of the basis kind and returns, dated up to as_of, as known today
    late: Late | None
    spans: tuple[int, int] | None  # cents of the two spans of the waterfall (before, within), as known today


def recount(store: FactStore, scope: Scope, window: YearPair | NotEstimable) -> Recount:
    """Sums of the lines by month and kind, and what became known only after the run's knowledge ends."""
    import duckdb

    con = duckdb.connect()
    gone = store.paths("superseded")
    joined = (
        f"LEFT JOIN {parquet(gone)} AS gone USING (document_code)"
        if gone
        else "CROSS JOIN (SELECT NULL::DATE AS superseded_on)"
    )
    kinds = ", ".join(str(CODE[kind]) for kind in {scope.basis, "return"})
    known = scope.known
    seen = {load.load_id for load in scope.loads}
    by_month = pl.concat(
        con.execute(
            f"""SELECT last_day(date) AS period, kind, superseded_on IS NULL AS now,
                       {connected} AND recorded_on <= DATE '{known}'
                         AND coalesce(superseded_on > DATE '{known}', true) AS then,
                       date, sum(amount)::DECIMAL(38,2) AS amount, count(*) AS lines
                FROM {parquet(paths)} AS held {joined}
                WHERE date <= DATE '{scope.as_of}' GROUP BY ALL"""
        ).pl()
        for connected, loads in groupby(store.loads("document_line"), key=lambda load: load.load_id in seen)
        if (paths := store.paths("document_line", list(loads)))
    )
    names = dict(enumerate(KINDS))
    now = by_month.filter("now")
    monthly = (
        now.group_by("period", "kind")
        .agg(pl.col("amount").sum().cast(pl.Decimal(18, 2)), pl.col("lines").sum())
        .with_columns(pl.col("kind").replace_strict(names, return_dtype=pl.String))
        .sort("period", "kind")
    )
    replaced = f"ANTI JOIN {parquet(gone)} AS gone USING (document_code)" if gone else ""
    documents = con.execute(
        f"""SELECT count(*) FROM {parquet(store.paths("document"))} AS held {replaced}
            WHERE NOT addition AND kind IN ({kinds}) AND date <= DATE '{scope.as_of}'"""
    ).fetchall()[0][0]
    if isinstance(window, NotEstimable):
        return Recount(monthly, documents, None, None)
    counted = by_month.filter(pl.col("kind").is_in([int(code) for code in kinds.split(", ")]))

    def cents(frame: pl.DataFrame, span: tuple[Any, Any]) -> int:
        total = frame.filter(pl.col("date").is_between(*span))["amount"].sum()
        return int(Decimal(total or 0) * 100)

    before, within = window.span_before(scope.periods), window.span(scope.periods)
    later, earlier = counted.filter(pl.col("now") & ~pl.col("then")), counted.filter(~pl.col("now") & pl.col("then"))
    late = Late(
        within={scope.basis: cents(later, within) - cents(earlier, within)},
        before={scope.basis: cents(later, before) - cents(earlier, before)},
    )
    current = counted.filter("now")
    return Recount(monthly, documents, late, (cents(current, before), cents(current, within)))

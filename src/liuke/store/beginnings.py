"""When documents begin, as it was known on a day: what a later load brings of earlier days must not move it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.kinds import CODE, LINES
from liuke.store.sql import parquet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from liuke.store.fact_store import FactStore, Load


def beginnings(store: FactStore, loads: Sequence[Load], kind: str, as_of: date, known: date) -> dict[date, date]:
    """By day on which it became known, the earliest documents of a kind; documents replaced later are among them.

    Only what can matter: the months from the first that holds such a document to the first that holds one known in
    its own month. Empty where nothing of the kind was known.
    """
    first = min((load.kinds[kind][0][:7] for load in loads if kind in load.kinds), default="9999")
    found: dict[date, date] = {}
    for month in sorted({month for load in loads for month in load.months}):
        if first <= month <= f"{as_of:%Y-%m}":
            found = _of_month(store, loads, month, kind, as_of, known) | found
            if any(f"{told:%Y-%m}" == month for told in found):
                break
    return found


def _of_month(
    store: FactStore, loads: Sequence[Load], month: str, kind: str, as_of: date, known: date
) -> dict[date, date]:
    import duckdb

    paths = store.month_paths("document", [month], loads)
    if not paths:
        return {}
    rows = duckdb.execute(
        f"""SELECT recorded_on, min(date) FROM {parquet(paths)}
            WHERE kind = ? AND date <= ? AND recorded_on <= ? GROUP BY 1""",
        [CODE[kind], as_of, known],
    ).fetchall()
    return dict(rows)


def carries(store: FactStore, loads: Sequence[Load], column: str, as_of: date, known: date) -> bool:
    """Whether any line dated by one day and known by another says anything in a column."""
    import duckdb

    for load in loads:
        paths = store.paths(LINES, [load]) if column in load.columns else []
        if (
            paths
            and duckdb.execute(
                f"SELECT 1 FROM {parquet(paths)} WHERE {column} IS NOT NULL AND date <= ? AND recorded_on <= ? LIMIT 1",
                [as_of, known],
            ).fetchall()
        ):
            return True
    return False


def heard_of(store: FactStore, loads: Sequence[Load], before: date, known: date) -> list[int]:
    """Codes of the customers with a document of any kind dated before a day, as known by another."""
    import duckdb

    months = sorted({month for load in loads for month in load.months if month <= f"{before:%Y-%m}"})
    paths = store.month_paths("document", months, loads)
    if not paths:
        return []
    rows = duckdb.execute(
        f"SELECT DISTINCT customer_code FROM {parquet(paths)} WHERE date < ? AND recorded_on <= ?", [before, known]
    ).fetchall()
    return [code for (code,) in rows]

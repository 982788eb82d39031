"""What would have to be connected, in words: tables, columns of them and kinds of documents, each table once."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from liuke.facts import contracts
from liuke.kernel.i18n import N_
from liuke.kernel.kinds import LINES
from liuke.kernel.said import Said
from liuke.reports import words
from liuke.reports.contexts.data_page import DOCUMENTS_WITH, TABLES, column_title, table_title

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl

WITH = N_("{table} with {columns}")
OF_KIND = N_("documents ({kind})")
MOST_ADDED = 4  # tables named of all that would tell of a cause
NONE_TOLD = N_(
    "The causes of {unknown} in 100 are unknown. What would tell of the most causes: {tables}. Cause by cause it is "
    "said by liuke causes list, and on the page of causes."
)


def connect_words(items: str | None) -> tuple[Said, ...]:
    """The items of a card's `missing` or `silent`, apart by commas, in words: each table once, with its columns."""
    columns: dict[str, list[str]] = {}
    for item in (items or "").split(","):
        if item:
            table, _, column = item.partition(".")
            columns.setdefault(table, []).extend([column] if column else [])
    order = {table: place for place, table in enumerate(TABLES)}
    said = [_said(table, found) for table, found in sorted(columns.items(), key=lambda each: order.get(each[0], 99))]
    return tuple({each.text(): each for each in said}.values())


def _said(table: str, columns: Iterable[str]) -> Said:
    name, _, kind = table.partition(":")
    titled = Said(OF_KIND, {"kind": Said(words.KINDS[kind])}) if kind else table_title(table)
    if not columns:
        return table_title("returned_share") if kind == "return" else titled
    known = contracts()[name].columns
    titles = tuple(column_title(column, known[column]) for column in columns)
    if name == LINES and not kind:
        return Said(DOCUMENTS_WITH, {"columns": titles})
    return Said(WITH, {"table": titled, "columns": titles})


def most_added(card: pl.DataFrame) -> tuple[Said, ...]:
    """What would tell of the most causes that can't be judged, by rows of `cause_card`; the first of them."""
    counted: Counter[str] = Counter()
    for row in card.iter_rows(named=True):
        if not row["judged"]:
            counted.update((row["missing"] or "").split(","))
    counted.pop("", None)
    most = sorted(counted, key=lambda item: (-counted[item], item))[:MOST_ADDED]
    return connect_words(",".join(most))


def nothing_told(card: pl.DataFrame, unknown: float) -> Said:
    """What to connect where most is unknown; nothing where less is, or nothing would add to it."""
    tables = most_added(card) if unknown >= 0.5 else ()
    return Said(NONE_TOLD, {"unknown": round(unknown * 100), "tables": tables}) if tables else Said("")

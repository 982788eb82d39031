"""Two tables of a source with the same documents: heads in one and lines in the other, or the same lines twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.errors import NeedsAnswer
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.sources.amounts import line_amounts
from liuke.sources.cell_text import clean_text
from liuke.sources.document_rows import document_key
from liuke.sources.table import SAMPLE_ROWS
from liuke.sources.tidy import Tidier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from liuke.sources.document_rows import Survey
    from liuke.sources.mapping import Mapping
    from liuke.sources.table import RawTable

NEAR = 0.011
FEWEST = 3  # documents two tables must share before it is no accident
KEY = ("document_id", "customer_id", "date")


def same_documents(
    tables: Sequence[RawTable], mapping: Mapping, surveys: dict[str, Survey]
) -> tuple[dict[str, pl.Series], list[Said]]:
    """By place, the keys of documents another table has with its lines; refused where both can't be right.

    The first rows tell; the whole of both tables is read where they share documents.
    """
    key = key_of_all(tables, mapping)
    if key is None or len(tables) < 2:
        return {}, []
    firsts = [_sums(table.first(SAMPLE_ROWS), table, mapping, key, None) for table in tables]
    found: dict[str, pl.Series] = {}
    notes: list[Said] = []
    for later in range(1, len(tables)):
        for earlier in range(later):
            one, two = tables[earlier], tables[later]
            if firsts[earlier].join(firsts[later], on="key").height < min(FEWEST, firsts[later].height):
                continue
            both = _whole(one, mapping, key, surveys).join(_whole(two, mapping, key, surveys), on="key", suffix="_2")
            if both.height < FEWEST and both.height < min(firsts[earlier].height, firsts[later].height):
                continue
            kept, left = (one, two) if int(both["rows"].sum()) >= int(both["rows_2"].sum()) else (two, one)
            off = both.filter((pl.col("sum") - pl.col("sum_2")).abs() > NEAR)
            told: dict[str, object] = {"one": one.place, "two": two.place, "count": both.height}
            told |= {"kept": kept.place, "left": left.place, "off": off.height}
            told |= {"first": f"{float(both['sum'].sum()):,.2f}", "second": f"{float(both['sum_2'].sum()):,.2f}"}
            if off.height > 0.02 * both.height:
                if not _doubtful(both, off):
                    continue  # each has a part of the documents
                raise NeedsAnswer(
                    N_("{one} and {two} have {count} documents in common, with {first} in the one and {second} in the "
                       "other: added up they would count twice."),
                    fix=N_("Load the one that is right: name its sheet with --sheet, or its file."),
                    one=one.place,
                    two=two.place,
                    count=both.height,
                    first=told["first"],
                    second=told["second"],
                )  # fmt: skip
            said = N_("{one} and {two} write the same {count} documents: those of {kept} count, those of {left} do "
                      "not. Choose with --sheet, or load one file.")  # fmt: skip
            notes.append(Said(said, told))
            before = found.get(left.place, pl.Series("key", [], dtype=pl.String))
            found[left.place] = pl.concat([before, both["key"]])
    return found, notes


def _doubtful(both: pl.DataFrame, off: pl.DataFrame) -> bool:
    """Whether differing sums are of the same lines all the same: many are equal, or one is always as much higher."""
    ratios = off.filter(pl.col("sum_2") != 0).select(pl.col("sum") / pl.col("sum_2")).to_series()
    usual = ratios.median()
    steady = usual is not None and float(((ratios / usual - 1).abs() < 0.01).mean() or 0) >= 0.8  # type: ignore[arg-type]
    return off.height < 0.7 * both.height or bool(steady)


def key_of_all(tables: Sequence[RawTable], mapping: Mapping) -> tuple[str, ...] | None:
    """The headers that tell documents apart, which all tables have; None where there is no number."""
    headers = [header for name in KEY if (header := mapping.header(name)) is not None]
    if mapping.header("document_id") is None or not all(set(headers) <= set(table.columns) for table in tables):
        return None
    return tuple(headers)


def _whole(table: RawTable, mapping: Mapping, key: tuple[str, ...], surveys: dict[str, Survey]) -> pl.DataFrame:
    tidier = Tidier(table, mapping.within(table.columns), surveys.get(table.place))
    parts = [_sums(raw, table, mapping, key, tidier) for raw in table.batches()]
    return pl.concat(parts).group_by("key").agg(pl.col("sum", "rows").sum())


def _sums(
    raw: pl.DataFrame, table: RawTable, mapping: Mapping, key: tuple[str, ...], tidier: Tidier | None
) -> pl.DataFrame:
    """Sum and rows by document of some rows of a table."""
    mapping = mapping.within(table.columns)
    tidier = tidier or Tidier(table, mapping)
    batch = tidier(raw)
    if batch.is_empty():
        return pl.DataFrame(schema={"key": pl.String, "sum": pl.Float64, "rows": pl.UInt32})
    amounts = line_amounts(batch, mapping)[0].value.cast(pl.Float64)
    frame = pl.DataFrame({"key": document_key(batch, key), "amount": amounts}).filter(
        clean_text(batch[key[0]]).is_not_null()
    )
    return frame.group_by("key").agg(pl.col("amount").sum().alias("sum"), pl.len().cast(pl.UInt32).alias("rows"))

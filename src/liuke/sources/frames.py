"""Frames of pandas, Polars, Arrow and others as plain columns: what no cell can hold is left out, and said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl
    import pyarrow as pa

NO_CELLS = N_("{place}: column {column} holds {kind} and no single values; it is not used.")


def plain_column(column: pl.Series) -> pl.Series | None:
    """A column as cells can be: text, numbers, days, yes and no; None where each value is several or none of these."""
    import polars as pl

    dtype = column.dtype
    if dtype.is_nested() or dtype in (pl.Object, pl.Unknown, pl.Duration):
        return None
    if dtype == pl.Binary:
        return _of_bytes(column)
    if dtype in (pl.Int128, pl.UInt128):
        return column.cast(pl.String)
    if isinstance(dtype, pl.Datetime) and dtype.time_zone is not None:
        return column.dt.replace_time_zone(None)
    if isinstance(dtype, (pl.Categorical, pl.Enum)) or dtype in (pl.Null, pl.Time):
        return column.cast(pl.String)
    return column if dtype in (pl.String, pl.Boolean, pl.Date) or dtype.is_numeric() or dtype.is_temporal() else None


def _of_bytes(column: pl.Series) -> pl.Series | None:
    """Bytes as the text they are; None where they are none."""
    import polars as pl

    try:
        return column.cast(pl.String)
    except pl.exceptions.PolarsError:
        return None


def left_out(place: str, column: str, kind: object) -> Said:
    """What is said of a column that is not used because of what it holds."""
    return Said(NO_CELLS, {"place": place, "column": column, "kind": str(kind).split("(")[0].split("<")[0].lower()})


def frame_of(given: Any) -> pl.DataFrame:
    """A frame, or a series with an index, as a Polars frame that can be written to Parquet; its index becomes columns.

    Columns whose type nothing can read are written as text, value by value.
    """
    import polars as pl

    if isinstance(given, pl.LazyFrame):
        given = given.collect()
    if isinstance(given, pl.Series):
        given = given.to_frame()
    if isinstance(given, pl.DataFrame):
        columns = [given[name] for name in given.columns]
    elif type(given).__module__.partition(".")[0] == "pandas" and hasattr(given, "index"):
        columns = _of_pandas(given)
    else:
        columns = _of_arrow(given)
    kept = []
    for column in columns:
        plain = plain_column(column) if column.dtype == pl.Object or not column.dtype.is_nested() else column
        kept.append(plain if plain is not None else _as_words(column))
    return pl.DataFrame(kept)


def _as_words(column: pl.Series) -> pl.Series:
    """A list of one word in each row: a column that is there, and is not used."""
    import polars as pl

    return pl.Series(column.name, [[str(column.dtype)]] * column.len(), dtype=pl.List(pl.String))


def _of_pandas(given: Any) -> list[pl.Series]:
    if not hasattr(given, "columns"):  # a series
        given = given.to_frame(given.name if given.name is not None else "value")
    named = [name for name in given.index.names if name is not None]
    if named:
        given = given.reset_index([name for name in named if name not in given.columns])
    names = _unique([" ".join(map(str, n)).strip() if isinstance(n, tuple) else str(n) for n in given.columns])
    return [_pandas_column(name, given.iloc[:, place]) for place, name in enumerate(names)]


def _pandas_column(name: str, values: Any) -> pl.Series:
    import polars as pl

    kind = str(values.dtype)
    if kind.startswith(("period", "interval", "Sparse", "complex")):
        return pl.Series(name, [None if missing else str(value) for value, missing in _pairs(values)], dtype=pl.String)
    try:
        return pl.DataFrame(pl.from_pandas(values.reset_index(drop=True).to_frame(name))).to_series()
    except Exception:
        return pl.Series(
            name, [None if missing else _word(value) for value, missing in _pairs(values)], dtype=pl.String
        )


def _pairs(values: Any) -> Iterable[tuple[object, bool]]:
    return zip(values.tolist(), values.isna().tolist(), strict=True)


def _word(value: object) -> str | None:
    from datetime import date, datetime

    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() != datetime.min.time():
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()[:10]
    return None if value is None else str(value)


def _of_arrow(given: Any) -> list[pl.Series]:
    import polars as pl
    import pyarrow as pa

    try:
        frame = pl.DataFrame(given if not isinstance(given, pa.Table) else narrowed(given))
    except Exception:
        try:
            table = pa.table(given)
        except Exception as second:
            raise _no_frame(given) from second
        return [_arrow_column(name, table.column(k)) for k, name in enumerate(_unique(table.column_names))]
    return [frame[name] for name in frame.columns]


def narrowed(given: pa.Table | pa.RecordBatch) -> pa.Table | pa.RecordBatch:
    """The same with decimals wider than any amount as text: the engine has none."""
    import pyarrow as pa

    for place, field in enumerate(given.schema):
        if pa.types.is_decimal256(field.type):
            words = [None if value is None else str(value) for value in given.column(place).to_pylist()]
            given = given.set_column(place, field.name, pa.array(words, pa.string()))
    return given


def _arrow_column(name: str, column: Any) -> pl.Series:
    import polars as pl

    try:
        return pl.Series(name, pl.from_arrow(column))
    except Exception:
        return pl.Series(name, [None if v is None else str(v) for v in column.to_pylist()], dtype=pl.String)


def _no_frame(given: object) -> Invalid:
    return Invalid(
        N_("A {kind} can't be loaded: give a file, or a frame of Polars, pandas or Arrow."),
        kind=type(given).__name__,
    )


def _unique(names: Iterable[str]) -> list[str]:
    from liuke.sources.heading import names_of

    names = list(names)
    return names_of(names, len(names))

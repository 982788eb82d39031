"""Writing files so that the same firm gives the same bytes: Parquet by row groups, CSV, workbooks with a fixed date."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from liuke.kernel.workbook import plain_workbook

if TYPE_CHECKING:
    from pathlib import Path

MOST_ROWS = 200_000  # of a workbook; longer tables are written as CSV
CREATED = datetime(2026, 1, 1, tzinfo=UTC)


class LinesFile:
    """One file of document lines written a part at a time: `parquet` or `csv`."""

    def __init__(self, path: Path, form: str) -> None:
        self.path = path.with_suffix(f".{form}")
        self.form = form
        self._parquet: Any = None
        self._started = False

    def write(self, frame: pl.DataFrame) -> None:
        """Append rows; parts must have the same columns."""
        if self.form == "csv":
            with self.path.open("ab") as file:
                if not self._started:
                    file.write(b"\xef\xbb\xbf")  # Excel takes a file without the mark for GB18030
                frame.write_csv(file, include_header=not self._started)
            self._started = True
            return
        import pyarrow.parquet as pq

        table = frame.to_arrow()
        if self._parquet is None:
            self._parquet = pq.ParquetWriter(self.path, table.schema, compression="zstd")
        self._parquet.write_table(table)

    def close(self) -> None:
        """Finish the file."""
        if self._parquet is not None:
            self._parquet.close()


def write_table(path: Path, frame: pl.DataFrame, xlsx: bool) -> Path:
    """Write a small table as a workbook, or as CSV where that is asked for or it is too long; returns its path."""
    if not xlsx or len(frame) > MOST_ROWS:
        target = path.with_suffix(".csv")
        target.write_bytes(b"\xef\xbb\xbf" + frame.write_csv().encode("utf-8"))
        return target
    target = path.with_suffix(".xlsx")
    book = plain_workbook(target, constant_memory=True, in_memory=False)
    book.set_properties({"created": CREATED.replace(tzinfo=None)})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    money = book.add_format({"num_format": "0.00"})
    sheet = book.add_worksheet(path.name[:31])
    sheet.write_row(0, 0, frame.columns)
    formats = [day if t == pl.Date else money if t == pl.Decimal else None for t in frame.dtypes]
    plain = frame.with_columns(pl.selectors.decimal().cast(pl.Float64), pl.selectors.date().cast(pl.Int32) + 25569)
    for number, row in enumerate(plain.iter_rows(), 1):
        for column, value in enumerate(row):
            if value is None:
                continue
            if isinstance(value, str):
                sheet.write_string(number, column, value)
            else:
                sheet.write_number(number, column, value, formats[column])
    book.close()
    return target

"""What commands print: tables for people, JSON, CSV and workbooks for programs. Messages go to standard error."""

from __future__ import annotations

import json
import re
import sys
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from liuke.kernel.errors import Usage
from liuke.kernel.i18n import N_, say
from liuke.kernel.said import Said

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import polars as pl
    from rich.text import Text

Format = Literal["table", "json", "csv", "xlsx"]
TABLE_ROWS = 20
PACKED = ("reason", "last_year_reason")  # columns of a run's tables that hold sentences
# what would steer the terminal instead of being shown: control characters, marks that turn the direction of writing
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def plain(text: str) -> str:
    """Text that can only be read: names and paths are other people's."""
    return STEERING.sub("", text)


def bold(text: str) -> Text:
    """Text in bold, for `put` and the cells of `grid`."""
    from rich.text import Text

    return Text(plain(text), style="bold")


def put(shown: object) -> None:
    """Print a table or a line as it stands: nothing in it is markup. Piped, there is room enough not to fold."""
    from rich.console import Console

    width = None if sys.stdout.isatty() else 160
    Console(width=width, markup=False, emoji=False).print(plain(shown) if isinstance(shown, str) else shown)


def tell(message: str, /, **data: object) -> None:
    """A message for the person, on standard error."""
    print(plain(say(message, **data)), file=sys.stderr)


def encode(value: object) -> object:
    """Money as text with its cents, so that no digit is lost; days as ISO dates."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form here")


def most_rows(top: int | None, form: Format) -> int:
    """How many rows to show, 0 for all: what is left out of a table can be seen, what is left out of a file can't."""
    return top if top is not None else TABLE_ROWS if form == "table" else 0


def emit(
    rows: pl.DataFrame,
    form: Format,
    table: Callable[[pl.DataFrame], object],
    out: Path | None = None,
    one: bool = False,
) -> None:
    """Print rows in the form asked for, or write them to a file; `table` draws them for people.

    `one` makes JSON a single object. Refused where the file can't be written.
    """
    if form == "table":
        if out is not None:
            raise Usage(N_("A table is only printed."), fix=N_("Choose --format csv, xlsx or json for a file."))
        put(table(rows))
        return
    rows = worded(rows)
    if form == "json":
        records: Any = rows.to_dicts()
        _give(json.dumps(records[0] if one else records, ensure_ascii=False, default=encode) + "\n", out)
    elif form == "csv":
        mark = "" if out is None else "\ufeff"  # spreadsheets know UTF-8 by it
        _give(mark + flat(rows).write_csv(), out)
    else:
        _workbook(rows, out)


def worded(rows: pl.DataFrame) -> pl.DataFrame:
    """Packed reasons as sentences in the language in force."""
    import polars as pl

    packed = [name for name in PACKED if name in rows.columns]
    texts = {name: [None if one is None else Said.unpack(one).text() for one in rows[name]] for name in packed}
    return rows.with_columns(pl.Series(name, text, dtype=pl.String) for name, text in texts.items())


def flat(rows: pl.DataFrame) -> pl.DataFrame:
    """Lists and structures as text, formulas made harmless: what a cell can hold."""
    import polars as pl

    from liuke.kernel.formulas import safe_text

    nested = [name for name, dtype in rows.schema.items() if isinstance(dtype, pl.List | pl.Struct)]
    for name in nested:
        text = [
            None if value is None else json.dumps(value, ensure_ascii=False, default=encode)
            for value in rows[name].to_list()
        ]
        rows = rows.with_columns(pl.Series(name, text, dtype=pl.String))
    return rows.with_columns(safe_text(pl.col(name)) for name, dtype in rows.schema.items() if dtype == pl.String)


def _give(text: str, out: Path | None) -> None:
    if out is None:
        sys.stdout.write(text)
    else:
        _write(text.encode(), out)


def _workbook(rows: pl.DataFrame, out: Path | None) -> None:
    if out is None:
        raise Usage(N_("A workbook needs a file to go to."), fix=N_("Name one with --out FILE.xlsx."))
    book = BytesIO()
    flat(rows).write_excel(book, autofit=True, freeze_panes=(1, 0))
    _write(book.getvalue(), out)


def _write(content: bytes, out: Path) -> None:
    from liuke.reports.files import whole_file

    with whole_file(out) as temporary:
        temporary.write_bytes(content)
    tell(N_("Written: {path}"), path=out)


def grid(columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[str | Text]], title: str = "") -> object:
    """A table in the manner of a ledger: heavy rule, hairlines, heavy rule; columns are (header, justify)."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, title=plain(title) or None, title_justify="left", pad_edge=False)
    for header, justify in columns:
        width = 24 if justify == "left" and len(columns) > 8 else None  # sentences beside many numbers
        table.add_column(header, justify=justify, overflow="fold", min_width=width)  # type: ignore[arg-type]  # left or right
    for row in rows:
        table.add_row(*(plain(cell) if isinstance(cell, str) else cell for cell in row))
    return table

"""What commands print: tables for people, JSON, CSV and workbooks for programs. Messages go to standard error."""

from __future__ import annotations

import json
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from liuke.kernel.errors import Usage
from liuke.kernel.i18n import N_, say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import polars as pl
    from rich.console import Console

Format = Literal["table", "json", "csv", "xlsx"]


def console() -> Console:
    """Where tables are printed; piped, it is wide enough not to fold."""
    from rich.console import Console

    return Console() if sys.stdout.isatty() else Console(width=160)


def tell(message: str, /, **data: object) -> None:
    """A message for the person, on standard error."""
    print(say(message, **data), file=sys.stderr)


def encode(value: object) -> object:
    """Money as text with its cents, so that no digit is lost; days as ISO dates."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form here")


def emit(
    rows: pl.DataFrame,
    form: Format,
    table: Callable[[pl.DataFrame], object],
    out: Path | None = None,
    one: bool = False,
) -> None:
    """Print rows in the form asked for; `table` draws them for people; `one` makes JSON a single object."""
    if form == "table":
        console().print(table(rows))
    elif form == "json":
        records: Any = rows.to_dicts()
        print(json.dumps(records[0] if one else records, ensure_ascii=False, default=encode))
    elif form == "csv":
        _csv(rows, out)
    else:
        _workbook(rows, out)


def flat(rows: pl.DataFrame) -> pl.DataFrame:
    """Lists and structures as text, formulas made harmless: what a cell can hold."""
    import polars as pl

    from liuke.sources.quarantine import safe_text

    nested = [name for name, dtype in rows.schema.items() if isinstance(dtype, pl.List | pl.Struct)]
    for name in nested:
        text = [
            None if value is None else json.dumps(value, ensure_ascii=False, default=encode)
            for value in rows[name].to_list()
        ]
        rows = rows.with_columns(pl.Series(name, text, dtype=pl.String))
    return rows.with_columns(safe_text(pl.col(name)) for name, dtype in rows.schema.items() if dtype == pl.String)


def _csv(rows: pl.DataFrame, out: Path | None) -> None:
    text = flat(rows).write_csv()
    if out is None:
        sys.stdout.write(text)
    else:
        out.write_bytes(b"\xef\xbb\xbf" + text.encode())  # spreadsheets know UTF-8 by its mark
        tell(N_("Written: {path}"), path=out)


def _workbook(rows: pl.DataFrame, out: Path | None) -> None:
    if out is None:
        raise Usage(N_("A workbook needs a file to go to."), fix=N_("Name one with --out FILE.xlsx."))
    flat(rows).write_excel(out, autofit=True, freeze_panes=(1, 0))
    tell(N_("Written: {path}"), path=out)


def grid(columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[str]], title: str = "") -> object:
    """A table in the manner of a ledger: heavy rule, hairlines, heavy rule; columns are (header, justify)."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, title=title or None, title_justify="left", pad_edge=False)
    for header, justify in columns:
        width = 24 if justify == "left" and len(columns) > 8 else None  # sentences beside many numbers
        table.add_column(header, justify=justify, overflow="fold", min_width=width)  # type: ignore[arg-type]  # left or right
    for row in rows:
        table.add_row(*row)
    return table

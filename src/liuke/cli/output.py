"""What commands print: listings in the form asked for on standard output, messages on standard error.

Whatever was stored before the output failed stays stored: `stored` notes it, so that the end can say so.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from io import StringIO
from typing import TYPE_CHECKING

from liuke.kernel.errors import LiukeError, Usage
from liuke.kernel.i18n import N_, say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rich.text import Text

    from liuke.cli.options import Form
    from liuke.kernel.said import Said
    from liuke.reports.shown import Listed

PIPED = 160  # columns: piped, there is room enough not to fold
STORED: list[Said] = []  # what this command has stored


class OutputLost(LiukeError):  # noqa: N818  (what happened, not a fault of ours)
    """Standard output is closed or full."""

    def __init__(self, detail: str, gone: bool) -> None:
        super().__init__(N_("The output could not be written: {detail}."), detail=detail)
        self.gone = gone  # the reader has seen enough


def stored(said: Said) -> None:
    """Note what has been stored, in case nothing can be printed any more."""
    STORED.append(said)


def plain_text(text: str) -> str:
    """Text that can only be read: names and paths are other people's."""
    from liuke.reports.renderers.grid import plain as readable

    return readable(text).encode("utf-8", "backslashreplace").decode()


def bold(text: str) -> Text:
    """Text in bold, for `put` and the cells of `grid`."""
    from rich.text import Text

    return Text(plain_text(text), style="bold")


def write(text: str) -> None:
    """Text on standard output as it is; OutputLost where that is closed or full."""
    if sys.stdout is None:
        raise OutputLost(say(N_("standard output is closed")), gone=False)
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except (OSError, ValueError) as error:
        gone = isinstance(error, BrokenPipeError)
        raise OutputLost(getattr(error, "strerror", None) or str(error), gone) from error


def put(shown: object) -> None:
    """Print a table or a line as it stands: nothing in it is markup."""
    from rich.console import Console

    terminal = sys.stdout is not None and sys.stdout.isatty()
    width = Console().width if terminal else PIPED
    held = StringIO()
    console = Console(file=held, width=width, force_terminal=terminal, markup=False, emoji=False)
    console.print(plain_text(shown) if isinstance(shown, str) else shown)
    write(held.getvalue())


def tell(message: str, /, **data: object) -> None:
    """A message for the person, on standard error."""
    warn(say(message, **data))


def warn(text: str) -> None:
    """Text on standard error; where nobody can hear it, it is not said."""
    if sys.stderr is not None:
        with suppress(OSError):
            print(plain_text(text), file=sys.stderr)


def give(listed: Listed, form: Form, out: Path | None = None, *, codes: bool = False) -> None:
    """A listing in the form asked for, printed or written to a file. Usage where the form has no such place."""
    from liuke.reports.renderers import csv, grid, json, sheet

    match form:
        case "table":
            if out is not None:
                raise Usage(N_("A table is only printed."), fix=N_("Choose --format csv, xlsx or json for a file."))
            put(grid.render(listed))
            _say_rest(listed)
        case "json":
            text_out(json.render(listed), out)
        case "csv":
            text_out(csv.render(listed, codes=codes), out, mark=csv.MARK)
        case "xlsx":
            if out is None:
                raise Usage(N_("A workbook needs a file to go to."), fix=N_("Name one with --out FILE.xlsx."))
            _file(sheet.workbook(listed, codes=codes), out)


def text_out(content: str, out: Path | None, mark: str = "") -> None:
    """Text printed, or written to a file behind its mark."""
    if out is None:
        write(content)
    else:
        _file((mark + content).encode(), out)


def _say_rest(listed: Listed) -> None:
    """Beneath a table that does not show everything, how many there are."""
    if listed.total is not None and listed.total > len(listed):
        tell(N_("{shown} of {total}; --top 0 for all, or --page."), shown=f"{len(listed):,}", total=f"{listed.total:,}")


def _file(content: bytes, out: Path) -> None:
    from liuke.reports.files import whole_file

    with whole_file(out) as temporary:
        temporary.write_bytes(content)
    tell(N_("Written: {path}"), path=out)


def grid(columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[str | Text]], title: str = "") -> object:
    """A table in the manner of a ledger: heavy rule, hairlines, heavy rule; columns are (header, justify)."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, title=plain_text(title) or None, title_justify="left", pad_edge=False)
    for header, justify in columns:
        table.add_column(header, justify=justify, overflow="fold")  # type: ignore[arg-type]  # left or right
    for row in rows:
        table.add_row(*(plain_text(cell) if isinstance(cell, str) else cell for cell in row))
    return table

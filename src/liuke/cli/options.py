"""The options that many commands share, and how many rows they come to."""

from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from typer import Argument, Option

from liuke.kernel.days import day
from liuke.kernel.errors import Usage
from liuke.kernel.i18n import N_

TABLE_ROWS = 20  # on a terminal, unless asked for more: what is left out of a table can be seen, of a file it can't
MOST_ROWS = 10_000_000
Form = Literal["table", "json", "csv", "xlsx"]
View = Literal["going", "silent", "money"]  # of the watch list; named here so that help loads nothing

Folder = Annotated[Path, Option("-w", "--workspace", help=N_("Workspace folder; the one you stand in by default."))]
Store = Annotated[
    str, Option(envvar="LIUKE_WORK_STORE", help=N_("URL of the work store; a file in the workspace without it."))
]
FormOf = Annotated[Form, Option("--format", help=N_("What to print: table, json, csv or xlsx."))]
Out = Annotated[Path | None, Option("--out", help=N_("File to write csv, xlsx or json to."))]
Codes = Annotated[bool, Option("--codes", help=N_("Codes instead of titles and words in csv and xlsx."))]
AsOf = Annotated[
    Any, Option("--as-of", parser=day, metavar="DAY", help=N_("A past day: only what was known then is used."))
]  # Any: with a parser the framework takes no union; a date or None
Top = Annotated[
    int | None,
    Option(min=0, max=MOST_ROWS, help=N_("How many; 0 for all. Without it 20 on the terminal, all in a file.")),
]
PageOf = Annotated[int, Option("--page", min=1, max=MOST_ROWS, help=N_("Which page, of --size rows."))]
Size = Annotated[int | None, Option("--size", min=1, max=MOST_ROWS, help=N_("Rows of a page."))]
Search = Annotated[str, Option("--search", help=N_("Part of the customer's number or name."))]
Where = Annotated[
    list[str] | None,
    Option(help=N_("Column=value, for example region=华东; also >= and <=: risk>=40%. Repeatable.")),
]
Ascending = Annotated[
    bool | None,
    Option("--ascending/--descending", help=N_("Order; by default texts from A, figures from the largest.")),
]
Customer = Annotated[str, Argument(metavar="CUSTOMER", help=N_("Customer code or name."))]


class Rows(NamedTuple):
    """Which rows of all."""

    page: int
    size: int | None  # None: every row


def rows(form: Form, top: int | None, page: int = 1, size: int | None = None) -> Rows:
    """The rows that --top, or --page and --size, ask for."""
    if top is not None and (size is not None or page > 1):
        raise Usage(N_("--top is the first rows, --page and --size are one page: give one of the two."))
    if top is not None:
        return Rows(1, top or None)
    if size is not None or page > 1:
        return Rows(page, size or TABLE_ROWS)
    return Rows(1, TABLE_ROWS if form == "table" else None)

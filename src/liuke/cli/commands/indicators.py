"""`liuke indicators`."""

from pathlib import Path

from liuke.cli.options import AsOf, Codes, Folder, FormOf, Out, PageOf, Size, Top, Where, rows
from liuke.cli.output import give
from liuke.cli.reading import read
from liuke.kernel.i18n import N_

WORDS, HELP = ("indicators",), N_("Rates with one definition each, from the documents alone.")


def command(
    workspace: Folder = Path(),
    where: Where = None,
    as_of: AsOf = None,
    top: Top = None,
    page: PageOf = 1,
    size: Size = None,
    form: FormOf = "table",
    out: Out = None,
    codes: Codes = False,
) -> None:
    """Print the indicator sheet: overall on a terminal, by every customer column in a file or where asked."""
    from liuke.reports.query import OVERALL, Condition, Query

    asked = tuple(map(Condition.parse, where or []))
    chosen = rows(form, top or (0 if form == "table" and not asked and size is None and page == 1 else top), page, size)
    query = Query("indicator", asked or ((OVERALL,) if form == "table" else ()), page=chosen.page, size=chosen.size)
    give(read(workspace, as_of).indicators(query), form, out, codes=codes)

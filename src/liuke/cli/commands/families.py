"""`liuke families`."""

from pathlib import Path

from liuke.cli import options as o
from liuke.cli.output import give
from liuke.cli.reading import read
from liuke.kernel.i18n import N_

WORDS, HELP = ("families",), N_("Product families that customers are about to drop while still buying.")


def command(
    workspace: o.Folder = Path(),
    where: o.Where = None,
    search: o.Search = "",
    as_of: o.AsOf = None,
    top: o.Top = None,
    page: o.PageOf = 1,
    size: o.Size = None,
    form: o.FormOf = "table",
    out: o.Out = None,
    codes: o.Codes = False,
) -> None:
    """Print families about to be dropped, most money at stake first."""
    from liuke.reports.query import Condition, Query

    rows = o.rows(form, top, page, size)
    asked = tuple(map(Condition.parse, where or []))
    query = Query("family_now", asked, page=rows.page, size=rows.size, search=search)
    give(read(workspace, as_of).families(query), form, out, codes=codes)

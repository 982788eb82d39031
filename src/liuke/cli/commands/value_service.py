"""`liuke value service`."""

from pathlib import Path

from liuke.cli import options as o
from liuke.cli.output import give
from liuke.cli.reading import read
from liuke.kernel.i18n import N_

WORDS, HELP = ("value", "service"), N_("Who gets less service than its grade and stage are owed.")


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
    """Print who gets less service than owed."""
    from liuke.reports.query import Condition, Query

    rows = o.rows(form, top, page, size)
    conditions = tuple(map(Condition.parse, where or []))
    query = Query("service_gap", conditions, page=rows.page, size=rows.size, search=search)
    give(read(workspace, as_of).service_gap(query), form, out, codes=codes)

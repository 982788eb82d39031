"""`liuke list`."""

from pathlib import Path
from typing import Annotated

from typer import Option

from liuke.cli import options as o
from liuke.cli.output import give
from liuke.cli.reading import read
from liuke.kernel.errors import Usage
from liuke.kernel.i18n import N_

WORDS, HELP = ("list",), N_("Customers at risk, best worth a call first.")


def command(
    workspace: o.Folder = Path(),
    view: Annotated[
        o.View | None,
        Option(help=N_("One view of the list: going though still buying, silent beyond own rhythm, money at risk.")),
    ] = None,
    early: Annotated[bool, Option("--early", help=N_("Short for --view going."))] = False,
    state: Annotated[str | None, Option(help=N_("Customers in this state instead of the watch list."))] = None,
    core: Annotated[bool, Option("--core", help=N_("Core customers only."))] = False,
    owner: Annotated[str | None, Option(help=N_("Customers of this salesperson only."))] = None,
    rule: Annotated[str | None, Option(help=N_("Customers this rule flags only."))] = None,
    where: o.Where = None,
    search: o.Search = "",
    sort: Annotated[str, Option(help=N_("Any column: rank, at_stake, risk, usual_year, silent_days, name and more."))]
    = "rank",
    ascending: o.Ascending = None,
    as_of: o.AsOf = None,
    top: o.Top = None,
    page: o.PageOf = 1,
    size: o.Size = None,
    form: o.FormOf = "table",
    out: o.Out = None,
    codes: o.Codes = False,
) -> None:  # fmt: skip
    """Print customers of the list, or of any condition."""
    from liuke.reports.query import Condition, customers

    if early and view not in (None, "going"):
        raise Usage(N_("--early is the view going."), fix=N_("Give --early or --view {view}, not both."), view=view)
    rows = o.rows(form, top, page, size)
    query = customers(
        view="going" if early else view, state=state, core=core, owner=owner, rule=rule,
        where=[*map(Condition.parse, where or [])], search=search, sort=sort,
        descending=None if ascending is None else not ascending, page=rows.page, size=rows.size,
    )  # fmt: skip
    give(read(workspace, as_of).watch_list(query), form, out, codes=codes)

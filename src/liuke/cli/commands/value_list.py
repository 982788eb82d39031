"""`liuke value list`."""

from pathlib import Path
from typing import Annotated

from typer import Option

from liuke.cli import options as o
from liuke.cli.output import give
from liuke.cli.reading import read
from liuke.kernel.i18n import N_

WORDS, HELP = ("value", "list"), N_("Customers by what they are worth.")


def command(
    workspace: o.Folder = Path(),
    grade: Annotated[str | None, Option(help=N_("Customers of this grade only."))] = None,
    stage: Annotated[
        str | None, Option(help=N_("In this stage only: new, growing, mature, declining or lost."))
    ] = None,
    loyalty: Annotated[
        str | None, Option(help=N_("In this cell only: true, spurious, latent, none or not_measured."))
    ] = None,
    core: Annotated[bool, Option("--core", help=N_("Core by next year's expected money only."))] = False,
    neglected: Annotated[bool, Option("--neglected", help=N_("Only those served less than they are owed."))] = False,
    where: o.Where = None,
    search: o.Search = "",
    sort: Annotated[
        str, Option(help=N_("Any column: next_year, clv, at_stake_next_year, wallet, share_of_wallet, name and more."))
    ] = "next_year",
    ascending: o.Ascending = None,
    as_of: o.AsOf = None,
    top: o.Top = None,
    page: o.PageOf = 1,
    size: o.Size = None,
    form: o.FormOf = "table",
    out: o.Out = None,
    codes: o.Codes = False,
) -> None:
    """Print customers by value."""
    from liuke.reports.query import Condition, values

    rows = o.rows(form, top, page, size)
    query = values(
        grade=grade, stage=stage, loyalty=loyalty, core=core, neglected=neglected,
        where=[*map(Condition.parse, where or [])], search=search, sort=sort,
        descending=None if ascending is None else not ascending, page=rows.page, size=rows.size,
    )  # fmt: skip
    give(read(workspace, as_of).values(query), form, out, codes=codes)

"""`liuke causes salespeople`."""

from pathlib import Path
from typing import Annotated

from typer import Option

from liuke.cli.options import AsOf, Codes, Folder, FormOf, Out
from liuke.cli.output import give
from liuke.cli.reading import read
from liuke.kernel.i18n import N_

WORDS, HELP = (
    ("causes", "salespeople"),
    N_("What depends on each salesperson, and what could be lost if the person left."),
)


def command(
    workspace: Folder = Path(),
    who: Annotated[str, Option("--of", help=N_("A salesperson's code: the customers who depend on that person."))] = "",
    as_of: AsOf = None,
    form: FormOf = "table",
    out: Out = None,
    codes: Codes = False,
) -> None:
    """Print what hangs on each salesperson, or the customers of one."""
    from liuke.app import run_events

    view = read(workspace, as_of)
    listed = run_events.hanging_listed(view, who) if who else run_events.exposures_listed(view)
    give(listed, form, out, codes=codes)

"""`liuke causes market`."""

from pathlib import Path
from typing import Annotated

from typer import Option

from liuke.cli.options import AsOf, Codes, Folder, FormOf, Out
from liuke.cli.output import give
from liuke.cli.reading import read
from liuke.kernel.i18n import N_

WORDS, HELP = (
    ("causes", "market"),
    N_("How much of a change of sales is shared by all, by segment and region, and how much with nobody."),
)


def command(
    workspace: Folder = Path(),
    customers: Annotated[
        bool,
        Option("--customers", help=N_("Customers that buy less than a year before: what others share of it.")),
    ] = False,
    as_of: AsOf = None,
    form: FormOf = "table",
    out: Out = None,
    codes: Codes = False,
) -> None:
    """Print the change of sales against the year before, split; or what others share of customers' falls."""
    from liuke.app import run_events

    view = read(workspace, as_of)
    give(run_events.falls_listed(view) if customers else run_events.market_listed(view), form, out, codes=codes)

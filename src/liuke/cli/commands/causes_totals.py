"""`liuke causes totals`."""

from pathlib import Path
from typing import Annotated

from typer import Option

from liuke.cli.options import AsOf, Codes, Folder, FormOf, Out
from liuke.cli.output import give
from liuke.cli.reading import read
from liuke.kernel.i18n import N_

WORDS, HELP = ("causes", "totals"), N_("Causes added up, by customers and by money.")


def command(
    workspace: Folder = Path(),
    by: Annotated[
        str,
        Option(
            help=N_(
                "Grouped by: all, month, act, region, grade, salesperson; direction: where they went; "
                "bounds: how far those who say nothing could move each share."
            )
        ),
    ] = "all",
    at_risk: Annotated[
        bool, Option("--at-risk", help=N_("Of customers at risk now, not of those lost in the last 12 months."))
    ] = False,
    as_of: AsOf = None,
    form: FormOf = "table",
    out: Out = None,
    codes: Codes = False,
) -> None:
    """Print totals of causes."""
    from liuke.app import run_causes

    give(run_causes.cause_totals(read(workspace, as_of), by, at_risk=at_risk), form, out, codes=codes)

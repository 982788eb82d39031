"""`liuke causes totals`."""

from pathlib import Path
from typing import Annotated

from typer import Option

from liuke.cli.options import AsOf, Codes, Folder, FormOf, Out
from liuke.cli.output import give
from liuke.cli.reading import read
from liuke.kernel.errors import Usage
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
    side: Annotated[
        list[str] | None,
        Option(
            help=N_(
                "Twice: two groups side by side, each as region=, grade=, salesperson=, core=yes, as_of=DAY or"
                " firm=FOLDER, parts apart by commas."
            )
        ),
    ] = None,
    as_of: AsOf = None,
    form: FormOf = "table",
    out: Out = None,
    codes: Codes = False,
) -> None:
    """Print totals of causes."""
    from liuke.app import run_causes

    if side:
        from liuke.app.cause_sides import sides_listed
        from liuke.app.firm import Firm

        if by != "all" or at_risk:
            raise Usage(N_("Side by side stand all causes of the lost."), fix=N_("Leave --by and --at-risk away."))
        give(sides_listed(Firm.at(workspace), side, read(workspace, as_of)), form, out, codes=codes)
        return
    give(run_causes.cause_totals(read(workspace, as_of), by, at_risk=at_risk), form, out, codes=codes)

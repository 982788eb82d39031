"""`liuke causes market`."""

from pathlib import Path

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
    as_of: AsOf = None,
    form: FormOf = "table",
    out: Out = None,
    codes: Codes = False,
) -> None:
    """Print the change of sales against the year before, split."""
    from liuke.app import run_events

    give(run_events.market_listed(read(workspace, as_of)), form, out, codes=codes)

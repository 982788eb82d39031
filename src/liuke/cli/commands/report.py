"""`liuke report`."""

from pathlib import Path
from typing import Annotated

from typer import Option

from liuke.cli.options import AsOf, Folder
from liuke.cli.output import tell
from liuke.cli.reading import warned
from liuke.kernel.i18n import N_

WORDS, HELP = ("report",), N_("Write the workbook and the page of a run.")


def command(
    workspace: Folder = Path(),
    out: Annotated[Path, Option("--out", help=N_("Folder to write to."))] = Path(),
    as_of: AsOf = None,
) -> None:
    """Write the workbook and the page."""
    from liuke.app.firm import Firm

    firm = Firm.at(workspace)
    warned(firm.read(as_of))
    for path in firm.report(out, as_of):
        tell(N_("Written: {path}"), path=path)

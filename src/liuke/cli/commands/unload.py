"""`liuke unload`."""

from pathlib import Path
from typing import Annotated

from typer import Argument

from liuke.cli.options import Folder
from liuke.cli.output import tell
from liuke.kernel.i18n import N_

WORDS, HELP = ("unload",), N_("Undo a load; the newest of its source first.")


def command(
    load_id: Annotated[str, Argument(metavar="LOAD", help=N_("Number of the load, as `liuke loads` has it."))],
    workspace: Folder = Path(),
) -> None:
    """Undo a load."""
    from liuke.app.firm import Firm

    gone = Firm.at(workspace).unload(load_id)
    tell(N_("Load {load} of {source} is undone. Run again: liuke run"), load=load_id, source=gone.source)

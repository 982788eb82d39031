"""`liuke causes own`."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from liuke.cli.options import Folder
from liuke.cli.output import tell
from liuke.kernel.i18n import N_

WORDS, HELP = ("causes", "own"), N_("Say who owns a cause and by what it is watched.")


def command(
    cause: Annotated[
        str, Argument(metavar="CAUSE", help=N_("The cause's title, or its id, as in liuke causes list --codes."))
    ],
    owner: Annotated[str | None, Option(help=N_("Who owns it; empty for nobody."))] = None,
    measure: Annotated[
        str | None,
        Option(help=N_("events, customers, or a measure of your own in words; empty for what suits the cause.")),
    ] = None,
    workspace: Folder = Path(),
) -> None:
    """Write who owns a cause into the workspace's file."""
    from liuke.app.cause_owned import owned_by_hand
    from liuke.app.firm import Firm

    found = owned_by_hand(Firm.at(workspace).workspace, cause, owner, measure)
    tell(N_("{cause}: owner {owner}, measure {measure}."), cause=cause, owner=found.owner or "-",
         measure=found.measure or "-")  # fmt: skip

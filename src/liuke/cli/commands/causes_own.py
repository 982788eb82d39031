"""`liuke causes own`."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from liuke.cli.options import Folder
from liuke.cli.output import tell
from liuke.kernel.i18n import N_, translate

WORDS, HELP = ("causes", "own"), N_("Say who owns a cause and by what it is watched.")


def command(
    cause: Annotated[
        str,
        Argument(metavar="CAUSE", help=N_("Its name in either language, or its id, as in liuke causes list.")),
    ],
    owner: Annotated[str | None, Option(help=N_("Who owns it; empty for nobody."))] = None,
    measure: Annotated[
        str | None,
        Option(help=N_("events, customers, or a measure of your own in words; empty for what suits the cause.")),
    ] = None,
    workspace: Folder = Path(),
) -> None:
    """Write who owns a cause into the workspace's file."""
    from liuke.app.cause_owned import cause_called, owned_by_hand, title_of_cause
    from liuke.app.firm import Firm
    from liuke.reports.cause_words import UNCOUNTED

    place = Firm.at(workspace).workspace
    named = cause_called(place, cause)
    found = owned_by_hand(place, named, owner, measure)
    watched = translate(UNCOUNTED[found.measure]) if found.measure in UNCOUNTED else found.measure
    tell(N_("{cause}: owner {owner}, measure {measure}."), cause=title_of_cause(place, named),
         owner=found.owner or "-", measure=watched or "-")  # fmt: skip

"""`liuke upgrade`."""

from pathlib import Path

from liuke.cli.options import Folder
from liuke.cli.output import put
from liuke.kernel.i18n import N_

WORDS, HELP = ("upgrade",), N_("Bring a workspace of an older version up to date.")


def command(workspace: Folder = Path()) -> None:
    """Upgrade, and print what was done."""
    from liuke.app.firm import upgrade

    for said in upgrade(workspace):
        put(said)

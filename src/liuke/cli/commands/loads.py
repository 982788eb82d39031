"""`liuke loads`."""

from pathlib import Path

from liuke.cli.options import Codes, Folder, FormOf, Out
from liuke.cli.output import give
from liuke.kernel.i18n import N_

WORDS, HELP = ("loads",), N_("What has been loaded, with its account.")


def command(workspace: Folder = Path(), form: FormOf = "table", out: Out = None, codes: Codes = False) -> None:
    """Print the loads."""
    from liuke.app.firm import Firm

    give(Firm.at(workspace).loads(), form, out, codes=codes)

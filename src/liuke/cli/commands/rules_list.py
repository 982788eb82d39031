"""`liuke rules list`."""

from pathlib import Path

from liuke.cli.options import Codes, Folder, FormOf, Out
from liuke.cli.output import give
from liuke.kernel.i18n import N_

WORDS, HELP = ("rules", "list"), N_("The rules in force.")


def command(workspace: Folder = Path(), form: FormOf = "table", out: Out = None, codes: Codes = False) -> None:
    """Print the rules in force."""
    from liuke.app.firm import Firm

    give(Firm.at(workspace).rules_listed(), form, out, codes=codes)

"""`liuke value standard`."""

from pathlib import Path

from liuke.cli.options import Codes, Folder, FormOf, Out
from liuke.cli.output import give
from liuke.kernel.i18n import N_

WORDS, HELP = ("value", "standard"), N_("Grades and the service they are owed, as in force; changed in value.toml.")


def command(workspace: Folder = Path(), form: FormOf = "table", out: Out = None, codes: Codes = False) -> None:
    """Print the service standard in force."""
    from liuke.app.firm import Firm

    give(Firm.at(workspace).standard(), form, out, codes=codes)

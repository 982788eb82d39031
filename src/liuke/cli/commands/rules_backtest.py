"""`liuke rules backtest`."""

from pathlib import Path

from liuke.cli.options import AsOf, Codes, Folder, FormOf, Out
from liuke.cli.output import give
from liuke.cli.reading import read
from liuke.kernel.i18n import N_

WORDS, HELP = ("rules", "backtest"), N_("How every rule did on the firm's own history.")


def command(
    workspace: Folder = Path(), as_of: AsOf = None, form: FormOf = "table", out: Out = None, codes: Codes = False
) -> None:
    """Print how every rule did."""
    give(read(workspace, as_of).rule_scores(), form, out, codes=codes)

"""`liuke causes list`."""

from pathlib import Path

from liuke.cli.options import AsOf, Codes, Folder, FormOf, Out
from liuke.cli.output import give
from liuke.cli.reading import read
from liuke.kernel.i18n import N_

WORDS, HELP = ("causes", "list"), N_("The causes in force, what each is judged by and what can answer it.")


def command(
    workspace: Folder = Path(),
    as_of: AsOf = None,
    form: FormOf = "table",
    out: Out = None,
    codes: Codes = False,
) -> None:
    """Print the causes in force."""
    from liuke.app import run_causes

    give(run_causes.cause_list(read(workspace, as_of)), form, out, codes=codes)

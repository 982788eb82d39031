"""`liuke causes diverted`."""

from pathlib import Path

from liuke.cli.options import AsOf, Codes, Folder, FormOf, Out
from liuke.cli.output import give
from liuke.cli.reading import read
from liuke.kernel.i18n import N_

WORDS, HELP = (
    ("causes", "diverted"),
    N_("Questions to a manager: customers contacted as before that buy less than others like them."),
)


def command(
    workspace: Folder = Path(),
    as_of: AsOf = None,
    form: FormOf = "table",
    out: Out = None,
    codes: Codes = False,
) -> None:
    """Print the questions with the customers behind each."""
    from liuke.app import run_events

    give(run_events.questions_listed(read(workspace, as_of)), form, out, codes=codes)

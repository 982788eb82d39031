"""`liuke doctor`."""

from pathlib import Path

from liuke.cli.options import Folder
from liuke.cli.output import grid, put
from liuke.kernel.errors import Refused
from liuke.kernel.i18n import N_, translate

WORDS, HELP = ("doctor",), N_("Check the workspace, the versions and the engine, and say what to do.")


def command(workspace: Folder = Path()) -> None:
    """Check one thing after another; each says what is wrong and the fix. Refused when anything is."""
    from liuke.app.firm import doctor

    fine, look = translate(N_("fine")), translate(N_("look"))
    rows = [(fine if good else look, title, found) for title, found, good in doctor(workspace)]
    put(grid([("", "left"), (translate(N_("Check")), "left"), (translate(N_("Found")), "left")], rows))
    wrong = sum(mark == look for mark, *_ in rows)
    if wrong:
        raise Refused(N_("{count} checks need a look."), count=wrong)

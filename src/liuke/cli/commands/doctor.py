"""`liuke doctor`."""

from pathlib import Path
from typing import Annotated

from typer import Option

from liuke.cli.options import Folder
from liuke.cli.output import grid, put
from liuke.kernel.errors import Refused
from liuke.kernel.i18n import N_, translate

WORDS, HELP = ("doctor",), N_("Check the workspace, the versions and the engine, and say what to do.")


def command(
    workspace: Folder = Path(),
    repair: Annotated[bool, Option("--repair", help=N_("Mend what can be mended safely, and say the rest."))] = False,
) -> None:
    """Check one thing after another; each says what is wrong and the fix. Refused when anything is."""
    from liuke.app import firm

    for said in firm.repair(workspace) if repair else ():
        put(said)
    fine, look = translate(N_("fine")), translate(N_("look"))
    rows = [(fine if good else look, title, found) for title, found, good in firm.doctor(workspace)]
    put(grid([("", "left"), (translate(N_("Check")), "left"), (translate(N_("Found")), "left")], rows))
    wrong = sum(mark == look for mark, *_ in rows)
    if wrong:
        raise Refused(N_("{count} checks need a look."), count=wrong)

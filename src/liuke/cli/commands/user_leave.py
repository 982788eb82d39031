"""`liuke user leave`."""

from pathlib import Path
from typing import Annotated, Any

from typer import Option

from liuke.cli.options import Folder, Store
from liuke.cli.output import tell
from liuke.cli.people import Login, people_of
from liuke.kernel.days import day
from liuke.kernel.i18n import N_

WORDS, HELP = ("user", "leave"), N_("End somebody's access at once: sessions and tokens too. History stays.")


def command(
    login: Login,
    workspace: Folder = Path(),
    on: Annotated[
        Any, Option("--on", parser=day, metavar="DAY", help=N_("Day to note as the last; today without it."))
    ] = None,
    store: Store = "",
) -> None:
    """End the access."""
    from liuke.work.people.users import leave, user_called

    with people_of(workspace, store) as opened, opened.writing() as connection:
        user = leave(connection, None, user_called(connection, login).id, on)
    tell(N_("{login} may not sign in any more; left on {day}."), login=user.login, day=user.left_on)

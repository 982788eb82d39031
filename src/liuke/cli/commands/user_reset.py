"""`liuke user reset`."""

from pathlib import Path

from liuke.cli.options import Folder, Store
from liuke.cli.output import tell
from liuke.cli.people import Login, Typed, hand_over, new_password, people_of
from liuke.kernel.i18n import N_

WORDS, HELP = ("user", "reset"), N_("Give a user another password; all sessions of the user end.")


def command(login: Login, workspace: Folder = Path(), type_password: Typed = False, store: Store = "") -> None:
    """Reset the password; the drawn one goes to standard output."""
    from liuke.work.people.users import reset_password, user_called

    with people_of(workspace, store) as opened:
        with opened.reading() as connection:
            user = user_called(connection, login)
        made, drawn = new_password(user.login, user.name, type_password)
        with opened.writing() as connection:
            reset_password(connection, None, user.id, made, must_change=bool(drawn))
    tell(N_("{login} has another password; the old one and open sessions are void."), login=user.login)
    hand_over(user.login, drawn)

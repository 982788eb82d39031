"""`liuke user add`."""

from pathlib import Path
from typing import Annotated

from typer import Option

from liuke.cli.options import Folder, Store
from liuke.cli.output import tell
from liuke.cli.people import Login, Roles, Typed, hand_over, new_password, people_of
from liuke.kernel.errors import Usage
from liuke.kernel.i18n import N_, language

WORDS, HELP = ("user", "add"), N_("Let somebody in, with a password drawn for the first sign-in.")


def command(
    login: Login,
    workspace: Folder = Path(),
    name: Annotated[str, Option(help=N_("How the user is called; the login without it."))] = "",
    role: Roles = None,
    salesperson: Annotated[
        str | None, Option(help=N_("Number of the salesperson in the data whose customers are the user's."))
    ] = None,
    time_zone: Annotated[str, Option(help=N_("Time zone, such as Asia/Shanghai."))] = "Asia/Shanghai",
    type_password: Typed = False,
    store: Store = "",
) -> None:
    """Add a user; the drawn password goes to standard output."""
    from liuke.work.people.users import add_user

    if not role:
        raise Usage(N_("What may {login} do?"), login=login, fix=N_("Give one role or more: --role account_manager"))
    with people_of(workspace, store) as opened:
        made, drawn = new_password(login, name or login, type_password)
        with opened.writing() as connection:
            user = add_user(connection, None, login=login, name=name or login, password_hash=made, roles=role,
                            language=language(), time_zone=time_zone, salesperson_id=salesperson,
                            must_change=bool(drawn))  # fmt: skip
    tell(N_("{login} may sign in."), login=user.login)
    hand_over(user.login, drawn)

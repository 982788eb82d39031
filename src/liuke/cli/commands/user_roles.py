"""`liuke user roles`."""

from pathlib import Path

from liuke.cli.options import Folder, Store
from liuke.cli.output import tell
from liuke.cli.people import Login, Roles, people_of
from liuke.kernel.errors import Usage
from liuke.kernel.i18n import N_

WORDS, HELP = ("user", "roles"), N_("Give a user these roles and no others.")


def command(login: Login, workspace: Folder = Path(), role: Roles = None, store: Store = "") -> None:
    """Set the roles."""
    from liuke.work.people.users import set_roles, user_called

    if not role:
        raise Usage(N_("What may {login} do?"), login=login, fix=N_("Give one role or more: --role account_manager"))
    with people_of(workspace, store) as opened, opened.writing() as connection:
        known = user_called(connection, login)
        user = set_roles(connection, None, known.id, known.version, role)
    tell(N_("{login} is now: {roles}"), login=user.login, roles=", ".join(user.roles))

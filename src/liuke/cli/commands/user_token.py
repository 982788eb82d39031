"""`liuke user token`."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

from typer import Option

from liuke.cli.options import Folder, Store
from liuke.cli.output import tell, write
from liuke.cli.people import Login, people_of
from liuke.kernel.i18n import N_

WORDS, HELP = ("user", "token"), N_("Make a token by which a program comes in as a user.")


def command(
    login: Login,
    workspace: Folder = Path(),
    name: Annotated[str, Option(help=N_("What the token is for."))] = "liuke user token",
    scope: Annotated[
        list[str] | None, Option(help=N_("What it may, no more than the user: read without it. Repeatable."))
    ] = None,
    days: Annotated[int, Option(min=1, max=366, help=N_("Days until it ends."))] = 90,
    store: Store = "",
) -> None:
    """Make the token; it goes to standard output, this once."""
    from liuke.work.people.api_tokens import make_token
    from liuke.work.people.users import user_called
    from liuke.work.people.viewer import viewer_of

    with people_of(workspace, store) as opened, opened.writing() as connection:
        viewer = viewer_of(connection, user_called(connection, login).id)
        ends = datetime.now(UTC) + timedelta(days=days)
        made, text = make_token(connection, viewer, name, scope or ["read"], ends)
    tell(
        N_("Token of {login}, good until {day}, shown this once; it may: {scopes}"),
        login=viewer.login, day=f"{made.expires_at:%Y-%m-%d}", scopes=", ".join(sorted(made.scopes)),
    )  # fmt: skip
    write(f"{text}\n")

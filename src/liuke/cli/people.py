"""What the commands of people share: the work store, passwords that never stand in a command."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from getpass import getpass
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from liuke.cli.output import tell, write
from liuke.kernel.errors import Invalid, Usage
from liuke.kernel.i18n import N_, say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from liuke.work.store import WorkStore

Login = Annotated[str, Argument(metavar="LOGIN", help=N_("Name somebody signs in with."))]
Roles = Annotated[
    list[str] | None,
    Option("--role", help=N_("Role: owner, director, manager, account_manager, service, marketing, analyst, "
                             "distributor or admin. Repeatable.")),
]  # fmt: skip
Typed = Annotated[
    bool, Option("--type-password", help=N_("Type the password here; without it one is drawn, to be changed at once."))
]


@contextmanager
def people_of(workspace: Path, store: str) -> Iterator[WorkStore]:
    """The work store of a workspace, open for a command."""
    from liuke.app.firm import Firm
    from liuke.work.store import WorkStore, store_place

    opened = WorkStore.open(store_place(Firm.at(workspace).workspace.root, store))
    try:
        yield opened
    finally:
        opened.close()


def new_password(login: str, name: str, typed: bool) -> tuple[str, str]:
    """A password as it is stored, and in plain where it was drawn and has yet to be handed over."""
    from liuke.work.people.passwords import hashed_password, one_time_password

    if not typed:
        drawn = one_time_password()
        return hashed_password(drawn, login, name), drawn
    if sys.stdin is None or not sys.stdin.isatty():
        raise Usage(N_("A password is typed at a terminal."), fix=N_("Without --type-password one is drawn."))
    password = getpass(say(N_("Password:")) + " ")
    if getpass(say(N_("Once more:")) + " ") != password:
        raise Invalid(N_("The two passwords differ; nothing was changed."))
    return hashed_password(password, login, name), ""


def hand_over(login: str, drawn: str) -> None:
    """Print a drawn password, this once; nothing where it was typed."""
    if drawn:
        tell(N_("Password of {login}, shown this once and changed at the first sign-in:"), login=login)
        write(f"{drawn}\n")

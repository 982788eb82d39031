"""`liuke user list`."""

from pathlib import Path

from liuke.cli.options import Codes, Folder, FormOf, Out, Store
from liuke.cli.output import give
from liuke.cli.people import people_of
from liuke.kernel.i18n import N_

WORDS, HELP = ("user", "list"), N_("Who may sign in, and as what.")


def command(
    workspace: Folder = Path(), form: FormOf = "table", out: Out = None, codes: Codes = False, store: Store = ""
) -> None:
    """Print the users, those who left last."""
    from liuke.reports.listings.people import listed_users
    from liuke.work.people.users import users

    with people_of(workspace, store) as opened, opened.reading() as connection:
        found = users(connection)
    give(listed_users(found), form, out, codes=codes)

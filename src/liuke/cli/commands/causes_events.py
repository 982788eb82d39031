"""`liuke causes events`."""

from pathlib import Path
from typing import Annotated

from typer import Option

from liuke.cli.options import AsOf, Codes, Folder, FormOf, Out
from liuke.cli.output import give
from liuke.cli.reading import read
from liuke.kernel.i18n import N_

WORDS, HELP = (
    ("causes", "events"),
    N_("What departures, price rises, discontinued products and tighter terms did to sales."),
)


def command(
    workspace: Folder = Path(),
    one_by_one: Annotated[bool, Option("--one-by-one", help=N_("Every event, the newest first."))] = False,
    as_of: AsOf = None,
    form: FormOf = "table",
    out: Out = None,
    codes: Codes = False,
) -> None:
    """Print what events did, a kind a row; with --one-by-one every event."""
    from liuke.app import run_events

    view = read(workspace, as_of)
    listed = run_events.events_listed(view) if one_by_one else run_events.event_effects(view)
    give(listed, form, out, codes=codes)

"""`liuke value economics`."""

from pathlib import Path
from typing import Annotated

from typer import Option

from liuke.cli.options import AsOf, Codes, Folder, FormOf, Out
from liuke.cli.output import give
from liuke.cli.reading import read
from liuke.kernel.i18n import N_

WORDS, HELP = ("value", "economics"), N_("What keeping customers is worth, and the leaking bucket.")


def command(
    workspace: Folder = Path(),
    bucket: Annotated[bool, Option("--bucket", help=N_("The leaking bucket alone."))] = False,
    as_of: AsOf = None,
    form: FormOf = "table",
    out: Out = None,
    codes: Codes = False,
) -> None:
    """Print the economics of keeping customers and the leaking bucket."""
    view = read(workspace, as_of)
    if not bucket:
        give(view.economics(), form, out, codes=codes)
    if bucket or form == "table":
        give(view.leaking_bucket(), form, out, codes=codes)

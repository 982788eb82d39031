"""`liuke restore`."""

from pathlib import Path
from typing import Annotated

from typer import Argument

from liuke.cli.options import Store
from liuke.cli.output import tell
from liuke.kernel.i18n import N_

WORDS, HELP = ("restore",), N_("Bring a backup back into an empty folder.")


def command(
    file: Annotated[Path, Argument(metavar="FILE", help=N_("File that `liuke backup` wrote."))],
    folder: Annotated[Path, Argument(metavar="DIR", help=N_("Empty folder, or one that is not there yet."))],
    store: Store = "",
) -> None:
    """Restore, and say what was brought back."""
    from liuke.app.backup import restore

    done = restore(file, folder, store)
    tell(
        N_("{folder} is as it was on {moment} (UTC): {files} files, {rows} rows of the work store. Everybody signs in "
           "again. Open it: liuke serve -w {folder}"),
        folder=done.folder, moment=f"{done.made_at:%Y-%m-%d %H:%M}",
        files=f"{done.files:,}", rows=f"{done.work_rows:,}",
    )  # fmt: skip

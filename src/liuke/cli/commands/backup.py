"""`liuke backup`."""

from pathlib import Path
from typing import Annotated

from typer import Argument

from liuke.cli.options import Folder, Store
from liuke.cli.output import tell, warn
from liuke.kernel.i18n import N_

WORDS, HELP = ("backup",), N_("Write the firm to one file while people work on: facts, definitions, runs, work store.")


def command(
    file: Annotated[Path, Argument(metavar="FILE", help=N_("File to write, such as firm-2026-11-27.tar.gz."))],
    workspace: Folder = Path(),
    store: Store = "",
) -> None:
    """Write a backup, and say what it holds."""
    from liuke.app.backup import back_up

    done = back_up(workspace, file, store)
    for damage in done.damaged:
        warn(damage.text())
    if done.damaged:
        tell(N_("What is damaged is in the backup as it is."))
    tell(
        N_("{path}: {loads} loads, {runs} runs, {rows} rows of the work store; {size} MB. "
           "Keep it as you keep customers' data."),
        path=done.path, loads=f"{done.loads:,}", runs=f"{done.runs:,}", rows=f"{done.work_rows:,}",
        size=f"{done.bytes / 1e6:,.1f}",
    )  # fmt: skip

"""`liuke init`."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from liuke.cli.output import tell
from liuke.kernel.i18n import N_

WORDS, HELP = ("init",), N_("Make a workspace: a folder with liuke.toml.")


def command(
    path: Annotated[Path, Argument(metavar="DIR", help=N_("The folder."))],
    currency: Annotated[str | None, Option(help=N_("Currency of all amounts, such as CNY, USD or EUR."))] = None,
) -> None:
    """Make a workspace."""
    from liuke.app.firm import Firm

    Firm.create(path, currency)
    tell(N_("Workspace made in {path}. Next: liuke load FILE -w {path}"), path=path)

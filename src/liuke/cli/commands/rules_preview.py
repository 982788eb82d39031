"""`liuke rules preview`."""

from pathlib import Path
from typing import Annotated

from typer import Argument

from liuke.cli import options as o
from liuke.cli.output import give
from liuke.kernel.i18n import N_

WORDS, HELP = ("rules", "preview"), N_("Whom a rule flags now, from a file or by its id.")


def command(
    rule: Annotated[str, Argument(metavar="RULE", help=N_("Rule id or TOML file."))],
    workspace: o.Folder = Path(),
    top: o.Top = None,
    page: o.PageOf = 1,
    size: o.Size = None,
    form: o.FormOf = "table",
    out: o.Out = None,
    codes: o.Codes = False,
) -> None:
    """Print whom a rule flags now, without keeping anything."""
    from liuke.app.firm import Firm
    from liuke.cli.progress import progress

    rows = o.rows(form, top, page, size)
    with progress() as steps:
        listed = Firm.at(workspace).preview(rule, rows.page, rows.size, steps)
    give(listed, form, out, codes=codes)

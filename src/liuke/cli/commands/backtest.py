"""`liuke backtest`."""

from pathlib import Path
from typing import Annotated

from typer import Option

from liuke.cli.options import AsOf, Codes, Folder, FormOf, Out
from liuke.cli.output import give, put, tell
from liuke.cli.reading import read
from liuke.kernel.errors import Usage
from liuke.kernel.i18n import N_

WORDS, HELP = ("backtest",), N_("How the model did at past period ends, beside recency, frequency and each rule.")


def command(
    workspace: Folder = Path(),
    as_of: AsOf = None,
    curve: Annotated[bool, Option("--curve", help=N_("Its calibration by tenths alone."))] = False,
    drift: Annotated[bool, Option("--drift", help=N_("How its columns moved by period alone."))] = False,
    warning: Annotated[bool, Option("--warning", help=N_("How early lost customers were named, alone."))] = False,
    form: FormOf = "table",
    out: Out = None,
    codes: Codes = False,
) -> None:
    """Print the model card, every score's figures, how early the list warned, calibration and drift; or one alone.

    Other forms hold one table: every scope, origin and segment of the figures, or the one asked for.
    """
    alone = curve or drift or warning
    if curve + drift + warning > 1:
        raise Usage(N_("--curve, --drift and --warning are a table each."), fix=N_("Ask for one, then for the other."))
    view = read(workspace, as_of)
    one = view.calibration if curve else view.drift if drift else view.warning if warning else view.model_scores
    listed = one()
    if form != "table" or alone:
        for text in listed.said if form != "table" and not len(listed) else ():
            tell(N_("{text}"), text=text)
        give(listed, form, out, codes=codes)
        return
    for line in view.model_card():
        put(line.text())
    for part in view.model_summary() or [listed]:
        give(part, form, out)

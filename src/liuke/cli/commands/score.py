"""`liuke score`."""

from pathlib import Path
from typing import Annotated

from typer import Argument

from liuke.cli.options import Codes, Folder, FormOf, Out
from liuke.cli.output import give
from liuke.cli.reading import read
from liuke.kernel.i18n import N_

WORDS, HELP = ("score",), N_("Score the current run against a simulated firm's truth.")


def command(
    truth: Annotated[Path, Argument(metavar="TRUTH", help=N_("Folder of the truth."))],
    workspace: Folder = Path(),
    form: FormOf = "table",
    out: Out = None,
    codes: Codes = False,
) -> None:
    """Print how the current run did against the truth."""
    from liuke.reports.shown import Listed, Listing, Shown
    from liuke.simulate import score

    listing = Listing(
        "score",
        N_("Score"),
        (
            Shown("figure", N_("Figure"), of=lambda row: translate_or_code(row["figure"], form)),
            Shown("value", N_("Value"), "ratio_3"),
            Shown("ceiling", N_("Ceiling"), "ratio_3"),
            Shown("note", N_("Why there is no number"), of=lambda row: translate_or_code(row["note"], form)),
        ),
    )
    give(Listed(listing, score.score(read(workspace, None), truth)), form, out, codes=codes)


def translate_or_code(text: str | None, form: str) -> str | None:
    """A figure's name in the language in force; in JSON as it is."""
    from liuke.kernel.i18n import translate

    return text if text is None or form == "json" else translate(text)

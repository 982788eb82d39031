"""`liuke simulate`."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from liuke.cli.output import grid, put, stored, tell
from liuke.kernel.i18n import N_, language, translate
from liuke.kernel.said import Said

WORDS, HELP = ("simulate",), N_("Simulate a firm with known causes: exports in DIR, truth in another folder.")


def command(
    path: Annotated[Path, Argument(metavar="DIR", help=N_("Where to put the exports."))],
    world: Annotated[str, Option(help=N_("World: a name or a TOML file."))] = "base",
    customers: Annotated[int | None, Option(help=N_("How many customers."))] = None,
    months: Annotated[int, Option(help=N_("How many months."))] = 36,
    seed: Annotated[int, Option(help=N_("Seed; the same one gives the same bytes."))] = 1,
    truth: Annotated[Path | None, Option(help=N_("Folder of the truth; DIR.truth by default."))] = None,
    xlsx: Annotated[bool, Option(help=N_("Small tables as workbooks, else CSV."))] = True,
    csv: Annotated[bool, Option("--csv", help=N_("Document lines as CSV instead of Parquet."))] = False,
) -> None:
    """Write a firm's exports to `path` and its truth beside it, and print what was written."""
    from liuke.cli.progress import progress
    from liuke.reports import figures
    from liuke.simulate import export

    beside = truth or path.resolve().with_name(f"{path.resolve().name}.truth")
    with progress() as step:
        done = export.simulate(path, beside, world, customers, months, seed, language(), xlsx,
                               "csv" if csv else "parquet", step)  # fmt: skip
    stored(Said(N_("The firm's files lie in {folder}."), {"folder": str(done.folder)}))
    heads = [(translate(N_("File")), "left"), (translate(N_("Rows")), "right")]
    put(grid(heads, [(name, figures.count(rows)) for name, rows in done.rows.items()]))
    tell(N_("The truth is in {path}; load {folder} alone."), path=done.truth, folder=done.folder)

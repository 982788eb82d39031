"""Commands about simulated firms: write one, score a run against its truth."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from liuke.cli.output import Format, emit, grid, put, tell
from liuke.cli.progress import progress
from liuke.cli.running import run_of
from liuke.kernel.i18n import N_, language, translate
from liuke.reports import figures
from liuke.simulate import export
from liuke.simulate.score import score as scored
from liuke.store.workspace import Workspace

if TYPE_CHECKING:
    import polars as pl


def simulate(
    path: Path,
    truth: Path | None,
    world: str,
    customers: int | None,
    months: int,
    seed: int,
    xlsx: bool,
    csv: bool,
) -> None:
    """Write a firm's exports to `path` and its truth beside it, and print what was written."""
    beside = truth or path.resolve().with_name(f"{path.resolve().name}.truth")
    with progress() as step:
        done = export.simulate(
            path, beside, world, customers, months, seed, language(), xlsx, "csv" if csv else "parquet", step
        )
    heads = [(translate(N_("File")), "left"), (translate(N_("Rows")), "right")]
    put(grid(heads, [(name, figures.count(rows)) for name, rows in done.rows.items()]))
    tell(N_("The truth is in {path}; load {folder} alone."), path=done.truth, folder=done.folder)


def score(folder: Path, truth: Path, form: Format, out: Path | None) -> None:
    """Print how the current run did against the truth."""
    emit(scored(run_of(Workspace.at(folder), None), truth), form, _figures, out)


def _figures(found: pl.DataFrame) -> object:
    heads = [(translate(head), side) for head, side in (
        (N_("Figure"), "left"), (N_("Value"), "right"), (N_("Ceiling"), "right"), ("", "left"))]  # fmt: skip
    rows = [
        (translate(r["figure"]), _number(r["value"]), _number(r["ceiling"]), translate(r["note"] or ""))
        for r in found.iter_rows(named=True)
    ]
    return grid(heads, rows)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"

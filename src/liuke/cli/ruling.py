"""Commands about rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from liuke.app import queries
from liuke.app import rules as ruled
from liuke.cli.output import Format, emit, grid
from liuke.cli.progress import progress
from liuke.cli.running import list_table, run_of
from liuke.kernel.i18n import N_, language, translate
from liuke.kernel.said import Said
from liuke.reports import figures
from liuke.run import rule_files
from liuke.store.workspace import Workspace

if TYPE_CHECKING:
    from datetime import date


def show_rules(folder: Path, form: Format, out: Path | None) -> None:
    """Print the rules in force."""
    rows = rule_files.rules_table(Workspace.at(folder))

    def table(found: pl.DataFrame) -> object:
        heads = [
            (translate(N_("Rule")), "left"),
            (translate(N_("Title")), "left"),
            (translate(N_("What it finds")), "left"),
        ]
        return grid(heads, [(r["rule"], r["title"], r["help"]) for r in found.iter_rows(named=True)])

    emit(rows, form, table, out)


def preview(folder: Path, rule: str, top: int, form: Format, out: Path | None) -> None:
    """Print whom a rule flags now, without keeping anything."""
    workspace = Workspace.at(folder)
    with progress() as step:
        rows = ruled.preview(workspace, rule, top or None, step)
    made = queries.current(workspace)
    emit(
        rows if form == "table" else queries.spoken(rows, made.info["currency"]),
        form,
        lambda found: list_table(found, made),
        out,
    )


def backtest(folder: Path, as_of: date | None, form: Format, out: Path | None) -> None:
    """Print how every rule did."""
    made = run_of(Workspace.at(folder), as_of)
    emit(made.table("rule_score"), form, _scores, out)


def _scores(found: pl.DataFrame) -> object:
    heads = [
        (translate(N_("Rule")), "left"),
        (translate(N_("Flags now")), "right"),
        (translate(N_("Flagged")), "right"),
        (translate(N_("Left")), "right"),
        (translate(N_("Precision")), "right"),
        (translate(N_("By value")), "right"),
        (translate(N_("At random")), "right"),
        (translate(N_("Recall")), "right"),
        (translate(N_("Warning, months")), "right"),
        (translate(N_("Money caught")), "right"),
        (translate(N_("False alarms per 100 customer-months")), "right"),
        (translate(N_("Why there is no number")), "left"),
    ]
    lines = []
    for row in found.iter_rows(named=True):
        sure = row["precision"] is not None
        lines.append(
            (
                row[f"title_{language()}"],
                "" if row["flagged_now"] is None else figures.count(row["flagged_now"]),
                figures.count(row["flags"]),
                figures.count(row["hits"]),
                f"{figures.percent(row['precision'])} ({figures.span(row['precision_low'], row['precision_high'])})"
                if sure
                else "",
                *(_percent(row[name]) for name in ("by_value", "at_random", "recall")),
                "" if row["warning_months"] is None else f"{row['warning_months']:.1f}",
                _percent(row["money_share"]),
                "" if row["false_alarms"] is None else f"{row['false_alarms']:.1f}",
                "" if row["reason"] is None else Said.unpack(row["reason"]).text(),
            )
        )
    return grid(heads, lines)


def _percent(value: float | None) -> str:
    return "" if value is None else figures.percent(value)

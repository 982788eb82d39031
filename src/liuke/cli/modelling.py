"""Commands about the model: how it did at past period ends, and which product families are about to be dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.cli.output import Format, emit, grid, put, tell
from liuke.cli.running import run_of
from liuke.kernel.errors import Usage
from liuke.kernel.i18n import N_, say, translate
from liuke.kernel.said import Said
from liuke.reports import figures, model_card
from liuke.reports.words import RUNGS
from liuke.store.workspace import Workspace

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from liuke.store.runs import Run

SHOWN = ("auc", "within_rate", "average_precision", "lift", "log_loss", "calibration_error", "captured_money", "policy")


def backtest(folder: Path, as_of: date | None, curve: bool, drift: bool, form: Format, out: Path | None) -> None:
    """Print the model card, every score's figures, the calibration and the drift; or one of the last two alone.

    Other formats hold one table: every scope, origin and segment of the figures, or the one asked for.
    """
    if curve and drift:
        raise Usage(N_("--curve and --drift are two tables."), fix=N_("Ask for one, then for the other."))
    made = run_of(Workspace.at(folder), as_of)
    untested = model_card.untested(made.info).text()
    if untested and form != "table":
        tell(N_("{text}"), text=untested)
    if curve or drift:
        name, draw = ("model_curve", _curve) if curve else ("model_drift", _drift)
        emit(made.table(name), form, lambda found: untested or draw(found), out)
    else:
        emit(made.table("model_score"), form, lambda found: _tables(found, made), out)


def families(folder: Path, as_of: date | None, top: int, form: Format, out: Path | None) -> None:
    """Print the product families that customers still buying are about to drop, most money at stake first."""
    made = run_of(Workspace.at(folder), as_of)
    found = made.table("family_now")
    emit(found.head(top) if top else found, form, lambda rows: _families(rows, made), out)


def _families(found: pl.DataFrame, made: Run) -> object:
    card = made.info["family_model"]
    if found.is_empty():
        why = Said.unpack(card["reason"]).text() if card["rung"] is None else translate(N_("nobody is about to"))
        return say(N_("No family is about to be dropped: {why}."), why=why)
    heads = [
        (translate(N_("Customer")), "left"),
        (translate(N_("Family")), "left"),
        (translate(N_("Why")), "left"),
        (translate(N_("Risk")), "right"),
        (translate(N_("Last 12 months")), "right"),
        (translate(N_("At stake")), "right"),
    ]
    currency = made.info["currency"]
    lines = [
        (
            f"{row['customer_id']} {row['name'] or ''}".strip(),
            row["family"],
            model_card.family_reason(row).text(),
            f"{figures.percent(row['risk'])} ({figures.span(row['risk_low'], row['risk_high'])})",
            *(str(figures.Money(row[name], currency)) for name in ("amount_12", "at_stake")),
        )
        for row in found.iter_rows(named=True)
    ]
    title = say(
        N_("Leaving a family: no purchase of it within {days} days; {rung}."),
        days=card["horizon_days"],
        rung=translate(RUNGS[card["rung"]]),
    )
    return grid(heads, lines, title=title)


def _tables(found: pl.DataFrame, made: Run) -> object:
    for title, text in model_card.lines(made.info):
        put(model_card.line(title, text))
    if found.is_empty():
        return model_card.untested(made.info).text()
    whole = found.filter(pl.col("origin").is_null())
    for name in model_card.SCOPES:
        part = whole.filter(pl.col("scope") == name)
        rows, left = part["rows"].max(), part["left"].max()
        put(
            say(
                N_("\n{scope}: {rows} customer-months, {left} of them followed by leaving; 90 % range in brackets"),
                scope=translate(model_card.SCOPES[name]),
                rows=figures.count(int(str(rows))),
                left=figures.count(int(str(left))),
            )
        )
        put(_scores(part, made))
    segments = whole.filter(~pl.col("scope").is_in(list(model_card.SCOPES)), pl.col("metric").is_in(SHOWN))
    put(_segments(segments))
    put(_curve(made.table("model_curve")))
    return _drift(made.table("model_drift"))


def _curve(found: pl.DataFrame) -> object:
    heads = [(translate(head), "right") for head in (
        N_("Tenth by risk"), N_("Expected to leave"), N_("Really left"), N_("Customer-months"))]  # fmt: skip
    lines = [
        (str(row["tenth"]), *(figures.percent(row[name], 1) for name in ("expected", "observed")),
         figures.count(row["rows"]))
        for row in found.iter_rows(named=True)
    ]  # fmt: skip
    return grid(heads, lines, title=translate(N_("Calibration: of customers still buying, by tenths of their risk")))


def _drift(found: pl.DataFrame) -> object:
    heads = [(translate(head), side) for head, side in (
        (N_("Period"), "left"), (N_("Column that moved most"), "left"), (N_("PSI"), "right"),
        (N_("Expected to leave"), "right"), (N_("Really left"), "right"))]  # fmt: skip
    lines = [
        (str(row["period"]), translate(model_card.FEATURES[row["column"]]), f"{row['psi']:.2f}",
         *("" if row[name] is None else figures.percent(row[name], 1) for name in ("expected", "observed")))
        for row in found.iter_rows(named=True)
    ]  # fmt: skip
    return grid(heads, lines, title=translate(N_("Drift: how far the columns have moved from what was learnt from")))


def _scores(part: pl.DataFrame, made: Run) -> object:
    heads = [(translate(N_("Score")), "left"), *((translate(model_card.METRICS[name]), "right") for name in SHOWN)]
    titles = model_card.rule_titles(made.table("rule_score"))
    lines = []
    for name in part["score"].unique(maintain_order=True):
        own = {row["metric"]: row for row in part.filter(pl.col("score") == name).iter_rows(named=True)}
        lines.append((model_card.score(name, titles), *(_cell(own.get(metric), metric) for metric in SHOWN)))
    return grid(heads, lines)


def _segments(part: pl.DataFrame) -> object:
    heads = [
        (translate(N_("Customers")), "left"),
        (translate(N_("Customer-months")), "right"),
        (translate(N_("Then left")), "right"),
        *((translate(model_card.METRICS[name]), "right") for name in ("auc", "calibration_error")),
    ]
    lines = []
    for name in part["scope"].unique(maintain_order=True):
        own = {row["metric"]: row for row in part.filter(pl.col("scope") == name).iter_rows(named=True)}
        any_ = own["auc"]
        counts = (figures.count(any_["rows"]), figures.count(any_["left"]))
        lines.append((model_card.scope(name), *counts, *(_cell(own.get(m), m) for m in ("auc", "calibration_error"))))
    return grid(heads, lines)


def _cell(row: dict[str, object] | None, metric: str) -> str:
    """A figure with its range where it has one."""
    if row is None:
        return ""
    if row["value"] is None:
        return translate(N_("not enough data"))
    value = float(str(row["value"]))
    low, high = (value if row[name] is None else float(str(row[name])) for name in ("low", "high"))
    if metric in model_card.SHARES:
        shown = f"{value:.1%}"
        return shown if low == high else f"{shown} ({low:.1%}–{high:.1%})"
    shown = f"{value:.3f}"
    return shown if low == high else f"{shown} ({low:.3f}–{high:.3f})"

"""The churn model through the product on two public splits, against the bars set for it (docs/methods/churn_model.md).

Both splits ask who buys again after a day, with nothing later than that day known. Reference figures on CDNOW master
(history to 1997-12-31, 181 days): recency alone AUC .7955, Pareto/NBD .8038, LightGBM .8061. On Online Retail (history
to 2011-09-09, 91 days): recency .683, a five-term logit .735.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl
import pytest

import liuke
from sources.loading import shared_data

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.shared_data, pytest.mark.slow]


def figures_of(folder: Path, file: Path, on: date, left_days: int) -> tuple[int, dict[tuple[str, str], float]]:
    """Customers tested at a past month's end, and each score's figures there."""
    firm = liuke.open(folder)
    (folder / "liuke.toml").write_text(f"left_days = {left_days}\n", "utf-8")
    firm.load(file)
    found = firm.run().table("model_score").filter(pl.col("origin") == on, pl.col("scope") == "all")
    figures = {(row["score"], row["metric"]): row["value"] for row in found.iter_rows(named=True)}
    return found["rows"][0], figures


def test_cdnow_master_reaches_its_bars(tmp_path: Path) -> None:
    customers, figures = figures_of(tmp_path / "firm", shared_data("cdnow/CDNOW_master.txt"), date(1997, 12, 31), 181)
    assert customers == 23_570
    assert figures["recency", "auc"] == pytest.approx(0.7955, abs=0.0005)
    assert figures["model", "auc"] >= 0.806
    assert figures["model", "log_loss"] <= 0.412
    assert figures["model", "calibration_error"] <= 0.02


def test_online_retail_reaches_its_bars(tmp_path: Path) -> None:
    """Every date nine days earlier, so that the split of 2011-09-09 falls on a month's end."""
    moved = tmp_path / "moved.parquet"
    frame = pl.read_parquet(shared_data("online_retail/online_retail.parquet"))
    frame.with_columns(pl.col("InvoiceDate").dt.offset_by("-9d")).write_parquet(moved)
    customers, figures = figures_of(tmp_path / "firm", moved, date(2011, 8, 31), 91)
    assert customers > 3_000
    assert figures["recency", "auc"] == pytest.approx(0.684, abs=0.002)
    assert figures["model", "auc"] >= 0.740
    assert figures["model", "auc"] >= figures["logit", "auc"]
    assert figures["model", "log_loss"] <= figures["logit", "log_loss"] + 0.003

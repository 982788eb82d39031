"""The churn model through the product on two public splits, against the bars set for it (docs/methods/churn_model.md).

Both splits ask who buys again after a day, with nothing later than that day known. On Online Retail (history to
2011-09-09, 91 days): recency .683, a five-term logit .735. Of CDNOW (history to 1997-12-31, 181 days) only the sample
may lie here; its full set is measured by benchmarks/prediction.py, and a firm drawn as large stands for it.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from sklearn.metrics import log_loss, roc_auc_score

import liuke
from cdnow import FULL, PUBLISHED, drawn, purchases, text_of
from liuke.signals.models.pareto_nbd import ParetoNbd

pytestmark = pytest.mark.slow
ONLINE_RETAIL = Path(liuke.__file__).parent / "data" / "online_retail.parquet"


def figures_of(folder: Path, file: Path, on: date, left_days: int) -> tuple[int, dict[tuple[str, str], float]]:
    """Customers tested at a past month's end, and each score's figures there."""
    firm = liuke.open(folder)
    (folder / "liuke.toml").write_text(f"left_days = {left_days}\n", "utf-8")
    firm.load(file)
    found = firm.run().table("model_score").filter(pl.col("origin") == on, pl.col("scope") == "all")
    figures = {(row["score"], row["metric"]): row["value"] for row in found.iter_rows(named=True)}
    return found["rows"][0], figures


def recency_auc(bought: pl.DataFrame, on: date, days: int) -> float:
    """The published split counted by itself: silence at a day against who does not come back."""
    last = bought.filter(pl.col("date") <= on).group_by("customer").agg(pl.col("date").max()).sort("customer")
    later = bought.filter(pl.col("date").is_between(on, on + timedelta(days=days), closed="right"))["customer"].unique()
    left = ~last["customer"].is_in(later.implode()).to_numpy()
    return float(roc_auc_score(left, [(on - day).days for day in last["date"]]))


def test_cdnow_sample_reaches_its_bars(tmp_path: Path) -> None:
    """Few customers: recency is equal to its own count, the model no worse, its probabilities about right.

    As published: a row of 0.00 is a purchase there.
    """
    customers, figures = figures_of(tmp_path / "firm", text_of(tmp_path, 1), date(1997, 12, 31), 181)
    assert customers == 2_357
    assert figures["recency", "auc"] == pytest.approx(0.7933, abs=0.0005)
    assert figures["model", "auc"] >= figures["recency", "auc"]
    assert figures["model", "log_loss"] <= 0.42
    assert figures["model", "calibration_error"] <= 0.04


def test_who_took_cds_for_nothing_has_bought_nothing(tmp_path: Path) -> None:
    """Eight of the 2,357, in the file as it is; recency is that of a recount without the rows of 0.00.

    On these 2,349 the model's AUC is .7915, beside .7927 of recency and .8004 of the logit.
    """
    customers, figures = figures_of(tmp_path / "firm", text_of(tmp_path), date(1997, 12, 31), 181)
    assert customers == 2_349
    every = purchases()
    every.columns = ["customer", "date", "cds", "cents"]
    assert recency_auc(every, date(1997, 12, 31), 181) == pytest.approx(0.7933, abs=0.0005), "as published"
    own = recency_auc(every.filter(pl.col("cents") > 0), date(1997, 12, 31), 181)
    assert figures["recency", "auc"] == pytest.approx(own, abs=1e-9)
    assert figures["model", "log_loss"] <= 0.42
    assert figures["model", "calibration_error"] <= 0.04


def test_a_firm_as_large_as_cdnow_is_forecast_nearly_as_by_who_made_it(tmp_path: Path) -> None:
    """Drawn by the published Pareto/NBD: nobody can know more than the model with the true parameters."""
    file, on = tmp_path / "drawn.csv", date(1997, 12, 31)
    bought = drawn(seed=1)
    bought.select(
        customer_id=pl.col("customer").cast(pl.String).str.zfill(5), date="date", dollar_value=pl.col("cents") / 100
    ).write_csv(file)
    customers, figures = figures_of(tmp_path / "firm", file, on, 181)
    assert customers == FULL
    history = bought.filter(pl.col("date") <= on).group_by("customer").agg(
        x=pl.len() - 1, first=pl.col("date").min(), last=pl.col("date").max()
    ).sort("customer")  # fmt: skip
    maker = ParetoNbd()
    for name, value in PUBLISHED.items():
        setattr(maker, f"{name}_", value)
    times = history.select(
        t_x=(pl.col("last") - pl.col("first")).dt.total_days() / 7, T=(on - pl.col("first")).dt.total_days() / 7
    )
    knows = 1 - maker.probability_of_purchase(181 / 7, history["x"], times["t_x"], times["T"])
    later = bought.filter(pl.col("date") > on, pl.col("date") <= on + timedelta(days=181))["customer"].unique()
    left = ~history["customer"].is_in(later.implode()).to_numpy()
    assert figures["model", "auc"] >= roc_auc_score(left, knows) - 0.004
    assert figures["model", "log_loss"] <= log_loss(left, knows) + 0.006
    assert figures["model", "calibration_error"] <= 0.025


def test_online_retail_reaches_its_bars(tmp_path: Path) -> None:
    """Every date nine days earlier, so that the split of 2011-09-09 falls on a month's end."""
    moved = tmp_path / "moved.parquet"
    frame = pl.read_parquet(ONLINE_RETAIL)
    frame.with_columns(pl.col("InvoiceDate").dt.offset_by("-9d")).write_parquet(moved)
    customers, figures = figures_of(tmp_path / "firm", moved, date(2011, 8, 31), 91)
    assert customers > 3_000
    assert figures["recency", "auc"] == pytest.approx(0.684, abs=0.002)
    assert figures["model", "auc"] >= 0.740
    # .7489 beside .7492 since a purchase is worth more than nothing (.7494 and .7493 before): a tie, of 0.009 at random
    assert figures["model", "auc"] >= figures["logit", "auc"] - 0.001
    assert figures["model", "log_loss"] <= figures["logit", "log_loss"] + 0.003

"""Bounds of causes by who says why: they hold whatever the silent would say; who was won, and the year before."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest

from firms import firm_of, monthly
from liuke.causes.combine import Labels
from liuke.run.cause_bounds import cause_bounds
from liuke.run.cause_totals import year_from

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.app.firm import Firm
    from liuke.store.runs import Run

CAUSES = ("price", "quality")


@pytest.mark.parametrize("seed", range(8))
def test_the_true_share_lies_within_the_bounds_when_what_is_said_is_right(seed: int) -> None:
    draw = np.random.default_rng(seed)
    truth = draw.choice(3, 200, p=(0.5, 0.2, 0.3))
    speaks = draw.random(200) < np.where(truth == 0, 0.7, 0.2)  # who left for the price says so far more often
    said = np.where(speaks, truth, -1)
    half = np.arange(200) % 2 == 0
    labels = Labels({"interview": np.where(half, said, -1), "salesperson": np.where(half, -1, said)})
    expected = {"price": 60.0, "quality": 70.0, "unknown": 70.0}
    found = cause_bounds(labels, CAUSES, expected, 200)
    rows = {row["cause"]: row for row in found.filter(pl.col("channel") == "any").iter_rows(named=True)}
    for nth, cause in enumerate((*CAUSES, "unknown")):
        row = rows[cause]
        assert row["low"] <= (truth == nth).mean() <= row["high"]
        assert row["high"] - row["low"] == pytest.approx(1 - speaks.mean())
        assert row["model"] == pytest.approx(expected[cause] / 200)
    assert sum(row["named"] for row in rows.values()) == rows["price"]["said"] == speaks.sum()
    assert rows["price"]["share_named"] > (truth == 0).mean()  # the bias of those who speak is what the bounds are for


def test_a_check_counts_before_an_interview_and_that_before_a_note() -> None:
    labels = Labels({"salesperson": np.array([0, 0, 0, -1]), "interview": np.array([1, 1, -1, -1])},
                    np.array([2, -1, -1, -1]))  # fmt: skip
    found = cause_bounds(labels, CAUSES, {}, 4).filter(pl.col("channel") == "any")
    assert dict(found.select("cause", "named").iter_rows()) == {"unknown": 1, "quality": 1, "price": 1}
    assert cause_bounds(Labels({}), CAUSES, {}, 0).is_empty()


def test_a_run_s_bounds_speak_of_the_lost_of_the_year(simulated_run: Run) -> None:
    bounds, total = simulated_run.table("cause_bound"), simulated_run.table("cause_total")
    lost = total.filter(pl.col("judged") == "lost", pl.col("by") == "all")
    assert set(bounds["of"]) == set(lost["of"])
    every = bounds.filter(pl.col("channel") == "any")
    assert every["named"].sum() == every["said"][0]
    assert every["model"].sum() == pytest.approx(1)
    assert ((every["low"] >= 0) & (every["low"] <= every["high"]) & (every["high"] <= 1)).all()


def test_changes_reconcile_and_a_short_history_knows_none(simulated_run: Run, young_run: Run) -> None:
    total = simulated_run.table("cause_total").filter(pl.col("judged") == "lost", pl.col("by") != "month")
    assert simulated_run.info["causes"]["year_before"]
    assert (total["change"] - (total["customers"] - total["before"])).abs().max() < 1e-9
    assert (total["money_change"] == total["money"] - total["money_before"]).all()
    for low, value, high in (("change_low", "change", "change_high"),
                             ("money_change_low", "money_change", "money_change_high")):  # fmt: skip
        assert ((total[low] <= total[value]) & (total[value] <= total[high])).all()
    assert (total["customers_low"] >= 0).all()
    then = simulated_run.table("customer_cause_before")
    start = year_from(date.fromisoformat(simulated_run.info["as_of"]))
    assert then["on"].max() < start
    every = total.filter(pl.col("by") == "all")
    assert every["before"].sum() == pytest.approx(then["customer_code"].n_unique())
    money = then.unique("customer_code")["money"].sum()
    assert every["money_before"].sum() == money
    assert young_run.table("cause_total")["before"].null_count() == len(young_run.table("cause_total"))
    assert not young_run.info["causes"]["year_before"]


def test_a_year_to_the_end_of_february_begins_in_march() -> None:
    assert year_from(date(2025, 2, 28)) == date(2024, 3, 1)
    assert year_from(date(2024, 2, 29), 2) == date(2022, 3, 1)
    assert year_from(date(2026, 10, 31)) == date(2025, 11, 1)


def won_and_lost(folder: Path, came_from: bool) -> Firm:
    """Thirty months: some leave to rivals, one of them comes back, new ones come."""
    folder.mkdir()
    docs = [doc for n in range(40) for doc in monthly(f"stay{n}", [100] * 36, "2023-01")]
    docs += [doc for n in range(6) for doc in monthly(f"gone{n}", [100] * (26 + n % 2), "2023-01")]
    docs += monthly("back", [100] * 18 + [0] * 12 + [100] * 6, "2023-01")
    docs += [doc for n in range(3) for doc in monthly(f"new{n}", [100] * 6, "2025-07")]
    firm = firm_of(docs, folder)
    notes = [f"gone{n},2025-05-{10 + n},价格,竞争对手,{name}" for n, name in enumerate(
        ("Acme Ltd.", "ACME", "acme", "宏发", "宏发有限公司", ""))]  # fmt: skip
    notes.append("back,2024-09-01,价格,,Acme")
    (folder / "notes.csv").write_text("customer_id,on,stated_cause,direction,competitor\n" + "\n".join(notes), "utf-8")
    firm.load(folder / "notes.csv", table="exit_note", loaded_on=date(2026, 3, 1))
    if came_from:
        rows = "new0,ACME\nnew1,宏发\nnew2,首次采购\nstay1,Acme\n"
        (folder / "customers.csv").write_text("customer_id,原供应商\n" + rows, "utf-8")
        firm.load(folder / "customers.csv", table="customer", loaded_on=date(2026, 3, 1))
    return firm


def test_lost_to_and_won_from_each_rival_net(tmp_path: Path) -> None:
    run = won_and_lost(tmp_path / "one", came_from=True).run(date(2025, 12, 31), date(2026, 3, 1))
    found = {(row["direction"], row["competitor"]): row for row in run.table("direction").iter_rows(named=True)}
    acme = next(row for (_, name), row in found.items() if name.lower().startswith("acme"))
    assert (acme["customers"], acme["won_new"], acme["won_back"], acme["net"]) == (3, 1, 1, -1)
    hongfa = found["rival", "宏发"]
    assert (hongfa["customers"], hongfa["won_new"], hongfa["net"]) == (2, 1, -1)
    assert found["rival", ""]["customers"] == 1
    assert found["none", ""]["won_new"] == 1  # who buys such goods for the first time was won from nobody
    for row in found.values():
        assert row["net_money"] == row["won_money"] - row["money"]


def test_without_a_customer_file_that_tells_who_was_won_is_not_known(tmp_path: Path) -> None:
    run = won_and_lost(tmp_path / "one", came_from=False).run(date(2025, 12, 31), date(2026, 3, 1))
    rows = run.table("direction")
    assert rows["won_new"].null_count() == rows["net"].null_count() == rows["net_money"].null_count() == len(rows)
    assert rows["won_back"].sum() == 1

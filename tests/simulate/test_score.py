"""A run against the truth, on real files."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest

from liuke.kernel.errors import Refused
from liuke.simulate.early_figures import NO_EARLY, NOBODY_WENT, of_warning
from liuke.simulate.export import simulate
from liuke.simulate.figures import (
    NO_VALUE,
    NOT_BUILT,
    calibration_gap,
    held_by_chance,
    held_groups,
    of_rankings,
    ranked_above,
)
from liuke.simulate.futures import futures
from liuke.simulate.score import over_seeds, score

if TYPE_CHECKING:
    from liuke.app.firm import Firm


def test_a_chance_that_is_kept_has_no_calibration_error_and_a_reversed_one_has() -> None:
    chance = np.repeat([0.2, 0.8], 50)
    happened = np.concatenate([np.tile([1, 0, 0, 0, 0], 10), np.tile([0, 1, 1, 1, 1], 10)]).astype(float)
    assert calibration_gap(chance, happened, bins=2) == pytest.approx(0)
    assert calibration_gap(1 - chance, happened, bins=2) == pytest.approx(0.6)


def test_pairs_in_order_are_counted_with_ties_as_half() -> None:
    assert ranked_above(np.array([0.1, 0.5, 0.9]), np.array([0.0, 0.0, 1.0])) == 1.0
    assert ranked_above(np.array([0.5, 0.5]), np.array([0.0, 1.0])) == 0.5


def test_groups_are_held_by_their_mean_range_not_each_by_its_own() -> None:
    """Two groups of two: (.1, .1) in .05-.15 with true mean .1, and (.5, .5) in .4-.6 with true mean .7."""
    chance = np.array([0.1, 0.1, 0.5, 0.5])
    low, high = np.array([0.05, 0.05, 0.4, 0.4]), np.array([0.15, 0.15, 0.6, 0.6])
    assert held_groups(chance, low, high, np.array([0.0, 0.2, 0.7, 0.7]), groups=2) == 0.5


def test_a_range_holds_what_luck_adds_to_it() -> None:
    """25 customers of chance .2: luck reaches 1.645 x .08 = .132; with .1 of range root(.1² + .132²) = .165."""
    chance, left = np.full(25, 0.2), np.zeros(25)
    left[:8] = 1  # .32 lies within .2 + .132
    assert held_by_chance(chance, chance, chance, left, groups=1) == 1
    left[:9] = 1  # .36 does not
    assert held_by_chance(chance, chance, chance, left, groups=1) == 0
    assert held_by_chance(chance, chance, chance + 0.1, left, groups=1) == 1  # .2 + .165


def test_expected_loss_and_the_naive_rule_each_name_one_of_a_hundred() -> None:
    """A likely leaver of 100 beats a large one that halved and stays; who is lost already counts for neither."""
    rows = [
        {"customer": "likely", "risk": 0.9, "usual": 100.0, "before_12_yuan": 90.0, "rules": [], "left": True},
        {"customer": "halved", "risk": 0.1, "usual": 300.0, "before_12_yuan": 300.0, "rules": ["half_of_own_mean"]},
        {"customer": "small", "risk": 0.9, "usual": 10.0, "before_12_yuan": 10.0, "rules": [], "left": True},
        {"customer": "gone", "risk": None, "usual": 900.0, "before_12_yuan": 0.0, "rules": [], "was_lost": True},
    ]
    rows += [{"risk": 0.0, "usual": 1.0, "before_12_yuan": 1.0, "rules": []} for _ in range(97)]
    customers = pl.DataFrame(rows).with_columns(
        pl.col("left", "was_lost").fill_null(False), true_risk=pl.col("left").fill_null(False).cast(pl.Float64)
    )
    by_loss, naive, right, naive_right = of_rankings(customers)
    assert (by_loss.value, by_loss.ceiling) == (0.9, 0.9)
    assert (naive.value, right.value, naive_right.value) == (0.0, 1.0, 0.0)


def test_of_those_who_go_while_still_buying_it_is_counted_who_was_named() -> None:
    """a and b go soon, b without another order but in rhythm; c went overdue; d goes later; e and f stay."""
    columns = ("customer_id", "rank", "going_rank", "gone_soon", "gone_year", "orders_again", "silence_chance", "early",
               "before_12_yuan", "true_gone_soon", "true_gone_year")  # fmt: skip
    rows = [
        ("a", 1, 1, True, True, True, 0.0, 0.5, 30.0, 0.4, 0.5),
        ("b", None, None, True, True, False, 0.4, 0.1, 70.0, 0.6, 0.7),
        ("c", 2, None, True, True, False, 0.05, None, 500.0, 0.9, 0.9),
        ("d", None, 2, False, True, False, 0.5, 0.3, 10.0, 0.2, 0.8),
        ("e", None, None, False, False, False, 0.5, 0.2, 10.0, 0.1, 0.1),
        ("f", None, None, False, False, False, 0.5, 0.0, 10.0, 0.0, 0.1),
    ]
    empty = {"silent_rank": pl.lit(None, pl.Int64), "money_rank": pl.lit(None, pl.Int64), "was_lost": pl.lit(False)}
    customers = pl.DataFrame(rows, schema=list(columns), orient="row").with_columns(**empty)
    found = {figure.name: (figure.value, figure.ceiling) for figure in of_warning(customers)}
    assert found["of those gone within three months though still buying, share on the list"] == (0.5, 0.5)
    assert found["the share of their money on the list"] == (0.3, 0.7), "c and b have most to lose, and c was overdue"
    assert found["the same of as many at random, and of their money"] == (pytest.approx(2 / 6), None)
    assert found["the same on the view of most money at risk"] == (0.0, 0.0)
    assert found["of those on the early view, share gone within three months"] == (0.5, 1.0)
    assert found["of those on the early view, share gone within a year"] == (1.0, 1.0)
    auc = found["gone within three months ranked above the others in rhythm by the early chance (AUC)"]
    assert auc == (pytest.approx(4 / 6), 1.0), "a above d, e, f; b above f alone"
    nobody = customers.with_columns(gone_soon=pl.lit(False), early=pl.lit(None, pl.Float64))
    assert {figure.note for figure in of_warning(nobody)} == {NOBODY_WENT, NO_EARLY}


def test_true_chances_come_true_on_average(tmp_path: Path) -> None:
    """Mean chance of no invoice in 120 days against how many had none; four standard errors of the counting."""
    simulate(tmp_path / "export", tmp_path / "truth", "base", 1500, 24, 4, xlsx=False)
    facts = json.loads((tmp_path / "truth" / "truth.json").read_text("utf-8"))
    chances = futures(facts, 120, count=20)
    chance = chances.left
    ordered = pl.read_parquet(tmp_path / "truth" / "future_order.parquet")
    end = ordered["invoiced_on"].min().replace(day=1) + timedelta(days=119)
    truth = pl.read_parquet(tmp_path / "truth" / "customer.parquet")
    back = truth["customer_id"].is_in(ordered.filter(pl.col("invoiced_on") <= end)["customer_id"].to_list())
    buying = (truth["status"] == "buying").to_numpy()
    left = 1 - back.to_numpy()[buying].astype(float)
    error = np.sqrt((chance[buying] * (1 - chance[buying])).sum()) / buying.sum()
    assert abs(chance[buying].mean() - left.mean()) < 4 * error
    leaves, start = truth["leaves_on"].to_numpy()[buying], np.datetime64(end - timedelta(days=119), "M")
    for gone, months in ((chances.gone_soon, 3), (chances.gone_year, 12)):
        went = leaves.astype("datetime64[M]") < start + months
        error = np.sqrt((gone[buying] * (1 - gone[buying])).sum()) / buying.sum()
        assert abs(gone[buying].mean() - went.mean()) < 4 * error
        assert 0.01 < went.mean() < 0.6
    assert (gone[~buying] == 0).all()
    assert truth.filter(pl.col("status") != "buying")["leaves_on"].null_count() == (~buying).sum()


def test_seeds_give_a_mean_with_a_t_interval_and_what_is_not_built_stays_so() -> None:
    """Three values 1, 2, 3: mean 2, sd 1, t(2) at 90 % two-sided 2.920, half width 2.920 / sqrt(3) = 1.686."""
    tables = [
        pl.DataFrame({"figure": ["b", "a"], "value": [v, None], "ceiling": [4.0, None], "note": ["", NOT_BUILT]})
        for v in (1.0, 2.0, 3.0)
    ]
    first, second = over_seeds(tables).iter_rows(named=True)
    assert (first["figure"], first["value"], first["seeds"]) == ("b", 2.0, 3)
    assert first["high"] - 2 == pytest.approx(1.686, abs=1e-3)
    assert (second["value"], second["low"], second["note"]) == (None, None, NOT_BUILT)


@pytest.mark.slow
def test_a_run_of_a_simulated_firm_is_scored_beside_its_ceiling(tmp_path: Path, firm: Firm) -> None:
    simulate(tmp_path / "export", tmp_path / "truth", "base", 500, 30, 2, xlsx=False)
    firm.load(tmp_path / "export" / "销售发票.parquet")
    firm.load(tmp_path / "export" / "销售退货单.parquet")
    table = score(firm.run(), tmp_path / "truth")
    figures = {row["figure"]: row for row in table.iter_rows(named=True)}
    caught = figures["money of leavers caught by the first 20th of the list"]
    assert 0 < caught["value"] <= 1
    assert caught["ceiling"] > caught["value"] * 0.8
    ranked = figures["leavers ranked above stayers by risk (AUC)"]
    assert 0.5 < ranked["value"] < ranked["ceiling"]
    assert figures["calibration error of the risk"]["ceiling"] < 0.1
    early = figures["gone within three months ranked above the others in rhythm by the early chance (AUC)"]
    assert early["ceiling"] is None or early["ceiling"] > early["value"] > 0.4
    assert figures["policy value, share of the oracle's"]["note"] == NOT_BUILT
    assert figures["next year's money that came to lie inside its 90 % range"]["value"] > 0.8
    wallet = figures["rank correlation of the wallet with the true one"]
    assert (wallet["value"], wallet["note"]) == (None, NO_VALUE)  # no wallet was told, so none is guessed
    assert figures["rank correlation of next year's money with what came"]["value"] > 0.5
    with pytest.raises(Refused, match="truth ends"):
        score(firm.run(as_of="2025-12-31"), tmp_path / "truth")
    simulate(tmp_path / "other", tmp_path / "other truth", "base", 500, 30, 3, xlsx=False)
    with pytest.raises(Refused, match="documents come to"):
        score(firm.current(), tmp_path / "other truth")

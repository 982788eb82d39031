"""A run against the truth, on real files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest

from liuke.kernel.errors import Refused
from liuke.simulate.export import simulate
from liuke.simulate.score import NOT_BUILT, calibration_error, over_seeds, ranked_above, score

if TYPE_CHECKING:
    from liuke.app.face import Firm


def test_a_chance_that_is_kept_has_no_calibration_error_and_a_reversed_one_has() -> None:
    chance = np.repeat([0.2, 0.8], 50)
    happened = np.concatenate([np.tile([1, 0, 0, 0, 0], 10), np.tile([0, 1, 1, 1, 1], 10)]).astype(float)
    assert calibration_error(chance, happened, bins=2) == pytest.approx(0)
    assert calibration_error(1 - chance, happened, bins=2) == pytest.approx(0.6)


def test_pairs_in_order_are_counted_with_ties_as_half() -> None:
    assert ranked_above(np.array([0.1, 0.5, 0.9]), np.array([0.0, 0.0, 1.0])) == 1.0
    assert ranked_above(np.array([0.5, 0.5]), np.array([0.0, 1.0])) == 0.5


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
    assert figures["policy value, share of the oracle's"]["note"] == NOT_BUILT
    with pytest.raises(Refused, match="truth ends"):
        score(firm.run(as_of="2025-12-31"), tmp_path / "truth")

"""Money at stake, and what is not one."""

from __future__ import annotations

import numpy as np
import pytest

from liuke.value.at_stake import at_stake


def test_chance_times_money_in_cents_and_no_chance_is_no_money() -> None:
    stake = at_stake(np.array([0.5, 0.1, np.nan, 1.0]), np.array([10_001.0, 90_000.0, 5.0, -300.0]))
    assert stake.tolist() == [5000, 9000, -1, 0]


def test_a_chance_outside_0_and_1_is_an_error() -> None:
    with pytest.raises(ValueError, match="within 0 and 1"):
        at_stake(np.array([1.2]), np.array([1.0]))

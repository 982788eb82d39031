"""Money at stake, and what is not one."""

from __future__ import annotations

import numpy as np
import pytest

from liuke.value.at_stake import at_stake, by_expected_loss, captured


def test_chance_times_money_in_cents_and_no_chance_is_no_money() -> None:
    stake = at_stake(np.array([0.5, 0.1, np.nan, 1.0]), np.array([10_001.0, 90_000.0, 5.0, -300.0]))
    assert stake.tolist() == [5000, 9000, -1, 0]
    assert by_expected_loss(stake).tolist() == [1, 0, 3, 2]


def test_a_chance_outside_0_and_1_is_an_error() -> None:
    with pytest.raises(ValueError, match="within 0 and 1"):
        at_stake(np.array([1.2]), np.array([1.0]))


def test_the_share_of_lost_money_at_the_head_of_the_list() -> None:
    stake, money = np.array([5, 9, 1]), np.array([100, 300, 600])
    gone = np.array([True, True, False])
    assert captured(stake, money, gone, 1) == pytest.approx(0.75)
    assert captured(stake, money, gone, 2) == 1.0
    assert np.isnan(captured(stake, money, np.zeros(3, bool), 1))

"""Concentrated and dispersed buyers."""

from __future__ import annotations

import numpy as np
import pytest

from liuke.value.spread import SPREADS, spread


def test_one_order_a_year_is_concentrated_and_twelve_equal_ones_are_not() -> None:
    once, often, none = np.zeros(12, np.int64), np.full(12, 100), np.zeros(12, np.int64)
    once[4] = 1200
    found = spread(np.stack([once, often, none]))
    assert [SPREADS[code] for code in found.kind] == ["concentrated", "dispersed", "none"]
    assert found.effective_periods[:2].tolist() == pytest.approx([1, 12])
    assert np.isnan(found.largest_period[2])


def test_families_are_counted_by_their_customer() -> None:
    amount = np.full((2, 12), 100)
    found = spread(amount, (np.array([900, 300, 1200]), np.array([0, 0, 1], np.int32)))
    assert found.largest_family.tolist() == pytest.approx([0.75, 1.0])
    assert found.effective_families.tolist() == pytest.approx([1.6, 1.0])

"""Cost of service: acts times stated cost, or the reason why there is none."""

from __future__ import annotations

import numpy as np

from liuke.kernel.estimate import NotEstimable
from liuke.value.cost_to_serve import Served, cost_to_serve

COUNTS = {"visits": np.array([2, 0]), "orders": np.array([10, 1])}


def test_acts_times_cost() -> None:
    found = cost_to_serve(COUNTS, {"visits": 30_000, "orders": 500, "contacts": 0})
    assert isinstance(found, Served)
    assert found.total.tolist() == [65_000, 500]
    assert sorted(found.by_act) == ["orders", "visits"]


def test_without_a_cost_or_without_a_count_there_is_no_cost_of_service() -> None:
    assert isinstance(cost_to_serve(COUNTS, {"visits": 0}), NotEstimable)
    uncounted = cost_to_serve(COUNTS, {"visits": 1, "returns": 5})
    assert isinstance(uncounted, NotEstimable)
    assert uncounted.reason.fields == {"acts": ("returns",)}

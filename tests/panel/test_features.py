"""Features by hand, and the law of time over any list of periods."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liuke.panel.features import features
from panels import panel, random_panel, rewritten_after


def test_features_by_hand() -> None:
    seen = panel("c 2023-01-10 100 | c 2023-01-20 50 | c 2023-02-09 30 | d 2023-04-01 7", until="2023-04")
    found = {name: values[0].tolist() for name, values in features(seen, [0, 1, 3]).items()}
    assert found["silent_days"] == [11, 19, 80]
    assert found["tenure_days"] == [21, 49, 110]
    assert found["own_gap_days"] == [10, 15, 15]
    assert found["overdue"] == pytest.approx([1.1, 19 / 15, 80 / 15])
    assert found["occasions"] == [2, 3, 3]
    assert found["amount_3"] == [15000, 18000, 3000]
    assert found["amount_12"] == [15000, 18000, 18000]
    assert found["rate_3"][2] == pytest.approx(3000 / (15000 / 4))
    assert np.isnan(features(seen, [0])["silent_days"][1, 0])  # d has not bought yet


def test_an_order_not_yet_invoiced_shortens_the_waiting_and_not_the_silence() -> None:
    """c's order of 20 March waits for its invoice; its order of 1 January was invoiced; d never ordered apart."""
    seen = panel(
        "c 2023-01-01 9 order | c 2023-01-10 9 | c 2023-03-20 5 order | d 2023-02-01 7", until="2023-04"
    ).until(2)
    found = features(seen, [0, 2])
    assert found["silent_days"][0].tolist() == [21, 80]
    assert found["waiting_days"][0].tolist() == [21, 11]
    assert found["waiting_days"][1, 1] == found["silent_days"][1, 1] == 58


@given(st.integers(0, 10_000), st.integers(3, 20))
@settings(max_examples=60)
def test_later_lines_change_no_feature(seed: int, at: int) -> None:
    seen = random_panel(seed, 6, 24)
    other = rewritten_after(seed, 6, 24, at)
    before = {name: seen.stitch(values) for name, values in features(seen, range(24)).items()}
    after = {name: other.stitch(values) for name, values in features(other, range(24)).items()}
    cut = features(seen.until(at).latest(), [at])
    mine = np.searchsorted(seen.customers, other.customers) if len(seen.customers) else []
    for name, values in before.items():
        assert np.array_equal(values[mine][:, : at + 1], after[name][:, : at + 1], equal_nan=True)
        held = np.isin(seen.customers, seen.until(at).customers)
        assert np.array_equal(values[held][:, at], cut[name][:, 0], equal_nan=True)

"""Slowing customers: five by hand, and a base in which a known share slows down."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from churn_base import base
from liuke.kernel.estimate import NotEstimable
from liuke.panel.panel import NEVER, Panel
from liuke.signals.slowing import Slowing, Window, fit
from panels import panel


def test_windows_by_hand() -> None:
    seen = panel(
        "c 2023-01-10 1 | c 2023-03-10 1 | c 2023-03-20 1 | c 2024-02-10 1 | c 2024-04-10 1 | d 2024-03-01 1",
        until="2024-04",
    )
    found = Window.at(seen, 15, np.ones(16))
    assert found.base.tolist() == [2, 0]  # from 2023-02 to 2024-01, the first purchase's own month left out
    assert found.base_exposure.tolist() == [12, 0]
    assert found.recent.tolist() == [2, 1]
    assert (found.exposure, found.known.tolist()) == (3, [True, False])


def slowed(months: int = 30) -> tuple[Panel, np.ndarray]:
    """600 customers of whom every third buys nothing after the twenty-fourth month."""
    whole = base(600, monthly=0.0, months=months)
    stops = np.arange(600) % 3 == 0
    kind = whole.kinds["invoice"]
    gone = stops[:, None] & (np.arange(months) >= 24)[None, :]
    cut = replace(
        kind,
        **{name: np.where(gone, 0, getattr(kind, name)) for name in ("amount", "documents", "occasions")},
        **{name: np.where(gone, NEVER, getattr(kind, name)).astype(np.int32) for name in ("first_on", "last_on")},
    )
    return replace(whole, kinds={"invoice": replace(cut, occasions=cut.occasions.astype(np.int32))}), stops


def test_those_who_slowed_down_are_told_from_the_others() -> None:
    seen, stops = slowed()
    found = fit(seen, None)
    assert isinstance(found, Slowing)
    chance = found.chance(seen)
    assert chance[stops].mean() > 0.9
    assert chance[~stops].mean() < 0.2


def test_what_came_after_changes_nothing_before() -> None:
    seen, _ = slowed(33)
    other = base(600, monthly=0.2, months=33)
    kind, its = seen.kinds["invoice"], other.kinds["invoice"]
    mixed = {
        name: np.concatenate([getattr(kind, name)[:, :30], getattr(its, name)[:, 30:]], axis=1)
        for name in ("amount", "documents", "occasions", "first_on", "last_on")
    }
    changed = replace(seen, kinds={"invoice": replace(kind, **mixed)})
    mine, theirs = (one.until(29) for one in (seen, changed))
    first, second = fit(mine, None), fit(theirs, None)
    assert isinstance(first, Slowing)
    assert isinstance(second, Slowing)
    assert np.array_equal(first.chance(mine), second.chance(theirs))


@pytest.mark.parametrize("months", [5, 17])
def test_a_short_history_says_so(months: int) -> None:
    assert isinstance(fit(base(300, months=months), None), NotEstimable)

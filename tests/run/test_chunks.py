"""Chunks of customers are worked on at once; what they say stands in order and does not depend on who is first."""

from __future__ import annotations

import time
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np
import pytest

from liuke.run import panels as app_panels
from liuke.signals.churn import rows as churn_rows
from liuke.signals.churn.sample import Sample
from panels import random_panel

if TYPE_CHECKING:
    from liuke.panel.panel import Panel


class Sleepy(app_panels.Panels):
    """Chunks whose number is all there is to them; early ones take longest."""

    def chunk(self, number: int) -> Panel:
        time.sleep(0.02 * (number % 3 == 0))
        return number  # type: ignore[return-value]  # a stand-in for a panel


def of_chunks(seen: Panel, chunks: int) -> list[Panel]:
    """The panel cut into chunks of customers."""
    parts = np.array_split(np.arange(len(seen.customers)), chunks)
    return [seen.of_customers(np.isin(np.arange(len(seen.customers)), part)) for part in parts]


def test_what_chunks_say_comes_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app_panels, "CHUNK", 10)
    codes = np.arange(95, dtype=np.int32)
    panels = Sleepy(None, codes, {}, {}, set())  # type: ignore[arg-type]  # no scope: nothing is built
    assert list(panels.each(lambda number, panel: (number, panel))) == [(n, n) for n in range(10)]


def test_an_error_in_a_chunk_comes_out() -> None:
    panels = Sleepy(None, np.arange(5, dtype=np.int32), {}, {}, set())  # type: ignore[arg-type]
    with pytest.raises(ZeroDivisionError):
        list(panels.each(lambda number, _: 1 / number))


def test_a_chunk_looked_at_with_an_earlier_share_adds_the_same_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next chunk is looked at before the share is halved for the one before it."""
    monkeypatch.setattr(churn_rows, "MOST_CUSTOMERS", 12)
    seen = random_panel(3, 60, 24)
    at = churn_rows.origins(24, 12)
    chunks = of_chunks(seen, 6)
    one_by_one = Sample.of(chunks[0], at)
    for chunk in chunks[1:]:
        one_by_one = one_by_one + Sample.of(chunk, at, one_by_one.share)
    ahead = reduce(Sample.__add__, [Sample.of(chunk, at) for chunk in chunks])
    assert ahead.share == one_by_one.share < 1
    assert len(np.unique(ahead.rows.customer)) <= 12
    for name in ("customer", "position", "x", "days_to_next"):
        assert np.array_equal(getattr(ahead.rows, name), getattr(one_by_one.rows, name), equal_nan=True)

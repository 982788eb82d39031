"""Dense arrays from partial rows, against adding up the lines one by one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liuke.kernel.kinds import KINDS
from liuke.kernel.period import Periods
from liuke.panel import build
from liuke.panel.panel import Panel

MONTHS = Periods("month", 2023 * 12, 2023 * 12 + 7)
LINE = st.tuples(
    st.integers(0, 3),  # customer
    st.sampled_from([KINDS.index("invoice"), KINDS.index("return")]),
    st.integers(0, 7),  # month of the line
    st.integers(0, 4),  # months until it was known
    st.integers(-500, 900),  # cents
    st.one_of(st.none(), st.integers(1, 3)),  # months after that until it was replaced
)


def partial_rows(lines: list[tuple[int, ...]]) -> dict[str, np.ndarray]:
    """What `aggregate.sums` returns for these lines, added up in plain Python."""
    rows = set()
    for customer, kind, month, late, _, gone in lines:
        known = month + late
        rows.add((customer, kind, month, month))
        rows.add((customer, kind, month, known))
        if gone is not None:
            rows.add((customer, kind, month, known + gone))
    found = [(*key, amount(lines, *key)) for key in sorted(rows)]
    table = np.array(found, np.int64).reshape(-1, 5)
    first = MONTHS.first
    return {
        "customer_code": table[:, 0].astype(np.int32),
        "kind": table[:, 1].astype(np.int8),
        "period": (table[:, 2] + first).astype(np.int32),
        "known_from": (table[:, 3] + first).astype(np.int32),
        "amount": table[:, 4],
    }


def amount(lines: list[tuple[int, ...]], customer: int, kind: int | None, month: int, known: int) -> int:
    """Cents of a customer's month as known in a later month; both kinds together when `kind` is None."""
    return sum(
        cents
        for c, k, m, late, cents, gone in lines
        if (c, m) == (customer, month) and kind in (None, k)
        if m + late <= known and (gone is None or m + late + gone > known)
    )


def built(lines: list[tuple[int, ...]], known_until: int = 7) -> Panel:
    """A panel of four customers."""
    span = build.PanelSpan(np.arange(4, dtype=np.int32), MONTHS, MONTHS.first + known_until, "invoice", 0)
    return build.panel(span, partial_rows(lines), {})


@given(st.lists(LINE, max_size=25))
@settings(max_examples=150)
def test_every_past_state_of_knowledge_is_read_back(lines: list[tuple[int, ...]]) -> None:
    seen = built(lines)
    for at in range(8):
        then = seen.until(at).latest()
        for customer in range(4):
            expected = [amount(lines, customer, None, month, at) for month in range(at + 1)]
            assert then.amount[customer].tolist() == expected


@given(st.lists(LINE, max_size=25))
@settings(max_examples=60)
def test_stitching_reads_each_month_as_it_was_known_then(lines: list[tuple[int, ...]]) -> None:
    seen = built(lines)
    stitched = seen.stitch(seen.amount)
    for customer in range(4):
        assert stitched[customer].tolist() == [amount(lines, customer, None, month, month) for month in range(8)]


def test_later_knowledge_counts_at_the_last_period_when_asked_for() -> None:
    lines = [(0, 2, 6, 0, 100, None), (0, 2, 6, 3, 50, None)]
    assert built(lines).latest().amount[0].tolist() == [0] * 6 + [100, 0]
    assert built(lines, known_until=9).latest().amount[0].tolist() == [0] * 6 + [150, 0]
    assert built(lines, known_until=9).until(6).latest().amount[0].tolist() == [0] * 6 + [100]


def test_returns_are_taken_off_and_stand_beside() -> None:
    seen = built([(1, 2, 3, 0, 500, None), (1, 3, 3, 0, -200, None)])
    assert seen.amount[1, 3] == 300
    assert seen.kinds["return"].amount[1, 3] == -200


@pytest.mark.parametrize("unit", ["month", "week", "quarter"])
def test_a_panel_of_nobody_has_no_rows(unit: str) -> None:
    span = build.PanelSpan(np.empty(0, np.int32), Periods(unit, 100, 103), 103, "invoice", 0)  # type: ignore[arg-type]
    assert build.panel(span, {}, {}).shape == (0, 4)

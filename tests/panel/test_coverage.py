"""Margins and quantities that only some lines carry: how much of the money does, and what becomes of the rest."""

from __future__ import annotations

import numpy as np
import pytest

from liuke.kernel.kinds import CODE
from liuke.panel.coverage import NOWHERE, Coverage, coverage, usable

KINDS = ("invoice", "return")


def part(*rows: tuple[int, str, int, int, int, int], period: int = 7) -> dict[str, np.ndarray]:
    """Partial sums of one period: customer, kind, known_from, amount, margin, amount of the lines with a margin."""
    customer, kind, known, amount, margin, carried = zip(*rows, strict=True)
    return {
        "customer_code": np.array(customer, np.int32),
        "kind": np.array([CODE[name] for name in kind], np.int8),
        "period": np.full(len(rows), period, np.int32),
        "known_from": np.array(known, np.int32),
        "amount": np.array(amount, np.int64),
        "margin": np.array(margin, np.int64),
        "amount_with_margin": np.array(carried, np.int64),
    }


def test_two_shops_one_with_margins_cover_half() -> None:
    found = coverage([part((0, "invoice", 7, 1000, 300, 1000), (1, "invoice", 7, 1000, 0, 0))], "margin", KINDS, 9)
    assert found == Coverage(0.5, 0.3)
    assert not found.enough


def test_only_the_documents_that_count_and_only_what_was_known() -> None:
    rows = part(
        (0, "order", 7, 5000, 0, 0),
        (0, "invoice", 7, 1000, 0, 0),
        (0, "invoice", 8, 1000, 200, 1000),  # corrected in time
        (0, "invoice", 12, 1000, 0, 0),  # corrected again later
        (0, "return", 7, -100, -20, -100),
    )
    assert coverage([rows, {}], "margin", KINDS, 9) == Coverage(1.0, pytest.approx(0.2))
    assert coverage([rows], "margin", KINDS, 7) == NOWHERE


def test_nothing_sold_or_no_margin_anywhere_is_no_coverage() -> None:
    assert coverage([], "margin", KINDS, 9) == NOWHERE
    assert coverage([part((0, "invoice", 7, 1000, 0, 0))], "margin", KINDS, 9) == NOWHERE


def test_lines_without_a_margin_earn_the_share_of_the_others_and_a_thin_measure_is_left_out() -> None:
    sums = part((0, "invoice", 7, 1000, 270, 900), (1, "return", 7, -50, 0, 0))
    filled = usable(sums, {"margin": Coverage(0.96, 0.3)})
    assert filled["margin"].tolist() == [300, -15]
    assert "amount_with_margin" not in filled
    assert "margin" not in usable(sums, {"margin": Coverage(0.94, 0.3)})

"""The ledger closes, for customers and for money, whatever the panel."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_panels import panel_of, states_of

from liuke.kernel.errors import Refused
from liuke.kernel.said import Said
from liuke.ledger.waterfall import MOVES, Late, classify, ledger_tally, waterfall_table


def steps(frame: pl.DataFrame, what: str) -> dict[str, object]:
    return dict(frame.filter(pl.col("scope") == "window").select("step", what).iter_rows())


def five() -> tuple[np.ndarray, np.ndarray]:
    """One each: new, won back, bought more, bought less, lost."""
    cents = np.array(
        [
            [0] * 12 + [100] * 12,
            [100] + [0] * 11 + [50] * 12,
            [10] * 12 + [20] * 12,
            [20] * 12 + [10] * 12,
            [30] * 12 + [0] * 12,
        ]
    )
    rows = ("." * 12 + "n" * 12, "a" * 6 + "l" * 6 + "w" * 12, "a" * 24, "a" * 24, "a" * 12 + "d" * 3 + "l" * 9)
    return cents, states_of(*rows)


def test_five_customers_stand_in_five_lines():
    cents, states = five()
    frame = waterfall_table(ledger_tally(panel_of(cents), states))
    assert steps(frame, "customers") == {
        "opening": 3, "new": 1, "won_back": 1, "more": None, "less": None, "lost": -1, "late": None, "closing": 4,
    }  # fmt: skip
    assert steps(frame, "amount") == {
        "opening": Decimal("8.20"), "new": Decimal("12.00"), "won_back": Decimal("5.00"), "more": Decimal("1.20"),
        "less": Decimal("-1.20"), "lost": Decimal("-3.60"), "late": Decimal("0.00"), "closing": Decimal("21.60"),
    }  # fmt: skip


def test_late_documents_have_a_line_of_their_own_and_both_ends_equal_the_documents():
    cents, states = five()
    late = Late(within={"invoice": 700, "return": -200}, before={"invoice": 100})
    frame = waterfall_table(ledger_tally(panel_of(cents), states), late, documents=(920, 2660))
    assert steps(frame, "amount")["late"] == Decimal("4.00")
    assert steps(frame, "amount")["opening"] == Decimal("9.20")
    assert steps(frame, "amount")["closing"] == Decimal("26.60")


def test_a_cent_between_ledger_and_documents_is_refused():
    cents, states = five()
    with pytest.raises(Refused, match=r"21\.60.*21\.61|21\.61.*21\.60"):
        waterfall_table(ledger_tally(panel_of(cents), states), documents=(820, 2161))


def test_seven_months_compare_the_last_three_with_the_three_before_and_say_so():
    frame = waterfall_table(ledger_tally(panel_of([[100] * 7]), states_of("a" * 7)))
    row = frame.row(0, named=True)
    spans = [str(row[name]) for name in ("before_from", "before_to", "from", "to")]
    assert spans == ["2024-02-01", "2024-04-30", "2024-05-01", "2024-07-31"]
    assert row["full_year"] is False


def test_one_month_has_no_ledger_but_a_reason():
    frame = waterfall_table(ledger_tally(panel_of([[100]]), states_of("n")))
    assert frame.height == 1
    assert frame["step"][0] is None
    assert Said.unpack(frame["reason"][0]).text() == "Needs 2 complete months, has 1."


@st.composite
def firms(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    rows, months = draw(st.integers(0, 12)), draw(st.integers(2, 30))
    rng = np.random.default_rng(draw(st.integers(0, 2**31)))
    scale = draw(st.sampled_from([10, 10**6, 10**13]))
    cents = rng.integers(-scale, 4 * scale, (rows, months)) * (rng.random((rows, months)) < 0.6)
    return cents, rng.integers(0, 8, (rows, months)).astype(np.int8)


@given(firms(), st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6))
def test_it_closes_to_the_cent_for_any_panel_any_states_and_any_late_documents(firm, late_now, late_before):
    cents, states = firm
    counted = ledger_tally(panel_of(cents), states)
    length = counted.window.length
    within, before = int(cents[:, -length:].sum()), int(cents[:, -2 * length : -length].sum())
    late = Late({"invoice": late_now}, {"invoice": late_before})
    frame = waterfall_table(counted, late, documents=(before + late_before, within + late_now))
    for scope, step in frame.select("scope", "to").unique().iter_rows():
        part = frame.filter((pl.col("scope") == scope) & (pl.col("to") == step))
        count = dict(part.select("step", "customers").iter_rows())
        assert sum(n or 0 for name, n in count.items() if name != "closing") == count["closing"]
    money = steps(frame, "amount")
    assert sum(v for name, v in money.items() if name != "closing") == money["closing"]


@given(firms(), st.integers(0, 12))
def test_chunks_tallied_apart_add_up_to_the_whole(firm, cut):
    cents, states = firm
    parts = ledger_tally(panel_of(cents[:cut]), states[:cut]) + ledger_tally(panel_of(cents[cut:]), states[cut:])
    assert parts == ledger_tally(panel_of(cents), states)


@given(firms())
def test_every_customer_belongs_to_one_move_and_signs_are_honest(firm):
    cents, states = firm
    change = cents[:, -1] - cents[:, -2]
    moves = classify(states[:, -2], states[:, -1], change)
    assert (sum(mask.astype(int) for mask in moves.values()) == 1).all()
    assert all((change[moves[name]] >= 0).all() for name in ("won_back", "more"))
    assert all((change[moves[name]] <= 0).all() for name in ("less", "lost"))
    assert set(moves) == set(MOVES)

"""The draw and what it tells: a lot that hangs on the number alone, intervals, and absence that is said."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liuke.causes.audited import WhatStands
from liuke.causes.confirmed import Checked, accuracy, confusion
from liuke.causes.draw import CHOSEN, RANDOM, draw_of, entropy, smallest_lots
from liuke.causes.ranges import wilson
from liuke.kernel.estimate import Estimate, NotEstimable
from liuke.kernel.i18n import in_language


def lost(count: int, seed: int = 1) -> pl.DataFrame:
    chance = np.random.default_rng(seed)
    return pl.DataFrame({
        "customer_code": pl.Series(range(count), dtype=pl.Int32), "customer_id": [f"c{n}" for n in range(count)],
        "uncertain": chance.random(count), "money": chance.random(count) * 1000, "audited": [False] * count,
    })  # fmt: skip


def test_who_is_drawn_by_lot_hangs_on_nothing_but_the_number() -> None:
    first = draw_of(lost(400))
    other = draw_of(lost(400, seed=2).with_columns(audited=pl.lit(value=True)))
    by_lot = first.filter(pl.col("part") == RANDOM)
    assert by_lot["customer_code"].to_list() == other.filter(pl.col("part") == RANDOM)["customer_code"].to_list()
    assert (by_lot.height, first.height) == (50, 100)
    assert other.filter(pl.col("part") == CHOSEN).is_empty(), "what is checked need not be chosen again"
    assert first["customer_code"].is_unique().all()


@given(st.sets(st.text(min_size=1, max_size=8), max_size=40), st.sets(st.text(min_size=1, max_size=8), max_size=5))
def test_who_is_drawn_stays_drawn_unless_a_smaller_lot_comes(ids: set[str], more: set[str]) -> None:
    before, after = smallest_lots(ids, 10), smallest_lots(ids | more, 10)
    assert set(after) - more <= set(before)
    assert smallest_lots(sorted(ids, reverse=True), 10) == before


def test_the_lot_is_as_good_as_a_coin() -> None:
    drawn = draw_of(lost(20_000), most_by_lot=2000).filter(pl.col("part") == RANDOM)
    money = lost(20_000).join(drawn, on="customer_code", how="semi")["money"]
    assert money.mean() == pytest.approx(500, abs=4 * 1000 / 12**0.5 / 2000**0.5)


def test_chosen_are_the_uncertain_on_whom_most_hangs() -> None:
    rows = lost(200).with_columns(money=pl.when(pl.col("customer_code") == 7).then(None).otherwise("money"))
    found = draw_of(rows, most_by_lot=0, most_by_worth=200)
    worth = rows.join(found, on="customer_code", maintain_order="right").select(pl.col("uncertain") * pl.col("money"))
    assert worth.to_series().is_sorted(descending=True)
    assert 7 not in found["customer_code"].to_list(), "nothing is known to hang on it"
    assert draw_of(lost(1).clear()).is_empty()
    sure = entropy(np.array([[1.0, 0.0], [0.5, 0.5]]))
    assert sure.tolist() == pytest.approx([0.0, np.log(2)])


def checked(right: int, wrong: int, unclear: int = 0) -> list[Checked]:
    said = {"salesperson": "price"}
    return [
        *[Checked("price", said, WhatStands("price"))] * right,
        *[Checked("price", said, WhatStands(None, frozenset({"price"})))] * (wrong // 2),
        *[Checked("price", {}, WhatStands("quality"))] * (wrong - wrong // 2),
        *[Checked("price", said, WhatStands(unclear=True))] * unclear,
    ]


def test_too_few_cases_are_said_to_be_too_few() -> None:
    found = accuracy(50, [*checked(8, 4, 3), Checked("price", {}, WhatStands(None, frozenset({"quality"})))])
    assert isinstance(found.share, NotEstimable)
    assert (found.audited, found.unclear, found.right) == (12, 3, 8)
    with in_language("en"):
        assert found.share.text() == "not enough data: 12 of 30 audited cases"


def test_the_share_has_wilson_s_interval_and_the_ends_with_those_nobody_could_tell_of() -> None:
    found = accuracy(50, checked(24, 8, 4))
    assert isinstance(found.share, Estimate)
    assert found.share.value == 24 / 32
    assert found.share.ends == pytest.approx((0.608, 0.853), abs=1e-3)
    assert (found.low_all, found.high_all) == pytest.approx((24 / 36, 28 / 36))


def test_every_case_right_is_no_certainty() -> None:
    found = accuracy(30, checked(30, 0))
    assert isinstance(found.share, Estimate)
    assert found.share.ends[0] < 0.95
    assert found.share.ends[1] == pytest.approx(1)


def test_the_interval_covers_what_it_says() -> None:
    chance = np.random.default_rng(4)
    for truth in (0.5, 0.8, 0.95):
        ends = wilson(chance.binomial(50, truth, 2000).astype(float), np.full(2000, 50.0))
        covered = ((ends.low <= truth) & (truth <= ends.high)).mean()
        assert 0.85 <= covered <= 0.97


def test_confusion_counts_only_what_was_found_and_said() -> None:
    found = confusion(checked(3, 2))
    assert [(each.channel, each.cause, each.stated, each.customers) for each in found] == [
        ("salesperson", "price", "price", 3)
    ]

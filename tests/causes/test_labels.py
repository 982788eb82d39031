"""What notes say is read as causes: names in both languages, whole words, the newest note, blanks."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from liuke.causes.labels import cause_named, labels_of, not_understood, read_as, read_notes
from liuke.causes.taxonomy import by_name, shipped_causes

NAMES = by_name(shipped_causes())


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        ("价格", "price"),
        (" 价格太高了 ", "price"),
        ("价格, 服务", "price"),
        ("业务员离职", "salesperson_left"),
        ("Price too high", "price"),
        ("the price", "price"),
        ("priceless", None),
        ("whatever", None),
        ("", None),
        (None, None),
        ("公司倒闭", "closed_or_moved"),
        ("x" * 50_000 + " price", "price"),
    ],
)
def test_a_short_text_names_a_cause(said: str | None, cause: str | None) -> None:
    assert read_as([said or ""], NAMES)[said or ""] == cause
    assert cause_named(said, NAMES) in {cause, None}


@pytest.mark.parametrize(("said", "cause"), [
    ("价格不贵，就是送货不准时", "late_delivery"), ("not about price; delivery always late", "late_delivery"),
    ("不是质量问题，是价格", "price"), ("质量没问题", None), ("价格我们没意见", None),
    ("price isn't the problem", None),
    ("店关了，不做了", "closed_or_moved"), ("送货老是晚，等不起", "late_delivery"), ("换了老板，不熟", None),
    ("竞争对手价格更低", "competitor"), ("价格谈不拢", "price"), ("质量不行", "quality"),
])  # fmt: skip
def test_what_a_note_denies_is_no_cause(said: str, cause: str | None) -> None:
    assert read_as([said], NAMES)[said] == cause


def test_what_is_not_understood_is_not_said_to_be_unknown() -> None:
    """Five notes: two say that nobody knows, one names a cause, two are in words nobody listed."""
    texts = ["不清楚。", "Unknown", "价格", "换了老板，不熟", "stars"]
    notes = pl.DataFrame({"stated_cause": texts, "audited_cause": pl.Series([None] * 5, dtype=pl.String)})
    read = read_notes(notes, NAMES)
    assert read["stated"].to_list() == ["unknown", "unknown", "price", None, None]
    assert not_understood(read) == 2


def test_the_newest_note_counts_by_who_asked() -> None:
    notes = pl.DataFrame(
        [
            (1, "价格", True, None),
            (1, "产品质量", True, None),
            (1, "停业", False, None),
            (3, "somebody's mood", True, "价格"),
            (4, None, None, None),
            (4, "停业", None, None),
            (9, "价格", True, None),  # not among those asked for
        ],
        schema=["customer_code", "stated_cause", "by_owner", "audited_cause"],
        orient="row",
    )
    causes = ("closed_or_moved", "price", "quality")
    found = labels_of(read_notes(notes, NAMES), np.array([1, 2, 3, 4]), causes)
    assert found.stated["salesperson"].tolist() == [2, -1, -1, -1]  # "somebody's mood" is not understood
    assert found.stated["interview"].tolist() == [0, -1, -1, -1]
    assert found.stated["unsigned"].tolist() == [-1, -1, -1, 0]
    assert found.audited.tolist() == [-1, -1, 1, -1]


def test_what_names_no_cause_is_read_by_its_words() -> None:
    """A remark suggests a cause by its keywords only where they suggest one alone."""
    read = read_as(["对方报价比我们便宜一大截", "送货总是晚到", "天气不错"], NAMES)
    assert read["天气不错"] is None
    assert read["送货总是晚到"] == "late_delivery"


def test_no_note_is_no_label() -> None:
    empty = pl.DataFrame(schema={"customer_code": pl.Int32, "stated_cause": pl.String, "by_owner": pl.Boolean,
                                 "audited_cause": pl.String})  # fmt: skip
    found = labels_of(read_notes(empty, NAMES), np.array([1, 2]), ("price",))
    assert found.stated == {}
    assert found.audited.tolist() == [-1, -1]

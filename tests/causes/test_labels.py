"""What notes say is read as causes: names in both languages, whole words, the newest note, blanks."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from liuke.causes.labels import cause_named, labels_of, read_as, read_notes
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
    assert cause_named(said, NAMES) == cause


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
    assert found.stated["salesperson"].tolist() == [2, -1, 3, -1]
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

"""What would have to be connected, in words: nothing twice, nothing that is connected, old runs read as well."""

from __future__ import annotations

import polars as pl
import pytest

from liuke.kernel.i18n import in_language
from liuke.reports.cause_words import judged_by
from liuke.reports.connect_words import connect_words, most_added, nothing_told


@pytest.mark.parametrize(("items", "zh", "en"), [
    ("salesperson.joined_on,salesperson.left_on", ["业务员名册（含入职日期、离职日期）"],
     ["List of salespeople with joined on, left on"]),
    ("product.discontinued_on", ["产品目录（含停产日期）"], ["List of products with discontinued on"]),
    ("document_line.quantity,document_line.product_id", ["带有数量、存货编码的单据"],
     ["documents with quantity, product code"]),
    ("document_line:order.quantity", ["订单（含数量）"], ["documents (Order) with quantity"]),
    ("document_line:return,complaint", ["投诉", "退货单"], ["Complaints", "Returns and credit notes"]),
    ("price_level,price_step", ["带有数量、存货编码的单据"], ["documents with quantity, product code"]),  # runs before
    ("", [], []), (None, [], []),
])  # fmt: skip
def test_each_table_is_named_once(items: str | None, zh: list[str], en: list[str]) -> None:
    for language, expected in (("zh", zh), ("en", en)):
        with in_language(language):
            assert sorted(each.text() for each in connect_words(items)) == sorted(expected)


def card(*rows: tuple[bool, str | None, str | None]) -> pl.DataFrame:
    schema = {"cause": pl.String, "judged": pl.Boolean, "missing": pl.String, "silent": pl.String, "events": pl.Int64}
    return pl.DataFrame([(f"c{n}", *row, 0) for n, row in enumerate(rows)], schema, orient="row")


def test_what_tells_of_most_causes_comes_first_and_only_where_most_is_unknown() -> None:
    found = card((False, "complaint,contact", None), (False, "contact", None), (True, "promise", None))
    with in_language("en"):
        assert [each.text() for each in most_added(found)] == ["Visits and calls", "Complaints"]
        said = nothing_told(found, 1.0).text()
    assert "100 in 100" in said
    assert "liuke causes list" in said
    assert "Promises" not in said  # of a cause that is judged
    assert not nothing_told(found, 0.3)
    assert not nothing_told(card((True, None, None)), 1.0)


def test_a_cause_is_judged_or_lacks_a_table_or_has_one_that_says_nothing() -> None:
    rows = card((True, None, None), (True, "promise", None), (False, "promise", None), (False, None, "promise"),
                (False, None, None)).to_dicts()  # fmt: skip
    with in_language("en"):
        said = [judged_by(row).text() for row in rows]
    assert said == [
        "Can be judged: what tells of it is connected; no such event is on record.",
        "Can be judged, no such event is on record; it would be judged better with: Promises and rebates.",
        "Can't be judged: connect Promises and rebates. Until then only notes and interviews tell of it.",
        "Connected, and saying nothing of it so far: Promises and rebates. Notes and interviews can tell of it.",
        "Only notes and interviews can tell of it.",
    ]
    before = {name: value for name, value in rows[2].items() if name != "silent"}  # a run of before
    assert judged_by(before) == judged_by(rows[2])

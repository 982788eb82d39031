"""Figures read as people write them in each language."""

from __future__ import annotations

from decimal import Decimal

import pytest

from liuke.kernel.i18n import in_language
from liuke.kernel.said import Said
from liuke.reports import figures
from liuke.reports.figures import Money


@pytest.mark.parametrize(
    ("amount", "currency", "zh", "en"),
    [
        ("128000000", "CNY", "1.28\u00a0亿", "¥128M"),
        ("86860000", "CNY", "8,686\u00a0万", "¥86.9M"),
        ("2140000", "CNY", "214\u00a0万", "¥2.14M"),
        ("234000", "GBP", "23.4\u00a0万英镑", "£234k"),
        ("12400", "USD", "1.24\u00a0万美元", "$12.4k"),
        ("8640", "CNY", "8,640\u00a0元", "¥8,640"),
        ("-743.2", "CNY", "−743\u00a0元", "−¥743"),
        ("0", "", "0", "0"),
    ],
)
def test_money_is_short_and_right_in_both_languages(amount: str, currency: str, zh: str, en: str):
    money = Money(Decimal(amount), currency)
    with in_language("zh"):
        assert str(money) == zh
    with in_language("en"):
        assert f"{money}" == en


def test_minus_is_a_minus_sign_and_nothing_has_no_sign():
    assert figures.signed(-41) == "−41"
    assert figures.signed(148) == "+148"
    assert figures.signed(0) == "0"
    assert figures.full(Decimal("-1234.5")) == "−1,234.50"
    assert figures.full(Decimal("-0.001")) == "0.00"
    assert figures.percent(-0.0001) == "0%"


def test_a_range_and_a_column_share_their_unit():
    assert figures.span_text(0.55, 0.791) == "55–79%"
    scale = figures.scale_for([Decimal(234000), Decimal(18000), Decimal(500)], "CNY")
    assert (scale.unit.zh, scale.unit.en) == ("万元", "¥k")
    assert (scale.of(Decimal(234000)).zh, scale.of(Decimal(234000)).en) == ("23.4", "234.0")
    small = figures.scale_for([Decimal(340), Decimal(120), Decimal(18000)], "GBP")
    assert (small.unit.zh, small.unit.en, small.of(Decimal(340)).en) == ("英镑", "£", "340")


def test_a_share_that_is_not_all_or_nothing_does_not_read_so() -> None:
    assert [figures.percent(share) for share in (0.0, 0.004, 0.006, 0.994, 0.997, 1.0)] == [
        "0%", "<1%", "1%", "99%", ">99%", "100%"
    ]  # fmt: skip
    assert figures.percent(0.9996, 1) == ">99.9%"
    ends = [(0.9961, 0.998), (0.98, 0.998), (0.1, 0.1)]
    assert [figures.span_text(*each) for each in ends] == [">99%", "98–100%", "10%"]


def test_fields_of_a_reason_keep_words_and_shorten_amounts():
    fields = {"money": Money(Decimal("68210.50")), "days": 41.0, "gap": Decimal("2.5"), "of": "2026-07\x07"}
    assert Said("{money} {days} {gap} {of}", fields).text() == "68.2k 41 2.5 2026-07"

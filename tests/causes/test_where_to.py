"""Where customers went, as people write it."""

from __future__ import annotations

import pytest

from liuke.causes.taxonomy import LABELS
from liuke.causes.where_to import SAID_UNKNOWN, UNSAID, came, directions_with, one_spelling, shipped_directions, went
from liuke.kernel.errors import Invalid

SHIPPED = shipped_directions()


@pytest.mark.parametrize(("direction", "rival", "found"), [
    ("竞争对手", "宏发", ("rival", "宏发")), ("Rival", None, ("rival", "")), (None, "宏发", ("rival", "宏发")),
    ("自行解决", None, ("own_make", "")), ("停业或搬迁", "", ("left_trade", "")), ("不详", None, ("", "")),
    ("不详", "宏发", ("rival", "宏发")), (None, "自制", ("own_make", "")), ("去了隔壁县", None, ("去了隔壁县", "")),
    ("ＲＩＶＡＬ", "ＡＣＭＥ", ("rival", "ＡＣＭＥ")), (None, None, ("", "")),
])  # fmt: skip
def test_a_note_s_words_are_directions(direction: str | None, rival: str | None, found: tuple[str, str]) -> None:
    assert went(direction, rival, SHIPPED) == found


def test_whom_a_new_customer_left_is_a_rival_unless_it_is_no_name() -> None:
    assert came("宏发机电", SHIPPED) == ("rival", "宏发机电")
    assert came("自产", SHIPPED) == ("own_make", "")
    assert came("首次采购", SHIPPED) == ("none", "")
    assert came("  ", SHIPPED) == ("", "")


def test_one_rival_has_one_spelling_the_one_most_use() -> None:
    found = one_spelling(
        ["ACME Ltd.", "Acme", "Acme", "ＡＣＭＥ", "宏发有限公司", "宏发", "宏发股份有限公司", "宏发", "华发"]
    )
    assert {found[name] for name in ("ACME Ltd.", "Acme", "ＡＣＭＥ")} == {"Acme"}
    assert {found[name] for name in ("宏发有限公司", "宏发", "宏发股份有限公司")} == {"宏发"}
    assert found["华发"] == "华发"


def test_every_direction_there_is_has_a_list() -> None:
    assert {*SHIPPED.values()} == {*LABELS["direction"], UNSAID}


def test_a_list_of_the_firm_takes_the_place_of_that_list_alone() -> None:
    own = directions_with('own_make = ["自己弄", "不详"]')
    assert went("自己弄", None, own) == ("own_make", "")
    assert went("自产", None, own) == ("自产", "")  # no longer listed
    assert went("不详", None, own) == ("own_make", "")  # the firm's own word goes before the shipped one
    assert went("竞争对手", None, own) == went("竞争对手", None, SHIPPED)
    assert went("不晓得", None, directions_with(f'{SAID_UNKNOWN} = ["不晓得"]')) == ("", "")


@pytest.mark.parametrize(("text", "said"), [
    ("rival = [", "TOML"), ('rivals = ["甲"]', "rivals"), ("rival = 3", "rival"), ('rival = ["甲", ""]', "rival"),
    ('rival = ["甲"]\nnone = ["甲"]', "甲"),
])  # fmt: skip
def test_a_wrong_list_is_refused_with_what_is_wrong(text: str, said: str) -> None:
    with pytest.raises(Invalid, match=said) as caught:
        directions_with(text)
    assert caught.value.code

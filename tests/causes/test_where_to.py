"""Where customers went, as people write it."""

from __future__ import annotations

import pytest

from liuke.causes.where_to import came, one_spelling, went


@pytest.mark.parametrize(("direction", "rival", "found"), [
    ("竞争对手", "宏发", ("rival", "宏发")), ("Rival", None, ("rival", "")), (None, "宏发", ("rival", "宏发")),
    ("自行解决", None, ("own_make", "")), ("停业或搬迁", "", ("left_trade", "")), ("不详", None, ("", "")),
    ("不详", "宏发", ("rival", "宏发")), (None, "自制", ("own_make", "")), ("去了隔壁县", None, ("去了隔壁县", "")),
    ("ＲＩＶＡＬ", "ＡＣＭＥ", ("rival", "ＡＣＭＥ")), (None, None, ("", "")),
])  # fmt: skip
def test_a_note_s_words_are_directions(direction: str | None, rival: str | None, found: tuple[str, str]) -> None:
    assert went(direction, rival) == found


def test_whom_a_new_customer_left_is_a_rival_unless_it_is_no_name() -> None:
    assert came("宏发机电") == ("rival", "宏发机电")
    assert came("自产") == ("own_make", "")
    assert came("首次采购") == ("none", "")
    assert came("  ") == ("", "")


def test_one_rival_has_one_spelling_the_one_most_use() -> None:
    found = one_spelling(
        ["ACME Ltd.", "Acme", "Acme", "ＡＣＭＥ", "宏发有限公司", "宏发", "宏发股份有限公司", "宏发", "华发"]
    )
    assert {found[name] for name in ("ACME Ltd.", "Acme", "ＡＣＭＥ")} == {"Acme"}
    assert {found[name] for name in ("宏发有限公司", "宏发", "宏发股份有限公司")} == {"宏发"}
    assert found["华发"] == "华发"

"""Names people spell differently are one name; different firms stay two."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liuke.kernel.names import legal_form, normal_name

ONE = (
    ("Acme Ltd", "ACME LTD", "Acme Ltd.", "acme  ltd", "Acme, Limited", "Acme Co., Ltd.", "ＡＣＭＥ　Ｌｔｄ", "Acme"),
    ("上海万家商贸有限公司", "上海万家商贸有限责任公司", "上海 万家商贸 有限公司", "上海万家商贸有限公司。"),
    ("万家（上海）有限公司", "万家(上海)有限公司", "万家 (上海) 股份有限公司"),
    ("Smith & Sons LLC", "smith and sons l.l.c.", "Smith+Sons LLC"),
    ("Bäcker GmbH", "BÄCKER GMBH", "Bäcker G.m.b.H."),
    ("Dupont S.A.R.L.", "SARL Dupont", "dupont sarl"),
    ("Bob@Example.com", "bob@example.COM", "mailto:bob@example.com", " bob@example.com "),
    ("O'Neil", "O’Neil", "oneil"),
    ("Rossi S.p.A.", "ROSSI SPA"),
    ("田中商店株式会社", "株式会社田中商店"),
)
TWO = (
    ("Acme East Ltd", "Acme West Ltd"),
    ("万家有限公司上海分公司", "万家有限公司"),
    ("万家（上海）有限公司", "万家（北京）有限公司"),
    ("Shop 1-12", "Shop 11-2"),
    ("Shop 1 12", "Shop 112"),
    ("a.b@example.com", "ab@example.com"),
    ("Müller", "Muller"),
    ("Cocoa", "Coa"),
    ("Visa", "Vi"),
)


@pytest.mark.parametrize("names", ONE)
def test_spellings_of_one_name_are_one(names: tuple[str, ...]) -> None:
    assert len({normal_name(name) for name in names}) == 1, [normal_name(name) for name in names]


@pytest.mark.parametrize(("one", "other"), TWO)
def test_different_names_stay_apart(one: str, other: str) -> None:
    assert normal_name(one) != normal_name(other)


def test_legal_forms_that_contradict_each_other_are_told() -> None:
    assert legal_form("Acme Co., Ltd.") == legal_form("Acme Limited") == legal_form("万家有限公司") == "ltd"
    assert {legal_form(f"Acme {form}") for form in ("GmbH", "AG", "GmbH & Co. KG", "Inc.")} == {
        "gmbh", "ag", "gmbh & co kg", "inc",
    }  # fmt: skip
    assert legal_form("Acme") == legal_form("") == legal_form(None) == ""


def test_a_name_never_vanishes() -> None:
    assert all(map(normal_name, ("Ltd.", "有限公司", "---")))
    assert normal_name(None) == normal_name("") == ""


@given(st.text(min_size=1).filter(lambda text: bool(text.strip())))
def test_any_text_has_a_name_and_case_and_ends_do_not_matter(text: str) -> None:
    assert normal_name(text)
    assert normal_name(f"  {text} ") == normal_name(text)

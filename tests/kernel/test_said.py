"""A sentence keeps its fields as they are, is packed and unpacked without loss, and is worded where it is shown."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liuke.kernel import errors
from liuke.kernel.amounts import Money, Share
from liuke.kernel.estimate import NotEstimable
from liuke.kernel.i18n import LANGUAGES, in_language, language
from liuke.kernel.said import Said, Wordings, with_currency
from liuke.run.packed import money_fields, packed, reason_of, share_fields

NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=4)
PLAIN = st.one_of(
    st.text(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    NUMBERS,
    st.dates(),
    st.builds(Money, NUMBERS, st.sampled_from(["", "CNY", "GBP", "XAU"])),
    st.builds(Share, st.floats(0, 1), st.integers(0, 3)),
    st.builds(Wordings, st.text(), st.text()),
)
NAMES = st.sampled_from(["said", "fields", "money", "currency", "day", "decimal", "share", "digits", "zh", "en", "why"])


def sentences(field: st.SearchStrategy[object]) -> st.SearchStrategy[Said]:
    """Sentences of such fields, named as anything may be, the keys of the packed form too."""
    messages = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="{}"))
    return st.builds(Said, messages, st.dictionaries(NAMES, field, max_size=4))


FIELDS = st.recursive(PLAIN, lambda inner: st.one_of(sentences(inner), st.lists(inner, max_size=3).map(tuple)))


@given(sentences(FIELDS))
def test_what_is_packed_comes_back_as_it_was(said: Said) -> None:
    assert Said.unpack(said.pack()) == said
    assert Said.unpack(json.loads(json.dumps(said.plain()))) == said
    assert [type(value) for value in Said.unpack(said.pack()).fields.values()] == [*map(type, said.fields.values())]


@given(FIELDS)
def test_every_field_can_be_shown_in_every_language_and_without_control_characters(field: object) -> None:
    for name in LANGUAGES:
        with in_language(name):
            assert not set(Said("{field}", {"field": field}).text()) & {"\x00", "\x07", "\x1b", "\x9b", "\udc80"}


def test_a_number_of_numpy_is_kept_as_a_number() -> None:
    assert Said.unpack(Said("x", {"n": np.int64(4), "x": np.float64(0.5)}).pack()).fields == {"n": 4, "x": 0.5}


@pytest.mark.parametrize(
    "bad", ["{}", "[]", "3", '"text"', '{"said": "x"}', '{"said": "x", "fields": {"a": {"b": 1}}}']
)
def test_what_is_no_sentence_is_not_read_as_one(bad: str) -> None:
    with pytest.raises(ValueError, match="sentence"):
        Said.unpack(bad)
    with pytest.raises(TypeError, match="hold"):
        Said("x", {"thing": object()}).pack()


def test_money_is_shown_with_the_currency_of_the_firm_in_both_languages() -> None:
    inner = Said("{usual} in a usual year", {"usual": Money(Decimal("234567.00"))})
    said = with_currency(
        Said("{why}; {all}", {"why": inner, "all": (Money(Decimal(5)), Money(Decimal(6), "USD"))}), "GBP"
    )
    assert said.text() == "£235k in a usual year; £5, $6"
    with in_language("zh"):
        assert said.text() == "23.5\u00a0万英镑 in a usual year; 5\u00a0英镑、6\u00a0美元"
    assert with_currency(inner, "CNY").text() == "¥235k in a usual year"


def test_several_are_listed_as_the_language_lists_and_none_is_a_dash() -> None:
    both = Said("{all} {none}", {"all": (Said("yes"), "a\x1bb", Wordings("走弱", "Fading")), "none": ()})
    assert both.text() == "yes, ab, Fading -"
    with in_language("zh"):
        assert both.text() == "是、ab、走弱 -"


def test_a_share_and_an_exact_number_read_as_people_write_them() -> None:
    fields = {"a": Share(0.5, 1), "b": Share(0.9996), "c": Decimal("1234.50"), "d": 41.0, "e": 0.25, "f": 1200}
    assert Said("{a} {b} {c} {d} {e} {f} {e:.1f}", fields).text() == "50.0% >99% 1,234.50 41 0.25 1200 0.2"


def test_nothing_to_say_is_false_and_silent() -> None:
    assert not Said("")
    assert Said("").text() == ""
    assert Said("x")


def test_a_sentence_made_in_a_thread_is_said_in_the_language_of_who_shows_it() -> None:
    def work(number: int) -> Said:
        return Said("{n} customers", {"n": number})

    for name, expected in (("en", "3 customers"), ("zh", "3 家")):
        with in_language(name), ThreadPoolExecutor(2) as threads:
            made = list(threads.map(work, [3, 3]))
            assert language() == name
            assert [said.text() for said in made] == [expected] * 2


def test_a_column_is_packed_as_each_of_its_sentences_would_be() -> None:
    amounts = pl.Series([Decimal("12.50"), Decimal("0.00")], dtype=pl.Decimal(18, 2))
    column = packed(
        pl.Series(["{money} of {share}", 'a "quoted" {grade}']),
        money=money_fields(amounts),
        share=share_fields(pl.Series([0.8, 1.0])),
        grade=pl.Series(['A "one"', "重点\n\\"]),
    )
    assert [Said.unpack(text) for text in column] == [
        Said("{money} of {share}", {"money": Money(Decimal("12.50")), "share": Share(0.8), "grade": 'A "one"'}),
        Said('a "quoted" {grade}', {"money": Money(Decimal("0.00")), "share": Share(1.0), "grade": "重点\n\\"}),
    ]


def test_a_reason_is_kept_in_a_run_as_the_values_of_its_sentence() -> None:
    why = NotEstimable.because("{have} of {need}", have=1, need=2)
    assert reason_of(why) == {"said": "{have} of {need}", "fields": {"have": 1, "need": 2}}
    assert reason_of(1.5) is None


def test_an_error_has_a_code_and_sentences_and_says_what_kind_it_is() -> None:
    error = errors.NotFound("There is no state {state}.", state="gone", have="new", fix="States are: {have}.")
    assert (error.code, error.http, error.exit_code) == ("not_found", 404, 1)
    assert (error.said.fields["state"], error.fix.text()) == ("gone", "States are: new.")
    assert errors.Conflict(Said("x"), code="at_work").code == "at_work"
    kinds = [errors.LiukeError, errors.Refused, errors.NotFound, errors.Conflict, errors.Invalid, errors.NeedsAnswer]
    codes = [kind("x").code for kind in (*kinds, errors.Usage)]
    assert len(set(codes)) == len(codes)
    assert all(issubclass(kind, errors.Refused) for kind in kinds[1:])


def test_a_day_is_a_day_in_every_language() -> None:
    assert Said("{day}", {"day": date(2026, 10, 31)}).text() == "2026-10-31"

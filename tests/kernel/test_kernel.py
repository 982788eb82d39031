"""Periods, money, messages, catalogues, settings, errors: what everything stands on."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liuke.kernel import errors, i18n, money
from liuke.kernel.contract import Column, Contract
from liuke.kernel.estimate import NotEstimable
from liuke.kernel.period import (
    Periods,
    day_number,
    day_of,
    is_working_day,
    label,
    last_complete_period,
    last_working_day,
    period_end,
    period_number,
    period_start,
)  # fmt: skip
from liuke.kernel.registry import modules_in
from liuke.kernel.settings import SETTINGS, default_file, read_settings

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.kernel.period import Unit

UNITS = st.sampled_from(["month", "week", "quarter"])
DAYS = st.dates(date(1970, 1, 1), date(2099, 12, 31))


@given(day=DAYS, unit=UNITS)
def test_a_day_lies_in_its_period_and_periods_touch(day: date, unit: Unit) -> None:
    number = period_number(day, unit)
    assert period_start(number, unit) <= day <= period_end(number, unit)
    assert period_number(period_end(number, unit) + timedelta(days=1), unit) == number + 1
    assert day_of(day_number(day)) == day


def test_periods_are_named_as_people_name_them() -> None:
    day = date(2026, 10, 31)
    assert [label(period_number(day, unit), unit) for unit in ("month", "quarter", "week")] == [
        "2026-10", "2026-Q4", "2026-10-26",
    ]  # fmt: skip
    months = Periods("month", period_number(date(2025, 11, 1), "month"), period_number(date(2026, 2, 1), "month"))
    assert months.labels == ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert [day_of(n) for n in months.ends] == [
        date(2025, 11, 30),
        date(2025, 12, 31),
        date(2026, 1, 31),
        date(2026, 2, 28),
    ]
    assert (months.index(date(2025, 10, 1)), months.index(date(2026, 3, 1))) == (-1, 4)
    assert months.starts.dtype == np.int32
    assert [Periods(unit, 0, 0).per_year for unit in ("month", "week", "quarter")] == [12, 52, 4]


def test_working_days_know_holidays_and_make_up_days() -> None:
    assert not is_working_day(date(2024, 10, 1)), "National Day"
    assert is_working_day(date(2024, 10, 12)), "a Saturday worked for it"
    assert is_working_day(date(2024, 9, 29)), "a Sunday worked for it"
    assert last_working_day(period_number(date(2024, 9, 1), "month"), "month") == date(2024, 9, 30)
    assert last_working_day(period_number(date(2025, 1, 1), "month"), "month") == date(2025, 1, 27), "New Year from 28"


def test_a_year_the_calendar_does_not_know_goes_by_weekday() -> None:
    assert is_working_day(date(2098, 10, 1))
    assert not is_working_day(date(2098, 10, 4))


@pytest.mark.parametrize(
    ("first", "last", "unit", "expected"),
    [
        (date(2024, 7, 3), date(2024, 9, 30), "month", "2024-09"),
        (date(2024, 7, 3), date(2024, 9, 29), "month", "2024-08"),  # a worked Sunday, but the 30th is worked too
        (date(2024, 11, 3), date(2025, 1, 27), "month", "2025-01"),  # only the Spring Festival is left of January
        (date(2024, 11, 3), date(2025, 1, 26), "month", "2024-12"),
        (date(2024, 11, 3), date(2024, 11, 28), "month", None),
        (date(2024, 7, 3), date(2024, 9, 30), "quarter", "2024-Q3"),
        (date(2024, 9, 2), date(2024, 9, 6), "week", "2024-09-02"),
        (date(2024, 9, 2), date(2024, 9, 5), "week", None),
        (date(2024, 9, 23), date(2024, 9, 28), "week", "2024-09-16"),  # Sunday the 29th is worked
    ],
)
def test_a_period_is_complete_when_its_last_working_day_is_covered(
    first: date, last: date, unit: Unit, expected: str | None
) -> None:
    if expected == "2024-09-16":
        first = date(2024, 9, 10)
    number = last_complete_period(first, last, unit)
    assert (None if number is None else label(number, unit)) == expected


@given(value=st.integers(-(10**17), 10**17))
def test_cents_and_amounts_go_back_and_forth(value: int) -> None:
    assert money.cents(money.from_cents(value)) == value


def test_money_below_a_cent_is_refused_and_rounded_away_from_zero_when_asked() -> None:
    with pytest.raises(ValueError, match="cents"):
        money.cents(Decimal("0.005"))
    assert money.round_to_cent(Decimal("0.005")) == Decimal("0.01")
    assert money.round_to_cent(Decimal("-2.675")) == Decimal("-2.68")
    assert str(money.from_cents(-5)) == "-0.05"


def test_a_catalogue_is_read_with_continued_and_escaped_lines() -> None:
    head, long = 'msgid ""\nmsgstr "head\\n"\n', 'msgid "a \\"b\\""\n"c"\nmsgstr ""\n"甲"\n"乙\\n"\n'
    text = f'# note\n#, fuzzy\n{head}\n{long}\nmsgid "x"\nmsgstr ""\n'
    assert i18n.parse_po(text) == {'a "b"c': "甲乙\n"}
    assert i18n.parse_po('msgid "a"\nmsgstr "1"\nmsgid "b"\nmsgstr "2"') == {"a": "1", "b": "2"}


def test_a_language_holds_for_its_block_and_unknown_ones_are_refused() -> None:
    with i18n.in_language("zh"):
        assert i18n.language() == "zh"
        with i18n.in_language("en"):
            assert i18n.say("{n} of {m}", n=1, m=2) == "1 of 2"
        assert i18n.language() == "zh"
    for wrong in (i18n.set_language, lambda name: i18n.in_language(name).__enter__()):
        with pytest.raises(ValueError, match="fr"):
            wrong("fr")


def test_an_error_is_said_in_the_language_of_whoever_reads_it() -> None:
    error = errors.Refused("There is no state {state}.", state="gone", have="new", fix="States are: {have}.")
    assert error.text() == "There is no state gone.\nStates are: new."
    with i18n.in_language("zh"):
        assert str(error) == "没有 gone 这种状态。\n可用的状态：new。"
    assert (errors.Refused("x").exit_code, errors.NeedsAnswer("x").exit_code, errors.Usage("x").exit_code) == (1, 1, 2)


def test_no_number_is_a_reason() -> None:
    assert NotEstimable.because("{have} of {need}", have=1, need=2).text() == "1 of 2"


def test_a_contract_names_what_it_requires() -> None:
    table = Contract("t", "x", ("a",), {"a": Column("text", "x", required=True), "b": Column("date", "y")})
    assert table.required == ("a",)
    assert {"liuke.kernel.money"} <= {module.__name__ for module in modules_in("liuke.kernel").values()}


def test_settings_are_checked_with_their_line_and_a_proposal(tmp_path: Path) -> None:
    path = tmp_path / "liuke.toml"
    assert read_settings(path).values == {s.name: s.default for s in SETTINGS}
    path.write_text('firm = "甲"\nleft_days = 90\n', "utf-8")
    read = read_settings(path)
    assert (read.text("firm"), read.number("left_days")) == ("甲", 90)
    assert (read.origin["firm"], read.origin["period"]) == ("liuke.toml", "default")
    for text, line, says in (
        ('firm = "甲"\nleft_dayz = 9\n', "line 2", "left_days"),
        ('\nperiod = "day"\n', "line 2", "month, week or quarter"),
        ("core_share = true\n", "line 1", "0.5-0.99"),
        ("firm = 甲\n", "line 1", "TOML"),
    ):
        path.write_text(text, "utf-8")
        with pytest.raises(errors.Invalid) as caught:
            read_settings(path)
        assert line in caught.value.text()
        assert says in caught.value.text()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_file_of_a_new_workspace_is_valid_and_shows_every_setting(tmp_path: Path, language: str) -> None:
    with i18n.in_language(language):
        text = default_file()
    path = tmp_path / "liuke.toml"
    path.write_text("\n".join(row.removeprefix("# ") if " = " in row else row for row in text.splitlines()), "utf-8")
    read = read_settings(path)
    assert read.values == {s.name: s.default for s in SETTINGS}
    assert set(read.origin.values()) == {"liuke.toml"}

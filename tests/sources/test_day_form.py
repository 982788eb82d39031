"""Days in every way people write them, and how a file's own days decide the way."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liuke.facts import contracts, inputs
from liuke.kernel.errors import Invalid
from liuke.sources.day_parts import with_day
from liuke.sources.days import DayText, months, read_dates
from liuke.sources.guess import guess, missing_columns
from liuke.sources.table import ROW, RawTable

if TYPE_CHECKING:
    from liuke.sources.guess import Guess

LINE = contracts()["document_line"]
MARCH_5 = (
    "2025-03-05", "2025/3/5", "2025.03.05", "2025年3月5日", "二〇二五年三月五日", "20250305", "45721",
    "05.03.2025", "5/3/2025", "05-03-25", "5.3.25", "2025-03-05 14:30:00", "2025-03-05T14:30:00Z",
    "2025-03-05T14:30:00.123+08:00", "2025-03-05 14:30:00 CST", "2025-03-05 星期三", "2025-03-05(周三)",
    "2025-03-05 上午10:20", "2025年3月5日 14时30分", "5/3/2025 2:30 PM", "20250305143000", "05-Mar-25",
    "05MAR2025", "2025-Mar-05", "Mar 5, 2025", "March 5th, 2025", "5 mars 2025", "mercredi 5 mars 2025",
    "5. März 2025", "Mittwoch, 5. März 2025", "5.Mär.2025", "5 mrt 2025", "5 de marzo de 2025",
    "5 de março de 2025", "5 marzo 2025", "Wed, 5 Mar 2025 10:00:00 +0000",
    "Wed Mar 05 2025 10:00:00 GMT+0800 (China Standard Time)", "Wed Mar 05 10:20:30 CST 2025", "1741132800",
    "1741132800000", "５／３／２０２５", "2025-03-05T14:30:00[Asia/Shanghai]",
)  # fmt: skip
NO_DAY = (
    "2025-01-01 ~ 2025-01-31", "2025-01-01 - 2025-01-31", "2025-01-01至2025-01-31", "2025-01", "0000-00-00",
    "0000-00-00 00:00:00", "2025-13-01", "2025-02-30", "1501", "0101", "15.01.", "5 jui 2025", "13800138000",
    "2025-03-05 7", "2025-03-05 x100", "soon", "Q1 2025", "2025W03", "12:30", "2025-3",
)  # fmt: skip
MONTHS = (
    "2025-01", "2025年1月", "2025/1", "01/2025", "1.2025", "001.2025", "202501", "Jan 2025", "jan-25",
    "January 2025", "janv. 2025", "Jänner 2025", "enero de 2025", "2025M01", "2025.01期", "2025 Jan",
)  # fmt: skip


@pytest.mark.parametrize("text", MARCH_5)
def test_days_as_people_and_programs_write_them(text: str) -> None:
    assert read_dates(pl.Series([text]), "dmy").value[0] == dt.date(2025, 3, 5)


@pytest.mark.parametrize("text", NO_DAY)
def test_what_is_no_single_day_is_none(text: str) -> None:
    for order in ("ymd", "dmy", "mdy"):
        read = read_dates(pl.Series([text]), order)
        assert read.value[0] is None
        assert read.unreadable is not None


@pytest.mark.parametrize("text", MONTHS)
def test_a_month_without_a_day_is_a_day_only_where_that_is_decided(text: str) -> None:
    cells = pl.Series([text])
    assert months(cells)[0] == dt.date(2025, 1, 1)
    assert read_dates(cells).value[0] is None
    assert read_dates(cells, DayText(months="end")).value[0] == dt.date(2025, 1, 31)


WAYS = (
    *(("ymd", form) for form in ("%y-%m-%d", "%Y年%m月%d日", "%Y%m%d", "%d %b %Y")),
    *(("dmy", form) for form in ("%d.%m.%y", "%d/%m/%Y %H:%M")),
    *(("mdy", form) for form in ("%m/%d/%y", "%m-%d-%Y")),
)


@given(st.lists(st.dates(dt.date(1990, 1, 1), dt.date(2069, 12, 31)), min_size=1, max_size=30), st.sampled_from(WAYS))
def test_days_written_in_an_order_are_read_back(days: list[dt.date], way: tuple[str, str]) -> None:
    order, form = way
    assert read_dates(pl.Series([day.strftime(form) for day in days]), order).value.to_list() == days


def table(layout: str = "text", **columns: list[str]) -> RawTable:
    rows = max(map(len, columns.values()))
    base = {"Customer": [f"C{k % 3} Ltd" for k in range(rows)], "Amount": [f"{k}.50" for k in range(rows)]}
    frame = pl.DataFrame({**base, **columns}).with_columns(pl.int_range(1, rows + 1, dtype=pl.UInt64).alias(ROW))
    names = [name for name in frame.columns if name != ROW]
    return RawTable("sales.csv", None, names, 2, lambda: iter([frame]), layout=layout)  # type: ignore[arg-type]


def found_in(given: RawTable) -> Guess:
    return guess(LINE, inputs("document_line"), given)


def decided(*days: str) -> str:
    """The order of days a column has, or what is asked."""
    found = found_in(table(Date=list(days)))
    asked = [question for question in found.questions if question.key == "date_order"]
    return "asked: " + " ".join(c.value for c in asked[0].choices) if asked else found.mapping.date_order


@pytest.mark.parametrize(
    ("days", "order"),
    [
        (("25-03-05", "25-03-24", "25-11-30"), "ymd"),
        (("25-03-05", "25-04-06"), "ymd"),
        (("24-05-25", "25-06-24"), "asked: dmy mdy ymd"),
        (("05-03-25", "24-03-25"), "dmy"),
        (("03/24/25", "03/05/25"), "mdy"),
        (("03/05/25", "04/06/25"), "asked: dmy mdy"),
        (("3/5/2025", "13/5/2025"), "dmy"),
        (("3/5/2025", "5/13/2025"), "mdy"),
        (("3/5/2025", "5/6/2025"), "asked: dmy mdy"),
        (("13/5/2025", "5/13/2025"), "asked: dmy mdy"),
        (("2025-03-05", "2025-03-24"), "ymd"),
        (("99-12-31", "98-11-30"), "ymd"),
        (("31.12.99", "30.11.98"), "dmy"),
    ],
)
def test_the_whole_column_decides_the_order_or_it_is_asked(days: tuple[str, ...], order: str) -> None:
    assert decided(*days) == order


def test_the_question_shows_what_a_day_would_be_under_each_answer() -> None:
    question = found_in(table(Date=["24-05-25", "25-06-24"])).questions[0]
    assert question.evidence == ("dmy: 24-05-25 = 2025-05-24", "ymd: 24-05-25 = 2024-05-25")


def test_months_alone_are_asked_and_days_without_a_year_refused() -> None:
    found = found_in(table(Date=["2025-01", "2025-02"]))
    assert [question.key for question in found.questions] == ["months"]
    assert found.mapping.header("date") == "Date"
    assert [q.key for q in found_in(table(会计期间=["202501", "202502"])).questions] == ["months"]
    for cells, said in (
        (["1501", "0202", "3112"], "without a year"),
        (["2025-01-01 ~ 2025-01-31", "2025-02-01 ~ 2025-02-28"], "spans of days"),
        (["soon", "later"], "as days, for example soon, later"),
    ):
        given = table(Date=cells)
        refusal = missing_columns(found_in(given), LINE, given)
        assert isinstance(refusal, Invalid)
        assert said in str(refusal)


def test_days_and_months_a_spreadsheet_changed_over_are_changed_back() -> None:
    real = [f"2025-{month:02}-{day:02} 00:00:00" for month, day in zip(range(1, 10), range(12, 3, -1), strict=True)]
    text = ["13/25/2025".replace("13", "1"), "2/28/2025", "3/31/2025"]
    found = found_in(table("sheet", Date=real + text))
    assert (found.mapping.date_order, found.mapping.real_days) == ("mdy", "turned")
    assert any("changed day and month over" in note.text() for note in found.notes)
    form = DayText("mdy", real_days="turned")
    assert read_dates(pl.Series(["2025-01-12 00:00:00", "1/25/2025"]), form).value.to_list() == [
        dt.date(2025, 12, 1), dt.date(2025, 1, 25),
    ]  # fmt: skip
    few = found_in(table("sheet", Date=[*real[:2], *text]))
    assert [question.key for question in few.questions] == ["real_days"]
    plain = found_in(table("sheet", Date=[*real, "2025-05-20 00:00:00", *text]))
    assert plain.mapping.real_days == "kept"
    assert not plain.questions


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        ({"年": ["2025", "2025"], "月": ["1", "12"], "日": ["31", "5"]}, "日期"),
        ({"Year": ["2025", "25"], "Month": ["Jan", "December"], "Day": ["31", "5"]}, "date"),
        ({"日": ["31日", "5日"], "月": ["1月", "12月"], "年": ["2025年", "2025年"]}, "日期"),
        ({"Jahr": ["2025.0", "2025.0"], "Monat": ["1.0", "12.0"], "Tag": ["31.0", "5.0"]}, "date"),
    ],
)
def test_a_day_in_three_columns_is_put_together(parts: dict[str, list[str]], name: str) -> None:
    made = with_day(table(**parts))
    assert read_dates(made.sample()[name]).value.to_list() == [dt.date(2025, 1, 31), dt.date(2025, 12, 5)]
    assert found_in(made).mapping.header("date") == name
    assert any(name in note.text() for note in made.notes)


def test_three_columns_beside_a_day_are_left_alone() -> None:
    given = table(Date=["2025-01-31"], Year=["2025"], Month=["1"], Day=["31"])
    assert with_day(given) is given
    assert with_day(table(Year=["2025"], Month=["1"], Day=["Monday"])).columns[-1] == "Day"


def test_serial_numbers_count_from_the_day_the_workbook_says() -> None:
    cells = pl.Series(["44205"])
    assert read_dates(cells, DayText(zero=dt.date(1904, 1, 1))).value[0] == dt.date(2025, 1, 10)


def test_seconds_at_one_hour_of_all_days_are_midnight_somewhere() -> None:
    china = [1735660800, 1735747200]  # midnight of the first two days of 2025 in China
    assert read_dates(pl.Series(list(map(str, china)))).value.to_list() == [dt.date(2025, 1, 1), dt.date(2025, 1, 2)]


def test_days_counted_in_seconds_are_said() -> None:
    for cells in (["1735689600", "1735776000"], ["1735689600000", "1735776123456"]):
        said = [note.text() for note in found_in(table(Date=cells)).notes]
        assert any("seconds since 1970" in each and "2025-01-01" in each for each in said), said
    said = [note.text() for note in found_in(table(Date=["20250101", "20250102"])).notes]
    assert not any("1970" in each for each in said)

"""Numbers in every way people write them, and how a file's own numbers decide the way."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liuke.facts import contracts, inputs
from liuke.sources import currency
from liuke.sources.guess import guess
from liuke.sources.mapping import Mapping, Match
from liuke.sources.number_form import number_evidence
from liuke.sources.numbers import read_numbers
from liuke.sources.table import ROW, RawTable
from liuke.sources.values import canonical

LINE = contracts()["document_line"]
POINT = {
    "1,234.50": "1234.50", "1,234,567.89": "1234567.89", "1,23,456.00": "123456", "12,34,56,789": "123456789",
    "1'234.50": "1234.50", "1’234’567.05": "1234567.05", "1 234.50": "1234.50", "1\u00a0234.50": "1234.50",
    "1\u202f234": "1234", "5-": "-5", "1,234.50-": "-1234.50", "(1,234.50)": "-1234.50", "- 5": "-5", "−5": "-5",
    "1,234.50 CR": "-1234.50", "1,234.50CR": "-1234.50", "CR 5": "-5", "5.00 Dr.": "5", "5 (CR)": "-5", "贷 5": "-5",
    "CHF 1,234.25": "1234.25", "-$5.00": "-5", "$-5": "-5", "($5.00)": "-5", "($ 5)": "-5", "$(5)": "-5",
    "₹ 1,23,456": "123456", "Rs. 500": "500", "12 zł": "12", "12 kr": "12", "R$5.10": "5.10", "₩5,000": "5000",
    "HK$5": "5", "NT$5": "5", "US$ 5": "5", "₺5": "5", "5 ₽": "5", "5円": "5", "5元": "5", "RMB 5": "5", "5 USD": "5",
    "12.5万": "125000", "12.5万元": "125000", "1.2亿": "120000000", "3千元": "3000", "￥１２．５０": "12.50",
    "1.5E+5": "150000", "1e3": "1000", "12.-": "12", "1'200.–": "1200", "+5": "5", ".5": "0.5", "5.": "5",
    "0.123": "0.123", "1.234": "1.234", "1,234": "1234", "100": "100",
}  # fmt: skip
COMMA = {
    "1.234,50": "1234.50", "1.234.567,89": "1234567.89", "1 234,50": "1234.50", "1'234,50": "1234.50", "12,5": "12.5",
    "1.234,-": "1234", "234,56-": "-234.56", "(1.234,50)": "-1234.50", "€ 5,00": "5", "5,00 €": "5", "-5,00 €": "-5",
    "R$ 1.234,50": "1234.50", "1.234": "1234", "1,234": "1.234", "100": "100", "-100": "-100", ",5": "0.5",
    "1.234,50 H": None, "12,50 kr": "12.50", "1.234,50 CR": "-1234.50", "1,5e3": "1500",
}  # fmt: skip
NONE = ("100+20", "5元6", "4 box", "12/3", "1.2.3", "1 2", "12,34", "1234,567", "1,2345", "--5", "(-5)", "5 6",
        "12 pcs", "5x", "1,234.50 and more", "2025-01-01", "5%", "元", "$", "5 USD 6", "#DIV/0!", "1e", "5kg", "(5",
        "5)", "1_000", "0x1F", "-5-", "CR 5 CR", "5 - 3", "12:30", "½", "1,,234", "1,234,5")  # fmt: skip


@pytest.mark.parametrize(("text", "value"), POINT.items())
def test_numbers_with_a_decimal_point(text: str, value: str) -> None:
    assert read_numbers(pl.Series([text])).value[0] == Decimal(value)


@pytest.mark.parametrize(("text", "value"), COMMA.items())
def test_numbers_with_a_decimal_comma(text: str, value: str | None) -> None:
    assert read_numbers(pl.Series([text]), "comma").value[0] == (None if value is None else Decimal(value))


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_single_number_is_none(text: str) -> None:
    read = read_numbers(pl.Series([text]))
    assert read.value[0] is None
    assert read.wrong is not None
    assert read.wrong[0] == "not_a_number"


def test_a_percentage_is_a_number_only_where_a_rate_is_meant() -> None:
    assert read_numbers(pl.Series(["5%"]), rate=True).value[0] == Decimal("0.05")
    assert read_numbers(pl.Series(["5 %"]), rate=True).value[0] == Decimal("0.05")


def test_credit_is_minus_or_plus_as_decided() -> None:
    cells = pl.Series(["5 CR", "5 DR", "5"])
    assert read_numbers(cells).value.to_list() == [-5, 5, 5]
    assert read_numbers(cells, credit="plus").value.to_list() == [5, -5, 5]


@pytest.mark.parametrize("word", sorted(currency.money_words()))
def test_every_currency_stands_in_front_and_behind(word: str) -> None:
    cells = pl.Series([f"{word} 1,234.25", f"1,234.25 {word}", f"{word.upper()}1,234.25"])
    assert set(read_numbers(cells).value.to_list()) == {Decimal("1234.25")}


def table(**columns: list[str]) -> RawTable:
    """A text table; the day, customer and document are there unless given."""
    rows = max(map(len, columns.values()))
    base = {"Date": ["2025-01-05"] * rows, "Customer": [f"C{k % 3} Ltd" for k in range(rows)]}
    frame = pl.DataFrame({**base, **columns}).with_columns(pl.int_range(1, rows + 1, dtype=pl.UInt64).alias(ROW))
    names = [name for name in frame.columns if name != ROW]
    return RawTable("sales.csv", None, names, 2, lambda: iter(frame[at : at + 4000] for at in range(0, rows, 4000)),
                    layout="text")  # fmt: skip


def decided(given: RawTable) -> str:
    """The decimal sign of a table, or what is asked."""
    found = guess(LINE, inputs("document_line"), given)
    asked = [question.key for question in found.questions]
    return "asked" if "decimal" in asked else found.mapping.decimal


WHOLE = ["1.234", "12.500", "900", "471.989", "8.084", "339", "362.583", "235.510", "196.861", "96", "2.567", "932",
         "4.319", "600.963"]  # fmt: skip
TURNED = [cell.replace(".", ",") for cell in WHOLE]


@pytest.mark.parametrize(
    ("given", "sign"),
    [
        (table(Amount=["12.50", "1.234", "9"]), "point"),
        (table(Amount=["12,50", "1.234", "9"]), "comma"),
        (table(Amount=WHOLE), "comma"),
        (table(Amount=TURNED), "point"),
        (table(Amount=["1.234", "2.500"]), "asked"),
        (table(Amount=["1,234", "2,500"]), "point"),
        (table(Betrag=["1.234", "2.500"]), "comma"),
        (table(Betrag=["1,234", "2,500"]), "asked"),
        (table(Amount=["1.234", "2.500"], Date=["08.01.2025", "13.01.2025"]), "comma"),
        (table(Amount=["1.234", "2.500"], Quantity=["1,5", "2"]), "comma"),
        (table(Amount=["1.234", "2.500"], Rate=["1.5", "2.25"]), "point"),
        (table(Amount=["1.234", "2,500"]), "asked"),
        (table(Amount=["1.234", "12.50", "12,50"]), "asked"),
        (table(Amount=["0.123", "1.234"]), "point"),
        (table(Amount=["1234.567", "1.234"]), "point"),
        (table(Amount=["100", "200"]), "point"),
        (table(Amount=["5"] * 6000 + WHOLE), "comma"),
        (table(Amount=["5"] * 6000 + ["1.234", "2.500"]), "asked"),
        (table(Amount=["1,23,456", "5"]), "point"),
        (table(Amount=["1.234,-", "5"]), "comma"),
    ],
)
def test_the_whole_file_decides_the_decimal_sign_or_it_is_asked(given: RawTable, sign: str) -> None:
    assert decided(given) == sign


def written(number: Decimal, group: str, sign: str, form: str) -> str:
    """A number in one locale and one way to mark a minus."""
    size = f"{abs(number):,.2f}".replace(",", "\0").replace(".", sign).replace("\0", group)
    if number >= 0:
        return size
    return {"front": f"-{size}", "behind": f"{size}-", "brackets": f"({size})", "credit": f"{size} CR"}[form]


@settings(deadline=None)
@given(
    st.lists(st.decimals(-(10**12), 10**12, places=2), min_size=1, max_size=20),
    st.sampled_from(
        [(",", "."), (".", ","), (" ", ","), ("\u00a0", ","), ("'", "."), ("", "."), ("", ","), (" ", ".")]
    ),
    st.sampled_from(["front", "behind", "brackets", "credit"]),
    st.sampled_from(["{}", "€ {}", "{} €", "USD {}", "{}元", "¥{}"]),
)
def test_a_column_written_in_a_locale_is_read_back_exactly(
    numbers: list[Decimal], locale: tuple[str, str], minus: str, money: str
) -> None:
    group, sign = locale
    cells = pl.Series([money.format(written(number, group, sign, minus)) for number in numbers])
    decimal = "point" if sign == "." else "comma"
    if minus == "credit" and money.strip() != "{}":
        cells = pl.Series([written(number, group, sign, minus) for number in numbers])
    assert read_numbers(cells, decimal).value.to_list() == [number + 0 for number in numbers]
    evidence = number_evidence(cells)
    assert not (evidence.comma if sign == "." else evidence.point)
    assert evidence.proven  # two decimals leave nothing open


def test_cells_that_could_be_either_number_are_set_aside_where_both_signs_stand() -> None:
    form = "customer,date,amount"
    rows = [("A1", "2025-01-02", value) for value in ("12.50", "1.234,50", "1,234", "99", "1,234,567", "0.125")]
    batch = pl.DataFrame(rows, schema=form.split(","), orient="row").with_row_index("__row").cast({"__row": pl.UInt64})
    matches = {"customer_id": Match("customer"), "date": Match("date"), "amount": Match("amount")}
    cleaned = canonical(batch, Mapping("document_line", matches), LINE)
    assert cleaned.good["amount"].to_list() == [
        Decimal("12.50"),
        Decimal("99.00"),
        Decimal("1234567.00"),
        Decimal("0.13"),
    ]
    assert cleaned.bad["reason_code"].to_list() == ["not_a_number", "either_number"]


def test_a_bad_cell_alone_makes_no_number_doubtful() -> None:
    batch = pl.DataFrame({"__row": [0, 1], "c": ["A", "A"], "d": ["2025-01-02"] * 2, "a": ["1,234", "4 box"]})
    matches = {"customer_id": Match("c"), "date": Match("d"), "amount": Match("a")}
    cleaned = canonical(batch.cast({"__row": pl.UInt64}), Mapping("document_line", matches), LINE)
    assert cleaned.good["amount"].to_list() == [Decimal("1234.00")]

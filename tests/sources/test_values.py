import datetime as dt
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_loads import INPUTS, LINE, TODAY, load, text_file

from liuke.kernel.errors import Invalid
from liuke.kernel.money import round_to_cent
from liuke.sources.cell_text import as_text, clean_code, kind_of
from liuke.sources.day_form import order_evidence
from liuke.sources.days import read_dates
from liuke.sources.mapping import Mapping, Match, Rate
from liuke.sources.numbers import read_numbers, to_cents
from liuke.sources.table import ROW
from liuke.sources.unread import Unread, unread_notes
from liuke.sources.values import canonical

DAY = dt.date(2026, 3, 5)


def clean(data, *, today=TODAY, **options):
    """Cleaned rows of a frame whose headers are canonical names."""
    frame = pl.DataFrame(data)
    known = {**LINE.columns, **INPUTS}
    mapping = Mapping("document_line", {name: Match(name) for name in frame.columns if name in known}, **options)
    numbered = frame.with_columns(pl.int_range(1, frame.height + 1, dtype=pl.UInt64, eager=True).alias(ROW))
    return canonical(numbered, mapping, LINE, today=today)


def lines(**columns):
    rows = max(len(v) for v in columns.values())
    base = {"customer_id": ["c"] * rows, "date": ["2026-03-05"] * rows, "amount": ["1"] * rows}
    return {**base, **columns}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("¥1,234.50", "1234.50"),
        ("(123.00)", "-123"),
        ("１２３", "123"),
        ("123-", "-123"),
        ("CNY 5", "5"),
        ("5元", "5"),
        ("−7", "-7"),
        ("￥-3.2", "-3.2"),
        ("1 234.5", "1234.5"),
        ("+5", "5"),
        ("1.5e3", "1500"),
        (".5", "0.5"),
        ("(¥1,000.00)", "-1000"),
        ("0.30000000000000004", "0.3"),
        ("-1,234,567.891", "-1234567.891"),
    ],
)
def test_amounts_are_read_as_people_write_them(text, value):
    assert read_numbers(pl.Series([text])).value.to_list() == [Decimal(value)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("NaN", "not_finite"),
        ("inf", "not_finite"),
        ("-Infinity", "not_finite"),
        ("1e30", "too_large"),
        ("10000000000000000", "too_large"),
        ("12,50", "not_a_number"),
        ("abc", "not_a_number"),
        ("1.2.3", "not_a_number"),
    ],
)
def test_what_is_no_amount_is_quarantined_with_its_reason(text, code):
    cleaned = clean(lines(amount=["1", text]))
    assert cleaned.bad["reason_code"].to_list() == [code]
    assert text in cleaned.bad["reason"][0]
    assert cleaned.sums.unknown == 1
    cleaned.sums.check()


def test_typed_nan_infinity_and_1e30_are_quarantined():
    cleaned = clean(lines(amount=[1.0, float("nan"), float("inf"), 1e30]))
    assert cleaned.bad["reason_code"].to_list() == ["not_finite", "not_finite", "too_large"]


@given(st.decimals(-(10**9), 10**9, places=4))
def test_rounding_is_half_away_from_zero_and_kept(amount):
    cleaned = clean(lines(amount=[str(amount)]))
    assert cleaned.good["amount"].to_list() == [round_to_cent(amount)]
    assert cleaned.sums.rounding == amount - round_to_cent(amount)
    cleaned.sums.check()


@given(st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=20))
def test_whole_cents_survive_as_text_float_and_decimal(cents):
    exact = [Decimal(c).scaleb(-2) for c in cents]
    for column in ([str(d) for d in exact], [float(d) for d in exact], exact):
        cleaned = clean(lines(amount=pl.Series(column)))
        assert cleaned.good["amount"].to_list() == exact
        assert cleaned.sums.rounding == 0


def test_floats_are_read_through_their_shortest_text():
    assert to_cents(read_numbers(pl.Series([1.005, 2.675, -1.005])).value).to_list() == [
        Decimal("1.01"),
        Decimal("2.68"),
        Decimal("-1.01"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "2026年3月5日",
        "20260305",
        "2026/3/5",
        "2026-03-05 08:26",
        "2026-03-05T08:26:00Z",
        "46086",
        "46086.35",
        "2026.3.5",
        "２０２６－０３－０５",
        "5-Mar-2026",
        "Mar 5, 2026",
        "05 March 2026",
        "26/3/5",
        "20260305.0",
        " 2026-03-05 ",
        "2026年03月05日 08:26:00",
        "20260305082600",
    ],
)
def test_dates_are_read_as_people_write_them(text):
    assert read_dates(pl.Series([text])).value.to_list() == [DAY]


def test_typed_dates_numbers_and_times_need_no_text():
    assert read_dates(pl.Series([DAY])).value.to_list() == [DAY]
    assert read_dates(pl.Series([dt.datetime(2026, 3, 5, 8, 26)])).value.to_list() == [DAY]
    assert read_dates(pl.Series([46086, 20260305])).value.to_list() == [DAY, DAY]


def test_the_order_of_day_and_month_is_taken_from_the_option():
    text = pl.Series(["5/3/2026", "2026-03-05"])
    assert read_dates(text, "dmy").value.to_list() == [DAY, DAY]
    assert read_dates(text, "mdy").value.to_list() == [dt.date(2026, 5, 3), DAY]
    assert read_dates(text, "ymd").value.to_list() == [None, DAY]


@given(st.dates(dt.date(1970, 1, 1), dt.date(2026, 10, 31)))
def test_every_day_survives_every_way_of_writing_it(day):
    ways = [
        f"{day:%Y-%m-%d}",
        f"{day:%Y%m%d}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}/{day.month}/{day.day}",
    ]
    assert read_dates(pl.Series(ways)).value.to_list() == [day] * 4
    assert read_dates(pl.Series([f"{day.day}/{day.month}/{day.year}"]), "dmy").value.to_list() == [day]


def test_values_above_twelve_prove_the_order():
    evidence = order_evidence(pl.Series(["5/3/2026", "13/2/2026", "3/14/2026", "2026-13-01", "20260305"]))
    assert (evidence.open, evidence.day_first, evidence.month_first) == (("5/3/2026",), ("13/2/2026",), ("3/14/2026",))


def test_days_to_come_before_1970_and_no_days_at_all_are_quarantined():
    cleaned = clean(lines(date=["2026-11-01", "2026-11-02", "1969-12-31", "2026-02-30", "", None]))
    codes = cleaned.bad["reason_code"].to_list()
    assert codes == ["future_date", "before_1970", "not_a_date", "no_date", "no_date"]
    assert cleaned.good.height == 1


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (" 00123 ", "00123"),
        ("17850.0", "17850"),
        ("Ａ００１", "A001"),
        ("　甲　", "甲"),
        ("'0012", "0012"),
        ("1.05", "1.05"),
        ("null", None),
        ("-", None),
        ("#N/A", None),
    ],
)
def test_codes_keep_zeros_and_lose_what_programs_added(raw, code):
    assert clean_code(pl.Series([raw])).to_list() == [code]


def test_float_codes_become_whole_numbers():
    assert as_text(pl.Series([17850.0, None, float("nan"), 1.5])).to_list() == ["17850", None, None, "1.5"]


def test_a_code_a_spreadsheet_has_shortened_is_quarantined():
    cleaned = clean(lines(customer_id=["1.38E+10", "E10"]))
    assert cleaned.bad["reason_code"].to_list() == ["code_shortened"]


def test_without_an_amount_it_is_quantity_times_price_less_discount():
    data = {
        "customer_id": ["a", "b", "c"],
        "date": [DAY] * 3,
        "quantity": [3.0, -2.0, None],
        "unit_price": [1.335, 10.0, 5.0],
        "discount": [0.1, None, 0.0],
    }
    cleaned = clean(data)
    assert cleaned.good["amount"].to_list() == [Decimal("3.60"), Decimal("-20.00")]  # 3.6045 and -20
    assert cleaned.sums.rounding == Decimal("0.0045")
    assert cleaned.bad["reason_code"].to_list() == ["no_amount"]


@pytest.mark.parametrize(
    ("way", "discount", "amount"),
    [
        ("share_off", "0.05", "95"),
        ("percent_off", "5", "95"),
        ("share_paid", "0.95", "95"),
        ("percent_paid", "95", "95"),
        ("amount_off", "5", "95"),
        ("share_off", "5%", "95"),
    ],
)
def test_a_discount_is_read_as_it_is_written(way, discount, amount):
    data = {"customer_id": ["a"], "date": [DAY], "quantity": ["1"], "unit_price": ["100"], "discount": [discount]}
    assert clean(data, discount=way).good["amount"].to_list() == [Decimal(amount)]


def test_a_blank_amount_is_worked_out_where_quantity_and_price_stand():
    cleaned = clean({**lines(amount=["", "7"]), "quantity": ["2", "2"], "unit_price": ["3", "3"]})
    assert cleaned.good["amount"].to_list() == [Decimal(6), Decimal(7)]


def test_tax_is_taken_off_by_its_column_or_by_a_rate():
    gross = {"customer_id": ["a"], "date": [DAY], "amount_with_tax": ["113"], "tax": ["13"]}
    assert clean(gross, tax="subtract").good["amount"].to_list() == [Decimal(100)]
    del gross["tax"]
    assert clean(gross, tax="0.13").good["amount"].to_list() == [Decimal(100)]
    assert clean(gross, tax="inclusive").good["amount"].to_list() == [Decimal(113)]


def test_amounts_counted_in_ten_thousands_are_multiplied():
    assert clean(lines(amount=["1.23456789"]), unit=Decimal(10000)).good["amount"].to_list() == [Decimal("12345.68")]


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("销售发票", "invoice"),
        ("红字销售发票", "return"),
        ("退货单", "return"),
        ("销售出库单", "delivery"),
        ("销售订单", "order"),
        ("Credit Memo", "return"),
        ("蓝字", "invoice"),
        ("收款单", None),
        ("Sales", "invoice"),
    ],
)
def test_words_mean_kinds(word, kind):
    assert kind_of(word) == kind


def test_kinds_come_from_their_column_and_unknown_ones_are_quarantined():
    cleaned = clean(lines(kind=["销售发票", "退货单", None, "收款单"]), kind="order")
    assert cleaned.good["kind"].to_list() == ["invoice", "return", "order"]
    assert cleaned.bad["reason_code"].to_list() == ["unknown_kind"]
    assert clean(lines(kind=["收款单"]), kinds={"收款单": "invoice"}).good["kind"].to_list() == ["invoice"]


def test_a_cancellation_is_a_return_by_its_c_and_its_minus():
    cleaned = clean(
        lines(document_id=["C536379", "C536380", "536381", "CX-1"], amount=["-5", "5", "-5", "-5"]), kind="invoice"
    )
    assert cleaned.good["kind"].to_list() == ["return", "invoice", "invoice", "invoice"]


def test_returns_written_without_a_minus_are_booked_as_negative_and_tie():
    cleaned = clean(lines(kind=["发票", "退货"], amount=["100", "30"], quantity=["10", "3"]), returns="positive")
    assert cleaned.good["amount"].to_list() == [Decimal(100), Decimal(-30)]
    assert cleaned.good["quantity"].to_list() == [Decimal(10), Decimal(-3)]
    assert (cleaned.sums.sum_read, cleaned.sums.sum_loaded, cleaned.sums.turned) == (130, 70, 60)
    cleaned.sums.check()


def test_cancelled_documents_are_quarantined():
    cleaned = clean(lines(cancelled=["已审核", "已作废", "未作废", None]))
    assert cleaned.bad["reason_code"].to_list() == ["cancelled"]
    assert clean(lines(cancelled=["Y", "N"]), cancelled=("y",)).bad.height == 1


def test_foreign_amounts_are_converted_at_the_rate_of_their_day():
    rates = (Rate("USD", dt.date(2026, 1, 1), Decimal("7.1")), Rate("USD", dt.date(2026, 3, 5), Decimal("7.2")))
    data = lines(
        currency=["人民币", "USD", "美元", "EUR", None],
        date=["2026-03-05", "2026-03-04", "2026-03-05", "2026-03-05", "2026-03-05"],
        amount=["10"] * 5,
    )
    cleaned = clean(data, currency="CNY", rates=rates)
    assert cleaned.good["amount"].to_list() == [Decimal(10), Decimal(71), Decimal(72), Decimal(10)]
    assert cleaned.bad["reason_code"].to_list() == ["no_rate"]


def test_mixed_currencies_without_rates_are_refused_with_the_row(tmp_path):
    path = text_file(
        tmp_path, "客户编码,日期,金额,币种\n1,2026-03-05,1,人民币\n2,2026-03-05,1,RMB\n3,2026-03-05,1,USD\n"
    )
    with pytest.raises(Invalid, match="row 4, column 币种: USD beside CNY"):
        load(path)
    path = text_file(tmp_path, "客户编码,日期,金额\n1,2026-03-05,¥1\n2,2026-03-05,$1\n")
    with pytest.raises(Invalid, match="row 3, column 金额"):
        load(path)


def test_the_result_has_every_column_of_the_contract_in_its_type():
    good = clean(lines(quantity=["1.23456"], due_on=["2026-03-09"], line_no=["3"])).good
    assert set(LINE.columns) <= set(good.columns)
    assert good.schema["amount"] == pl.Decimal(18, 2)
    assert good.row(0, named=True) | {} == good.row(0, named=True)
    assert (good["quantity"][0], good["due_on"][0], good["line_no"][0]) == (Decimal("1.2346"), dt.date(2026, 3, 9), 3)


def test_a_cell_that_is_not_needed_and_can_not_be_read_is_left_empty_and_counted():
    cleaned = clean(lines(quantity=["1", "many"], margin=["5", "1"], due_on=["0000-00-00", "2026-03-09"]))
    assert cleaned.bad.is_empty()
    assert cleaned.good["quantity"].to_list() == [Decimal(1), None]
    assert cleaned.good["due_on"].to_list() == [None, dt.date(2026, 3, 9)]
    assert cleaned.sums.unread == {
        ("quantity", "not_a_number"): Unread(1, ("many",)),
        ("due_on", "not_a_date"): Unread(1, ("0000-00-00",)),
    }
    assert next(said.text() for said in unread_notes(cleaned.sums.unread)) == (
        "Column quantity: 1 cells could not be read, such as many: they are no numbers. They are left empty; "
        "their rows count."
    )


def test_what_makes_the_amount_is_needed_even_where_the_column_is_not():
    rows = lines(quantity=["1", "many"], unit_price=["2", "3"])
    cleaned = clean({name: values for name, values in rows.items() if name != "amount"})
    assert cleaned.bad["reason_code"].to_list() == ["not_a_number"]
    assert cleaned.good["amount"].to_list() == [Decimal(2)]

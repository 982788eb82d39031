import datetime as dt
from decimal import Decimal

import pytest
from small_loads import INPUTS, LINE, amounts, load, planned, text_file

from liuke.facts import contracts
from liuke.kernel.errors import Invalid, NeedsAnswer
from liuke.kernel.i18n import in_language
from liuke.sources.files import open_source
from liuke.sources.guess import explain, guess
from liuke.sources.headers import name_score, plain
from liuke.sources.mapping import Mapping, Match, Rate, from_toml


def guessed(folder, head, row, count=12, name="x.txt"):
    """The guess for a tab file of `count` rows made by `row(i)`."""
    rows = ["\t".join(head), *("\t".join(map(str, row(i))) for i in range(count))]
    (table,) = open_source(str(text_file(folder, "\n".join(rows) + "\n", name))).tables
    return guess(LINE, INPUTS, table), table


def headers(found):
    return {name: match.header for name, match in found.mapping.columns.items()}


def test_headers_are_compared_without_width_case_units_and_punctuation():
    assert plain("金额（元）") == plain("金额(元)") == plain(" 金 额 ") == "金额"
    assert plain("金额(不含税)") == "金额不含税"
    assert plain("Customer_ID") == plain("CUSTOMER id") == plain("ＣustomerID") == "customerid"


def test_a_negated_name_is_not_the_name():
    assert name_score("不含税金额合计", ("含税金额",)) == 0
    assert name_score("本币含税金额合计", ("含税金额",)) > 0.6
    assert name_score("updated", ("date",)) == 0
    assert name_score("order_date_utc", ("order_date",)) > 0.6


def test_a_delivery_report_maps_without_help(tmp_path):
    head = [
        "日期",
        "单据编号",
        "客户",
        "客户编码",
        "物料编码",
        "物料名称",
        "销售单位",
        "实发数量",
        "单价",
        "含税单价",
        "金额",
        "税额",
        "价税合计",
        "销售员",
        "销售部门",
        "单据状态",
    ]
    found, _ = guessed(
        tmp_path,
        head,
        lambda i: [
            f"2026-03-0{i % 9 + 1}",
            f"XS{i // 2}",
            f"客户{i % 4}",
            f"C{i % 4:03}",
            f"M{i % 3}",
            "螺杆机",
            "台",
            i + 1,
            100,
            113,
            (i + 1) * 100,
            (i + 1) * 13,
            (i + 1) * 113,
            "张三",
            "一部",
            "已审核",
        ],
    )
    assert headers(found) == {
        "document_id": "单据编号",
        "customer_id": "客户编码",
        "date": "日期",
        "amount": "金额",
        "product_id": "物料编码",
        "quantity": "实发数量",
        "site": "销售部门",
        "unit_price": "单价",
        "amount_with_tax": "价税合计",
        "tax": "税额",
        "customer_name": "客户",
        "product_name": "物料名称",
        "salesperson_id": "销售员",
    }
    assert (found.mapping.words["单据状态"]["已审核"], found.mapping.tax, found.questions) == ("count", "exclusive", [])


def test_amounts_with_and_without_tax_default_to_without_and_it_is_said(tmp_path):
    rows = "".join(f"C{i % 3},2026-03-05,{100 + i},{(100 + i) * 1.13:.2f}\n" for i in range(9))
    path = text_file(tmp_path, "客户编码,日期,无税金额,价税合计\n" + rows)
    loaded = load(path)
    assert loaded.amounts()[0] == Decimal(100)
    assert "Taken: 无税金额, without tax" in loaded.notes
    assert "--tax" in loaded.notes
    assert load(path, tax="inclusive").amounts()[0] == Decimal(113)
    (asked,) = planned(path).open
    assert (asked.key, asked.default) == ("tax", "exclusive")
    assert amounts(planned(path).answered({"tax": "inclusive"}))[0] == Decimal(113)
    assert amounts(planned(path).answered({"tax": "0.13"}))[0] == Decimal("88.50")


def test_a_constant_ratio_shows_which_amount_holds_tax(tmp_path):
    found, _ = guessed(
        tmp_path,
        ["customer", "date", "amount", "total"],
        lambda i: [f"c{i % 4}", f"2026-3-{i + 1}", (i + 1) * 113, (i + 1) * 100],
    )
    assert headers(found)["amount"] == "total"
    assert headers(found)["amount_with_tax"] == "amount"


def test_two_amounts_nothing_tells_apart_are_asked_and_not_guessed(tmp_path):
    rows = "".join(f"甲{i % 3},2026-03-05,{i}.5,{i * i}.25\n" for i in range(9))
    path = text_file(tmp_path, "客户名称,日期,金额1,金额2\n" + rows)
    with pytest.raises(NeedsAnswer, match="--amount") as refused:
        load(path)
    assert refused.value.said.fields["have"] == "金额1, 金额2"
    assert load(path, amount="金额2").amounts()[:2] == [Decimal("0.25"), Decimal("1.25")]


def test_quantity_times_price_decides_between_two_amounts(tmp_path):
    found, _ = guessed(
        tmp_path,
        ["客户", "日期", "数量", "单价", "金额", "销售额"],
        lambda i: [f"c{i % 4}", "2026-03-01", i + 1, 2.5, i * 7.7, (i + 1) * 2.5],
    )
    assert headers(found)["amount"] == "销售额"
    assert found.questions == []


def test_headers_that_say_nothing_are_mapped_by_their_values(tmp_path):
    found, _ = guessed(
        tmp_path,
        ["k", "t", "n", "p", "v"],
        lambda i: [f"K{i % 4}", f"2026-3-{i + 1}", i + 1, 2 + i * 1.5, (i + 1) * (2 + i * 1.5)],
    )
    assert headers(found) == {"customer_id": "k", "date": "t", "quantity": "n", "unit_price": "p", "amount": "v"}


def test_a_code_identifies_and_its_name_goes_along(tmp_path):
    found, _ = guessed(
        tmp_path, ["客户", "客户名称", "日期", "金额"], lambda i: [f"K{i % 4}", f"公司{i % 4}", "2026-03-01", i]
    )
    assert (headers(found)["customer_id"], headers(found)["customer_name"]) == ("客户", "客户名称")
    found, _ = guessed(tmp_path, ["客户名称", "日期", "金额"], lambda i: [f"公司{i % 4}", "2026-03-01", i])
    assert headers(found)["customer_id"] == "客户名称"
    assert "customer_name" not in headers(found)


@pytest.mark.parametrize("missing", ["客户编码", "日期", "金额"])
def test_a_missing_column_is_named_with_those_there_are(tmp_path, missing):
    columns = {"客户编码": [f"C{i % 2}" for i in range(6)], "日期": ["2026-03-05"] * 6, "金额": ["5"] * 6}
    del columns[missing]
    content = ",".join(columns) + "\n" + "\n".join(",".join(row) for row in zip(*columns.values(), strict=True))
    with pytest.raises(Invalid, match="no column was recognised as the") as refused:
        load(text_file(tmp_path, content))
    assert refused.value.said.fields["have"] == ", ".join(columns)
    option = {"客户编码": "--customer", "日期": "--date", "金额": "--amount"}[missing]
    assert f"{option} HEADER" in refused.value.text()


def test_any_day_above_twelve_decides_the_order_wherever_it_stands(tmp_path):
    early = "".join(f"c{i % 7},{i % 9 + 1}/3/2026,1\n" for i in range(6000))
    assert load(text_file(tmp_path, "cust_no,Invoice Date,Net Amount\n" + early + "c1,25/3/2026,1\n")).column("date")[
        -1
    ] == dt.date(2026, 3, 25)
    assert load(text_file(tmp_path, "cust_no,Invoice Date,Net Amount\n" + early + "c1,3/25/2026,1\n")).column("date")[
        0
    ] == dt.date(2026, 1, 3)


def test_an_order_no_value_decides_is_asked_with_the_evidence(tmp_path):
    path = text_file(tmp_path, "cust_no,Invoice Date,Net Amount\nc1,5/3/2026,1\nc1,6/3/2026,2\n")
    with pytest.raises(NeedsAnswer, match="--date-order") as refused:
        load(path)
    assert "5/3/2026, 6/3/2026" in refused.value.text()
    assert load(path, date_order="dmy").column("date")[0] == dt.date(2026, 3, 5)
    assert load(path, date_order="mdy").column("date")[0] == dt.date(2026, 5, 3)
    with pytest.raises(Invalid, match="Possible answers"):
        load(path, date_order="ydm")


def test_dates_of_both_orders_are_asked(tmp_path):
    path = text_file(tmp_path, "cust_no,Invoice Date,Net Amount\nc1,25/3/2026,1\nc1,3/26/2026,2\n")
    with pytest.raises(NeedsAnswer, match="25/3/2026, 3/26/2026"):
        load(path)


def test_amounts_in_ten_thousands_are_recognised_in_header_and_title(tmp_path):
    assert load(text_file(tmp_path, "客户,日期,销售额(万元)\n甲,2026-03-05,1.5\n")).amounts() == [Decimal(15000)]
    content = "销售明细,,单位：万元\n客户,日期,销售额\n甲,2026-03-05,1.5\n"
    loaded = load(text_file(tmp_path, content))
    assert loaded.amounts() == [Decimal(15000)]
    assert "multiplied by 10,000" in loaded.notes


def test_a_discount_nobody_can_read_safely_is_asked(tmp_path):
    rows = "".join(f"c{i % 3},2026-03-05,1,10,{(85, 90, 95)[i % 3]}\n" for i in range(9))
    path = text_file(tmp_path, "客户,日期,数量,单价,折扣\n" + rows)
    with pytest.raises(NeedsAnswer, match=r"(?s)--discount.*share_paid +the share paid: 0\.95 is five per cent less"):
        load(path)
    assert load(path, discount="percent_paid").amounts()[0] == Decimal("8.50")


def test_the_kind_is_taken_from_the_words_of_headers_and_titles(tmp_path):
    def kind(head):
        return guessed(tmp_path, head, lambda i: [f"D{i}", "c", "2026-03-05", i])[0].mapping.kind

    assert kind(["订单号", "客户", "日期", "金额"]) == "order"
    assert kind(["出库单号", "客户", "日期", "金额"]) == "delivery"
    assert kind(["InvoiceNo", "客户", "日期", "金额"]) == "invoice"
    assert kind(["单据号", "客户", "开票日期", "金额"]) == "invoice"
    found, _ = guessed(tmp_path, ["单据号", "客户", "日期", "金额"], lambda i: [f"D{i}", "c", "2026-03-05", i])
    assert "taken for invoices" in found.notes[0].text()


def test_returns_without_a_minus_are_found_in_the_whole_file(tmp_path):
    rows = "".join(f"{'销售退货单' if i == 5999 else '销售出库单'},c{i % 9},2026-03-05,{i + 1}\n" for i in range(6000))
    loaded = load(text_file(tmp_path, "单据类型,客户,日期,金额\n" + rows))
    assert loaded.amounts()[-1] == Decimal(-6000)
    assert loaded.reading.reconciliation.turned == Decimal(12000)


def test_amounts_in_own_currency_need_no_rate(tmp_path):
    path = text_file(tmp_path, "客户,日期,本币无税金额,币种\n甲,2026-03-05,710,USD\n乙,2026-03-05,5,人民币\n")
    assert load(path).amounts() == [Decimal(710), Decimal(5)]


def test_a_file_without_header_row_goes_by_its_values(tmp_path):
    content = "".join(f" {i % 5:05} 2026030{i % 9 + 1}  {i}.77\n" for i in range(20))
    loaded = load(text_file(tmp_path, content), date="column_2")
    assert loaded.column("customer_id")[0] == "00000"
    assert loaded.amounts()[1] == Decimal("1.77")
    assert "no row of column names" in loaded.notes


FULL = Mapping(
    "document_line",
    {"customer_id": Match('客户"甲"'), "date": Match("日期"), "amount": Match("金额")},
    date_order="dmy",
    kind="order",
    kinds={"其他": "order"},
    tax="0.13",
    decimal="comma",
    unit=Decimal(10000),
    discount="percent_off",
    returns="positive",
    cancelled=("是",),
    currency="CNY",
    rates=(Rate("USD", dt.date(2026, 1, 1), Decimal("7.1")),),
)


def test_a_mapping_file_round_trips():
    again = from_toml(FULL.to_toml(), LINE, INPUTS)
    assert again == Mapping(**{**FULL.__dict__, "columns": {n: Match(m.header) for n, m in FULL.columns.items()}})


@pytest.mark.parametrize(
    ("text", "row", "near"),
    [
        ('[columns]\ncustomer = "客户"', 2, "customer_id"),
        ('[columns]\ncustomer_id = "客户"\n\n[options]\ndate_ordr = "dmy"', 5, "date_order"),
        ('[options]\nkind = "invoic"', 2, "invoice"),
        ('[kinds]\n"退" = "retrun"', 2, "return"),
        ('[option]\nkind = "order"', 1, "options"),
        ('table = "customer"', 1, ""),
        ('[options]\nunit = "many"', 2, ""),
    ],
)
def test_a_wrong_mapping_file_is_refused_with_its_line_and_a_proposal(text, row, near):
    with pytest.raises(Invalid) as refused:
        from_toml(text, LINE, INPUTS, origin="map.toml")
    assert (refused.value.said.fields["row"], refused.value.said.fields["near"]) == (row, near)


def test_a_mapping_file_that_is_no_toml_or_names_no_header_is_refused():
    with pytest.raises(Invalid, match="line 1"):
        from_toml("customer_id = 客户", LINE, INPUTS)
    with pytest.raises(Invalid, match="Did you mean 客户编码"):
        from_toml('[columns]\ncustomer_id = "客户编号"', LINE, INPUTS, headers=["客户编码", "日期"])


def test_a_mapping_of_another_file_is_refused_with_a_proposal(tmp_path):
    mapping = Mapping("document_line", {"customer_id": Match("客户"), "date": Match("日期"), "amount": Match("金额")})
    with pytest.raises(Invalid, match="Did you mean 金额1"):
        load(text_file(tmp_path, "客户,日期,金额1\n甲,2026-03-05,1\n"), mapping=mapping)


def test_a_saved_mapping_is_used_as_it_is(tmp_path):
    path = text_file(tmp_path, "客户,日期,金额\n甲,2026-03-05,1\n")
    mapping = Mapping(
        "document_line", {"customer_id": Match("客户"), "date": Match("日期"), "amount": Match("金额")}, kind="order"
    )
    assert load(path, mapping=mapping).column("kind") == ["order"]


def test_a_mapping_is_explained_in_both_languages(tmp_path):
    path = text_file(tmp_path, "客户编码,日期,金额,备注\n007,2026-03-05,1,x\n")
    (table,) = open_source(str(path)).tables
    mapping = guess(LINE, INPUTS, table).mapping
    rows = explain(mapping, LINE, INPUTS, table)
    assert (rows[0].header, rows[0].target, rows[0].sample) == ("客户编码", "customer_id", "007")
    assert (rows[3].target, rows[3].why) == (None, "not used")
    with in_language("zh"):
        assert explain(mapping, LINE, INPUTS, table)[0].why == "列名写明"


@pytest.mark.parametrize("table", ["customer", "product", "salesperson", "assignment"])
def test_the_other_tables_load_too(tmp_path, table):
    heads = {
        "customer": "客户编码,客户名称,等级,建档日期,营销同意\nC1,甲,A,2020-01-01,是\n,乙,B,2020-01-01,否\n",
        "product": "存货编码,存货名称,存货分类,保养周期(天)\nP1,螺杆机,主机,180\n,x,y,1\n",
        "salesperson": "工号,姓名,部门,离职日期\n001,张三,一部,2030-01-01\n,李四,,\n",
        "assignment": "客户编码,业务员编码,开始日期\nC1,1,2020-01-01\nC1,1,\n",
    }
    loaded = load(text_file(tmp_path, heads[table]), table=table)
    assert (loaded.good.height, loaded.bad.height) == (1, 1)
    assert set(contracts()[table].columns) <= set(loaded.good.columns)


@pytest.mark.parametrize("own", ["公司", "销方名称", "Company"])
def test_one_name_in_every_row_beside_the_customers_is_the_sellers(tmp_path, own):
    head = [own, "客户名称", "日期", "金额"]
    found, _ = guessed(tmp_path, head, lambda i: ["某某有限公司", f"公司{i % 4}", "2026-03-01", i])
    assert headers(found)["customer_id"] == "客户名称"

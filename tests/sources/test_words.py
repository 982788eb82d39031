"""Words of a column that say what a row is: counted, set aside, a return, with a minus."""

import pytest
from small_loads import INPUTS, LINE, text_file

from liuke.kernel.errors import Invalid, NeedsAnswer
from liuke.sources.answers import Answers
from liuke.sources.files import open_source
from liuke.sources.mapping import Mapping, Match, from_toml
from liuke.sources.plan import plan_load


def test_the_words_of_a_mapping_come_back_from_its_file_and_old_sections_are_read():
    columns = {"customer_id": Match("Who"), "date": Match("Day"), "amount": Match("Sum")}
    words = {'The "state"': {"on hold": "aside", "打开": "count"}, "D/C": {"C": "minus"}}
    mapping = Mapping("document_line", columns, words=words, kinds={"ZRE": "return"}, cancelled=("J",))
    again = from_toml(mapping.to_toml(), LINE, INPUTS)
    assert (again.words, again.kinds, again.cancelled) == (words, {"ZRE": "return"}, ("J",))
    assert from_toml('[columns]\ndate = "Day"\n[kinds]\nZRE = "return"\n', LINE, INPUTS).words == {}


def test_a_meaning_nobody_knows_is_refused_with_its_line():
    with pytest.raises(Invalid) as refused:
        from_toml('[columns]\ndate = "Day"\n[words."S"]\nopen = "perhaps"\n', LINE, INPUTS)
    assert "line 4" in str(refused.value)


def test_words_set_aside_turn_and_kind_rows_and_every_cent_is_accounted_for(tmp_path):
    rows = ["Who,Day,Sum,S,DC", "a,2025-01-02,10.00,fine,D", "a,2025-01-03,4.00,hold,D", "b,2025-01-04,3.00,back,D",
            "b,2025-01-05,2.50,fine,C", "b,2025-01-06,1.25,new,"]  # fmt: skip
    columns = {"customer_id": Match("Who"), "date": Match("Day"), "amount": Match("Sum")}
    words = {"S": {"HOLD": "aside", "back": "return", "fine": "count"}, "DC": {"C": "minus"}}
    opened = open_source(str(text_file(tmp_path, "\n".join(rows) + "\n", "x.csv")))
    mapping = Mapping("document_line", columns, words=words, returns="positive", kind="order")
    reading = plan_load(opened, LINE, INPUTS, mapping=mapping).reading()
    good = [row for batch in reading.clean() for row in batch.good.select("kind", "amount").rows()]
    assert [(kind, float(amount)) for kind, amount in good] == [
        ("order", 10.0), ("return", -3.0), ("order", -2.5), ("order", 1.25),
    ]  # fmt: skip
    account = reading.reconciliation
    assert account.difference == 0
    assert (account.by_reason["set_aside"].rows, float(account.by_reason["set_aside"].amount)) == (1, 4.0)


def test_any_question_is_answered_by_its_key(tmp_path):
    text = "Customer,Date,Amount\n" + "".join(f"c{i % 3},0{i % 9 + 1}/0{i % 8 + 2}/2025,{i}.50\n" for i in range(9))
    opened = open_source(str(text_file(tmp_path, text, "x.csv")))
    with pytest.raises(NeedsAnswer):
        plan_load(opened, LINE, INPUTS).settled()
    plan = plan_load(opened, LINE, INPUTS, answers=Answers(others=(("date_order", "dmy"),)))
    assert plan.settled().mapping.date_order == "dmy"


def plan_of(folder, head, rows, name="x.csv", **answers):
    text = "\n".join([",".join(head), *(",".join(map(str, row)) for row in rows)]) + "\n"
    return plan_load(open_source(str(text_file(folder, text, name))), LINE, INPUTS, answers=Answers(**answers))


HEADS = {"en": ("Order No", "Date", "Customer", "Amount"), "zh": ("订单号", "日期", "客户", "金额"),
         "de": ("Belegnummer", "Datum", "Kunde", "Betrag")}  # fmt: skip


def rows_with(words):
    return [(f"D{i}", f"2025-03-{i % 27 + 1:02d}", f"c{i % 7}", f"{10 + i}.50", w) for i, w in enumerate(words)]


def loaded(plan):
    reading = plan.settled().reading()
    rows = [row for batch in reading.clean() for row in batch.good.select("kind", "amount").rows()]
    assert reading.reconciliation.difference == 0
    return rows, reading.reconciliation


@pytest.mark.parametrize(
    ("language", "header", "counted", "aside"),
    [
        ("en", "Status", ["completed", "shipped", "partially-refunded"], ["Draft", "on_hold", "Quotation", "expired"]),
        ("en", "Order State", ["paid", "wc-completed"], ["wc-failed", "Declined", "trash"]),
        (
            "zh",
            "订单状态",
            ["交易成功", "卖家已发货，等待买家确认"],
            ["交易关闭", "等待买家付款", "已取消，退款成功", "草稿"],
        ),
        ("zh", "单据状态", ["已审核", "已完成"], ["未审核", "已作废", "已驳回"]),
        ("de", "Status", ["bezahlt", "versandt"], ["Entwurf", "storniert", "abgelehnt"]),
        ("en", "État", ["payée", "expédiée"], ["brouillon", "annulée"]),
        ("en", "Estado", ["pagado", "enviada"], ["anulado", "borrador"]),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_orders_that_never_came_to_be_are_set_aside_and_said(tmp_path, language, header, counted, aside, first):
    words = (counted * 10)[:20] + aside
    head, rows = [*HEADS[language], header], rows_with(words)
    if first:
        head, rows = [head[-1], *head[:-1]], [(row[-1], *row[:-1]) for row in rows]
    plan = plan_of(tmp_path, head, rows)
    good, account = loaded(plan)
    assert (len(good), account.by_reason["set_aside"].rows) == (20, len(aside))
    assert sum(row.rows for row in plan.words if row.means.message == "set aside") == len(aside)


def test_the_sums_behind_words_are_those_of_the_account(tmp_path):
    words = [*["paid", "draft", "", "refunded", "shipped"] * 9, "paid"]
    plan = plan_of(tmp_path, (*HEADS["en"], "Status"), rows_with(words))
    _, account = loaded(plan)
    assert sum(row.money for row in plan.words) == account.sum_read
    assert sum(row.rows for row in plan.words) == account.rows_read
    assert sum(row.money for row in plan.words if row.means.message == "set aside") == account.sum_quarantined


def test_an_unknown_word_is_asked_and_its_answer_is_kept(tmp_path):
    head, rows = (*HEADS["en"], "Status"), rows_with([*["paid"] * 9, *["zorbed"] * 3])
    plan = plan_of(tmp_path, head, rows)
    assert [question.key for question in plan.open] == ["Status:zorbed"]
    with pytest.raises(NeedsAnswer) as refused:
        plan.settled()
    assert "--answer Status:zorbed=VALUE" in str(refused.value.fix)
    answered = plan_of(tmp_path, head, rows, others=(("Status:zorbed", "aside"),)).settled()
    assert answered.mapping.words["Status"]["zorbed"] == "aside"
    again = from_toml(answered.mapping.to_toml(), LINE, INPUTS)
    later = plan_load(open_source(str(tmp_path / "x.csv")), LINE, INPUTS, mapping=again)
    assert not later.open
    fresh = rows_with([*["paid"] * 9, *["zorbed"] * 3, *["quux"] * 3])
    text = "\n".join([",".join(head), *(",".join(row) for row in fresh)]) + "\n"
    third = plan_load(open_source(str(text_file(tmp_path, text, "y.csv"))), LINE, INPUTS, mapping=again)
    assert [question.key for question in third.open] == ["Status:quux"]


@pytest.mark.parametrize(
    ("header", "sale", "back", "neither"),
    [
        ("Type", "SI", "SC", ["SR", "SA"]),
        ("Type", "Invoice", "Credit Note", ["Payment"]),
        ("单据类型", "销售", "退货", ["收款", "报价单"]),
        ("红蓝字", "蓝字", "红字", []),
        ("Belegart", "RE", "GS", ["ZA"]),
        ("Event Type", "Payment", "Refund", []),
        ("Ret", "", "X", []),
    ],
)
def test_kinds_in_codes_are_returns_and_payments_are_no_sales(tmp_path, header, sale, back, neither):
    words = [*[sale] * 14, *[back] * 3, *neither * 2]
    good, account = loaded(plan_of(tmp_path, (*HEADS["en"], header), rows_with(words)))
    assert [kind for kind, _ in good].count("return") == 3
    assert all(amount < 0 for kind, amount in good if kind == "return")
    assert account.by_reason.get("set_aside", type("None_", (), {"rows": 0})).rows == 2 * len(neither)


@pytest.mark.parametrize(
    ("header", "plus", "minus"), [("D/C", "D", "C"), ("S/H", "S", "H"), ("借贷方向", "借", "贷"), ("Dr/Cr", "Dr", "Cr")]
)
def test_debit_and_credit_in_a_column_give_the_sign_or_are_asked(tmp_path, header, plus, minus):
    head = (*HEADS["en"], header)
    good, _ = loaded(plan_of(tmp_path, head, rows_with([*[plus] * 12, *[minus] * 3])))
    assert sum(amount < 0 for _, amount in good) == 3
    even = plan_of(tmp_path, head, rows_with([plus, minus] * 8), name="even.csv")
    assert {question.key for question in even.open} == {f"{header}:{plus}", f"{header}:{minus}"}


@pytest.mark.parametrize("column", ["Channel", "Region", "Payment Method", "Grade"])
def test_a_plain_file_with_columns_of_few_words_is_not_asked(tmp_path, column):
    plan = plan_of(tmp_path, (*HEADS["en"], column), rows_with(["Cash", "Credit", "Card", "South"] * 5))
    assert not plan.open
    assert len(loaded(plan)[0]) == 20


@pytest.mark.parametrize("word", ["0", "散客", "Walk-in", "guest", "零售客户"])
def test_codes_that_are_nobody_are_told_apart_by_mail_or_set_aside(tmp_path, word):
    rows = [
        (f"D{i}", "2025-03-05", word if i % 3 else f"k{i % 4}", f"{i + 1}.25", f"p{i % 5}@x.org") for i in range(48)
    ]
    head = ("Order No", "Date", "Customer Code", "Amount", "Email")
    plan = plan_of(tmp_path, head, rows)
    customers = {c for b in plan.settled().reading().clean() for c in b.good["customer_id"]}
    assert word not in customers
    assert "p1@x.org" in customers
    without = plan_of(tmp_path, head[:-1], [row[:-1] for row in rows], name="bare.csv")
    assert loaded(without)[1].by_reason["set_aside"].rows == 32


def test_the_lines_amount_is_taken_where_the_documents_is_repeated(tmp_path):
    rows = [(f"F{i // 2}", "2025-03-05", f"c{i % 5}", f"{i + 1}.10", f"{(i // 2) * 4 + 3}.20") for i in range(24)]
    plan = plan_of(tmp_path, ("Invoice No", "Date", "Customer", "Line Total", "Total"), rows)
    assert plan.settled().mapping.columns["amount"].header == "Line Total"


@pytest.mark.parametrize(
    ("cell", "error"), [("2025-0{}", NeedsAnswer), ("2025/0{}", NeedsAnswer), ("0{}~1{}", Invalid)]
)
def test_a_date_that_is_no_day_is_asked_or_refused_with_its_cells(tmp_path, cell, error):
    """Months are asked on which day each is to be put; of a span nobody can say."""
    rows = [(f"D{i}", cell.replace("{}", str(i % 8 + 1)), f"c{i % 5}", f"{i}.50") for i in range(12)]
    with pytest.raises(error) as refused:
        plan_of(tmp_path, HEADS["en"], rows).settled()
    assert "has no column" not in str(refused.value)
    assert cell.replace("{}", "1") in str(refused.value)


def test_a_customer_whose_code_is_0_among_others_stays_one(tmp_path):
    rows = [(f"D{i}", "2025-03-05", i % 9, f"{i + 1}.25") for i in range(45)]
    plan = plan_of(tmp_path, ("Order No", "Date", "Customer Code", "Amount"), rows)
    assert len(loaded(plan)[0]) == 45

"""Tables other than sales, loaded into a workspace: by evidence, under the right keys, once."""

from __future__ import annotations

import pytest

from liuke.app.firm import Firm
from liuke.app.load import LoadOptions
from liuke.facts import contracts
from liuke.kernel.errors import Invalid, NeedsAnswer
from liuke.sources.answers import Answers
from liuke.store.fact_store import FactStore

SALES = "客户编码,客户名称,单据日期,金额\n" + "".join(
    f"C{n % 3},甲{n % 3} 公司,2025-01-{n:02},{n}.50\n" for n in range(1, 13)
)
VISITS = (
    "客户名称,拜访日期,拜访人,拜访内容\n甲0公司,2025-02-01,王,谈价\n甲1公司,2025-02-02,王,送样\n"
    "新客户,2025-02-03,李,初访\n"
)


@pytest.fixture
def firm(tmp_path):
    found = Firm.create(tmp_path / "firm")
    (tmp_path / "销售.csv").write_text(SALES, "utf-8")
    loaded(found, tmp_path / "销售.csv")
    return found


def loaded(firm, path, **options):
    chosen = LoadOptions(**options)
    with firm.applying(firm.plan(str(path), chosen), chosen) as act:
        return act.loaded_or_refused()


def held(firm, table):
    return FactStore(firm.workspace.facts).current(contracts()[table])


def test_visits_without_numbers_and_codes_go_to_the_customers_known_and_are_loaded_once(firm, tmp_path):
    path = tmp_path / "拜访记录.csv"
    path.write_text(VISITS, "utf-8")
    done = loaded(firm, path)
    assert done.table == "contact"
    assert held(firm, "contact")["customer_id"].to_list() == ["C0", "C1", "新客户"]
    said = "\n".join(note.text() for note in done.notes)
    assert "拜访日期" in said
    assert "C0" in said
    path.write_text(VISITS + "甲2公司,2025-02-09,王,催款\n", "utf-8")
    loaded(firm, path)
    assert held(firm, "contact").height == 4
    assert held(firm, "contact")["contact_id"].n_unique() == 4


def test_sales_whose_days_are_not_understood_are_no_list_of_customers(firm, tmp_path):
    path = tmp_path / "明细.csv"
    rows = "".join(f"C{n % 3},甲{n % 3},第{n}周,{n}.50\n" for n in range(1, 13))
    path.write_text("客户编码,客户名称,周次,货款\n" + rows, "utf-8")
    with pytest.raises(Invalid) as refused:
        loaded(firm, path)
    for option in ("--table", "--date", "--amount"):
        assert option in str(refused.value)
    assert held(firm, "customer").height == 3


def test_a_file_that_fits_two_tables_is_asked_about_and_takes_the_answer(firm, tmp_path):
    path = tmp_path / "x.csv"
    rows = "".join(f"C{n % 3},2025-03-{n:02},价格,涨价{n}\n" for n in range(1, 13))
    path.write_text("客户编码,日期,类型,内容\n" + rows, "utf-8")
    with pytest.raises(NeedsAnswer) as asked:
        loaded(firm, path)
    assert asked.value.decides == "table"
    assert "--table" in str(asked.value)
    assert {"complaint", "company_change"} <= {choice for choice, _ in asked.value.choices}
    assert loaded(firm, path, table="complaint").table == "complaint"


@pytest.mark.parametrize(
    "heading",
    [
        "采购单号,供应商,采购日期,金额",
        "收款单号,客户名称,收款日期,金额",
        "Quote No,Customer,Date,Amount",
        "PO,Vendor,Date,Amount",
    ],
)
def test_purchases_quotations_and_payments_are_taken_for_sales_only_where_somebody_says_so(firm, tmp_path, heading):
    path = tmp_path / "x.csv"
    rows = "".join(f"N{n},C{n % 3},2025-03-{n:02},{n}.50\n" for n in range(1, 13))
    path.write_text(f"{heading}\n{rows}", "utf-8")
    with pytest.raises(NeedsAnswer) as asked:
        loaded(firm, path)
    assert asked.value.decides == "table"
    assert heading.split(",")[0] in str(asked.value) or "Vendor" in str(asked.value)
    customer = heading.split(",")[1]
    who = Answers(customer_id=customer)
    assert loaded(firm, path, table="document_line", answers=who).load.rows_loaded == 12

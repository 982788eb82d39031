"""Which table a file is: the heading and the name decide, and sales are never taken for a list of customers."""

from __future__ import annotations

import pytest
from small_loads import load, text_file

from liuke.facts import LINES, contracts, inputs
from liuke.sources.files import open_source
from liuke.sources.which_table import which_table

# (table, file name, heading, one row, canonical column -> header): several programs' headings a table
KINDS = [
    ("customer", "a.csv",
     "客户编码,客户名称,等级,行业,地区,建档日期",
     "C{i},甲{i},A,机械,华东,2020-01-01",
     {"customer_id": "客户编码", "since": "建档日期"}),
    ("customer", "客户.csv",
     "客户名称,客户级别,客户类型,客户来源,负责人,创建时间,电话,最近跟进时间",
     "甲{i},A,经销商,展会,王五,2024-01-02 10:00,1380000000{i},2025-01-02",
     {"customer_id": "客户名称", "grade": "客户级别",
      "industry": "客户类型", "since": "创建时间", "phone": "电话"}),
    ("customer", "accounts.csv",
     "Account ID,Account Name,Industry,Billing State,Phone,Created Date,Parent Account",
     "001A{i},Alder {i},Retail,NY,555-010{i},2024-01-02,",
     {"customer_id": "Account ID", "name": "Account Name", "since": "Created Date", "region": "Billing State"}),
    ("customer", "kunden.csv",
     "Kundennummer;Kundenname;Kundengruppe;Ort;Angelegt am",
     "1000{i};Alder {i} GmbH;A;Köln;02.01.2024",
     {"customer_id": "Kundennummer", "since": "Angelegt am"}),
    ("product", "b.csv",
     "存货编码,存货名称,存货分类",
     "P{i},螺杆机{i},主机",
     {"product_id": "存货编码"}),
    ("product", "商品.csv",
     "商品编码,商品名称,商品分类,停产日期,替代产品,保养周期(天)",
     "P{i},阀{i},阀门,2025-01-01,P9,180",
     {"replaced_by": "替代产品", "discontinued_on": "停产日期", "service_interval_days": "保养周期(天)"}),
    ("salesperson", "c.csv",
     "工号,姓名,部门,入职日期,离职日期",
     "{i},张三{i},一部,2020-01-01,",
     {"salesperson_id": "工号"}),
    ("salesperson", "staff.csv",
     "Employee ID,Full Name,Department,Hire Date,Last Working Day",
     "E{i},Ann {i},East,2020-01-01,2024-05-06",
     {"joined_on": "Hire Date", "left_on": "Last Working Day"}),
    ("assignment", "d.csv",
     "客户编码,业务员编码,开始日期,结束日期",
     "C{i},1,2020-01-01,",
     {"from_on": "开始日期"}),
    ("assignment", "负责人变更.csv",
     "客户名称,原负责人,新负责人,变更时间",
     "甲{i},王,李,2024-01-02 11:00",
     {"salesperson_id": "新负责人", "from_on": "变更时间"}),
    ("contact", "拜访记录.csv",
     "客户名称,拜访日期,拜访人,拜访方式,拜访目的,拜访内容",
     "甲{i},2025-01-0{i},王,上门,维护,谈了价格",
     {"customer_id": "客户名称", "at": "拜访日期", "by": "拜访人", "channel": "拜访方式", "text": "拜访内容"}),
    ("contact", "外勤.csv",
     "外勤编号,客户名称,签到时间,外勤类型,外勤人员,外勤内容,拜访费用",
     "W{i},甲{i},2025-01-0{i} 09:30,拜访,王,讲了新品,35.50",
     {"contact_id": "外勤编号", "at": "签到时间", "by": "外勤人员"}),
    ("contact", "activities.csv",
     "Activity ID,Subject,Company/Account,Date,Activity Type,Assigned,Full Comments",
     "00T{i},Call,Alder {i},2025-01-0{i},Call,Ann,went well",
     {"contact_id": "Activity ID", "customer_id": "Company/Account",
      "by": "Assigned", "text": "Full Comments"}),
    ("contact", "besuche.csv",
     "Kundennummer;Besuchsdatum;Mitarbeiter;Besuchsgrund;Ergebnis",
     "1000{i};02.01.2024;Ann;Pflege;Auftrag",
     {"at": "Besuchsdatum", "outcome": "Ergebnis"}),
    ("complaint", "投诉.csv",
     "投诉编号,客户名称,投诉日期,投诉类别,严重程度,关闭日期,投诉内容,赔付金额",
     "T{i},甲{i},2025-01-0{i},质量,严重,2025-02-0{i},漏油,120.50",
     {"complaint_id": "投诉编号", "kind": "投诉类别", "resolved_on": "关闭日期", "severity": "严重程度"}),
    ("complaint", "tickets.csv",
     "Id,Requester,Subject,Created at,Priority,Ticket type,Solved at,Satisfaction Score",
     "10{i},Alder {i},Broken,2025-01-0{i} 10:00:00,High,Problem,2025-01-1{i} 10:00:00,Good",
     {"complaint_id": "Id", "opened_on": "Created at", "resolved_on": "Solved at", "severity": "Priority"}),
    ("complaint", "cases.csv",
     "Case Number,Account Name,Date/Time Opened,Case Reason,Date/Time Closed,Description",
     "000{i},Alder {i},2025-01-0{i} 10:00,Defect,2025-01-1{i} 10:00,leaks",
     {"complaint_id": "Case Number", "opened_on": "Date/Time Opened", "resolved_on": "Date/Time Closed"}),
    ("complaint", "客诉单.csv",
     "客诉单号,客诉客户,客诉日期,客诉类型,优先级,完成时间",
     "K{i},甲{i},2025-01-0{i},交期,紧急,2025-02-01",
     {"opened_on": "客诉日期", "resolved_on": "完成时间", "severity": "优先级"}),
    ("exit_note", "流失访谈.csv",
     "客户编码,访谈日期,流失原因,流失去向,竞争对手,挽回条件",
     "C{i},2025-01-0{i},价格,竞品,乙公司,降价",
     {"stated_cause": "流失原因", "competitor": "竞争对手", "would_return_if": "挽回条件"}),
    ("exit_note", "exit interviews.csv",
     "Account,Interview Date,Churn Reason,Lost To,Comments",
     "Alder {i},2025-01-0{i},Price,Rival,asked twice",
     {"stated_cause": "Churn Reason", "competitor": "Lost To"}),
    ("exit_note", "流失访谈.csv",
     "客户编码,日期,原因,说明",
     "C{i},2025-01-0{i},价格,别家便宜{i}个点",
     {"customer_id": "客户编码", "on": "日期", "stated_cause": "原因", "text": "说明"}),
    ("exit_note", "离开访谈2025.csv",
     "客户名称,时间,原因,备注",
     "甲{i},2025-01-0{i},价格,别家便宜{i}个点",
     {"on": "时间", "stated_cause": "原因", "text": "备注"}),
    ("exit_note", "a.csv",
     "客户,离开日期,离开原因,去向,记录人",
     "甲{i},2025-01-0{i},质量,宏达,王五",
     {"on": "离开日期", "stated_cause": "离开原因", "direction": "去向"}),
    ("exit_note", "丢单客户.csv",
     "单位名称,停止合作日期,停止合作原因,具体情况",
     "甲{i},2025-01-0{i},交期,晚了{i}周",
     {"customer_id": "单位名称", "on": "停止合作日期", "stated_cause": "停止合作原因", "text": "具体情况"}),
    ("exit_note", "exit_interviews.csv",
     "Customer,Date,Reason,Comments",
     "Alder {i},2025-01-0{i},Price,cheaper by {i} %",
     {"on": "Date", "stated_cause": "Reason", "text": "Comments"}),
    ("exit_note", "lost customers.csv",
     "Account,Lost On,Why They Left,Feedback",
     "Alder {i},2025-01-0{i},Price,cheaper by {i} %",
     {"on": "Lost On", "stated_cause": "Why They Left", "text": "Feedback"}),
    ("exit_note", "kündigungen.csv",
     "Kunde;Datum;Grund;Bemerkung",
     "Alder {i};0{i}.01.2025;Preis;{i} % billiger",
     {"on": "Datum", "stated_cause": "Grund", "text": "Bemerkung"}),
    ("complaint", "投诉.csv",
     "客户编码,日期,原因,说明",
     "C{i},2025-01-0{i},质量,坏了{i}次",
     {"opened_on": "日期", "kind": "原因", "text": "说明"}),
    ("complaint", "客户投诉原因.csv",
     "客户,日期,原因,内容,满意度",
     "甲{i},2025-01-0{i},质量,坏了{i}次,满意",
     {"opened_on": "日期", "kind": "原因", "text": "内容", "verdict": "满意度"}),
    ("complaint", "complaints.csv",
     "Customer,Date,Reason,Comments",
     "Alder {i},2025-01-0{i},quality,broken {i} times",
     {"opened_on": "Date", "kind": "Reason", "text": "Comments"}),
    ("company_change", "变更记录.csv",
     "变更日期,变更类型,影响范围,变更内容",
     "2025-01-0{i},价格,华东,涨价{i}%",
     {"on": "变更日期", "kind": "变更类型", "scope": "影响范围", "text": "变更内容"}),
    ("company_change", "调价通知.csv",
     "通知编号,生效日期,事项类型,涉及产品,通知内容",
     "N{i},2025-01-0{i},调价,阀门,涨价",
     {"change_id": "通知编号", "on": "生效日期", "scope": "涉及产品"}),
    ("list_price", "价格表.csv",
     "产品编码,产品名称,规格,单位,标准价,生效日期",
     "P{i},阀{i},DN50,个,12.50,2025-01-0{i}",
     {"product_id": "产品编码", "price": "标准价", "from_on": "生效日期"}),
    ("list_price", "prices.csv",
     "Item No.,Sales Code,Starting Date,Unit Price",
     "1{i},RETAIL,2025-01-0{i},12.5{i}",
     {"price": "Unit Price", "from_on": "Starting Date", "tier": "Sales Code"}),
    ("list_price", "价目.csv",
     "物料编码,物料名称,价目表,价格,生效时间",
     "M{i},泵{i},经销,99.9{i},2025-01-0{i}",
     {"price": "价格", "from_on": "生效时间", "tier": "价目表"}),
    ("list_price", "preise.csv",
     "Artikelnummer;Bezeichnung;Listenpreis;Gültig ab",
     "A{i};Ventil;12,50;0{i}.01.2025",
     {"price": "Listenpreis", "from_on": "Gültig ab"}),
    ("promise", "返利承诺.csv",
     "承诺编号,客户名称,承诺日期,承诺类型,返利金额,兑现日期,审批状态",
     "R{i},甲{i},2025-01-0{i},返利,500.5{i},2025-03-01,已审批",
     {"amount": "返利金额", "kept_on": "兑现日期", "approved": "审批状态", "promised_on": "承诺日期"}),
    ("promise", "rebates.csv",
     "Customer,Commitment Date,Rebate Type,Rebate Amount,Due by,Paid on",
     "Alder {i},2025-01-0{i},yearly,500.5{i},2025-03-01,2025-03-02",
     {"amount": "Rebate Amount", "due_on": "Due by", "kept_on": "Paid on"}),
    ("survey_answer", "满意度调查.csv",
     "客户名称,提交时间,满意度评分,意见建议",
     "甲{i},2025-01-0{i} 12:00,{i},快一点",
     {"answered_on": "提交时间", "score": "满意度评分", "text": "意见建议"}),
    ("survey_answer", "nps responses.csv",
     "Company,Survey Name,Question,Response Date,NPS Score,Comment",
     "Alder {i},spring,Q1,2025-01-0{i},{i},fine",
     {"survey_id": "Survey Name", "score": "NPS Score"}),
    ("contract", "框架协议.csv",
     "协议编号,客户名称,签订日期,到期日期,年度协议额",
     "X{i},甲{i},2025-01-0{i},2025-12-31,100000.5",
     {"contract_id": "协议编号", "ends_on": "到期日期", "yearly_amount": "年度协议额"}),
    ("contract", "agreements.csv",
     "Agreement No,Account Name,Start Date,End Date,Annual Value",
     "X{i},Alder {i},2025-01-0{i},2025-12-31,1000.5{i}",
     {"signed_on": "Start Date", "yearly_amount": "Annual Value"}),
    ("receivable", "应收余额.csv",
     "客户编码,客户名称,截止日期,期末余额,逾期金额",
     "C{i},甲{i},2025-01-31,100.5{i},20.5",
     {"on": "截止日期", "balance": "期末余额", "overdue": "逾期金额"}),
    ("receivable", "aging.csv",
     "Customer,As of,Total Due,Past Due",
     "Alder {i},2025-01-31,100.5{i},20.5",
     {"on": "As of", "balance": "Total Due", "overdue": "Past Due"}),
    (LINES, "e.csv",
     "客户编码,开票日期,数量,单价",
     "C{i},2020-01-0{i},2,3",
     {"date": "开票日期"}),
    (LINES, "f.csv",
     "customer,date,amount",
     "C{i},2020-01-0{i},2.5{i}",
     {"date": "date", "amount": "amount"}),
    (LINES, "g.csv",
     "Date,Transaction Type,Num,Customer,Amount,Balance",
     "2020-01-0{i},Invoice,{i},C{i},2.5{i},9.5{i}",
     {"date": "Date", "amount": "Amount"}),
    (LINES, "h.csv",
     "客户,日期,金额",
     "甲{i},2020-01-0{i},2.5{i}",
     {"date": "日期"}),
]  # fmt: skip


def made(folder, name, heading, row):
    return text_file(folder, "\n".join([heading, *(row.format(i=i) for i in range(1, 6))]) + "\n", name)


@pytest.mark.parametrize(("table", "name", "heading", "row", "columns"), KINDS, ids=[f"{k[0]}-{k[1]}" for k in KINDS])
def test_a_file_is_the_table_its_headings_speak_of(tmp_path, table, name, heading, row, columns):
    path = made(tmp_path, name, heading, row)
    (raw,) = open_source(str(path)).tables
    found = which_table(contracts(), raw, inputs(LINES), LINES)
    assert found is not None
    assert (found.best.table, [each.table for each in found.rivals], found.best.lacking) == (table, [], ())
    given = {"date_order": "dmy"} if ".01." in row else {}
    loaded = load(path, table=table, **given)
    headers = {target: match.header for target, match in loaded.plan.mapping.columns.items()}
    assert {target: headers.get(target) for target in columns} == columns
    assert (loaded.good.height, loaded.bad.height) == (5, 0)
    for key in contracts()[table].grain if contracts()[table].made else ():
        assert loaded.good[key].null_count() == 0
        assert key in headers or loaded.good[key].n_unique() in (1, 5)


# headings that may be either's: only its name, or somebody, can say whether it is of complaints or of who left
EITHER = [
    "客户编码,日期,原因,说明",
    "客户名称,时间,原因,备注",
    "Customer,Date,Reason,Comments",
    "Kunde,Datum,Grund,Bemerkung",
]


@pytest.mark.parametrize("heading", EITHER)
@pytest.mark.parametrize("name", ["data.csv", "退货原因.csv", "export 2025.csv"])
def test_reasons_without_a_name_are_asked_about(tmp_path, heading, name):
    path = made(tmp_path, name, heading, "C{i},2025-01-0{i},quality,broken {i} times")
    (raw,) = open_source(str(path)).tables
    found = which_table(contracts(), raw, inputs(LINES), LINES)
    assert found is not None
    assert {"complaint", "exit_note"} <= {found.best.table, *(each.table for each in found.rivals)}


def test_exit_interviews_keep_what_can_be_used(tmp_path):
    rows = ["C1,2025-01-05,价格,别家便宜", "C2,2025-01-06,质量,", ",2025-01-07,价格,没有客户", "C4,说不清,价格,没日期",
            "C5,2025-01-09,价格,别家便宜"]  # fmt: skip
    path = text_file(tmp_path, "\n".join(["客户编码,日期,原因,说明", *rows]) + "\n", "流失访谈.csv")
    (raw,) = open_source(str(path)).tables
    found = which_table(contracts(), raw, inputs(LINES), LINES)
    assert found is not None
    assert (found.best.table, found.rivals) == ("exit_note", ())
    loaded = load(path, table="exit_note")
    assert (loaded.column("customer_id"), loaded.bad.height) == (["C1", "C2", "C5"], 2)
    assert loaded.column("stated_cause") == ["价格", "质量", "价格"]


@pytest.mark.parametrize("heading", ["客户编码,客户名称,最后购买日期,地区", "客户编码,客户名称,最后购买日期,销售额"])
def test_a_list_of_lost_customers_without_reasons_is_no_interview(tmp_path, heading):
    path = made(
        tmp_path, "流失客户.csv", heading, "C{i},甲{i},2025-01-0{i}," + ("{i}00.50" if "额" in heading else "华东")
    )
    (raw,) = open_source(str(path)).tables
    found = which_table(contracts(), raw, inputs(LINES), LINES)
    assert found is None or found.best.table != "exit_note"


# sales lists of several programs and languages under headings of their own: heading, row, amount, document, customer
SALES = [
    ("Facture;Date;Client;Montant", "F{i};1{i}/03/2025;Alder;{i}0,50 €", "Montant", "Facture", "Client"),
    ("單據編號,單據日期,客戶名稱,銷售金額", "N{i},2025/03/1{i},甲公司,{i}0.50", "銷售金額", "單據編號", "客戶名稱"),
    ("Inv #,Inv Date,Cust #,Ext. Price", "N{i},2025-03-1{i},K1,{i}0.50", "Ext. Price", "Inv #", "Cust #"),
    ("Factuurnr.;Factuurdatum;Debiteur;Bedrag excl. btw", "N{i};2025-03-1{i};K1;{i}0,50",
     "Bedrag excl. btw", "Factuurnr.", "Debiteur"),
    ("N.º Fatura;Data;Cliente;Valor Líquido", "N{i};2025-03-1{i};K1;{i}0,50",
     "Valor Líquido", "N.º Fatura", "Cliente"),
    ("Nr. doc.;Data doc.;Cliente;Importo netto", "8{i};2025-03-1{i};K1;{i}0,50",
     "Importo netto", "Nr. doc.", "Cliente"),
    ("Date,Reference,Account Name,Net Amount", "2025-03-1{i},8{i},K1,{i}0.50",
     "Net Amount", "Reference", "Account Name"),
    ("Rg-Nr;Rg-Datum;Kundenname;Rechnungsbetrag", "N{i};1{i}.03.2025;K1;{i}0,50 €",
     "Rechnungsbetrag", "Rg-Nr", "Kundenname"),
    ("送货日期,送货单号,收货单位,货款金额", "2025-03-1{i},N{i},甲,{i}0.50", "货款金额", "送货单号", "收货单位"),
    ("Date,Client,Takings", "2025-03-1{i},K1,{i}0.50", "Takings", None, "Client"),
]  # fmt: skip


@pytest.mark.parametrize(("heading", "row", "amount", "document", "customer"), SALES, ids=[s[0] for s in SALES])
def test_sales_under_headings_of_other_programs_are_sales(tmp_path, heading, row, amount, document, customer):
    path = made(tmp_path, "export.csv", heading, row)
    (raw,) = open_source(str(path)).tables
    found = which_table(contracts(), raw, inputs(LINES), LINES)
    assert found is None or (found.best.table, found.rivals) == (LINES, ())
    loaded = load(path)
    mapping = loaded.plan.mapping
    assert (mapping.header("amount"), mapping.header("document_id"), mapping.header("customer_id")) == (
        amount,
        document,
        customer,
    )
    assert [str(each) for each in loaded.amounts()] == [f"{i}0.50" for i in range(1, 6)]


@pytest.mark.parametrize(
    "heading",
    [
        "Date,Client,Due Date,Type,Takings",
        "日期,客户,类型,标题,款额",
        "datum,kunde,betreff,kategorie,einnahme",
        "on,customer,kind,text,worth",
    ],
)
def test_money_beside_days_is_never_left_unused_by_a_table_little_speaks_for(tmp_path, heading):
    row = {"on": "2025-03-1{i}", "Date": "2025-03-1{i}", "日期": "2025-03-1{i}", "datum": "2025-03-1{i}"}
    row |= {"Due Date": "2025-04-1{i}"}
    money = ("Takings", "款额", "einnahme", "worth")
    cells = ",".join(row.get(h, "{i}0.50" if h in money else f"{h}{{i}}") for h in heading.split(","))
    (raw,) = open_source(str(made(tmp_path, "export.csv", heading, cells))).tables
    found = which_table(contracts(), raw, inputs(LINES), LINES)
    assert found is None or LINES in {found.best.table, *(each.table for each in found.rivals)}


def test_months_across_are_no_list_of_customers(tmp_path):
    heading = "客户名称," + ",".join(f"{m}月" for m in range(1, 7)) + ",合计"
    (raw,) = open_source(str(made(tmp_path, "export.csv", heading, "甲{i}" + ",{i}0.50" * 7))).tables
    found = which_table(contracts(), raw, inputs(LINES), LINES)
    assert found is None or found.best.table == LINES


@pytest.mark.parametrize(("held", "rate"), [("with", 20), ("without", 20), ("with", 13), ("without", 7)])
def test_whether_an_amount_holds_the_tax_beside_it_is_told_by_the_rate(tmp_path, held, rate):
    nets = [100 * i + 37 for i in range(1, 9)]
    rows = [f"K{n % 3},2025-03-{n % 9 + 11},{n + n * rate / 100 * (held == 'with'):.2f},{n * rate / 100:.2f}"
            for n in nets]  # fmt: skip
    path = text_file(tmp_path, "\n".join(["Client,Date,Total Facture,VAT", *rows]) + "\n")
    assert [float(each) for each in load(path).amounts()] == [float(net) for net in nets]


def test_a_column_of_tax_rates_is_no_tax(tmp_path):
    rows = [f"K{i % 3},2025-03-1{i % 9},{i}13.00,{(13, 6)[i % 2]}" for i in range(1, 13)]
    path = text_file(tmp_path, "\n".join(["客户,日期,价税合计,税额", *rows]) + "\n")
    loaded = load(path)
    assert loaded.plan.mapping.header("tax") is None
    assert sum(loaded.amounts()) == sum(100 * i + 13 for i in range(1, 13))

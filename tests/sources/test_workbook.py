import datetime as dt
from decimal import Decimal

import pytest
from small_loads import encrypted_workbook, load, old_workbook, text_file, workbook

from liuke.kernel.errors import Invalid
from liuke.sources.files import open_source

HEAD = ["客户编码", "客户名称", "开票日期", "发票号", "存货编码", "数量", "无税单价", "不含税金额（元）"]
DAY = dt.date(2026, 3, 5)


def line(customer, document, amount, day=DAY, product="P1"):
    return [customer, f"{customer}公司", day, document, product, 1, amount, amount]


def test_a_workbook_as_an_erp_writes_it_loads_without_a_mapping(tmp_path):
    rows = [
        ["某某压缩机有限公司销售明细表"],
        ["期间：2026-03 至 2026-04", None, None, "单位：元"],
        HEAD,
        line("00123", "A1", 100.5),
        line("00124", "A2", -20),
        [None, "小计", None, None, None, None, None, 80.5],
        line("00123", "A3", 1234.5, dt.date(2026, 4, 1)),
        ["合计", None, None, None, None, 3, None, 1315],
    ]
    loaded = load(workbook(tmp_path, {"明细": rows}))
    assert loaded.column("customer_id") == ["00123", "00124", "00123"]
    assert loaded.column("__row") == [4, 5, 7]
    assert loaded.column("date") == [DAY, DAY, dt.date(2026, 4, 1)]
    account = loaded.reading.reconciliation
    assert (account.rows_read, account.skipped, account.sum_loaded) == (3, 2, Decimal("1315.00"))
    assert account.file_total == Decimal(1315)
    assert account.off_file_total == 0


def test_a_total_that_does_not_match_the_rows_is_shown(tmp_path):
    rows = [HEAD, line("1", "A1", 10), line("2", "A2", 20), ["总计", None, None, None, None, None, None, 31]]
    account = load(workbook(tmp_path, {"s": rows})).reading.reconciliation
    assert account.off_file_total == Decimal(-1)


def test_a_total_is_compared_with_the_rows_of_its_own_sheet(tmp_path):
    total = ["总计", None, None, None, None, None, None, 10]
    sheets = {"s": [HEAD, line("1", "A1", 10), total], "t": [HEAD, line("2", "A2", 20)]}
    assert load(workbook(tmp_path, sheets)).reading.reconciliation.off_file_total == 0


def test_merged_head_cells_are_filled_and_a_merged_amount_is_not(tmp_path):
    rows = [HEAD, line("007", "A1", 10), line("007", "A1", 20), line("008", "A2", 30)]
    rows[2] = [None, None, None, None, "P2", 1, 20, 20]
    merges = {"s": [(1, 0, 2, 0), (1, 1, 2, 1), (1, 3, 2, 3)]}
    rows[2][2] = DAY
    loaded = load(workbook(tmp_path, {"s": rows}, merges=merges))
    assert loaded.column("customer_id") == ["007", "007", "008"]
    assert loaded.column("document_id") == ["A1", "A1", "A2"]
    assert loaded.reading.reconciliation.filled == 1
    rows[2][7] = rows[2][6] = rows[2][5] = None
    merges["s"].append((1, 7, 2, 7))
    loaded = load(workbook(tmp_path, {"s": rows}, merges=merges))
    assert loaded.reading.reconciliation.sum_loaded == Decimal(40)
    assert loaded.bad["reason_code"].to_list() == ["no_amount"]


def test_lines_under_a_documents_first_line_take_its_head(tmp_path):
    rows = [HEAD, line("007", "A1", 10), [None, None, None, None, "P2", 1, 20, 20], line("008", "A2", 30)]
    loaded = load(workbook(tmp_path, {"s": rows}))
    assert loaded.column("customer_id") == ["007", "007", "008"]
    assert loaded.reading.reconciliation.filled == 1


def test_a_blank_customer_beside_a_date_is_not_filled(tmp_path):
    rows = [HEAD, line("007", "A1", 10), [None, None, DAY, "A2", "P2", 1, 20, 20]]
    loaded = load(workbook(tmp_path, {"s": rows}))
    assert loaded.bad["reason_code"].to_list() == ["no_customer"]


def test_all_sheets_with_the_header_are_read_and_others_reported(tmp_path):
    sheets = {
        "1月": [HEAD, line("1", "A1", 10)],
        "2月": [HEAD, line("2", "A2", 20)],
        "说明": [["导出人", "张三"], ["a", "b"]],
    }
    loaded = load(workbook(tmp_path, sheets))
    assert loaded.column("customer_id") == ["1", "2"]
    assert "[说明] was left out" in loaded.notes
    assert load(workbook(tmp_path, sheets), sheet="2月").column("customer_id") == ["2"]
    with pytest.raises(Invalid, match="1月, 2月, 说明"):
        load(workbook(tmp_path, sheets), sheet="3月")


def test_hidden_sheets_are_not_read(tmp_path):
    sheets = {"s": [HEAD, line("1", "A1", 10)], "old": [HEAD, line("2", "A2", 20)]}
    assert load(workbook(tmp_path, sheets, hidden=["old"])).column("customer_id") == ["1"]


def test_old_workbooks_are_read(tmp_path):
    rows = [["客户编码", "开票日期", "金额"], ["007", "2026-03-05", 10.5], ["008", 46087, 20]]
    loaded = load(old_workbook(tmp_path, rows))
    assert loaded.column("customer_id") == ["007", "008"]
    assert loaded.column("date") == [DAY, dt.date(2026, 3, 6)]
    assert loaded.amounts() == [Decimal("10.50"), Decimal("20.00")]


def test_a_locked_workbook_is_refused_old_or_new(tmp_path):
    for path in (encrypted_workbook(tmp_path), old_workbook(tmp_path, [["a", "b"], [1, 2]], locked=True)):
        with pytest.raises(Invalid, match="protected by a password"):
            open_source(str(path))


def test_a_corrupt_workbook_is_refused_by_name(tmp_path):
    whole = workbook(tmp_path, {"s": [HEAD, line("1", "A1", 10)]}).read_bytes()
    for name, content in {
        "cut.xlsx": whole[: len(whole) // 2],
        "cut.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    }.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(Invalid, match=name):
            open_source(str(tmp_path / name))


def test_an_xls_that_is_a_web_page_is_read(tmp_path):
    page = (
        "<html><head><meta charset='gb2312'></head><body><table><tr><td colspan=3>销售明细</td></tr>"
        "<tr><th>客户编码</th><th>开票日期</th><th>金额</th></tr>"
        "<tr><td rowspan=2>007</td><td>2026-03-05</td><td>1,000.50</td></tr><tr><td>2026-03-06</td><td>(20)</td></tr>"
        "<tr><td>008</td><td>2026-03-07</td><td>&yen;3</td></tr></table></body></html>"
    )
    loaded = load(text_file(tmp_path, page, "export.xls", "gb18030"))
    assert loaded.column("customer_id") == ["007", "007", "008"]
    assert loaded.amounts() == [Decimal("1000.50"), Decimal("-20.00"), Decimal("3.00")]


def test_an_xls_that_is_tab_text_is_read(tmp_path):
    content = "客户编码\t开票日期\t金额\n007\t20260305\t10\n"
    assert load(text_file(tmp_path, content, "export.xls", "utf-16")).column("date") == [DAY]


def test_an_xls_that_is_excels_old_xml_is_read(tmp_path):
    def cells(*values):
        return "<Row>" + "".join(f"<Cell><Data ss:Type='String'>{v}</Data></Cell>" for v in values) + "</Row>"

    content = (
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="s"><Table>'
        + cells("客户编码", "开票日期", "金额") + cells("007", "2026-03-05T00:00:00.000", "10")
        + '<Row><Cell ss:Index="2"><Data ss:Type="String">2026-03-06</Data></Cell><Cell><Data ss:Type="Number">5</Data>'
        "</Cell></Row></Table></Worksheet></Workbook>"
    )  # fmt: skip
    loaded = load(text_file(tmp_path, content, "export.xls"))
    assert loaded.amounts() == [Decimal("10.00")]
    assert loaded.bad["reason_code"].to_list() == ["no_customer"]

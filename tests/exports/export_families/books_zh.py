"""Exports of Chinese bookkeeping and of the tax office."""

from __future__ import annotations

import random
from decimal import Decimal

from export_kinds import Export, family
from export_programs import rows_of, unsigned
from export_truth import Line, ledger, truth
from export_writing import Rows, xlsx_file


@family()
def kingdee(rng: random.Random) -> Export:
    """金蝶 销售出库单序时簿: head cells repeated, a total at the foot, 审核标志."""
    led = ledger(rng, "zh", returns=0.08, numbering="XOUT{n:06d}")
    heads = (
        "审核标志,日期,单据编号,购货单位,产品长代码,产品名称,规格型号,单位,实发数量,销售单价,销售金额,业务员,部门,摘要"
    )

    def made(line: Line) -> dict[str, object]:
        return {
            "审核标志": "Y",
            "日期": line.day,
            "单据编号": line.number,
            "购货单位": line.customer.name,
            "产品长代码": f"01.02.{line.sku}",
            "产品名称": line.product,
            "规格型号": "7.5kW",
            "单位": "台",
            "实发数量": line.quantity,
            "销售单价": line.price,
            "销售金额": line.amount,
            "业务员": line.seller,
            "部门": "销售部",
        }

    rows = rows_of(heads, led.lines, made)
    rows.append(
        [
            "合计",
            *[None] * 7,
            sum(line.quantity for line in led.lines),
            None,
            sum((line.amount for line in led.lines), Decimal(0)),
            None,
            None,
            None,
        ]
    )
    return Export([xlsx_file(rows, "销售出库单序时簿.xlsx")], [truth(led.lines)], "the foot is the sum")


@family()
def yonyou(rng: random.Random) -> Export:
    """用友 销售明细账: title above, 无税金额 beside 价税合计, subtotals by customer."""
    led = ledger(rng, "zh", returns=0.08, numbering="FH{n:08d}")
    heads = [
        "日期",
        "发票号",
        "客户编码",
        "客户名称",
        "存货编码",
        "存货名称",
        "数量",
        "无税单价",
        "无税金额",
        "税额",
        "价税合计",
    ]
    rows: Rows = [["销售明细账"], [f"日期：{led.lines[0].day} 至 {led.lines[-1].day}"], heads]
    for lines in led.by_customer():
        rows += [
            [
                x.day,
                x.number,
                x.customer.code,
                x.customer.name,
                x.sku,
                x.product,
                x.quantity,
                x.price,
                x.amount,
                x.tax,
                x.gross,
            ]
            for x in lines
        ]
        rows.append(
            [
                "小计",
                *[None] * 5,
                sum(x.quantity for x in lines),
                None,
                *[
                    sum((cell(x) for x in lines), Decimal(0))
                    for cell in (lambda x: x.amount, lambda x: x.tax, lambda x: x.gross)
                ],
            ]
        )
    rows.append(
        [
            "合计",
            *[None] * 5,
            None,
            None,
            sum((x.amount for x in led.lines), Decimal(0)),
            sum((x.tax for x in led.lines), Decimal(0)),
            sum((x.gross for x in led.lines), Decimal(0)),
        ]
    )
    return Export([xlsx_file(rows, "销售明细账.xlsx")], [truth(led.lines)], "无税金额")


@family(unaided=False)
def guanjiapo(rng: random.Random) -> Export:
    """管家婆 经营历程: sales, returns and receipts, drafts, all without a minus."""
    led = ledger(rng, "zh", returns=0.12, lines=(1, 1), numbering="XS-2025-{n5}")
    rows: Rows = [["单据日期", "单据编号", "单据类型", "往来单位", "经手人", "金额", "摘要"]]
    for i, line in enumerate(unsigned(led)):
        rows.append(
            [
                line.day,
                line.number,
                "销售退货单" if line.kind == "return" else "销售单",
                line.customer.name,
                line.seller,
                line.amount,
                None,
            ]
        )
        if i % 4 == 1:
            rows.append([line.day, f"SK-{i}", "收款单", line.customer.name, line.seller, line.amount, "收货款"])
    return Export([xlsx_file(rows, "经营历程.xlsx")], [truth(led.lines)], "收款单 is no sale, 销售退货单 is minus")


@family(unaided=False)
def tax_invoices(rng: random.Random) -> Export:
    """税务全量发票: two sheets of the same invoices; red ones have a minus, voided ones inside."""
    led = ledger(rng, "zh", returns=0.1, numbering="2531200000{n5}").worded(
        lambda i, line: "已作废" if i % 9 == 4 else "正常"
    )
    heads = (
        "序号,发票号码,销方识别号,销方名称,购方识别号,购买方名称,开票日期,金额,税额,价税合计,发票状态,"
        "是否正数发票,开票人"
    )
    lines = (
        "序号,发票号码,销方识别号,销方名称,购方识别号,购买方名称,开票日期,货物或应税劳务名称,数量,单价,金额,税率,"
        "税额,价税合计,发票状态,是否正数发票,开票人"
    )

    def common(line: Line) -> dict[str, object]:
        return {
            "序号": 1,
            "发票号码": line.number,
            "销方识别号": "91310000SELLER001X",
            "销方名称": "某某压缩机有限公司",
            "购方识别号": "9133" + line.customer.code.zfill(14),
            "购买方名称": line.customer.name,
            "开票日期": line.day,
            "发票状态": line.word,
            "是否正数发票": "否" if line.kind == "return" else "是",
            "开票人": line.seller,
        }

    def head(line: Line) -> dict[str, object]:
        total = led.totals[line.number]
        tax = sum((each.tax for each in led.lines if each.number == line.number), Decimal(0))
        return {**common(line), "金额": total, "税额": tax, "价税合计": total + tax}

    def each(line: Line) -> dict[str, object]:
        return {
            **common(line),
            "货物或应税劳务名称": f"*压缩机*{line.product}",
            "数量": line.quantity,
            "单价": line.price,
            "金额": line.amount,
            "税率": "13%",
            "税额": line.tax,
            "价税合计": line.gross,
        }

    sheets = {
        "发票基础信息": rows_of(heads, [doc[0] for doc in led.documents()], head),
        "信息汇总表": rows_of(lines, led.lines, each),
    }
    kept = [line for line in led.lines if line.word == "正常"]
    return Export(
        [xlsx_file(sheets, "全量发票查询导出结果.xlsx")],
        [truth(kept), truth(kept, "document")],
        "both sheets hold the same invoices",
    )

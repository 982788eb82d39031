"""One change the firm made."""

from __future__ import annotations

from liuke.facts._names import listed
from liuke.kernel.contract import Column, Contract, Made
from liuke.kernel.i18n import N_

CONTRACT = Contract(
    table="company_change",
    meaning=N_("one change the firm made"),
    grain=("change_id",),
    called=listed(
        "公司变更, 变更记录, 变更通知, 调价通知, 政策调整, 变动记录, 重大事项, 大事记, company changes, "
        "change log, announcements, änderungen"
    ),
    made={
        "change_id": Made(
            "digest",
            (
                "on",
                "kind",
                "scope",
                "text",
            ),
        )
    },
    columns={
        "change_id": Column(
            "text",
            N_("number of the change"),
            required=True,
            names=listed(
                "变更编号, 调整编号, change_id, 变更号, 变更单号, 通知编号, 通知单号, 公告编号, 调整单号, "
                "变动编号, 审批编号, 文号, change no, change number, notice no, änderungsnummer"
            ),
        ),
        "kind": Column(
            "text",
            N_("price, terms, product, channel"),
            names=listed(
                "变更类型, 调整类型, kind, change type, 变更类别, 变更事项, 变动类型, 变动类别, 调整类别, "
                "调整事项, 通知类型, 事项类型, 类型, 类别, type, category, type of change, änderungsart"
            ),
        ),
        "on": Column(
            "date",
            N_("first day it holds"),
            required=True,
            names=listed(
                "变更日期, 调整日期, on, change date, effective on, 生效日期, 执行日期, 实施日期, 变更生效日期, "
                "变更生效日, 调整生效日期, 变动日期, 生效时间, 变更时间, 执行时间, 起始日期, 日期, "
                "effective date, effective from, effective, valid from, date of change, date, gültig ab, "
                "wirksam ab, datum"
            ),
        ),
        "scope": Column(
            "text",
            N_("products, regions, grades or channels it meets"),
            names=listed(
                "变更范围, 适用范围, 影响范围, scope, 范围, 影响客户, 影响产品, 涉及产品, 涉及客户, 涉及区域, "
                "涉及范围, 变更对象, 适用对象, 适用产品, 适用客户, affected, affects, applies to, "
                "affected products, affected customers, geltungsbereich, betrifft"
            ),
        ),
        "text": Column(
            "text",
            N_("what was changed"),
            names=listed(
                "变更说明, 变更内容, 调整说明, text, description, 内容, 说明, 变更描述, 变更事由, 变更原因, "
                "变动内容, 变动说明, 调整内容, 通知内容, 事项说明, 事项, 公告内容, 标题, 主题, 备注, change, "
                "what changed, details, summary, announcement, title, notes, beschreibung, änderung, inhalt"
            ),
        ),
    },
)

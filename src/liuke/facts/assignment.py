"""Who looked after a customer from which day on."""

from __future__ import annotations

from liuke.facts._names import listed
from liuke.facts._who import CUSTOMER
from liuke.facts.document_line import CONTRACT as LINE
from liuke.facts.document_line import INPUTS as LINE_INPUTS
from liuke.kernel.contract import Audit, Column, Contract
from liuke.kernel.i18n import N_

CONTRACT = Contract(
    table="assignment",
    meaning=N_("one salesperson looking after one customer from a day on"),
    grain=("customer_id", "from_on"),
    called=listed(
        "客户分配, 客户归属, 分管客户, 客户负责人, 负责人变更, 客户交接, assignments, account owners, "
        "owner history, kundenzuordnung"
    ),
    columns={
        "customer_id": Column("text", N_("customer's code"), required=True, names=CUSTOMER),
        "from_on": Column(
            "date",
            N_("first day"),
            required=True,
            names=listed(
                "开始日期, 分配日期, 接手日期, 生效日期, 起始日期, from_on, from, valid from, start date, "
                "assigned on, gültig ab, 分配时间, 接手时间, 接管日期, 生效时间, 负责开始日期, 归属开始日期, "
                "领取日期, 领取时间, 开始时间, 变更日期, 变更时间, 交接日期, 调整日期, effective date, "
                "effective from, assignment date, owner since, edit date, zugeordnet seit, zuständig ab, beginn"
            ),
        ),
        "salesperson_id": Column(
            "text",
            N_("salesperson's code"),
            required=True,
            names=(
                *LINE.columns["salesperson_id"].names,
                *LINE_INPUTS["salesperson_name"].names,
                *listed(
                    "负责人, owner, 新负责人, 现负责人, 归属人, 归属销售, 归属业务员, 接手人, 责任人, 负责业务员, "
                    "负责人姓名, 分管业务员, 专管员, new owner, account owner, owner name, assigned to, new value, "
                    "betreuer, zuständig"
                ),
            ),
        ),
        "to_on": Column(
            "date",
            N_("last day; empty while it lasts"),
            names=listed(
                "结束日期, 截止日期, 失效日期, 移交日期, to_on, to, valid to, end date, until, gültig bis, "
                "结束时间, 截止时间, 终止日期, 移交时间, 负责结束日期, 归属结束日期, 失效时间, effective to, "
                "valid until, ended on, zuständig bis, ende"
            ),
        ),
    },
    audits={
        "ends_before_it_begins": Audit("to_on < from_on", N_("the last day lies before the first")),
    },
)

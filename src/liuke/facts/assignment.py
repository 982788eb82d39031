"""Who looked after a customer from which day on."""

from __future__ import annotations

from liuke.facts._names import listed
from liuke.facts.document_line import CONTRACT as LINE
from liuke.facts.document_line import INPUTS as LINE_INPUTS
from liuke.kernel.contract import Audit, Column, Contract
from liuke.kernel.i18n import N_

CONTRACT = Contract(
    table="assignment",
    meaning=N_("one salesperson looking after one customer from a day on"),
    grain=("customer_id", "from_on"),
    columns={
        "customer_id": Column("text", N_("customer's code"), required=True, names=LINE.columns["customer_id"].names),
        "from_on": Column(
            "date",
            N_("first day"),
            required=True,
            names=listed(
                "开始日期, 分配日期, 接手日期, 生效日期, 起始日期, from_on, from, valid from, start date, "
                "assigned on, gültig ab"
            ),
        ),
        "salesperson_id": Column(
            "text",
            N_("salesperson's code"),
            required=True,
            names=(
                *LINE.columns["salesperson_id"].names,
                *LINE_INPUTS["salesperson_name"].names,
                *listed("负责人, owner"),
            ),
        ),
        "to_on": Column(
            "date",
            N_("last day; empty while it lasts"),
            names=listed("结束日期, 截止日期, 失效日期, 移交日期, to_on, to, valid to, end date, until, gültig bis"),
        ),
    },
    audits={
        "ends_before_it_begins": Audit("to_on < from_on", N_("the last day lies before the first")),
    },
)

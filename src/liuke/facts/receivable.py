"""What one customer owes on one day."""

from __future__ import annotations

from liuke.facts._names import listed
from liuke.facts.document_line import CONTRACT as LINE
from liuke.kernel.contract import Audit, Column, Contract
from liuke.kernel.i18n import N_

CONTRACT = Contract(
    table="receivable",
    meaning=N_("what one customer owes on one day"),
    grain=(
        "customer_id",
        "on",
    ),
    columns={
        "customer_id": Column("text", N_("customer's code"), required=True, names=LINE.columns["customer_id"].names),
        "on": Column(
            "date", N_("day of the balance"), required=True, names=listed("对账日期, 余额日期, on, balance date")
        ),
        "balance": Column(
            "money",
            N_("money owed"),
            required=True,
            names=listed("应收余额, 应收账款余额, 欠款余额, 应收金额, balance, receivable"),
        ),
        "overdue": Column(
            "money", N_("of it overdue"), names=listed("逾期金额, 超期金额, 逾期余额, overdue, overdue amount")
        ),
    },
    audits={
        "overdue_more_than_the_balance": Audit("overdue > balance", N_("more is overdue than the balance")),
    },
)

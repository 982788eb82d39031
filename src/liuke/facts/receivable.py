"""What one customer owes on one day."""

from __future__ import annotations

from liuke.facts._names import listed
from liuke.facts._who import CUSTOMER
from liuke.kernel.contract import Audit, Column, Contract
from liuke.kernel.i18n import N_

CONTRACT = Contract(
    table="receivable",
    meaning=N_("what one customer owes on one day"),
    grain=(
        "customer_id",
        "on",
    ),
    called=listed(
        "应收, 欠款, 账龄, 往来余额, receivables, aging, ageing, aged receivables, open items, "
        "forderungen, offene posten"
    ),
    columns={
        "customer_id": Column("text", N_("customer's code"), required=True, names=CUSTOMER),
        "on": Column(
            "date",
            N_("day of the balance"),
            required=True,
            names=listed(
                "对账日期, 余额日期, on, balance date, 截止日期, 统计日期, 截至日期, 余额日, 账龄截止日期, "
                "报表日期, 快照日期, 日期, as of, as of date, aging as of, report date, snapshot date, date, "
                "stichtag, saldodatum"
            ),
        ),
        "balance": Column(
            "money",
            N_("money owed"),
            required=True,
            names=listed(
                "应收余额, 应收账款余额, 欠款余额, 应收金额, balance, receivable, 应收账款, 应收款, 应收款余额, "
                "应收账款期末余额, 期末余额, 余额, 欠款, 欠款金额, 欠款总额, 未收金额, 未收款, 未收余额, "
                "未回款金额, 未核销金额, 尚欠金额, 应收合计, 本币余额, 总欠款, outstanding, outstanding balance, "
                "outstanding amount, amount due, total due, open balance, closing balance, balance due, "
                "total outstanding, accounts receivable, ar balance, saldo, offener betrag, offene posten, "
                "forderung"
            ),
        ),
        "overdue": Column(
            "money",
            N_("of it overdue"),
            names=listed(
                "逾期金额, 超期金额, 逾期余额, overdue, overdue amount, 逾期, 逾期欠款, 逾期应收, 已逾期金额, "
                "超期应收, 超期余额, 超期欠款, 过期金额, 到期未付, 到期未收, past due, past due amount, "
                "overdue balance, total overdue, amount overdue, davon überfällig, überfällig"
            ),
        ),
    },
    audits={
        "overdue_more_than_the_balance": Audit("overdue > balance", N_("more is overdue than the balance")),
    },
)

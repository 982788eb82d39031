"""What one customer spends a year with all suppliers."""

from __future__ import annotations

from liuke.facts._names import listed
from liuke.facts._who import CUSTOMER
from liuke.kernel.contract import Audit, Column, Contract
from liuke.kernel.i18n import N_

CONTRACT = Contract(
    table="wallet",
    meaning=N_("what one customer spends a year with all suppliers"),
    grain=(
        "customer_id",
        "on",
    ),
    called=listed("采购规模, 钱包, 采购总额, wallet, share of wallet"),
    columns={
        "customer_id": Column("text", N_("customer's code"), required=True, names=CUSTOMER),
        "on": Column(
            "date", N_("day it was learned"), required=True, names=listed("调查日期, 了解日期, on, learned on")
        ),
        "amount": Column(
            "money",
            N_("yearly purchases from all suppliers"),
            required=True,
            names=listed("年采购总额, 年采购额, 采购规模, 年需求额, wallet, yearly spend, amount"),
        ),
        "how": Column("text", N_("how it was learned"), names=listed("调查方式, 了解途径, how")),
    },
    audits={
        "amount_is_not_positive": Audit("amount <= 0", N_("the amount is not above 0")),
    },
)

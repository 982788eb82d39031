"""One yearly agreement."""

from __future__ import annotations

from liuke.facts._names import listed
from liuke.facts.document_line import CONTRACT as LINE
from liuke.kernel.contract import Audit, Column, Contract
from liuke.kernel.i18n import N_

CONTRACT = Contract(
    table="contract",
    meaning=N_("one yearly agreement"),
    grain=("contract_id",),
    columns={
        "contract_id": Column(
            "text",
            N_("number of the agreement"),
            required=True,
            names=listed("协议编号, 框架协议号, 年度协议号, contract_id, agreement no"),
        ),
        "customer_id": Column("text", N_("customer's code"), required=True, names=LINE.columns["customer_id"].names),
        "signed_on": Column(
            "date", N_("day it was signed"), required=True, names=listed("签订日期, 签约日期, signed_on, signed")
        ),
        "ends_on": Column("date", N_("last day"), names=listed("到期日期, 协议到期日, 终止日期, ends_on, expires on")),
        "yearly_amount": Column(
            "money",
            N_("sales agreed for the year"),
            names=listed("年度协议额, 协议金额, 年度任务额, yearly_amount, agreed amount"),
        ),
    },
    audits={
        "ends_before_it_was_signed": Audit("ends_on < signed_on", N_("it ends before it was signed")),
    },
)

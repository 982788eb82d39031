"""One need of one customer."""

from __future__ import annotations

from liuke.facts._names import listed
from liuke.facts._who import CUSTOMER
from liuke.facts._words import YES_AND_NO
from liuke.kernel.contract import Column, Contract
from liuke.kernel.i18n import N_

CONTRACT = Contract(
    table="need",
    meaning=N_("one need of one customer"),
    grain=(
        "customer_id",
        "need",
    ),
    called=listed("客户需求, 需求, needs, requirements"),
    columns={
        "customer_id": Column("text", N_("customer's code"), required=True, names=CUSTOMER),
        "need": Column(
            "text",
            N_("what the customer needs"),
            required=True,
            names=listed("客户需求, 需求, 需求内容, need, requirement"),
        ),
        "weight": Column("number", N_("how important, 1 is least"), names=listed("重要程度, 权重, weight, importance")),
        "met": Column("boolean", N_("it is met"), names=listed("是否满足, 已满足, met"), words=YES_AND_NO),
        "confirmed_on": Column(
            "date",
            N_("day it was last confirmed"),
            names=listed("确认日期, 需求确认日期, confirmed_on, last confirmed"),
        ),
    },
)

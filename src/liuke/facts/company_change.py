"""One change the firm made."""

from __future__ import annotations

from liuke.facts._names import listed
from liuke.kernel.contract import Column, Contract
from liuke.kernel.i18n import N_

CONTRACT = Contract(
    table="company_change",
    meaning=N_("one change the firm made"),
    grain=("change_id",),
    columns={
        "change_id": Column(
            "text", N_("number of the change"), required=True, names=listed("变更编号, 调整编号, change_id")
        ),
        "kind": Column(
            "text", N_("price, terms, product, channel"), names=listed("变更类型, 调整类型, kind, change type")
        ),
        "on": Column(
            "date",
            N_("first day it holds"),
            required=True,
            names=listed("变更日期, 调整日期, on, change date, effective on"),
        ),
        "scope": Column(
            "text",
            N_("products, regions, grades or channels it meets"),
            names=listed("变更范围, 适用范围, 影响范围, scope"),
        ),
        "text": Column("text", N_("what was changed"), names=listed("变更说明, 变更内容, 调整说明, text, description")),
    },
)

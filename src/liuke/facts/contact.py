"""One contact with a customer."""

from __future__ import annotations

from liuke.facts._names import listed
from liuke.facts.document_line import CONTRACT as LINE
from liuke.kernel.contract import Column, Contract
from liuke.kernel.i18n import N_

CONTRACT = Contract(
    table="contact",
    meaning=N_("one contact with a customer"),
    grain=("contact_id",),
    columns={
        "contact_id": Column(
            "text",
            N_("number of the contact"),
            required=True,
            names=listed("联系编号, 拜访编号, 跟进编号, contact_id, visit id, activity id"),
        ),
        "customer_id": Column("text", N_("customer's code"), required=True, names=LINE.columns["customer_id"].names),
        "at": Column(
            "date",
            N_("day of the contact"),
            required=True,
            names=listed("联系日期, 拜访日期, 跟进日期, 联系时间, 拜访时间, at, visit date, contact date"),
        ),
        "channel": Column(
            "text",
            N_("visit, telephone, message"),
            names=listed("联系方式, 拜访方式, 跟进方式, channel, contact channel"),
        ),
        "by": Column("text", N_("salesperson's code"), names=listed("联系人员, 拜访人, 跟进人, by, visited by")),
        "purpose": Column("text", N_("what it was for"), names=listed("联系目的, 拜访目的, 跟进目的, purpose")),
        "outcome": Column("text", N_("what came of it"), names=listed("联系结果, 拜访结果, 跟进结果, outcome, result")),
        "text": Column("text", N_("notes"), names=listed("联系记录, 拜访记录, 跟进记录, text, notes")),
        "recorded_on": Column("date", N_("day it was entered into the books"), names=LINE.columns["recorded_on"].names),
    },
)

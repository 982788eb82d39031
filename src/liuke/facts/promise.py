"""One promise to a customer."""

from __future__ import annotations

from liuke.facts._names import listed
from liuke.facts.document_line import CONTRACT as LINE
from liuke.kernel.contract import Audit, Column, Contract
from liuke.kernel.i18n import N_

CONTRACT = Contract(
    table="promise",
    meaning=N_("one promise to a customer"),
    grain=("promise_id",),
    columns={
        "promise_id": Column(
            "text",
            N_("number of the promise"),
            required=True,
            names=listed("承诺编号, 承诺单号, promise_id, promise no"),
        ),
        "customer_id": Column("text", N_("customer's code"), required=True, names=LINE.columns["customer_id"].names),
        "kind": Column(
            "text",
            N_("kind of promise: rebate, reward, delivery, price"),
            names=listed("承诺类型, 承诺类别, 承诺事项, kind, promise type"),
        ),
        "promised_on": Column(
            "date", N_("day it was made"), required=True, names=listed("承诺日期, 承诺时间, promised_on, promise date")
        ),
        "due_on": Column(
            "date", N_("day it is due"), names=listed("兑现期限, 应兑现日期, 承诺期限, 到期日期, due_on, due date")
        ),
        "amount": Column(
            "money", N_("money promised"), names=listed("承诺金额, 返利金额, 奖励金额, amount, promised amount")
        ),
        "approved": Column("boolean", N_("it was approved"), names=listed("是否审批, 审批通过, 是否批准, approved")),
        "kept_on": Column(
            "date", N_("day it was kept"), names=listed("兑现日期, 实际兑现日期, 履行日期, kept_on, fulfilled on")
        ),
        "promised_by": Column("text", N_("salesperson's code"), names=listed("承诺人, 经办人, promised_by")),
        "recorded_on": Column("date", N_("day it was entered into the books"), names=LINE.columns["recorded_on"].names),
    },
    audits={
        "kept_before_it_was_made": Audit("kept_on < promised_on", N_("it was kept before it was made")),
        "due_before_it_was_made": Audit("due_on < promised_on", N_("it was due before it was made")),
    },
)

"""One complaint."""

from __future__ import annotations

from liuke.facts._names import listed
from liuke.facts.document_line import CONTRACT as LINE
from liuke.kernel.contract import Audit, Column, Contract
from liuke.kernel.i18n import N_

CONTRACT = Contract(
    table="complaint",
    meaning=N_("one complaint"),
    grain=("complaint_id",),
    columns={
        "complaint_id": Column(
            "text",
            N_("number of the complaint"),
            required=True,
            names=listed("投诉编号, 投诉单号, 工单号, 工单编号, complaint_id, complaint no, case id, ticket id"),
        ),
        "customer_id": Column("text", N_("customer's code"), required=True, names=LINE.columns["customer_id"].names),
        "opened_on": Column(
            "date",
            N_("day it was made"),
            required=True,
            names=listed("投诉日期, 投诉时间, 受理日期, 反馈日期, opened_on, complaint date, opened"),
        ),
        "kind": Column(
            "text",
            N_("kind of complaint"),
            names=listed("投诉类型, 投诉类别, 问题类型, kind, complaint type, category"),
        ),
        "text": Column(
            "text",
            N_("what the customer said"),
            names=listed("投诉内容, 问题描述, 反馈内容, text, description, complaint text"),
        ),
        "severity": Column(
            "integer", N_("how serious, 1 is least"), names=listed("严重程度, 严重级别, 紧急程度, severity")
        ),
        "product_id": Column("text", N_("product's code"), names=LINE.columns["product_id"].names),
        "replied_on": Column(
            "date",
            N_("day of the first reply"),
            names=listed("首次回复日期, 回复日期, 响应日期, replied_on, first reply"),
        ),
        "resolved_on": Column(
            "date",
            N_("day it was settled"),
            names=listed("办结日期, 解决日期, 结案日期, 关闭日期, resolved_on, closed on, resolved"),
        ),
        "verdict": Column(
            "text",
            N_("the customer's verdict"),
            names=listed("客户评价, 处理评价, 客户满意度, verdict, customer verdict"),
        ),
        "reopened": Column(
            "boolean", N_("it had to be taken up again"), names=listed("是否重开, 重复投诉, 是否重复, reopened")
        ),
        "recorded_on": Column("date", N_("day it was entered into the books"), names=LINE.columns["recorded_on"].names),
    },
    audits={
        "resolved_before_it_was_made": Audit("resolved_on < opened_on", N_("it was resolved before it was made")),
        "replied_before_it_was_made": Audit("replied_on < opened_on", N_("it was replied to before it was made")),
    },
)

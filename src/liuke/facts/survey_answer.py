"""One question put to one customer."""

from __future__ import annotations

from liuke.facts._names import listed
from liuke.facts.document_line import CONTRACT as LINE
from liuke.kernel.contract import Audit, Column, Contract
from liuke.kernel.i18n import N_

CONTRACT = Contract(
    table="survey_answer",
    meaning=N_("one question put to one customer"),
    grain=(
        "survey_id",
        "customer_id",
        "question_id",
    ),
    columns={
        "survey_id": Column(
            "text", N_("number of the survey"), required=True, names=listed("问卷编号, 调查编号, survey_id, survey")
        ),
        "customer_id": Column("text", N_("customer's code"), required=True, names=LINE.columns["customer_id"].names),
        "question_id": Column(
            "text", N_("question"), required=True, names=listed("题目编号, 题目, 问题, question_id, question")
        ),
        "asked_on": Column(
            "date", N_("day it was sent"), names=listed("发放日期, 调查日期, 发送日期, asked_on, sent on")
        ),
        "answered_on": Column(
            "date",
            N_("day it was answered; empty without an answer"),
            names=listed("答复日期, 回答日期, 填写日期, 提交时间, answered_on, answered"),
        ),
        "score": Column("number", N_("score given"), names=listed("评分, 得分, 分数, 打分, score, rating")),
        "text": Column("text", N_("what the customer wrote"), names=listed("意见, 建议, 评语, text, comment")),
    },
    audits={
        "answered_before_it_was_sent": Audit("answered_on < asked_on", N_("it was answered before it was asked")),
    },
)

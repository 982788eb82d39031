"""One question put to one customer."""

from __future__ import annotations

from liuke.facts._names import listed
from liuke.facts._who import CUSTOMER
from liuke.kernel.contract import Audit, Column, Contract, Made
from liuke.kernel.i18n import N_

CONTRACT = Contract(
    table="survey_answer",
    meaning=N_("one question put to one customer"),
    grain=(
        "survey_id",
        "customer_id",
        "question_id",
    ),
    called=listed("问卷, 调查, 调研, 满意度, 答卷, 评价, survey, surveys, nps, csat, feedback, responses, umfrage"),
    made={
        "survey_id": Made(
            "month",
            (
                "asked_on",
                "answered_on",
            ),
        ),
        "question_id": Made(
            "header",
            (
                "score",
                "text",
            ),
        ),
    },
    columns={
        "survey_id": Column(
            "text",
            N_("number of the survey"),
            required=True,
            names=listed(
                "问卷编号, 调查编号, survey_id, survey, 问卷号, 问卷名称, 问卷ID, 调查名称, 调研名称, 活动名称, "
                "批次, 期次, survey name, survey title, campaign, wave, survey no, umfrage"
            ),
        ),
        "customer_id": Column("text", N_("customer's code"), required=True, names=CUSTOMER),
        "question_id": Column(
            "text",
            N_("question"),
            required=True,
            names=listed(
                "题目编号, 题目, 问题, question_id, question, 题号, 题目名称, 题目内容, 问题编号, 调查项目, "
                "评价项目, 评价维度, 维度, 指标, question text, question name, item, metric, dimension, frage"
            ),
        ),
        "asked_on": Column(
            "date",
            N_("day it was sent"),
            names=listed(
                "发放日期, 调查日期, 发送日期, asked_on, sent on, 发送时间, 发放时间, 推送时间, 调查时间, "
                "调研日期, 邀请时间, sent at, sent date, date sent, invited on, invitation date, gesendet am"
            ),
        ),
        "answered_on": Column(
            "date",
            N_("day it was answered; empty without an answer"),
            names=listed(
                "答复日期, 回答日期, 填写日期, 提交时间, answered_on, answered, 答题时间, 答题日期, 回收时间, "
                "回收日期, 提交日期, 填写时间, 提交答卷时间, 结束答题时间, 评价时间, 评价日期, 回复时间, "
                "答复时间, completed at, response date, responded at, responded on, recorded date, submitted at, "
                "submission date, end date, date submitted, survey date, timestamp, beantwortet am, "
                "antwortdatum"
            ),
        ),
        "score": Column(
            "number",
            N_("score given"),
            names=listed(
                "评分, 得分, 分数, 打分, score, rating, 评价得分, 满意度, 满意度评分, 总体满意度, 整体满意度, "
                "综合评分, 满意度得分, 总分, 分值, 推荐意愿, 推荐度, 推荐分, NPS评分, NPS, 您有多大可能推荐, "
                "nps score, csat, csat score, ces, satisfaction, satisfaction score, likelihood to recommend, "
                "overall satisfaction, answer value, bewertung, punkte"
            ),
        ),
        "text": Column(
            "text",
            N_("what the customer wrote"),
            names=listed(
                "意见, 建议, 评语, text, comment, 意见建议, 意见与建议, 意见和建议, 反馈意见, 评价内容, "
                "客户意见, 其他意见, 原因说明, 评分原因, 留言, 备注, comments, answer, feedback, open text, "
                "verbatim, reason, response, kommentar, anmerkung"
            ),
        ),
    },
    audits={
        "answered_before_it_was_sent": Audit("answered_on < asked_on", N_("it was answered before it was asked")),
    },
)

"""One contact with a customer."""

from __future__ import annotations

from liuke.facts._names import listed
from liuke.facts._who import CUSTOMER
from liuke.facts.document_line import CONTRACT as LINE
from liuke.kernel.contract import Column, Contract, Made
from liuke.kernel.i18n import N_

CONTRACT = Contract(
    table="contact",
    meaning=N_("one contact with a customer"),
    grain=("contact_id",),
    called=listed(
        "拜访, 跟进, 走访, 外勤, 销售记录, 联系记录, 沟通记录, 回访, 活动记录, visits, visit, calls, "
        "activities, activity, meetings, engagements, besuche, besuchsberichte"
    ),
    made={
        "contact_id": Made(
            "digest",
            (
                "customer_id",
                "at",
                "by",
                "channel",
                "purpose",
                "text",
            ),
        )
    },
    columns={
        "contact_id": Column(
            "text",
            N_("number of the contact"),
            required=True,
            names=listed(
                "联系编号, 拜访编号, 跟进编号, contact_id, visit id, activity id, 拜访单号, 拜访记录编号, "
                "外勤编号, 跟进记录编号, 销售记录编号, 活动记录编号, 审批编号, 联系记录编号, activity no, "
                "call id, engagement id, task id, visit no, besuchsnummer, record id"
            ),
        ),
        "customer_id": Column("text", N_("customer's code"), required=True, names=CUSTOMER),
        "at": Column(
            "date",
            N_("day of the contact"),
            required=True,
            names=listed(
                "联系日期, 拜访日期, 日期, date, datum, 跟进日期, 联系时间, 拜访时间, at, visit date, contact date, "
                "实际拜访日期, "
                "实际拜访时间, 拜访开始时间, 到访日期, 到访时间, 签到时间, 签到日期, 外勤时间, 跟进时间, "
                "沟通日期, 沟通时间, 活动日期, 活动时间, 回访时间, 走访日期, 走访时间, 最近跟进时间, visited on, "
                "call date, meeting date, activity date, activity time, engagement date, contacted on, due date, "
                "start time, besuchsdatum, besuch am, kontaktdatum"
            ),
        ),
        "channel": Column(
            "text",
            N_("visit, telephone, message"),
            names=listed(
                "联系方式, 拜访方式, 跟进方式, channel, contact channel, 跟进类型, 活动类型, 沟通方式, 沟通形式, "
                "走访方式, 拜访类型, 外勤类型, 销售记录类型, 互动类型, activity type, visit type, contact type, "
                "engagement type, call type, task subtype, besuchsart, kontaktart"
            ),
        ),
        "by": Column(
            "text",
            N_("salesperson's code"),
            names=listed(
                "联系人员, 拜访人, 跟进人, by, visited by, 拜访人员, 拜访人姓名, 跟进人员, 外勤人员, 走访人, "
                "走访人员, 沟通人, 签到人, 执行人, 执行人员, 销售代表, 业务员, 销售员, 客户经理, 负责人, 提交人, "
                "发起人, 记录人, 创建人, assigned to, assigned, owner, activity assigned to, activity owner, "
                "logged by, sales rep, visitor, besucher, mitarbeiter, created by"
            ),
        ),
        "purpose": Column(
            "text",
            N_("what it was for"),
            names=listed(
                "联系目的, 拜访目的, 跟进目的, purpose, 拜访主题, 拜访事由, 走访目的, 沟通主题, 主题, 活动主题, "
                "任务主题, 事由, subject, topic, reason for visit, call purpose, visit purpose, betreff, anlass, "
                "besuchsgrund"
            ),
        ),
        "outcome": Column(
            "text",
            N_("what came of it"),
            names=listed(
                "联系结果, 拜访结果, 跟进结果, outcome, result, 拜访成果, 拜访效果, 跟进状态, 跟进阶段, "
                "沟通结果, 走访结果, 活动结果, 达成结果, 拜访结论, call result, call outcome, visit outcome, "
                "visit result, meeting outcome, ergebnis"
            ),
        ),
        "text": Column(
            "text",
            N_("notes"),
            names=listed(
                "联系记录, 拜访记录, 跟进记录, text, notes, 拜访内容, 拜访总结, 拜访小结, 拜访情况, 拜访纪要, "
                "跟进内容, 跟进情况, 沟通内容, 沟通记录, 沟通情况, 走访内容, 走访记录, 外勤内容, 活动内容, "
                "销售记录内容, 联系内容, 备注, 记录内容, comments, full comments, full comment, description, "
                "call notes, meeting notes, visit report, body preview, notiz, bemerkung, besuchsbericht"
            ),
        ),
        "recorded_on": Column("date", N_("day it was entered into the books"), names=LINE.columns["recorded_on"].names),
    },
)

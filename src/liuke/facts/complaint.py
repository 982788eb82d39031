"""One complaint."""

from __future__ import annotations

from liuke.facts._names import listed
from liuke.facts._who import CUSTOMER, PRODUCT
from liuke.facts._words import SEVERITY, YES_AND_NO
from liuke.kernel.contract import Audit, Column, Contract, Made
from liuke.kernel.i18n import N_

CONTRACT = Contract(
    table="complaint",
    meaning=N_("one complaint"),
    grain=("complaint_id",),
    called=listed("投诉, 客诉, 工单, 售后, 客户反馈, 服务请求, complaints, complaint, tickets, cases, reklamation"),
    made={
        "complaint_id": Made(
            "digest",
            (
                "customer_id",
                "opened_on",
                "kind",
                "product_id",
                "text",
            ),
        )
    },
    columns={
        "complaint_id": Column(
            "text",
            N_("number of the complaint"),
            required=True,
            names=listed(
                "投诉编号, 投诉单号, 工单号, 工单编号, complaint_id, complaint no, case id, ticket id, 投诉号, "
                "投诉工单号, 客诉编号, 客诉单号, 服务单号, 售后单号, 售后单编号, 反馈编号, 问题编号, 审批编号, "
                "服务请求编号, 编号, case number, case no, ticket no, ticket number, ticket, complaint number, "
                "id, claim no, reklamationsnummer, ticketnummer, vorgangsnummer"
            ),
        ),
        "customer_id": Column("text", N_("customer's code"), required=True, names=CUSTOMER),
        "opened_on": Column(
            "date",
            N_("day it was made"),
            required=True,
            names=listed(
                "投诉日期, 投诉时间, 受理日期, 反馈日期, opened_on, complaint date, opened, 投诉受理日期, "
                "客诉日期, 客诉时间, 受理时间, 日期, date, "
                "datum, 创建时间, 创建日期, 登记日期, created at, created on, creation date, "
                "登记时间, 反馈时间, 提交日期, 提交时间, 报修时间, 报修日期, "
                "发生日期, 问题提出时间, 建单时间, 工单创建时间, created date, create date, date opened, "
                "opened date, date/time opened, ticket created, complaint received, received on, reported on, "
                "requested, reklamationsdatum, eingangsdatum, eröffnet am, 时间"
            ),
        ),
        "kind": Column(
            "text",
            N_("kind of complaint"),
            names=listed(
                "投诉类型, 投诉类别, 问题类型, kind, complaint type, category, 客诉类型, 客诉类别, 投诉分类, "
                "问题类别, 问题分类, 工单类型, 工单分类, 反馈类型, 服务类型, 售后类型, 投诉原因分类, 类型, 类别, "
                "type, case type, case reason, ticket type, issue type, complaint category, reklamationsart, "
                "reklamationsgrund, kategorie, 原因, 原因类别, 原因分类, reason, cause, grund"
            ),
        ),
        "text": Column(
            "text",
            N_("what the customer said"),
            names=listed(
                "投诉内容, 问题描述, 反馈内容, text, description, complaint text, 投诉描述, 投诉详情, 投诉说明, "
                "投诉原因, 客诉内容, 客诉描述, 问题内容, 问题说明, 问题详情, 问题简述, 工单内容, 工单描述, "
                "工单标题, 工单主题, 反馈描述, 反馈问题, 详细描述, 故障描述, 主题, 标题, 内容, subject, "
                "ticket name, ticket description, case subject, summary, details, issue, beschreibung, betreff, "
                "reklamationstext, 说明, 情况说明, 具体情况, 具体说明, 详细情况, 详情, 备注, comments, comment, "
                "remarks, bemerkung"
            ),
        ),
        "severity": Column(
            "integer",
            N_("how serious, 1 is least"),
            names=listed(
                "严重程度, 严重级别, 紧急程度, severity, 投诉等级, 投诉级别, 严重等级, 严重性, 紧急度, 优先级, "
                "优先级别, 问题等级, 工单优先级, 重要程度, priority, urgency, impact, ticket priority, "
                "dringlichkeit, priorität, schweregrad"
            ),
            words=SEVERITY,
        ),
        "product_id": Column("text", N_("product's code"), names=PRODUCT),
        "replied_on": Column(
            "date",
            N_("day of the first reply"),
            names=listed(
                "首次回复日期, 回复日期, 响应日期, replied_on, first reply, 首次回复时间, 首次响应时间, "
                "首次响应日期, 响应时间, 回复时间, 答复日期, 答复时间, 处理日期, 处理时间, first replied at, "
                "first response, first response date, first response at, first agent reply date, "
                "initially assigned at, replied at, erste antwort, erstantwort am"
            ),
        ),
        "resolved_on": Column(
            "date",
            N_("day it was settled"),
            names=listed(
                "办结日期, 解决日期, 结案日期, 关闭日期, resolved_on, closed on, resolved, 关闭时间, 办结时间, "
                "解决时间, 结案时间, 完成日期, 完成时间, 完结日期, 完结时间, 处理完成日期, 处理完成时间, "
                "闭环日期, 闭环时间, 投诉关闭日期, 工单关闭时间, closed date, closed at, close date, "
                "date/time closed, date closed, solved at, solved, resolved at, resolved date, resolution date, "
                "completed at, erledigt am, geschlossen am, abgeschlossen am"
            ),
        ),
        "verdict": Column(
            "text",
            N_("the customer's verdict"),
            names=listed(
                "客户评价, 处理评价, 客户满意度, verdict, customer verdict, 满意度, 处理满意度, 客户反馈, "
                "满意度评价, 回访结果, 客户意见, 评价结果, 评价, 是否满意, 客户是否满意, satisfaction score, "
                "satisfaction, satisfaction rating, csat, customer satisfaction, kundenzufriedenheit"
            ),
        ),
        "reopened": Column(
            "boolean",
            N_("it had to be taken up again"),
            names=listed(
                "是否重开, 重复投诉, 是否重复, reopened, 是否重启, 重开次数, 是否再次投诉, 是否重复投诉, "
                "再次投诉, reopens, reopen count, is reopened, was reopened, wiedereröffnet"
            ),
            words=YES_AND_NO,
        ),
        "recorded_on": Column(
            "date",
            N_("day it was entered into the books"),
            names=listed("录入日期, 录入时间, recorded_on, entry date, entered on, erfassungsdatum"),
        ),
    },
    audits={
        "resolved_before_it_was_made": Audit("resolved_on < opened_on", N_("it was resolved before it was made")),
        "replied_before_it_was_made": Audit("replied_on < opened_on", N_("it was replied to before it was made")),
    },
)

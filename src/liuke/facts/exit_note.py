"""What was learned of one customer that left."""

from __future__ import annotations

from liuke.facts._names import listed
from liuke.facts._who import CUSTOMER
from liuke.facts._words import YES_AND_NO
from liuke.facts.document_line import CONTRACT as LINE
from liuke.kernel.contract import Column, Contract
from liuke.kernel.i18n import N_

CONTRACT = Contract(
    table="exit_note",
    meaning=N_("what was learned of one customer that left"),
    grain=(
        "customer_id",
        "on",
    ),
    called=listed(
        "流失访谈, 流失客户访谈, 流失原因, 流失调查, 离网访谈, 流失回访, 流失, 离开访谈, 离开原因, 离开客户, 离网, "
        "停购, 停单, 丢单, 丢失客户, 停止合作, 终止合作, 不再采购, 不再合作, exit interviews, exit interview, "
        "exit notes, exit note, exit survey, churn interviews, churn notes, churn survey, lost customers, "
        "lost accounts, churned customers, churn reasons, churn reason, loss reasons, lost reasons, leaving reasons, "
        "why they left, kündigungsgründe, kündigungen, abwanderung, verlorene kunden"
    ),
    columns={
        "customer_id": Column("text", N_("customer's code"), required=True, names=CUSTOMER),
        "on": Column(
            "date",
            N_("day of the interview"),
            required=True,
            names=listed(
                "访谈日期, 流失访谈日期, 回访日期, on, interview date, exit interview date, 访谈时间, 回访时间, "
                "流失日期, 面谈日期, 调查日期, 沟通日期, 访谈日, 挽回日期, 填写日期, 提交时间, interviewed on, "
                "date of interview, interview, exit date, date, gesprächsdatum, interview am, "
                "流失时间, 离开日期, 离开时间, 停止合作日期, 停止合作时间, 终止合作日期, 停购日期, 停购时间, 离网日期, "
                "面谈时间, 沟通时间, 调查时间, 日期, 时间, lost on, lost date, date lost, churn date, "
                "churned on, cancellation date, date of leaving, left on, date left, interviewed, datum, "
                "kündigungsdatum"
            ),
        ),
        "stated_cause": Column(
            "text",
            N_("cause the customer gave"),
            required=True,
            names=listed(
                "客户所述原因, 流失原因, 自述原因, stated_cause, stated reason, reason for leaving, "
                "流失原因分类, 流失原因说明, 流失主因, 主要流失原因, 离开原因, 停止合作原因, 客户反馈原因, "
                "停购原因, 客户自述原因, 原因, 表面原因, churn reason, reason, reason for churn, lost reason, "
                "closed lost reason, cancellation reason, main reason, primary reason, cause, grund, "
                "kündigungsgrund, abwanderungsgrund, 流失的原因, 离开的原因, 不再采购原因, 不再采购的原因, "
                "不再合作原因, 不再合作的原因, 终止合作原因, 停单原因, 丢单原因, 丢失原因, 离网原因, 退出原因, "
                "解约原因, 原因类别, 原因分类, 为什么离开, 为什么流失, loss reason, reason lost, reason for loss, "
                "exit reason, leaving reason, reason left, why they left, why lost, why did they leave, why"
            ),
        ),
        "direction": Column(
            "text",
            N_("where the customer went"),
            names=listed(
                "流失去向, 流失方向, 去向, direction, where to, 客户去向, 转向, 转投, 流向, destination, "
                "went to, abgewandert zu"
            ),
        ),
        "competitor": Column(
            "text",
            N_("rival named"),
            names=listed(
                "竞争对手, 对手, 竞品, competitor, rival, 竞争品牌, 竞争厂家, 竞争对手名称, 转投供应商, "
                "替代供应商, 新供应商, 转向竞品, new supplier, new vendor, competitor name, lost to, "
                "primary competitor, wettbewerber, konkurrent"
            ),
        ),
        "by_owner": Column(
            "boolean",
            N_("asked by the customer's own salesperson"),
            names=listed(
                "是否本人填写, by_owner, 是否本人访谈, 是否原业务员访谈, 是否业务员本人填写, 本人填写, "
                "asked by owner, interviewed by owner"
            ),
            words=YES_AND_NO,
        ),
        "would_return_if": Column(
            "text",
            N_("what would bring the customer back"),
            names=listed(
                "回归条件, 挽回条件, would_return_if, 回归可能条件, 挽回可能, 挽回建议, 返回条件, 重新合作条件, "
                "什么条件会回来, 回流条件, 客户期望, what would bring you back, what would bring back, "
                "win back condition, rückkehrbedingung"
            ),
        ),
        "text": Column(
            "text",
            N_("what was said"),
            names=listed(
                "访谈记录, 访谈内容, text, notes, 访谈纪要, 访谈总结, 访谈要点, 访谈备注, 详细说明, 客户原话, "
                "具体说明, 备注, 说明, comments, comment, interview notes, verbatim, details, description, "
                "notizen, bemerkung, 具体情况, 情况说明, 具体原因, 详细情况, 回访内容, 回访记录, 沟通内容, 沟通记录, "
                "客户反馈, 反馈内容, 内容, 详情, feedback, customer feedback, remarks, what they said, "
                "customer comments"
            ),
        ),
        "audited_cause": Column(
            "text",
            N_("cause found by a second check"),
            names=listed(
                "核实原因, 复核原因, audited_cause, verified cause, 真实原因, 核实后原因, 实际原因, 核查原因, "
                "根本原因, root cause, actual reason, verified reason, tatsächlicher grund"
            ),
        ),
        "recorded_on": Column("date", N_("day it was entered into the books"), names=LINE.columns["recorded_on"].names),
    },
)

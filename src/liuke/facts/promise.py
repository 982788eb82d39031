"""One promise to a customer."""

from __future__ import annotations

from liuke.facts._names import listed
from liuke.facts._who import CUSTOMER
from liuke.facts._words import YES_AND_NO
from liuke.facts.document_line import CONTRACT as LINE
from liuke.kernel.contract import Audit, Column, Contract, Made
from liuke.kernel.i18n import N_

CONTRACT = Contract(
    table="promise",
    meaning=N_("one promise to a customer"),
    grain=("promise_id",),
    called=listed("承诺, 返利, 奖励, 返点, promises, rebates, commitments, zusagen, boni"),
    made={
        "promise_id": Made(
            "digest",
            (
                "customer_id",
                "promised_on",
                "kind",
                "amount",
            ),
        )
    },
    columns={
        "promise_id": Column(
            "text",
            N_("number of the promise"),
            required=True,
            names=listed(
                "承诺编号, 承诺单号, promise_id, promise no, 承诺号, 承诺记录编号, 返利单号, 返利编号, 奖励编号, "
                "政策编号, 审批编号, 协议编号, 编号, promise number, rebate no, rebate id, commitment id, "
                "zusagenummer"
            ),
        ),
        "customer_id": Column("text", N_("customer's code"), required=True, names=CUSTOMER),
        "kind": Column(
            "text",
            N_("kind of promise: rebate, reward, delivery, price"),
            names=listed(
                "承诺类型, 承诺类别, 承诺事项, kind, promise type, 承诺内容, 承诺事宜, 返利类型, 奖励类型, "
                "政策类型, 费用类型, 事项, 类型, 类别, type, category, commitment type, rebate type, "
                "art der zusage"
            ),
        ),
        "promised_on": Column(
            "date",
            N_("day it was made"),
            required=True,
            names=listed(
                "承诺日期, 承诺时间, promised_on, promise date, 作出承诺日期, 承诺日, 约定日期, 申请日期, "
                "申请时间, 提交时间, 审批日期, 返利日期, promised, commitment date, date promised, date, "
                "zugesagt am, zusagedatum"
            ),
        ),
        "due_on": Column(
            "date",
            N_("day it is due"),
            names=listed(
                "兑现期限, 应兑现日期, 承诺期限, 到期日期, due_on, due date, 承诺兑现日期, 承诺兑现日, 应付日期, "
                "兑现日, 兑现截止日期, 应兑现日, 约定兑现日期, 计划兑现日期, 预计兑现日期, 截止日期, 应返日期, "
                "承诺完成日期, due, due by, promised by date, deadline, fällig am, fälligkeit"
            ),
        ),
        "amount": Column(
            "money",
            N_("money promised"),
            names=listed(
                "承诺金额, 返利金额, 奖励金额, amount, promised amount, 返利额, 返点金额, 承诺返利, 应返金额, "
                "应兑现金额, 补贴金额, 赔付金额, 兑现金额, 折让金额, 奖励额, 涉及金额, 费用金额, 金额, "
                "rebate amount, promised value, commitment amount, rebate, value, betrag, zugesagter betrag, "
                "bonusbetrag"
            ),
        ),
        "approved": Column(
            "boolean",
            N_("it was approved"),
            names=listed(
                "是否审批, 审批通过, 是否批准, approved, 是否已审批, 审批结果, 审批状态, 是否通过, 已批准, "
                "是否同意, approval status, approval, is approved, genehmigt"
            ),
            words=YES_AND_NO,
        ),
        "kept_on": Column(
            "date",
            N_("day it was kept"),
            names=listed(
                "兑现日期, 实际兑现日期, 履行日期, kept_on, fulfilled on, 兑现时间, 实际兑现日, 已兑现日期, "
                "实际完成日期, 完成日期, 履约日期, 发放日期, 实际发放日期, 支付日期, 实际支付日期, 到账日期, "
                "fulfilled, kept, paid on, date kept, date fulfilled, completed on, erfüllt am, eingelöst am"
            ),
        ),
        "promised_by": Column(
            "text",
            N_("salesperson's code"),
            names=listed(
                "承诺人, 经办人, promised_by, 承诺人员, 业务员, 销售员, 客户经理, 申请人, 提交人, 发起人, "
                "负责人, owner, sales rep, salesperson, promised by whom, zugesagt von"
            ),
        ),
        "recorded_on": Column("date", N_("day it was entered into the books"), names=LINE.columns["recorded_on"].names),
    },
    audits={
        "kept_before_it_was_made": Audit("kept_on < promised_on", N_("it was kept before it was made")),
        "due_before_it_was_made": Audit("due_on < promised_on", N_("it was due before it was made")),
    },
)

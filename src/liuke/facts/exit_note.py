"""What was learned of one customer that left."""

from __future__ import annotations

from liuke.facts._names import listed
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
    columns={
        "customer_id": Column("text", N_("customer's code"), required=True, names=LINE.columns["customer_id"].names),
        "on": Column(
            "date",
            N_("day of the interview"),
            required=True,
            names=listed("访谈日期, 流失访谈日期, 回访日期, on, interview date, exit interview date"),
        ),
        "stated_cause": Column(
            "text",
            N_("cause the customer gave"),
            required=True,
            names=listed("客户所述原因, 流失原因, 自述原因, stated_cause, stated reason, reason for leaving"),
        ),
        "direction": Column(
            "text", N_("where the customer went"), names=listed("流失去向, 流失方向, 去向, direction, where to")
        ),
        "competitor": Column("text", N_("rival named"), names=listed("竞争对手, 对手, 竞品, competitor, rival")),
        "by_owner": Column(
            "boolean", N_("asked by the customer's own salesperson"), names=listed("是否本人填写, by_owner")
        ),
        "would_return_if": Column(
            "text", N_("what would bring the customer back"), names=listed("回归条件, 挽回条件, would_return_if")
        ),
        "text": Column("text", N_("what was said"), names=listed("访谈记录, 访谈内容, text, notes")),
        "audited_cause": Column(
            "text",
            N_("cause found by a second check"),
            names=listed("核实原因, 复核原因, audited_cause, verified cause"),
        ),
        "recorded_on": Column("date", N_("day it was entered into the books"), names=LINE.columns["recorded_on"].names),
    },
)

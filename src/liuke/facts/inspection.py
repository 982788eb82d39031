"""One item of one inspection."""

from __future__ import annotations

from liuke.facts._names import listed
from liuke.kernel.contract import Audit, Column, Contract, Made
from liuke.kernel.i18n import N_

CONTRACT = Contract(
    table="inspection",
    meaning=N_("one item of one inspection"),
    grain=(
        "inspection_id",
        "item",
    ),
    called=listed("暗访, 巡检, 检查, inspections, mystery shopping, audits"),
    made={
        "inspection_id": Made(
            "digest",
            (
                "on",
                "site",
                "whose",
                "way",
            ),
        )
    },
    columns={
        "inspection_id": Column(
            "text",
            N_("number of the inspection"),
            required=True,
            names=listed("检查编号, 暗访编号, 巡检编号, inspection_id"),
        ),
        "item": Column(
            "text",
            N_("what was looked at"),
            required=True,
            names=listed("检查项目, 检查内容, 暗访项目, item, checklist item"),
        ),
        "site": Column("text", N_("branch or shop"), names=listed("网点, 门店, 分公司, site, branch")),
        "whose": Column("text", N_("ours or a rival's"), names=listed("己方或对手, 对象, whose")),
        "way": Column(
            "text", N_("visit, telephone or planted complaint"), names=listed("检查方式, 暗访方式, way, method")
        ),
        "on": Column(
            "date",
            N_("day of the inspection"),
            required=True,
            names=listed("检查日期, 暗访日期, 巡检日期, on, inspection date"),
        ),
        "score": Column("number", N_("score out of 100"), names=listed("得分, 评分, 分数, score")),
        "weight": Column("number", N_("weight of the item"), names=listed("权重, weight")),
        "text": Column("text", N_("notes"), names=listed("检查说明, 说明, text, notes")),
    },
    audits={
        "score_out_of_bounds": Audit("score < 0 OR score > 100", N_("the score lies outside 0 to 100")),
    },
)

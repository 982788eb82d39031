"""One salesperson, with team and the days of joining and leaving."""

from __future__ import annotations

from liuke.facts._names import listed
from liuke.facts.document_line import CONTRACT as LINE
from liuke.facts.document_line import INPUTS as LINE_INPUTS
from liuke.kernel.contract import Audit, Column, Contract
from liuke.kernel.i18n import N_

CONTRACT = Contract(
    table="salesperson",
    meaning=N_("one salesperson"),
    grain=("salesperson_id",),
    columns={
        "salesperson_id": Column(
            "text",
            N_("salesperson's code"),
            required=True,
            names=(*LINE.columns["salesperson_id"].names, *listed("编码, 代码, 编号, id, code")),
        ),
        "name": Column(
            "text",
            N_("salesperson's name"),
            personal=True,
            names=(*LINE_INPUTS["salesperson_name"].names, *listed("姓名, 名称, name, last name")),
        ),
        "team": Column(
            "text", N_("team or department"), names=listed("团队, 部门, 销售组, 小组, team, department, group")
        ),
        "manager_id": Column(
            "text",
            N_("code of the superior"),
            names=listed("上级, 主管, 上级编码, 主管工号, 直属上级, manager_id, manager, reports_to, supervisor"),
        ),
        "joined_on": Column(
            "date",
            N_("first working day"),
            names=listed("入职日期, 入职时间, joined_on, hire_date, hired on, start date, eintrittsdatum"),
        ),
        "left_on": Column(
            "date",
            N_("last working day"),
            names=listed("离职日期, 离职时间, left_on, leave date, termination date, end date, austrittsdatum"),
        ),
    },
    audits={
        "left_before_joining": Audit("left_on < joined_on", N_("the day of leaving lies before that of joining")),
        "is_the_own_manager": Audit("manager_id = salesperson_id", N_("the manager is the same person")),
    },
)

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
    called=listed(
        "员工, 业务员, 销售人员, 职员, 人员, 花名册, 通讯录, salespeople, sales reps, employees, staff, "
        "users, mitarbeiter, vertreter"
    ),
    columns={
        "salesperson_id": Column(
            "text",
            N_("salesperson's code"),
            required=True,
            names=(
                *LINE.columns["salesperson_id"].names,
                *listed(
                    "编码, 代码, 编号, id, code, 员工编码, 员工号, 人员编码, 人员编号, 职员编码, 职员编号, "
                    "销售员编号, 员工ID, 用户ID, staff id, staff no, employee no, employee number, user id, "
                    "personnel number, rep code, personalnummer, mitarbeiternummer"
                ),
            ),
        ),
        "name": Column(
            "text",
            N_("salesperson's name"),
            personal=True,
            names=(
                *LINE_INPUTS["salesperson_name"].names,
                *listed(
                    "姓名, 名称, name, last name, 员工姓名, 人员姓名, 职员名称, 职员姓名, 人员名称, 员工, "
                    "销售员名称, full name, staff name, display name, employee, mitarbeiter"
                ),
            ),
        ),
        "team": Column(
            "text",
            N_("team or department"),
            names=listed(
                "团队, 部门, 销售组, 小组, team, department, group, 所属部门, 部门名称, 所在部门, 销售团队, "
                "所属团队, 销售部门, 一级部门, 大区, sales team, dept, division, business unit, abteilung, "
                "vertriebsteam"
            ),
        ),
        "manager_id": Column(
            "text",
            N_("code of the superior"),
            names=listed(
                "上级, 主管, 上级编码, 主管工号, 直属上级, manager_id, manager, reports_to, supervisor, "
                "直接上级, 直属领导, 部门主管, 汇报对象, 上级领导, 上级主管, 直接主管, line manager, "
                "manager name, vorgesetzter"
            ),
        ),
        "joined_on": Column(
            "date",
            N_("first working day"),
            names=listed(
                "入职日期, 入职时间, joined_on, hire_date, hired on, start date, eintrittsdatum, 入司日期, "
                "入职日, 到岗日期, 参加工作日期, joined, date of joining, date joined, joining date, "
                "start of employment, eintritt"
            ),
        ),
        "left_on": Column(
            "date",
            N_("last working day"),
            names=listed(
                "离职日期, 离职时间, left_on, leave date, termination date, end date, austrittsdatum, 离职日, "
                "最后工作日, 退出日期, 离司日期, left, last day, last working day, resignation date, "
                "date of leaving, relieving date, leaving date, austritt"
            ),
        ),
    },
    audits={
        "left_before_joining": Audit("left_on < joined_on", N_("the day of leaving lies before that of joining")),
        "is_the_own_manager": Audit("manager_id = salesperson_id", N_("the manager is the same person")),
    },
)

"""One customer: who buys; a legal entity or a person."""

from __future__ import annotations

from liuke.facts._names import listed
from liuke.facts.document_line import CONTRACT as LINE
from liuke.facts.document_line import INPUTS as LINE_INPUTS
from liuke.kernel.contract import Audit, Column, Contract
from liuke.kernel.i18n import N_

TRAITS = ("grade", "industry", "region", "channel", "tier")  # by which customers are compared and figures split
DESCRIBED = ("name", *TRAITS)  # columns that reports and rules read
OWNED = (*TRAITS, "salesperson")  # the same with who looks after the customer
CONTRACT = Contract(
    table="customer",
    meaning=N_("one customer"),
    grain=("customer_id",),
    columns={
        "customer_id": Column(
            "text",
            N_("customer's code"),
            required=True,
            names=(*LINE.columns["customer_id"].names, *listed("编码, 代码, 编号, id, code")),
        ),
        "name": Column(
            "text",
            N_("customer's name"),
            names=(*LINE_INPUTS["customer_name"].names, *listed("名称, 姓名, 全称, name")),
        ),
        "grade": Column("text", N_("customer's grade"), names=LINE_INPUTS["customer_grade"].names),
        "industry": Column("text", N_("customer's industry"), names=LINE_INPUTS["customer_industry"].names),
        "region": Column("text", N_("customer's region"), names=LINE_INPUTS["customer_region"].names),
        "channel": Column("text", N_("way the customer buys"), names=LINE.columns["channel"].names),
        "tier": Column(
            "text",
            N_("place in the channel: distributor, dealer, shop, end user"),
            names=listed("渠道层级, 经销级别, 经销商级别, 代理级别, channel tier, dealer tier, dealer level"),
        ),
        "since": Column(
            "date",
            N_("customer since"),
            names=listed(
                "建档日期, 开户日期, 合作日期, 首次合作日期, 入会日期, 注册日期, 注册时间, 建档时间, since, "
                "customer since, registered on, signup date, joined, kunde seit"
            ),
        ),
        "parent_id": Column(
            "text",
            N_("code of the parent customer"),
            names=listed(
                "上级客户, 上级客户编码, 母公司编码, 总公司编码, 集团编码, parent_id, parent, parent account, "
                "parent customer, konzern"
            ),
        ),
        "referred_by": Column(
            "text",
            N_("code of the customer who recommended us"),
            names=listed("推荐人, 介绍人, 推荐客户, 转介绍人, referred_by, referrer, referred by customer"),
        ),
        "closed_on": Column(
            "date",
            N_("day the account was closed"),
            names=listed("停用日期, 销户日期, 注销日期, 关户日期, closed_on, closed date, inactive date"),
        ),
        "closed_reason": Column(
            "text",
            N_("why the account was closed"),
            names=listed("停用原因, 销户原因, 注销原因, closed_reason, close reason, reason closed"),
        ),
        "consent": Column(
            "boolean",
            N_("may be contacted for marketing"),
            names=listed("营销同意, 是否同意营销, 允许联系, 接收推广, consent, marketing consent, opt in, optin"),
        ),
        "contact_name": Column(
            "text",
            N_("person to speak to"),
            personal=True,
            names=listed("联系人, 联系人姓名, 采购联系人, contact_name, contact, contact person, ansprechpartner"),
        ),
        "phone": Column(
            "text",
            N_("telephone number"),
            personal=True,
            names=listed("电话, 联系电话, 手机, 手机号, 手机号码, phone, telephone, mobile, tel, telefon"),
        ),
        "email": Column(
            "text", N_("e-mail address"), personal=True, names=listed("邮箱, 电子邮箱, email, e-mail, mail")
        ),
        "address": Column(
            "text",
            N_("postal address"),
            personal=True,
            names=listed("地址, 联系地址, 公司地址, 收货地址, address, street, anschrift, adresse"),
        ),
        "tax_number": Column(
            "text",
            N_("tax number; equal numbers are one customer"),
            names=listed(
                "税号, 纳税人识别号, 统一社会信用代码, 购方税号, 购买方税号, 信用代码, tax_number, tax id, vat id, "
                "vat number, tin, ust-idnr"
            ),
        ),
    },
    audits={
        "is_its_own_parent": Audit("parent_id = customer_id", N_("it is its own parent")),
        "closed_before_it_began": Audit("closed_on < since", N_("it closed before it became a customer")),
        "referred_itself": Audit("referred_by = customer_id", N_("it referred itself")),
    },
)

"""One customer: who buys; a legal entity or a person."""

from __future__ import annotations

from liuke.facts._names import listed
from liuke.facts._words import YES_AND_NO
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
    called=listed(
        "客户档案, 客户资料, 客户信息, 客户列表, 客户清单, 客户名单, 客户主数据, 会员资料, 会员档案, "
        "会员列表, 往来单位, customers, accounts, customer list, customer master, companies, members, "
        "kunden, kundenstamm, debitoren"
    ),
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
        "grade": Column(
            "text",
            N_("customer's grade"),
            names=(
                *LINE_INPUTS["customer_grade"].names,
                *listed(
                    "客户星级, 会员等级, 会员级别, 信用等级, 重要程度, account rating, rating, customer rank, abc, "
                    "abc class, loyalty tier, priority, kundenklasse, abc-klasse"
                ),
            ),
        ),
        "industry": Column(
            "text",
            N_("customer's industry"),
            names=(
                *LINE_INPUTS["customer_industry"].names,
                *listed(
                    "客户性质, 客户属性, 客户类型名称, 客户行业分类, 业务类型, customer industry, account type, "
                    "customer group, kundengruppe, type of customer"
                ),
            ),
        ),
        "region": Column(
            "text",
            N_("customer's region"),
            names=(
                *LINE_INPUTS["customer_region"].names,
                *listed(
                    "客户所在地, 所在地区, 所在省份, 所在区域, 所属区域, 所属大区, 城市, 所在城市, billing state, "
                    "billing country, billing city, state/region, city, bundesland, stadt, ort, gebiet, region name"
                ),
            ),
        ),
        "channel": Column(
            "text",
            N_("way the customer buys"),
            names=(
                *LINE.columns["channel"].names,
                *listed("客户来源, 获客渠道, 来源, lead source, source, original source, kundenquelle"),
            ),
        ),
        "tier": Column(
            "text",
            N_("place in the channel: distributor, dealer, shop, end user"),
            names=listed("渠道层级, 经销级别, 经销商级别, 代理级别, channel tier, dealer tier, dealer level"),
        ),
        "since": Column(
            "date",
            N_("customer since"),
            names=listed(
                "建档日期, 发展日期, 开户日期, 合作日期, 首次合作日期, 入会日期, 注册日期, 注册时间, 建档时间, since, "
                "customer since, registered on, signup date, joined, kunde seit, 建立日期, 成为客户日期, "
                "成交日期, 首次成交日期, 首次下单日期, 首单日期, 开户时间, 创建日期, 创建时间, 新建日期, "
                "加入时间, 入会时间, created date, create date, created at, date created, customer since date, "
                "became a customer date, first order date, start date, angelegt am, erfasst am"
            ),
        ),
        "parent_id": Column(
            "text",
            N_("code of the parent customer"),
            names=listed(
                "上级客户, 上级客户编码, 母公司编码, 总公司编码, 集团编码, parent_id, parent, parent account, "
                "parent customer, konzern, 母公司, 上级单位, 所属集团, 所属集团编码, 总店编码, 总部编码, "
                "parent company, parent account id, parent company id, bill-to parent, muttergesellschaft"
            ),
        ),
        "referred_by": Column(
            "text",
            N_("code of the customer who recommended us"),
            names=listed("推荐人, 介绍人, 推荐客户, 转介绍人, referred_by, referrer, referred by customer"),
        ),
        "came_from": Column(
            "text",
            N_("whom the customer bought from before us"),
            names=listed(
                "原供应商, 前供应商, 原合作厂家, 原合作供应商, 原使用品牌, 来自竞品, 转自, 转自竞品, 竞品来源, "
                "came_from, came from, previous supplier, former supplier, switched from, won from, previous vendor, "
                "früherer lieferant, bisheriger lieferant"
            ),
        ),
        "closed_on": Column(
            "date",
            N_("day the account was closed"),
            names=listed(
                "停用日期, 销户日期, 注销日期, 关户日期, closed_on, closed date, inactive date, 关闭日期, "
                "停止合作日期, 终止合作日期, 流失日期, 闭户日期, 失效日期, 停用时间, closed at, closed on date, "
                "deactivated on, deactivation date, end date, geschlossen am, gesperrt am"
            ),
        ),
        "closed_reason": Column(
            "text",
            N_("why the account was closed"),
            names=listed(
                "停用原因, 销户原因, 注销原因, closed_reason, close reason, reason closed, 关闭原因, "
                "停止合作原因, 终止合作原因, 失效原因, reason for closing, deactivation reason, sperrgrund"
            ),
        ),
        "consent": Column(
            "boolean",
            N_("may be contacted for marketing"),
            names=listed(
                "营销同意, 是否同意营销, 允许联系, 接收推广, consent, marketing consent, opt in, optin, "
                "是否接受营销, 接受推送, 是否接收短信, 同意接收营销信息, accepts marketing, email opt in, "
                "accepts email marketing, marketing opt-in, subscribed, einwilligung, newsletter"
            ),
            words=YES_AND_NO,
        ),
        "contact_name": Column(
            "text",
            N_("person to speak to"),
            personal=True,
            names=listed(
                "联系人, 联系人姓名, 采购联系人, contact_name, contact, contact person, ansprechpartner, "
                "主联系人, 首要联系人, 联系人名称, 法人代表, 负责人姓名, primary contact, contact full name"
            ),
        ),
        "phone": Column(
            "text",
            N_("telephone number"),
            personal=True,
            names=listed(
                "电话, 联系电话, 手机, 手机号, 手机号码, phone, telephone, mobile, tel, telefon, 手机号码1, "
                "电话号码, 联系手机, 固定电话, 座机, 联系方式, 办公电话, phone number, mobile phone, cell, "
                "telefonnummer, mobil"
            ),
        ),
        "email": Column(
            "text",
            N_("e-mail address"),
            personal=True,
            names=listed(
                "邮箱, 电子邮箱, email, e-mail, mail, 电子邮件, 邮件地址, 邮箱地址, email address, e-mail-adresse"
            ),
        ),
        "address": Column(
            "text",
            N_("postal address"),
            personal=True,
            names=listed(
                "地址, 联系地址, 公司地址, 收货地址, address, street, anschrift, adresse, 详细地址, 办公地址, "
                "注册地址, 通讯地址, 送货地址, 客户地址, billing street, street address, billing address, "
                "shipping address, straße"
            ),
        ),
        "tax_number": Column(
            "text",
            N_("tax number; equal numbers are one customer"),
            names=listed(
                "税号, 纳税人识别号, 统一社会信用代码, 购方税号, 购买方税号, 信用代码, tax_number, tax id, "
                "vat id, vat number, tin, ust-idnr, 社会信用代码, 税务登记号, 纳税人识别码, 纳税识别号, "
                "tax registration number, tax no, gstin, vat registration no, vat no, ust-id, steuernummer"
            ),
        ),
    },
    audits={
        "is_its_own_parent": Audit("parent_id = customer_id", N_("it is its own parent")),
        "closed_before_it_began": Audit("closed_on < since", N_("it closed before it became a customer")),
        "referred_itself": Audit("referred_by = customer_id", N_("it referred itself")),
    },
)

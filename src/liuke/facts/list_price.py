"""Price of one product from a day on."""

from __future__ import annotations

from liuke.facts._names import listed
from liuke.facts._who import PRODUCT
from liuke.kernel.contract import Audit, Column, Contract
from liuke.kernel.i18n import N_

CONTRACT = Contract(
    table="list_price",
    meaning=N_("price of one product from a day on"),
    grain=(
        "product_id",
        "from_on",
        "tier",
    ),
    called=listed(
        "价格表, 价目表, 价目, 报价表, 产品价格, 商品价格, 标准价, 调价表, 定价, price list, pricelist, "
        "prices, price book, preisliste, preise"
    ),
    columns={
        "product_id": Column("text", N_("product's code"), required=True, names=PRODUCT),
        "from_on": Column(
            "date",
            N_("first day the price holds"),
            required=True,
            names=listed(
                "价格生效日期, 价格生效日, 调价日期, from_on, price from, price valid from, 生效日期, 生效日, "
                "生效时间, 生效起始日期, 执行日期, 启用日期, 起始日期, 开始日期, 价格执行日期, 调价生效日期, "
                "有效期起, 有效期从, 有效期开始, 价格日期, 价目日期, 起效日期, 定价日期, effective date, "
                "effective from, valid from, valid from date, starting date, start date, price date, from date, "
                "from, gültig ab, gültig von, preis ab"
            ),
        ),
        "price": Column(
            "money",
            N_("price of one unit"),
            required=True,
            names=listed(
                "目录价, 标准价, 价格, 标价, list price, price, 单价, 含税单价, 不含税单价, 无税单价, 未税单价, "
                "销售单价, 销售价, 销售价格, 售价, 标准售价, 标准销售价, 目录价格, 目录单价, 报价, 批发价, "
                "零售价, 出厂价, 经销价, 供货价, 结算价, 挂牌价, 牌价, 指导价, 统一价, 最新价, 新价, 新价格, "
                "调整后价格, 现价, 产品价格, 商品价格, 基准价, unit price, sales price, selling price, "
                "price list rate, list unit price, rate, retail price, wholesale price, base price, net price, "
                "new price, msrp, preis, listenpreis, verkaufspreis, einzelpreis, vk-preis"
            ),
        ),
        "tier": Column(
            "text",
            N_("place in the channel the price is for"),
            names=listed(
                "价格级别, 价格等级, 渠道层级, tier, price tier, 客户级别, 客户等级, 客户类型, 客户分类, "
                "客户价格组, 经销级别, 价格类型, 价格组, 价目表, 价目表名称, 价格表名称, 价格表, 价格体系, 级别, "
                "等级, 渠道, price list, price level, price group, customer price group, price book name, "
                "price book, customer group, customer type, sales code, level, preisliste, preisgruppe, "
                "kundengruppe"
            ),
        ),
    },
    audits={
        "price_is_not_positive": Audit("price <= 0", N_("the price is not above 0")),
    },
)

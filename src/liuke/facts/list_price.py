"""Price of one product from a day on."""

from __future__ import annotations

from liuke.facts._names import listed
from liuke.facts.document_line import CONTRACT as LINE
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
    columns={
        "product_id": Column("text", N_("product's code"), required=True, names=LINE.columns["product_id"].names),
        "from_on": Column(
            "date",
            N_("first day the price holds"),
            required=True,
            names=listed("价格生效日期, 价格生效日, 调价日期, from_on, price from, price valid from"),
        ),
        "price": Column(
            "money",
            N_("price of one unit"),
            required=True,
            names=listed("目录价, 标准价, 价格, 标价, list price, price"),
        ),
        "tier": Column(
            "text",
            N_("place in the channel the price is for"),
            names=listed("价格级别, 价格等级, 渠道层级, tier, price tier"),
        ),
    },
    audits={
        "price_is_not_positive": Audit("price <= 0", N_("the price is not above 0")),
    },
)

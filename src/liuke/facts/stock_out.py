"""Days one product was out of stock."""

from __future__ import annotations

from liuke.facts._names import listed
from liuke.facts._who import PRODUCT
from liuke.kernel.contract import Audit, Column, Contract
from liuke.kernel.i18n import N_

CONTRACT = Contract(
    table="stock_out",
    meaning=N_("days one product was out of stock"),
    grain=(
        "product_id",
        "from_on",
        "site",
    ),
    called=listed("缺货, 断货, stockouts, stock outs, out of stock"),
    columns={
        "product_id": Column("text", N_("product's code"), required=True, names=PRODUCT),
        "from_on": Column(
            "date",
            N_("first day"),
            required=True,
            names=listed("缺货开始日期, 缺货日期, 断货日期, from_on, out of stock from"),
        ),
        "to_on": Column(
            "date",
            N_("last day; empty while it lasts"),
            names=listed("缺货结束日期, 到货恢复日期, to_on, out of stock to"),
        ),
        "site": Column("text", N_("warehouse"), names=listed("仓库, 分公司, site, warehouse")),
    },
    audits={
        "ends_before_it_begins": Audit("to_on < from_on", N_("the last day lies before the first")),
    },
)

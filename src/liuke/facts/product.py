"""One product, with its family and the interval after which it asks for service or a refill."""

from __future__ import annotations

from liuke.facts._names import listed
from liuke.facts.document_line import CONTRACT as LINE
from liuke.facts.document_line import INPUTS as LINE_INPUTS
from liuke.kernel.contract import Audit, Column, Contract
from liuke.kernel.i18n import N_

CONTRACT = Contract(
    table="product",
    meaning=N_("one product"),
    grain=("product_id",),
    columns={
        "product_id": Column(
            "text",
            N_("product's code"),
            required=True,
            names=(*LINE.columns["product_id"].names, *listed("编码, 代码, 编号, id, code")),
        ),
        "name": Column("text", N_("product's name"), names=(*LINE_INPUTS["product_name"].names, *listed("名称, name"))),
        "family": Column(
            "text", N_("product's family"), names=(*LINE_INPUTS["product_family"].names, *listed("family, 分类, 大类"))
        ),
        "launched_on": Column(
            "date",
            N_("first day it could be bought"),
            names=listed("上市日期, 启用日期, launched_on, launch date, introduced on"),
        ),
        "discontinued_on": Column(
            "date",
            N_("last day it could be bought"),
            names=listed("停产日期, 停售日期, 退市日期, discontinued_on, discontinued date, end of life"),
        ),
        "replaced_by": Column(
            "text",
            N_("code of its successor"),
            names=listed("替代品, 替代物料, 替代编码, 替代产品编码, replaced_by, replacement, successor"),
        ),
        "service_interval_days": Column(
            "integer",
            N_("days until it is due for service or refill"),
            unit="days",
            names=listed(
                "保养周期, 保养间隔, 更换周期, 服务周期, 保养周期天, 复购周期, service_interval_days, "
                "service interval, refill days"
            ),
        ),
    },
    audits={
        "discontinued_before_it_was_launched": Audit(
            "discontinued_on < launched_on", N_("it was discontinued before it was launched")
        ),
        "replaces_itself": Audit("replaced_by = product_id", N_("it is replaced by itself")),
        "service_interval_is_not_positive": Audit(
            "service_interval_days <= 0", N_("the service interval is not above 0")
        ),
    },
)

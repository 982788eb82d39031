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
    called=listed(
        "产品档案, 商品档案, 存货档案, 物料档案, 产品资料, 商品资料, 产品列表, 商品列表, 产品目录, "
        "物料主数据, products, items, item list, materials, artikel, artikelstamm, produkte"
    ),
    columns={
        "product_id": Column(
            "text",
            N_("product's code"),
            required=True,
            names=(
                *LINE.columns["product_id"].names,
                *listed("编码, 代码, 编号, id, code, item no, article number, product number, variant sku"),
            ),
        ),
        "name": Column("text", N_("product's name"), names=(*LINE_INPUTS["product_name"].names, *listed("名称, name"))),
        "family": Column(
            "text",
            N_("product's family"),
            names=(
                *LINE_INPUTS["product_family"].names,
                *listed(
                    "family, 分类, 大类, 产品类型, 商品类型, 所属分类, 一级分类, 存货类别, 产品分类, 物料类别, "
                    "物料分类, 分类名称, 类别, 品牌系列, 系列, type, product type, item category, item group, "
                    "artikelgruppe, produktgruppe"
                ),
            ),
        ),
        "launched_on": Column(
            "date",
            N_("first day it could be bought"),
            names=listed(
                "上市日期, 启用日期, launched_on, launch date, introduced on, 上架日期, 上架时间, 上市时间, "
                "启售日期, 发布日期, 建档日期, release date, launch, available from, introduction date, "
                "markteinführung, eingeführt am"
            ),
        ),
        "discontinued_on": Column(
            "date",
            N_("last day it could be bought"),
            names=listed(
                "停产日期, 停售日期, 退市日期, discontinued_on, discontinued date, end of life, 下架日期, "
                "下架时间, 停产时间, 停用日期, 停售时间, 淘汰日期, discontinued, end of sale, eol date, "
                "obsolete date, auslaufdatum, abgekündigt am"
            ),
        ),
        "replaced_by": Column(
            "text",
            N_("code of its successor"),
            names=listed(
                "替代品, 替代物料, 替代编码, 替代产品编码, replaced_by, replacement, successor, 替代产品, "
                "替代产品编号, 替代商品, 替代型号, 替代存货, 替代存货编码, 替代物料编码, 替换产品, 替代料号, "
                "升级产品, 后继产品, 新品编码, replacement product, replacement item, replacement part, "
                "replaced with, superseded by, substitute, substitute item, successor product, nachfolger, "
                "nachfolgeartikel, ersatzartikel"
            ),
        ),
        "service_interval_days": Column(
            "integer",
            N_("days until it is due for service or refill"),
            unit="days",
            names=listed(
                "保养周期, 保养间隔, 更换周期, 服务周期, 保养周期天, 复购周期, service_interval_days, "
                "service interval, refill days, 维保周期, 更换周期天, 维护周期, 补货周期, 使用周期, 消耗周期, "
                "保养天数, 更换天数, maintenance interval, replacement interval, refill interval, reorder days, "
                "replenishment days, wartungsintervall, serviceintervall"
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

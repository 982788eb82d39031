"""Headers under which tables about customers, products and salespeople say who or which: codes first, then names."""

from __future__ import annotations

from liuke.facts._names import listed
from liuke.facts.document_line import CONTRACT as LINE
from liuke.facts.document_line import INPUTS as LINE_INPUTS

CUSTOMER = (
    *LINE.columns["customer_id"].names,
    *listed("requester id, organization id, company id, associated company id, related account id"),
    *LINE_INPUTS["customer_name"].names,
    *listed(
        "拜访客户, 投诉客户, 投诉单位, 投诉人, 客诉客户, 反馈客户, 来电客户, 受访客户, 走访客户, 访谈客户, 流失客户, "
        "关联客户, 所属客户, 签约客户, 协议客户, 合同客户, 欠款客户, 欠款单位, 欠款人, 会员, 会员名称, 对方单位, "
        "客户单位, 客户公司, 门店客户, 终端客户, 终端, 往来户名称, company, company/account, related to, account, "
        "associated company, associated company name, organization, organisation, organization name, requester, "
        "requester name, related company, customer/company, debtor, party, customer full name, firmenname"
    ),
)
PRODUCT = (
    *LINE.columns["product_id"].names,
    *(name for name in LINE_INPUTS["product_name"].names if name != "Description"),
    *listed(
        "型号, 产品型号, item no, article number, product number, variant sku, "
        "投诉产品, 涉及产品, 问题产品, 名称, product model, model"
    ),
)

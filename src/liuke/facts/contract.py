"""One yearly agreement."""

from __future__ import annotations

from liuke.facts._names import listed
from liuke.facts._who import CUSTOMER
from liuke.kernel.contract import Audit, Column, Contract, Made
from liuke.kernel.i18n import N_

CONTRACT = Contract(
    table="contract",
    meaning=N_("one yearly agreement"),
    grain=("contract_id",),
    called=listed("合同, 协议, 年度协议, 框架协议, contracts, agreements, verträge, rahmenverträge"),
    made={
        "contract_id": Made(
            "digest",
            (
                "customer_id",
                "signed_on",
            ),
        )
    },
    columns={
        "contract_id": Column(
            "text",
            N_("number of the agreement"),
            required=True,
            names=listed(
                "协议编号, 框架协议号, 年度协议号, contract_id, agreement no, 合同编号, 合同号, 协议号, "
                "框架合同号, 年度合同编号, 经销协议编号, 合同编码, 审批编号, contract number, contract no, "
                "agreement number, agreement id, contract, vertragsnummer, vertrag nr"
            ),
        ),
        "customer_id": Column("text", N_("customer's code"), required=True, names=CUSTOMER),
        "signed_on": Column(
            "date",
            N_("day it was signed"),
            required=True,
            names=listed(
                "签订日期, 签约日期, signed_on, signed, 签署日期, 签订时间, 签约时间, 签署时间, 合同日期, "
                "合同签订日期, 协议签订日期, 签字日期, 生效日期, 开始日期, 合同开始日期, 协议开始日期, "
                "signed date, contract date, date signed, customer signed date, start date, contract start date, "
                "effective date, unterzeichnet am, vertragsbeginn, vertragsdatum"
            ),
        ),
        "ends_on": Column(
            "date",
            N_("last day"),
            names=listed(
                "到期日期, 协议到期日, 终止日期, ends_on, expires on, 合同到期日期, 合同到期日, 合同结束日期, "
                "合同终止日期, 有效期至, 截止日期, 结束日期, 协议到期日期, 失效日期, end date, "
                "contract end date, expiration date, expiry date, expires, valid until, valid to, vertragsende, "
                "läuft bis, endet am"
            ),
        ),
        "yearly_amount": Column(
            "money",
            N_("sales agreed for the year"),
            names=listed(
                "年度协议额, 协议金额, 年度任务额, yearly_amount, agreed amount, 合同金额, 合同总金额, 合同额, "
                "协议额, 年度目标额, 年度销售目标, 年度任务, 年任务额, 年度金额, 年协议额, 年度合同额, "
                "承诺销售额, 约定年销售额, 金额, contract amount, contract value, annual value, "
                "annual contract value, acv, annual amount, committed amount, yearly commitment, amount, "
                "jahresumsatz, vertragswert, jahresbetrag"
            ),
        ),
    },
    audits={
        "ends_before_it_was_signed": Audit("ends_on < signed_on", N_("it ends before it was signed")),
    },
)

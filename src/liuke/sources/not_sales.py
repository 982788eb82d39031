"""Headings that speak of purchases, quotations or payments: such a file is no file of sales, whatever else it holds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from liuke.sources.headers import name_score
from liuke.sources.scripts import simplified

if TYPE_CHECKING:
    import collections.abc

    from liuke.kernel.contract import Column, Contract

BOUGHT = re.compile(
    r"供应商|供货商|供货单位|采购(?!方)|进货|\bsuppliers?\b|\bvendors?\b|lieferant|kreditor|fournisseur|proveedor|fornitore"
    r"|leverancier|crediteur|fornecedor"
)
OTHER_NUMBER = re.compile(
    r"(报价|询价|收款|付款|回款)单?(编?号|号码)|(quote|quotation|estimate|payment)[\s_.-]*(no|number|num|id|#|ref)\b"
    r"|angebots-?n(r|ummer)|zahlungs-?n(r|ummer)|n° (de )?devis|offertenummer"
)


def not_sales(headers: list[str], contract: Contract, inputs: collections.abc.Mapping[str, Column]) -> tuple[str, ...]:
    """The headings against sales, where none names a customer, or none the number of a document of sales."""
    buyers = (*contract.columns["customer_id"].names, *inputs["customer_name"].names)
    against = []
    for pattern, names in ((BOUGHT, buyers), (OTHER_NUMBER, contract.columns["document_id"].names)):
        if not any(name_score(header, names) > 0.95 for header in headers):
            against += [header for header in headers if pattern.search(simplified(header).casefold())]
    return tuple(dict.fromkeys(against))

"""Headings as programs name them, and the usual ways of writing of a language."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from export_writing import File, Style, csv_file, day, html_file, money, xlsx_file

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterable

    from export_truth import Ledger, Line
    from export_writing import Rows

WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "zh": {
        "number": ("单据编号", "单号", "发票号码", "销售单号", "出库单号"),
        "day": ("单据日期", "日期", "开票日期", "业务日期", "销售日期"),
        "code": ("客户编码", "客户代码", "客户编号", "往来单位编码"),
        "name": ("客户名称", "客户", "购货单位", "往来单位", "购买方名称"),
        "sku": ("存货编码", "商品编码", "物料编码"),
        "product": ("商品名称", "存货名称", "货品名称", "产品名称"),
        "quantity": ("数量", "销售数量"),
        "price": ("单价", "不含税单价"),
        "amount": ("金额", "不含税金额", "销售金额", "未税金额"),
        "tax": ("税额",),
        "gross": ("价税合计", "含税金额"),
        "cost": ("成本金额", "成本"),
        "seller": ("业务员", "销售员"),
        "phone": ("联系电话", "手机"),
        "remark": ("备注", "摘要"),
        "line_no": ("行号", "序号"),
        "total": ("订单总额", "单据金额", "整单金额"),
        "kind": ("单据类型", "业务类型", "类型"),
        "status": ("单据状态", "状态", "订单状态"),
        "sum": ("合计", "总计"),
        "subtotal": ("小计",),
        "unit": ("单位",),
        "warehouse": ("仓库",),
        "balance": ("余额",),
        "due": ("到期日", "应收日期"),
        "currency": ("币别", "币种"),
        "discount": ("折扣额",),
        "weight": ("重量(kg)",),
        "margin": ("毛利", "毛利额"),
    },
    "tw": {
        "number": ("單據編號", "單號", "發票號碼"),
        "day": ("單據日期", "日期", "開票日期"),
        "code": ("客戶編號", "客戶代號"),
        "name": ("客戶名稱", "客戶"),
        "sku": ("品號", "料號"),
        "product": ("品名", "商品名稱"),
        "quantity": ("數量",),
        "price": ("單價",),
        "amount": ("金額", "未稅金額", "銷售金額"),
        "tax": ("稅額",),
        "gross": ("含稅金額",),
        "cost": ("成本",),
        "seller": ("業務員",),
        "phone": ("電話",),
        "remark": ("備註",),
        "line_no": ("序號",),
        "total": ("單據金額",),
        "kind": ("單據類型",),
        "status": ("狀態",),
        "sum": ("合計", "總計"),
        "subtotal": ("小計",),
        "unit": ("單位",),
        "warehouse": ("倉庫",),
        "balance": ("餘額",),
        "due": ("到期日",),
        "currency": ("幣別",),
        "discount": ("折扣額",),
        "weight": ("重量(kg)",),
        "margin": ("毛利",),
    },
    "en": {
        "number": ("Invoice No", "Invoice Number", "Document No.", "Inv #", "Invoice"),
        "day": ("Invoice Date", "Date", "Posting Date", "Inv Date"),
        "code": ("Customer No", "Customer Code", "Account No", "Customer ID", "Cust #"),
        "name": ("Customer", "Customer Name", "Client", "Sold To", "Bill To Name"),
        "sku": ("SKU", "Item No.", "Item Code"),
        "product": ("Item", "Product", "Description", "Item Description"),
        "quantity": ("Qty", "Quantity"),
        "price": ("Unit Price", "Price"),
        "amount": ("Amount", "Net Amount", "Line Total", "Net Sales", "Line Amount", "Ext. Price"),
        "tax": ("Tax", "VAT", "Sales Tax"),
        "gross": ("Gross", "Total incl. VAT", "Amount Including VAT"),
        "cost": ("Cost", "Cost Amount", "COGS"),
        "seller": ("Salesperson", "Rep", "Sales Rep"),
        "phone": ("Phone", "Telephone"),
        "remark": ("Notes", "Memo", "Comment"),
        "line_no": ("Line No", "Line"),
        "total": ("Invoice Total", "Order Total", "Document Total"),
        "kind": ("Type", "Document Type", "Transaction Type"),
        "status": ("Status", "Order Status", "State"),
        "sum": ("Total", "Grand Total"),
        "subtotal": ("Subtotal", "Sub-total"),
        "unit": ("UOM", "Unit"),
        "warehouse": ("Warehouse", "Location"),
        "balance": ("Balance",),
        "due": ("Due Date",),
        "currency": ("Currency", "Curr."),
        "discount": ("Discount Amount",),
        "weight": ("Weight",),
        "margin": ("Margin", "Gross Profit"),
    },
    "de": {
        "number": ("Rechnungsnr.", "Belegnummer", "Rechnungsnummer", "Beleg-Nr."),
        "day": ("Rechnungsdatum", "Datum", "Belegdatum"),
        "code": ("Kundennummer", "Kunden-Nr.", "Kundennr.", "Debitor"),
        "name": ("Kunde", "Kundenname", "Firma"),
        "sku": ("Artikelnummer", "Art.-Nr."),
        "product": ("Artikel", "Bezeichnung"),
        "quantity": ("Menge", "Anzahl"),
        "price": ("Einzelpreis", "Preis"),
        "amount": ("Betrag", "Nettobetrag", "Netto", "Umsatz", "Gesamtpreis netto"),
        "tax": ("MwSt", "USt"),
        "gross": ("Brutto", "Bruttobetrag"),
        "cost": ("Einstandswert", "EK-Wert"),
        "seller": ("Vertreter", "Verkäufer"),
        "phone": ("Telefon",),
        "remark": ("Bemerkung", "Notiz"),
        "line_no": ("Pos.", "Position"),
        "total": ("Rechnungsbetrag", "Gesamtbetrag Beleg"),
        "kind": ("Belegart", "Art"),
        "status": ("Status",),
        "sum": ("Summe", "Gesamtsumme"),
        "subtotal": ("Zwischensumme",),
        "unit": ("Einheit", "ME"),
        "warehouse": ("Lager",),
        "balance": ("Saldo",),
        "due": ("Fälligkeit",),
        "currency": ("Währung",),
        "discount": ("Rabattbetrag",),
        "weight": ("Gewicht",),
        "margin": ("Rohertrag",),
    },
    "fr": {
        "number": ("N° facture", "Numéro de facture", "Réf. facture", "Facture"),
        "day": ("Date facture", "Date", "Date de facture"),
        "code": ("Code client", "N° client"),
        "name": ("Client", "Nom du client", "Raison sociale"),
        "sku": ("Réf. produit", "Référence"),
        "product": ("Désignation", "Produit", "Article"),
        "quantity": ("Qté", "Quantité"),
        "price": ("PU HT", "Prix unitaire"),
        "amount": ("Montant HT", "Total HT", "Montant"),
        "tax": ("TVA", "Montant TVA"),
        "gross": ("Montant TTC", "Total TTC"),
        "cost": ("Coût", "Prix de revient"),
        "seller": ("Commercial", "Représentant"),
        "phone": ("Téléphone",),
        "remark": ("Remarque", "Note"),
        "line_no": ("Ligne",),
        "total": ("Total facture HT",),
        "kind": ("Type",),
        "status": ("État", "Statut"),
        "sum": ("Total", "Total général"),
        "subtotal": ("Sous-total",),
        "unit": ("Unité",),
        "warehouse": ("Dépôt",),
        "balance": ("Solde",),
        "due": ("Échéance",),
        "currency": ("Devise",),
        "discount": ("Remise",),
        "weight": ("Poids",),
        "margin": ("Marge",),
    },
    "es": {
        "number": ("Nº factura", "Factura", "Número de factura"),
        "day": ("Fecha", "Fecha factura", "Fecha de factura"),
        "code": ("Código cliente", "Cód. cliente"),
        "name": ("Cliente", "Nombre cliente", "Razón social"),
        "sku": ("Referencia", "Código artículo"),
        "product": ("Artículo", "Descripción"),
        "quantity": ("Cantidad", "Cant."),
        "price": ("Precio", "Precio unitario"),
        "amount": ("Importe", "Base imponible", "Importe neto"),
        "tax": ("IVA", "Cuota IVA"),
        "gross": ("Total con IVA", "Importe total"),
        "cost": ("Coste",),
        "seller": ("Comercial", "Vendedor"),
        "phone": ("Teléfono",),
        "remark": ("Observaciones",),
        "line_no": ("Línea",),
        "total": ("Total factura",),
        "kind": ("Tipo",),
        "status": ("Estado",),
        "sum": ("Total", "Total general"),
        "subtotal": ("Subtotal",),
        "unit": ("Unidad",),
        "warehouse": ("Almacén",),
        "balance": ("Saldo",),
        "due": ("Vencimiento",),
        "currency": ("Divisa", "Moneda"),
        "discount": ("Descuento",),
        "weight": ("Peso",),
        "margin": ("Margen",),
    },
}

GET: dict[str, Callable[[Ledger, Line], object]] = {
    "number": lambda led, line: line.number,
    "day": lambda led, line: line.day,
    "code": lambda led, line: line.customer.code,
    "name": lambda led, line: line.customer.name,
    "email": lambda led, line: line.customer.email,
    "phone": lambda led, line: line.customer.phone,
    "sku": lambda led, line: line.sku,
    "product": lambda led, line: line.product,
    "quantity": lambda led, line: line.quantity,
    "price": lambda led, line: line.price,
    "amount": lambda led, line: line.amount,
    "tax": lambda led, line: line.tax,
    "gross": lambda led, line: line.gross,
    "cost": lambda led, line: line.cost,
    "margin": lambda led, line: line.amount - line.cost,
    "seller": lambda led, line: line.seller,
    "line_no": lambda led, line: line.line_no,
    "total": lambda led, line: led.totals[line.number],
    "kind": lambda led, line: line.word,
    "status": lambda led, line: line.word,
    "word": lambda led, line: line.word,
    "remark": lambda led, line: None,
    "unit": lambda led, line: {"zh": "台", "tw": "台", "de": "Stk", "fr": "U", "es": "ud"}.get(led.lang, "pcs"),
    "warehouse": lambda led, line: {"zh": "主仓", "tw": "主倉"}.get(led.lang, "MAIN"),
    "due": lambda led, line: line.day.replace(day=28),
    "balance": lambda led, line: abs(line.amount) * 3 + 17,
    "weight": lambda led, line: abs(line.quantity) * 7,
    "currency": lambda led, line: {"zh": "人民币", "tw": "TWD", "en": "USD"}.get(led.lang, "EUR"),
}


def named(rng: random.Random, lang: str, role: str) -> str:
    """One of the headings a column of this role has in a language."""
    return rng.choice(WORDS[lang][role])


def table(
    rng: random.Random, led: Ledger, roles: Iterable[str | tuple[str, str]], lines: Iterable[Line] | None = None
) -> Rows:
    """A heading and a row a line; a role may come with the heading it must have."""
    wanted = [(role, named(rng, led.lang, role)) if isinstance(role, str) else role for role in roles]
    head: list[object] = [heading for _, heading in wanted]
    return [head, *([GET[role](led, line) for role, _ in wanted] for line in (led.lines if lines is None else lines))]


def shuffled(rng: random.Random, roles: Iterable[str]) -> list[str]:
    """The roles in another order, half of the time."""
    held = list(roles)
    if rng.random() < 0.5:
        rng.shuffle(held)
    return held


def usual(rng: random.Random, lang: str) -> Style:
    """A usual way of writing of a language's country."""
    forms = {
        "zh": (("%Y-%m-%d", "%Y/%n/%e", "%Y年%n月%e日", "%Y%m%d", "%Y.%m.%d"), (money(), money(","))),
        "tw": (("%Y/%m/%d", "%Y-%m-%d"), (money(), money(","))),
        "en": (
            ("%Y-%m-%d", "%m/%d/%Y", "%d/%m/%Y", "%d-%B-%Y", "%B %e, %Y"),
            (money(), money(","), money(",", minus="paren")),
        ),
        "de": (("%d.%m.%Y",), (money(".", ","), money("", ","), money(".", ",", minus="trail"))),
        "fr": (("%d/%m/%Y",), (money(" ", ","), money("\u202f", ","), money("\xa0", ","), money("", ","))),
        "es": (("%d/%m/%Y", "%d-%m-%Y"), (money(".", ","), money("", ","))),
    }
    days, moneys = forms[lang]
    return Style(lang, rng.choice(moneys), day(rng.choice(days), lang))


ENCODINGS = {
    "zh": ("utf-8", "utf-8-sig", "gb18030"),
    "tw": ("utf-8-sig", "big5"),
    "en": ("utf-8", "utf-8-sig"),
    "de": ("utf-8", "cp1252", "utf-8-sig"),
    "fr": ("utf-8-sig", "utf-8"),
    "es": ("utf-8", "cp1252"),
}


def saved(
    rng: random.Random, rows: Rows, style: Style, stem: str = "export", among: str = "csv,csv,xlsx,text,html"
) -> File:
    """The rows in one of the usual files: csv, workbook, workbook of text cells, HTML called xls."""
    how = rng.choice(among.split(","))
    if how == "xlsx":
        return xlsx_file(rows, f"{stem}.xlsx")
    if how == "text":
        return xlsx_file(rows, f"{stem}.xlsx", style=style)
    if how == "html":
        return html_file(rows, style, f"{stem}.xls")
    comma = style.money.__closure__ is not None and style.money(0) == "0,00"  # type: ignore[arg-type]
    return csv_file(
        rows,
        style,
        f"{stem}.csv",
        delimiter=";" if comma else rng.choice(",,\t"),
        encoding=rng.choice(ENCODINGS[style.lang]),
        quoting=rng.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL)),
        newline=rng.choice(("\n", "\r\n")),
    )

"""Exports shaped like those of programs people have."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from export_kinds import Export, family
from export_truth import CENT, Ledger, Line, Truth, ledger, truth
from export_writing import Rows, Style, csv_file, day, money, xlsx_file

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

ISO = "%Y-%m-%d"


def _stamp(form: str) -> Callable[[dt.date], str]:
    return lambda value: value.strftime(form)


def _rows(heads: str, lines: list[Line], made: Callable[[Line], dict[str, object]]) -> Rows:
    """A row a line under headings given with commas; what a line does not name is blank."""
    names = heads.split(",")
    rows: Rows = [list(names)]
    for line in lines:
        cells = made(line)
        assert set(cells) <= set(names), set(cells) - set(names)
        rows.append([cells.get(name) for name in names])
    return rows


def _first(line: Line, cell: object) -> object:
    return cell if line.line_no == 1 else None


def _unsigned(led: Ledger) -> list[Line]:
    return [replace(line, amount=abs(line.amount), quantity=abs(line.quantity)) for line in led.lines]


@family(unaided=False, seeds=4)
def shopify(rng: random.Random) -> Export:
    """Order fields on an order's first line, price and quantity on each; pending and refunded orders inside."""
    led = ledger(rng, "en", returns=0.0, lines=(1, 3), numbering="#{n5}").worded(
        lambda i, line: "voided" if i % 9 == 5 else "paid"
    )
    heads = (
        "Name,Email,Financial Status,Paid at,Fulfillment Status,Currency,Subtotal,Shipping,Taxes,Total,"
        "Discount Code,Discount Amount,"
        "Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Billing Name,Billing Company,"
        "Cancelled at,"
        "Payment Method,Refunded Amount,Vendor,Id,Tags,Lineitem discount"
    )
    style = Style("en", money(), _stamp("%Y-%m-%d 10:11:12 +0200"))

    def made(line: Line) -> dict[str, object]:
        total = led.totals[line.number]
        tax = (total / 5).quantize(CENT)
        head = {
            "Financial Status": line.word,
            "Paid at": line.day,
            "Fulfillment Status": "fulfilled",
            "Currency": "EUR",
            "Subtotal": total,
            "Shipping": Decimal("4.90"),
            "Taxes": tax,
            "Total": total + tax + Decimal("4.90"),
            "Discount Amount": Decimal("0.00"),
            "Billing Name": line.customer.name,
            "Payment Method": "Shopify Payments",
            "Refunded Amount": Decimal("0.00"),
            "Id": 5000 + int(line.number[1:]),
            "Cancelled at": line.day if line.word == "voided" else None,
        }
        first = head if line.line_no == 1 else {}
        return {
            "Name": line.number,
            "Email": line.customer.email,
            "Created at": line.day,
            "Lineitem quantity": line.quantity,
            "Lineitem name": line.product,
            "Lineitem price": line.price,
            "Lineitem sku": line.sku,
            "Vendor": "Acme",
            "Lineitem discount": Decimal("0.00"),
            **first,
        }

    kept = [line for line in led.lines if line.word == "paid"]
    return Export(
        [csv_file(_rows(heads, led.lines, made), style, "orders_export_1.csv")],
        [truth(kept), truth(kept, "document", rows_told=False)],
        "voided orders do not count",
    )


@family(unaided=False, seeds=3)
def woocommerce(rng: random.Random) -> Export:
    """Guests have the id 0; cancelled and failed orders inside; total with tax and shipping beside the subtotal."""
    words = ("completed", "processing", "cancelled", "failed")
    led = ledger(rng, "en", returns=0.0, lines=(1, 1), numbering="{n5}").worded(
        lambda i, line: rng.choice(words[:2]) if i % 5 else rng.choice(words[2:])
    )
    guests = {each.code for each in led.customers[:3]}
    heads = (
        "order_id,order_number,order_date,paid_date,status,shipping_total,tax_total,discount_total,order_total,"
        "order_subtotal,order_currency,"
        "payment_method,customer_id,customer_email,billing_first_name,billing_last_name,billing_country,line_items"
    )

    def made(line: Line) -> dict[str, object]:
        tax = (line.amount / 10).quantize(CENT)
        return {
            "order_id": line.number,
            "order_number": line.number,
            "order_date": line.day,
            "paid_date": line.day,
            "status": line.word,
            "shipping_total": Decimal(5),
            "tax_total": tax,
            "discount_total": Decimal(0),
            "order_total": line.amount + tax + 5,
            "order_subtotal": line.amount,
            "order_currency": "USD",
            "payment_method": "stripe",
            "customer_id": 0 if line.customer.code in guests else int("".join(filter(str.isdigit, line.customer.code))),
            "customer_email": line.customer.email,
            "billing_first_name": line.customer.name.split()[0],
            "billing_last_name": "Smith",
            "billing_country": "US",
            "line_items": f"name:{line.product}|sku:{line.sku}|quantity:1|total:{line.amount}",
        }

    kept = [line for line in led.lines if line.word in words[:2]]
    named = [line for line in kept if line.customer.code not in guests]
    file = csv_file(_rows(heads, led.lines, made), Style("en", money(), _stamp("%Y-%m-%d 16:29:00")), "woo_orders.csv")
    return Export([file], [truth(kept), truth(named)], "guests are several people; cancelled and failed do not count")


@family(unaided=False, seeds=3)
def square_items(rng: random.Random) -> Export:
    """Payments and refunds, $ signs, walk-ins without a customer."""
    led = ledger(rng, "en", returns=0.15, lines=(1, 2), numbering="T{n5}")
    heads = (
        "Date,Time,Time Zone,Category,Item,Qty,SKU,Gross Sales,Discounts,Net Sales,Tax,Transaction ID,Device Name,"
        "Event Type,Location,Customer ID,Customer Name"
    )
    nobody = led.customers[0].code

    def made(line: Line) -> dict[str, object]:
        known = line.customer.code != nobody
        return {
            "Date": line.day,
            "Time": "09:41:00",
            "Time Zone": "Pacific Time (US & Canada)",
            "Category": "Coffee",
            "Item": line.product,
            "Qty": line.quantity,
            "SKU": line.sku,
            "Gross Sales": line.amount,
            "Discounts": Decimal("0.00"),
            "Net Sales": line.amount,
            "Tax": Decimal("0.00"),
            "Transaction ID": line.number,
            "Device Name": "Register 1",
            "Location": "Main",
            "Event Type": "Refund" if line.kind == "return" else "Payment",
            "Customer ID": f"CU{line.customer.code}" if known else None,
            "Customer Name": line.customer.name if known else None,
        }

    kept = [line for line in led.lines if line.customer.code != nobody]
    style = Style("en", money(",", before="$"), day(ISO))
    return Export(
        [csv_file(_rows(heads, led.lines, made), style, "items-2025.csv")], [truth(kept)], "walk-ins set aside"
    )


@family(unaided=False, seeds=3)
def xero(rng: random.Random) -> Export:
    """Line amount beside the invoice's total on every line; drafts and voided inside; credit notes with a minus."""
    good = ("Paid", "Authorised", "Awaiting Payment")
    led = ledger(rng, "en", returns=0.1, lines=(1, 3), numbering="INV-{n:04d}").worded(
        lambda i, line: rng.choice(("Draft", "Voided")) if i % 7 == 3 else rng.choice(good)
    )
    heads = (
        "ContactName,EmailAddress,InvoiceNumber,Reference,InvoiceDate,DueDate,Total,TaxTotal,InvoiceAmountPaid,"
        "InvoiceAmountDue,Description,Quantity,UnitAmount,"
        "LineAmount,AccountCode,TaxType,TaxAmount,Currency,Type,Status"
    )

    def made(line: Line) -> dict[str, object]:
        total = led.totals[line.number]
        return {
            "ContactName": line.customer.name,
            "EmailAddress": line.customer.email,
            "InvoiceNumber": line.number,
            "InvoiceDate": line.day,
            "DueDate": line.day,
            "Total": total + (total / 5).quantize(CENT),
            "TaxTotal": (total / 5).quantize(CENT),
            "InvoiceAmountPaid": Decimal(0),
            "InvoiceAmountDue": total,
            "Description": line.product,
            "Quantity": line.quantity,
            "UnitAmount": line.price,
            "LineAmount": line.amount,
            "AccountCode": 200,
            "TaxType": "20% (VAT on Income)",
            "TaxAmount": (line.amount / 5).quantize(CENT),
            "Currency": "GBP",
            "Type": "Sales credit note" if line.kind == "return" else "Sales invoice",
            "Status": line.word,
        }

    kept = [line for line in led.lines if line.word in good]
    return Export(
        [csv_file(_rows(heads, led.lines, made), Style("en", money(), day("%d/%m/%Y")), "SalesInvoices.csv")],
        [truth(kept)],
        "drafts and voided do not count",
    )


@family(unaided=False, seeds=3)
def sage_fifty(rng: random.Random) -> Export:
    led = ledger(rng, "en", returns=0.2, lines=(1, 1))
    listed: list[Line] = []
    for line in _unsigned(led):
        listed.append(replace(line, word="SC" if line.kind == "return" else "SI"))
        if line.kind == "invoice" and rng.random() < 0.4:
            listed.append(replace(line, word=rng.choice(("SR", "SA")), number=f"R{line.number}"))

    def made(line: Line) -> dict[str, object]:
        tax = (line.amount / 5).quantize(CENT)
        return {
            "No": listed.index(line) + 1,
            "Type": line.word,
            "A/C": line.customer.code,
            "Date": line.day,
            "Ref": line.number,
            "Details": "Goods" if line.word in {"SI", "SC"} else None,
            "Net": line.amount,
            "Tax": tax,
            "Gross": line.amount + tax,
        }

    rows = _rows("No,Type,A/C,Date,Ref,Details,Net,Tax,Gross", listed, made)
    told = truth(led.lines, numbered=False)
    return Export(
        [csv_file(rows, Style("en", money(), day("%d/%m/%Y")), "sage_activity.csv")],
        [told],
        "SI less SC; receipts are no sales",
    )


@family(unaided=False, seeds=3)
def sap_vbrp(rng: random.Random) -> Export:
    """Billing items: SHKZG X for returns, amounts without a sign, days as digits."""
    led = ledger(rng, "de", returns=0.15, numbering="00900{n5}")
    heads = "MANDT,VBELN,POSNR,FKART,FKDAT,KUNAG,NAME1,MATNR,ARKTX,FKIMG,VRKME,NETWR,WAERK,MWSBP,SHKZG"

    def made(line: Line) -> dict[str, object]:
        return {
            "MANDT": "100",
            "VBELN": line.number,
            "POSNR": f"{line.line_no * 10:06d}",
            "FKART": "RE" if line.kind == "return" else "F2",
            "FKDAT": line.day,
            "KUNAG": line.customer.code.zfill(10),
            "NAME1": line.customer.name,
            "MATNR": line.sku,
            "ARKTX": line.product,
            "FKIMG": line.quantity,
            "VRKME": "ST",
            "NETWR": line.amount,
            "WAERK": "EUR",
            "MWSBP": (line.amount / 5).quantize(CENT),
            "SHKZG": "X" if line.kind == "return" else None,
        }

    return Export(
        [csv_file(_rows(heads, _unsigned(led), made), Style("de", money(), day("%Y%m%d")), "vbrp.csv")],
        [truth(led.lines)],
        "SHKZG X is a return",
    )


@family(unaided=False, seeds=3)
def netsuite(rng: random.Random) -> Export:
    """A saved search with main lines: an asterisk, the total, then the lines; half of the files with the tax line too."""
    led = ledger(rng, "en", returns=0.0, lines=(1, 3), numbering="INV{n5}")
    rows: Rows = [["*", "Date", "Type", "Document Number", "Name", "Item", "Quantity", "Amount"]]
    for doc in led.documents():
        first = doc[0]
        rows.append(
            ["*", first.day, "Invoice", first.number, first.customer.name, None, None, led.totals[first.number]]
        )
        rows += [
            [None, line.day, "Invoice", line.number, line.customer.name, line.product, line.quantity, line.amount]
            for line in doc
        ]
    return Export(
        [csv_file(rows, Style("en", money(), day("%m/%d/%Y")), "TransactionSearchResults.csv")],
        [truth(led.lines), truth(led.lines, "document")],
        "totals above lines",
    )


@family(seeds=3)
def business_central(rng: random.Random) -> Export:
    led = ledger(rng, "en", returns=0.1, numbering="1030{n:02d}")
    heads = (
        "Document No.,Line No.,Sell-to Customer No.,Bill-to Customer No.,Type,No.,Description,Quantity,Unit Price,"
        "Line Discount %,Amount,Amount Including VAT,Posting Date"
    )

    def made(line: Line) -> dict[str, object]:
        return {
            "Document No.": line.number,
            "Line No.": line.line_no * 10000,
            "Sell-to Customer No.": line.customer.code,
            "Bill-to Customer No.": line.customer.code,
            "Type": "Item",
            "No.": line.sku,
            "Description": line.product,
            "Quantity": line.quantity,
            "Unit Price": line.price,
            "Line Discount %": 0,
            "Amount": line.amount,
            "Amount Including VAT": line.gross,
            "Posting Date": line.day,
        }

    return Export(
        [xlsx_file(_rows(heads, led.lines, made), "Posted Sales Invoice Lines.xlsx")],
        [truth(led.lines)],
        "amount without VAT",
    )


@family(unaided=False, seeds=3)
def odoo_moves(rng: random.Random) -> Export:
    """Untaxed and total, signed; drafts and cancelled; no column called customer."""
    led = ledger(rng, "en", returns=0.1, lines=(1, 1), numbering="INV/{y}/{n:05d}").worded(
        lambda i, line: "Draft" if i % 8 == 2 else "Cancelled" if i % 8 == 5 else "Posted"
    )
    heads = (
        "Number,Invoice Partner Display Name,Invoice/Bill Date,Due Date,Untaxed Amount Signed,Total Signed,"
        "Payment Status,Status,Type"
    )

    def made(line: Line) -> dict[str, object]:
        return {
            "Number": "/" if line.word == "Draft" else line.number,
            "Invoice Partner Display Name": line.customer.name,
            "Invoice/Bill Date": line.day,
            "Due Date": line.day,
            "Untaxed Amount Signed": line.amount,
            "Total Signed": line.gross,
            "Payment Status": rng.choice(("Paid", "Not Paid")),
            "Status": line.word,
            "Type": "Customer Credit Note" if line.kind == "return" else "Customer Invoice",
        }

    kept = [line for line in led.lines if line.word == "Posted"]
    rows = _rows(heads, led.lines, made)
    file = (
        csv_file(rows, Style("en"), "account.move.csv")
        if rng.random() < 0.5
        else xlsx_file(rows, "Journal Entry (account.move).xlsx")
    )
    return Export([file], [truth(kept)], "untaxed; drafts and cancelled do not count")


@family(unaided=False, seeds=2)
def odoo_grouped(rng: random.Random) -> Export:
    """A group line 'Name (5)' with the group's sum above its rows."""
    led = ledger(rng, "en", returns=0.0, lines=(1, 1))
    rows: Rows = [["Order Date", "Order Reference", "Customer", "Untaxed Amount", "Total"]]
    for lines in led.by_customer():
        rows.append(
            [
                f"{lines[0].customer.name} ({len(lines)})",
                None,
                None,
                sum((x.amount for x in lines), Decimal(0)),
                sum((x.gross for x in lines), Decimal(0)),
            ]
        )
        rows += [[f"{line.day} 09:30:00", line.number, line.customer.name, line.amount, line.gross] for line in lines]
    return Export(
        [xlsx_file(rows, "Sales Order (sale.order).xlsx")], [truth(led.lines)], "untaxed; group lines are no orders"
    )


@family(unaided=False, seeds=2)
def erpnext(rng: random.Random) -> Export:
    """A sales register: net and grand total, drafts told by docstatus 0, cancelled by 2."""
    led = ledger(rng, "en", returns=0.1, lines=(1, 1), numbering="ACC-SINV-{y}-{n:05d}").worded(
        lambda i, line: (
            "Cancelled" if i % 9 == 4 else "Draft" if i % 9 == 7 else rng.choice(("Paid", "Unpaid", "Overdue"))
        )
    )
    heads = (
        "ID,Customer,Posting Date,Status,Is Return,Net Total,Total Taxes and Charges,Grand Total,"
        "Outstanding Amount,Currency"
    )

    def made(line: Line) -> dict[str, object]:
        return {
            "ID": line.number,
            "Customer": line.customer.name,
            "Posting Date": line.day,
            "Status": line.word,
            "Is Return": int(line.kind == "return"),
            "Net Total": line.amount,
            "Total Taxes and Charges": line.tax,
            "Grand Total": line.gross,
            "Outstanding Amount": Decimal(0),
            "Currency": "INR",
        }

    kept = [line for line in led.lines if line.word not in {"Cancelled", "Draft"}]
    return Export(
        [csv_file(_rows(heads, led.lines, made), Style("en"), "Sales Invoice.csv")],
        [truth(kept)],
        "Unpaid and Overdue invoices are sales",
    )


@family(unaided=False, seeds=2)
def dolibarr(rng: random.Random) -> Export:
    """Line and invoice totals side by side in French; drafts inside."""
    led = ledger(rng, "fr", returns=0.1, numbering="FA25{n:02d}-{n5}").worded(
        lambda i, line: "Brouillon" if i % 9 == 4 else rng.choice(("Payée", "Impayée"))
    )
    heads = (
        "Réf. facture,Type,Date facturation,Date échéance,Tiers,Code client,Réf. produit,Libellé,Qté,"
        "Total HT ligne,Total TVA ligne,Total TTC ligne,Total HT,Total TTC,État"
    )

    def made(line: Line) -> dict[str, object]:
        total = led.totals[line.number]
        tax = (line.amount / 5).quantize(CENT)
        return {
            "Réf. facture": line.number,
            "Type": "Avoir" if line.kind == "return" else "Standard",
            "Date facturation": line.day,
            "Date échéance": line.day,
            "Tiers": line.customer.name,
            "Code client": line.customer.code,
            "Réf. produit": line.sku,
            "Libellé": line.product,
            "Qté": line.quantity,
            "Total HT ligne": line.amount,
            "Total TVA ligne": tax,
            "Total TTC ligne": line.amount + tax,
            "Total HT": total,
            "Total TTC": total + (total / 5).quantize(CENT),
            "État": line.word,
        }

    kept = [line for line in led.lines if line.word != "Brouillon"]
    style = Style("fr", money(" ", ","), day("%d/%m/%Y"))
    return Export(
        [csv_file(_rows(heads, led.lines, made), style, "factures.csv", delimiter=";", encoding="utf-8-sig")],
        [truth(kept)],
        "Total HT ligne; no drafts",
    )


@family(unaided=False, seeds=3)
def quickbooks_list(rng: random.Random) -> Export:
    """A transaction list: invoices, credit memos and payments, signs written."""
    led = ledger(rng, "en", returns=0.1, lines=(1, 1))
    rows: Rows = [["Date", "Transaction Type", "Num", "Name", "Memo/Description", "Amount"]]
    for i, line in enumerate(led.lines):
        rows.append(
            [
                line.day,
                "Credit Memo" if line.kind == "return" else "Invoice",
                line.number,
                line.customer.name,
                line.product,
                line.amount,
            ]
        )
        if i % 3 == 1:
            rows.append([line.day, "Payment", f"P{i}", line.customer.name, None, -line.amount])
    style = Style("en", money(","), day("%m/%d/%Y"))
    return Export(
        [csv_file(rows, style, "Transaction List by Customer.csv")], [truth(led.lines)], "payments are no sales"
    )


@family(unaided=False, seeds=3)
def stripe(rng: random.Random) -> Export:
    """Charges with a fee and a refunded amount; failed ones inside."""
    led = ledger(rng, "en", returns=0.0, lines=(1, 1), numbering="ch_{n5}").worded(
        lambda i, line: "Failed" if i % 7 == 3 else "Refunded" if i % 7 == 5 else "Paid"
    )
    heads = (
        "id,Created (UTC),Amount,Amount Refunded,Currency,Description,Fee,Status,Customer ID,Customer Email,Captured"
    )

    def made(line: Line) -> dict[str, object]:
        return {
            "id": line.number,
            "Created (UTC)": line.day,
            "Amount": line.amount,
            "Amount Refunded": line.amount if line.word == "Refunded" else Decimal("0.00"),
            "Currency": "usd",
            "Description": line.product,
            "Fee": (line.amount / 30).quantize(CENT),
            "Status": line.word,
            "Customer ID": f"cus_{line.customer.code}",
            "Customer Email": line.customer.email,
            "Captured": "true" if line.word != "Failed" else "false",
        }

    kept = [line for line in led.lines if line.word == "Paid"]
    told = truth(kept, rows_told=False, numbered=False)
    return Export(
        [csv_file(_rows(heads, led.lines, made), Style("en", money(), _stamp("%Y-%m-%d 08:15")), "payments.csv")],
        [told],
        "failed and refunded money is not kept",
    )


@family(unaided=False, seeds=3)
def amazon(rng: random.Random) -> Export:
    """Orders and items with a status; cancelled items have no price."""
    led = ledger(rng, "en", returns=0.0, numbering="111-{n5}-9{n:06d}").worded(
        lambda i, line: "Cancelled" if i % 8 == 3 else rng.choice(("Shipped", "Shipped - Delivered to Buyer"))
    )
    heads = (
        "amazon-order-id,purchase-date,order-status,buyer-email,sku,product-name,quantity,currency,item-price,"
        "item-tax,shipping-price"
    )

    def made(line: Line) -> dict[str, object]:
        gone = line.word == "Cancelled"
        return {
            "amazon-order-id": line.number,
            "purchase-date": line.day,
            "order-status": line.word,
            "buyer-email": line.customer.email,
            "sku": line.sku,
            "product-name": line.product,
            "quantity": 0 if gone else line.quantity,
            "currency": "USD",
            "item-price": None if gone else line.amount,
            "item-tax": None if gone else line.tax,
            "shipping-price": Decimal("0.00"),
        }

    kept = [line for line in led.lines if line.word != "Cancelled"]
    file = csv_file(
        _rows(heads, led.lines, made),
        Style("en", money(), _stamp("%Y-%m-%dT08:15:30+00:00")),
        "orders.txt",
        delimiter="\t",
    )
    return Export([file], [truth(kept)], "item-price is the line's price in Amazon's reports")


@family(unaided=False, seeds=4)
def taobao(rng: random.Random) -> Export:
    """淘宝: codes with guards, three amounts, closed and unpaid orders."""
    led = ledger(rng, "zh", returns=0.0, lines=(1, 1), numbering="19306798{n5}").worded(
        lambda i, line: (
            "交易关闭"
            if i % 7 == 2
            else "等待买家付款"
            if i % 7 == 5
            else rng.choice(("交易成功", "卖家已发货，等待买家确认"))
        )
    )
    heads = (
        "订单编号,买家会员名,买家支付宝账号,买家应付货款,买家应付邮费,买家支付积分,总金额,返点积分,"
        "买家实际支付金额,买家实际支付积分,订单状态,买家留言,收货人姓名,收货地址,"
        "联系手机,订单创建时间,订单付款时间,宝贝标题,宝贝种类,订单备注,宝贝总数量,店铺名称,订单关闭原因"
    )

    def made(line: Line) -> dict[str, object]:
        paid = line.word not in {"交易关闭", "等待买家付款"}
        return {
            "订单编号": f'="{line.number}"',
            "买家会员名": line.customer.name,
            "买家支付宝账号": line.customer.email,
            "买家应付货款": line.amount,
            "买家应付邮费": Decimal(0),
            "买家支付积分": 0,
            "总金额": line.amount + 10,
            "返点积分": 0,
            "买家实际支付金额": line.amount if paid else Decimal(0),
            "买家实际支付积分": 0,
            "订单状态": line.word,
            "收货人姓名": f"收货人{line.customer.code}",
            "收货地址": "某省 某市 某路",
            "联系手机": f"'{line.customer.phone}",
            "订单创建时间": line.day,
            "订单付款时间": line.day if paid else None,
            "宝贝标题": line.product,
            "宝贝种类": 1,
            "宝贝总数量": line.quantity,
            "店铺名称": "某某店",
            "订单关闭原因": "买家未付款" if line.word == "交易关闭" else "订单未关闭",
        }

    kept = [line for line in led.lines if line.word not in {"交易关闭", "等待买家付款"}]
    zero = Truth((*truth(kept).rows,))
    style = Style("zh", money(), _stamp("%Y-%m-%d 10:00:11"))
    return Export(
        [csv_file(_rows(heads, led.lines, made), style, "ExportOrderList2025.csv", encoding="gb18030")],
        [zero],
        "买家实际支付金额；关闭与未付款的不算",
    )


@family(unaided=False, seeds=3)
def pinduoduo(rng: random.Random) -> Export:
    words = ("已收货", "已发货，待收货", "已取消，退款成功", "待发货，退款成功")
    led = ledger(rng, "zh", returns=0.0, lines=(1, 1), numbering="250100-{n5}").worded(
        lambda i, line: rng.choice(words[:2]) if i % 6 else rng.choice(words[2:])
    )
    heads = (
        "商品,订单号,订单状态,商品总价(元),店铺优惠折扣(元),平台优惠折扣(元),用户实付金额(元),商家实收金额(元),"
        "商品数量(件),支付时间,商品id,售后状态,收货人,手机"
    )

    def made(line: Line) -> dict[str, object]:
        return {
            "商品": line.product,
            "订单号": line.number,
            "订单状态": line.word,
            "商品总价(元)": line.amount + 3,
            "店铺优惠折扣(元)": Decimal(3),
            "平台优惠折扣(元)": Decimal(1),
            "用户实付金额(元)": line.amount - 1,
            "商家实收金额(元)": line.amount,
            "商品数量(件)": abs(line.quantity),
            "支付时间": line.day,
            "商品id": "754299529443",
            "售后状态": "退款成功" if "退款成功" in line.word else "无售后或售后取消",
            "收货人": line.customer.name[0] + "**" + line.customer.code,
            "手机": "137****" + line.customer.phone[-4:],
        }

    kept = [line for line in led.lines if "退款成功" not in line.word]
    style = Style("zh", money(), _stamp("%Y-%m-%d 20:11:00\t"))
    return Export(
        [csv_file(_rows(heads, led.lines, made), style, "orders_export2025.csv", encoding="gb18030")],
        [truth(kept, rows_told=False, numbered=False)],
        "商家实收；退款成功的不算",
    )


@family(unaided=False, seeds=3)
def jingdong(rng: random.Random) -> Export:
    led = ledger(rng, "zh", returns=0.0, numbering="3100{n5}").worded(
        lambda i, line: (
            "(删除)等待付款" if i % 9 == 4 else "锁定" if i % 9 == 99 else rng.choice(("完成", "等待确认收货"))
        )
    )
    heads = (
        "订单号,商品ID,商品名称,订购数量,支付方式,下单时间,京东价,订单金额,结算金额,余额支付,应付金额,订单状态,"
        "订单类型,下单帐号,客户姓名,客户地址,联系电话,订单备注"
    )

    def made(line: Line) -> dict[str, object]:
        total = led.totals[line.number]
        return {
            "订单号": line.number,
            "商品ID": line.sku,
            "商品名称": line.product,
            "订购数量": line.quantity,
            "支付方式": "在线支付",
            "下单时间": line.day,
            "京东价": line.price,
            "订单金额": total,
            "结算金额": total,
            "余额支付": Decimal(0),
            "应付金额": total,
            "订单状态": line.word,
            "订单类型": "SOP",
            "下单帐号": f"jd_{line.customer.code}",
            "客户姓名": line.customer.name,
            "客户地址": "某省某市",
            "联系电话": "138****0000",
        }

    kept = [line for line in led.lines if line.word in {"完成", "等待确认收货"}]
    style = Style("zh", money(), _stamp("%Y-%m-%d 20:11:00"))
    return Export(
        [csv_file(_rows(heads, led.lines, made), style, "订单导出.csv", encoding="gb18030")],
        [truth(kept), truth(kept, "document", rows_told=False)],
        "the order's amount stands on each of its lines",
    )


@family(unaided=False, seeds=2)
def youzan(rng: random.Random) -> Export:
    led = ledger(rng, "zh", returns=0.0, lines=(1, 1), numbering="E2025{n5}").worded(
        lambda i, line: (
            "交易关闭" if i % 6 == 2 else "待付款" if i % 6 == 4 else rng.choice(("交易完成", "已发货", "待发货"))
        )
    )
    heads = (
        "订单号,订单状态,订单类型,买家昵称,买家手机号,商品名称,商品数量,商品金额合计,运费,订单实付金额,退款金额,"
        "下单时间,付款时间,收货人/提货人"
    )

    def made(line: Line) -> dict[str, object]:
        return {
            "订单号": line.number,
            "订单状态": line.word,
            "订单类型": "普通订单",
            "买家昵称": line.customer.name,
            "买家手机号": line.customer.phone,
            "商品名称": line.product,
            "商品数量": line.quantity,
            "商品金额合计": line.amount + 8,
            "运费": Decimal(0),
            "订单实付金额": line.amount,
            "退款金额": Decimal("0.00"),
            "下单时间": line.day,
            "付款时间": line.day,
            "收货人/提货人": line.customer.name,
        }

    kept = [line for line in led.lines if line.word in {"交易完成", "已发货", "待发货"}]
    return Export(
        [csv_file(_rows(heads, led.lines, made), Style("zh", money(), _stamp("%Y-%m-%d 20:11:00")), "订单导出.csv")],
        [truth(kept, rows_told=False)],
        "实付；关闭与待付款的不算",
    )


@family(seeds=3)
def kingdee(rng: random.Random) -> Export:
    """金蝶 销售出库单序时簿: head cells repeated, a total at the foot, 审核标志."""
    led = ledger(rng, "zh", returns=0.08, numbering="XOUT{n:06d}")
    heads = (
        "审核标志,日期,单据编号,购货单位,产品长代码,产品名称,规格型号,单位,实发数量,销售单价,销售金额,业务员,部门,摘要"
    )

    def made(line: Line) -> dict[str, object]:
        return {
            "审核标志": "Y",
            "日期": line.day,
            "单据编号": line.number,
            "购货单位": line.customer.name,
            "产品长代码": f"01.02.{line.sku}",
            "产品名称": line.product,
            "规格型号": "7.5kW",
            "单位": "台",
            "实发数量": line.quantity,
            "销售单价": line.price,
            "销售金额": line.amount,
            "业务员": line.seller,
            "部门": "销售部",
        }

    rows = _rows(heads, led.lines, made)
    rows.append(
        [
            "合计",
            *[None] * 7,
            sum(line.quantity for line in led.lines),
            None,
            sum((line.amount for line in led.lines), Decimal(0)),
            None,
            None,
            None,
        ]
    )
    return Export([xlsx_file(rows, "销售出库单序时簿.xlsx")], [truth(led.lines)], "the foot is the sum")


@family(seeds=3)
def yonyou(rng: random.Random) -> Export:
    """用友 销售明细账: title above, 无税金额 beside 价税合计, subtotals by customer."""
    led = ledger(rng, "zh", returns=0.08, numbering="FH{n:08d}")
    heads = [
        "日期",
        "发票号",
        "客户编码",
        "客户名称",
        "存货编码",
        "存货名称",
        "数量",
        "无税单价",
        "无税金额",
        "税额",
        "价税合计",
    ]
    rows: Rows = [["销售明细账"], [f"日期：{led.lines[0].day} 至 {led.lines[-1].day}"], heads]
    for lines in led.by_customer():
        rows += [
            [
                x.day,
                x.number,
                x.customer.code,
                x.customer.name,
                x.sku,
                x.product,
                x.quantity,
                x.price,
                x.amount,
                x.tax,
                x.gross,
            ]
            for x in lines
        ]
        rows.append(
            [
                "小计",
                *[None] * 5,
                sum(x.quantity for x in lines),
                None,
                *[
                    sum((cell(x) for x in lines), Decimal(0))
                    for cell in (lambda x: x.amount, lambda x: x.tax, lambda x: x.gross)
                ],
            ]
        )
    rows.append(
        [
            "合计",
            *[None] * 5,
            None,
            None,
            sum((x.amount for x in led.lines), Decimal(0)),
            sum((x.tax for x in led.lines), Decimal(0)),
            sum((x.gross for x in led.lines), Decimal(0)),
        ]
    )
    return Export([xlsx_file(rows, "销售明细账.xlsx")], [truth(led.lines)], "无税金额")


@family(unaided=False, seeds=3)
def guanjiapo(rng: random.Random) -> Export:
    """管家婆 经营历程: sales, returns and receipts, drafts, all without a minus."""
    led = ledger(rng, "zh", returns=0.12, lines=(1, 1), numbering="XS-2025-{n5}")
    rows: Rows = [["单据日期", "单据编号", "单据类型", "往来单位", "经手人", "金额", "摘要"]]
    for i, line in enumerate(_unsigned(led)):
        rows.append(
            [
                line.day,
                line.number,
                "销售退货单" if line.kind == "return" else "销售单",
                line.customer.name,
                line.seller,
                line.amount,
                None,
            ]
        )
        if i % 4 == 1:
            rows.append([line.day, f"SK-{i}", "收款单", line.customer.name, line.seller, line.amount, "收货款"])
    return Export([xlsx_file(rows, "经营历程.xlsx")], [truth(led.lines)], "收款单 is no sale, 销售退货单 is minus")


@family(unaided=False, seeds=3)
def tax_invoices(rng: random.Random) -> Export:
    """税务全量发票: two sheets of the same invoices; red ones have a minus, voided ones inside."""
    led = ledger(rng, "zh", returns=0.1, numbering="2531200000{n5}").worded(
        lambda i, line: "已作废" if i % 9 == 4 else "正常"
    )
    heads = (
        "序号,发票号码,销方识别号,销方名称,购方识别号,购买方名称,开票日期,金额,税额,价税合计,发票状态,"
        "是否正数发票,开票人"
    )
    lines = (
        "序号,发票号码,销方识别号,销方名称,购方识别号,购买方名称,开票日期,货物或应税劳务名称,数量,单价,金额,税率,"
        "税额,价税合计,发票状态,是否正数发票,开票人"
    )

    def common(line: Line) -> dict[str, object]:
        return {
            "序号": 1,
            "发票号码": line.number,
            "销方识别号": "91310000SELLER001X",
            "销方名称": "某某压缩机有限公司",
            "购方识别号": "9133" + line.customer.code.zfill(14),
            "购买方名称": line.customer.name,
            "开票日期": line.day,
            "发票状态": line.word,
            "是否正数发票": "否" if line.kind == "return" else "是",
            "开票人": line.seller,
        }

    def head(line: Line) -> dict[str, object]:
        total = led.totals[line.number]
        tax = sum((each.tax for each in led.lines if each.number == line.number), Decimal(0))
        return {**common(line), "金额": total, "税额": tax, "价税合计": total + tax}

    def each(line: Line) -> dict[str, object]:
        return {
            **common(line),
            "货物或应税劳务名称": f"*压缩机*{line.product}",
            "数量": line.quantity,
            "单价": line.price,
            "金额": line.amount,
            "税率": "13%",
            "税额": line.tax,
            "价税合计": line.gross,
        }

    sheets = {
        "发票基础信息": _rows(heads, [doc[0] for doc in led.documents()], head),
        "信息汇总表": _rows(lines, led.lines, each),
    }
    kept = [line for line in led.lines if line.word == "正常"]
    return Export(
        [xlsx_file(sheets, "全量发票查询导出结果.xlsx")],
        [truth(kept), truth(kept, "document")],
        "both sheets hold the same invoices",
    )


@family(unaided=False, seeds=2)
def till_with_members(rng: random.Random) -> Export:
    """A till's list: members and non-members, takings with change given, refunds with a minus."""
    led = ledger(rng, "zh", returns=0.08, lines=(1, 2), numbering="POS{n5}")
    nobody = led.customers[0].code
    heads = "流水号,交易时间,门店,收银员,会员卡号,会员姓名,商品名称,数量,原价,优惠金额,实收金额,找零"

    def made(line: Line) -> dict[str, object]:
        known = line.customer.code != nobody
        return {
            "流水号": line.number,
            "交易时间": line.day,
            "门店": "一店",
            "收银员": line.seller,
            "会员卡号": line.customer.code if known else "非会员",
            "会员姓名": line.customer.name if known else None,
            "商品名称": line.product,
            "数量": line.quantity,
            "原价": line.price,
            "优惠金额": Decimal("0.00"),
            "实收金额": line.amount,
            "找零": Decimal("0.00"),
        }

    kept = [line for line in led.lines if line.customer.code != nobody]
    return Export(
        [
            csv_file(
                _rows(heads, led.lines, made),
                Style("zh", money(), _stamp("%Y-%m-%d 18:11:00")),
                "收银流水.csv",
                encoding="gb18030",
            )
        ],
        [truth(kept)],
        "非会员 is no customer",
    )

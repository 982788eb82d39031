"""Exports of bookkeeping and of large systems."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

from export_kinds import Export, family
from export_programs import rows_of, unsigned
from export_truth import CENT, Line, ledger, truth
from export_writing import Rows, Style, csv_file, day, money, xlsx_file


@family(unaided=False)
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
        [csv_file(rows_of(heads, led.lines, made), Style("en", money(), day("%d/%m/%Y")), "SalesInvoices.csv")],
        [truth(kept)],
        "drafts and voided do not count",
    )


@family(unaided=False)
def sage_fifty(rng: random.Random) -> Export:
    led = ledger(rng, "en", returns=0.2, lines=(1, 1))
    listed: list[Line] = []
    for line in unsigned(led):
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

    rows = rows_of("No,Type,A/C,Date,Ref,Details,Net,Tax,Gross", listed, made)
    told = truth(led.lines, numbered=False)
    return Export(
        [csv_file(rows, Style("en", money(), day("%d/%m/%Y")), "sage_activity.csv")],
        [told],
        "SI less SC; receipts are no sales",
    )


@family(unaided=False)
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
        [csv_file(rows_of(heads, unsigned(led), made), Style("de", money(), day("%Y%m%d")), "vbrp.csv")],
        [truth(led.lines)],
        "SHKZG X is a return",
    )


@family(unaided=False)
def netsuite(rng: random.Random) -> Export:
    """A saved search with main lines: an asterisk and the total, then the lines."""
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


@family()
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
        [xlsx_file(rows_of(heads, led.lines, made), "Posted Sales Invoice Lines.xlsx")],
        [truth(led.lines)],
        "amount without VAT",
    )


@family(unaided=False)
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
    rows = rows_of(heads, led.lines, made)
    file = (
        csv_file(rows, Style("en"), "account.move.csv")
        if rng.random() < 0.5
        else xlsx_file(rows, "Journal Entry (account.move).xlsx")
    )
    return Export([file], [truth(kept)], "untaxed; drafts and cancelled do not count")


@family(unaided=False)
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


@family(unaided=False)
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
        [csv_file(rows_of(heads, led.lines, made), Style("en"), "Sales Invoice.csv")],
        [truth(kept)],
        "Unpaid and Overdue invoices are sales",
    )


@family(unaided=False)
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
        [csv_file(rows_of(heads, led.lines, made), style, "factures.csv", delimiter=";", encoding="utf-8-sig")],
        [truth(kept)],
        "Total HT ligne; no drafts",
    )


@family(unaided=False)
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

"""One line of an order, delivery, invoice or return: what was sold to whom, when, for how much."""

from __future__ import annotations

from liuke.facts._names import listed
from liuke.kernel.contract import Audit, Column, Contract
from liuke.kernel.i18n import N_
from liuke.kernel.kinds import KINDS, LINES

CONTRACT = Contract(
    table=LINES,
    meaning=N_("one line of an order, delivery, invoice or return"),
    grain=("kind", "document_id", "line_no"),
    called=listed(
        "销售, 订单, 发票, 出库, 发货, 开票, 零售, 流水, 交易, sales, orders, invoices, transactions, "
        "billing, rechnungen, umsätze"
    ),
    columns={
        "kind": Column(
            "text",
            N_("order, delivery, invoice or return (credit notes, cancellations)"),
            allowed=KINDS,
            names=listed(
                "单据类型, 单据类别, 单据种类, 票据类型, 发票类型, 业务类型, 订单类型, 出库类型, 红蓝字, 红蓝标识, "
                "红蓝标志, 类型, document type, doc type, invoice type, order type, transaction type, type, kind, "
                "belegart"
            ),
        ),
        "document_id": Column(
            "text",
            N_("number of the document"),
            names=listed(
                "单据号, 单据编号, 单号, 发票号, 发票号码, 发票编号, 销售单号, 销售订单号, 订单号, 订单编号, "
                "订单号码, 出库单号, 发货单号, 送货单号, 交货单号, 退货单号, 票号, 凭证号, 业务单号, 来源单号, "
                "数电票号码, InvoiceNo, inv, inv no, invoice number, invoice id, invoice, order_id, order no, "
                "order number, document no, document id, document number, doc no, bill no, bill doc, "
                "billing document, sales order, transaction id, receipt no, belegnummer, rechnungsnummer, "
                "auftragsnummer, rechnungsnr, order, order reference, reference, doc, beleg, re nr, rg nr, rech nr, "
                "beleg nr, auftragsnr, réf. facture, référence facture, n° facture, numéro de facture, "
                "n° de facture, numéro, número de factura, nº factura, num. factura, factura, numero fattura, "
                "voucher no, document, 销货单号, 出货单号, 销售出库单号, 销售单编号, 交易号, 交易编号, 交易单号, "
                "流水号, 小票号, 账单号, 收据号, inv, inv no, inv number, inv num, invoice num, invoice ref, "
                "invoice reference, doc, doc num, doc number, document ref, document reference, order, order ref, "
                "order reference, sales order no, so no, so number, sale no, sale number, sale id, sales no, "
                "transaction no, transaction number, trans no, txn id, receipt, receipt number, bill number, "
                "voucher, voucher number, docnum, vbeln, belegnr, beleg, rechnung, rechnungs-nr, rg-nr, re-nr, "
                "auftragsnr, auftrag, lieferscheinnummer, lieferschein-nr, vorgangsnummer, n° pièce, "
                "numéro de pièce, numéro pièce, pièce, n° document, n° commande, numéro de commande, facture, "
                "réf facture, nº de factura, num factura, nº documento, n.º documento, número de documento, "
                "número documento, nº pedido, número de pedido, documento, n. fattura, n. documento, num. fattura, "
                "numero documento, numero ordine, fattura, factuurnummer, factuurnr, factuur, ordernummer, fatura, "
                "n.º fatura, número da fatura, núm. factura"
            ),
        ),
        "line_no": Column(
            "integer",
            N_("line number within the document"),
            names=listed(
                "行号, 分录号, 分录行号, 明细行号, 项次, 单据行号, 行项目, 行项目号, line no, line number, "
                "line item, line id, item no, position, pos"
            ),
        ),
        "customer_id": Column(
            "text",
            N_("customer's code; the name where there is no code"),
            required=True,
            names=listed(
                "客户编码, 客户代码, 客户编号, 客户号, 客户ID, 客户码, 购货单位编码, 购货单位代码, 购买方编码, "
                "往来单位编码, 往来单位代码, 往来单位编号, 客商编码, 客商代码, 购货方编码, 会员号, 会员编号, "
                "会员卡号, 售达方, 售达方编码, 开票客户编码, 经销商编码, 经销商代码, 终端编码, 买家ID, CustomerID, "
                "customer_id, cust_no, cust id, customer no, customer number, customer code, cust code, client id, "
                "client no, account id, account no, account number, buyer id, member id, sold-to party, sold to, "
                "bill-to, masterid, user id, kundennummer, kundennr, kunden-nr, kunden_id, kunde, debitor, "
                "debitorennummer, code client, codice cliente, código cliente, partner id, a/c, account ref, "
                "客户代号, cust, cust number, customer account, account code, client code, client number, "
                "customer ref, customer key, kunden nr, kd-nr, kundencode, debitoren-nr, debitornr, n° client, "
                "no client, numéro client, numéro de client, réf client, compte client, código de cliente, "
                "cód. cliente, cod. cliente, nº cliente, id cliente, klantnummer, klantnr, klantcode, "
                "debiteurnummer, debiteurnr, código do cliente, n.º cliente, kunnr, cardcode"
            ),
        ),
        "date": Column(
            "date",
            N_("day of the document"),
            required=True,
            names=listed(
                "开票日期, 单据日期, 发票日期, 业务日期, 订单日期, 下单日期, 销售日期, 出库日期, 交易日期, 制单日期, "
                "记账日期, 过账日期, 凭证日期, 成交日期, 退货日期, 下单时间, 交易时间, 开票时间, 出库时间, 消费日期, "
                "消费时间, 日期, InvoiceDate, order_date, document date, doc date, posting date, billing date, "
                "transaction date, sales date, sale date, purchase date, order purchase timestamp, bill date, date, "
                "day, datum, rechnungsdatum, belegdatum, bestelldatum, date facturation, date de facturation, "
                "date facture, date de facture, date commande, fecha, fecha de factura, fecha factura, data, "
                "data fattura, invoice/bill date, buchungsdatum, 订单成交时间, 订单创建时间, 支付时间, 订单付款时间, "
                "付款时间, 出货日期, 销货日期, 交易日, inv date, trans date, tran date, txn date, trx date, "
                "date of sale, date of invoice, sold on, posted on, invoiced on, ordered on, document day, re-datum, "
                "rg-datum, verkaufsdatum, auftragsdatum, date pièce, date de pièce, date document, date vente, "
                "date de vente, date de commande, fecha documento, fecha de documento, fecha venta, fecha de venta, "
                "fecha pedido, fecha emisión, fecha de emisión, data documento, data vendita, data ordine, "
                "factuurdatum, orderdatum, verkoopdatum, data da fatura, data fatura, data da venda, "
                "data de emissão, data emissão, fkdat"
            ),
        ),
        "amount": Column(
            "money",
            N_("net of tax; negative for a return"),
            required=True,
            unit="currency",
            names=listed(
                "不含税金额, 无税金额, 未税金额, 本币无税金额, 本币不含税金额, 原币无税金额, 去税金额, 不含税销售额, "
                "不含税收入, 净额, 净金额, 金额不含税, 无税销售额, 本币金额, 销售金额, 销售额, 开票金额, 订单金额, "
                "发票金额, 出库金额, 成交金额, 实付金额, 消费金额, 金额, 收入, 货款, net_amount, amount, "
                "dollar_value, net value, net sales, sales amount, line amount, line total, extended price, "
                "ext price, ext amount, total price, order amount, invoice amount, amount net, revenue, turnover, "
                "sales, total, amt, value, subtotal, spend, price paid, nettobetrag, betrag, umsatz, netto, "
                "untaxed amount signed, untaxed amount, amount untaxed, untaxed total, net, net total, "
                "total excl tax, total excluding tax, goods value, total ht, montant ht, total ht ligne, "
                "base imponible, imponibile, importe, 商家实收金额, 实收金额, 用户实付金额, 买家实际支付金额, "
                "买家应付货款, 实付款, 应付金额, 支付金额, 应收金额, nettoumsatz, montant, order subtotal, "
                "order total, 小计, 行金额, 明细金额, 销货金额, 出货金额, 交易金额, 消费额, 营业额, 未税小计, "
                "不含税总价, 不含税小计, 总金额, 总价, ext price, extended amount, ext amount, ext amt, line value, "
                "line net, net line total, net amt, net sales amount, net invoice amount, invoiced amount, "
                "billed amount, invoice value, total amount, total net, total value, sale amount, sales value, "
                "sale total, sales revenue, netto umsatz, umsatz netto, nettowert, warenwert, gesamtpreis netto, "
                "gesamt netto, gesamtpreis, gesamtbetrag, rechnungsbetrag netto, rechnungsbetrag, summe netto, "
                "positionsbetrag, zeilenbetrag, erlös, erlöse, nettoerlös, wert, montant net, montant hors taxe, "
                "montant hors taxes, ca ht, chiffre d'affaires, chiffre d'affaires ht, ht, montant ligne, "
                "montant ligne ht, prix total ht, total net ht, net ht, total hors taxe, total hors taxes, "
                "importe neto, neto, importe sin iva, total sin iva, total neto, importe línea, ventas, importo, "
                "importo netto, totale netto, totale imponibile, fatturato, bedrag, bedrag excl btw, bedrag excl, "
                "nettobedrag, netto bedrag, totaal excl btw, totaal excl, omzet, regelbedrag, valor, valor líquido, "
                "valor total, valor sem iva, total sem iva, total líquido, netwr, base imp, 总额, 合计金额, 实收, "
                "应收"
            ),
        ),
        "product_id": Column(
            "text",
            N_("product's code; the name where there is no code"),
            names=listed(
                "存货编码, 物料编码, 产品编码, 商品编码, 货品编码, 物料代码, 产品代码, 商品代码, 存货代码, 物料号, "
                "产品编号, 商品编号, 物料编号, 货号, 料号, 品号, 物料, 条码, 药品编码, SKU, StockCode, product_id, "
                "product no, product code, item code, item id, item number, article no, article, material, "
                "material number, part no, part number, artikelnummer, artikelnr, réf. produit, référence, "
                "référence article, réf. article, code article, code produit, referencia, código artículo, "
                "cód. artículo, código producto, codice articolo, cod. articolo, artikelcode, art.-nr, artikel-nr, "
                "código do artigo, product number, matnr"
            ),
        ),
        "quantity": Column(
            "number",
            N_("units sold; negative for a return"),
            unit="units",
            names=listed(
                "数量, 销售数量, 开票数量, 订单数量, 出库数量, 发货数量, 实发数量, 主数量, 件数, 基本数量, 订货数量, "
                "qty, Quantity, quantity ordered, order qty, units, number_of_cds, pieces, menge, anzahl, qté, qte, "
                "quantité, cantidad, cant, quantità, q.tà, qtà, aantal, quantidade, qtd, stück, billed qty, "
                "invoiced quantity, qty invoiced, qty shipped, qty sold, quantity sold, units sold, 销货数量, "
                "出货数量"
            ),
        ),
        "margin": Column(
            "money",
            N_("amount less cost"),
            unit="currency",
            names=listed(
                "毛利, 毛利额, 销售毛利, 毛利润, 利润, margin, gross margin, gross profit, profit, deckungsbeitrag"
            ),
        ),
        "list_price": Column(
            "money",
            N_("price list's price of one unit"),
            unit="currency a unit",
            names=listed(
                "标准价, 目录价, 标价, 报价, 零售价, 牌价, 挂牌价, 指导价, list price, catalog price, "
                "catalogue price, msrp, listenpreis"
            ),
        ),
        "salesperson_id": Column(
            "text",
            N_("who sold it; the name where there is no code"),
            names=listed(
                "业务员编码, 业务员代码, 业务员编号, 销售员编码, 职员代码, 员工编号, 销售代表编码, 工号, "
                "employee_id, salesperson id, sales rep id, salesman id, rep id, seller id, salesperson code, "
                "sales employee"
            ),
        ),
        "site": Column(
            "text",
            N_("own branch, department, shop or warehouse"),
            names=listed(
                "部门, 销售部门, 门店, 店铺, 门店编码, 门店名称, 分公司, 公司, 组织, 销售组织, 仓库, 发货仓库, "
                "营业部, site, branch, store, store id, shop, department, warehouse, sales office, plant, filiale"
            ),
        ),
        "channel": Column(
            "text",
            N_("way of selling"),
            names=listed(
                "渠道, 销售渠道, 分销渠道, 销售类型, 平台, 来源渠道, channel, sales channel, distribution channel, "
                "platform, vertriebsweg"
            ),
        ),
        "due_on": Column(
            "date",
            N_("promised delivery day"),
            names=listed(
                "交货日期, 要求交货日期, 要求到货日期, 预计交货日期, 计划发货日期, 预计发货日期, 约定交期, 交期, "
                "预计到货日期, required_date, due date, promised date, requested delivery date, expected delivery, "
                "liefertermin"
            ),
        ),
        "delivered_on": Column(
            "date",
            N_("actual delivery day"),
            names=listed(
                "实际交货日期, 发货日期, 送货日期, 签收日期, 到货日期, 实际发货日期, 实际到货日期, shipped_date, "
                "ship date, delivery date, delivered date, delivered on, lieferdatum"
            ),
        ),
        "paid_on": Column(
            "date",
            N_("day the customer paid"),
            names=listed(
                "付款日期, 收款日期, 回款日期, 结清日期, 到账日期, paid_on, payment date, paid date, date paid, "
                "zahlungsdatum"
            ),
        ),
        "currency": Column(
            "text",
            N_("three-letter code"),
            names=listed(
                "币种, 币别, 货币, 结算币种, 原币币种, currency, currency code, curr, währung, devise, divisa, "
                "moneda, valuta, moeda, währungscode, wkz"
            ),
        ),
        "recorded_on": Column(
            "date",
            N_("day the line was entered into the books"),
            names=listed(
                "录入日期, 创建日期, 登记日期, 审核日期, 录入时间, 创建时间, recorded_on, created at, created on, "
                "entry date, creation date, erfassungsdatum"
            ),
        ),
    },
    audits={
        "return_of_a_positive_amount": Audit("kind = 'return' AND amount > 0", N_("a return has a positive amount")),
        "quantity_against_the_amount": Audit(
            "sign(quantity) * sign(amount) < 0", N_("quantity and amount have opposite signs")
        ),
        "delivered_before_it_was_ordered": Audit(
            "kind = 'order' AND delivered_on < date", N_("it was delivered before it was ordered")
        ),
        "paid_long_before_the_document": Audit(
            "paid_on < date - INTERVAL '366 days'", N_("it was paid more than a year before the document")
        ),
    },
)

INPUTS: dict[str, Column] = {
    "unit_price": Column(
        "number",
        N_("price of one unit, net of tax"),
        unit="currency a unit",
        names=listed(
            "单价, 无税单价, 不含税单价, 未税单价, 本币无税单价, 销售单价, 净单价, 成交单价, UnitPrice, unit price, "
            "price, net price, price each, sales price, stückpreis, preis, einzelpreis, pu ht, pu, p.u., "
            "prix unitaire, prix unitaire ht, precio, precio unitario, prezzo, prezzo unitario, stuksprijs, prijs, "
            "preço, preço unitário, e-preis, vk-preis, unit selling price, selling price"
        ),
    ),
    "discount": Column(
        "number",
        N_("share taken off the price, 0.05 is five per cent"),
        unit="share",
        names=listed(
            "折扣, 折扣率, 扣率, 折扣额, 折扣金额, discount, discount rate, discount pct, discount percent, rabatt, "
            "remise, descuento, sconto, korting, desconto"
        ),
    ),
    "amount_with_tax": Column(
        "money",
        N_("amount with tax"),
        unit="currency",
        names=listed(
            "价税合计, 含税金额, 本币价税合计, 原币价税合计, 税价合计, 金额含税, 含税销售额, 含税合计, 含税总额, "
            "gross amount, amount incl tax, amount including tax, amount with tax, total incl tax, gross value, "
            "bruttobetrag, brutto, total signed, total ttc, montant ttc, total ttc ligne, total including tax, "
            "amount total, gross total, total bruto, importe total, total con iva, totale, 含税小计, 含税总价, "
            "含税总金额, gross, total inc vat, total incl vat, amount inc vat, amount incl vat, "
            "amount including vat, total including vat, total with tax, total inc gst, gesamt brutto, bruttoumsatz, "
            "rechnungsbetrag brutto, gesamtbetrag brutto, gesamtpreis brutto, summe brutto, ttc, prix total ttc, "
            "net à payer, importe con iva, total iva incluido, totale ivato, totale con iva, importo totale, "
            "importo lordo, totale lordo, totaal incl btw, bedrag incl btw, totaal incl, total com iva, valor com iva"
        ),
    ),
    "tax": Column(
        "money",
        N_("tax on the line"),
        unit="currency",
        names=listed(
            "税额, 本币税额, 原币税额, 增值税额, 增值税, 销项税额, tax, tax amount, vat, vat amount, sales tax, "
            "mwst, steuerbetrag, ust, umsatzsteuer, mehrwertsteuer, ust-betrag, mwst-betrag, tva, montant tva, iva, "
            "cuota iva, importe iva, importo iva, btw, btw-bedrag, imposta, gst, gst amount, total tax, 营业税"
        ),
    ),
    "other_side": Column("money", N_("money of the other side of a ledger"), unit="currency"),
    "refund": Column("money", N_("money given back later, in a column of its own"), unit="currency"),
    "refund_on": Column("date", N_("day money was given back")),
    "customer_name": Column(
        "text",
        N_("customer's name"),
        personal=True,
        names=listed(
            "客户名称, 客户, 客户全称, 客户简称, 客户姓名, 购货单位, 购货单位名称, 购买方名称, 购方名称, 购买方, "
            "往来单位, 往来单位名称, 客商名称, 客商, 购货方名称, 买家, 经销商, 经销商名称, 终端名称, 会员姓名, "
            "单位名称, 公司名称, 售达方名称, customer name, customer, client name, client, company name, "
            "account name, buyer, kundenname, firma, invoice partner display name, partner, partner name, "
            "bill to name, billing name, billing company, sold to name, customer full name, company, tiers, "
            "raison sociale, cliente, nom du client, nombre del cliente, razón social, ragione sociale, 客户公司, "
            "购方, 买方, 采购方, sold-to name, bill-to name, bill to customer, billed to, buyer name, "
            "purchaser, party name, debtor name, kunde name, rechnungsempfänger, auftraggeber, debitorname, "
            "nom client, nom du tiers, société, nombre cliente, nombre de cliente, razon social, nome cliente, "
            "klant, klantnaam, debiteur, debiteurnaam, nome do cliente, razão social, cardname, contacto, contatto, "
            "member, 得意先名, 得意先, 取引先, 取引先名, 顾客, 顾客名称, 顾客姓名, 收货单位, 甲方, 甲方单位, 需方, "
            "контрагент, покупатель, клиент"
        ),
    ),
    "product_name": Column(
        "text",
        N_("product's name"),
        names=listed(
            "存货名称, 物料名称, 产品名称, 商品名称, 货品名称, 品名, 产品, 商品, 货物名称, 项目名称, "
            "货物或应税劳务名称, 药品名称, 物料描述, 品名规格, product name, product, item name, item, Description, "
            "item description, product description, bezeichnung, artikelbezeichnung, désignation, produit, libellé, "
            "artículo, producto, descripción, articolo, prodotto, descrizione, artikel, omschrijving, artigo, "
            "produto, descrição, artikelname"
        ),
    ),
    "product_family": Column(
        "text",
        N_("product's family"),
        names=listed(
            "产品大类, 产品类别, 存货分类, 存货大类, 物料分组, 物料组, 商品分类, 商品类别, 品类, 产品线, 产品系列, "
            "category, category name, product category, product family, product group, product line, material group, "
            "warengruppe"
        ),
    ),
    "salesperson_name": Column(
        "text",
        N_("salesperson's name"),
        personal=True,
        names=listed(
            "业务员, 销售员, 业务员名称, 业务员姓名, 销售员姓名, 销售代表, 客户经理, 销售人员, 职员, 跟单员, "
            "salesperson, salesman, sales rep, sales representative, account manager, employee name, seller, rep, "
            "verkäufer, vertreter, commercial, représentant, vendeur, comercial, vendedor, venditore, agente, "
            "verkoper, vertegenwoordiger, sales person, sold by"
        ),
    ),
    "customer_region": Column(
        "text",
        N_("customer's region"),
        names=listed(
            "地区, 区域, 客户地区, 省份, 大区, 销售区域, 片区, 省, 所属地区, 国家, Country, region, state, province, "
            "territory, area, ship country, land"
        ),
    ),
    "customer_grade": Column(
        "text",
        N_("customer's grade"),
        names=listed("客户等级, 客户级别, 客户分级, 等级, 级别, grade, customer grade, customer class, tier, segment"),
    ),
    "customer_industry": Column(
        "text",
        N_("customer's industry"),
        names=listed(
            "行业, 客户行业, 所属行业, 客户分类, 客户类别, 客户类型, industry, sector, customer type, "
            "customer category, branche"
        ),
    ),
    "cancelled": Column(
        "boolean",
        N_("the document was cancelled"),
        names=listed(
            "作废, 是否作废, 作废标志, 作废标识, 作废状态, 发票状态, 单据状态, 订单状态, 状态, cancelled, canceled, "
            "is cancelled, void, voided, is void, status, order status, invoice status, storniert"
        ),
    ),
}

ATTRIBUTES: dict[str, tuple[str, str, str]] = {
    "customer_name": ("customer", "customer_id", "name"),
    "customer_region": ("customer", "customer_id", "region"),
    "customer_grade": ("customer", "customer_id", "grade"),
    "customer_industry": ("customer", "customer_id", "industry"),
    "product_name": ("product", "product_id", "name"),
    "product_family": ("product", "product_id", "family"),
    "salesperson_name": ("salesperson", "salesperson_id", "name"),
}
"""What a document line says of other tables: input -> (table, its key on the line, its column there)."""

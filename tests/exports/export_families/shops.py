"""Exports of shops, tills and marketplaces."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

from export_kinds import Export, family
from export_programs import ISO, rows_of, stamp
from export_truth import CENT, Line, Truth, ledger, truth
from export_writing import Style, csv_file, day, money


@family(unaided=False)
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
    style = Style("en", money(), stamp("%Y-%m-%d 10:11:12 +0200"))

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
        [csv_file(rows_of(heads, led.lines, made), style, "orders_export_1.csv")],
        [truth(kept), truth(kept, "document", rows_told=False)],
        "voided orders do not count",
    )


@family(unaided=False)
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
    file = csv_file(rows_of(heads, led.lines, made), Style("en", money(), stamp("%Y-%m-%d 16:29:00")), "woo_orders.csv")
    posted = [replace(line, amount=line.amount + 5) for line in kept]  # postage is a sale too, for who counts it so
    note = "guests are several people; cancelled and failed do not count"
    return Export([file], [truth(kept), truth(named), truth(posted)], note)


@family(unaided=False)
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
        [csv_file(rows_of(heads, led.lines, made), style, "items-2025.csv")], [truth(kept)], "walk-ins set aside"
    )


@family(unaided=False)
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
        [csv_file(rows_of(heads, led.lines, made), Style("en", money(), stamp("%Y-%m-%d 08:15")), "payments.csv")],
        [told],
        "failed and refunded money is not kept",
    )


@family(unaided=False)
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
        rows_of(heads, led.lines, made),
        Style("en", money(), stamp("%Y-%m-%dT08:15:30+00:00")),
        "orders.txt",
        delimiter="\t",
    )
    return Export([file], [truth(kept)], "item-price is the line's price in Amazon's reports")


@family(unaided=False)
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
    style = Style("zh", money(), stamp("%Y-%m-%d 10:00:11"))
    return Export(
        [csv_file(rows_of(heads, led.lines, made), style, "ExportOrderList2025.csv", encoding="gb18030")],
        [zero],
        "买家实际支付金额；关闭与未付款的不算",
    )


@family(unaided=False)
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
    style = Style("zh", money(), stamp("%Y-%m-%d 20:11:00\t"))
    return Export(
        [csv_file(rows_of(heads, led.lines, made), style, "orders_export2025.csv", encoding="gb18030")],
        [truth(kept, rows_told=False, numbered=False)],
        "商家实收；退款成功的不算",
    )


@family(unaided=False)
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
    style = Style("zh", money(), stamp("%Y-%m-%d 20:11:00"))
    return Export(
        [csv_file(rows_of(heads, led.lines, made), style, "订单导出.csv", encoding="gb18030")],
        [truth(kept), truth(kept, "document", rows_told=False)],
        "the order's amount stands on each of its lines",
    )


@family(unaided=False)
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
        [csv_file(rows_of(heads, led.lines, made), Style("zh", money(), stamp("%Y-%m-%d 20:11:00")), "订单导出.csv")],
        [truth(kept, rows_told=False)],
        "实付；关闭与待付款的不算",
    )


@family(unaided=False)
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
                rows_of(heads, led.lines, made),
                Style("zh", money(), stamp("%Y-%m-%d 18:11:00")),
                "收银流水.csv",
                encoding="gb18030",
            )
        ],
        [truth(kept)],
        "非会员 is no customer",
    )

"""Line tables of what befell products and deliveries: out of stock, short, list prices, notices, bad batches."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

import liuke
from liuke.kernel.period import day_of
from liuke.run.customers import customer_frame
from liuke.run.events import exposed
from liuke.run.scope import resolve
from liuke.store.fact_store import FactStore

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.app.firm import Firm

LATER = date(2026, 3, 1)
DATES = ("date", "due_on", "recorded_on")
MONEY = ("amount", "quantity")
Row = dict[str, Any]


def line(number: str, customer: str, on: str, product: str = "other", **more: Any) -> Row:
    """One line of 10 units for 100, an invoice unless it says otherwise; days are written as text."""
    row = {"document_id": number, "customer_id": customer, "date": on, "amount": 100, "quantity": 10,
           "product_id": product, "kind": "invoice", "line_no": 1, **more}  # fmt: skip
    held = {name: date.fromisoformat(v) if name in DATES and v else v for name, v in row.items()}
    return {name: Decimal(v) if name in MONEY else v for name, v in held.items()}


def monthly(customer: str, product: str = "other", months: int = 24, **more: Any) -> list[Row]:
    """A line a month from January 2024, on the tenth."""
    days = [f"{2024 + n // 12}-{n % 12 + 1:02d}-10" for n in range(months)]
    return [line(f"{customer}{product}{n}", customer, on, product, **more) for n, on in enumerate(days)]


def firm_with(folder: Path, *rows: Row, **tables: str) -> Firm:
    """A firm with these lines and other tables as CSV."""
    folder.mkdir(exist_ok=True)
    made = liuke.open(folder / "firm")
    path = folder / f"{uuid.uuid4().hex}.parquet"
    pl.DataFrame([*monthly("steady"), *rows], infer_schema_length=None).rename(
        {"due_on": "promised date"}, strict=False
    ).write_parquet(path)
    made.load(path, source="documents", loaded_on=LATER, table="document_line")
    for name, text in tables.items():
        told = folder / f"{name}{uuid.uuid4().hex}.csv"
        told.write_text(text, "utf-8")
        made.load(told, table=name, loaded_on=LATER)
    return made


def seen(firm: Firm, kind: str, as_of: date | None = None) -> list[tuple[str, str, float, str]]:
    """Customer, the day from which it is known, strength and row of the events of a kind."""
    store = FactStore(firm.workspace.facts)
    scope = resolve(firm.workspace, store, as_of, None)
    facts = scope.facts(store)
    found = exposed(facts, scope, customer_frame(firm.workspace, facts, scope)).get(kind)
    if found is None:
        return []
    names = dict(pl.read_parquet(store.paths("customer_code")).select("customer_code", "customer_id").iter_rows())
    told = zip(found.customer, found.known_on, found.strength, found.rows["row_id"], strict=True)
    return sorted((names[who], str(day_of(int(day))), round(float(much), 3), row) for who, day, much, row in told)


OUT = "product_id,from_on,to_on,warehouse\n"


def test_what_was_out_of_stock_when_a_customer_was_about_to_need_it(tmp_path: Path) -> None:
    """A monthly buyer has needed it after 16 days; one who buys the other thing too by half; the rare one by none."""
    rows = [*monthly("all", "p"), *monthly("half", "p"), *monthly("half"), *monthly("none"),
            line("r", "rare", "2025-01-10", "p")]  # fmt: skip
    made = firm_with(tmp_path, *rows, stock_out=OUT + "p,2025-06-01,2025-06-20,\np,2025-09-01,2025-09-10,\n")
    row = "p 2025-06-01"
    assert seen(made, "out_of_stock") == [("all", "2025-06-17", 1.0, row), ("half", "2025-06-17", 0.5, row)]
    assert seen(made, "out_of_stock", date(2025, 5, 31)) == []


def test_a_site_without_stock_meets_its_own_customers_and_what_lasts_is_known_at_once(tmp_path: Path) -> None:
    rows = [*monthly("here", "p", site="north"), *monthly("there", "p", site="south")]
    made = firm_with(tmp_path, *rows, stock_out=OUT + "p,2025-06-01,,north\n")
    assert seen(made, "out_of_stock") == [("here", "2025-06-17", 1.0, "p 2025-06-01 north")]
    assert seen(made, "out_of_stock", date(2025, 6, 30)) == seen(made, "out_of_stock")


PRICES = "product_id,price from,list price,tier\n"


def test_list_prices_that_rose_weigh_by_what_the_customer_buys(tmp_path: Path) -> None:
    """A tenth dearer; half of what one buys; a fall, a hair and twice the price are no rise."""
    rows = [*monthly("all", "p"), *monthly("half", "p"), *monthly("half"), *monthly("none")]
    text = "p,2024-01-01,10,\np,2025-06-01,11,\np,2025-09-01,11.1,\nother,2024-01-01,9,\nother,2025-06-01,8,\n"
    made = firm_with(tmp_path, *rows, list_price=PRICES + text + "p,2025-10-01,30,\n")
    row = "p 2025-06-01"
    assert seen(made, "list_price_raised") == [("all", "2025-06-01", 1.0, row), ("half", "2025-06-01", 0.5, row)]
    assert seen(made, "list_price_raised", date(2025, 5, 31)) == []


def test_a_price_of_another_place_in_the_channel_is_not_the_customers(tmp_path: Path) -> None:
    rows = [*monthly("dealer", "p"), *monthly("user", "p"), *monthly("bare", "p")]
    prices = "p,2024-01-01,10,dealer\np,2025-06-01,11,dealer\np,2024-01-01,12,end user\np,2025-06-01,12,end user\n"
    who = "customer_id,channel tier\ndealer,dealer\nuser,end user\nbare,\n"
    made = firm_with(tmp_path, *rows, list_price=PRICES + prices, customer=who)
    assert [each for each, *_ in seen(made, "list_price_raised")] == ["dealer"]


CHANGES = "change_id,on,kind,scope,text\n"


def test_products_that_a_notice_takes_away_or_makes_less_of(tmp_path: Path) -> None:
    rows = [*monthly("all", "P-1"), *monthly("half", "P-1"), *monthly("half"), *monthly("none")]
    text = "1,2025-06-01,product,P-1,no longer offered\n2,2025-07-01,product,,P-1 downgraded\n"
    text += "3,2025-08-01,product,P-1,recall\n"
    made = firm_with(tmp_path, *rows, company_change=CHANGES + text, product="product_id,name\nP-1,Filter\n")
    for kind, on, row in [
        ("product_withdrawn", "2025-06-01", "1"),
        ("product_downgraded", "2025-07-01", "2"),
        ("product_recalled", "2025-08-01", "3"),
    ]:
        assert seen(made, kind) == [("all", on, 1.0, row), ("half", on, 0.5, row)]
    assert seen(made, "product_withdrawn", date(2025, 5, 31)) == []


COMPLAINTS = "complaint_id,customer_id,opened_on,kind,product_id,recorded_on\n"


def trouble(month: str, *customers: str, product: str = "p", kind: str = "quality") -> str:
    rows = [f"{month}{n}{product},{each},{month}-20,{kind},{product},{month}-21" for n, each in enumerate(customers)]
    return "".join(f"{row}\n" for row in rows)


BUYERS = [f"b{n}" for n in range(8)]


def test_a_month_of_unusually_many_complaints_of_a_product_is_a_bad_batch(tmp_path: Path) -> None:
    """Five of eight buyers; all of them had just bought it. Four, or five every month, are nothing unusual."""
    rows = [row for each in BUYERS for name in "pqr" for row in monthly(each, name)]
    months = [f"{2024 + n // 12}-{n % 12 + 1:02d}" for n in range(6, 24)]
    text = trouble("2025-06", *BUYERS[:5]) + trouble("2025-06", *BUYERS[:4], product="q")
    text += "".join(trouble(month, *BUYERS[:5], product="r") for month in months)
    text += trouble("2025-08", *BUYERS[:5], kind="delivery")
    made = firm_with(tmp_path, *rows, *monthly("none"), complaint=COMPLAINTS + text)
    found = seen(made, "bad_batch")
    assert {each for each, *_ in found} == set(BUYERS)
    assert ("b7", "2025-07-31", 0.333, "invoice b7p17") in found
    assert {day for _, day, *_ in found} == {"2025-07-31"}
    assert seen(made, "bad_batch", date(2025, 6, 30)) == [row for row in found if row[1] < "2025-07-01"]


def test_returns_alone_tell_of_a_bad_batch(tmp_path: Path) -> None:
    rows = [row for each in BUYERS for row in monthly(each, "p")]
    back = [line(f"R{n}", each, "2025-06-20", "p", kind="return", amount=-50, quantity=-5)
            for n, each in enumerate(BUYERS[:5])]  # fmt: skip
    early = line("E", "steady", "2024-07-20", kind="return", amount=-50, quantity=-5)
    found = seen(firm_with(tmp_path, *rows, *back, early), "bad_batch")
    assert {(each, day) for each, day, *_ in found} == {(each, "2025-07-31") for each in BUYERS}


def ordered(number: str, customer: str, product: str, units: int, on: str = "2025-01-10", **more: Any) -> Row:
    return line(number, customer, on, product, quantity=units, kind="order", **more)


def sent(number: str, customer: str, product: str, units: int, on: str = "2025-01-20") -> Row:
    return line(number, customer, on, product, quantity=units, kind="delivery")


WHOLE = [row for n in range(9) for row in (ordered(f"W{n}", "whole", f"w{n}", 10), sent(f"V{n}", "whole", f"w{n}", 10))]


def test_less_came_than_was_ordered(tmp_path: Path) -> None:
    """Half of it, the rest never; a product of which nothing came is late; what came in two parts came whole."""
    rows = [
        ordered("1", "half", "p", 10), sent("D1", "half", "p", 5),
        ordered("2", "one of two", "p", 10), ordered("2", "one of two", "q", 12, line_no=2, amount=120),
        sent("D2", "one of two", "p", 5), {**sent("D2", "one of two", "q", 12), "line_no": 2},
        ordered("3", "nothing", "p", 10),
        ordered("4", "parts", "p", 10), sent("D4", "parts", "p", 5), sent("D5", "parts", "p", 5, "2025-02-05"),
    ]  # fmt: skip
    made = firm_with(tmp_path, *WHOLE, *rows)
    # 30 days after the order, and known when all that counts has been told
    known = str(date(2025, 1, 10) + timedelta(days=30 + 31))
    assert seen(made, "delivered_short") == [("half", known, 0.5, "order 1"), ("one of two", known, 0.227, "order 2")]
    assert seen(made, "delivered_short", date(2025, 2, 28)) == []


def test_orders_and_deliveries_in_different_units_say_nothing(tmp_path: Path) -> None:
    rows = [row for n in range(9) for row in (ordered(f"{n}", "c", f"w{n}", 10), sent(f"D{n}", "c", f"w{n}", 1))]
    assert seen(firm_with(tmp_path, *rows), "delivered_short") == []


@pytest.mark.parametrize(
    ("kind", "tables"),
    [
        ("out_of_stock", {"stock_out": OUT + "p,2025-06-01,2025-06-20,\n"}),
        ("list_price_raised", {"list_price": PRICES + "p,2024-01-01,10,\np,2025-06-01,11,\n"}),
        ("bad_batch", {"complaint": COMPLAINTS + trouble("2025-06", *BUYERS[:5])}),
        ("product_withdrawn", {"company_change": CHANGES + "1,2025-06-01,product,p11,no longer offered\n",
                               "product": "product_id,name\np11,P\n"}),
        ("delivered_short", {}),
    ],
)  # fmt: skip
def test_lines_dated_or_entered_later_change_nothing_that_was_known(
    tmp_path: Path, kind: str, tables: dict[str, str]
) -> None:
    product = "p11" if kind == "product_withdrawn" else "p"
    rows = [row for each in BUYERS for row in monthly(each, product)] + WHOLE
    rows += [ordered("1", "b0", product, 10), sent("D1", "b0", product, 5)]
    if kind == "bad_batch":
        tables = {"complaint": tables["complaint"] + trouble("2024-07", "steady")}
    late = [line("L", "b1", "2025-01-12", product, amount=900, recorded_on="2025-11-01"),
            line("M", "b1", "2025-12-12", product, amount=900),
            sent("N", "b0", product, 5, "2025-12-20"),
            {**sent("O", "b0", product, 5), "recorded_on": date(2025, 11, 1)}]  # fmt: skip
    rows = [{**row, "recorded_on": row.get("recorded_on") or row["date"]} for row in rows]
    plain = seen(firm_with(tmp_path / "a", *rows, **tables), kind)
    assert plain
    assert plain == seen(firm_with(tmp_path / "b", *rows, *late, **tables), kind)


TRADE = "customer_id,industry,region\n"


def fallen(customer: str, much: int, months: int = 26) -> list[Row]:
    """An invoice a month from January 2024, after a year `much` less than 100."""
    return [{**row, "amount": Decimal(100 if n < 12 else 100 - much)}
            for n, row in enumerate(monthly(customer, months=months))]  # fmt: skip


def test_a_trade_fell_where_those_who_still_buy_buy_less(tmp_path: Path) -> None:
    """Twelve of a trade buy a fifth less and one as ever; of another many stop, the others don't; a third is small."""
    weaving = [row for n in range(12) for row in fallen(f"w{n:02d}", 20)]
    dyeing = [row for n in range(20) for row in fallen(f"d{n:02d}", 0, months=26 if n < 12 else 12)]
    brewing = [row for n in range(10) for row in fallen(f"b{n}", 50)]
    who = [f"w{n:02d},weaving,north" for n in range(12)] + ["same,weaving,north", "bare,,north"]
    who += [f"d{n:02d},dyeing,north" for n in range(20)] + [f"b{n},brewing,north" for n in range(10)]
    rows = [*weaving, *dyeing, *brewing, *fallen("same", 0), *fallen("bare", 50)]
    made = firm_with(tmp_path, *rows, customer=TRADE + "\n".join(who))
    met = seen(made, "trade_fell")
    assert met == [
        ("same", "2026-01-31", 2.0, "same"),  # a fifth less
        *((f"w{n:02d}", "2026-01-31", 1.833, f"w{n:02d}") for n in range(12)),  # the steady one is among the others
    ]
    assert seen(made, "trade_fell", date(2025, 12, 31)) == []


def test_a_trade_is_not_known_where_no_customer_says_its_own(tmp_path: Path) -> None:
    rows = [row for n in range(12) for row in fallen(f"w{n:02d}", 50)]
    made = firm_with(tmp_path, *rows, customer="customer_id,region\n" + "\n".join(f"w{n:02d},north" for n in range(12)))
    assert seen(made, "trade_fell") == []

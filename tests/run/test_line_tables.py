"""Kinds of exposure that document lines tell of: from files through the store to events, and the law of time."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

import liuke
from liuke.kernel.period import day_number, day_of
from liuke.run.customers import customer_frame
from liuke.run.events import exposed
from liuke.run.line_tables import lacking
from liuke.run.scope import resolve
from liuke.store.fact_store import FactStore

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from liuke.app.firm import Firm
    from liuke.panel.exposure import Events

LATER = date(2026, 3, 1)
DATES = ("date", "due_on", "delivered_on", "paid_on", "recorded_on")
Row = dict[str, Any]


def line(number: str, customer: str, on: str, amount: float = 100, **more: Any) -> Row:
    """One line, an invoice unless it says otherwise; days are written as text."""
    row = {"document_id": number, "customer_id": customer, "date": on, "amount": amount, "kind": "invoice", **more}
    return {name: date.fromisoformat(v) if name in DATES and v else v for name, v in row.items()}


def steady(customer: str = "steady", until: int = 24, **more: Any) -> list[Row]:
    """An invoice a month from January 2024, so that there is a list to stand on."""
    months = [f"{2024 + n // 12}-{n % 12 + 1:02d}-28" for n in range(until)]
    return [line(f"S{customer}{n}", customer, on, **more) for n, on in enumerate(months)]


def load(firm: Firm, rows: Iterable[Row], source: str = "documents", on: date = LATER, **options: Any) -> None:
    """Load these lines as one file of a source."""
    path = firm.workspace.root.parent / f"{uuid.uuid4().hex}.parquet"
    money = {"amount": Decimal, "quantity": Decimal, "list_price": Decimal}
    exact = [{k: money[k](str(v)) if k in money and v is not None else v for k, v in row.items()} for row in rows]
    held = pl.DataFrame(exact, infer_schema_length=None)
    held.rename({"due_on": "promised date"}, strict=False).write_parquet(path)
    firm.load(path, source=source, loaded_on=on, table="document_line", **options)


def firm_with(folder: Path, *rows: Row) -> Firm:
    made = liuke.open(folder / "firm")
    load(made, [*steady(), *rows])
    return made


def table(firm: Firm, name: str, text: str, on: date = LATER) -> None:
    path = firm.workspace.root.parent / f"{uuid.uuid4().hex}.csv"
    path.write_text(text)
    firm.load(path, table=name, loaded_on=on)


def met(firm: Firm, as_of: date | None = None) -> dict[str, Events]:
    store = FactStore(firm.workspace.facts)
    scope = resolve(firm.workspace, store, as_of, None)
    facts = scope.facts(store)
    return exposed(facts, scope, customer_frame(firm.workspace, facts, scope))


def seen(firm: Firm, kind: str, as_of: date | None = None) -> list[tuple[str, str, str | None, float]]:
    """Customer, day, day it was over and strength of the events of a kind."""
    found = met(firm, as_of).get(kind)
    if found is None:
        return []
    codes = FactStore(firm.workspace.facts).paths("customer_code")
    names = dict(pl.read_parquet(codes).select("customer_code", "customer_id").iter_rows())
    return [
        (names[code], str(day_of(int(day))), None if until >= 2**30 else str(day_of(int(until))), round(float(w), 4))
        for code, day, until, w in zip(found.customer, found.day, found.until, found.strength, strict=True)
    ]


def order(number: str, customer: str, due: str | None, came: str | None, **more: Any) -> Row:
    return line(number, customer, "2025-01-10", **{"kind": "order", "due_on": due, "delivered_on": came, **more})


ORDERS = [
    order("1", "late", "2025-01-20", "2025-01-23"),
    order("2", "in time", "2025-01-20", "2025-01-22"),
    order("3", "half", "2025-02-10", "2025-03-01"),
    order("3", "half", "2025-02-10", "2025-02-10"),
    order("4", "never", "2025-03-01", None),
    order("5", "no day", None, "2025-03-01"),
    *[order(f"G{n}", "good", "2025-01-20", "2025-01-20") for n in range(9)],
]


def test_what_came_late_or_not_at_all_and_what_came_in_time(tmp_path: Path) -> None:
    made = firm_with(tmp_path, *ORDERS)
    found = seen(made, "delivery_late")
    assert sorted(found) == [
        ("half", "2025-02-13", None, 0.5), ("late", "2025-01-23", None, 1.0), ("never", "2025-03-04", None, 1.0)
    ]  # fmt: skip
    assert set(met(made)["delivery_late"].rows["row_id"]) == {"order 1", "order 3", "order 4"}
    assert met(made)["delivery_late"].told_from == day_number(date(2025, 1, 10))
    assert {row[0] for row in seen(made, "delivery_late", date(2025, 1, 31))} == {"late"}


def test_the_order_and_its_delivery_tell_of_one_lateness(tmp_path: Path) -> None:
    sent = [line(f"D{n}", "late", "2025-01-23", kind="delivery", due_on="2025-01-20") for n in range(2)]
    made = liuke.open(tmp_path / "firm")
    load(made, [*steady(), *ORDERS])
    load(made, sent, "deliveries")
    assert [row[0] for row in seen(made, "delivery_late")].count("late") == 1
    alone = liuke.open(tmp_path / "other")
    load(alone, [*steady(), *sent])  # a delivery that says no other day came on its own
    assert [row[0] for row in seen(alone, "delivery_late")] == ["late", "late"]


def test_a_day_of_delivery_that_hardly_anybody_fills_in_says_nothing_of_the_others(tmp_path: Path) -> None:
    blank = [order(f"B{n}", "unsaid", "2025-01-20", None) for n in range(20)]
    assert {row[0] for row in seen(firm_with(tmp_path, *ORDERS, *blank), "delivery_late")} == {"late", "half"}


def test_what_is_due_after_the_last_day_the_load_speaks_of_is_not_known_to_be_late(tmp_path: Path) -> None:
    """A file of May tells of an order due in June; the documents of June came in another file and don't name it."""
    made = liuke.open(tmp_path / "firm")
    load(made, [*steady(until=17), *ORDERS, order("9", "later", "2025-06-10", None)])
    load(made, [row for row in steady() if row["date"] >= date(2025, 6, 1)], on=LATER + timedelta(days=1))
    assert "later" not in {row[0] for row in seen(made, "delivery_late")}
    assert "never" in {row[0] for row in seen(made, "delivery_late")}


def test_a_replaced_document_tells_until_it_was_replaced(tmp_path: Path) -> None:
    """The file of April holds order 4 as delivered in time: until then it was late."""
    made = firm_with(tmp_path, *ORDERS, order("6", "later late", "2025-03-01", "2025-03-01"))
    again = [order("4", "never", "2025-03-01", "2025-03-01"), order("6", "later late", "2025-03-01", "2025-03-20")]
    entered = [{**row, "recorded_on": date(2025, 4, 15)} for row in again]
    load(made, entered, on=LATER + timedelta(days=1), part="replace")
    found = {row[0]: row[1:] for row in seen(made, "delivery_late")}
    assert found["never"] == ("2025-03-04", "2025-04-15", 1.0)
    assert found["later late"] == ("2025-03-04", None, 1.0)
    held = met(made)["delivery_late"]
    assert day_number(date(2025, 4, 15)) in held.known_on.tolist()
    assert "later late" not in {row[0] for row in seen(made, "delivery_late", date(2025, 3, 31))}
    assert ("never", "2025-03-04", None, 1.0) in seen(made, "delivery_late", date(2025, 3, 31))


INVOICES = [
    line("1", "open", "2025-01-10", paid_on=None),
    line("2", "slow", "2025-01-10", paid_on="2025-06-10"),
    line("3", "quick", "2025-01-10", paid_on="2025-02-10"),
    line("4", "terms", "2025-01-10", paid_on="2025-05-10", due_on="2025-04-10"),
    line("5", "over terms", "2025-01-10", paid_on="2025-06-10", due_on="2025-04-10"),
]


def paying(until: int = 24) -> list[Row]:
    return [{**row, "paid_on": row["date"] + timedelta(days=20)} for row in steady(until=until)]


def test_an_invoice_unpaid_for_long_weighs_until_it_is_paid(tmp_path: Path) -> None:
    made = liuke.open(tmp_path / "firm")
    load(made, [*paying(), *INVOICES])
    assert sorted(seen(made, "invoice_unpaid")) == [
        ("open", "2025-03-26", "2026-03-02", 1.0),  # unpaid on 30 November, as_of: three months later that is no news
        ("over terms", "2025-05-25", "2025-06-10", 1.0),
        ("slow", "2025-03-26", "2025-06-10", 1.0),
    ]
    assert sorted(seen(made, "invoice_unpaid", date(2025, 4, 30)))[1][0] == "slow"


def test_a_past_day_knows_no_day_of_payment_or_delivery_to_come(tmp_path: Path) -> None:
    """On 30 April the slow one has paid as little as the open one: nothing tells them apart."""
    made = liuke.open(tmp_path / "firm")
    load(made, [*paying(), *INVOICES])
    then = met(made, date(2025, 4, 30))["invoice_unpaid"]
    first = then.rows["row_id"].is_in(["invoice 1", "invoice 2"]).to_numpy()
    assert first.sum() == 2
    assert len(set(zip(then.day[first].tolist(), then.until[first].tolist(), strict=True))) == 1


def test_without_a_column_nothing_is_told_and_said_to_be_lacking(tmp_path: Path) -> None:
    made = firm_with(tmp_path, line("9", "c", "2025-01-10"))
    assert not {"delivery_late", "invoice_unpaid", "returned_goods", "product_discontinued"} & met(made).keys()
    store = FactStore(made.workspace.facts)
    assert all(lacking(store, name) for name in ("late_delivery", "unpaid_invoice", "returned_share", "price_step"))


def test_a_load_without_days_of_payment_says_nothing_beside_one_that_has_them(tmp_path: Path) -> None:
    made = liuke.open(tmp_path / "firm")
    load(made, [*paying(), *INVOICES])
    load(made, [line(f"X{n}", "other till", "2025-01-10") for n in range(3)], "till")
    assert "other till" not in {row[0] for row in seen(made, "invoice_unpaid")}


def back(number: str, customer: str, on: str, amount: float, **more: Any) -> Row:
    return line(number, customer, on, -amount, kind="return", **more)


def test_returns_weigh_by_what_was_bought_lately(tmp_path: Path) -> None:
    bought = [
        line(f"B{customer}", customer, "2025-01-10", 400, product_id="p")
        for customer in ("quarter", "more", "long ago", "rebilled", "later")
    ]
    made = firm_with(
        tmp_path,
        *bought,
        back("1", "quarter", "2025-02-10", 100, product_id="p"),
        back("2", "more", "2025-02-10", 900, product_id="p"),
        back("3", "long ago", "2025-11-10", 100, product_id="p"),
        back("4", "rebilled", "2025-02-10", 400, product_id="p"),
        line("5", "rebilled", "2025-02-10", 400, product_id="p"),
    )
    assert sorted(seen(made, "returned_goods")) == [
        ("long ago", "2025-11-10", None, 1.0), ("more", "2025-02-10", None, 1.0), ("quarter", "2025-02-10", None, 0.25)
    ]  # fmt: skip


def test_purchases_entered_later_do_not_change_what_a_return_weighed(tmp_path: Path) -> None:
    rows = [line("1", "c", "2025-01-10", 400), back("2", "c", "2025-02-10", 100)]
    later = [line("3", "c", "2025-01-20", 4000, recorded_on="2025-06-01"), line("4", "c", "2025-02-20", 4000)]
    plain, more = firm_with(tmp_path / "a", *rows), firm_with(tmp_path / "b", *rows, *later)
    assert seen(plain, "returned_goods") == seen(more, "returned_goods") == [("c", "2025-02-10", None, 0.25)]


def priced(customer: str, *prices: float, **more: Any) -> list[Row]:
    """Ten units of one product a month at these prices, from January 2025."""
    rows = {"product_id": "p", "quantity": 10, **more}
    return [
        line(f"P{customer}{n}{rows['product_id']}", customer, f"2025-{n + 1:02d}-15", price * 10, **rows)
        for n, price in enumerate(prices)
    ]


def test_a_price_that_rises_clearly_against_the_own_last(tmp_path: Path) -> None:
    made = firm_with(
        tmp_path,
        *priced("raised", 10, 10, 11),
        *priced("little", 10, 10, 10.1),
        *priced("cheap once", 10, 10, 9, 10),
        *priced("other unit", 10, 10, 120),
        *priced("twice", 10, 10.5, 11.55),
    )
    assert seen(made, "price_raised") == [
        ("raised", "2025-03-15", None, 1.0), ("twice", "2025-02-15", None, 0.5), ("twice", "2025-03-15", None, 1.0)
    ]  # fmt: skip
    assert seen(made, "price_raised", date(2025, 2, 28)) == [("twice", "2025-02-15", None, 0.5)]


def test_a_rise_weighs_by_the_money_it_is_of(tmp_path: Path) -> None:
    made = firm_with(tmp_path, *priced("c", 10, 12), *priced("c", 12, 12, product_id="q"), *priced("d", 10, 10))
    assert seen(made, "price_raised") == [("c", "2025-02-15", None, 1.0)]  # a fifth dearer, half of the money


def test_prices_entered_or_dated_later_change_no_earlier_event(tmp_path: Path) -> None:
    """A line entered in September, and in September a second purchase of what all had bought once, dear and cheap."""
    once = [row for n, price in enumerate([4, 5, 5, 5, 5, 9]) for row in priced(f"c{n}", price, product_id="q")]
    rows = [*priced("c0", 10, 11, 11, 12.1), *priced("c1", 10, 10), *once]
    late = line("L", "c0", "2025-02-20", 5, product_id="p", quantity=10, recorded_on="2025-09-01")
    again = [line(f"A{n}", f"c{n}", "2025-09-20", 90, product_id="q", quantity=10) for n in range(6)]
    plain, more = firm_with(tmp_path / "a", *rows), firm_with(tmp_path / "b", *rows, late, *again)
    for kind in ("price_raised", "price_above"):
        assert seen(plain, kind) == [row for row in seen(more, kind) if row[1] < "2025-09-01"]
    assert len(seen(plain, "price_raised")) == 2
    assert seen(more, "price_raised", date(2025, 3, 31)) == seen(plain, "price_raised")[:1]


def test_a_discount_lost_and_prices_above_those_of_peers(tmp_path: Path) -> None:
    peers = [row for n in range(6) for row in priced(f"peer{n}", 10, 10, 10, 10, list_price=12)]
    made = firm_with(
        tmp_path,
        *peers,
        *priced("dear", 11, 11, list_price=12),
        *priced("lost", 9, 9, 9, 9.9, list_price=12),
        *priced("like them", 10, 10, 10, 10, list_price=12),
    )
    assert seen(made, "price_above") == [("dear", "2025-03-31", None, 1.0), ("lost", "2025-06-30", None, 1.0)]
    assert seen(made, "price_above", date(2025, 4, 30)) == [("dear", "2025-03-31", None, 1.0)]


DISCONTINUED = "product_id,name,discontinued_on,replaced_by\np,P,2025-06-30,\nq,Q,2025-06-30,r\nr,R,,\n"


def bought(customer: str, **amounts: float) -> list[Row]:
    return [
        line(f"{customer}{product}", customer, "2025-03-15", amount, product_id=product)
        for product, amount in amounts.items()
    ]


def test_a_product_discontinued_weighs_by_its_share_and_less_with_a_successor(tmp_path: Path) -> None:
    made = firm_with(
        tmp_path,
        *bought("half", p=100, r=100),
        *bought("all", p=100),
        *bought("softened", q=100, r=100),
        *bought("hardly", p=2, r=100),
        *bought("not", r=100),
    )
    table(made, "product", DISCONTINUED)
    assert sorted(seen(made, "product_discontinued")) == [
        ("all", "2025-06-30", None, 1.0), ("half", "2025-06-30", None, 0.5), ("softened", "2025-06-30", None, 0.175)
    ]  # fmt: skip
    assert not seen(made, "product_discontinued", date(2025, 5, 31))


def test_a_product_is_discontinued_from_when_its_row_said_so(tmp_path: Path) -> None:
    """The list of products said nothing when the firm was founded; a later one does: known from its own day on."""
    made = liuke.open(tmp_path / "firm")
    load(made, [*steady(), *bought("all", p=100)], on=date(2026, 1, 5))
    table(made, "product", "product_id,name\np,P\n", date(2026, 1, 5))
    load(made, [line(f"N{n}", "steady", f"2026-{n:02d}-28") for n in (1, 2, 3)], on=date(2026, 4, 3))
    table(made, "product", DISCONTINUED, date(2026, 4, 3))
    assert not seen(made, "product_discontinued", date(2026, 1, 31))
    told = met(made)["product_discontinued"]
    assert (told.day.tolist(), told.known_on.tolist()) == (
        [day_number(date(2025, 6, 30))], [day_number(date(2026, 2, 28))]  # the newest list when it came
    )  # fmt: skip


def test_what_a_merged_customer_met_is_met_by_the_one_it_is_counted_under(tmp_path: Path) -> None:
    made = firm_with(
        tmp_path, *ORDERS, *priced("first", 10, 10), line("x", "second", "2025-03-15", 110, product_id="p", quantity=10)
    )
    made.merge("second", "first")
    made.merge("late", "half")
    assert seen(made, "price_raised") == [("first", "2025-03-15", None, 1.0)]
    assert {row[0] for row in seen(made, "delivery_late")} == {"half", "never"}


@pytest.mark.parametrize("held", [0, 10**9])
def test_lines_held_and_lines_read_anew_tell_the_same(
    tmp_path: Path, held: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("liuke.run.line_tables.AT_HAND", held)
    made = firm_with(tmp_path, *ORDERS, *priced("raised", 10, 10, 11))
    assert len(seen(made, "delivery_late")) == 3
    assert len(seen(made, "price_raised")) == 1


PEOPLE = "customer_id,渠道层级,region\n" + "".join(
    f"{name},{tier},{region}\n"
    for name, tier, region in [
        ("dealer", "经销商", "华东"),
        ("far", "经销商", "华北"),
        *[(f"user{n}", "终端用户", "华东") for n in range(3)],
        *[(f"user{n}", "终端用户", "华北") for n in range(3, 6)],
        ("nobody knows", "", "华东"),
    ]
)


def in_order(*cut: float) -> list[Row]:
    """Dealers pay 10, users 12; in the third quarter the first user of the east pays these prices."""
    users = [row for n in range(1, 6) for row in priced(f"user{n}", *[12.0] * 12)]
    dealers = [row for name in ("dealer", "far", "nobody knows") for row in priced(name, *[10.0] * 12)]
    return [*users, *dealers, *priced("user0", *[12.0] * 6, *cut, *[12.0] * 3)]


def undersold(folder: Path, *rows: Row, people: str = PEOPLE, as_of: date | None = None) -> list[Any]:
    made = firm_with(folder, *rows)
    table(made, "customer", people)
    return seen(made, "undersold", as_of)


def test_a_lower_tier_at_or_below_the_dealers_price_hurts_the_dealer_of_its_region(tmp_path: Path) -> None:
    """A user pays 9 of a dealer's 10: 27 of 99 of the users' money, and ln(10/9) below; nobody in the far region."""
    found = undersold(tmp_path, *in_order(9, 9, 9))
    share = 27 / (27 + 36 * 2)
    assert found == [("dealer", "2025-09-30", None, pytest.approx(share * (1 + 1.0536), abs=1e-3))]


def test_the_documents_of_the_lower_tier_tell_of_it(tmp_path: Path) -> None:
    made = firm_with(tmp_path, *in_order(10, 10, 10))
    table(made, "customer", PEOPLE)
    told = met(made)["undersold"]
    assert told.strength.tolist() == pytest.approx([30 / (30 + 72)], abs=1e-3)  # at its price, nothing below
    assert told.rows["row_id"].to_list() == ["invoice Puser08p"]


def test_where_nobody_undersells_or_prices_know_no_order_nothing_is_told(tmp_path: Path) -> None:
    assert undersold(tmp_path / "kept", *in_order(12, 12, 12)) == []
    assert undersold(tmp_path / "unit", *in_order(1, 1, 1)) == []  # another unit
    flat = [row for name in ("dealer", "user0", "user1") for row in priced(name, *[10.0] * 12)]
    assert undersold(tmp_path / "flat", *flat) == []  # one price for all: no order to break
    assert undersold(tmp_path / "no tiers", *in_order(9, 9, 9), people="customer_id,region\ndealer,华东\n") == []


def test_what_was_undersold_later_or_entered_later_is_not_known_before(tmp_path: Path) -> None:
    rows = in_order(9, 9, 9)
    assert undersold(tmp_path / "then", *rows, as_of=date(2025, 6, 30)) == []
    late = line("L", "user1", "2025-09-20", 10, product_id="p", quantity=10, recorded_on="2025-11-20")
    plain = undersold(tmp_path / "a", *rows)
    assert len(plain) == 1
    assert plain == undersold(tmp_path / "b", *rows, late) == undersold(tmp_path / "c", *rows, as_of=date(2025, 9, 30))

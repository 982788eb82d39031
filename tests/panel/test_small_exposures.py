"""Every kind of exposure that small tables tell of: five rows in, the events out; and no row or attribute of later."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liuke.facts import contracts
from liuke.panel.exposure import EVENT, exposures, visible_to
from liuke.panel.tiers import tier_place
from liuke.store.contract_frames import POLARS_TYPE, conform, empty

if TYPE_CHECKING:
    from collections.abc import Mapping

D0 = date(2025, 1, 1)


def day(number: int) -> date:
    """So many days after the first of January 2025."""
    return D0 + timedelta(days=number)


def events(kind: str, **tables: list[dict[str, Any]]) -> list[tuple[str, int, int | None, float]]:
    """customer_id, day, until and strength of each event, days counted from D0; blank columns are null."""
    read = {name: conform(pl.DataFrame(rows), contracts()[name]) if rows else empty(contracts()[name])
            for name, rows in tables.items()}  # fmt: skip
    missing = {name: empty(contracts()[name]) for name in exposures()[kind].READS if name not in read}
    found = exposures()[kind].events({**read, **missing})
    assert dict(found.schema) == EVENT
    number = {name: (pl.col(name) - D0).dt.total_days() for name in ("day", "until")}
    return found.select("customer_id", **number, strength="strength").select(
        "customer_id", "day", "until", "strength"
    ).sort("customer_id", "day").rows()  # fmt: skip


def days_of(kind: str, **tables: list[dict[str, Any]]) -> list[tuple[str, int]]:
    """customer_id and day of each event."""
    return [(customer, on) for customer, on, _, _ in events(kind, **tables)]


def complaint(name: str, made: int, **columns: Any) -> dict[str, Any]:
    return {"complaint_id": name, "customer_id": name, "opened_on": day(made), **columns}


def test_complaints_that_wait() -> None:
    """Answers take seven days, settlements thirty; before the table ever shows such a day, none is missed."""
    rows = [
        complaint("first", 0, replied_on=day(2), resolved_on=day(3)),
        complaint("silent", 10, resolved_on=day(60)),
        complaint("answered", 10, replied_on=day(11), resolved_on=day(90)),
        complaint("quick", 10, resolved_on=day(12)),
        complaint("never", 10),
    ]
    assert days_of("complaint_slow", complaint=rows) == [("answered", 40), ("never", 17), ("silent", 17)]
    bare = [{name: value for name, value in row.items() if name != "replied_on"} for row in rows]
    assert days_of("complaint_slow", complaint=bare) == [("answered", 40), ("never", 40), ("silent", 40)]
    assert len(days_of("complaint_made", complaint=rows)) == 5


def test_a_table_that_never_tells_of_a_settlement_or_a_kept_promise_says_nothing_of_those_open() -> None:
    rows = [complaint("a", 0), complaint("b", 5)]
    assert days_of("complaint_open", complaint=rows) == []
    assert days_of("complaint_slow", complaint=rows) == []
    promises = [{"promise_id": n, "customer_id": n, "promised_on": day(0), "due_on": day(9)} for n in "ab"]
    assert days_of("promise_broken", promise=promises) == []


@pytest.mark.parametrize("verdict", ["不满意", "不太满意", "很差", "差", "Not satisfied", "bad", "isn't happy", "否"])
def test_verdicts_of_displeasure(verdict: str) -> None:
    rows = [complaint("a", 0, resolved_on=day(4), verdict=verdict)]
    assert days_of("complaint_handled_badly", complaint=rows) == [("a", 4)]


@pytest.mark.parametrize(
    "verdict",
    ["满意", "没有不满", "不差", "没有什么不满意的", "一般", "not bad", "no complaints", "not dissatisfied", "", "是"],
)
def test_verdicts_of_no_displeasure(verdict: str) -> None:
    rows = [complaint("a", 0, resolved_on=day(4), verdict=verdict)]
    assert days_of("complaint_handled_badly", complaint=rows) == []


def test_rebates_and_other_promises_are_told_apart() -> None:
    """Without a due day nothing is late."""
    rows = [
        {"customer_id": "kept", "kind": "返利", "due_on": day(20), "kept_on": day(21)},
        {"customer_id": "unpaid", "kind": "年终返点", "due_on": day(20)},
        {"customer_id": "paid late", "kind": "Rebate Q1", "due_on": day(20), "kept_on": day(50)},
        {"customer_id": "spare part", "kind": "delivery", "due_on": day(20)},
        {"customer_id": "no day", "kind": "返利"},
        {"customer_id": "no kind", "due_on": day(20)},
    ]
    rows = [{"promise_id": str(n), "promised_on": day(0), **row} for n, row in enumerate(rows)]
    assert days_of("rebate_late", promise=rows) == [("paid late", 30), ("unpaid", 30)]
    assert days_of("promise_broken", promise=rows) == [("no kind", 30), ("spare part", 30)]


def visits(customer: str, *at: int, **columns: Any) -> list[dict[str, Any]]:
    return [{"contact_id": f"{customer}{n}", "customer_id": customer, "at": day(n), **columns} for n in at]


def test_a_visit_is_overdue_by_the_customers_own_rhythm() -> None:
    """Monthly visits are overdue after twice a month; somebody else's go on, and two visits are no rhythm."""
    others = visits("other", *range(0, 400, 20))
    monthly = visits("monthly", 0, 30, 60, 90, 250)
    assert events("visit_overdue", contact=monthly + others) == [
        ("monthly", 150, 250, 1.0),
        ("monthly", 310, None, 1.0),
    ]
    assert events("visit_overdue", contact=visits("twice", 0, 30) + others) == []
    assert events("visit_overdue", contact=visits("monthly", 0, 30, 60)) == []  # nobody is visited any more
    daily = events("visit_overdue", contact=visits("daily", *range(10)) + others)
    assert daily == [("daily", 9 + 1 + 14, None, 1.0)]


def test_a_visit_entered_late_ends_the_waiting_when_it_was_entered() -> None:
    others = visits("other", *range(0, 400, 20))
    late = visits("late", 0, 30, 60) + visits("late", 90, recorded_on=day(200))
    assert events("visit_overdue", contact=late + others) == [("late", 120, 200, 1.0), ("late", 150, None, 1.0)]


@pytest.mark.parametrize(
    ("told", "heard"),
    [
        ({"outcome": "客户抱怨送货慢"}, True),
        ({"text": "客户说对手报价更低"}, True),
        ({"text": "They are thinking of switching suppliers or to switch to Rival A"}, True),
        ({"outcome": "嫌贵"}, True),
        ({"purpose": "处理投诉"}, True),
        ({"purpose": "了解竞品"}, False),
        ({"text": "没有不满，价格不高，不考虑换供应商"}, False),
        ({"text": "竞品情况：无；投诉：无"}, False),
        ({"outcome": "nothing special", "text": "no complaints, not too expensive"}, False),
        ({}, False),
    ],
)
def test_what_is_heard_at_visits(told: dict[str, str], heard: bool) -> None:
    assert bool(days_of("heard_at_visits", contact=visits("c", 3, **told))) == heard


def answers(question: str, *scores: float, at: int = 0, prefix: str = "c") -> list[dict[str, Any]]:
    return [
        {"survey_id": f"s{at}", "customer_id": f"{prefix}{n}", "question_id": question, "answered_on": day(at),
         "score": score}
        for n, score in enumerate(scores)
    ]  # fmt: skip


@pytest.mark.parametrize("top", [5, 10, 100])
def test_low_answers_whatever_the_scale(top: int) -> None:
    """The lowest of ten is low until it answers again; of nine answers nobody knows what is low."""
    scores = [top * part for part in (0.2, 0.6, 0.8, 0.8, 0.8, 0.8, 1, 1, 1, 1)]
    again = answers("q", top, at=300)
    assert events("survey_low", survey_answer=answers("q", *scores) + again) == [
        ("c0", 0, 300, 1.0), ("c1", 0, None, 1.0)
    ]  # fmt: skip
    assert events("survey_low", survey_answer=answers("q", *scores[:9])) == []
    assert events("survey_low", survey_answer=answers("q", *[top] * 12)) == []


def test_answers_of_two_questions_and_of_none() -> None:
    """Two scales beside each other; an answer about a rival, or without a day, is none of ours."""
    rows = answers("a", 1, 5, 5, 5, 5, 4, 4, 4, 4, 4) + answers("b", 100, 20, *[90] * 8)
    assert [customer for customer, _ in days_of("survey_low", survey_answer=rows)] == ["c0", "c1"]
    assert events("survey_low", survey_answer=answers("对手服务", 1, *[5] * 12)) == []
    assert events("survey_low", survey_answer=[{**row, "answered_on": None} for row in rows]) == []


def served(customer: str, by: str, since: int, until: int | None = None) -> dict[str, Any]:
    end = None if until is None else day(until)
    return {"customer_id": customer, "from_on": day(since), "salesperson_id": by, "to_on": end}


def people(**left: int | None) -> list[dict[str, Any]]:
    return [{"salesperson_id": name, "left_on": None if on is None else day(on)} for name, on in left.items()]


def test_salespeople_who_left() -> None:
    """Who handed over a month before leaving has left; who was followed long before is not missed."""
    rows = [
        served("in charge", "w", 0),
        served("handed over", "w", 0, 170),
        served("handed over", "z", 171),
        served("long ago", "w", 0, 50),
        served("followed", "w", 0),
        served("followed", "z", 60),
        served("stays", "z", 0),
    ]
    found = days_of("salesperson_left", assignment=rows, salesperson=people(w=200, z=None))
    assert found == [("handed over", 200), ("in charge", 200)]
    assert days_of("salesperson_left", assignment=rows) == []
    assert days_of("salesperson_left", assignment=rows, salesperson=people(w=None)) == []


def test_customers_nobody_looks_after() -> None:
    rows = [
        served("left", "w", 0),
        served("gap", "z", 0, 50),
        served("gap", "z", 90),
        served("seamless", "z", 0, 50),
        served("seamless", "z", 51),
        served("substitute", "z", 0),
        served("substitute", "v", 20, 40),
        served("history", "v", 0),
        served("history", "w", 30),
    ]
    found = events("nobody_serves", assignment=rows, salesperson=people(w=200, z=None))
    assert found == [("gap", 51, 90, 1.0), ("history", 201, None, 1.0), ("left", 201, None, 1.0)]
    assert days_of("nobody_serves", assignment=[served("c", "z", 10, 5)]) == []  # ended before it began


CUSTOMERS = [
    {"customer_id": "e1", "region": "华东", "grade": "A", "channel": "直销", "name": "甲公司"},
    {"customer_id": "e2", "region": "华东", "grade": "B", "channel": "经销"},
    {"customer_id": "n1", "region": "华北", "grade": "A", "channel": "经销"},
    {"customer_id": "bare"},
]


@pytest.mark.parametrize(
    ("scope", "met"),
    [
        (None, "bare e1 e2 n1"),
        ("全部客户", "bare e1 e2 n1"),
        ("All customers", "bare e1 e2 n1"),
        ("华东", "e1 e2"),
        ("华东A级客户", "e1"),
        ("grade A", "e1 n1"),
        ("e2, n1", "e2 n1"),
        ("甲公司", "e1"),
        ("除华东外的所有客户", "bare n1"),
        ("经销渠道", "e2 n1"),
        ("滤芯系列", ""),
        ("华南", ""),
        ("All dealers of Bavaria", ""),
    ],
)
def test_whom_tightened_terms_meet(scope: str | None, met: str) -> None:
    change = [{"change_id": "1", "on": day(9), "kind": "最低起订量", "scope": scope, "text": "由 500 提高到 2000"}]
    found = days_of("minimum_order_raised", company_change=change, customer=CUSTOMERS)
    assert found == [(customer, 9) for customer in met.split()]


OF_TERMS = ("payment_tightened", "minimum_order_raised", "radius_cut", "bundle_forced")


@pytest.mark.parametrize(
    ("kind", "text", "tightened"),
    [
        ("terms", None, "payment_tightened"),
        ("", "账期由 60 天缩短为 30 天", "payment_tightened"),
        ("terms", "Minimum order raised to 500", "payment_tightened minimum_order_raised"),
        ("", "Minimum order raised to 500", "minimum_order_raised"),
        ("", "起送金额由 200 元调至 500 元", "minimum_order_raised"),
        ("", "服务半径缩小到 50 公里", "radius_cut"),
        ("notice", "We no longer deliver to the islands", "radius_cut"),
        ("terms", "取消账期，款到发货", "payment_tightened"),
        ("", "滤芯与机油捆绑销售", "bundle_forced"),
        ("notice", "Oil is sold only together with filters", "bundle_forced"),
        ("", "条款变更：提高起订量，缩短账期", "payment_tightened minimum_order_raised"),
        ("terms", "账期延长到 90 天", ""),
        ("terms", "Minimum order lowered", ""),
        ("", "取消捆绑销售", ""),
        ("", "服务半径扩大到 80 公里", ""),
        ("price", "全线上调 5%", ""),
        (None, None, ""),
    ],
)
def test_which_changes_tighten_terms(kind: str | None, text: str | None, tightened: str) -> None:
    change = [{"change_id": "1", "on": day(9), "kind": kind, "text": text}]
    found = [each for each in OF_TERMS if days_of(each, company_change=change, customer=CUSTOMERS)]
    assert found == tightened.split()
    assert bool(days_of("terms_tightened", company_change=change, customer=CUSTOMERS)) == bool(found)


@pytest.mark.parametrize(
    ("kind", "text", "scope", "met"),
    [
        ("渠道", "在华东开设直营店", "华东", "bare e2"),
        ("channel", "Direct sales begin", "华北", "n1"),
        ("channel", "Online shop opened", None, "bare e2 n1"),
        ("channel", "We sell direct", "grade B", "e2"),
        ("channel", "直营店关闭", "华东", ""),
        ("channel", "New channel manager", "华东", ""),
        ("terms", "账期缩短", "华东", ""),
    ],
)
def test_whom_an_own_channel_hurts(kind: str, text: str, scope: str | None, met: str) -> None:
    """The direct customer of the east loses no trade by it; of whom no tier is said, it is not known."""
    change = [{"change_id": "1", "on": day(9), "kind": kind, "scope": scope, "text": text}]
    here = [*CUSTOMERS[:3], {"customer_id": "bare", "region": "华东", "grade": "A"}]
    assert days_of("sold_around", company_change=change, customer=here) == [(each, 9) for each in met.split()]


@pytest.mark.parametrize(
    ("tier", "place"),
    [
        ("一级经销商", 1), ("总代理", 1), ("Distributor", 1), ("经销商", 2), ("二级批发商", 2), ("sub-distributor", 2),
        ("dealer", 2), ("零售店", 3), ("Workshop", 3), ("终端用户", 4), ("直销", 4), ("End user", 4),
        ("VIP", None), (None, None),
    ],
)  # fmt: skip
def test_the_place_in_the_channel(tier: str | None, place: int | None) -> None:
    assert pl.DataFrame({"tier": [tier]}, {"tier": pl.String}).select(tier_place(pl.col("tier"))).item() == place


def rival(name: str, at: int, region: str | None, price: str | None = None, text: str = "") -> dict[str, Any]:
    return {"observation_id": f"{name}{at}", "on": day(at), "region": region, "competitor": name, "price_index": price,
            "text": text}  # fmt: skip


def test_rivals_of_the_region() -> None:
    """A low price holds till a better one, at most a year; a price that fell against its own past is low too."""
    rows = [
        rival("x", 0, "华东", "0.90"),
        rival("x", 30, "华东", "0.92"),
        rival("x", 60, "华东", "1.02"),
        rival("y", 10, None, "0.5"),
        rival("z", 70, "华北", text="对手在本地新开分公司"),
    ]
    assert events("rival_seen", competitor_observation=rows, customer=CUSTOMERS) == [
        ("e1", 0, 60, 1.0), ("e2", 0, 60, 1.0), ("n1", 70, 435, 1.0)
    ]  # fmt: skip
    fell = [rival("x", at, "华北", price) for at, price in ((0, "1.3"), (30, "1.3"), (60, "1.3"), (90, "1.1"))]
    assert events("rival_seen", competitor_observation=fell, customer=CUSTOMERS) == [("n1", 90, 455, 1.0)]


def owed(customer: str, at: int, balance: int, overdue: int | None) -> dict[str, Any]:
    return {"customer_id": customer, "on": day(at), "balance": balance, "overdue": overdue}


def test_arrears_until_the_next_statement() -> None:
    """A statement of debtors alone: who is on it no more has paid; where no statement follows, the last one fades."""
    rows = [
        owed("paid", 0, 100, 50),
        owed("still", 0, 100, 100),
        owed("still", 30, 100, 20),
        owed("good", 0, 100, 0),
        owed("good", 30, 100, None),
        owed("prepaid", 30, -10, 5),
    ]
    assert events("arrears", receivable=rows) == [
        ("paid", 0, 30, 0.5), ("prepaid", 30, None, 1.0), ("still", 0, 30, 1.0), ("still", 30, None, 0.2)
    ]  # fmt: skip


SMALL = sorted(name for name, kind in exposures().items() if set(kind.READS) <= set(contracts()) - {"document_line"})
OWN_DAY = {"survey_answer": "answered_on"}  # else the required day of a table
WORDS = st.sampled_from([None, "不满意", "返利", "对手", "华东", "terms", "新开", "all", "a"])
MORE_WORDS = st.sampled_from(
    [None, "态度差", "不再需要", "满足不了", "过时", "事故", "倒闭", "淘汰", "华东", "red", "Red Co", "b"]
)
DAYS = st.integers(0, 150).map(day)
KEYS: dict[str, st.SearchStrategy[Any]] = {
    "customer_id": st.sampled_from("abc"),
    "salesperson_id": st.sampled_from("wz"),
    "question_id": st.just("q"),
    "region": st.sampled_from(["华东", "华北"]),
    "grade": st.sampled_from(["A", None]),
    "joined_on": st.one_of(st.none(), DAYS),
    "kind": st.sampled_from(["返利", "terms", "事故", "起订", "捆绑", None]),
    "competitor": st.sampled_from(["red", "Red Co", "其他", None]),
    **dict.fromkeys(("text", "outcome", "closed_reason"), st.one_of(WORDS, MORE_WORDS)),
    **dict.fromkeys(("opened_on", "promised_on", "at", "on", "from_on", "answered_on", "due_on", "left_on"), DAYS),
}
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": WORDS,
    "date": st.one_of(st.none(), DAYS),
    "money": st.one_of(st.none(), st.integers(0, 100)),
    "number": st.sampled_from([None, "0.5", "1", "1.2", "5"]),
    "integer": st.sampled_from([None, 1, 3]),
    "boolean": st.sampled_from([None, True, False]),
}
SETTLED = {
    "verdict": "resolved_on",
    "reopened": "resolved_on",
    "closed_reason": "closed_on",
}  # known when another column's day has come


FEWER = {"contact_owed": {"LEAST_CUSTOMERS": 1}}


@st.composite
def rows_of(draw: st.DrawFn, table: str) -> pl.DataFrame:
    """Rows of a small table about three customers, looked after by two salespeople."""
    contract = contracts()[table]
    each = st.fixed_dictionaries(
        {name: KEYS.get(name, VALUES[column.type]) for name, column in contract.columns.items()}
    )
    least = draw(st.sampled_from([0, 3, 20]))
    rows = draw(st.lists(each, min_size=least, max_size=least + 5))
    numbered = [
        {name: f"{n}" if name in contract.grain and column.type == "text" and name not in KEYS else row[name]
         for name, column in contract.columns.items()}
        for n, row in enumerate(rows)
    ]  # fmt: skip
    frame = conform(pl.DataFrame(numbered), contract) if rows else empty(contract)
    return frame.drop_nulls(contract.grain).unique(contract.grain, keep="first", maintain_order=True)


def as_known(table: str, rows: pl.DataFrame, at: date) -> pl.DataFrame:
    """The rows of a table that had happened and were recorded by a day, without what was filled in later."""
    contract = contracts()[table]
    dates = [name for name, column in contract.columns.items() if column.type == "date"]
    own = OWN_DAY.get(table, next((name for name in dates if contract.columns[name].required), None))
    begun = [(pl.col(name) <= at).fill_null(value=True) for name in {own, "recorded_on"} & set(dates)]
    known = rows.filter(pl.all_horizontal(begun)) if begun else rows
    known = known.with_columns(
        pl.when(pl.col(on) <= at).then(name).alias(name) for name, on in SETTLED.items() if name in rows.columns
    )
    later = [name for name in dates if name != own and name not in {"recorded_on", "due_on"}]
    return known.with_columns(pl.when(pl.col(name) <= at).then(name).alias(name) for name in later)


def standing(kind: str, tables: Mapping[str, pl.DataFrame], at: date) -> list[tuple[Any, ...]]:
    """What weighs at a day: customer, day, strength and the row that tells of it."""
    read = {name: visible_to(exposures()[kind], table) for name, table in tables.items()}
    told = exposures()[kind].events(read).with_columns(known=pl.max_horizontal("day", "known_on"))
    now = told.filter(pl.col("known") <= at, pl.col("until").is_null() | (pl.col("until") > at))
    return sorted(now.select("customer_id", "day", "strength", "table", "row_id").rows())


@pytest.mark.parametrize("kind", SMALL)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_nothing_dated_recorded_or_filled_in_later_changes_what_weighs(kind: str, data: st.DataObject) -> None:
    """Of kinds that ask for many customers fewer will do here."""
    with pytest.MonkeyPatch.context() as patch:
        for name, least in FEWER.get(kind, {}).items():
            patch.setattr(exposures()[kind], name, least)
        _law_of_time(kind, data)


def _law_of_time(kind: str, data: st.DataObject) -> None:
    tables = {name: data.draw(rows_of(name)) for name in exposures()[kind].READS}
    at = day(data.draw(st.integers(0, 200)))
    then = {name: as_known(name, table, at) for name, table in tables.items()}
    assert standing(kind, tables, at) == standing(kind, then, at)


def test_every_type_of_column_is_drawn() -> None:
    assert set(VALUES) == set(POLARS_TYPE)

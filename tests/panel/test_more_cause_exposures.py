"""Kinds of exposure that small tables tell causes of: promises long unkept, contacts owed, remarks and the like."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from liuke.causes.taxonomy import shipped_causes
from liuke.facts import contracts
from liuke.panel.beside_lines import RELATIONS, product_notice, quality_complaint
from liuke.panel.exposure import EVENT, exposures, visible_to
from liuke.panel.line_tables import line_tables
from liuke.store.fact_store import conform, empty

D0 = date(2025, 1, 1)
Row = dict[str, Any]


def on(number: int) -> date:
    """So many days after the first of January 2025."""
    return D0 + timedelta(days=number)


def whole(name: str, rows: list[Row] | None) -> pl.DataFrame:
    frame = pl.DataFrame(rows, infer_schema_length=None) if rows else None
    return empty(contracts()[name]) if frame is None else conform(frame, contracts()[name])


def told(kind: str, **tables: list[Row]) -> list[tuple[str, int, float]]:
    """customer_id, the day from which it is known and strength of each event of a kind."""
    read = {name: visible_to(exposures()[kind], whole(name, tables.get(name))) for name in exposures()[kind].READS}
    found = exposures()[kind].events(read)
    assert dict(found.schema) == EVENT
    known = (pl.max_horizontal("day", "known_on") - D0).dt.total_days()
    return found.select("customer_id", known, pl.col("strength").round(3)).sort(pl.all()).rows()


PROMISES = [
    {"customer_id": "kept", "kind": "交期", "due_on": on(10), "kept_on": on(12)},
    {"customer_id": "late", "kind": "交期", "due_on": on(10), "kept_on": on(60)},
    {"customer_id": "never", "kind": "交期", "due_on": on(10)},
    {"customer_id": "unpaid", "kind": "返利", "due_on": on(10)},
    {"customer_id": "paid", "kind": "返利", "due_on": on(10), "kept_on": on(99)},
]


def test_a_promise_a_quarter_late_is_broken_and_a_late_one_is_not() -> None:
    rows = [{"promise_id": str(n), "promised_on": on(0), **row} for n, row in enumerate(PROMISES)]
    assert told("promise_unkept", promise=rows) == [("never", 100, 1.0)]
    assert told("rebate_unpaid", promise=rows) == [("unpaid", 100, 1.0)]
    assert [each for each, *_ in told("promise_broken", promise=rows)] == ["late", "never"]


def served(customer: str, by: str, since: int, until: int | None = None) -> Row:
    end = None if until is None else on(until)
    return {"customer_id": customer, "from_on": on(since), "salesperson_id": by, "to_on": end}


def test_whom_somebody_new_to_the_firm_was_given() -> None:
    """Weaker the longer it had been there; an old hand, a blank day of joining and a wrong one tell nothing."""
    rows = [row for each in ("new", "young", "old", "bare", "wrong")
            for row in (served(each, "v", 0, 399), served(each, f"to {each}", 400))]  # fmt: skip
    joined = {"to new": on(400), "to young": on(35), "to old": on(34), "to bare": None, "to wrong": on(401)}
    people = [{"salesperson_id": name, "joined_on": day} for name, day in joined.items()]
    assert told("green_salesperson", assignment=rows, salesperson=people) == [("new", 400, 1.0), ("young", 400, 0.5)]
    assert len(told("new_salesperson", assignment=rows, salesperson=people)) == 5


def contacts(customer: str, *days: int, entered: int | None = None) -> list[Row]:
    entry = None if entered is None else on(entered)
    return [
        {"contact_id": f"{customer}{n}", "customer_id": customer, "at": on(n), "recorded_on": entry or on(n)}
        for n in days
    ]


def graded(*customers: str, grade: str = "A") -> list[Row]:
    return [{"customer_id": each, "grade": grade} for each in customers]


PEERS = [f"p{n:02}" for n in range(10)]
MONTHLY = [row for each in PEERS for row in contacts(each, *range(0, 300, 30))]  # the last on day 270, 28 September


def test_who_is_contacted_less_than_its_grade() -> None:
    """Peers are every 30 days; twice that after the contact of day 60 is over in May, of day 200 in September."""
    rows = [*MONTHLY, *contacts("few", 0, 60), *contacts("back", 60, 200), *contacts("bare", 60)]
    customers = [*graded(*PEERS, "few", "back"), {"customer_id": "bare"}]
    found = told("contact_owed", contact=rows, customer=customers)
    assert found == [("back", 150, 1.0), ("back", 272, 1.0), ("few", 150, 1.0)]
    assert not told("contact_owed", contact=rows, customer=graded(*PEERS[:5], "few"))  # of too few nobody knows
    other = [*graded(*PEERS), *graded("few", grade="D")]
    assert not told("contact_owed", contact=rows, customer=other)


def test_a_contact_entered_late_is_missed_until_it_was_entered() -> None:
    rows = [*MONTHLY, *contacts("late", 60), *contacts("late", 100, entered=200)]
    kind = exposures()["contact_owed"]
    read = {"contact": whole("contact", rows), "customer": whole("customer", graded(*PEERS, "late"))}
    [met] = kind.events(read).filter(pl.col("customer_id") == "late", pl.col("row_id") == "late60").rows(named=True)
    assert (met["day"], met["until"]) == (on(150), on(200))


SAID = [
    ("need_gone", "产线改造，不再需要滤芯", "the project ended last month", "不再需要跟进"),
    (
        "advertising_doubted",
        "宣传夸大，寿命没有那么长",
        "Not as advertised at all",
        "the filters are exactly as advertised",
    ),
    ("bad_name_heard", "同行都说你们口碑差", "they have a bad reputation now", "口碑很好"),
    ("range_outdated", "产品老化，多年没有新品", "the range is outdated", "our stock is not outdated"),
    ("need_unmet", "满足不了我们的规格", "You cannot supply the size we use", "需求都满足了"),
    ("called_faulty", "这批质量差，用了一周就漏油", "three of the pumps are faulty", "Not a single defect so far"),
    ("called_late", "交期一拖再拖，产线等料", "the goods arrived late again", "交货准时，没有延误"),
    ("called_short", "滤芯又缺货，少发两箱", "two pieces missing, out of stock", "库存充足，没有缺货"),
    ("called_dear", "价格太高，比我们便宜的多得是", "You are too expensive", "the price is fine"),
    ("called_unkept", "答应的返利没有兑现", "still waiting for the rebate", "承诺都兑现了"),
    ("called_uncared", "半年没人来，电话没人接", "nobody visits us any more", "回访及时"),
]


@pytest.mark.parametrize(("kind", "chinese", "english", "nothing"), SAID)
def test_what_remarks_speak_of(kind: str, chinese: str, english: str, nothing: str) -> None:
    """Five rows in, three out: a complaint, a contact entered late, an answer; what says nothing, and a bare row."""
    complaint = [
        {"complaint_id": "1", "customer_id": "a", "opened_on": on(1), "text": chinese},
        {"complaint_id": "2", "customer_id": "n", "opened_on": on(1), "text": nothing},
    ]
    contact = [
        {"contact_id": "1", "customer_id": "b", "at": on(2), "text": english, "recorded_on": on(9)},
        {"contact_id": "2", "customer_id": "m", "at": on(2)},
    ]
    answer = [{"survey_id": "s", "customer_id": "c", "question_id": "q", "answered_on": on(3), "text": chinese}]
    found = told(kind, complaint=complaint, contact=contact, survey_answer=answer)
    assert found == [("a", 1, 1.0), ("b", 9, 1.0), ("c", 3, 1.0)]


@pytest.mark.parametrize(
    ("kind", "of_kind", "other"),
    [("called_faulty", "产品质量", "开票"), ("called_late", "Delivery", "invoice"), ("called_short", "数量", "服务"),
     ("called_dear", "价格", "质量")],
)  # fmt: skip
def test_a_complaint_of_a_kind_need_not_say_more(kind: str, of_kind: str, other: str) -> None:
    """Five rows in, two out: of the kind, with a text that says nothing or none; of another, of none, and a visit."""
    kinds = [("a", of_kind, None), ("b", of_kind, "见附件"), ("c", other, None), ("d", None, "see attachment")]
    rows = [{"complaint_id": who, "customer_id": who, "opened_on": on(1), "kind": of, "text": text}
            for who, of, text in kinds]  # fmt: skip
    visit = [{"contact_id": "1", "customer_id": "e", "at": on(2), "text": of_kind}]
    assert told(kind, complaint=rows, contact=visit) == [("a", 1, 1.0), ("b", 1, 1.0)]


def test_needs_that_are_not_met_weigh_by_what_else_is_needed() -> None:
    rows = [
        {"customer_id": "a", "need": "x", "weight": 5, "met": False, "confirmed_on": on(9)},
        {"customer_id": "a", "need": "y", "weight": 2, "met": False, "confirmed_on": on(9)},
        {"customer_id": "b", "need": "x", "met": False, "confirmed_on": on(9)},
        {"customer_id": "c", "need": "x", "weight": 5, "met": True, "confirmed_on": on(9)},
        {"customer_id": "d", "need": "x", "weight": 5, "met": False},
    ]
    assert told("need_unmet", need=rows) == [("a", 9, 0.4), ("a", 9, 1.0), ("b", 9, 0.5)]


PRODUCTS = [
    {"product_id": "P-1", "name": "滤芯"},
    {"product_id": "P-10", "name": "滤芯02型"},
    {"product_id": "P-2", "name": "Pump 20", "discontinued_on": on(300)},
    {"product_id": "xy", "name": "油"},
]


@pytest.mark.parametrize(
    ("text", "scope", "what", "named"),
    [
        ("产品停售：滤芯02型", None, "withdrawn", "P-10"),
        ("滤芯、滤芯02型停售", None, "withdrawn", "P-1 P-10"),
        ("no longer offered", "P-10", "withdrawn", "P-10"),
        ("Pump 20 is discontinued", None, "withdrawn", ""),
        ("Pump 20 downgraded", None, "downgraded", "P-2"),
        ("召回一批", "P-1, 滤芯02型", "recalled", "P-1 P-10"),
        ("Pump 200 downgraded", None, "downgraded", ""),
        ("滤芯未停售", None, "", ""),
        ("滤芯涨价", None, "", ""),
        ("油停售", None, "withdrawn", ""),
    ],
)
def test_which_products_a_change_means(text: str, scope: str | None, what: str, named: str) -> None:
    """By code or name, the longest; a name of one sign is none, and what the list itself calls discontinued is left."""
    change = [{"change_id": "1", "on": on(9), "text": text, "scope": scope}]
    found = product_notice({"company_change": whole("company_change", change), "product": whole("product", PRODUCTS)})
    assert found.select("product_id", "what", "row_id").rows() == [(each, what, "1") for each in named.split()]


def test_complaints_about_goods() -> None:
    rows = [
        {"complaint_id": str(n), "customer_id": "c", "opened_on": on(n), "kind": kind, "product_id": product}
        for n, (kind, product) in enumerate(
            [("质量", "p"), ("交期", "p"), ("Defect", "q"), ("质量", None), (None, "p")]
        )
    ]
    assert quality_complaint({"complaint": whole("complaint", rows)})["product_id"].to_list() == ["p", "q"]
    bare = [{name: value for name, value in row.items() if name != "kind"} for row in rows]
    assert len(quality_complaint({"complaint": whole("complaint", bare)})) == 4


def test_what_every_kind_reads_and_is_told_by_is_there() -> None:
    """A table of a firm or one told by document lines; what tells is read, and titles and sentences differ."""
    tables = set(contracts()) | set(line_tables())
    for name, kind in exposures().items():
        assert set(kind.READS) <= tables, name
        assert set(getattr(kind, "TOLD_BY", kind.READS)) <= set(kind.READS), name
        filled = getattr(kind, "FILLED", {})
        assert set(filled) <= set(kind.READS), name
        assert all(column in contracts()[table].columns for table, column in filled.items()), name
        assert "{day}" in kind.SAYS, name
    for name in line_tables():
        beside = getattr(line_tables()[name], "BESIDE", None)
        assert beside is None or set(RELATIONS[beside][0]) <= set(contracts()), name
    titles = [kind.TITLE for kind in exposures().values()]
    assert len(set(titles)) == len(titles)
    told = {kind for cause in shipped_causes() for kind in cause.exposures}
    causes_alone = {name for name, kind in exposures().items() if not kind.IN_MODEL}
    assert causes_alone <= told  # a kind that serves no cause serves nobody

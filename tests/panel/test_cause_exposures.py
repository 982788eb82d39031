"""Kinds of exposure that serve causes alone: some rows in, the events out. Their law of time: with the rest."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from liuke.facts import contracts
from liuke.panel.exposure import EVENT, exposures, visible_to
from liuke.store.fact_store import conform, empty

D0 = date(2025, 1, 1)
Row = dict[str, Any]


def on(number: int) -> date:
    """So many days after the first of January 2025."""
    return D0 + timedelta(days=number)


def told(kind: str, **tables: list[Row]) -> list[tuple[str, int, float, str, str]]:
    """customer_id, day, strength, table and row_id of each event of a kind; tables not given have no rows."""
    read = {
        name: conform(pl.DataFrame(tables[name], infer_schema_length=None), contracts()[name])
        if tables.get(name)
        else empty(contracts()[name])
        for name in exposures()[kind].READS
    }
    found = exposures()[kind].events({name: visible_to(exposures()[kind], table) for name, table in read.items()})
    assert dict(found.schema) == EVENT
    day = (pl.max_horizontal("day", "known_on") - D0).dt.total_days()
    return found.select("customer_id", day, pl.col("strength").round(3), "table", "row_id").sort(pl.all()).rows()


def met(kind: str, **tables: list[Row]) -> list[tuple[str, int]]:
    """customer_id and the day from which each event is known."""
    return [(customer, day) for customer, day, *_ in told(kind, **tables)]


def served(customer: str, by: str, since: int, until: int | None = None) -> Row:
    end = None if until is None else on(until)
    return {"customer_id": customer, "from_on": on(since), "salesperson_id": by, "to_on": end}


def test_whom_a_new_salesperson_was_given() -> None:
    """Handed over, handed over after a gap, and with an overlap; who came beside, first or back is not new."""
    rows = [
        served("handed", "v", 0, 99),
        served("handed", "w", 100),
        served("gap", "v", 0, 50),
        served("gap", "w", 100),
        served("overlap", "v", 0, 120),
        served("overlap", "w", 100),
        served("beside", "v", 0),
        served("beside", "w", 100),
        served("back", "v", 0, 60),
        served("back", "w", 61, 99),
        served("back", "v", 100),
        served("first", "v", 100),
    ]
    assert met("new_salesperson", assignment=rows) == [("back", 61), ("gap", 100), ("handed", 100), ("overlap", 121)]


def test_where_no_assignment_is_ever_closed_the_newer_one_takes_over() -> None:
    rows = [served("c", "v", 0), served("c", "w", 100), served("c", "z", 200)]
    assert told("new_salesperson", assignment=rows) == [
        ("c", 100, 1.0, "assignment", f"c {on(100)}"), ("c", 200, 1.0, "assignment", f"c {on(200)}")
    ]  # fmt: skip


def test_a_salesperson_leaving_hands_over_as_well_as_an_end() -> None:
    rows = [served("x", "v", 0, 5), served("c", "v", 0), served("c", "w", 90)]
    left = [{"salesperson_id": "v", "left_on": on(100)}]
    assert met("new_salesperson", assignment=rows, salesperson=left) == [("c", 101)]


def seller(name: str, team: str | None, left: int | None = None) -> Row:
    return {"salesperson_id": name, "team": team, "left_on": None if left is None else on(left)}


def test_customers_of_a_team_that_left() -> None:
    """Two of four within two months; another left half a year later, and two without a team have nothing in common."""
    people = [
        seller("a", "east", 100),
        seller("b", "east", 140),
        seller("c", "east"),
        seller("d", "east", 330),
        seller("e", None, 100),
        seller("f", None, 100),
    ]
    rows = [served(f"of {name}", name, 0) for name in "abcdef"]
    assert told("team_left", assignment=rows, salesperson=people) == [
        ("of a", 140, 0.5, "assignment", f"of a {D0}"), ("of b", 140, 0.5, "assignment", f"of b {D0}")
    ]  # fmt: skip
    assert not told("team_left", assignment=rows, salesperson=[seller("a", "east", 100), seller("b", "east", 161)])


def test_who_shared_customers_and_left_is_a_team_without_a_name() -> None:
    """Two shared customers; one alone is chance."""
    people = [seller("a", None, 100), seller("b", None, 150)]
    shared = [served(each, by, since) for each in ("x", "y") for by, since in (("a", 0), ("b", 1))]
    found = met("team_left", assignment=[*shared, served("z", "a", 0)], salesperson=people)
    assert found == [("x", 150), ("y", 150), ("z", 150)]
    assert not told("team_left", assignment=shared[:2], salesperson=people)


RUDE = [
    ("业务员态度差，客户很生气", True),
    ("司机很不耐烦", True),
    ("客服对客户不礼貌", True),
    ("The driver was rude", True),
    ("Staff not very polite on the phone", True),
    ("客户态度恶劣", False),
    ("业务员没有态度差的情况", False),
    ("服务态度好，很有礼貌", False),
    ("The staff were not rude at all, polite", False),
    ("竞争对手态度差", False),
    ("", False),
]


@pytest.mark.parametrize(("text", "rude"), RUDE)
def test_what_speaks_of_rudeness(text: str, rude: bool) -> None:
    contact = [{"contact_id": "1", "customer_id": "c", "at": on(3), "text": text, "recorded_on": on(9)}]
    assert met("staff_attitude", contact=contact) == [("c", 9)] * rude
    answer = [{"survey_id": "s", "customer_id": "c", "question_id": "q", "answered_on": on(4), "text": text}]
    assert met("staff_attitude", survey_answer=answer) == [("c", 4)] * rude


def test_a_complaint_about_attitude_need_not_say_more() -> None:
    rows = [
        {"complaint_id": "1", "customer_id": "kind", "opened_on": on(1), "kind": "服务态度"},
        {"complaint_id": "2", "customer_id": "said", "opened_on": on(2), "kind": "其他", "text": "接线员辱骂我"},
        {"complaint_id": "3", "customer_id": "english", "opened_on": on(3), "kind": "Staff behaviour"},
        {"complaint_id": "4", "customer_id": "goods", "opened_on": on(4), "kind": "质量", "text": "滤芯破损"},
        {"complaint_id": "5", "customer_id": "blank", "opened_on": on(5)},
    ]
    assert met("staff_attitude", complaint=rows) == [("english", 3), ("kind", 1), ("said", 2)]


CUSTOMERS = [
    {"customer_id": "e", "region": "华东", "grade": "A"},
    {"customer_id": "n", "region": "华北", "grade": "C"},
    {"customer_id": "bare"},
]


@pytest.mark.parametrize(
    ("kind", "text", "scope", "whom"),
    [
        ("event", "Strike at the plant", None, "bare e n"),
        ("重大事项", "仓库发生火灾，停工两周", "华东", "e"),
        ("recall", None, "all", "bare e n"),
        ("公告", "公司资金链紧张，拖欠工资", "", "bare e n"),
        ("公告", "公司没有裁员", None, ""),
        ("price", "全线上调 5%", None, ""),
        (None, None, None, ""),
    ],
)
def test_own_turbulence(kind: str | None, text: str | None, scope: str | None, whom: str) -> None:
    change = [{"change_id": "1", "on": on(9), "kind": kind, "text": text, "scope": scope}]
    found = met("own_turbulence", company_change=change, customer=CUSTOMERS)
    assert found == [(customer, 9) for customer in whom.split()]


@pytest.mark.parametrize(
    ("reason", "closed", "dropped"),
    [
        ("倒闭", True, False),
        ("公司搬迁至外省", True, False),
        ("Retired", True, False),
        ("went bankrupt", True, False),
        ("主动淘汰", False, True),
        ("dropped by us: never paid", False, True),
        ("我方终止合作", False, True),
        ("没有倒闭，转向对手", False, False),
        ("moved to a competitor", False, False),
        ("价格", False, False),
        (None, False, False),
    ],
)
def test_why_accounts_were_closed(reason: str | None, closed: bool, dropped: bool) -> None:
    """Nothing of an account that was closed on no day."""
    customer = [
        {"customer_id": "gone", "closed_on": on(50), "closed_reason": reason},
        {"customer_id": "no day", "closed_reason": reason},
        {"customer_id": "open", "closed_on": None},
    ]
    assert met("closed_or_moved", customer=customer) == [("gone", 50)] * closed
    assert met("dropped_on_purpose", customer=customer) == [("gone", 50)] * dropped


def exit_note(customer: str, at: int, **columns: Any) -> Row:
    return {"customer_id": customer, "on": on(at), "stated_cause": "停业", **columns}


def test_closing_told_by_contacts() -> None:
    """What an exit interview says is a saying, and counts once, as what was said: it is no row of evidence here."""
    contacts = [
        {"contact_id": "1", "customer_id": "plans", "at": on(6), "text": "客户工厂年底搬迁到越南"},
        {"contact_id": "2", "customer_id": "ours", "at": on(6), "text": "告知我司搬迁"},
    ]
    notes = [exit_note("said", 1, text="老板退休，店关门了", direction="left the trade")]
    assert met("closed_or_moved", contact=contacts, exit_note=notes) == [("plans", 6)]


def test_given_up_by_a_change() -> None:
    """A change without a scope gives nobody up."""
    changes = [
        {"change_id": "1", "on": on(9), "kind": "渠道", "text": "清退 C 级客户", "scope": "C级"},
        {"change_id": "2", "on": on(9), "kind": "渠道", "text": "清退部分客户"},
    ]
    notes = [exit_note("e", 4, text="We dropped them for unpaid bills")]
    found = told("dropped_on_purpose", company_change=changes, customer=CUSTOMERS, exit_note=notes)
    assert found == [("n", 9, 1.0, "company_change", "1")]


def test_customers_close_to_one_who_left() -> None:
    """Recommended, recommending, parent and sister hear of it; half as much where nothing was loud."""
    customer = [
        {"customer_id": "gone", "referred_by": "friend", "parent_id": "group"},
        {"customer_id": "friend"},
        {"customer_id": "group"},
        {"customer_id": "sister", "parent_id": "group"},
        {"customer_id": "guest", "referred_by": "gone"},
        {"customer_id": "stranger", "referred_by": "sister"},
    ]
    notes = [exit_note("gone", 100, recorded_on=on(110))]
    row = ("exit_note", f"gone {on(100)}")
    found = told("word_of_mouth", exit_note=notes, customer=customer)
    assert found == [(near, 110, 0.5, *row) for near in ("friend", "group", "guest", "sister")]
    sore = {"complaint_id": "1", "customer_id": "gone", "opened_on": on(20), "resolved_on": on(30), "verdict": "不满意"}
    loud = told("word_of_mouth", exit_note=notes, customer=customer, complaint=[sore])
    assert [strength for *_, strength, _, _ in loud] == [1.0] * 4
    later = told("word_of_mouth", exit_note=notes, customer=customer, complaint=[{**sore, "resolved_on": on(111)}])
    assert later == found
    assert not told("word_of_mouth", exit_note=notes, customer=[{"customer_id": "gone"}, {"customer_id": "friend"}])


def test_an_association_of_many_is_no_family() -> None:
    members = [{"customer_id": f"m{n}", "parent_id": "association"} for n in range(51)]
    assert not told("word_of_mouth", exit_note=[exit_note("m0", 9)], customer=members)
    assert len(told("word_of_mouth", exit_note=[exit_note("m0", 9)], customer=members[:50])) == 50  # 49 and the parent


def seen(name: str, at: int) -> Row:
    return {"observation_id": f"{name}{at}", "on": on(at), "competitor": name}


def test_rivals_named() -> None:
    """By the names observed, from when they were; inside a word, negated, or no name: nothing."""
    rivals = [seen("宏达", 0), seen("Red Co", 50), seen("其他", 0), seen("A", 0)]
    texts = {
        "chinese": "客户说宏达报价低",
        "english": "now buys from RED  CO too",
        "inside": "a bored cook",
        "negated": "没有提到宏达",
        "nobody": "其他 A",
    }
    contacts = [{"contact_id": each, "customer_id": each, "at": on(9), "text": text} for each, text in texts.items()]
    where_to = [exit_note("gone", 3, competitor="宏达")]  # whoever leaves over a price goes to a rival too
    found = met("rival_named", contact=contacts, exit_note=where_to, competitor_observation=rivals)
    assert found == [("chinese", 9), ("english", 50)]
    assert not met("rival_named", contact=contacts, exit_note=where_to)

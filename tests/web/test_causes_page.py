"""Causes in the browser: sums over the customers one sees, unknown among them, each bar leading to its customers."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from cast import SEES, numbers
from test_access import routes

from liuke.app import run_causes
from liuke.causes.taxonomy import ID, PAGES, UNKNOWN
from liuke.kernel.i18n import in_language
from liuke.kernel.said import Said
from liuke.reports.cause_words import few_audited, judged_by
from liuke.reports.contexts.causes_page import causes_stand_on
from liuke.reports.contexts.customer_causes import customer_why
from liuke.reports.contexts.customer_line import LineEvent
from liuke.run.cause_owners import owners_path
from liuke.store.runs import Run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cast import World


def owned(world: World, login: str) -> pl.DataFrame:
    """Rows of `customer_cause` of the customers somebody sees."""
    view = world.service.firm.read()
    who = view.table("customer_now").select("customer_code", "customer_id")
    rows = view.table("customer_cause").join(who, on="customer_code")
    return rows.filter(pl.col("customer_id").is_in(numbers(SEES.get(login))))


@pytest.mark.parametrize("login", ["boss", "manager", "amy", "service"])
@pytest.mark.parametrize("judged", ["lost", "at_risk"])
def test_bars_are_sums_over_ones_own_customers_and_lead_to_them(firm_world: World, login: str, judged: str) -> None:
    view = firm_world.service.firm.read()
    start = date.fromisoformat(view.info["as_of"]).replace(year=date.fromisoformat(view.info["as_of"]).year - 1)
    rows = owned(firm_world, login).filter(pl.col("judged") == judged)
    rows = rows.filter(pl.col("on") > start) if judged == "lost" else rows
    found = firm_world[login].get(f"/causes.json?judged={judged}").json()
    expected = dict(rows.group_by("cause").agg(pl.col("probability").sum()).iter_rows())
    assert {bar["cause"]: bar["customers"] for bar in found["bars"]} == pytest.approx(expected)
    if expected:
        assert [bar["cause"] for bar in found["bars"] if bar["unknown"]] == [UNKNOWN]
        assert sum(bar["share"] for bar in found["bars"]) == pytest.approx(1)
    for cause, customers in expected.items():
        names = firm_world[login].get(f"/causes/{cause}.json?judged={judged}").json()
        assert names["expected"] == pytest.approx(customers)
        chances = [each["probability"] for each in names["listed"]]
        assert chances == sorted(chances, reverse=True)
        assert {each["customer_id"] for each in names["listed"]} == set(rows.filter(cause=cause)["customer_id"])
        assert all(each["unknown"] is not None for each in names["listed"])


@pytest.mark.parametrize("login", ["boss", "amy"])
def test_shares_of_one_act_are_those_of_all_acts(firm_world: World, login: str) -> None:
    every = {bar["cause"]: bar["share"] for bar in firm_world[login].get("/causes.json").json()["bars"]}
    acts = ("voluntary", "forced", "unavoidable", "chosen")
    shown = [bar for act in acts for bar in firm_world[login].get(f"/causes.json?act={act}").json()["bars"]]
    named = {bar["cause"]: bar["share"] for bar in shown}
    assert named == every
    if login == "boss":
        stored = firm_world.service.firm.read().table("cause_total")
        stored = stored.filter(pl.col("judged") == "lost", pl.col("by") == "act")
        assert dict(stored.select("cause", "share").iter_rows()) == pytest.approx(named)


def test_somebody_was_judged_at_all(firm_world: World) -> None:
    assert not owned(firm_world, "boss").is_empty()
    assert not owned(firm_world, "amy").is_empty()


def test_what_is_about_the_firm_is_shown_to_who_may_see_it(firm_world: World) -> None:
    for login, whole in (("boss", True), ("amy", False), ("service", False)):
        found = firm_world[login].get("/causes.json").json()
        assert (found["directions"] is not None, found["bent"] is not None) == (whole, whole)


@pytest.mark.parametrize("login", ["amy", "manager"])
@pytest.mark.parametrize("judged", ["lost", "at_risk"])
def test_who_sees_some_customers_reads_no_count_of_the_firm(firm_world: World, login: str, judged: str) -> None:
    """Every number of every sentence: nowhere one that is the firm's, but where one's own customers are that many."""
    told = firm_world.service.firm.read().info["causes"]
    seen = firm_world.service.seen(firm_world.viewer(login))
    assert not {"leavers", "audited", "said", "months", "remarks", "power"} & seen.info["causes"].keys()
    assert told["leavers"] > 0
    client = firm_world[login]
    page = client.get(f"/causes.json?judged={judged}").json()
    of_boss = firm_world["boss"].get(f"/causes.json?judged={judged}").json()
    sentences = [each["text"] if isinstance(each, dict) else each for each in page["stands_on"]]
    assert sentences
    assert not [text for text in sentences if re.search(r"\d", re.sub("90 ?%|12 (months|个月)", "", str(text)))]
    learnt = [str(each) for each in of_boss["stands_on"] if "Learnt from" in str(each)]
    assert [str(told["leavers"]) in each for each in learnt] == [True]
    mine = {bar["cause"]: bar for bar in page["bars"]}
    for cause, bar in mine.items():
        if cause != UNKNOWN:
            assert not re.search("events on record: \\d", str(bar["watched"]), re.IGNORECASE)
    card = run_causes.cause_list(seen)
    with in_language("en"):
        for row in card.records():
            assert not re.search(r"\d+ events", judged_by(row).text())
            assert row["counted"] is None
        assert not any(re.search(r"\d", each) for each in card.said)


def test_conditions_narrow_the_sums(firm_world: World) -> None:
    rows = owned(firm_world, "boss").filter(judged="at_risk")
    grades = dict.fromkeys("AB", 0.0)
    for grade in grades:
        found = firm_world["boss"].get(f"/causes.json?judged=at_risk&grade={grade}")
        if found.status_code == 200:
            grades[grade] = sum(bar["customers"] for bar in found.json()["bars"])
    assert sum(grades.values()) == pytest.approx(rows["customer_code"].n_unique())
    assert firm_world["boss"].get("/causes?grade=Z").status_code == 404
    assert firm_world["boss"].get("/causes?nonsense=1").status_code == 422


def test_an_unknown_cause_is_not_found_and_one_of_nobody_is_empty(firm_world: World) -> None:
    assert firm_world["boss"].get("/causes/no_such").status_code == 404
    found = firm_world["boss"].get("/causes/staff_attitude")
    assert found.status_code == 200
    assert "Staff attitude" in found.text


def test_customers_of_a_cause_leave_with_a_purpose_and_are_recorded(firm_world: World) -> None:
    from liuke.work.audit import entries

    assert firm_world["amy"].post("/causes/unknown/export", data={"purpose": " "}).status_code == 422
    answer = firm_world["amy"].post("/causes/unknown/export?judged=at_risk", data={"purpose": "a visit"})
    assert answer.status_code == 200
    assert answer.content[:2] == b"PK"
    with firm_world.service.store.reading() as connection:
        last = entries(connection, verb="export", size=1).rows[0]
    mine = owned(firm_world, "amy").filter(judged="at_risk", cause=UNKNOWN)
    assert (last.login, last.facts["rows"], last.facts["purpose"]) == ("amy", len(mine), "a visit")


def test_a_run_made_before_causes_says_so_everywhere(firm_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    have = Run.tables.fget  # type: ignore[attr-defined]
    info = firm_world.service.seen(firm_world.viewer("boss")).made.info
    monkeypatch.delitem(info, "causes")
    monkeypatch.setattr(Run, "tables", property(lambda run: [each for each in have(run) if "cause" not in each]))
    answer = firm_world["boss"].get("/causes?by=money&act=chosen")
    assert answer.status_code == 404
    assert "before causes were argued" in answer.text
    assert "Start a run" in answer.text
    assert firm_world["boss"].get("/causes/price").status_code == 404
    shown = firm_world["boss"].get("/customer/CSA10")
    assert shown.status_code == 200
    assert "before causes were argued" in shown.text
    listed = firm_world["boss"].get("/list?cols=cause")
    assert listed.status_code == 200
    assert "Likeliest cause" not in listed.text


def test_a_list_carries_the_likeliest_cause_where_it_is_chosen(firm_world: World) -> None:
    text = firm_world["boss"].get("/list?cols=cause").text
    assert "Likeliest cause</th>" in text
    assert "nknown" in text
    assert "Likeliest cause</th>" not in firm_world["boss"].get("/list?cols=-").text


CARD = pl.DataFrame([
    {"cause": name, "title_zh": name, "title_en": name, "is_not_zh": None, "is_not_en": None}
    for name in ("a", "b", "c", "d", "e", UNKNOWN)
])  # fmt: skip


def judged(**chances: float) -> pl.DataFrame:
    order = sorted(chances, key=lambda each: -chances[each])
    return pl.DataFrame([{"customer_code": 1, "cause": name, "place": nth, "probability": chances[name],
                          "judged": "lost", "on": date(2026, 3, 31), "money": Decimal(10), "audited": False,
                          "stated": None} for nth, name in enumerate(order, 1)])  # fmt: skip


def evidence(*rows: dict[str, Any]) -> pl.DataFrame:
    schema = {
        "customer_code": pl.Int32, "cause": pl.String, "place": pl.Int64, "speaks": pl.String,
        "ratio": pl.Float64, "said": pl.String, "day": pl.Date, "table": pl.String, "row_id": pl.String,
    }  # fmt: skip
    filled = [{"customer_code": 1, "cause": "a", "place": nth, "speaks": "for", "ratio": 2.0,
               "said": Said("Told").pack(), "day": None, "table": None, "row_id": None, **row}
              for nth, row in enumerate(rows, 1)]  # fmt: skip
    return pl.DataFrame(filled, schema=schema)


def test_at_most_four_causes_and_unknown_always() -> None:
    why = customer_why(judged(a=0.4, b=0.2, c=0.15, d=0.12, e=0.1, unknown=0.03), evidence(), CARD, [], "CNY")
    assert why is not None
    assert [each.cause for each in why.causes] == ["a", "b", "c", "d", UNKNOWN]
    assert why.others == pytest.approx(0.1)
    assert customer_why(judged(a=1.0).clear(), evidence(), CARD, [], "CNY") is None


def test_evidence_leads_to_its_row_on_the_line_where_there_is_one() -> None:
    rows = evidence(
        {"table": "complaint", "row_id": "T1", "day": date(2026, 2, 1)},
        {"table": "document_line", "row_id": "order X1", "day": date(2026, 2, 2)},
        {"table": "assignment", "row_id": "C1 2026-01-05", "day": date(2026, 2, 3)},
        {"table": "product", "row_id": "P1", "day": date(2026, 2, 4)},
        {"speaks": "against"},
    )
    line = [
        LineEvent(date(2026, 1, 20), "complaint", Said("x"), number="T1"),
        LineEvent(date(2026, 1, 10), "order", Said("x"), number="X1"),
        LineEvent(date(2026, 1, 5), "owner", Said("x")),
    ]
    why = customer_why(judged(a=0.9, unknown=0.1), rows, CARD, line, "CNY")
    assert why is not None
    first = why.causes[0]
    there = [each.there and (each.there.kind, str(each.there.on)) for each in first.speaking]
    assert there == [("complaint", "2026-01-20"), ("order", "2026-01-10"), ("owner", "2026-01-05"), None]
    assert "P1" in first.speaking[3].row.text()
    assert [bool(each.row) for each in first.against] == [False]


def test_too_few_audited_cases_are_said_plainly() -> None:
    info = {"causes": {"leavers": 90, "audited": 12, "said": {"salesperson": 3}}}
    assert causes_stand_on(info, whole=True)[1] == few_audited(info), "one sentence, whoever says it"
    assert "12 of 30 audited cases" in few_audited(info).text()
    assert len(causes_stand_on(info, whole=True)) == 4
    enough = {"causes": {"leavers": 90, "audited": 30, "said": {}}}
    assert len(causes_stand_on(enough, whole=True)) == 3


def test_an_owner_is_named_at_once_recorded_and_taken_back(firm_world: World) -> None:
    from liuke.work.audit import entries

    boss = firm_world["boss"]
    put = {"owner": "王总 <b>", "measure": "customers", "seen_owner": "", "seen_measure": ""}
    assert boss.post("/causes/price/owner", data=put, follow_redirects=False).status_code == 303
    page = boss.get("/causes/price")
    assert "王总 &lt;b&gt;" in page.text
    bars = {bar["cause"]: bar for bar in boss.get("/causes.json").json()["bars"]}
    assert all(bar["watched"] for cause, bar in bars.items() if cause != UNKNOWN)
    with firm_world.service.store.reading() as connection:
        last = entries(connection, verb="own_cause", size=1).rows[0]
    assert (last.login, last.object, last.after["owner"]) == ("boss", "cause:price", "王总 <b>")
    stale = boss.post("/causes/price/owner", data={**put, "owner": "another"})
    assert stale.status_code == 409
    assert "boss" in stale.text
    back = {"owner": "", "measure": "", "seen_owner": put["owner"], "seen_measure": "customers"}
    assert boss.post("/causes/price/owner", data=back).status_code == 303
    assert "王总 &lt;b&gt;" not in boss.get("/causes.json").text


@pytest.fixture
def broken_owners(firm_world: World) -> Iterator[None]:
    path = owners_path(firm_world.service.firm.workspace)
    path.parent.mkdir(exist_ok=True)
    before = path.read_text("utf-8") if path.is_file() else None
    path.write_text("[price 价格\nowner = 3", "utf-8")
    yield
    if before is None:
        path.unlink()
    else:
        path.write_text(before, "utf-8")


@pytest.mark.parametrize("login", ["boss", "amy"])
@pytest.mark.usefixtures("broken_owners")
def test_a_broken_file_of_owners_takes_no_figure_away(firm_world: World, login: str) -> None:
    client = firm_world[login]
    assert client.get("/causes.json").json()["bars"]
    for address in ("/causes", "/causes/price", "/causes/unknown"):
        found = client.get(address)
        assert found.status_code == 200
        assert "causes/owners.toml" in found.text
        assert str(firm_world.service.firm.workspace.root) not in found.text
    if login == "boss":
        assert client.get("/causes.xlsx").status_code == 200
        found = client.post("/causes/price/owner", data={"owner": "Wu", "seen_owner": "", "seen_measure": ""})
        assert found.status_code == 422  # nothing is written over what somebody wrote
        assert "causes/owners.toml" in found.text


def test_no_page_beside_the_causes_has_the_address_of_one(firm_world: World) -> None:
    """Of each address under /causes: it can be no id, or that id is refused."""
    paths = {key.partition(" ")[2] for key, _ in routes(firm_world.app)}
    beside = {path.split("/")[2].partition(".")[0] for path in paths if path.startswith("/causes/")} - {"{cause}"}
    assert "events" in beside
    assert {name for name in beside if ID.fullmatch(name)} == set(PAGES)


@pytest.mark.parametrize(("login", "code"), [("amy", 403), ("manager", 403), ("service", 403)])
def test_who_sees_some_customers_names_no_owner(firm_world: World, login: str, code: int) -> None:
    assert firm_world[login].post("/causes/price/owner", data={"owner": "me"}).status_code == code
    assert "/causes/price/owner" not in firm_world[login].get("/causes/price").text


def test_a_cause_there_is_not_and_a_long_owner_are_refused(firm_world: World) -> None:
    boss = firm_world["boss"]
    assert boss.post("/causes/no_such/owner", data={"owner": "x"}).status_code == 404
    assert boss.post("/causes/price/owner", data={"owner": "x" * 300}).status_code in (400, 422)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_of_causes_say_change_bounds_and_sides(firm_world: World, language: str) -> None:
    boss = firm_world["boss"]
    boss.cookies.set("lk_lang", language)
    text = boss.get("/causes").text
    assert {
        "zh": "没人说明原因的客户，最多能把占比推到多远",
        "en": "How far customers of whom nobody says why could move the shares",
    }[language] in text
    sides = boss.get("/causes/side-by-side?a=grade%3DA").text
    assert {"zh": "原因并排比较", "en": "Causes side by side"}[language] in sides
    assert boss.get("/causes/side-by-side").status_code == 200
    assert boss.get("/causes/side-by-side?a=firm%3D/etc").status_code in (400, 422)
    boss.cookies.delete("lk_lang")


def test_the_list_shows_the_first_cause_and_is_asked_by_it(firm_world: World) -> None:
    boss = firm_world["boss"]
    assert "unknown" in boss.get("/list").text.lower()
    rows = owned(firm_world, "boss").filter(pl.col("place") == 1, pl.col("judged") == "at_risk")
    for cause, count in rows.group_by("cause").len().iter_rows():
        assert boss.get(f"/list.json?cause={cause}").json()["total"] == count
    assert boss.get("/list.json?sort=first_cause").status_code == 200
    plain = boss.get("/list.json?cols=-").json()
    assert not plain["chosen"]

"""Events, salespeople and markets in a run: sums that add up, odd registers, and nothing that came later."""

from __future__ import annotations

import math
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from firms import firm_of, load, month_end, monthly
from liuke.kernel.i18n import in_language
from liuke.reports.stored import stored_sentence
from liuke.run.dated_events import TOLD_BY
from liuke.run.pipeline import run as make_run
from liuke.run.stages import STAGES

if TYPE_CHECKING:
    from pathlib import Path

    from firms import Doc
    from liuke.app.firm import Firm
    from liuke.store.runs import Run

LOADED = date(2026, 7, 2)
AS_OF = month_end(29)
TABLES = ("event_effect", "studied_event", "event_path", "event_customer", "market_split", "diverted_question",
          "salesperson_exposure", "salesperson_customer")  # fmt: skip
PEOPLE, EACH, MONTHS = 10, 10, 30
GONE = {"S1": date(2025, 3, 14), "S2": date(2025, 6, 30)}  # the first in the middle of a month, the second at its end


def documents(
    people: int = PEOPLE, each: int = EACH, fall: float = 1.0, months: int = MONTHS, seed: int = 4
) -> list[Doc]:
    """Sales with some chance in them; customers of those who left buy `fall` of the usual from then on."""
    rng = np.random.default_rng(seed)
    made: list[Doc] = []
    for person in range(people):
        left = GONE.get(f"S{person}")
        for nth in range(each):
            amounts = 100.0 * np.exp(rng.normal(0, 0.25, months)) * (1 + nth % 3)
            if left is not None:
                at = (left.year - 2024) * 12 + left.month - 1
                amounts[at + 1 :] *= fall
            made += monthly(f"c{person}_{nth}", np.round(amounts, 2).tolist())
    return made


def assigned(people: int = PEOPLE, each: int = EACH) -> list[str]:
    """Who looked after whom: those who left are followed by the last one."""
    rows = []
    for person in range(people):
        for nth in range(each):
            left = GONE.get(f"S{person}")
            end = "" if left is None else left.isoformat()
            rows.append(f"c{person}_{nth},S{person},2023-01-02,{end}")
            if left is not None:
                rows.append(f"c{person}_{nth},S{people - 1},{left + timedelta(days=1)},")
    return rows


def people_rows(people: int = PEOPLE) -> list[str]:
    """The register of salespeople, two of whom left."""
    return [f"S{n},Name {n},,2022-01-03,{GONE.get(f'S{n}', '')}" for n in range(people)]


def customer_rows(people: int = PEOPLE, each: int = EACH, regions: tuple[str, ...] = ("north", "south")) -> list[str]:
    """Customers by region."""
    return [f"c{p}_{n},Firm {p} {n},{regions[n % len(regions)]}" for p in range(people) for n in range(each)]


HEADS = {
    "assignment": "customer_id,salesperson_id,from_on,to_on",
    "salesperson": "salesperson_id,name,team,joined_on,left_on",
    "customer": "customer_id,name,region",
    "contact": "contact_id,customer_id,at,by",
    "company_change": "change_id,kind,on,scope,text",
}


def firm_with(folder: Path, docs: list[Doc], **tables: list[str]) -> Firm:
    """A firm with these documents and tables."""
    folder.mkdir()
    firm = firm_of(docs, folder, loaded_on=LOADED)
    for table, rows in tables.items():
        path = folder / f"{table}.csv"
        path.write_text("\n".join([HEADS[table], *rows, ""]), "utf-8")
        firm.load(path, table=table, loaded_on=LOADED)
    return firm


def run_of(firm: Firm, as_of: date | None = None) -> Run:
    """Its run without what takes long and is not asked about."""
    wanted = {"states", "summary", "core", "bought", "event_studies", "markets", "salespeople"}
    stages = tuple(stage for stage in STAGES if stage.name in wanted)
    return make_run(firm.workspace, as_of=as_of, known_by=as_of, stages=stages)[0]


def usual_tables() -> dict[str, list[str]]:
    """Everything of the usual firm."""
    return {"assignment": assigned(), "salesperson": people_rows(), "customer": customer_rows()}


@pytest.fixture(scope="module")
def fallen(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Two left and their customers bought half from then on."""
    return run_of(firm_with(tmp_path_factory.mktemp("fallen") / "one", documents(fall=0.5), **usual_tables()))


def told(run: Run, table: str, **where: str) -> dict[str, object]:
    """The only row of a table with these values."""
    return run.table(table).row(by_predicate=pl.all_horizontal(pl.col(k) == v for k, v in where.items()), named=True)


def test_a_fall_after_departures_is_seen_and_dated_after_them(fallen: Run) -> None:
    row = told(fallen, "event_effect", kind="departure")
    assert row["events"] == row["studied"] == 2
    assert row["effect_low"] < row["effect"] < row["effect_high"] < 0
    assert row["effect"] == pytest.approx(-0.5, abs=0.08)
    assert row["verdict"] == "fell"
    events = fallen.table("studied_event").filter(pl.col("kind") == "departure")
    assert events["salesperson_id"].to_list() == ["S2", "S1"]  # the newest first
    assert events["name"].to_list() == ["Name 2", "Name 1"]
    assert events["customers"].to_list() == [EACH, EACH]
    path = fallen.table("event_path").filter(pl.col("kind") == "departure").sort("period")
    before, after = path.filter(pl.col("period") < 0)["effect"], path.filter(pl.col("period") >= 0)["effect"]
    assert before.abs().max() < 0.25
    assert after.max() < -0.25  # the month of a departure in its middle is the last one before


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_a_departure_that_changed_nothing_shows_nothing(tmp_path: Path, seed: int) -> None:
    found = run_of(firm_with(tmp_path / "none", documents(seed=seed), **usual_tables()))
    row = told(found, "event_effect", kind="departure")
    assert row["studied"] == 2
    assert row["verdict"] in ("cannot_tell", "before")
    assert row["effect_low"] < 0 < row["effect_high"]


def test_customers_of_events_hold_their_own_money(fallen: Run) -> None:
    members, events = fallen.table("event_customer"), fallen.table("studied_event")
    counted = members.group_by("kind", "event").agg(found=pl.len())
    both = events.join(counted, on=["kind", "event"])
    assert len(both) == len(events)
    assert (both["customers"] == both["found"]).all()
    studied = events.filter(pl.col("compared") == pl.col("customers"))
    sums = members.group_by("kind", "event").agg(pl.col("before").sum())
    assert studied.join(sums, on=["kind", "event"]).filter(pl.col("money_before") != pl.col("before")).is_empty()


def test_what_nothing_tells_of_says_what_to_connect(tmp_path: Path) -> None:
    found = run_of(firm_with(tmp_path / "bare", documents(2)))
    effects = found.table("event_effect")
    assert sorted(effects["kind"]) == sorted(TOLD_BY)
    assert (effects["verdict"] == "not_estimable").all()
    missing = dict(effects.select("kind", "missing").iter_rows())
    assert missing["departure"] == missing["team_departure"] == "assignment,salesperson.left_on"
    assert missing["product_exit"] == "product.discontinued_on"  # the documents have products
    assert missing["terms"] == "company_change"
    assert found.table("studied_event").is_empty()
    assert found.table("event_customer").is_empty()
    nobodys = told(found, "salesperson_exposure", salesperson_id="-")
    assert nobodys["customers"] == 2 * EACH
    assert stored_sentence(str(nobodys["said"])).message.startswith("No table says who looks after whom")
    assert found.info["markets"]["asked_reason"]["said"].startswith("Neither who looked after whom")


def test_what_is_connected_is_not_asked_for(tmp_path: Path) -> None:
    """Handovers without a roster, a roster without days of leaving, and one in which nobody has left yet."""
    nobody = tuple(f"S{n},Name {n},,2022-01-03," for n in range(3))
    rosters: dict[str, tuple[str, ...]] = {"none": (), "undated": ("S1,Name 1",), "nobody": nobody}
    missing = {}
    for name, rows in rosters.items():
        firm = firm_with(tmp_path / name, documents(3), assignment=assigned(3))
        if rows:
            path = tmp_path / name / "people.csv"
            head = HEADS["salesperson"] if name == "nobody" else "salesperson_id,name"
            path.write_text("\n".join([head, *rows, ""]), "utf-8")
            firm.load(path, table="salesperson", loaded_on=LOADED)
        row = told(run_of(firm), "event_effect", kind="departure")
        assert row["events"] == 0
        missing[name] = row["missing"], stored_sentence(str(row["said"])).message
    assert missing["none"][0] == missing["undated"][0] == "salesperson.left_on"
    assert missing["nobody"] == (None, "No such event is on record.")


def test_one_departure_only_can_hardly_tell(tmp_path: Path) -> None:
    rows = [row for row in people_rows() if not row.startswith("S2")]
    one = firm_with(tmp_path / "one", documents(), assignment=assigned(), salesperson=rows, customer=customer_rows())
    found = run_of(one)
    assert told(found, "event_effect", kind="departure")["events"] == 1
    row = told(found, "studied_event", kind="departure")
    assert row["verdict"] in ("cannot_tell_one", "before")
    for language in ("zh", "en"):
        with in_language(language):
            assert "{" not in stored_sentence(str(row["said"])).text()
    assert row["least_seen"] > 0


def test_who_left_before_joining_is_named_and_not_counted(tmp_path: Path) -> None:
    people = [*people_rows(), "S77,Late,,2025-02-03,2024-11-30"]
    rows = [*assigned(), *(f"c4_{n},S77,2025-02-03," for n in range(EACH))]
    odd = firm_with(tmp_path / "odd", documents(), assignment=rows, salesperson=people, customer=customer_rows())
    found = run_of(odd)
    row = told(found, "studied_event", salesperson_id="S77")
    assert (row["verdict"], row["customers"]) == ("not_estimable", EACH)
    assert stored_sentence(str(row["said"])).message == "The records say it ended before it began."
    assert told(found, "event_effect", kind="departure")["studied"] == 2
    held = found.table("salesperson_customer")
    assert "S77" not in set(held["salesperson_id"])  # who has left looks after nobody


def test_overlapping_assignments_count_the_last_begun_and_reconcile(tmp_path: Path) -> None:
    rows = [*assigned(), *(f"c5_{n},S6,2025-01-10,2025-12-31" for n in range(EACH)),
            *(f"c5_{n},S7,2025-02-10,2025-03-31" for n in range(EACH))]  # fmt: skip
    both = firm_with(tmp_path / "both", documents(), assignment=rows, salesperson=people_rows(),
                     customer=customer_rows())  # fmt: skip
    found = run_of(both)
    held = found.table("salesperson_customer")
    assert len(held) == PEOPLE * EACH  # nobody stands twice
    exposure = found.table("salesperson_exposure")
    assert exposure["customers"].sum() == len(held)
    assert exposure["money"].sum() == held["money"].sum()


def test_everybody_left_in_the_same_month(tmp_path: Path) -> None:
    people = [f"S{n},Name {n},,2022-01-03,2025-03-31" for n in range(PEOPLE)]
    rows = [f"c{p}_{n},S{p},2023-01-02," for p in range(PEOPLE) for n in range(EACH)]
    found = run_of(firm_with(tmp_path / "all", documents(), assignment=rows, salesperson=people))
    row = told(found, "event_effect", kind="departure")
    assert (row["events"], row["studied"], row["verdict"]) == (PEOPLE, 0, "not_estimable")
    assert "compare" in stored_sentence(str(row["said"])).text() or row["said"]
    exposure = found.table("salesperson_exposure")
    assert exposure["salesperson_id"].to_list() == ["-"]
    assert exposure["customers"].to_list() == [PEOPLE * EACH]
    assert stored_sentence(exposure["said"][0]).message.endswith("or whoever did has left.")


def test_a_change_for_everybody_leaves_nobody_to_compare_with(tmp_path: Path) -> None:
    changes = ["B1,price,2025-03-01,all customers,price increase of 5%",
               "B2,terms,2025-04-01,north,minimum order raised"]  # fmt: skip
    found = run_of(firm_with(tmp_path / "all", documents(), **usual_tables(), company_change=changes))
    rise, terms = (told(found, "studied_event", kind=kind) for kind in ("price_rise", "terms"))
    assert (rise["customers"], rise["verdict"]) == (PEOPLE * EACH, "not_estimable")
    assert (rise["about"], rise["day"]) == ("price increase of 5%", date(2025, 3, 1))
    assert terms["customers"] == PEOPLE * EACH // 2
    assert terms["compared"]


def test_a_firm_of_twelve_customers(tmp_path: Path) -> None:
    small = {"assignment": assigned(4, 3), "salesperson": people_rows(4), "customer": customer_rows(4, 3)}
    found = run_of(firm_with(tmp_path / "small", documents(4, 3), **small))
    assert told(found, "event_effect", kind="departure")["studied"] == 0
    split = found.table("market_split")
    assert split.filter(pl.col("by") == "region")["state"].unique().to_list() == ["too_few"]
    assert found.table("salesperson_exposure")["customers"].sum() == 12


def market_sums(split: pl.DataFrame) -> None:
    """Parts add up to the change, groups to the whole, to the cent."""
    parts = pl.sum_horizontal("came", "whole", "segment", "region", "own")
    told_of = split.filter(pl.col("state") == "told")
    assert told_of.filter(parts != pl.col("change")).is_empty()
    assert split.filter(pl.col("now") - pl.col("before") != pl.col("change")).is_empty()
    whole = split.filter(pl.col("by") == "all")
    for by in split["by"].unique():
        group = split.filter(pl.col("by") == by)
        for column in ("before", "now", "change"):
            assert group[column].sum() == whole[column].sum()


def test_the_split_adds_up_to_the_change_of_the_documents(fallen: Run, simulated_run: Run) -> None:
    for run in (fallen, simulated_run):
        split = run.table("market_split")
        assert len(split)
        market_sums(split)
    row = told(fallen, "market_split", by="all")
    docs = documents(fall=0.5)  # the last month is not whole
    spans = [sum(d.cents for d in docs if first < d.on <= last)
             for first, last in ((month_end(13), month_end(16)), (month_end(25), month_end(28)))]  # fmt: skip
    assert [row["before"], row["now"]] == [Decimal(each).scaleb(-2) for each in spans]


def test_all_customers_in_one_region_have_nothing_beside_them(tmp_path: Path) -> None:
    one = usual_tables() | {"customer": customer_rows(regions=("north",))}
    found = run_of(firm_with(tmp_path / "one", documents(), **one))
    row = told(found, "market_split", by="region")
    assert (row["state"], row["own"]) == ("nothing_beside", None)
    assert told(found, "market_split", by="all")["state"] == "told"


def test_a_region_that_is_one_salesperson_is_not_told_apart(tmp_path: Path) -> None:
    each = 30
    customers = [f"c{p}_{n},Firm,{'north' if p == 3 else 'south'}" for p in range(4) for n in range(each)]
    rows = [f"c{p}_{n},S{p},2023-01-02," for p in range(4) for n in range(each)]
    found = run_of(firm_with(tmp_path / "one", documents(4, each), assignment=rows,
                             salesperson=["S3,Only,,2022-01-03,"], customer=customers))  # fmt: skip
    assert told(found, "market_split", by="region", value="north")["state"] == "one_and_the_same"
    assert told(found, "market_split", by="region", value="south")["state"] == "told"


def test_returns_above_sales_break_nothing(tmp_path: Path) -> None:
    docs = documents()
    back = [d for n in range(5) for d in monthly(f"c3_{n}", [-900.0] * 4, first="2026-02", day=20)]
    renamed = [type(d)(f"R{d.number}", d.customer, d.on, d.lines, "return") for d in back]
    found = run_of(firm_with(tmp_path / "back", [*docs, *renamed], **usual_tables()))
    market_sums(found.table("market_split"))
    assert told(found, "event_effect", kind="departure")["studied"] == 2
    assert found.table("salesperson_exposure")["money"].min() >= 0


def test_who_is_lost_hangs_on_nobody(tmp_path: Path) -> None:
    gone = {*(f"c3_{n}" for n in range(4)), *(f"c4_{n}" for n in range(EACH))}  # all of the last one's
    docs = [doc for doc in documents() if doc.customer not in gone or doc.on <= month_end(14)]
    found = run_of(firm_with(tmp_path / "gone", docs, **usual_tables()))
    held, exposure = found.table("salesperson_customer"), found.table("salesperson_exposure")
    assert len(held) == PEOPLE * EACH - len(gone)
    assert told(found, "salesperson_exposure", salesperson_id="S3")["customers"] == EACH - 4
    assert "S4" not in set(exposure["salesperson_id"])  # nobody on the books hangs on that one
    assert exposure["money"].sum() == held["money"].sum()
    assert set(exposure["customers"]) == {EACH, EACH - 4, 3 * EACH}  # the last one has those of both who left


def test_a_firm_all_of_whose_customers_are_lost_hangs_on_nobody(tmp_path: Path) -> None:
    early = [doc for doc in documents(4, 5) if doc.on <= month_end(12)]
    late = monthly("c0_0", [50.0], first="2026-06")  # of a month that is not over yet
    found = run_of(firm_with(tmp_path / "gone", [*early, *late], assignment=assigned(4, 5)))
    assert found.table("salesperson_customer").is_empty()
    assert found.table("salesperson_exposure").is_empty()


def test_what_hangs_on_people_is_what_the_overview_has_on_the_books(simulated_run: Run) -> None:
    exposure, now = simulated_run.table("salesperson_exposure"), simulated_run.table("customer_now")
    books = now.filter(~pl.col("state").is_in(["lost", "never_bought"]))
    assert 0 < len(books) < len(now)
    ledger = simulated_run.table("waterfall").filter(pl.col("scope") == "window", pl.col("step") == "closing")
    assert exposure["customers"].sum() == len(books) == ledger["customers"].item()
    assert exposure["core_customers"].sum() == books["core"].sum()
    listed = simulated_run.table("list_total").filter(~pl.col("state").is_in(["lost", "never_bought"]))
    assert exposure["money"].sum() == listed["usual_year"].sum()
    assert exposure["core_money"].sum() == listed.filter("core")["usual_year"].sum()
    held = simulated_run.table("salesperson_customer").join(books, on="customer_code")
    assert len(held) == len(books)
    assert (held["core"] == held["core_right"]).all()


def test_exposure_adds_up_to_the_firm(fallen: Run, simulated_run: Run) -> None:
    for run in (fallen, simulated_run):
        exposure, held = run.table("salesperson_exposure"), run.table("salesperson_customer")
        assert exposure["money"].sum() == held["money"].sum()
        assert exposure["customers"].sum() == len(held)
        assert exposure["core_customers"].sum() == held["core"].sum()
        named = exposure.filter(pl.col("salesperson_id") != "-")
        assert named["share"].sum() == pytest.approx(1)
        assert named.filter(~pl.col("loss").is_between("loss_low", "loss_high")).is_empty()
        assert named.filter(pl.col("loss_high") > pl.col("money")).is_empty()
    usual = simulated_run.table("customer_now").select("customer_code", "usual_year")
    both = simulated_run.table("salesperson_customer").join(usual, on="customer_code")
    assert both.filter(pl.col("money") != pl.max_horizontal("usual_year", pl.lit(Decimal(0)))).is_empty()


def test_contacts_say_who_is_known_to_one_of_us_only(tmp_path: Path) -> None:
    contacts = [f"K{n},c3_{n},2026-0{m}-05,S3" for n in range(4) for m in (3, 4)]
    contacts += ["K90,c3_0,2026-05-05,S4", "K91,c3_9,2019-05-05,S3"]
    contacts = [f"{row.split(',')[0]}_{n},{','.join(row.split(',')[1:])}" for n, row in enumerate(contacts)]
    found = run_of(firm_with(tmp_path / "one", documents(), **usual_tables(), contact=contacts))
    assert told(found, "salesperson_exposure", salesperson_id="S3")["single_contact"] == 3


def test_what_is_dated_or_recorded_later_moves_nothing(tmp_path: Path) -> None:
    as_of = month_end(23)
    early = [d for d in documents(fall=0.7) if d.on <= as_of]
    later = [d for d in documents(fall=0.7) if d.on > as_of]
    one = firm_with(tmp_path / "one", [*early, *monthly("c0_0", [5.0] * 2, first="2026-01")], **usual_tables(),
                    contact=["K1,c1_1,2025-10-01,S1"])  # fmt: skip
    people = [row if not row.startswith("S4") else "S4,Name 4,,2022-01-03,2026-02-27" for row in people_rows()]
    two = firm_with(
        tmp_path / "two", [*early, *later],
        assignment=[*assigned(), *(f"c6_{n},S7,2026-01-12," for n in range(EACH))], salesperson=people,
        customer=customer_rows(), contact=["K1,c1_1,2025-10-01,S1", "K2,c2_2,2026-01-09,S2", "K3,c2_2,2026-02-09,S3"],
        company_change=["B1,terms,2026-02-01,north,minimum order raised"],
    )  # fmt: skip
    first, second = run_of(one, as_of), run_of(two, as_of)
    for table in TABLES:
        expected = first.table(table)
        found = second.table(table)
        if table == "event_effect":  # that such notices are kept now is known of the firm, not of its past
            expected, found = (
                each.filter(~pl.col("kind").is_in(["terms", "price_rise"])) for each in (expected, found)
            )
        assert_frame_equal(expected, found)
    assert first.table("studied_event").height
    assert first.info["markets"] == second.info["markets"]


def test_a_later_correction_does_not_rewrite_a_past_run(tmp_path: Path) -> None:
    as_of = month_end(23)
    firm = firm_with(tmp_path / "one", documents(), **usual_tables())
    first = {table: run_of(firm, as_of).table(table) for table in TABLES}
    changed = [type(d)(d.number, d.customer, d.on, ((9_999_900, "p0", 1),)) for d in documents()[:40]]
    load(firm, changed, loaded_on=date(2026, 7, 9))
    for table, frame in first.items():
        assert_frame_equal(run_of(firm, as_of).table(table), frame)


def test_orders_that_may_go_elsewhere_are_a_question_with_rows(tmp_path: Path) -> None:
    people, each = 8, 14
    docs = documents(people, each)
    fallen = {f"c5_{n}" for n in range(each)}
    docs = [type(d)(d.number, d.customer, d.on, tuple((c // 3, p, q) for c, p, q in d.lines))
            if d.customer in fallen and d.on > month_end(23) else d for d in docs]  # fmt: skip
    contacts = [f"K{p}_{n}_{m},c{p}_{n},{month_end(m)},S{p}" for p in range(people) for n in range(each)
                for m in range(12, 30)]  # fmt: skip
    rows = [f"c{p}_{n},S{p},2023-01-02," for p in range(people) for n in range(each)]
    register = [f"S{n},Name {n},,2022-01-03," for n in range(people)]
    found = run_of(firm_with(tmp_path / "asked", docs, assignment=rows, salesperson=register, contact=contacts))
    asked = found.table("diverted_question")
    assert asked["salesperson_id"].unique().to_list() == ["S5"]
    assert set(asked["customer_id"]) == fallen
    assert asked["fall"][0] == pytest.approx(2 / 3 * 5 / 6, abs=0.06)  # in five of the six months
    gaps = (asked["expected"] - asked["now"]).to_list()
    assert gaps == sorted(gaps, reverse=True)
    with in_language("en"):
        said = stored_sentence(asked["said"][0]).text()
    assert said.endswith("What do they say about it?")
    assert math.isclose(found.info["markets"]["asked_of"], people)


def test_no_part_is_laid_on_regions_that_are_one_salesperson_each(tmp_path: Path) -> None:
    """The same falls, once with regions that cut across salespeople and once with a region for each of them."""
    each, parts = 30, []
    docs = documents(4, each, fall=0.5)
    rows = [f"c{p}_{n},S{p},2023-01-02," for p in range(4) for n in range(each)]
    for name, of in (("across", "ns"), ("each", "0123")):
        customers = [
            f"c{p}_{n},Firm,{of[(n if name == 'across' else p) % len(of)]}" for p in range(4) for n in range(each)
        ]
        found = run_of(firm_with(tmp_path / name, docs, assignment=rows, salesperson=["S3,Only,,2022-01-03,"],
                                 customer=customers))  # fmt: skip
        split = found.table("market_split").filter(pl.col("by") == "region")
        parts.append((set(split["state"]), told(found, "market_split", by="all")["region"]))
    assert parts[0][0] == {"told"}
    assert parts[1] == ({"one_and_the_same"}, 0)

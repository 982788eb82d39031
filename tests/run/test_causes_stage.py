"""Causes in a run: whole, argued by rows that are there, added up to the cent, and deaf to what came later."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from firms import firm_of, monthly
from liuke.causes.evidence import CHECKED, STATED
from liuke.facts import contracts
from liuke.kernel.i18n import in_language
from liuke.panel.exposure import row_of
from liuke.reports.cause_words import beside_ledger
from liuke.reports.stored import stored_sentence
from liuke.run.cause_bounds import lost_lately
from liuke.store.fact_store import FactStore

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.app.firm import Firm
    from liuke.store.runs import Run

AS_OF = date(2025, 1, 31)
LOADED = date(2026, 3, 1)  # the day the documents came
SEEN = (
    "customer_cause", "customer_cause_before", "cause_evidence", "cause_total", "cause_card", "cause_channel",
    "cause_bound", "direction", "cause_draw",
)  # fmt: skip


def test_probabilities_of_a_customer_sum_to_one_with_unknown(simulated_run: Run) -> None:
    causes = simulated_run.table("customer_cause")
    assert len(causes) > 100
    each = causes.group_by("customer_code").agg(
        whole=pl.col("probability").sum(), unknown=(pl.col("cause") == "unknown").sum(), first=pl.col("place").min()
    )
    assert each["whole"].to_list() == pytest.approx([1.0] * len(each))
    assert (each["unknown"] == 1).all()
    assert (each["first"] == 1).all()
    listed = set(simulated_run.table("customer_now").filter("listed")["customer_code"])
    assert listed <= set(causes["customer_code"])


def test_every_row_of_evidence_is_there(simulated_run: Run, simulated_firm: Firm) -> None:
    evidence = simulated_run.table("cause_evidence")
    told = evidence.filter(pl.col("table") == "complaint")
    store = FactStore(simulated_firm.workspace.facts)
    numbers = set(store.current(contracts()["complaint"])["complaint_id"])
    assert told.height > 0
    assert set(told["row_id"]) <= numbers
    as_of = date.fromisoformat(simulated_run.info["as_of"])
    assert (evidence["day"].drop_nulls() <= as_of).all()
    for packed in evidence["said"].unique().sort().head(200):
        for language in ("zh", "en"):
            with in_language(language):
                said = stored_sentence(packed).text()
                assert said
                assert "{" not in said


def test_no_cause_is_without_something_that_speaks_for_it(simulated_run: Run) -> None:
    causes = simulated_run.table("customer_cause").filter(pl.col("cause") != "unknown")
    evidence = simulated_run.table("cause_evidence")
    backed = evidence.filter(pl.col("speaks") == "for").select("customer_code", "cause").unique()
    bare = causes.join(backed, on=["customer_code", "cause"], how="anti")
    neither = evidence.filter(pl.col("speaks") == "neither")  # checked cases of it had no row either, and that is said
    assert bare.join(neither, on=["customer_code", "cause"], how="anti").is_empty()
    assert neither.join(backed, on=["customer_code", "cause"]).is_empty()
    assert neither["row_id"].null_count() == neither["ratio"].null_count() == len(neither)


def test_evidence_is_of_causes_that_are_thought_of(simulated_run: Run) -> None:
    causes = simulated_run.table("customer_cause")
    evidence = simulated_run.table("cause_evidence")
    assert evidence.join(causes, on=["customer_code", "cause"], how="anti").is_empty()


def test_what_was_said_or_checked_has_its_day_and_row(simulated_run: Run, simulated_firm: Firm) -> None:
    evidence = simulated_run.table("cause_evidence")
    ids = evidence["said"].map_elements(lambda packed: json.loads(packed)["said"], pl.String)
    noted = evidence.filter(ids.is_in([*STATED.values(), CHECKED]) & (pl.col("table").fill_null("") == "exit_note"))
    assert noted.height == ids.is_in([*STATED.values(), CHECKED]).sum() > 0
    rows = FactStore(simulated_firm.workspace.facts).current(contracts()["exit_note"])
    there = set(rows.select(row_of("exit_note")["row_id"]).to_series())
    assert set(noted["row_id"]) <= there
    assert noted["day"].null_count() == 0
    checked = noted.filter(noted["said"].str.contains(CHECKED.partition(":")[0], literal=True))
    assert checked.height > 0
    assert (checked["place"] == 1).all()  # what a check found comes first


def test_money_of_causes_adds_up_to_that_of_customers(simulated_run: Run) -> None:
    total = simulated_run.table("cause_total")
    causes = simulated_run.table("customer_cause")
    as_of = pl.lit(date.fromisoformat(simulated_run.info["as_of"]))
    for judged in ("lost", "at_risk"):
        wanted = causes.filter(pl.col("judged") == judged).unique("customer_code")
        if judged == "lost":
            wanted = wanted.filter(pl.col("on") > as_of.dt.offset_by("-12mo"))
        every = total.filter(pl.col("judged") == judged, pl.col("by") == "all")
        assert every["money"].sum() == wanted["money"].sum()
        assert every["customers"].sum() == pytest.approx(len(wanted))
        for by in ("region", "grade", "act", "salesperson"):
            part = total.filter(pl.col("judged") == judged, pl.col("by") == by)
            sums = part.group_by("cause").agg(pl.col("money").sum()).sort("cause")
            assert sums.rows() == every.select("cause", "money").sort("cause").rows()
            assert part["customers"].sum() == pytest.approx(len(wanted))


def test_the_lost_of_causes_are_tied_to_those_of_the_ledger(simulated_run: Run) -> None:
    tie = simulated_run.info["causes"]["ledger"]
    codes = lost_lately(simulated_run.table("customer_cause"), date.fromisoformat(simulated_run.info["as_of"]))
    assert tie["both"] + tie["others"] == len(codes) > 0
    assert tie["both"] + tie["earlier"] == tie["lost"] > 0
    ledger = simulated_run.table("waterfall").filter(pl.col("scope") == "window", pl.col("step") == "lost")
    assert tie["lost"] == -ledger["customers"].item()
    opening = date.fromisoformat(tie["opening"])
    assert opening == ledger["from"].item() - timedelta(days=1)
    mine = simulated_run.table("customer_now").filter(pl.col("customer_code").is_in(codes.tolist()))
    assert tie["others"] >= len(mine.filter(pl.col("first_on") > opening))
    assert beside_ledger(simulated_run.info, len(codes)).message.startswith("The ledger counts")


def test_each_of_both_counts_is_by_its_own_day(tmp_path: Path) -> None:
    """Six were there and left, four came and left within the year, five left just before it, three long before."""
    kinds = {"both": (6, 0, 28), "others": (4, 25, 30), "earlier": (5, 0, 22), "long": (3, 0, 12), "stays": (40, 0, 36)}
    docs = [
        doc
        for kind, (many, first, last) in kinds.items()
        for nth in range(many)
        for doc in monthly(f"{kind}{nth}", [100.0] * (last - first), first=f"{2023 + first // 12}-{first % 12 + 1:02}")
    ]
    found = firm_of(docs, tmp_path).run(again=False)
    tie = found.info["causes"]["ledger"]
    assert {name: tie[name] for name in ("lost", "both", "earlier", "others")} == {
        "lost": 11, "both": 6, "earlier": 5, "others": 4,
    }  # fmt: skip
    with in_language("en"):
        assert "Causes count 10" in beside_ledger(found.info, 10).text()
    assert (
        beside_ledger({"causes": {}}, 10).message == beside_ledger(found.info).message
    )  # of a run of before: no count
    assert not beside_ledger({"causes": {"ledger": None}}, 10)  # no ledger, nothing beside it


def test_rows_by_act_are_those_of_all_and_their_shares_add_up(simulated_run: Run) -> None:
    total, card = simulated_run.table("cause_total"), simulated_run.table("cause_card")
    acts = dict(card.select("cause", pl.col("act").fill_null("-")).iter_rows())
    for judged in ("lost", "at_risk"):
        every, part = (total.filter(pl.col("judged") == judged, pl.col("by") == by) for by in ("all", "act"))
        assert dict(part.select("cause", "value").iter_rows()) == {cause: acts[cause] for cause in every["cause"]}
        assert part["value"].n_unique() > 2
        assert_frame_equal(part.drop("by", "value"), every.drop("by", "value"), check_row_order=False)
        assert part["share"].sum() == pytest.approx(1)
        for by in ("region", "grade", "salesperson"):  # the others are shares within each group
            sums = total.filter(pl.col("judged") == judged, pl.col("by") == by).group_by("value").agg(pl.sum("share"))
            assert sums["share"].to_list() == pytest.approx([1] * len(sums))


def test_a_firm_with_documents_alone_says_what_to_connect(young_run: Run) -> None:
    card = young_run.table("cause_card")
    assert card.filter("judged")["cause"].to_list() == ["unknown"] or card.filter("judged").height < 8
    missing = dict(card.drop_nulls("missing").select("cause", "missing").iter_rows())
    assert "complaint" in missing["complaint_badly_handled"]
    assert "assignment" in missing["salesperson_left"]
    causes = young_run.table("customer_cause")
    assert causes.filter(pl.col("cause") == "unknown")["probability"].min() == 1  # a few leavers teach nothing


def made(folder: Path, complaints: str, notes: str) -> Firm:
    """A firm with complaints and exit notes beside its documents."""
    folder.mkdir()
    stays = [100] * 16
    docs = [doc for n in range(160) for doc in monthly(f"c{n}", stays if n % 2 else stays[: 5 + n % 6])]
    firm = firm_of(docs, folder)
    (folder / "complaints.csv").write_text(
        "complaint_id,customer_id,opened_on,replied_on,resolved_on,verdict,recorded_on\n" + complaints, "utf-8"
    )
    (folder / "notes.csv").write_text("customer_id,on,stated_cause,by_owner,recorded_on\n" + notes, "utf-8")
    firm.load(folder / "complaints.csv", table="complaint", loaded_on=LOADED)
    firm.load(folder / "notes.csv", table="exit_note", loaded_on=LOADED)
    return firm


def test_what_is_dated_or_recorded_later_argues_nothing(tmp_path: Path) -> None:
    days = [f"2024-{6 + n % 5:02}" for n in range(160)]
    known = [f"K{n},c{n},{days[n]}-05,{days[n]}-20,,不满意,{days[n]}-05" for n in range(0, 160, 4)]
    told = [f"c{n},2024-12-11,价格,是,2024-12-11" for n in range(0, 30, 2)]
    later = [f"L{n},c{n},2025-02-03,,,,2025-02-03" for n in range(9)]
    entered = [f"E{n},c{n},2024-10-03,,,不满意,2025-03-03" for n in range(9)]
    notes = ["c6,2025-02-01,停业,是,2025-02-01", "c7,2024-12-01,产品质量,否,2025-02-20"]
    one = made(tmp_path / "one", "\n".join(known), "\n".join(told)).run(AS_OF, AS_OF)
    two = made(tmp_path / "two", "\n".join([*known, *later, *entered]), "\n".join([*told, *notes])).run(AS_OF, AS_OF)
    for table in SEEN:
        assert_frame_equal(one.table(table), two.table(table))
    assert one.info["causes"] == two.info["causes"]
    assert one.table("cause_evidence").height


def test_events_of_a_year_are_counted_once_however_many_ages_they_have(simulated_run: Run) -> None:
    card = simulated_run.table("cause_card").drop_nulls("events_year")
    assert len(card) > 5
    assert (card["events_year"] + card["events_before"].fill_null(0) <= card["events"]).all()


def test_the_draw_is_among_those_the_totals_count(simulated_run: Run) -> None:
    causes = simulated_run.table("customer_cause")
    lost = set(lost_lately(causes, date.fromisoformat(simulated_run.info["as_of"])).tolist())
    drawn = simulated_run.table("cause_draw")
    assert len(drawn) > 10
    assert set(drawn["customer_code"]) <= lost

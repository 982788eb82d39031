"""`liuke causes events`, `salespeople`, `market` and `diverted`: what they print, and of a run of before why not."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import fastexcel
import polars as pl
import pytest
from terminal import liuke

import liuke as liuke_package
from firms import firm_of, monthly
from liuke.app import run_events
from liuke.kernel.errors import Forbidden, Refused
from liuke.reports.query import Query
from liuke.store.manifest import Manifest

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.app.firm import Firm

TABLES = ("event_effect", "studied_event", "event_path", "event_customer", "market_split", "diverted_question",
          "salesperson_exposure", "salesperson_customer", "customer_fall")  # fmt: skip
COMMANDS = (("events",), ("events", "--one-by-one"), ("salespeople",), ("market",), ("diverted",))
FALLS = ("market", "--customers")


@pytest.fixture(scope="module")
def folder(simulated_firm: Firm) -> Path:
    return simulated_firm.workspace.root


def json_of(*words: str | Path) -> Any:
    said = liuke("causes", *words, "--format", "json")
    assert said.code == 0, said.err
    return json.loads(said.out)


@pytest.mark.parametrize("words", [*COMMANDS, FALLS])
def test_each_prints_a_table_without_holes(folder: Path, words: tuple[str, ...]) -> None:
    for language in ("zh", "en"):
        said = liuke("causes", *words, "-w", folder, language=language)
        assert said.code == 0, said.err
        assert said.out.strip()
        assert "{" not in said.out


def test_json_holds_what_the_run_does(folder: Path, simulated_firm: Firm) -> None:
    view = simulated_firm.read()
    effects = json_of("events", "-w", folder)
    assert [row["kind"] for row in effects] == view.table("event_effect")["kind"].to_list()
    people = json_of("salespeople", "-w", folder)
    exposure = view.table("salesperson_exposure")
    assert sum(Decimal(row["money"]) for row in people) == exposure["money"].sum()
    first = exposure["salesperson_id"][0]
    held = json_of("salespeople", "--of", first, "-w", folder)
    assert len(held) == exposure["customers"][0]


def test_what_the_sums_of_salespeople_are_of_is_said(folder: Path, simulated_firm: Firm) -> None:
    exposure = simulated_firm.read().table("salesperson_exposure")
    said = liuke("causes", "salespeople", "-w", folder, language="en")
    flat = " ".join(said.out.split())
    assert f"{exposure['customers'].sum()} customers are on the books, as many as the overview has" in flat
    assert "customers who are lost are not counted" in flat
    first = exposure["salesperson_id"][0]
    words = {row["customer_id"]: row for row in json_of("salespeople", "--of", first, "-w", folder)}
    listed = {row["customer_id"]: row for row in simulated_firm.list(Query(size=None)).iter_rows(named=True)}
    assert {number: row["core"] for number, row in words.items()} == {n: listed[n]["core"] for n in words}
    assert {listed[number]["state"] for number in words}.isdisjoint({"lost", "never_bought"})


def test_frames_of_python_have_sentences_in_words(simulated_firm: Firm) -> None:
    for found in (simulated_firm.events(), simulated_firm.events(one_by_one=True), simulated_firm.market(),
                  simulated_firm.market(customers=True), simulated_firm.salespeople()):  # fmt: skip
        said = found["said"].drop_nulls().to_list()
        assert len(found)
        assert not any(each.startswith("{") for each in said)


def test_a_run_of_before_says_what_to_do(simulated_firm: Firm, tmp_path: Path) -> None:
    root = tmp_path / "firm"
    shutil.copytree(simulated_firm.workspace.root, root)
    run = root / "runs" / simulated_firm.current().made.root.name
    for name in TABLES:
        (run / f"{name}.parquet").unlink()
    info = json.loads((run / "run.json").read_text("utf-8"))
    del info["markets"], info["falls"]
    (run / "run.json").write_text(json.dumps(info), "utf-8")
    Manifest.write(run)
    for words in COMMANDS:
        said = liuke("causes", *words, "-w", root, language="en")
        assert said.code == 1
        assert "made before events were studied" in said.err
        assert "liuke run --again" in said.err
    said = liuke("causes", *FALLS, "-w", root, language="en")
    assert said.code == 1
    assert "made before falls were compared" in said.err
    sheet = liuke("report", "-w", root, "--out", tmp_path, language="en")
    assert sheet.code == 0, sheet.err


def test_the_workbook_has_both_sheets(simulated_firm: Firm, tmp_path: Path) -> None:
    said = liuke("report", "-w", simulated_firm.workspace.root, "--out", tmp_path, language="en")
    assert said.code == 0, said.err
    book = fastexcel.read_excel(next(tmp_path.glob("*.xlsx")))
    assert {"Events studied", "Salespeople and market"} <= set(book.sheet_names)
    rows = book.load_sheet("Salespeople and market", header_row=None).to_polars()
    assert any("P95" in str(cell) for nth in range(2, 8) for cell in rows.row(nth))
    assert "diverted" not in " ".join(book.sheet_names).lower()  # questions about salespeople are in no file


def test_falls_are_the_runs_on_every_face(folder: Path, simulated_firm: Firm, tmp_path: Path) -> None:
    held = simulated_firm.read().table("customer_fall")
    assert len(held) > 50
    assert set(held["verdict"]) >= {"told"}
    rows = json_of(*FALLS, "-w", folder)
    assert sum(Decimal(row["change"]) for row in rows) == held["change"].sum()
    framed = simulated_firm.market(customers=True)
    assert framed["change"].sum() == held["change"].sum()
    assert framed["market"].drop_nulls().str.starts_with("{").sum() == 0
    said = liuke("report", "-w", folder, "--out", tmp_path, language="en")
    assert said.code == 0, said.err
    book = fastexcel.read_excel(next(tmp_path.glob("*.xlsx")))
    sheet = book.load_sheet("Falls shared with others", header_row=None, dtypes="string").to_polars()
    assert sum(str(row[0]).startswith("C0") for row in sheet.rows()) == len(held)


def test_what_cannot_be_judged_is_no_all_clear(tmp_path: Path) -> None:
    """A firm with documents alone: every command says what connecting would add, and none that nobody stands out."""
    bare = firm_of([doc for n in range(30) for doc in monthly(f"c{n}", [100.0] * (24 if n % 3 else 14))], tmp_path)
    bare.run()
    root = bare.workspace.root
    said = {words: liuke("causes", *words, "-w", root, language="en") for words in (*COMMANDS, ("totals",), ("list",))}
    assert {each.code for each in said.values()} == {0}
    flat = {words: " ".join(each.out.split()) for words, each in said.items()}
    assert "Connect the tables of assignments and of contacts" in flat["diverted",]
    assert "stand out" not in flat["diverted",]
    assert "No table says who looks after whom. Connect" in flat["salespeople",]
    assert "connect" in flat["events",]
    assert "liuke causes list" in flat["totals",]
    assert "connect Complaints" in flat["list",]
    with pytest.raises(Refused, match="Connect the tables"):
        bare.diverted()


def test_questions_are_refused_to_who_leads_nobody(simulated_firm: Firm) -> None:
    class Nobody:
        """A viewer without the verb."""

        owners = None

        def may(self, _verb: str) -> bool:
            return False

    me: Any = Nobody()
    with pytest.raises(Forbidden):
        run_events.refuse_questions("diverted_question", me)
    assert run_events.questions_for(simulated_firm.read(), me) is None
    assert isinstance(liuke_package.open(simulated_firm.workspace.root).events(), pl.DataFrame)

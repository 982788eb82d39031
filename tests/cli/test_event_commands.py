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
from liuke.app import run_events
from liuke.kernel.errors import Forbidden
from liuke.store.manifest import Manifest

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.app.firm import Firm

TABLES = ("event_effect", "studied_event", "event_path", "event_customer", "market_split", "diverted_question",
          "salesperson_exposure", "salesperson_customer")  # fmt: skip
COMMANDS = (("events",), ("events", "--one-by-one"), ("salespeople",), ("market",), ("diverted",))


@pytest.fixture(scope="module")
def folder(simulated_firm: Firm) -> Path:
    return simulated_firm.workspace.root


def json_of(*words: str | Path) -> Any:
    said = liuke("causes", *words, "--format", "json")
    assert said.code == 0, said.err
    return json.loads(said.out)


@pytest.mark.parametrize("words", COMMANDS)
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


def test_frames_of_python_have_sentences_in_words(simulated_firm: Firm) -> None:
    for found in (simulated_firm.events(), simulated_firm.events(one_by_one=True), simulated_firm.market(),
                  simulated_firm.salespeople()):  # fmt: skip
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
    del info["markets"]
    (run / "run.json").write_text(json.dumps(info), "utf-8")
    Manifest.write(run)
    for words in COMMANDS:
        said = liuke("causes", *words, "-w", root, language="en")
        assert said.code == 1
        assert "made before events were studied" in said.err
        assert "liuke run --again" in said.err
    sheet = liuke("report", "-w", root, "--out", tmp_path, language="en")
    assert sheet.code == 0, sheet.err


def test_the_workbook_has_both_sheets(simulated_firm: Firm, tmp_path: Path) -> None:
    said = liuke("report", "-w", simulated_firm.workspace.root, "--out", tmp_path, language="en")
    assert said.code == 0, said.err
    book = fastexcel.read_excel(next(tmp_path.glob("*.xlsx")))
    assert {"Events studied", "Salespeople and market"} <= set(book.sheet_names)
    rows = book.load_sheet("Salespeople and market", header_row=None).to_polars()
    assert any("P95" in str(cell) for cell in rows.row(4) + rows.row(3) + rows.row(2))
    assert "diverted" not in " ".join(book.sheet_names).lower()  # questions about salespeople are in no file


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

"""Causes of firms that have little, and of files that are wrong: only exit notes, notes of 50 kB, wrong cause files."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl
import pytest

from firms import firm_of, monthly
from liuke.causes.combine import RIGHT
from liuke.kernel.errors import Invalid
from liuke.panel.beside_lines import RELATIONS
from liuke.panel.line_tables import line_tables
from liuke.run.stages.causes import CausesStage

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.app.firm import Firm
    from liuke.store.runs import Run

AS_OF = date(2025, 1, 31)
LOADED = date(2026, 3, 1)
HEADER = "customer_id,on,stated_cause,by_owner,recorded_on,text\n"


def with_notes(folder: Path, notes: list[str]) -> Firm:
    """A firm half of whose customers left, with documents and exit notes alone."""
    folder.mkdir()
    stays = [100] * 16
    docs = [doc for n in range(160) for doc in monthly(f"c{n}", stays if n % 2 else stays[: 5 + n % 6])]
    firm = firm_of(docs, folder)
    (folder / "notes.csv").write_text(HEADER + "\n".join(notes), "utf-8")
    firm.load(folder / "notes.csv", table="exit_note", loaded_on=LOADED)
    return firm


def note(who: int, stated: str, text: str = "") -> str:
    return f"c{who},2024-12-11,{stated},否,2024-12-11,{text}"


def whole(run: Run) -> pl.DataFrame:
    """The causes of a run; of every customer they make a whole, unknown among them."""
    causes = run.table("customer_cause")
    each = causes.group_by("customer_code").agg(
        pl.col("probability").sum(), unknown=(pl.col("cause") == "unknown").sum()
    )
    assert each["probability"].to_list() == pytest.approx([1.0] * len(each))
    assert (each["unknown"] == 1).all()
    return causes


def test_only_exit_notes(tmp_path: Path) -> None:
    """No table tells of any event: what is said is believed as far as people are right, and has its row."""
    run = with_notes(tmp_path / "firm", [note(n, "价格太高") for n in range(0, 160, 4)]).run(AS_OF, AS_OF)
    causes = whole(run)
    lost = causes.filter(pl.col("judged") == "lost", pl.col("place") == 1)
    silent, told = (lost.filter(pl.col("stated").is_null() == none) for none in (True, False))
    assert len(silent) == len(told) == 40
    assert (silent["cause"] == "unknown").all()
    assert silent["probability"].to_list() == pytest.approx([1.0] * 40)
    assert set(told["cause"]) == {"price"}
    assert told["probability"].to_list() == pytest.approx([RIGHT] * 40)
    noted = run.table("cause_evidence").filter(pl.col("table") == "exit_note", pl.col("speaks") == "for")
    assert set(noted["customer_code"]) == set(told["customer_code"])
    assert set(noted["day"]) == {date(2024, 12, 11)}
    card = run.table("cause_card").filter(pl.col("cause") != "unknown", ~pl.col("judged"))
    connects = set(card["cause"]) - set(card.drop_nulls("missing")["cause"])
    assert "stock_out" in card.filter(pl.col("cause") == "short_or_out_of_stock")["missing"].item()
    assert connects <= {"market"}  # every other one says what to connect


def test_notes_of_50_kb(tmp_path: Path) -> None:
    long = "客户说价格太贵，同行便宜一成" * 4_000
    notes = [note(n, "价格太高" if n % 4 else long, long) for n in range(0, 160, 2)]
    causes = whole(with_notes(tmp_path / "firm", notes).run(AS_OF, AS_OF))
    assert set(causes.filter(pl.col("judged") == "lost")["stated"].drop_nulls()) == {"price"}


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"price.toml": 'exposures = ["price_abov"]'}, "price_above"),
        ({"price.toml": 'treatments = ["repare"]'}, "repair"),
        ({"price.toml": "act = "}, "TOML"),
        ({"price.toml": '[title]\nzh = "价"\n', "Price.toml": '[title]\nzh = "格"\n'}, "Price"),
        ({"words.toml": '[cause.prices]\nwords = ["贵"]'}, "causes/words.toml: cause.prices"),
        ({"words.toml": "[cause.price]\nwords = 3"}, "causes/words.toml"),
        ({"where_to.toml": 'rivals = ["甲"]'}, "causes/where_to.toml"),
    ],
)
def test_a_wrong_cause_file_stops_the_run_with_its_name(tmp_path: Path, files: dict[str, str], says: str) -> None:
    """A typo, a treatment that does not exist, no TOML, the same cause twice."""
    firm = with_notes(tmp_path / "firm", [note(0, "价格")])
    own = firm.workspace.root / "causes"
    own.mkdir(exist_ok=True)
    for name, text in files.items():
        (own / name).write_text(text, "utf-8")
    with pytest.raises(Invalid) as raised:
        firm.run(AS_OF, AS_OF)
    assert says in raised.value.text() + raised.value.fix.text()


def test_the_stage_is_judged_anew_when_any_table_behind_a_line_table_is_loaded() -> None:
    behind = {RELATIONS[table.BESIDE][0] for table in line_tables().values() if hasattr(table, "BESIDE")}
    assert {name for names in behind for name in names} - {"product"} <= set(CausesStage.reads)


def test_the_firm_s_own_words_are_read_and_make_another_run(tmp_path: Path) -> None:
    """A note in words nobody shipped: five rows in, and what each is read as, before and after."""
    firm = with_notes(tmp_path / "firm", [note(n, "对方放血一样的价") for n in range(0, 160, 4)])
    before = firm.run(AS_OF, AS_OF)
    assert lost(before)["stated"].null_count() == len(lost(before))
    assert before.info["causes"]["not_understood"] == 40
    own = firm.workspace.root / "causes"
    own.mkdir(exist_ok=True)
    (own / "words.toml").write_text('[cause.competitor]\nwords = ["放血"]\n', "utf-8")
    after = firm.run(AS_OF, AS_OF)
    assert after.info["run_id"] != before.info["run_id"]
    assert set(lost(after)["stated"].drop_nulls()) == {"competitor"}
    assert after.info["causes"]["not_understood"] == 0
    assert firm.run(AS_OF, AS_OF).info["run_id"] == after.info["run_id"]


def lost(run: Run) -> pl.DataFrame:
    return run.table("customer_cause").filter(pl.col("judged") == "lost")

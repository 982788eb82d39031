"""Runs are made once, never change, and are thinned; what did not change is not computed again."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from firms import docs, load, monthly, random_docs
from liuke.kernel.errors import Refused
from liuke.run import pipeline
from liuke.store.runs import Runs

if TYPE_CHECKING:
    from liuke.app.firm import Firm

YEAR = [*monthly("c1", [100] * 10), *monthly("c2", [50, 50, 50, 50, 0, 0, 0, 0, 0, 0]), *docs("E c3 2024-11-05 1")]


def names(firm: Firm) -> list[str]:
    return [run.root.name for run in Runs(firm.workspace.runs).all()]


def files(firm: Firm) -> dict[str, int]:
    """The cached partials and when each was written."""
    return {path.name: path.stat().st_mtime_ns for path in firm.workspace.partials.glob("*.arrow")}


def period_of(name: str) -> int:
    return int(name.split("-")[1])


def test_before_the_first_run_there_is_nothing_to_read(firm: Firm) -> None:
    with pytest.raises(Refused, match="Nothing has been run"):
        firm.current()
    with pytest.raises(Refused, match="No documents"):
        firm.run()
    assert not firm.workspace.runs.exists()


def test_the_same_inputs_give_the_run_already_made(firm: Firm) -> None:
    load(firm, YEAR)
    first, new = pipeline.run(firm.workspace)
    again, remade = pipeline.run(firm.workspace)
    assert new
    assert not remade
    assert first.root == again.root
    forced, made = pipeline.run(firm.workspace, again=True)
    assert made
    assert forced.root.name == "00002"
    assert forced.table("customer_now").equals(first.table("customer_now"))


def test_a_setting_or_a_load_makes_another_run(firm: Firm) -> None:
    import liuke

    load(firm, YEAR)
    firm.run()
    (firm.workspace.root / "liuke.toml").write_text("left_days = 120\n")
    firm = liuke.open(firm.workspace.root)
    assert firm.run().info["run_id"] == "00002"
    assert firm.run().info["left_days"] == 120
    load(firm, docs("N1 c9 2024-11-06 5"))
    assert firm.run().info["run_id"] == "00003"
    firm.unload("0002")
    assert firm.run().info["run_id"] == "00002", "undone: the inputs of the second run are there again"


def test_a_run_of_a_past_day_does_not_become_current(firm: Firm) -> None:
    load(firm, YEAR)
    newest = firm.run()
    past = firm.run(as_of="2024-06-30")
    assert past.info["as_of"] == "2024-06-30"
    assert firm.current().info["run_id"] == newest.info["run_id"]
    assert firm.run(as_of="2024-06-30").info["run_id"] == past.info["run_id"]
    assert firm.run(as_of="2024-07-14").info["run_id"] == past.info["run_id"], "the last month end before that day"


def test_a_first_run_of_a_past_day_can_be_read_until_there_is_a_newer_one(firm: Firm) -> None:
    load(firm, YEAR)
    past = firm.run(as_of="2024-06-30")
    assert firm.current().info["run_id"] == past.info["run_id"]
    newest = firm.run()
    firm.run(as_of="2024-05-31")
    assert firm.current().info["run_id"] == newest.info["run_id"]


def test_thinning_keeps_the_newest_the_current_and_the_last_of_each_day(firm: Firm) -> None:
    (firm.workspace.root / "liuke.toml").write_text("keep_runs = 2\n")
    load(firm, YEAR)
    firm.run(as_of="2024-05-31")
    firm.run(as_of="2024-06-30")
    for _ in range(3):
        pipeline.run(firm.workspace, again=True)
    assert names(firm) == ["00001", "00002", "00004", "00005"]
    assert firm.current().info["run_id"] == "00005"


def test_a_run_made_with_later_knowledge_is_not_taken_for_the_one_of_that_day(firm: Firm) -> None:
    load(firm, [*YEAR, *docs("L1 c1 2024-06-20 900 @2024-09-02")])
    knowing = firm.run(as_of="2024-06-30", known_by="2024-10-31")
    runs = Runs(firm.workspace.runs)
    assert runs.at("2024-06-30") is None
    plain = firm.run(as_of="2024-06-30")
    found = runs.at("2024-06-30")
    assert found is not None
    assert found.info["run_id"] == plain.info["run_id"] != knowing.info["run_id"]


def test_one_more_month_computes_the_months_it_touched_and_no_other(firm: Firm) -> None:
    load(firm, YEAR)
    firm.run()
    before = files(firm)
    load(firm, docs("N1 c1 2024-11-08 70 | N2 c4 2024-12-03 5"))
    firm.run()
    after = files(firm)
    new = {period_of(name) - 2024 * 12 for name in after.keys() - before.keys()}
    assert new == {10}
    assert all(after[name] == before[name] for name in before), "what was there is as it was"


def test_a_correction_computes_its_month_again_and_the_old_sums_go(firm: Firm) -> None:
    load(firm, YEAR)
    firm.run()
    before = files(firm)
    load(firm, docs("c1-2403 c1 2024-03-10 80"), loaded_on=date(2024, 5, 2))
    firm.run()
    after = files(firm)
    assert {period_of(name) - 2024 * 12 for name in after.keys() - before.keys()} == {2}
    assert {period_of(name) - 2024 * 12 for name in before.keys() - after.keys()} == {2}


def test_without_the_cache_the_run_is_the_same(firm: Firm) -> None:
    import shutil

    load(firm, random_docs(4, 5, 9))
    first = firm.run()
    shutil.rmtree(firm.workspace.partials)
    made, _ = pipeline.run(firm.workspace, again=True)
    for name in first.tables:
        assert made.table(name).equals(first.table(name)), name

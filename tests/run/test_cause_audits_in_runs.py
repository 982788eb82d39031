"""Verdicts in runs: they count from the day they were recorded, and a past run stays what it was."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from firms import firm_of, monthly
from liuke.causes.audited import Verdict
from liuke.kernel.errors import Refused
from liuke.run.cause_audits import audit_rows, audits_at, write_audits

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.app.firm import Firm
    from liuke.app.run_view import RunView

AS_OF, LATER = date(2025, 1, 31), date(2025, 2, 28)
SEEN = ("customer_cause", "cause_evidence", "cause_total", "cause_card", "cause_channel", "cause_draw")


@pytest.fixture
def firm(tmp_path: Path) -> Firm:
    """A firm in which half of 160 customers have left."""
    stays = [100] * 16
    return firm_of([doc for n in range(160) for doc in monthly(f"c{n}", stays if n % 2 else stays[: 5 + n % 6])],
                   tmp_path)  # fmt: skip


def record(firm: Firm, *rows: Verdict) -> None:
    with firm.workspace.locked("definitions"):
        write_audits(firm.workspace, rows)


def said(number: int, customer: str, verdict: str, cause: str | None, on: date, undoes: int | None = None) -> Verdict:
    return Verdict(number, customer, verdict, cause, undoes, on, "unknown")


def causes_of(run: RunView, customer: str) -> dict[str, float]:
    code = run.table("customer_now").filter(pl.col("customer_id") == customer)["customer_code"][0]
    rows = run.table("customer_cause").filter(pl.col("customer_code") == code)
    return dict(rows.select("cause", "probability").iter_rows())


def test_a_verdict_counts_in_the_next_run_that_knows_of_its_day(firm: Firm) -> None:
    before = firm.run(AS_OF)
    record(firm, said(1, "c0", "other", "price", date(2025, 2, 3)))
    same = firm.ran(AS_OF)
    assert not same.new
    assert same.view.info["run_id"] == before.info["run_id"]
    knows = firm.run(AS_OF, known_by=LATER)
    assert causes_of(knows, "c0") == {"price": 1.0, "unknown": 0.0}
    assert knows.info["causes"]["audited"] == 1
    assert causes_of(firm.run(AS_OF), "c0") == causes_of(before, "c0"), "the day looked back to stays what it was"


@pytest.mark.parametrize("on", [date(2025, 2, 1), date(2025, 6, 1), date(2026, 12, 31)])
def test_what_is_recorded_later_changes_nothing(firm: Firm, on: date) -> None:
    record(firm, said(1, "c0", "other", "price", AS_OF))
    one = firm.run(AS_OF)
    later = (said(2, "c0", "other", "quality", on), said(3, "c2", "is_not", "price", on),
             said(4, "c0", "undone", None, on, 1), said(5, "c4", "unclear", None, on))  # fmt: skip
    record(firm, said(1, "c0", "other", "price", AS_OF), *later)
    two = firm.run(AS_OF, again=True)
    assert two.info["run_id"] != one.info["run_id"]
    for table in SEEN:
        assert_frame_equal(one.table(table), two.table(table))
    assert causes_of(two, "c0")["price"] == 1


def test_a_correction_makes_another_run_and_rewrites_none(firm: Firm) -> None:
    first = said(1, "c0", "other", "price", date(2025, 1, 10))
    record(firm, first)
    one = firm.run(AS_OF)
    kept = {table: one.table(table) for table in SEEN}
    record(firm, first, said(2, "c0", "other", "quality", date(2025, 1, 20)))
    two = firm.ran(AS_OF)
    assert two.new
    assert causes_of(two.view, "c0")["quality"] == 1
    again = next(run for run in firm.runs() if run.info["run_id"] == one.info["run_id"])
    for table, frame in kept.items():
        assert_frame_equal(again.table(table), frame)


def test_the_draw_is_of_the_lost_and_deaf_to_verdicts_but_for_whom_it_chooses(firm: Firm) -> None:
    free = firm.run(AS_OF).table("cause_draw")
    lost = firm.run(AS_OF).table("customer_cause").filter(pl.col("judged") == "lost")
    assert 0 < free.height <= 100
    assert set(free["customer_code"]) <= set(lost["customer_code"])
    assert (free["on"] > date(2024, 1, 31)).all()
    ids = firm.run(AS_OF).table("customer_now").select("customer_code", "customer_id")
    drawn = free.filter(pl.col("part") == "random").join(ids, on="customer_code")["customer_id"].to_list()
    record(firm, *(said(n, customer, "other", "price", AS_OF) for n, customer in enumerate(drawn[:40], 1)))
    told = firm.run(AS_OF)
    found = told.table("cause_draw").filter(pl.col("part") == "random")
    assert found["customer_code"].to_list() == free.filter(pl.col("part") == "random")["customer_code"].to_list()
    assert told.info["causes"]["audited"] == 40
    assert found["probability"].max() <= 1, "every audited case the same cause breaks nothing"


def test_a_customer_that_is_gone_from_the_run_and_a_cause_out_of_force_break_nothing(firm: Firm) -> None:
    record(firm, said(1, "nobody", "other", "price", AS_OF), said(2, "c0", "other", "no_such_cause", AS_OF),
           said(3, "c2", "is_not", "no_such_cause", AS_OF))  # fmt: skip
    run = firm.run(AS_OF)
    assert causes_of(run, "c0") == {"unknown": 1.0}
    assert run.info["causes"]["audited"] == 1


def test_a_damaged_file_is_said_and_not_read_past(firm: Firm) -> None:
    rows = (said(1, "c0", "other", "price", AS_OF), said(2, "c0", "undone", None, LATER, 1))
    record(firm, *rows)
    assert audit_rows(firm.workspace) == rows
    assert audits_at(firm.workspace, AS_OF) == rows[:1]
    path = firm.workspace.root / "cause_audits.json"
    path.write_text(path.read_text("utf-8").replace("price", "quality"), "utf-8")
    with pytest.raises(Refused, match="damaged"):
        firm.run(AS_OF)
    record(firm, *rows)
    assert audit_rows(firm.workspace) == rows

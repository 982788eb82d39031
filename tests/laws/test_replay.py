"""A past day replayed says the same, cell by cell, whatever is loaded or confirmed after the lists that followed it.

The same workspace is asked twice for the same day. Rules are definitions and apply as they stand; the ledger reads what
is known now (decision 0001): its rows about late documents are left out here.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from random_exports import load_rows

import liuke
from firms import FEW, Doc, docs, month_end, random_docs
from liuke.run import pipeline
from liuke.run.merges import confirm, merge_history, split

if TYPE_CHECKING:
    from collections.abc import Callable

    from liuke.app.firm import Firm
    from liuke.store.runs import Run

MONTHS = 16
FOUNDED = date(2025, 5, 2)  # all documents up to the end of April 2025 are loaded
LATER = date(2025, 6, 10)
LEDGER = ("money_month",)  # as known now
LEDGER_COLUMNS = ("opening_amount", "late_amount", "closing_amount")  # of the leaking bucket
OF_NOW = ("run_id", "measured_at", "seconds", "key", "stages", "sources", "loads", "late", "last_document_on",
          "amount_total", "documents")  # fmt: skip


def said(run: Run) -> dict[str, pl.DataFrame]:
    """Every table and every figure of a run, but those of the moment it was made and of the ledger."""
    found = {name: run.table(name).drop(LEDGER_COLUMNS, strict=False) for name in run.tables if name not in LEDGER}
    found["waterfall"] = found["waterfall"].filter(~pl.col("step").is_in(["late", "opening", "closing"]))
    found["info"] = pl.DataFrame({name: [str(value)] for name, value in run.info.items() if name not in OF_NOW})
    return found


def replayed(firm: Firm, day: date, later: Callable[[Firm], None]) -> None:
    """What a run of a day says does not change by what is done later."""
    before = said(pipeline.run(firm.workspace, as_of=day)[0])
    later(firm)
    after = said(pipeline.run(firm.workspace, as_of=day, again=True)[0])
    assert before.keys() == after.keys()
    for name, table in before.items():
        assert_frame_equal(table, after[name])


def told(firm: Firm, table: str, on: date, rows: list[dict[str, Any]], source: str = "") -> None:
    """Load rows of a small table."""
    path = firm.workspace.root.parent / f"{table}-{source}-{on}.csv"
    pl.DataFrame(rows).write_csv(path)
    firm.load(path, table=table, source=source or table, loaded_on=on)


def documents_before_the_first(firm: Firm) -> None:
    """Of a known customer, of a new one and a return, forgotten so far."""
    far = docs("E1 c0 2023-10-05 900 | E2 stranger 2023-09-01 70 | E3 c1 2023-08-08 -50 | E4 c1 2024-01-01 44 order")
    load_rows(firm, far, LATER, source="invoices")


def documents_recorded_later(firm: Firm) -> None:
    """With the day of their entry, from a source connected later."""
    load_rows(firm, docs("L1 c0 2023-10-05 900 @2025-06-01 | L2 new 2024-02-02 7 @2025-06-01"), LATER, source="shop")


def documents_of_a_new_source(firm: Firm) -> None:
    """A second shop is connected, with its whole history."""
    load_rows(firm, [replace(d, number=f"S{d.number}") for d in random_docs(99, 4, MONTHS)], LATER, source="shop")


def corrections(firm: Firm) -> None:
    """Some documents get another amount, another day, another customer."""
    some = [d for d in random_docs(5, 7, MONTHS) if d.cents > 0][::4]
    moved = [replace(d, on=d.on - timedelta(days=70), lines=((777, "new9", 2),) * len(d.lines)) for d in some]
    load_rows(firm, [replace(d, customer="c3") for d in moved], LATER, source="invoices", part="replace",
              document_key="document_id")  # fmt: skip


def products(firm: Firm) -> None:
    """The products are put into families, some for the first time."""
    rows = [{"product_id": f"{kind}{n}", "family": kind, "service_interval_days": 40} for kind in ("oil", "filter")
            for n in range(3)]  # fmt: skip
    told(firm, "product", LATER, rows)


def people(firm: Firm) -> None:
    """Customers and salespeople are described, and customers assigned."""
    told(firm, "customer", LATER, [{"customer_id": f"c{n}", "grade": "AB"[n % 2], "region": "N", "since": "2020-01-01",
                                    "name": f"N{n}", "referred_by": "c0"} for n in range(1, 6)])  # fmt: skip
    told(firm, "salesperson", LATER, [{"salesperson_id": "W1", "name": "Wang"}])
    told(firm, "assignment", LATER, [{"customer_id": "c1", "from_on": "2024-01-01", "salesperson_id": "W1"}])


def happenings(firm: Firm) -> None:
    """Contacts, complaints, promises and wallets of the time before the day."""
    days = [month_end(n).isoformat() for n in range(4, 12)]
    rows: dict[str, dict[str, Any]] = {
        "contact": {"contact_id": "K{}", "customer_id": "c1", "at": "{day}", "channel": "visit"},
        "complaint": {"complaint_id": "B{}", "customer_id": "c2", "opened_on": "{day}"},
        "promise": {
            "promise_id": "P{}",
            "customer_id": "c3",
            "promised_on": "{day}",
            "due_on": "{day}",
            "kind": "gift",
        },
        "wallet": {"customer_id": "c1", "on": "{day}", "amount": "99999.00", "how": "customer"},
    }
    for table, row in rows.items():
        filled = [{name: text.format(n, day=day) for name, text in row.items()} for n, day in enumerate(days)]
        told(firm, table, LATER, filled)


def merge(firm: Firm) -> None:
    """Two customers turn out to be one."""
    confirm(firm.workspace, {"c0", "c1"}, "c0", "c1", on=LATER)


def merge_and_split(firm: Firm) -> None:
    """A merge that was taken back."""
    confirm(firm.workspace, {"c2", "c3"}, "c2", "c3", on=LATER)
    split(firm.workspace, "c2", on=LATER + timedelta(days=9))


LATE = (documents_before_the_first, documents_recorded_later, documents_of_a_new_source, corrections, products, people,
        happenings, merge, merge_and_split)  # fmt: skip


def firm_with(folder: Path, written: list[Doc]) -> Firm:
    """A firm with documents up to the end of April 2025, loaded on one day."""
    firm = liuke.open(Path(tempfile.mkdtemp(dir=folder)) / "firm")
    load_rows(firm, [*written, *docs("W witness 2025-04-30 1")], FOUNDED, source="invoices")
    return firm


@pytest.mark.parametrize("late", LATE, ids=lambda late: late.__name__)
@settings(FEW, max_examples=1)
@given(seed=st.integers(0, 10_000), position=st.integers(8, 13))
def test_a_past_day_is_replayed_the_same(
    tmp_path: Path, late: Callable[[Firm], None], seed: int, position: int
) -> None:
    written = random_docs(5 if late is corrections else seed, 7, MONTHS)
    replayed(firm_with(tmp_path, written), month_end(position), late)


@pytest.mark.parametrize("source", ["invoices", "shop"])
def test_a_list_that_stood_on_orders_stands_on_them_when_invoices_come_later(tmp_path: Path, source: str) -> None:
    written = [d for d in random_docs(3, 6, MONTHS) if d.kind == "invoice" and d.cents > 0]
    firm = firm_with(tmp_path, [replace(d, kind="order") for d in written])
    invoices = [replace(d, number=f"I{d.number}", recorded=None) for d in written]

    def later(firm: Firm) -> None:
        load_rows(firm, [*invoices, *docs("IW c1 2025-05-31 5")], LATER, source=source)

    replayed(firm, month_end(11), later)
    assert firm.run().info["basis"] == "invoice"
    assert firm.run(as_of=month_end(11)).info["basis"] == "order"


def test_a_merge_counts_from_the_list_that_was_the_newest_when_it_was_confirmed(tmp_path: Path) -> None:
    firm = firm_with(tmp_path, random_docs(4, 5, MONTHS))

    def customers(**when: Any) -> set[str]:
        return set(firm.run(**when).table("customer_now")["customer_id"])

    merge(firm)
    assert "c0" not in customers(), "people see what they did"
    assert "c0" in customers(as_of="2025-03-31")
    assert "c0" not in customers(as_of="2025-03-31", known_by="2025-06-30")
    load_rows(firm, docs("N c1 2025-06-30 5"), date(2025, 7, 2), source="invoices")
    split(firm.workspace, "c0", on=date(2025, 7, 3))
    assert "c0" in customers()
    assert "c0" not in customers(as_of="2025-04-30"), "then it was one with c1"


def test_a_load_on_the_day_of_a_merge_does_not_take_it_from_the_list_it_was_seen_on(tmp_path: Path) -> None:
    """That load completes May: the newest list of the day is another one from then on, and the merge was before."""
    firm = firm_with(tmp_path, random_docs(4, 5, MONTHS))

    def customers(**when: Any) -> set[str]:
        return set(firm.run(**when).table("customer_now")["customer_id"])

    merge(firm)
    assert "c0" not in customers(as_of="2025-04-30")
    load_rows(firm, docs("N c1 2025-05-30 5 | M c0 2025-06-02 5"), LATER, source="invoices")
    assert "c0" not in customers(as_of="2025-04-30"), "the merge was on this list"
    assert "c0" not in customers(as_of="2025-05-31")
    assert "c0" in customers(as_of="2025-03-31")
    split(firm.workspace, "c0", on=LATER)
    assert "c0" in customers(as_of="2025-05-31"), "it was taken back when May's list was the newest"
    assert "c0" not in customers(as_of="2025-04-30")


def test_a_merge_of_the_program_before_counts_by_its_day_alone(tmp_path: Path) -> None:
    firm = firm_with(tmp_path, random_docs(4, 5, MONTHS))
    merge(firm)
    path = firm.workspace.root / "merges.json"
    entries = [{name: entry[name] for name in ("customer_id", "into", "on")} for entry in merge_history(firm.workspace)]
    path.write_text(json.dumps(entries), "utf-8")
    load_rows(firm, docs("N c1 2025-05-30 5 | M c0 2025-06-02 5"), LATER, source="invoices")
    found = {day: set(firm.run(as_of=day).table("customer_now")["customer_id"]) for day in ("2025-04-30", "2025-05-31")}
    assert "c0" in found["2025-04-30"]
    assert "c0" not in found["2025-05-31"]


def test_what_is_first_told_counts_from_the_list_that_was_the_newest_then(tmp_path: Path) -> None:
    firm = firm_with(tmp_path, random_docs(4, 5, MONTHS))

    def grades(**when: Any) -> dict[str, str | None]:
        return dict(firm.run(**when).table("customer_now").select("customer_id", "grade").iter_rows())

    told(firm, "customer", FOUNDED, [{"customer_id": "c0", "grade": "A"}])
    told(firm, "customer", LATER, [{"customer_id": "c0", "grade": "B"}, {"customer_id": "c1", "grade": "C"}])
    now, then = grades(), grades(as_of="2025-03-31")
    assert (now["c0"], now["c1"]) == ("A", "C"), "a first grade at once, another one from the next list on"
    assert (then["c0"], then["c1"]) == ("A", None)
    assert grades(known_by="2025-06-30")["c0"] == "B"

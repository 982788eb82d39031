"""Every audit of every table finds the row that fails it, names it, and lets it in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from firms import docs, held, load
from liuke.facts import contracts
from liuke.kernel.i18n import in_language
from liuke.sources import audits
from liuke.sources.quarantine import QuarantineWriter
from liuke.store.contract_frames import conform
from liuke.store.fact_store import FactStore

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.app.firm import Firm

EARLY, LATE = date(2025, 1, 1), date(2026, 6, 1)
TABLES = contracts()
# a row that fails, then one that is good, by table and audit
ROWS: dict[tuple[str, str], tuple[dict[str, Any], dict[str, Any]]] = {
    ("assignment", "ends_before_it_begins"): ({"from_on": LATE, "to_on": EARLY}, {"from_on": EARLY, "to_on": EARLY}),
    ("complaint", "resolved_before_it_was_made"): ({"opened_on": LATE, "resolved_on": EARLY}, {"opened_on": EARLY}),
    ("complaint", "replied_before_it_was_made"): ({"opened_on": LATE, "replied_on": EARLY}, {"replied_on": EARLY}),
    ("contract", "ends_before_it_was_signed"): ({"signed_on": LATE, "ends_on": EARLY}, {"ends_on": EARLY}),
    ("customer", "is_its_own_parent"): ({"customer_id": "a", "parent_id": "a"}, {"customer_id": "b", "parent_id": "a"}),
    ("customer", "closed_before_it_began"): ({"since": LATE, "closed_on": EARLY}, {"since": EARLY, "closed_on": LATE}),
    ("customer", "referred_itself"): ({"customer_id": "a", "referred_by": "a"}, {"customer_id": "a"}),
    ("document_line", "return_of_a_positive_amount"): (
        {"kind": "return", "amount": Decimal(5)}, {"kind": "invoice", "amount": Decimal(5)},
    ),
    ("document_line", "quantity_against_the_amount"): (
        {"quantity": Decimal(-1), "amount": Decimal(5)}, {"quantity": Decimal(0), "amount": Decimal(5)},
    ),
    ("document_line", "delivered_before_it_was_ordered"): (
        {"kind": "order", "date": LATE, "delivered_on": EARLY},
        {"kind": "invoice", "date": LATE, "delivered_on": EARLY},
    ),
    ("document_line", "paid_long_before_the_document"): (
        {"date": LATE, "paid_on": EARLY}, {"date": LATE, "paid_on": date(2025, 6, 1)},
    ),
    ("inspection", "score_out_of_bounds"): ({"score": Decimal(101)}, {"score": Decimal(100)}),
    ("list_price", "price_is_not_positive"): ({"price": Decimal(0)}, {"price": Decimal("0.01")}),
    ("product", "discontinued_before_it_was_launched"): (
        {"launched_on": LATE, "discontinued_on": EARLY}, {"launched_on": LATE},
    ),
    ("product", "replaces_itself"): ({"product_id": "p", "replaced_by": "p"}, {"product_id": "p", "replaced_by": "q"}),
    ("product", "service_interval_is_not_positive"): ({"service_interval_days": 0}, {"service_interval_days": 1}),
    ("promise", "kept_before_it_was_made"): ({"promised_on": LATE, "kept_on": EARLY}, {"promised_on": LATE}),
    ("promise", "due_before_it_was_made"): ({"promised_on": LATE, "due_on": EARLY}, {"due_on": EARLY}),
    ("receivable", "overdue_more_than_the_balance"): (
        {"balance": Decimal(1), "overdue": Decimal(2)}, {"balance": Decimal(2), "overdue": Decimal(2)},
    ),
    ("salesperson", "left_before_joining"): ({"joined_on": LATE, "left_on": EARLY}, {"joined_on": EARLY}),
    ("salesperson", "is_the_own_manager"): ({"salesperson_id": "w", "manager_id": "w"}, {"salesperson_id": "w"}),
    ("stock_out", "ends_before_it_begins"): ({"from_on": LATE, "to_on": EARLY}, {"from_on": EARLY}),
    ("survey_answer", "answered_before_it_was_sent"): (
        {"asked_on": LATE, "answered_on": EARLY}, {"answered_on": EARLY},
    ),
    ("wallet", "amount_is_not_positive"): ({"amount": Decimal(0)}, {"amount": Decimal(1)}),
}  # fmt: skip


def test_every_audit_is_tried_here() -> None:
    assert {(name, audit) for name, contract in TABLES.items() for audit in contract.audits} == ROWS.keys()


@pytest.mark.parametrize(("table", "audit"), ROWS, ids="-".join)
def test_an_audit_finds_the_failing_row_and_no_good_one(table: str, audit: str, tmp_path: Path) -> None:
    contract = TABLES[table]
    failing, good = ROWS[table, audit]
    rows = pl.concat([conform(pl.LazyFrame([row]), contract) for row in (good, failing)]).collect()
    numbered = rows.with_columns(__row=pl.Series([2, 7], dtype=pl.UInt64))
    with audits.Auditor(contract, QuarantineWriter(tmp_path / "d.csv", contract.columns)) as auditor:
        auditor.look(numbered, "/somewhere/a.csv", None)
    [found] = auditor.found
    assert (found.audit, found.rows, found.first) == (audit, 1, ("a.csv row 7",))
    listed = pl.read_csv(tmp_path / "d.csv", infer_schema=False)
    assert (listed["reason code"].to_list(), listed["row"].to_list()) == ([audit], ["7"])
    assert listed["reason"].to_list() == [contract.audits[audit].says]


def test_all_failing_rows_are_counted_and_listed_over_all_batches_and_the_first_few_named(tmp_path: Path) -> None:
    contract = TABLES["wallet"]
    one = conform(pl.DataFrame([{"amount": Decimal(-1)}] * 4), contract)
    with in_language("zh"), audits.Auditor(contract, QuarantineWriter(tmp_path / "d.csv", contract.columns)) as auditor:
        for batch in range(3):
            auditor.look(one.with_columns(__row=pl.int_range(2, 6, dtype=pl.UInt64)), f"{batch}.xlsx", "明细")
    [found] = auditor.found
    assert (found.rows, len(pl.read_csv(tmp_path / "d.csv"))) == (12, 12)
    assert found.examples() == "0.xlsx [明细] 第 2 行, 0.xlsx [明细] 第 3 行, 0.xlsx [明细] 第 4 行 …"


def test_a_load_lets_the_rows_in_and_says_so_and_the_store_is_audited_whole(firm: Firm) -> None:
    done = load(firm, docs("D1 c1 2025-01-10 -100 invoice | D2 c1 2025-01-11 100,50 | D3 c1 2025-02-11 -5,-6"))
    assert [(one.audit, one.rows) for one in done.broken] == [("quantity_against_the_amount", 3)]
    assert done.doubtful is not None
    assert len(pl.read_csv(done.doubtful)) == 3
    assert len(held(firm)) == 5
    [(table, found)] = audits.audited(FactStore(firm.workspace.facts), contracts())
    assert (table, found.audit, found.rows, found.first) == (
        "document_line", "quantity_against_the_amount", 3, ("D1", "D3"),
    )  # fmt: skip
    clean = load(firm, docs("D1 c1 2025-01-10 100 | D3 c1 2025-02-11 5,6"))
    assert (clean.broken, clean.doubtful) == ([], None)
    assert audits.audited(FactStore(firm.workspace.facts), contracts()) == []


def test_a_dry_run_audits_and_keeps_no_file(firm: Firm) -> None:
    done = load(firm, docs("D1 c1 2025-01-10 -100 invoice"), dry_run=True)
    assert [one.rows for one in done.broken] == [1]
    assert done.doubtful is None
    assert not firm.workspace.quarantine.exists()

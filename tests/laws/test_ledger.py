"""Money is never lost on the way: lines, panel, recount and waterfall agree to the cent; chunks do not matter."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from firms import FEW, Doc, corrected, docs, firm_of, held, load, month_end, panels_of, random_docs
from liuke.run import panels as app_panels
from liuke.run import pipeline
from liuke.store.fact_store import FactStore

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.app.firm import Firm

MONTHS = 16

BASIS = ("invoice", "return")


def cents_by_month(firm: Firm, until: date) -> dict[date, int]:
    """Invoices and returns as the store holds them now, by month end."""
    told: dict[date, int] = {}
    for _, _, kind, on, cents, _ in held(firm):
        if kind in BASIS and on <= until:
            end = month_end((on.year - 2024) * 12 + on.month - 1)
            told[end] = told.get(end, 0) + cents
    return told


def panel_cents(firm: Firm, as_of: date, known_by: date | None = None) -> int:
    """All money of the panel of a run."""
    panels, _ = panels_of(firm, as_of, known_by)
    return sum(int(panel.latest().amount.sum()) for panel in panels)


@settings(FEW, max_examples=3)
@given(seed=st.integers(0, 10_000), position=st.integers(7, MONTHS - 4), share=st.sampled_from([0.0, 0.3]))
def test_the_waterfall_closes_and_equals_the_documents(tmp_path: Path, seed: int, position: int, share: float) -> None:
    """Also where documents came late or were corrected: they stand on a line of their own."""
    written = random_docs(seed, 7, MONTHS)
    firm = firm_of(written, tmp_path)
    if share:
        load(firm, corrected(written, seed, share), loaded_on=date(2026, 5, 5))
    as_of = month_end(position)
    run = firm.run(as_of=as_of)
    ledger = run.table("waterfall").filter(pl.col("scope") == "window")
    money = dict(ledger.select("step", "amount").iter_rows())
    reached = sum(amount for step, amount in money.items() if step != "closing")
    assert reached == money["closing"]
    months = cents_by_month(firm, as_of)
    spans = ledger.row(0, named=True)
    for step, low, high in (("opening", "before_from", "before_to"), ("closing", "from", "to")):
        cents = sum(c for end, c in months.items() if spans[low] <= end <= spans[high])
        assert money[step] == Decimal(cents).scaleb(-2), step
    heads = {r["step"]: r["customers"] for r in ledger.iter_rows(named=True) if r["customers"] is not None}
    assert sum(n for step, n in heads.items() if step != "closing") == heads["closing"]


@settings(FEW, max_examples=2)
@given(seed=st.integers(0, 10_000))
def test_panel_lines_and_recount_agree_to_the_cent(tmp_path: Path, seed: int) -> None:
    written = random_docs(seed, 7, MONTHS)
    firm = firm_of(written, tmp_path)
    load(firm, corrected(written, seed, 0.2), loaded_on=date(2025, 9, 9))
    run = firm.run()
    as_of = date.fromisoformat(run.info["as_of"])
    stored = sum(cents_by_month(firm, as_of).values())
    counted = run.table("money_month").filter(pl.col("kind").is_in(BASIS))["amount"].sum()
    assert int(counted * 100) == stored
    assert Decimal(run.info["amount_total"]) == Decimal(stored).scaleb(-2)
    assert panel_cents(firm, as_of, known_by=date(2026, 12, 31)) == stored
    known = sum(c for _, _, kind, on, c, known in held(firm) if kind in BASIS and on <= as_of and known <= as_of)
    if not any(load_.months[m].superseded for load_ in FactStore(firm.workspace.facts).loads() for m in load_.months):
        assert panel_cents(firm, as_of) == known
    assert run.info["documents"] == len({row[0] for row in held(firm) if row[2] in BASIS and row[3] <= as_of})


def test_what_became_known_late_is_in_the_ledger_and_not_in_the_list(tmp_path: Path) -> None:
    written = [
        Doc(f"D{n}", "c1", date(2024 + n // 12, n % 12 + 1, 15), ((10_000, "p1", 1),)) for n in range(15)
    ] + docs("L1 c1 2025-01-20 7 @2025-06-02 | E c1 2025-03-31 1")
    run = firm_of(written, tmp_path).run(as_of="2025-02-28")
    ledger = run.table("waterfall").filter(pl.col("scope") == "window")
    assert dict(ledger.select("step", "amount").iter_rows())["late"] == Decimal("7.00")
    assert run.info["late"] == "7.00"
    assert run.table("customer_now")["amount_12"].to_list() == [Decimal("1200.00")]
    later = firm_of(written, tmp_path).run(as_of="2025-02-28", known_by="2025-06-30")
    assert later.table("customer_now")["amount_12"].to_list() == [Decimal("1207.00")]
    assert later.info["late"] == "0.00"


@pytest.mark.parametrize("chunk", [1, 3])
def test_the_size_of_a_chunk_does_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    without_orders = [d for d in random_docs(21, 11, MONTHS) if d.customer != "c0" or d.kind == "invoice"]
    firm = firm_of(without_orders, tmp_path)  # the first chunk of one holds nothing but invoices
    whole = firm.run()
    monkeypatch.setattr(app_panels, "CHUNK", chunk)
    made, new = pipeline.run(firm.workspace, again=True)
    assert new
    assert made.tables == whole.tables
    for name in made.tables:
        assert_frame_equal(made.table(name), whole.table(name))


def test_how_many_periods_one_query_covers_does_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from liuke.store.engines.duckdb import DuckDB

    written = random_docs(22, 6, 10)
    at_once = firm_of(written, tmp_path).run()
    monkeypatch.setattr(DuckDB, "periods_a_query", 1)
    one_by_one = firm_of(written, tmp_path).run()
    for name in at_once.tables:
        assert_frame_equal(at_once.table(name), one_by_one.table(name))

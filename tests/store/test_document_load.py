"""Loading again, loading more, loading corrections: what the store holds afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firms import FEW, LATER, Doc, corrected, doc, docs, firm_of, held, load, random_docs
from liuke.kernel.errors import NeedsAnswer, Refused
from liuke.store.fact_store import FactStore

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.app.firm import Firm

FIRST = "D1 c1 2025-01-10 100,50 | D2 c2 2025-01-20 30 | D3 c1 2025-02-05 70"


def store(firm: Firm) -> FactStore:
    return FactStore(firm.workspace.facts)


def cents(firm: Firm) -> int:
    return sum(row[4] for row in held(firm))


def test_loading_the_same_file_twice_changes_nothing(firm: Firm) -> None:
    first = load(firm, docs(FIRST))
    before = held(firm)
    again = load(firm, docs(FIRST))
    assert first.load is not None
    assert again.load is None
    assert held(firm) == before
    assert len(store(firm).loads()) == 1
    assert not list(firm.workspace.facts.glob("staging-*"))


def test_the_order_of_rows_does_not_make_a_document_another_one(firm: Firm) -> None:
    load(firm, docs(FIRST))
    turned = [replace(each, lines=each.lines[::-1]) for each in reversed(docs(FIRST))]
    assert load(firm, turned).load is None


def test_a_longer_export_adds_only_what_is_new(firm: Firm) -> None:
    load(firm, docs(FIRST))
    longer = load(firm, docs(f"{FIRST} | D4 c3 2025-02-20 11"))
    assert longer.load is not None
    assert longer.load.documents == {"new": 1, "same": 3}
    assert cents(firm) == 26_100


def test_documents_of_new_ground_are_known_on_their_own_day_and_those_of_old_ground_when_loaded(firm: Firm) -> None:
    load(firm, docs(FIRST), loaded_on=date(2025, 2, 6))
    load(firm, docs("D4 c3 2025-02-20 11 | D5 c3 2025-01-31 12"), loaded_on=date(2025, 3, 9))
    known = {row[0]: row[5] for row in held(firm)}
    assert known == {
        "D1": date(2025, 1, 10),
        "D2": date(2025, 1, 20),
        "D3": date(2025, 2, 5),
        "D4": date(2025, 2, 20),
        "D5": date(2025, 3, 9),
    }


def test_a_day_of_recording_in_the_file_is_believed(firm: Firm) -> None:
    load(firm, docs("D1 c1 2025-01-10 100 @2025-03-02 | D2 c1 2025-01-12 100 @2025-01-01"))
    assert [row[5] for row in held(firm)] == [date(2025, 3, 2), date(2025, 1, 12)]


def test_a_corrected_document_supersedes_its_older_self_and_both_clocks_stay(firm: Firm) -> None:
    load(firm, docs(FIRST))
    done = load(firm, docs("D1 c1 2025-01-10 100,40 | D2 c2 2025-01-20 30"), loaded_on=date(2026, 3, 5))
    assert done.load is not None
    assert done.load.documents == {"corrected": 1, "same": 1}
    assert cents(firm) == 24_000
    both = [row for row in held(firm, superseded=True) if row[0] == "D1"]
    assert sorted((row[4], row[5]) for row in both) == [
        (4_000, date(2026, 3, 5)),
        (5_000, date(2025, 1, 10)),
        (10_000, date(2025, 1, 10)),
        (10_000, date(2026, 3, 5)),
    ]


def test_another_source_may_use_the_same_numbers(firm: Firm) -> None:
    load(firm, docs(FIRST))
    other = load(firm, docs("D1 c9 2025-01-10 5"), source="shop")
    assert other.load is not None
    assert other.load.documents == {"new": 1}
    assert cents(firm) == 25_500


def test_a_correction_the_file_does_not_date_is_known_from_the_day_it_was_loaded(firm: Firm) -> None:
    """The day of entry of many exports stays that of the first version."""
    load(firm, docs("D1 c1 2025-01-10 100 @2025-01-11"), loaded_on=date(2025, 2, 1))
    load(firm, docs("D1 c1 2025-01-10 80 @2025-01-11"), loaded_on=date(2025, 4, 1))
    assert [row[4:] for row in held(firm)] == [(8_000, date(2025, 4, 1))]


def test_a_correction_with_a_later_day_of_entry_is_known_from_that_day(firm: Firm) -> None:
    load(firm, docs("D1 c1 2025-01-10 100 @2025-01-11"), loaded_on=date(2025, 2, 1))
    load(firm, docs("D1 c1 2025-01-10 80 @2025-03-15"), loaded_on=date(2025, 4, 1))
    assert [row[4:] for row in held(firm)] == [(8_000, date(2025, 3, 15))]


def test_the_lines_a_correction_leaves_as_they_were_are_never_counted_twice(firm: Firm, tmp_path: Path) -> None:
    """Each line of the corrected document carries its own day of entry; the old lines hold until the new ones do."""
    import polars as pl

    from firms import frame

    load(firm, docs("D1 c1 2025-01-10 100 @2025-01-11"), loaded_on=date(2025, 2, 1))
    longer = frame(docs("D1 c1 2025-01-10 100,40 @2025-01-11"))
    longer = longer.with_columns(recorded_on=pl.Series([date(2025, 1, 11), date(2025, 3, 15)]))
    longer.write_parquet(tmp_path / "longer.parquet")
    firm.load(tmp_path / "longer.parquet", source="invoices", loaded_on=date(2025, 4, 1))
    assert {row[5] for row in held(firm)} == {date(2025, 3, 15)}


def test_without_numbers_equal_rows_are_counted_and_the_larger_count_is_kept(firm: Firm) -> None:
    once = docs("- c1 2025-01-10 5 | - c1 2025-01-10 5 | - c2 2025-01-11 7")
    assert load(firm, once).load is not None
    assert cents(firm) == 1_700
    assert load(firm, once).load is None
    assert load(firm, once[:1] + once[2:]).load is None, "fewer equal rows: what is held stays"
    grown = load(firm, [*once, *docs("- c1 2025-01-10 5 | - c1 2025-01-10 6")], loaded_on=date(2026, 3, 2))
    assert grown.load is not None
    assert grown.load.documents == {"grown": 1, "same": 1}
    assert cents(firm) == 2_800
    assert load(firm, [*once, *docs("- c1 2025-01-10 5 | - c1 2025-01-10 6")]).load is None


def test_exact_duplicate_lines_within_one_document_stay(firm: Firm) -> None:
    twice = Doc("D1", "c1", date(2025, 1, 10), ((500, "p0", 1), (500, "p0", 1), (900, "p1", 1)))
    load(firm, [twice])
    assert [row[4] for row in held(firm)] == [500, 500, 900]
    assert load(firm, [twice]).load is None


def test_a_file_with_part_of_a_known_document_asks(firm: Firm) -> None:
    load(firm, docs(FIRST))
    before = held(firm)
    with pytest.raises(NeedsAnswer, match="D1") as caught:
        load(firm, docs("D1 c1 2025-01-10 100"))
    assert "--part keep" in caught.value.text()
    assert held(firm) == before
    kept = load(firm, docs("D1 c1 2025-01-10 100"), part="keep")
    assert kept.load is None
    assert held(firm) == before
    load(firm, docs("D1 c1 2025-01-10 100"), part="replace")
    assert cents(firm) == 20_000


def test_numbers_that_start_again_each_year_ask_and_can_be_told_apart(firm: Firm) -> None:
    load(firm, docs("1 c1 2024-01-10 100 | 2 c2 2024-01-20 30"))
    before = held(firm)
    with pytest.raises(NeedsAnswer, match="used before") as caught:
        load(firm, docs("1 c1 2025-01-11 5"))
    assert "document_id+year" in caught.value.text()
    assert held(firm) == before
    load(firm, docs("1 c1 2025-01-11 5"), document_key="document_id+year")
    assert cents(firm) == 13_500


def test_numbers_used_by_two_customers_or_twice_in_a_file_are_told_apart_by_themselves(firm: Firm) -> None:
    by_customer = load(firm, docs("1 c1 2025-01-10 100 | 1 c2 2025-01-20 30"))
    assert by_customer.load is not None
    assert by_customer.load.document_key == "document_id+customer_id"
    assert by_customer.load.documents == {"new": 2}
    by_year = load(firm, docs("1 c1 2024-01-10 100 | 1 c1 2025-01-20 30"), source="shop")
    assert by_year.load is not None
    assert by_year.load.document_key == "document_id+year"
    both = load(firm, docs("1 c1 2024-01-10 1 | 1 c2 2024-01-10 1 | 1 c1 2025-01-20 3"), source="stall")
    assert both.load is not None
    assert both.load.document_key == "document_id+customer_id+year"
    assert both.load.documents == {"new": 3}


def test_the_key_found_first_is_used_for_later_files_of_the_source(firm: Firm) -> None:
    load(firm, docs("1 c1 2025-01-10 100 | 1 c2 2025-01-20 30"))
    later = load(firm, docs("2 c1 2025-02-10 100"))
    assert later.load is not None
    assert later.load.document_key == "document_id+customer_id"


def test_an_invoice_document_below_zero_is_a_return_and_a_mixed_one_is_not(firm: Firm) -> None:
    load(firm, docs("D1 c1 2025-01-10 -100 | D2 c1 2025-01-10 100,-30 | D3 c1 2025-01-11 -5 order"))
    assert [(row[0], row[2], row[4]) for row in held(firm)] == [
        ("D1", "return", -10_000),
        ("D2", "invoice", -3_000),
        ("D2", "invoice", 10_000),
        ("D3", "order", -500),
    ]


def test_only_the_newest_load_of_a_source_can_be_undone(firm: Firm) -> None:
    load(firm, docs(FIRST))
    load(firm, docs("D4 c3 2025-02-20 11"))
    load(firm, docs("S1 c4 2025-02-20 11"), source="shop")
    with pytest.raises(Refused, match="0002"):
        firm.unload("0001")
    with pytest.raises(Refused, match="no load"):
        firm.unload("0009")
    firm.unload("0002")
    firm.unload("0001")
    assert [row[0] for row in held(firm)] == ["S1"]


def test_a_customer_two_sources_share_stays_when_the_source_that_came_first_goes(firm: Firm) -> None:
    load(firm, docs(FIRST))
    load(firm, docs("S1 c1 2025-02-20 11 | S2 c7 2025-02-21 12"), source="shop")
    firm.unload("0001")
    assert [row[:2] for row in held(firm)] == [("S1", "c1"), ("S2", "c7")]
    load(firm, docs("D8 c8 2025-03-03 9 | D9 c7 2025-03-03 9"))
    assert [row[:2] for row in held(firm)] == [("D8", "c8"), ("D9", "c7"), ("S1", "c1"), ("S2", "c7")]


@FEW
@given(seed=st.integers(0, 10_000))
def test_undoing_a_load_leaves_what_never_loading_it_would(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    folder = tmp_path_factory.mktemp("undo")
    written = random_docs(seed, 5, 8)
    half = len(written) // 2
    never = firm_of(written[:half], folder)
    undone = firm_of(written[:half], folder)
    load(undone, corrected(written, seed, 0.3), loaded_on=date(2026, 4, 1))
    newest = store(undone).loads()[-1].load_id
    assert newest == "0002"
    undone.unload(newest)
    assert held(undone) == held(never)
    assert store(undone).next_id() == "0003", "a number once given is not given again"
    assert not list(undone.workspace.facts.glob("staging-*"))


@FEW
@given(seed=st.integers(0, 10_000), cut=st.floats(0, 1), numbered=st.booleans())
def test_overlapping_exports_hold_what_one_whole_export_holds(
    tmp_path_factory: pytest.TempPathFactory, seed: int, cut: float, numbered: bool
) -> None:
    folder = tmp_path_factory.mktemp("overlap")
    written = sorted(random_docs(seed, 5, 8, late=False), key=lambda each: each.on)
    if not numbered:
        written = [replace(each, number=None, recorded=None) for each in written]
    at = max(1, round(cut * len(written)))
    whole = firm_of(written, folder)
    parts = firm_of(written[:at], folder)
    load(parts, written[at // 2 :])
    load(parts, written)

    def bare(firm: Firm) -> list[tuple[object, ...]]:
        return [(number, customer, on, cents) for number, customer, _, on, cents, _ in held(firm)]

    assert sorted(bare(parts), key=str) == sorted(bare(whole), key=str)


def test_the_account_of_a_load_ties_to_the_cent(firm: Firm) -> None:
    done = load(firm, docs(FIRST))
    assert done.load is not None
    assert Decimal(done.load.sum_read) == Decimal(done.load.sum_loaded) == Decimal("250.00")
    assert (done.load.rows_read, done.load.rows_loaded, done.load.rows_quarantined) == (4, 4, 0)


def test_a_dry_run_stores_nothing(firm: Firm) -> None:
    done = load(firm, docs(FIRST), dry_run=True)
    assert done.load is None
    assert done.account.rows_loaded == 4
    assert store(firm).loads() == []
    assert not firm.workspace.mappings.exists()
    assert doc("D1 c1 2025-01-10 1").on < LATER

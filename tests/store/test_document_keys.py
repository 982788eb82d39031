"""Numbers that begin anew each month or year: every document is kept once, whatever way its files come in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firms import FEW, Doc, docs, firm_of, held, load
from liuke.kernel.errors import NeedsAnswer

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.app.firm import Firm

MONTHS = [(2024 + at // 12, at % 12 + 1) for at in range(6, 18)]  # a turn of the year in the middle


def monthly_files(seed: int, months: list[tuple[int, int]] = MONTHS, price: int | None = None) -> list[list[Doc]]:
    """One file a month whose numbers begin at 0001; `price`: all lines cost the same."""
    random = np.random.default_rng(seed)
    files = []
    for year, month in months:
        made = []
        for number in range(int(random.integers(6, 12))):
            cents = price or int(random.integers(1_000, 90_000))
            on = date(year, month, 1 + 2 * number)
            made.append(Doc(f"{number + 1:04d}", f"c{random.integers(0, 8)}", on, ((cents, "p0", 1),)))
        files.append(made)
    return files


def kept(firm: Firm) -> list[tuple[object, ...]]:
    return sorted((number, customer, on, cents) for number, customer, _, on, cents, _ in held(firm))


def lines(written: list[Doc]) -> list[tuple[object, ...]]:
    return sorted((each.number, each.customer, each.on, cents) for each in written for cents, _, _ in each.lines)


@FEW
@given(seed=st.integers(0, 10_000), order=st.permutations(range(12)), at=st.integers(0, 11), same=st.booleans())
def test_twelve_monthly_files_in_any_order_keep_every_document_once(
    tmp_path_factory: pytest.TempPathFactory, seed: int, order: list[int], at: int, same: bool
) -> None:
    files = monthly_files(seed, price=5_000 if same else None)
    firm = firm_of(files[order[0]], tmp_path_factory.mktemp("monthly"))
    for nth in order[1:]:
        done = load(firm, files[nth])
        assert done.load is not None
        assert done.load.documents == {"new": len(files[nth])}
        assert done.load.document_key == "document_id+month"
    every = [each for file in files for each in file]
    assert kept(firm) == lines(every)
    # one amount put right, in the month's own file
    first = files[at][0]
    right = replace(first, lines=((first.cents + 100, "p0", 1),))
    done = load(firm, [right, *files[at][1:]])
    assert done.load is not None
    assert done.load.documents == {"corrected": 1, "same": len(files[at]) - 1}
    assert kept(firm) == lines([right if each is first else each for each in every])
    # the whole year as one file says nothing new
    files[at][0] = right
    assert load(firm, [each for file in files for each in file]).load is None


@FEW
@given(seed=st.integers(0, 10_000), months=st.integers(2, 5))
def test_one_file_of_months_and_a_longer_one_hold_what_monthly_files_hold(
    tmp_path_factory: pytest.TempPathFactory, seed: int, months: int
) -> None:
    files = monthly_files(seed)
    every = [each for file in files for each in file]
    whole = firm_of(every, tmp_path_factory.mktemp("whole"))
    assert kept(whole) == lines(every)
    grown = firm_of(files[0], tmp_path_factory.mktemp("grown"))  # one month proves nothing …
    assert load(grown, [each for file in files[:months] for each in file]).load is not None  # … several do
    load(grown, every)
    assert kept(grown) == lines(every)


def test_what_was_found_is_said_once(firm: Firm) -> None:
    first, second, third = monthly_files(1)[:3]
    assert not [note for note in load(firm, first).notes if "begin anew" in note.text()]
    assert [note for note in load(firm, second).notes if "begin anew each month" in note.text()]
    assert not [note for note in load(firm, third).notes if "begin anew" in note.text()]


def test_numbers_that_begin_anew_each_year_are_told_from_those_of_months(firm: Firm) -> None:
    def year(number: int) -> list[Doc]:
        random = np.random.default_rng(number)
        return [
            Doc(f"{n:03d}", f"c{random.integers(0, 9)}", date(number, 1 + n // 5, 1 + n % 5 * 5), ((n * 100, "p0", 1),))
            for n in range(1, 56)
        ]

    load(firm, year(2023))
    done = load(firm, year(2024))
    assert done.load is not None
    assert done.load.document_key == "document_id+year"
    assert done.load.documents == {"new": 55}
    whole = load(firm, [*year(2021), *year(2022)], source="archive")
    assert whole.load is not None
    assert whole.load.document_key == "document_id+year"


def test_customers_that_share_numbers_within_a_month_are_told_apart_too(firm: Firm) -> None:
    """Every shop begins at 001 on the first of the month; the customer is the shop's."""
    random = np.random.default_rng(3)
    written = [
        Doc(f"{n:03d}", f"shop{shop}", date(2025, month, n), ((int(random.integers(100, 9_000)), "p0", 1),))
        for month in (1, 2, 3)
        for shop in (1, 2)
        for n in range(1, 9)
    ]
    done = load(firm, written)
    assert done.load is not None
    assert done.load.document_key == "document_id+customer_id+month"
    assert done.load.documents == {"new": 48}


@pytest.mark.parametrize(
    ("again", "offered"),
    [
        ("D1 c9 2025-02-14 999", "document_id+month"),  # another customer, another month
        ("D1 c1 2025-02-14 999", "document_id+month"),  # the same customer, nothing of the content
        ("D1 c9 2025-01-24 999", "document_id+customer_id"),  # within the month nothing is left of it
        ("D1 c9 2026-01-10 100,50", "document_id+year"),
    ],
)
def test_a_correction_that_leaves_hardly_anything_is_asked(firm: Firm, again: str, offered: str) -> None:
    written = "D1 c1 2025-01-10 100,50 | D2 c2 2025-01-20 30 | D3 c1 2025-01-25 70 | D4 c3 2025-01-26 71"
    load(firm, docs(written))
    before = held(firm)
    with pytest.raises(NeedsAnswer, match="D1") as asked:
        load(firm, docs(again))
    assert offered in [key for key, _ in asked.value.choices]
    assert "--document-key document_id" in asked.value.text()
    assert held(firm) == before
    done = load(firm, docs(again), document_key=offered)
    assert done.load is not None
    assert done.load.documents == {"new": 1}
    assert set(before) < set(held(firm))


@pytest.mark.parametrize(
    "again",
    [
        "D1 c1 2025-01-10 100,40",  # an amount
        "D1 c9 2025-01-10 100,50",  # the customer
        "D1 c9 2025-01-24 100,50",  # customer and day, but all its lines
        "D1 c1 2025-02-14 100,50,7",  # the month, with a line more
        "D3 c1 2025-02-01 75",  # a few days, and the amount
        "D1 c9 2025-01-10 1,2",  # everything but the day
    ],
)
def test_a_correction_that_leaves_something_is_taken(firm: Firm, again: str) -> None:
    load(firm, docs("D1 c1 2025-01-10 100,50 | D2 c2 2025-01-20 30 | D3 c1 2025-01-31 70"))
    done = load(firm, docs(again))
    assert done.load is not None
    assert done.load.documents == {"corrected": 1}


def test_an_order_delivered_in_parts_over_two_files_is_asked_and_not_replaced(firm: Firm) -> None:
    load(firm, docs("A1 c1 2025-01-10 100 | A2 c2 2025-01-20 30 | A3 c3 2025-01-30 10 | A4 c4 2025-01-30 10"))
    with pytest.raises(NeedsAnswer):
        load(firm, docs("A1 c1 2025-02-20 250 | A5 c2 2025-02-21 31 | A6 c2 2025-02-22 32 | A7 c2 2025-02-23 33"))


def test_a_firm_whose_contract_number_stands_on_each_months_invoice_keeps_every_invoice(tmp_path: Path) -> None:
    written = [
        Doc(f"K{n}", f"c{n}", date(2025, month, 5), ((n * 1_000 + month, "p0", 1),))
        for month in range(1, 7)
        for n in range(6)
    ]
    assert len({(number, on) for number, _, on, _ in kept(firm_of(written, tmp_path))}) == 36


def test_numbers_that_do_not_begin_anew_stay_without_a_span(tmp_path: Path) -> None:
    """Documents whose lines lie in two months, some numbers that occur twice by mistake."""
    written = [Doc(f"N{n}", f"c{n % 7}", date(2025, 1 + n // 20, 1 + n % 20), ((n * 100, "p0", 1),)) for n in range(80)]
    over = [replace(written[n], on=date(2025, 2 + n // 20, 1)) for n in (19, 39, 59)]
    firm = firm_of([*written, *over], tmp_path)
    again = load(firm, [*written, *over, Doc("N99", "c1", date(2025, 5, 1), ((1, "p0", 1),))])
    assert again.load is not None
    assert again.load.document_key == "document_id"
    assert again.load.documents == {"new": 1, "same": 80}

"""What customers met: events by hand, the law of time, and every kind of exposure against its table."""

from __future__ import annotations

import time
import tracemalloc
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liuke.facts import contracts
from liuke.kernel.period import Periods, day_number
from liuke.panel.exposure import ENDLESS, EVENT, Events, exposures, row_of
from liuke.panel.line_tables import line_tables
from liuke.panel.panel import NEVER
from liuke.store.fact_store import conform, empty

PERIODS = Periods("month", 2025 * 12, 2025 * 12 + 5)  # January to June 2025
FADE_DAYS = 300.0


def events(*rows: tuple[int, str, str, str]) -> Events:
    """Events of customers by code: day, day known, day over ("" for never)."""
    numbers = [
        (code, *(day_number(date.fromisoformat(day)) if day else int(ENDLESS) for day in days)) for code, *days in rows
    ]
    return made_of(sorted(numbers))


def made_of(numbers: list[tuple[int, ...]]) -> Events:
    """Events of strength 1 from (code, day, known on, until), in order."""
    days = np.array(numbers, np.int32).reshape(-1, 4).T
    rows = pl.DataFrame({"table": ["complaint"] * len(numbers), "row_id": [str(n) for n in range(len(numbers))]})
    return Events(*days, np.ones(len(numbers), np.float32), rows, FADE_DAYS)


def test_three_events_by_hand() -> None:
    """c1 met two, the second known a month late; c2's ended in April; c3 met nothing; c4 is not asked about."""
    happened = events(
        (1, "2025-01-31", "2025-01-31", ""),
        (1, "2025-02-28", "2025-04-01", ""),
        (2, "2025-02-10", "2025-02-10", "2025-04-20"),
        (4, "2025-02-10", "2025-02-10", ""),
    )
    met = happened.weigh(np.array([1, 2, 2, 3], np.int32), PERIODS.ends)
    faded = np.exp(-np.array([0, 28, 59, 89, 120, 150]) / FADE_DAYS)
    second = np.array([0, 0, 0, *np.exp(-np.array([61, 92, 122]) / FADE_DAYS)])
    assert met.weight[0] == pytest.approx(faded + second)
    assert met.weight[1] == pytest.approx([0, np.exp(-18 / FADE_DAYS), np.exp(-49 / FADE_DAYS), 0, 0, 0])
    assert np.array_equal(met.weight[1], met.weight[2])  # two vintages of one customer met the same
    assert not met.weight[3].any()
    january, february = (day_number(date(2025, 1, 31)), day_number(date(2025, 2, 28)))
    assert met.last_on[0].tolist() == [january, january, january, february, february, february]
    assert met.last_on[1].tolist() == [NEVER, *[day_number(date(2025, 2, 10))] * 2, NEVER, NEVER, NEVER]


@given(
    st.lists(st.tuples(st.integers(0, 5), *[st.integers(-40, 200)] * 3), max_size=20),
    st.lists(st.tuples(st.integers(0, 5), *[st.integers(-40, 200)] * 3), max_size=20),
    st.integers(0, 5),
)
@settings(max_examples=100, deadline=None)
def test_what_happens_or_becomes_known_later_changes_nothing(
    before: list[tuple[int, int, int, int]], later: list[tuple[int, int, int, int]], at: int
) -> None:
    end, start = int(PERIODS.ends[at]), int(PERIODS.starts[0])

    def made(rows: list[tuple[int, int, int, int]]) -> Events:
        days = [
            (code, start + day, start + day + max(wait, 0), start + day + max(length, 1))
            for code, day, wait, length in sorted(rows)
        ]
        return made_of(days)

    known = [row for row in before if start + row[1] + max(row[2], 0) <= end]
    moved = [(code, end - start + 1 + abs(day), wait, length) for code, day, wait, length in later]
    customers = np.arange(6, dtype=np.int32)
    mine, theirs = (made(rows).weigh(customers, PERIODS.ends) for rows in (known, known + moved))
    keep = slice(0, at + 1)
    assert np.allclose(mine.weight[:, keep], theirs.weight[:, keep])
    assert np.array_equal(mine.last_on[:, keep], theirs.last_on[:, keep])


@pytest.mark.parametrize("name", exposures())
def test_every_kind_reads_a_canonical_table_and_knows_nobody_in_an_empty_one(name: str) -> None:
    kind = exposures()[name]
    none = {table: pl.DataFrame(schema=told.SCHEMA) for table, told in line_tables().items()}
    found = kind.events({name: none[name] if name in none else empty(contracts()[name]) for name in kind.READS})
    assert dict(found.schema) == EVENT
    assert found.is_empty()
    assert kind.FADE_DAYS > 0
    assert kind.IN_MODEL in {True, False}


def told(table: str, *rows: dict[str, object]) -> pl.DataFrame:
    """Rows of a canonical table, blank where nothing is said."""
    return conform(pl.DataFrame(list(rows)), contracts()[table])


def test_complaints_and_promises_five_rows_each() -> None:
    day = date(2025, 3, 1)
    later = day + timedelta(days=30)
    complaint = told(
        "complaint",
        {"complaint_id": "1", "customer_id": "open", "opened_on": day},
        {"complaint_id": "2", "customer_id": "displeased", "opened_on": day, "resolved_on": later, "verdict": "不满意"},
        {"complaint_id": "3", "customer_id": "content", "opened_on": day, "resolved_on": later, "verdict": "基本满意"},
        {"complaint_id": "4", "customer_id": "again", "opened_on": day, "resolved_on": later, "reopened": True},
        {"complaint_id": "5", "customer_id": "at once", "opened_on": day, "resolved_on": day, "verdict": "satisfied"},
    )
    unsettled = exposures()["complaint_open"].events({"complaint": complaint})
    assert unsettled.select("customer_id", "until").rows() == [
        ("open", None), ("displeased", later), ("content", later), ("again", later)
    ]  # fmt: skip
    badly = exposures()["complaint_handled_badly"].events({"complaint": complaint})
    assert badly.select("customer_id", "day").rows() == [("displeased", later), ("again", later)]
    promise = told(
        "promise",
        {"promise_id": "1", "customer_id": "never", "promised_on": day, "due_on": later},
        {"promise_id": "2", "customer_id": "late", "promised_on": day, "due_on": day, "kept_on": later},
        {"promise_id": "3", "customer_id": "a week", "promised_on": day, "due_on": day, "kept_on": date(2025, 3, 8)},
        {"promise_id": "4", "customer_id": "no day", "promised_on": day},
        {"promise_id": "5", "customer_id": "early", "promised_on": day, "due_on": later, "kept_on": day},
    )
    broken = exposures()["promise_broken"].events({"promise": promise})
    assert broken.select("customer_id", "day").rows() == [("never", date(2025, 4, 10)), ("late", date(2025, 3, 11))]
    assert broken.select("table", "row_id").rows() == [("promise", "1"), ("promise", "2")]  # the rows that tell of it


def test_a_weaker_event_weighs_less_and_one_that_does_not_fade_weighs_on() -> None:
    told = events((1, "2025-01-31", "2025-01-31", ""), (1, "2025-02-28", "2025-02-28", "2025-05-01"))
    weak = replace(told, strength=np.array([0.5, 2.0], np.float32), fade_days=float("inf"))
    assert weak.weigh(np.array([1], np.int32), PERIODS.ends).weight.tolist() == [[0.5, 2.5, 2.5, 2.5, 0.5, 0.5]]


EVENT_ROWS = st.lists(
    st.tuples(
        st.integers(0, 7), st.integers(-900, 260), st.integers(0, 60), st.integers(0, 400), st.floats(0.015625, 3)
    ),
    max_size=60,
)


@given(EVENT_ROWS, st.sampled_from([20.0, FADE_DAYS, float("inf")]), st.permutations(range(6)), st.integers(0, 6))
@settings(max_examples=200, deadline=None)
def test_weights_are_the_plain_sum_over_all_that_counts(
    rows: list[tuple[int, int, int, int, float]], fade_days: float, order: list[int], asked: int
) -> None:
    start = int(PERIODS.starts[0])
    told = [
        (code, start + day, start + day + wait, start + day + lasts if lasts < 300 else int(ENDLESS))
        for code, day, wait, lasts, _ in sorted(rows)
    ]
    strength = np.array([row[4] for row in sorted(rows)], np.float32)
    made = replace(made_of(told), strength=strength, fade_days=fade_days)
    customers, ends = np.array([1, 1, 3, 4, 7], np.int32), PERIODS.ends[order[:asked]]
    met = made.weigh(customers, ends)
    weight, last_on = np.zeros((5, asked)), np.full((5, asked), NEVER)
    for row, code in enumerate(customers):
        for at, end in enumerate(ends):
            for (whose, day, known_on, until), strong in zip(told, strength, strict=True):
                if whose == code and known_on <= end < until:
                    weight[row, at] += strong * np.exp((day - end) / fade_days)
                    last_on[row, at] = max(last_on[row, at], day)
    assert np.allclose(met.weight, weight, rtol=1e-12, atol=0)
    assert np.array_equal(met.last_on, last_on)
    assert met.last_on.dtype == np.int32


def test_many_events_are_weighed_quickly_and_in_little_memory() -> None:
    """200,000 events of 3,000 customers at 24 ends: one dense mask of them would be 4.8 MB, its positions 75 MB."""
    random, ends = np.random.default_rng(0), Periods("month", 2023 * 12, 2024 * 12 + 11).ends
    number = 200_000
    day = random.integers(ends[0] - 400, ends[-1], number).astype(np.int32)
    until = np.where(random.random(number) < 0.2, day + 40, ENDLESS).astype(np.int32)
    code = np.sort(random.integers(0, 3000, number)).astype(np.int32)
    rows = pl.DataFrame({"table": ["t"], "row_id": ["1"]}).select(pl.all().repeat_by(number).explode())
    many = Events(code, day, day, until, np.ones(number, np.float32), rows, FADE_DAYS)
    everybody = np.arange(3000, dtype=np.int32)
    many.weigh(everybody, ends)
    tracemalloc.start()
    many.weigh(everybody, ends)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 40_000_000
    began = time.process_time()
    for _ in range(5):
        many.weigh(everybody, ends)
    assert time.process_time() - began < 5 * 0.3  # about .03 s each; the dense mask took .5 s


def test_since_when_the_tables_tell_stays_with_whatever_is_picked() -> None:
    happened = replace(events((1, "2025-01-31", "2025-01-31", ""), (2, "2025-02-10", "2025-02-10", "")), told_from=7)
    picked = happened.pick(np.array([True, False]))
    assert [picked.told_from, len(picked)] == [7, 1]
    assert happened.between(np.array([2], np.int32)).told_from == 7
    assert happened.between(np.array([], np.int32)).told_from == 7
    assert happened.known_by(0).told_from == 7
    assert events((1, "2025-01-31", "2025-01-31", "")).told_from == NEVER  # nobody said: from ever


def test_what_became_known_later_is_gone_and_what_ended_later_is_not_over() -> None:
    told = events((1, "2025-01-31", "2025-03-05", ""), (2, "2025-02-10", "2025-02-10", "2025-04-20"))
    then = told.known_by(day_number(date(2025, 2, 28)))
    assert (then.customer.tolist(), then.until.tolist()) == ([2], [int(ENDLESS)])
    assert then.rows["row_id"].to_list() == ["1"]


def test_the_row_behind_an_event_is_named_by_its_grain() -> None:
    served = told("assignment", {"customer_id": "c1", "from_on": date(2025, 1, 1), "salesperson_id": "s1"})
    assert served.select(**row_of("assignment")).rows() == [("assignment", "c1 2025-01-01")]


def test_thirty_kinds_of_a_million_customers_cost_no_dense_memory() -> None:
    """A chunk's panel holds views of the events: nothing is allocated for the periods of its customers."""
    number = 200_000
    numbers = np.sort(np.random.default_rng(0).integers(0, 1_000_000, number)).astype(np.int32)
    day = np.full(number, int(PERIODS.ends[0]), np.int32)
    rows = pl.DataFrame({"table": ["complaint"]}).select(
        pl.col("table").repeat_by(number).explode(), row_id=pl.lit("1")
    )
    one = Events(numbers, day, day, np.full(number, ENDLESS), np.ones(number, np.float32), rows, FADE_DAYS)
    chunk = np.arange(500_000, 532_768, dtype=np.int32)
    tracemalloc.start()
    kinds = [one.between(chunk) for _ in range(30)]
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert all(np.shares_memory(kind.day, one.day) for kind in kinds)
    assert held < 200_000  # bytes; a dense weight of 36 periods would be 9.4 MB a kind

"""What customers met: events by hand, the law of time, and every kind of exposure against its table."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liuke.facts import contracts
from liuke.kernel.period import Periods, day_number
from liuke.panel.exposure import ENDLESS, FADE_DAYS, Events, exposures
from liuke.panel.panel import NEVER
from liuke.store.fact_store import conform, empty

PERIODS = Periods("month", 2025 * 12, 2025 * 12 + 5)  # January to June 2025
EVENT = {"customer_id": pl.String, "day": pl.Date, "known_on": pl.Date, "until": pl.Date}


def events(*rows: tuple[int, str, str, str]) -> Events:
    """Events of customers by code: day, day known, day over ("" for never)."""
    numbers = [
        (code, *(day_number(date.fromisoformat(day)) if day else int(ENDLESS) for day in days)) for code, *days in rows
    ]
    return Events(*np.array(sorted(numbers), np.int32).reshape(-1, 4).T)


def test_three_events_by_hand() -> None:
    """c1 met two, the second known a month late; c2's ended in April; c3 met nothing; c4 is not asked about."""
    happened = events(
        (1, "2025-01-31", "2025-01-31", ""),
        (1, "2025-02-28", "2025-04-01", ""),
        (2, "2025-02-10", "2025-02-10", "2025-04-20"),
        (4, "2025-02-10", "2025-02-10", ""),
    )
    met = happened.met(np.array([1, 2, 2, 3], np.int32), PERIODS.ends)
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
        return Events(*np.array(days, np.int32).reshape(-1, 4).T)

    known = [row for row in before if start + row[1] + max(row[2], 0) <= end]
    moved = [(code, end - start + 1 + abs(day), wait, length) for code, day, wait, length in later]
    customers = np.arange(6, dtype=np.int32)
    mine, theirs = (made(rows).met(customers, PERIODS.ends) for rows in (known, known + moved))
    keep = slice(0, at + 1)
    assert np.allclose(mine.weight[:, keep], theirs.weight[:, keep])
    assert np.array_equal(mine.last_on[:, keep], theirs.last_on[:, keep])


@pytest.mark.parametrize("name", exposures())
def test_every_kind_reads_a_canonical_table_and_knows_nobody_in_an_empty_one(name: str) -> None:
    kind = exposures()[name]
    found = kind.events(empty(contracts()[kind.TABLE]))
    assert dict(found.schema) == EVENT
    assert found.is_empty()


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
    unsettled = exposures()["complaint_open"].events(complaint)
    assert unsettled.select("customer_id", "until").rows() == [
        ("open", None), ("displeased", later), ("content", later), ("again", later)
    ]  # fmt: skip
    badly = exposures()["complaint_handled_badly"].events(complaint)
    assert badly.select("customer_id", "day").rows() == [("displeased", later), ("again", later)]
    promise = told(
        "promise",
        {"promise_id": "1", "customer_id": "never", "promised_on": day, "due_on": later},
        {"promise_id": "2", "customer_id": "late", "promised_on": day, "due_on": day, "kept_on": later},
        {"promise_id": "3", "customer_id": "a week", "promised_on": day, "due_on": day, "kept_on": date(2025, 3, 8)},
        {"promise_id": "4", "customer_id": "no day", "promised_on": day},
        {"promise_id": "5", "customer_id": "early", "promised_on": day, "due_on": later, "kept_on": day},
    )
    broken = exposures()["promise_broken"].events(promise)
    assert broken.select("customer_id", "day").rows() == [("never", date(2025, 4, 10)), ("late", date(2025, 3, 11))]

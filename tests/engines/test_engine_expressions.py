"""Every expression of `panel/aggregate.py` on every engine, equal to the plain-Python reference in every column."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import engine_reference as reference
import numpy as np
import pyarrow as pa
import pytest
from engine_cases import DOCUMENT, FAMILIES, LINE, MERGE, MERGES, PRODUCT, by_hand, drawn, table
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liuke.kernel.period import period_number
from liuke.panel import aggregate

if TYPE_CHECKING:
    from collections.abc import Sequence

UNITS = ("month", "week", "quarter")
CASES = {"by_hand": by_hand(), "seed_1": drawn(1), "seed_2": drawn(2), "nothing": []}
Row = dict[str, Any]


def in_order(found: pa.Table) -> pa.Table:
    """A table with its rows sorted by every column, so that tables compare whatever order rows came in."""
    return found.sort_by([(name, "ascending") for name in found.column_names]).combine_chunks()


def assert_same(found: pa.Table, expected: pa.Table) -> None:
    """Names, types and every value."""
    expected = expected.select(found.column_names)
    assert [(f.name, f.type) for f in found.schema] == [(f.name, f.type) for f in expected.schema]
    ours, theirs = in_order(found), in_order(expected)
    assert ours.num_rows == theirs.num_rows
    for name in ours.column_names:
        assert ours[name].to_pylist() == theirs[name].to_pylist(), name


def check(engine: Any, rows: Sequence[Row], unit: Any, late: bool, merge: bool) -> None:
    """All four sums of some rows against the reference."""
    line = engine.small("case_line", table(rows, LINE))
    document = engine.small("case_document", table(rows, DOCUMENT))
    product = engine.small("case_product", table(FAMILIES, PRODUCT))
    if merge:
        pairs = engine.small("case_merge", table(MERGES, MERGE))
        line, document = aggregate.merged(line, pairs), aggregate.merged(document, pairs)
        rows = reference.merged(rows, MERGES)
    for margin, quantity in ((True, True),) if late else ((True, True), (False, False)):
        assert_same(
            engine.fetch(aggregate.sums(line, unit, late, margin, quantity)),
            reference.sums(rows, unit, late, margin, quantity),
        )
    assert_same(engine.fetch(aggregate.occasions(document, unit, late)), reference.occasions(rows, unit, late))
    assert_same(engine.fetch(aggregate.breadth(line, unit, late)), reference.breadth(rows, unit, late))
    assert_same(
        engine.fetch(aggregate.family_sums(line, product, unit, late)),
        reference.family_sums(rows, FAMILIES, unit, late),
    )


@pytest.mark.parametrize("late", [False, True], ids=["in_time", "late"])
@pytest.mark.parametrize("unit", UNITS)
def test_sums_made_by_hand_are_those_of_the_reference(engine: Any, unit: str, late: bool) -> None:
    check(engine, CASES["by_hand"], unit, late, merge=late)


@pytest.mark.parametrize(
    ("case", "unit", "merge"), [("seed_1", "month", False), ("seed_2", "quarter", True), ("nothing", "week", True)]
)
def test_drawn_sums_are_those_of_the_reference(engine: Any, case: str, unit: str, merge: bool) -> None:
    check(engine, CASES[case], unit, late=True, merge=merge)


def test_visible_rows_are_those_known_and_a_marker_for_each_change(engine: Any) -> None:
    rows = CASES["by_hand"]
    line = engine.small("case_line", table(rows, LINE))
    found = engine.fetch(aggregate.visible(line, "month", True, ("amount", "product_id"), split=("date",)))
    held = found.filter(pa.compute.equal(found["held"], 1))
    groups = reference.known(
        rows, "month", True, lambda row: (row["customer_code"], row["kind"], row["date"].toordinal())
    )
    expected = [
        {name: row[name] for name in ("customer_code", "kind", "date", "amount", "product_id")}
        | {"period": key[-1], "known_from": moment, "held": 1}
        for (key, moment), members in groups.items()
        for row in members
    ]
    assert_same(held, pa.Table.from_pylist(expected, held.schema))
    marked = found.filter(pa.compute.equal(found["held"], 0))
    assert set(marked["amount"].to_pylist()) == {None} == set(marked["product_id"].to_pylist())
    later = {(*key[:3], moment) for key, moment in groups if moment > key[-1]}
    days = [day.toordinal() for day in marked["date"].to_pylist()]
    names = ("customer_code", "kind", "known_from")
    code, kind, moment = (marked[name].to_pylist() for name in names)
    assert sorted(zip(code, kind, days, moment, strict=True)) == sorted(later)


def test_merged_rows_stand_under_the_customer_they_are_counted_under(engine: Any) -> None:
    rows = CASES["by_hand"]
    line = engine.small("case_line", table(rows, LINE))
    merge = engine.small("case_merge", table(MERGES, MERGE))
    found = engine.fetch(aggregate.merged(line, merge))
    assert_same(found, table(reference.merged(rows, MERGES), LINE))


@pytest.mark.parametrize("unit", UNITS)
def test_every_day_from_1970_to_2100_lies_in_the_period_the_kernel_says(engine: Any, unit: Any) -> None:
    days = [date(1970, 1, 1) + timedelta(days=n) for n in range((date(2101, 1, 1) - date(1970, 1, 1)).days)]
    held = engine.small("case_day", pa.table({"day": pa.array(days, pa.date32())}))
    found = engine.fetch(held.select("day", period=aggregate.period_of(held.day, unit)))
    assert found.schema.field("period").type == pa.int32()
    by_day = dict(zip(found["day"].to_pylist(), found["period"].to_pylist(), strict=True))
    assert by_day == {day: period_number(day, unit) for day in days}
    assert by_day == {day: reference.period(day, unit) for day in days}


def test_sums_beyond_what_a_double_holds_are_exact(engine: Any) -> None:
    rows = [row for row in CASES["by_hand"] if row["customer_code"] == 11]
    line = engine.small("case_line", table(rows, LINE))
    found = engine.fetch(aggregate.sums(line, "month", False, False, True))
    assert (found["amount"].to_pylist(), found["quantity"].to_pylist()) == ([1], [90_071_992_547_408])


DAYS = st.dates(date(2023, 12, 1), date(2024, 4, 30))


@st.composite
def few_rows(draw: st.DrawFn) -> list[Row]:
    """A few rows of two customers within five months, recorded and replaced at will."""
    cents = st.decimals(-1000, 1000, places=2)
    return [
        {
            "document_code": number,
            "customer_code": draw(st.sampled_from([1, 2])),
            "kind": draw(st.sampled_from([2, 3])),
            "date": draw(DAYS),
            "amount": draw(cents),
            "quantity": draw(st.none() | cents),
            "margin": draw(st.none() | cents),
            "product_id": draw(st.sampled_from(["A", "C", "", None])),
            "recorded_on": draw(DAYS),
            "superseded_on": draw(st.none() | DAYS),
            "addition": draw(st.booleans()),
        }
        for number in range(draw(st.integers(1, 6)))
    ]


@pytest.fixture(scope="module")
def duck(tmp_path_factory: pytest.TempPathFactory) -> Any:
    from liuke.store.engines import duckdb
    from liuke.store.fact_store import FactStore

    opened = duckdb.connect("", FactStore(tmp_path_factory.mktemp("duck")))
    yield opened
    opened.close()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=few_rows(), unit=st.sampled_from(UNITS), merge=st.booleans())
def test_sums_of_any_few_rows_are_those_of_the_reference(duck: Any, rows: list[Row], unit: str, merge: bool) -> None:
    check(duck, rows, unit, late=True, merge=merge)


def test_the_reference_counts_periods_as_numpy_does() -> None:
    days = np.arange("1970-01-01", "2101-01-01", dtype="datetime64[D]")
    months = days.astype("datetime64[M]").astype(int) + 1970 * 12
    weeks = (days.astype(int) + 3) // 7
    said = [day.astype(object) for day in days]
    assert [reference.period(day, "month") for day in said] == months.tolist()
    assert [reference.period(day, "quarter") for day in said] == (months // 3).tolist()
    assert [reference.period(day, "week") for day in said] == weeks.tolist()


def test_sums_have_the_keys_and_the_measures_asked_for(duck: Any) -> None:
    line = duck.small("case_line", table([], LINE)).drop("recorded_on", "superseded_on")
    assert aggregate.sums(line, "month", False, False, False).columns == (*aggregate.KEYS, "amount")
    further = ("margin", "quantity", "amount_with_margin", "amount_with_quantity")
    assert aggregate.sums(line, "month", False, True, True).columns[-4:] == further

"""What describes a customer, a product, a salesperson comes from what was known then (decision 0006)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from firms import LATER, docs, load, monthly
from liuke.facts import contracts
from liuke.store.fact_store import FactStore, Load

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.app.firm import Firm

STEADY = [*monthly("c1", [100] * 26), *monthly("c2", [80] * 26), *docs("E c2 2026-03-02 1")]


def tell(firm: Firm, table: str, on: date, *rows: dict[str, Any], source: str | None = None) -> None:
    """Load rows of a small table on a day."""
    path = firm.workspace.root.parent / f"{table}-{on}.csv"
    pl.DataFrame(list(rows)).write_csv(path)
    firm.load(path, table=table, source=source or table, loaded_on=on)


def grades(firm: Firm, **run: Any) -> dict[str, str | None]:
    now = firm.run(**run).table("customer_now")
    return dict(now.select("customer_id", "grade").sort("customer_id").iter_rows())


def test_a_grade_changed_later_is_the_old_one_in_a_run_of_an_earlier_day(firm: Firm) -> None:
    load(firm, STEADY)
    tell(firm, "customer", date(2026, 3, 1), {"customer_id": "c1", "grade": "A"})
    tell(firm, "customer", date(2026, 3, 20), {"customer_id": "c1", "grade": "C"}, {"customer_id": "c2", "grade": "B"})
    assert grades(firm) == {"c1": "A", "c2": "B"}, "c2's first grade shows at once; c1 fell only in March"
    assert grades(firm, as_of="2025-06-30") == {"c1": "A", "c2": None}, "nobody had graded c2"
    assert grades(firm, as_of="2025-06-30", known_by="2026-03-31") == {"c1": "C", "c2": "B"}
    assert grades(firm, known_by="2026-03-31") == {"c1": "C", "c2": "B"}


def test_what_the_customer_file_says_counts_from_its_day_where_the_invoices_had_said_something_else(firm: Firm) -> None:
    path = firm.workspace.root.parent / "graded.csv"
    pl.DataFrame(
        {"customer_id": d.customer, "date": d.on, "amount": d.cents / 100, "customer_grade": "B"} for d in STEADY
    ).write_csv(path)
    firm.load(path, table="document_line", source="invoices", loaded_on=LATER)
    tell(firm, "customer", date(2026, 3, 9), {"customer_id": "c1", "grade": "A"})
    assert grades(firm) == {"c1": "B", "c2": "B"}
    assert grades(firm, known_by="2026-03-31") == {"c1": "A", "c2": "B"}


def test_a_product_put_into_another_family_later_changes_no_earlier_panel(firm: Firm) -> None:
    from liuke.run.panels import _families
    from liuke.run.scope import resolve

    load(firm, STEADY)
    tell(firm, "product", date(2026, 4, 2), {"product_id": "p0", "family": "oil", "service_interval_days": 90})
    store = FactStore(firm.workspace.facts)
    for known_by, family in ((None, "P"), (date(2026, 4, 30), "oil")):
        found = _families(store, resolve(firm.workspace, store, None, known_by))
        assert found is not None
        assert found[1].select("family", "days").rows() == [(family, 90.0)]


@pytest.mark.parametrize("how", ["changed", "undone"])
def test_the_run_of_a_past_day_is_the_same_after_any_later_load_of_master_data(firm: Firm, how: str) -> None:
    load(firm, [*STEADY, *docs("S c1 2024-03-03 5 by=W1")])
    tell(firm, "customer", LATER, *({"customer_id": c, "name": c, "grade": "A", "region": "N"} for c in ("c1", "c2")))
    tell(firm, "salesperson", LATER, {"salesperson_id": "W1", "name": "Wang"})
    before = firm.run(as_of="2025-09-30")
    tell(firm, "customer", date(2026, 5, 1), {"customer_id": "c1", "name": "new", "grade": "D", "region": "S"})
    tell(firm, "salesperson", date(2026, 5, 1), {"salesperson_id": "W1", "name": "Wang-Li"})
    if how == "undone":
        for _ in range(2):
            firm.unload(FactStore(firm.workspace.facts).loads()[-1].load_id)
    after = firm.run(as_of="2025-09-30")
    assert before.table("customer_now")["salesperson"].to_list() == ["Wang", None]
    for name in ("customer_now", "indicator", "reason", "customer_value"):
        assert_frame_equal(before.table(name), after.table(name))


loads = st.lists(
    st.tuples(
        st.booleans(),  # of the table itself, or beside document lines
        st.integers(0, 3),  # days since the load before
        st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from([None, "x", "y", "z"])), min_size=1, max_size=2),
    ),
    max_size=5,
)


@settings(max_examples=60)
@given(loads=loads, known_by=st.integers(-1, 16))
def test_each_value_is_the_last_known_by_the_day_or_else_the_first(
    tmp_path_factory: pytest.TempPathFactory, loads: list[Any], known_by: int
) -> None:
    folder: Path = tmp_path_factory.mktemp("store")
    start = date(2026, 1, 1)
    day = start
    said: list[tuple[bool, date, str, str | None]] = []
    for number, (own, gap, rows) in enumerate(loads):
        day += timedelta(days=gap)
        at = folder / f"staging-{number}"
        at.mkdir()
        told = dict(rows)
        pl.DataFrame({"customer_id": list(told), "grade": list(told.values())}).write_parquet(at / "customer.parquet")
        table = "customer" if own else "document_line"
        FactStore(folder).keep(at, Load(f"{number:04d}", "", table, "s", [], day.isoformat(), 0, 0, 0))
        said += [(own, day, customer, grade) for customer, grade in told.items()]

    until = start + timedelta(days=known_by)
    found = dict(FactStore(folder).master(contracts()["customer"], until).select("customer_id", "grade").iter_rows())
    assert found.keys() == {customer for _, _, customer, _ in said}
    for customer, grade in found.items():
        mine = [(own, on, value) for own, on, of, value in said if of == customer and value is not None]
        first = min((on for _, on, _ in mine), default=start)
        known = [(own, value) for own, on, value in mine if on <= max(until, first)]
        chosen = [value for own, value in known if own] or [value for _, value in known] or [None]
        assert grade == chosen[-1]

"""A workspace whose lines are grouped by PostgreSQL or Spark gives the run of the DuckDB workspace, to the row."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import engine_firm
import numpy as np
import pytest
from polars.testing import assert_frame_equal

import liuke
from liuke.kernel.progress import Unwatched
from liuke.run.customers import customer_frame
from liuke.run.panels import Wanted, open_panels
from liuke.run.scope import resolve
from liuke.store.fact_store import FactStore

if TYPE_CHECKING:
    from liuke.app.firm import Firm

LOADED_ON = {"first": date(2025, 9, 2), "second": date(2025, 10, 20)}
MERGE = '[{"customer_id": "C011", "into": "C010", "on": "2025-01-01"}]'


@pytest.fixture(scope="session")
def exports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The two exports as files."""
    folder = tmp_path_factory.mktemp("exports")
    made = {"first": engine_firm.first_export(), "second": engine_firm.second_export()}
    return {name: engine_firm.write(rows, folder / f"{name}.csv") for name, rows in made.items()}


def firm(folder: Path, engine: str, url: str = "", period: str = "month") -> Firm:
    """A new workspace on an engine, with two customers merged."""
    folder.mkdir()
    named = f'engine = "{engine}"\nengine_url = "{url}"\nperiod = "{period}"\nleft_days = 90\n'
    (folder / "liuke.toml").write_text(named, "utf-8")
    (folder / "merges.json").write_text(MERGE, "utf-8")
    return liuke.open(folder)


def load(where: Firm, exports: dict[str, Path], name: str) -> str:
    """Load one of the exports as the source `erp`; the load's id."""
    done = where.load(exports[name], source="erp", loaded_on=LOADED_ON[name]).load
    assert done is not None
    return done.load_id


def tables(where: Firm) -> dict[str, Any]:
    """Every table of a run made now."""
    made = where.run()
    return {name: made.table(name) for name in made.tables}


def assert_same_run(found: dict[str, Any], expected: dict[str, Any]) -> None:
    """The same tables, rows, order, types and values."""
    assert found.keys() == expected.keys()
    for name, frame in expected.items():
        assert_frame_equal(found[name], frame, check_exact=True, check_row_order=True)


@pytest.fixture(scope="session")
def expected(exports: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The runs of the DuckDB workspace after each load."""
    where = firm(tmp_path_factory.mktemp("firms") / "duckdb", "duckdb")
    found = {}
    for name in exports:
        load(where, exports, name)
        found[name] = tables(where)
    return found


def test_the_two_exports_differ_in_what_an_engine_must_get_right(expected: dict[str, Any]) -> None:
    first, second = (expected[name]["customer_now"] for name in ("first", "second"))
    assert len(first) == len(second) == engine_firm.CUSTOMERS - 1  # one is merged
    assert 5 < first["listed"].sum() < 150
    assert not first.equals(second)
    rules = expected["second"]["rule_score"]
    assert rules.filter(rules["rule"] == "family_stopped")["flags"].item() > 0


@pytest.mark.postgres
def test_a_workspace_in_postgres_gives_the_run_of_duckdb_also_after_undoing_and_loading_again(
    database: str, exports: dict[str, Path], expected: dict[str, Any], tmp_path: Path
) -> None:
    where = firm(tmp_path / "firm", "postgres", database)
    load(where, exports, "first")
    assert_same_run(tables(where), expected["first"])
    second = load(where, exports, "second")
    assert_same_run(tables(where), expected["second"])
    where.unload(second)
    assert_same_run(tables(where), expected["first"])
    load(where, exports, "second")
    assert_same_run(tables(where), expected["second"])


@pytest.mark.spark
def test_a_workspace_on_a_spark_cluster_gives_the_run_of_duckdb(
    spark_url: str, exports: dict[str, Path], expected: dict[str, Any], tmp_path: Path
) -> None:
    where = firm(tmp_path / "firm", "spark", spark_url)
    load(where, exports, "first")
    load(where, exports, "second")
    assert_same_run(tables(where), expected["second"])


@pytest.mark.postgres
def test_weeks_in_postgres_are_the_weeks_of_duckdb(database: str, exports: dict[str, Path], tmp_path: Path) -> None:
    found = []
    for engine, url in (("duckdb", ""), ("postgres", database)):
        where = firm(tmp_path / engine, engine, url, period="week")
        load(where, exports, "second")
        found.append(tables(where))
    assert_same_run(found[1], found[0])


@pytest.mark.postgres
def test_a_document_entered_when_its_last_line_was_is_known_from_the_same_month_everywhere(
    database: str, tmp_path: Path
) -> None:
    text = """kind,document_id,customer_id,date,recorded_on,amount
invoice,1,A,2025-01-05,2025-01-05,10
invoice,1,A,2025-02-03,2025-02-03,10
invoice,2,B,2025-02-10,2025-03-04,20
invoice,3,B,2025-03-31,2025-03-31,20
invoice,4,A,2025-05-05,2025-05-05,20
"""
    path = tmp_path / "export.csv"
    path.write_text(text, "utf-8")
    found = []
    for engine, url in (("duckdb", ""), ("postgres", database)):
        where = firm(tmp_path / engine, engine, url)
        where.load(path, source="erp", loaded_on=date(2025, 6, 1))
        store = FactStore(where.workspace.facts)
        scope = resolve(where.workspace, store, None, None)
        customers = customer_frame(where.workspace, store, scope)
        panel = open_panels(where.workspace, store, scope, customers, Wanted(), Unwatched()).chunk(0)
        found.append((panel.customer, panel.known_from, panel.documents, panel.amount))
    for ours, theirs in zip(*found, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert found[0][1] is not None  # something was learnt late

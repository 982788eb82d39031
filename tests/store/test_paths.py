"""A workspace or a file may be called anything the disk allows."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import duckdb
import polars as pl
import pytest

import liuke
from firms import doc, docs, frame, held, monthly
from liuke.run.customers import owners
from liuke.store.documents import Span, documents
from liuke.store.fact_store import FactStore
from liuke.store.sql import literal, parquet

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("Bob's/w", "a[b]c", "50%20", "all*", "who?", "two words", "month=2024-01", "{x,y}", "客户")


@pytest.mark.parametrize("name", NAMES)
def test_a_workspace_of_any_name_loads_runs_lists_and_unloads(name: str, tmp_path: Path) -> None:
    folder = tmp_path / name
    firm = liuke.open(folder)
    first = [*monthly("c1", [100] * 20), *monthly("c2", [50] * 20)]
    given = folder / f"{name.replace('/', ' ')}.parquet"
    frame(first).write_parquet(given)
    options = {"source": "s", "table": "document_line"}
    assert firm.load(given, **options).load is not None
    again = [*docs("c1-2506 c1 2025-06-10 120"), doc("x c3 2025-07-01 9 @2025-07-01")]
    frame(again).write_parquet(given)
    assert firm.load(given, **options).load is not None
    assert len(held(firm)) == 41
    made = firm.run()
    assert sorted(made.table("customer_now")["customer_id"]) == ["c1", "c2", "c3"]
    made.at_risk()
    store = FactStore(firm.workspace.facts)
    one = made.customer("c1").row
    span = Span(None, one["last_on"], one["last_on"])
    assert len(documents(store, owners(firm.workspace, store, "c1"), span)) == one["documents"]
    firm.unload("0002")
    assert len(held(firm)) == 40


def test_a_pattern_in_a_name_finds_that_file_alone(tmp_path: Path) -> None:
    names = ("a*", "ab", "a[b]", "a?")
    for name in names:
        pl.DataFrame({"name": [name]}).write_parquet(tmp_path / f"{name}.parquet")
    for name in names:
        found = duckdb.execute(f"SELECT name FROM {parquet([tmp_path / f'{name}.parquet'])}").fetchall()
        assert found == [(name,)]


def test_a_literal_comes_back_as_it_was() -> None:
    for text in ("", "'", "''", "a'; DROP TABLE x; --", "\\'", "%s ? {x}"):
        assert duckdb.execute(f"SELECT {literal(text)}").fetchall() == [(text,)]


def test_a_database_file_may_be_called_what_an_address_could_not_hold(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "erp.db")) as connection:
        connection.execute("CREATE TABLE line (customer_id, date, amount)")
        connection.execute("INSERT INTO line VALUES ('007', '2026-03-05', 1)")
        connection.commit()
    for name in ("who?.db", "50%20.db", "a#b's [1].db"):
        shutil.copy(tmp_path / "erp.db", tmp_path / name)
        assert liuke.open(tmp_path / "w").load(tmp_path / name, dry_run=True).account.rows_loaded == 1

"""The tables in PostgreSQL: in step with the loads, whole after a failure, and clear refusals."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import psycopg
import pytest

import liuke
from liuke.kernel.errors import Refused
from liuke.store.engines import PARTS
from liuke.store.engines.postgres import connect
from liuke.store.fact_store import FactStore
from servers import free_port

if TYPE_CHECKING:
    from liuke.app.firm import Firm

pytestmark = pytest.mark.postgres
ROWS = """kind,document_id,customer_id,date,amount,product_id
invoice,1,A,2025-01-05,10.00,"x,""y"" 中"
invoice,1,A,2025-01-05,10.00,
invoice,2,B,2025-01-06,-20.55,x
invoice,3,B,2025-02-07,30.00,x
"""
CORRECTED = ROWS.replace("30.00", "31.00") + "invoice,4,C,2025-03-01,1.00,x\n"


def firm(folder: Path) -> Firm:
    """A workspace with one load."""
    where = liuke.open(folder / "firm")
    load(where, folder, ROWS)
    return where


def load(where: Firm, folder: Path, text: str) -> str:
    """Load a text as the source `erp`; the load's id."""
    path = folder / "export.csv"
    path.write_text(text, "utf-8")
    done = where.load(path, source="erp", loaded_on=date(2025, 4, 1)).load
    assert done is not None
    return done.load_id


def store_of(where: Firm) -> FactStore:
    return FactStore(where.workspace.facts)


def held(url: str, part: str) -> list[tuple[Any, ...]]:
    """The rows of a table in PostgreSQL, in order."""
    with psycopg.connect(url) as link:
        rows = link.execute(f"SELECT {', '.join(PARTS[part])} FROM liuke_{part}").fetchall()
    return sorted(rows, key=repr)


def stored(store: FactStore, part: str) -> list[tuple[Any, ...]]:
    """The rows of a part in the store's Parquet, in order."""
    frames = [pl.read_parquet(path, columns=list(PARTS[part])) for path in store.paths(part)]
    return sorted(pl.concat(frames).select(list(PARTS[part])).rows(), key=repr)


def assert_in_step(url: str, store: FactStore) -> None:
    for part in PARTS:
        assert held(url, part) == stored(store, part)
    with psycopg.connect(url) as link:
        tokens = {token for (token,) in link.execute("SELECT load_token FROM liuke_load")}
        gone = link.execute("SELECT document_code, superseded_on FROM liuke_superseded").fetchall()
    assert tokens == {one.token for one in store.loads("document_line")}
    replaced = [
        pl.read_parquet(path).select("document_code", "superseded_on").rows() for path in store.paths("superseded")
    ]
    assert gone == [row for rows in replaced for row in rows]


def test_the_tables_hold_exactly_the_loads_of_the_store(database: str, tmp_path: Path) -> None:
    where = firm(tmp_path)
    connect(database, store_of(where)).close()
    assert_in_step(database, store_of(where))
    second = load(where, tmp_path, CORRECTED)
    connect(database, store_of(where)).close()
    assert_in_step(database, store_of(where))
    where.unload(second)
    connect(database, store_of(where)).close()
    assert_in_step(database, store_of(where))
    load(where, tmp_path, CORRECTED)
    connect(database, store_of(where)).close()
    assert_in_step(database, store_of(where))


def test_a_copy_that_fails_leaves_the_tables_as_they_were(database: str, tmp_path: Path) -> None:
    where = firm(tmp_path)
    connect(database, store_of(where)).close()
    before = {part: held(database, part) for part in PARTS}
    with psycopg.connect(database, autocommit=True) as link:
        link.execute("ALTER TABLE liuke_superseded ADD CONSTRAINT full_up CHECK (document_code < 0)")
    load(where, tmp_path, CORRECTED)  # its lines and documents are copied before what it supersedes
    with pytest.raises(Refused, match=r"refused: .*full_up"):
        connect(database, store_of(where))
    assert {part: held(database, part) for part in PARTS} == before
    with psycopg.connect(database, autocommit=True) as link:
        link.execute("ALTER TABLE liuke_superseded DROP CONSTRAINT full_up")
    connect(database, store_of(where)).close()
    assert_in_step(database, store_of(where))


def test_only_one_run_at_a_time_uses_the_tables(database: str, tmp_path: Path) -> None:
    store = store_of(firm(tmp_path))
    first = connect(database, store)
    try:
        with pytest.raises(Refused, match="Another run"):
            connect(database, store)
    finally:
        first.close()
    connect(database, store).close()


def test_two_workspaces_never_share_tables_but_may_share_a_database(database: str, tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    for folder in (ours, theirs):
        folder.mkdir()
    one, other = firm(ours), firm(theirs)
    connect(database, store_of(one)).close()
    with pytest.raises(Refused, match="another workspace") as refused:
        connect(database, store_of(other))
    assert str(ours) in str(refused.value)
    with psycopg.connect(database, autocommit=True) as link:
        link.execute("CREATE SCHEMA theirs")
    apart = f"{database}?options=-csearch_path%3Dtheirs"
    engine = connect(apart, store_of(other))
    try:
        assert engine.fetch(engine.rows("document", ["2025-01", "2025-02"], with_superseded=True)).num_rows == 3
    finally:
        engine.close()
    assert_in_step(apart, store_of(other))
    assert_in_step(database, store_of(one))


def test_a_workspace_that_moved_keeps_its_tables(database: str, tmp_path: Path) -> None:
    where = firm(tmp_path)
    connect(database, store_of(where)).close()
    moved = (tmp_path / "firm").rename(tmp_path / "elsewhere")
    connect(database, FactStore(moved / "facts")).close()
    assert_in_step(database, FactStore(moved / "facts"))


def run_on(where: Firm, url: str) -> None:
    """Run the workspace on PostgreSQL at an address."""
    (where.workspace.root / "liuke.toml").write_text(f'engine = "postgres"\nengine_url = "{url}"\n', "utf-8")
    liuke.open(where.workspace.root).run()


def test_a_server_that_is_not_there_is_refused_with_the_setting_to_check(tmp_path: Path) -> None:
    where = firm(tmp_path)
    with pytest.raises(Refused, match=r"does not answer: .*refused(.|\n)*engine_url"):
        run_on(where, f"postgresql://postgres:secret@127.0.0.1:{free_port()}/liuke")
    assert not any((where.workspace.root / "runs").glob("*/run.json"))


def test_an_unknown_database_is_refused_by_its_name(database: str, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r'does not answer: .*"nowhere" does not exist'):
        run_on(firm(tmp_path), database.rsplit("/", 1)[0] + "/nowhere")


def test_a_user_who_may_not_make_tables_is_refused_with_what_is_needed(database: str, tmp_path: Path) -> None:
    with psycopg.connect(database, autocommit=True) as link:
        link.execute("DROP ROLE IF EXISTS reader")
        link.execute("CREATE ROLE reader LOGIN")
        link.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")  # as from version 15 on
    with pytest.raises(Refused, match=r"refused: permission denied for schema public(.|\n)*make tables"):
        run_on(firm(tmp_path), database.replace("postgres@", "reader@"))


@pytest.mark.parametrize("url", ["", "mysql://root@localhost/liuke", "postgresql+psycopg://u:secret@h/d"])
def test_what_is_no_address_of_postgres_is_refused_without_repeating_it(url: str, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="not an address") as refused:
        run_on(firm(tmp_path), url)
    assert "secret" not in str(refused.value)


def test_a_server_that_ends_the_session_in_the_middle_is_refused(database: str, tmp_path: Path) -> None:
    engine = connect(database, store_of(firm(tmp_path)))
    try:
        rows = engine.rows("document", ["2025-01"], with_superseded=False)
        with psycopg.connect(database, autocommit=True) as link:
            link.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
        with pytest.raises(Refused, match="PostgreSQL engine"):
            engine.fetch(rows)
    finally:
        engine.close()

import datetime as dt
import sqlite3
from contextlib import closing
from decimal import Decimal

import pytest
from small_loads import load
from sqlalchemy import create_engine, text

from liuke.kernel.errors import Invalid, Refused
from liuke.sources import databases
from liuke.sources.files import open_source
from servers import free_port

COLUMNS = "invoice_no VARCHAR(20), customer_id VARCHAR(20), invoice_date DATE, amount DECIMAL(18,4)"
CREATE = f"CREATE TABLE invoice_line ({COLUMNS})"
ROWS = "INSERT INTO invoice_line VALUES ('A1', '007', '2026-03-05', 10.5), ('C2', NULL, '2026-03-06', -1.005)"


@pytest.fixture
def sqlite_file(tmp_path):
    path = tmp_path / "erp.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(CREATE)
        connection.execute(ROWS)
        connection.commit()
    return path


def fill(url: str) -> str:
    """The address with its driver; the server gets the two lines."""
    engine = create_engine(databases._address(url))
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS invoice_line"))
        connection.execute(text(CREATE))
        connection.execute(text(ROWS))
    engine.dispose()
    return url


def check(loaded):
    assert loaded.column("customer_id") == ["007"]
    assert loaded.column("date") == [dt.date(2026, 3, 5)]
    assert loaded.amounts() == [Decimal("10.50")]
    assert loaded.bad["reason_code"].to_list() == ["no_customer"]
    assert loaded.reading.reconciliation.sum_quarantined == Decimal("-1.005")


def test_sqlite_is_read_by_file_url_table_or_query(sqlite_file):
    check(load(sqlite_file))
    check(load(f"sqlite:///{sqlite_file}"))
    check(load(f"sqlite:///{sqlite_file}", sheet="invoice_line"))
    check(load(f"sqlite:///{sqlite_file}", query="SELECT * FROM invoice_line WHERE amount < 100;"))


def test_a_query_may_be_a_table_s_name_with_or_without_its_schema(sqlite_file):
    for name in ("invoice_line", " invoice_line ", "main.invoice_line"):
        check(load(f"sqlite:///{sqlite_file}", query=name))
    with pytest.raises(Invalid, match="has no table lines; it has invoice_line"):
        load(f"sqlite:///{sqlite_file}", query="lines")


def test_columns_of_mixed_types_become_text(tmp_path):
    path = tmp_path / "mixed.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE line (customer_id, date, amount)")
        connection.executemany(
            "INSERT INTO line VALUES (?, ?, ?)", [("007", "2026-03-05", 1), (8, "20260306", "2.5"), (9.0, 46088, 3.25)]
        )
        connection.commit()
    loaded = load(path)
    assert loaded.column("customer_id") == ["007", "8", "9"]
    assert loaded.amounts() == [Decimal("1.00"), Decimal("2.50"), Decimal("3.25")]


def test_several_tables_are_listed_and_a_wrong_name_is_refused(sqlite_file):
    with closing(sqlite3.connect(sqlite_file)) as connection:
        connection.execute("CREATE TABLE other (x)")
    with pytest.raises(Invalid, match="has 2 tables: invoice_line, other"):
        load(sqlite_file)
    with pytest.raises(Invalid, match="has no table lines; it has invoice_line, other"):
        load(sqlite_file, sheet="lines")


def test_a_wrong_query_is_refused_with_what_the_database_says(sqlite_file):
    with pytest.raises(Invalid, match="no such column: missing_column"):
        load(f"sqlite:///{sqlite_file}", query="SELECT missing_column FROM invoice_line")


def test_a_database_file_that_does_not_exist_is_not_created(tmp_path):
    with pytest.raises(Invalid, match="does not exist"):
        load(f"sqlite:///{tmp_path}/none.db")
    assert list(tmp_path.iterdir()) == []


def test_addresses_that_lead_nowhere_are_refused():
    with pytest.raises(Invalid, match="mongodb databases can't be read"):
        open_source("mongodb://host/db")
    with pytest.raises(Invalid, match="is not a database address"):
        open_source("postgresql://user@host:port/db")


def test_an_unreachable_server_is_refused_without_showing_the_password():
    for kind in ("postgresql", "mysql"):
        with pytest.raises(Invalid, match="refused") as refused:
            open_source(f"{kind}://u:secret@127.0.0.1:{free_port()}/db", query="SELECT 1")
        assert "secret" not in refused.value.text()


def test_a_missing_driver_is_named_with_the_extra_that_brings_it(monkeypatch):
    monkeypatch.setitem(databases.DRIVERS, "mssql", ("mssql+mssqlpython", "no_such_driver", "mssql"))
    with pytest.raises(Refused, match=r"pip install 'liuke\[mssql\]'"):
        open_source("mssql://host/db")


@pytest.mark.postgres
def test_postgresql_is_read_by_table_and_query(postgres_url):
    url = fill(postgres_url)
    check(load(url, sheet="invoice_line"))
    check(load(url, sheet="public.invoice_line"))
    check(load(url, query="SELECT *, amount::float8 AS f, now() AS t FROM invoice_line WHERE invoice_no LIKE '%'"))
    with pytest.raises(Invalid, match="does not exist"):
        load(url, query="SELECT * FROM nothing")
    with pytest.raises(Invalid, match="refused"):
        load(url.replace("/liuke", "/none"), sheet="invoice_line")


@pytest.mark.postgres
def test_postgresql_rows_are_streamed_in_batches(postgres_url):
    series = "generate_series(1, 120000) i"
    query = f"SELECT (i % 100)::text AS customer_id, DATE '2026-03-05' AS date, i * 1.01 AS amount FROM {series}"
    (table,) = open_source(postgres_url, query=query).tables
    assert [b.height for b in table.batches()] == [50_000, 50_000, 20_000]
    assert load(postgres_url, query=query).reading.reconciliation.sum_loaded == Decimal("1.01") * sum(range(120_001))


@pytest.mark.mariadb
def test_mariadb_is_read_by_table_and_query(mariadb_url):
    url = fill(mariadb_url)
    check(load(url, sheet="invoice_line"))
    check(load(url, query="SELECT * FROM invoice_line WHERE invoice_no LIKE '%'"))


def test_a_query_runs_once_for_guessing_and_once_for_loading(sqlite_file, monkeypatch):
    ran = []
    stream = databases._stream
    monkeypatch.setattr(databases, "_stream", lambda *given: ran.append(1) or stream(*given))
    load(sqlite_file)
    assert len(ran) == 2

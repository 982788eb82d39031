"""Real files, read all the way."""

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from small_loads import load
from sqlalchemy import create_engine

import liuke
from cdnow import DATA, text_of
from liuke.sources.databases import _address
from liuke.sources.quarantine import QuarantineWriter

ONLINE_RETAIL = Path(liuke.__file__).parent / "data" / "online_retail.parquet"
NORTHWIND = """
    SELECT o.order_id, o.customer_id, o.order_date, o.employee_id, o.shipped_date, o.required_date, d.product_id,
           d.unit_price, d.quantity, d.discount, o.ship_country
    FROM orders o JOIN order_details d USING (order_id)
"""


def test_online_retail_ties_to_the_cent(tmp_path):
    loaded = load(ONLINE_RETAIL)
    account = loaded.reading.reconciliation
    assert (account.rows_read, account.rows_loaded, account.rows_quarantined) == (541_909, 406_829, 135_080)
    assert account.sum_loaded == Decimal("8300065.81")
    assert account.sum_quarantined == Decimal("1447682.12")
    assert round(account.sum_read, 2) == Decimal("9747747.93")
    assert (account.rounding, account.rounded_rows, account.unknown) == (Decimal("0.004"), 4, 0)
    assert account.by_reason.keys() == {"no_customer"}
    assert loaded.good["customer_id"].n_unique() == 4372
    assert loaded.good["document_id"].n_unique() == 22_190
    assert "no amount column: the amount is Quantity x UnitPrice" in loaded.notes
    with QuarantineWriter(tmp_path / "quarantine.csv", loaded.plan.opened.headers) as writer:
        writer.write(loaded.bad.with_columns(pl.col("__row").cast(pl.UInt64)), "online_retail.parquet", None)
    again = pl.read_csv(tmp_path / "quarantine.csv", infer_schema=False)
    assert again["InvoiceNo"].n_unique() == 3710
    assert again.height == 135_080


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_online_retail_as_text_gives_the_same_sums(tmp_path, encoding):
    frame = pl.read_parquet(ONLINE_RETAIL).head(20_000)
    typed = tmp_path / "part.parquet"
    frame.write_parquet(typed)
    path = tmp_path / "part.csv"
    path.write_bytes(frame.write_csv(datetime_format="%d/%m/%Y %H:%M").encode(encoding))
    assert load(path, date_order="dmy").reading.reconciliation == load(typed).reading.reconciliation


def test_cdnow_loads_without_a_mapping_file(tmp_path):
    loaded = load(text_of(tmp_path))
    account = loaded.reading.reconciliation
    assert (account.rows_read, account.rows_loaded, account.sum_loaded) == (6919, 6919, Decimal("244091.94"))
    assert loaded.good["customer_id"].n_unique() == 2357
    assert loaded.good["customer_id"][0] == "00004"


# the types of the published dump
NORTHWIND_TABLES = """
    CREATE TABLE orders (order_id smallint, customer_id varchar(5), employee_id smallint, order_date date,
                         required_date date, shipped_date date, ship_country varchar(15));
    CREATE TABLE order_details (order_id smallint, product_id smallint, unit_price real, quantity smallint,
                                discount real)
"""


@pytest.mark.postgres
def test_northwind_loads_by_one_query_without_a_mapping_file(postgres_url):
    engine = create_engine(_address(postgres_url))
    with engine.begin() as connection:
        cursor = connection.connection.cursor()
        cursor.execute(NORTHWIND_TABLES)
        for name in ("orders", "order_details"):
            with cursor.copy(f"COPY {name} FROM STDIN (FORMAT csv)") as copy:
                copy.write(pl.read_parquet(DATA / "northwind" / f"{name}.parquet").write_csv(include_header=False))
    engine.dispose()
    loaded = load(postgres_url, query=NORTHWIND)
    account = loaded.reading.reconciliation
    assert (account.rows_read, account.rows_loaded) == (2155, 2155)
    assert loaded.good["customer_id"].n_unique() == 89
    assert loaded.good["document_id"].n_unique() == 830
    assert loaded.good["kind"].unique().to_list() == ["order"]
    assert round(account.sum_read, 2) == Decimal("1265793.04")
    assert loaded.plan.mapping.header("salesperson_id") == "employee_id"
    assert Path(str(loaded.plan.opened.location)).name == "liuke"

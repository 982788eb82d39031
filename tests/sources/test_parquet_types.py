"""Parquet files of other programs: types no cell has beside the columns that are needed, and in their places."""

import datetime as dt
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from small_loads import load

from liuke.kernel.i18n import in_language

DAYS = [dt.date(2026, 3, day) for day in (1, 2, 3)]
BASE = {
    "Invoice No": pa.array(["A1", "A2", "A3"]),
    "Date": pa.array(DAYS),
    "Customer": pa.array(["C1", "C2", "C1"]),
    "Amount": pa.array([Decimal("10.10"), Decimal("20.20"), Decimal("30.30")], pa.decimal128(12, 2)),
}
TOTAL = Decimal("60.60")


def loaded(columns, tmp_path):
    path = tmp_path / "sales.parquet"
    pq.write_table(pa.table(columns), path)
    return load(path)


BESIDE = {
    "list": pa.array([[1], [], None]),
    "map": pa.array([[("a", 1)], [], None], pa.map_(pa.string(), pa.int64())),
    "struct": pa.array([{"a": 1}, None, {"a": 2}]),
    "binary": pa.array([b"\xff", b"\x80", None]),
    "fixed binary": pa.array([b"\xff\x00", b"\x80\x01", None], pa.binary(2)),
    "time": pa.array([dt.time(8), dt.time(9), None]),
    "duration": pa.array([dt.timedelta(1), None, dt.timedelta(2)]),
    "null": pa.nulls(3),
    "half float": pa.array([1, 2, 3], pa.float16()),
    "dictionary": pa.array(["x", "y", "x"]).dictionary_encode(),
}


@pytest.mark.parametrize("column", BESIDE.values(), ids=list(BESIDE))
def test_a_column_of_any_type_beside_the_others_is_no_trouble(column, tmp_path):
    found = loaded({**BASE, "Extra": column}, tmp_path)
    assert sum(found.amounts()) == TOTAL
    assert found.column("customer_id") == ["C1", "C2", "C1"]


@pytest.mark.parametrize("kind", ["list", "map", "struct", "duration"])
def test_a_column_that_holds_no_single_values_is_said(kind, tmp_path):
    with in_language("en"):
        assert "column Extra" in loaded({**BASE, "Extra": BESIDE[kind]}, tmp_path).notes


IN_PLACE = {
    "customers as a dictionary": ("Customer", pa.array(["C1", "C2", "C1"]).dictionary_encode()),
    "customers as bytes": ("Customer", pa.array([b"C1", b"C2", b"C1"])),
    "customers as large text": ("Customer", pa.array(["C1", "C2", "C1"], pa.large_string())),
    "days as moments": ("Date", pa.array(DAYS, pa.date64())),
    "days in a zone": ("Date", pa.array([dt.datetime(2026, 3, d, 23, 30) for d in (1, 2, 3)], pa.timestamp("us"))),
    "money as floats": ("Amount", pa.array([10.1, 20.2, 30.3])),
    "money as wide decimals": ("Amount", pa.array(BASE["Amount"].to_pylist(), pa.decimal256(50, 4))),
}


@pytest.mark.parametrize(("header", "column"), IN_PLACE.values(), ids=list(IN_PLACE))
def test_a_column_of_another_type_is_read_where_it_is_needed(header, column, tmp_path):
    found = loaded({**BASE, header: column}, tmp_path)
    assert sum(found.amounts()) == TOTAL
    assert found.column("date") == DAYS
    assert found.column("customer_id") == ["C1", "C2", "C1"]

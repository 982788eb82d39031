"""Frames of pandas, Polars and Arrow: columns of any kind beside the ones that are needed, and in their places."""

import datetime as dt
from decimal import Decimal

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from small_loads import load

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import in_language
from liuke.sources.frames import frame_of

DAYS = [dt.date(2026, 3, day) for day in (1, 2, 3, 4)]
BASE = {
    "Invoice No": ["A1", "A2", "A3", "A4"],
    "Date": DAYS,
    "Customer": ["C1", "C2", "C1", "C3"],
    "Amount": [Decimal("10.10"), Decimal("20.20"), Decimal("30.30"), Decimal("-0.60")],
}
TOTAL = Decimal("60.00")


def loaded(frame, tmp_path):
    path = tmp_path / "frame.parquet"
    frame_of(frame).write_parquet(path)
    return load(path)


def with_polars(column):
    return pl.DataFrame(BASE).with_columns(column.alias("Extra"))


BESIDE = {
    "list": pl.Series([[1, 2], [], None, [3]]),
    "array": pl.Series([[1, 2]] * 4, dtype=pl.Array(pl.Int64, 2)),
    "struct": pl.Series([{"a": 1}, {"a": 2}, None, {"a": 3}]),
    "bytes that are text": pl.Series([b"a", b"b", None, b"c"]),
    "bytes that are none": pl.Series([b"\xff\xfe", b"\x80", None, b"c"]),
    "duration": pl.Series([dt.timedelta(days=1)] * 4),
    "time": pl.Series([dt.time(8, 30)] * 4),
    "zoned": pl.Series([dt.datetime(2026, 3, 1, 9)] * 4).dt.replace_time_zone("Asia/Shanghai"),
    "nothing": pl.Series([None] * 4),
    "category": pl.Series(["x", "y", "x", None], dtype=pl.Categorical),
    "enum": pl.Series(["x", "y", "x", None], dtype=pl.Enum(["x", "y"])),
    "object": pl.Series([object(), {1}, None, 3], dtype=pl.Object),
    "yes and no": pl.Series([True, False, None, True]),
    "huge": pl.Series([2**120, 1, 2, 3], dtype=pl.Int128),
}


@pytest.mark.parametrize("column", BESIDE.values(), ids=list(BESIDE))
def test_a_polars_column_of_any_kind_beside_the_others_is_no_trouble(column, tmp_path):
    found = loaded(with_polars(column), tmp_path)
    assert sum(found.amounts()) == TOTAL
    assert found.column("customer_id") == BASE["Customer"]


@pytest.mark.parametrize("kind", ["list", "struct", "duration", "bytes that are none"])
def test_what_no_cell_can_hold_is_said_by_its_column(kind, tmp_path):
    with in_language("en"):
        assert "column Extra" in loaded(with_polars(BESIDE[kind]), tmp_path).notes


IN_PLACE = {
    "customers as categories": ("Customer", pd.Categorical(BASE["Customer"])),
    "customers as pandas strings": ("Customer", pd.array(BASE["Customer"], dtype="string")),
    "customers as numbers with a gap": ("Customer", pd.array([1, 2, 1, 3], dtype="Int64")),
    "customers as a mix": ("Customer", pd.Series([1, "C2", 1.0, b"C3"], dtype=object)),
    "days as timestamps": ("Date", pd.to_datetime(pd.Series(DAYS))),
    "days in a zone": ("Date", pd.to_datetime(pd.Series(DAYS)).dt.tz_localize("Asia/Shanghai")),
    "days as periods": ("Date", pd.PeriodIndex(pd.to_datetime(pd.Series(DAYS)), freq="D")),
    "days as objects": ("Date", pd.Series(DAYS, dtype=object)),
    "money as floats": ("Amount", [10.1, 20.2, 30.3, -0.6]),
    "money as objects": ("Amount", pd.Series([Decimal("10.10"), 20.2, "30.30", Decimal("-0.6")], dtype=object)),
    "money as text": ("Amount", ["10.10", "20.20", "30.30", "-0.60"]),
    "money as sparse": ("Amount", pd.arrays.SparseArray([10.1, 20.2, 30.3, -0.6])),
}


@pytest.mark.parametrize(("header", "values"), IN_PLACE.values(), ids=list(IN_PLACE))
def test_a_pandas_column_of_any_kind_is_read_where_it_is_needed(header, values, tmp_path):
    frame = pd.DataFrame({**BASE, header: values})
    found = loaded(frame, tmp_path)
    assert sum(found.amounts()) == TOTAL
    assert found.column("date") == DAYS
    assert found.good["customer_id"].n_unique() == 3


def test_an_index_with_a_name_is_a_column_and_one_without_is_none(tmp_path):
    indexed = pd.DataFrame(BASE).set_index(["Customer", "Invoice No"])
    assert loaded(indexed, tmp_path).column("customer_id") == BASE["Customer"]
    filtered = pd.DataFrame(BASE).iloc[[0, 2]]
    assert loaded(filtered, tmp_path).column("document_id") == ["A1", "A3"]


def test_a_grouped_series_is_a_table_of_its_index_and_itself(tmp_path):
    grouped = pd.DataFrame({**BASE, "Amount": [10.1, 20.2, 30.3, -0.6]}).groupby(["Customer", "Date"])["Amount"].sum()
    found = loaded(grouped, tmp_path)
    assert sum(found.amounts()) == TOTAL
    assert found.good["customer_id"].n_unique() == 3


def test_headings_of_two_levels_and_twice_the_same_stay_apart():
    frame = pd.DataFrame([[1, 2], [3, 4]], columns=pd.MultiIndex.from_tuples([("Sales", "Net"), ("Sales", "Gross")]))
    assert frame_of(frame).columns == ["Sales Net", "Sales Gross"]
    twice = frame_of(pd.DataFrame([[1, 2]], columns=["a", "a"]))
    assert len(set(twice.columns)) == 2


def test_an_arrow_table_of_dictionaries_and_decimals(tmp_path):
    table = pa.table(
        {
            **BASE,
            "Customer": pa.array(BASE["Customer"]).dictionary_encode(),
            "Amount": pa.array(BASE["Amount"], pa.decimal256(40, 2)),
        }
    )
    found = loaded(table, tmp_path)
    assert sum(found.amounts()) == TOTAL
    assert found.column("customer_id") == BASE["Customer"]


def test_a_lazy_frame_is_collected(tmp_path):
    assert sum(loaded(pl.DataFrame(BASE).lazy(), tmp_path).amounts()) == TOTAL


@pytest.mark.parametrize("given", [3, object()], ids=["number", "object"])
def test_what_is_no_frame_is_refused_by_its_kind(given):
    with in_language("en"), pytest.raises(Invalid) as refused:
        frame_of(given)
    assert type(given).__name__ in refused.value.text()

"""One customer's rows are those of the whole table, however its groups lie."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from liuke.store.rows_of_one import rows_of_one


@settings(max_examples=40, deadline=None)
@given(codes=st.lists(st.integers(0, 12), max_size=60), group=st.integers(1, 9), wanted=st.integers(-1, 13))
def test_rows_of_one_are_those_a_filter_finds(codes: list[int], group: int, wanted: int) -> None:
    table = pl.DataFrame(
        {
            "said": pl.Series([[str(n)] * (n % 3) for n in range(len(codes))], dtype=pl.List(pl.String)),
            "customer_code": pl.Series(codes, dtype=pl.Int32),
            "row": pl.Series(range(len(codes)), dtype=pl.Int64),
        }
    )
    with TemporaryDirectory() as folder:
        path = Path(folder) / "table.parquet"
        table.write_parquet(path, row_group_size=group)
        assert_frame_equal(rows_of_one(path, wanted), table.filter(pl.col("customer_code") == wanted))
        some = rows_of_one(path, wanted, ("row",))
    assert_frame_equal(some, table.filter(pl.col("customer_code") == wanted).select("row"))


def test_a_file_put_in_place_of_another_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "table.parquet"
    pl.DataFrame({"customer_code": [1, 1, 2]}).write_parquet(path)
    assert len(rows_of_one(path, 1)) == 2
    pl.DataFrame({"customer_code": [1, 1, 1, 2, 3]}).write_parquet(path)
    assert len(rows_of_one(path, 1)) == 3
    with pytest.raises(FileNotFoundError):
        rows_of_one(tmp_path / "none.parquet", 1)

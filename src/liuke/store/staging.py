"""Clean rows on disk, ready to be compared with what is stored."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from liuke.store.contract_frames import conform
from liuke.store.sql import parquet

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import duckdb
    import polars as pl

    from liuke.kernel.contract import Contract

LEAST_MEMORY = 1_150_000_000  # bytes
BYTES_A_ROW = 60  # of a line while it is sorted


@dataclass(frozen=True)
class Staged:
    """Clean rows on disk and a connection that sees them as `incoming`."""

    con: duckdb.DuckDBPyConnection
    folder: Path
    rows: int


def memory_limit(rows: int) -> int:
    """Bytes the sorting of so many rows may use before it spills: at least 1.1 GB, at most a quarter of the machine."""
    pages = getattr(os, "sysconf", lambda _: -1)("SC_PHYS_PAGES")
    quarter = pages * os.sysconf("SC_PAGE_SIZE") // 4 if pages > 0 else LEAST_MEMORY
    return max(LEAST_MEMORY, min(rows * BYTES_A_ROW, quarter))


def stage(frames: Iterable[pl.DataFrame], contract: Contract, folder: Path) -> Staged:
    """Write clean frames to one Parquet file in the contract's columns and open it."""
    import duckdb
    import polars as pl
    import pyarrow.parquet as pq

    path = folder / "incoming.parquet"
    writer: pq.ParquetWriter | None = None
    rows = 0
    try:
        for frame in frames:
            shaped = conform(frame.lazy(), contract).collect()
            table = shaped.with_columns(row_no=frame["__row"].cast(pl.Int64)).to_arrow()
            if writer is None:
                writer = pq.ParquetWriter(path, table.schema, compression="lz4")
            writer.write_table(table.cast(writer.schema))
            rows += len(frame)
    finally:
        if writer is not None:
            writer.close()
    con = duckdb.connect(config={"temp_directory": str(folder / "spill")})
    con.execute(f"SET memory_limit = '{memory_limit(rows) // 2**20}MiB'")
    con.execute("SET preserve_insertion_order = false")
    if rows:
        con.execute(f"CREATE VIEW incoming AS SELECT * FROM {parquet([path])}")
    return Staged(con, folder, rows)

"""Rows of one customer in a table of a run, read without the rest of it.

Tables of a run lie in the order of customers' codes, so the footer of the file says in which few groups of rows a
customer can be. A footer is parsed once: of 66 million documents that takes longer than reading the rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt
    import pyarrow.parquet as pq

BY = "customer_code"
FOOTERS = 64  # kept; a table of a thousand groups and sixty columns takes some megabytes


@dataclass(frozen=True)
class Footer:
    """What the end of a file says: its parts, and between which codes the customers of each group are."""

    metadata: pq.FileMetaData
    least: npt.NDArray[np.float64]  # (groups,)
    most: npt.NDArray[np.float64]

    def groups(self, code: int) -> list[int]:
        """The groups that can hold rows of this customer."""
        return np.flatnonzero((self.least <= code) & (code <= self.most)).tolist()


def rows_of_one(path: Path, code: int, columns: Sequence[str] | None = None) -> pl.DataFrame:
    """The rows whose customer_code is this, in the order they lie in, of some columns or all.

    The file is one of a run, which never changes; it must have customer_code.
    """
    import pyarrow.parquet as pq

    status = path.stat()
    footer = _footer(path, status.st_mtime_ns, status.st_size)
    wanted = None if columns is None else list(dict.fromkeys([BY, *columns]))
    with pq.ParquetFile(path, metadata=footer.metadata) as file:
        found = pl.DataFrame(file.read_row_groups(footer.groups(code), columns=wanted, use_threads=False))
    found = found.filter(pl.col(BY) == code)
    return found if columns is None else found.select(columns)


@lru_cache(maxsize=FOOTERS)
def _footer(path: Path, _time: int, _size: int) -> Footer:
    import pyarrow.parquet as pq

    metadata = pq.read_metadata(path)
    at = [metadata.schema.column(leaf).path for leaf in range(metadata.num_columns)].index(BY)
    said = [metadata.row_group(group).column(at).statistics for group in range(metadata.num_row_groups)]
    ends = [(each.min, each.max) if each is not None and each.has_min_max else (-np.inf, np.inf) for each in said]
    least, most = np.array(ends, np.float64).reshape(-1, 2).T
    return Footer(metadata, least, most)

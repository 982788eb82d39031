"""Frames in the shape of a contract: its columns in its order, each of its type."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from liuke.kernel.contract import Contract

POLARS_TYPE: dict[str, pl.DataType] = {
    "text": pl.String(),
    "date": pl.Date(),
    "money": pl.Decimal(18, 2),
    "number": pl.Decimal(18, 4),
    "integer": pl.Int64(),
    "boolean": pl.Boolean(),
}


def empty(contract: Contract) -> pl.DataFrame:
    """No rows of the contract's columns and types."""
    return pl.DataFrame(schema={name: POLARS_TYPE[column.type] for name, column in contract.columns.items()})


def conform(rows: pl.LazyFrame, contract: Contract) -> pl.LazyFrame:
    """The contract's columns in its order and types, those the rows lack as nulls."""
    have = rows.collect_schema().names()
    return rows.select(
        (pl.col(name).cast(POLARS_TYPE[c.type]) if name in have else pl.lit(None, POLARS_TYPE[c.type])).alias(name)
        for name, c in contract.columns.items()
    )

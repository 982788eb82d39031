"""Facets: how many rows have which value of a column, of several columns in one look at the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence


def question(table: str, where: str, columns: Sequence[str]) -> str:
    """The SQL that counts the values of these columns among the rows of a table that fit."""
    each = ", ".join(f'"{column}"' for column in columns)
    sets = ", ".join(f'("{column}")' for column in columns)
    asked = f"SELECT grouping({each}) AS others, {each}, count(*) AS rows FROM {table} {where}"
    return f"{asked} GROUP BY GROUPING SETS ({sets})"


def by_column(counted: pl.DataFrame, columns: Sequence[str]) -> dict[str, pl.DataFrame]:
    """The answer taken apart: of each column value and rows, most first."""
    every = 2 ** len(columns) - 1  # a bit a column, the first one highest: set where the row is of another
    return {
        column: counted.filter(pl.col("others") == every - 2 ** (len(columns) - 1 - at))
        .select(pl.col(column).alias("value"), "rows")
        .sort("rows", "value", descending=[True, False], nulls_last=True)
        for at, column in enumerate(columns)
    }

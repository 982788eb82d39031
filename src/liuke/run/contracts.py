"""Contracts of a run's tables: how a stage writes them down, and the check of what it writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.contract import Column, Contract

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from liuke.kernel.contract import Type

DTYPES: dict[Type, tuple[pl.DataType | type[pl.DataType], ...]] = {
    "text": (pl.String,),
    "sentence": (pl.String,),
    "date": (pl.Date,),
    "money": (pl.Decimal(18, 2),),
    "number": (pl.Decimal(18, 4),),
    "integer": (pl.Int64, pl.Int32),
    "boolean": (pl.Boolean,),
    "real": (pl.Float64,),
    "texts": (pl.List(pl.String),),
    "integers": (pl.List(pl.Int64),),
}


class Broken(AssertionError):  # noqa: N818  (a fault of the program, never of a file)
    """A stage wrote something else than its contract says."""


def table(name: str, meaning: str, grain: tuple[str, ...], /, **columns: Column) -> Contract:
    """The contract of a table of a run; a name with a trailing underscore stands for a word of Python's."""
    return Contract(name, meaning, grain, {column.rstrip("_"): about for column, about in columns.items()})


def text(meaning: str, *allowed: str, personal: bool = False, required: bool = False) -> Column:
    """A text."""
    return Column("text", meaning, allowed=allowed, personal=personal, required=required)


def day(meaning: str, *, required: bool = False) -> Column:
    """A calendar day."""
    return Column("date", meaning, required=required)


def money(meaning: str) -> Column:
    """An amount in the firm's currency."""
    return Column("money", meaning)


def whole(meaning: str, unit: str = "", *, required: bool = False) -> Column:
    """A whole number."""
    return Column("integer", meaning, unit=unit, required=required)


def real(meaning: str, unit: str = "") -> Column:
    """A number."""
    return Column("real", meaning, unit=unit)


def share(meaning: str) -> Column:
    """A number from 0 to 1."""
    return Column("real", meaning, unit="0-1")


def yes(meaning: str) -> Column:
    """True or false."""
    return Column("boolean", meaning)


def sentence(meaning: str) -> Column:
    """A packed `Said`."""
    return Column("sentence", meaning)


def schema(contract: Contract) -> dict[str, pl.DataType | type[pl.DataType]]:
    """The columns as Polars' types; whole numbers are 64 bits wide, numbers of customers 32."""
    wide = {name: DTYPES[about.type][0] for name, about in contract.columns.items()}
    whole_numbers = {name: pl.Int64 for name, about in contract.columns.items() if about.type == "integer"}
    code = {"customer_code": pl.Int32} if "customer_code" in wide else {}
    return {**wide, **whole_numbers, **code}


def frame(contract: Contract, rows: Sequence[Mapping[str, object]] | Sequence[tuple[object, ...]]) -> pl.DataFrame:
    """Rows as the contract has them; a column a row does not name is null."""
    return pl.DataFrame(rows, schema=schema(contract), orient="row")


CUSTOMER = Column("integer", "The customer's number in this workspace; it never leaves it", required=True)


def check(contract: Contract, frame: pl.DataFrame, *, whole: bool = True) -> pl.DataFrame:
    """The frame, or Broken: other columns, another type, a missing required value, a grain twice (in a whole table)."""
    if set(frame.columns) != set(contract.columns):
        extra, missing = set(frame.columns) - set(contract.columns), set(contract.columns) - set(frame.columns)
        raise Broken(f"{contract.table}: columns {sorted(extra)} are in no contract, {sorted(missing)} are missing")
    for name, about in contract.columns.items():
        if frame.schema[name] not in DTYPES[about.type]:
            raise Broken(f"{contract.table}.{name} is {frame.schema[name]}, not {about.type}")
        if about.required and frame[name].null_count():
            raise Broken(f"{contract.table}.{name} has no value in {frame[name].null_count()} rows")
        if about.allowed and not set(frame[name].drop_nulls().unique()) <= set(about.allowed):
            raise Broken(f"{contract.table}.{name} holds {sorted(frame[name].unique())}, not {about.allowed}")
    if whole and contract.grain and frame.select(contract.grain).is_duplicated().any():
        raise Broken(f"{contract.table} has two rows for one {', '.join(contract.grain)}")
    return frame

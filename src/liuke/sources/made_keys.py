"""Keys of rows that have none: the same row, loaded again, gets the same key."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said

if TYPE_CHECKING:
    from liuke.kernel.contract import Contract
    from liuke.sources.mapping import Mapping

DIGITS = 12  # of 16: one chance in a million that two of 20,000 rows share a key
SAID = {
    "digest": N_("The file has no {key}: one is made from {of}. Rows alike in these are one."),
    "month": N_("The file has no {key}: the month of {of} stands for it."),
    "header": N_("The file has no {key}: the name of the column stands for it, {of}."),
}


def with_made_keys(rows: pl.DataFrame, contract: Contract, mapping: Mapping) -> pl.DataFrame:
    """Canonical rows with every blank key made as the contract says."""
    for name, made in contract.made.items():
        if not rows.is_empty() and bool(rows[name].is_null().any()):
            of = [column for column in made.of if column in rows.columns]
            key = _header(rows, of, mapping) if made.way == "header" else _month(rows, of) if made.way == "month" else (
                _digest(rows, of)
            )  # fmt: skip
            rows = rows.with_columns(pl.coalesce(pl.col(name), pl.lit(key)).alias(name))
    return rows


def said_of_made(contract: Contract, mapping: Mapping) -> list[Said]:
    """What is said of keys the file does not have."""
    notes = []
    for name, made in contract.made.items():
        if name in mapping.columns:
            continue
        headers = tuple(header for column in made.of if (header := mapping.header(column)) is not None)
        if made.way != "digest":
            headers = headers[:1]
        notes.append(Said(SAID[made.way], {"key": Said(contract.columns[name].meaning), "of": headers}))
    return notes


def _digest(rows: pl.DataFrame, of: list[str]) -> pl.Series:
    text = rows.select(pl.concat_str([pl.col(name).cast(pl.String).fill_null("") for name in of], separator="\x1f"))
    words = text.to_series()
    keys = {word: hashlib.blake2b(word.encode()).hexdigest()[:DIGITS] for word in words.unique().to_list()}
    return words.replace_strict(keys, return_dtype=pl.String)


def _month(rows: pl.DataFrame, of: list[str]) -> pl.Series:
    day = pl.coalesce(pl.col(name) for name in of)
    return rows.select(day.dt.strftime("%Y-%m").fill_null("-")).to_series()


def _header(rows: pl.DataFrame, of: list[str], mapping: Mapping) -> pl.Series:
    header = next((header for name in of if (header := mapping.header(name)) is not None), "-")
    return pl.Series([header]).new_from_index(0, rows.height)

"""Sentences as a run keeps them: one a row of a whole column at once, and reasons as values of `run.json`."""

from __future__ import annotations

from typing import Any

import polars as pl

from liuke.kernel.estimate import NotEstimable


def packed(messages: pl.Series, **fields: pl.Series) -> pl.Series:
    """A column of sentences as `Said.pack` writes each; a field is a column of texts, numbers, money or shares."""
    frame = pl.DataFrame(fields)
    said = frame.select(pl.struct(said=messages, fields=pl.struct(pl.all())).struct.json_encode())
    return said.to_series()


def money_fields(amounts: pl.Series) -> pl.Series:
    """Amounts in currency units as fields: `Money` without a currency."""
    amount = amounts.cast(pl.String)
    return pl.DataFrame({"money": amount}).with_columns(currency=pl.lit("")).to_struct()


def share_fields(shares: pl.Series) -> pl.Series:
    """Shares as fields: `Share` in whole per cent."""
    return pl.DataFrame({"share": shares}).with_columns(digits=pl.lit(0)).to_struct()


def reason_of(answer: object) -> dict[str, Any] | None:
    """Why there is no number, as `run.json` holds it; None where there is one."""
    return answer.reason.plain() if isinstance(answer, NotEstimable) else None

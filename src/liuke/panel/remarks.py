"""Remarks of customers: complaints, what came of contacts, and answers to surveys, searched for ideas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.panel.heard import heard, mentions
from liuke.panel.telling import events_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polars import DataFrame

SAID_IN = {  # table -> columns a remark may stand in, and its day; what a contact was for is our own intention
    "complaint": (("kind", "text"), "opened_on"),
    "contact": (("outcome", "text"), "at"),
    "survey_answer": (("text",), "answered_on"),
}


def remarks_of(tables: Mapping[str, DataFrame], idea: str) -> DataFrame:
    """One event a row of the tables of SAID_IN that says an idea, from the day it was said and entered."""
    return pl.concat([_said(tables[name], name, idea) for name in SAID_IN])


def _said(rows: DataFrame, table: str, idea: str) -> DataFrame:
    columns, day = SAID_IN[table]
    worth = rows.filter(pl.any_horizontal(mentions(pl.col(name), idea) for name in columns))  # most say nothing of it
    told = worth.filter(pl.any_horizontal(heard(pl.col(name), idea) for name in columns))
    return events_of(told, table, day=day, known_on="recorded_on" if "recorded_on" in rows.columns else None)

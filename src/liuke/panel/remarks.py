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


def remarks_of(tables: Mapping[str, DataFrame], idea: str, of_kind: str | None = None) -> DataFrame:
    """One event a row of the tables of SAID_IN that says an idea, from the day it was said and entered.

    A complaint whose kind says the idea `of_kind` need not say more: "delivery" alone is no news at a visit, but a
    complaint of that kind is one.
    """
    return pl.concat([_said(tables[name], name, idea, of_kind if name == "complaint" else None) for name in SAID_IN])


def _said(rows: DataFrame, table: str, idea: str, of_kind: str | None) -> DataFrame:
    columns, day = SAID_IN[table]
    asked = [(name, idea) for name in columns] + ([("kind", of_kind)] if of_kind else [])
    worth = rows.filter(pl.any_horizontal(mentions(pl.col(name), each) for name, each in asked))  # most say nothing
    told = worth.filter(pl.any_horizontal(heard(pl.col(name), each) for name, each in asked))
    return events_of(told, table, day=day, known_on="recorded_on" if "recorded_on" in rows.columns else None)

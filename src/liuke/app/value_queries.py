"""What the faces ask about value: the customers by worth, one of them, the service gap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from liuke.kernel.errors import NotFound, Refused
from liuke.kernel.i18n import N_
from liuke.reports import value_words
from liuke.run.value_fit import value_standard
from liuke.value import standard as standards

if TYPE_CHECKING:
    from liuke.store.runs import Run
    from liuke.store.workspace import Workspace

SORTS = ("next_year", "clv", "at_stake_next_year", "wallet", "share_of_wallet", "grade", "customer_id")
ASCENDING = ("customer_id", "grade")
NO_VALUES = N_("This run was made before customers were valued.")
AGAIN = N_("Run again: liuke run --again.")


@dataclass(frozen=True)
class Wanted:
    """Which customers to list by value; empty means no restriction."""

    grade: str | None = None
    stage: str | None = None
    loyalty: str | None = None
    core: bool = False  # by next year's expected money
    neglected: bool = False
    sort: str = "next_year"
    top: int | None = None


def values(run: Run, wanted: Wanted) -> pl.DataFrame:
    """Rows of `customer_value` that match with customer_id, name and state; Refused for what the run does not have."""
    rows = _joined(run)
    for column in ("grade", "stage", "loyalty"):
        asked = getattr(wanted, column)
        if asked is not None:
            _refuse_unknown(rows, column, asked)
            rows = rows.filter(pl.col(column) == asked)
    if wanted.core:
        rows = rows.filter("core_next_year")
    if wanted.neglected:
        rows = rows.filter("neglected")
    keys = [wanted.sort] if wanted.sort == "customer_id" else [wanted.sort, "next_year", "customer_id"]
    rows = rows.sort(list(dict.fromkeys(keys)), descending=[key not in ASCENDING for key in dict.fromkeys(keys)],
                     nulls_last=True)  # fmt: skip
    found = rows.collect()
    return found if wanted.top is None else found.head(wanted.top)


def value_of(run: Run, customer_code: int) -> pl.DataFrame:
    """The one row of a customer."""
    return _joined(run).filter(pl.col("customer_code") == customer_code).collect()


def spoken(rows: pl.DataFrame, run: Run) -> pl.DataFrame:
    """The rows with the reason of each grade as a sentence in the language in force."""
    currency = run.info["currency"]
    told = [value_words.grade_reason(row, currency) for row in rows.iter_rows(named=True)]
    said = [None if each is None else each.text() for each in told]
    return rows.with_columns(grade_reason=pl.Series(said, dtype=pl.String)).drop("grade_said")


def value_record(run: Run, customer_code: int) -> dict[str, Any] | None:
    """A customer's value as a record; None in a run without values."""
    if "customer_value" not in run.tables:
        return None
    return spoken(value_of(run, customer_code), run).row(0, named=True)


def value_sentences(run: Run, customer_code: int) -> list[str]:
    """A customer's value in sentences, in the language in force; none in a run without values."""
    if "customer_value" not in run.tables:
        return []
    return value_words.sentences(value_of(run, customer_code).row(0, named=True), run.info)


def service_gap(run: Run) -> pl.DataFrame:
    """Customers that get less service than owed, before them a row with the reason where that is not wholly known."""
    check(run)
    gap = run.table("service_gap")
    who = run.scan("customer_now").select("customer_code", "customer_id", "name").collect()
    joined = gap.join(who, on="customer_code", how="left", maintain_order="left")
    return joined.select("customer_id", "name", *(c for c in joined.columns if c not in ("customer_id", "name")))


def check(run: Run) -> None:
    """Refused for a run that has no value tables."""
    if "customer_value" not in run.tables:
        raise Refused(NO_VALUES, fix=AGAIN)


def _joined(run: Run) -> pl.LazyFrame:
    check(run)
    who = run.scan("customer_now").select("customer_code", "customer_id", "name", "state", "salesperson")
    return who.join(run.scan("customer_value"), on="customer_code")


def _refuse_unknown(rows: pl.LazyFrame, column: str, asked: str) -> None:
    """Refuse a value no customer has: an empty list would look like an answer."""
    have = rows.select(pl.col(column).drop_nulls().unique().sort()).collect().to_series().to_list()
    if asked not in have:
        raise NotFound(
            N_("No customer has {column} {asked}."),
            column=column,
            asked=asked,
            have=", ".join(have),
            fix=N_("There are: {have}."),
        )


def standard(workspace: Workspace) -> standards.Standard:
    """The grades and the service they are owed, the firm's own or ours."""
    return standards.standard(value_standard(workspace))

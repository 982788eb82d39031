"""A salesperson asked for by name is one by number: two of one name never share a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.errors import Conflict
from liuke.kernel.i18n import N_
from liuke.reports.query import Condition

if TYPE_CHECKING:
    from collections.abc import Callable


def one_person(condition: Condition, everybody: Callable[[], pl.DataFrame]) -> Condition:
    """The condition by the salesperson's number, where it asks for one; Conflict where two have the name.

    `everybody`: salesperson_id and salesperson of all there are.
    """
    if condition.column != "salesperson" or condition.how != "=":
        return condition
    people = everybody()
    meant = people.filter(pl.col("salesperson_id") == condition.value)
    if meant.is_empty():
        meant = people.filter(pl.col("salesperson") == condition.value)
    if len(meant) > 1:
        raise Conflict(
            N_("{count} salespeople are called {wanted}: {near}."),
            wanted=condition.value,
            count=len(meant),
            near=", ".join(f"{number} {name}" for number, name in meant.iter_rows()),
            fix=N_("Use the salesperson's number."),
        )
    return condition if meant.is_empty() else Condition("salesperson_id", meant["salesperson_id"].item())

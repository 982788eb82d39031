"""Salespeople as a control offers them: by number, which is one person's alone, and by name as people know them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from liuke.reports.query import CUSTOMERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from liuke.reports.contexts.base import Source

NAME, NUMBER = "salesperson", "salesperson_id"  # columns: what a condition asks of, and what is counted for a control


@dataclass(frozen=True)
class Salespeople:
    """Everybody who looks after customers: name by number."""

    names: Mapping[str, str]

    def label(self, number: str) -> str:
        """What a person is called: the name, with the number where another has it too; the number of who has none."""
        name = self.names.get(number, number)
        double = name != number and sum(each == name for each in self.names.values()) > 1
        return f"{name} ({number})" if double else name

    def chosen(self, asked: str) -> str:
        """The number of who is asked for, by number or by a name that one person has; else what was asked."""
        meant = [number for number, name in self.names.items() if name == asked]
        return meant[0] if asked not in self.names and len(meant) == 1 else asked


def salespeople_of(source: Source) -> Salespeople:
    """Those of the customers a source has."""
    people = source.scan(CUSTOMERS).select(NUMBER, NAME).drop_nulls(NUMBER).unique(NUMBER).collect()
    return Salespeople({str(number): str(name or number) for number, name in people.sort(NUMBER).iter_rows()})


def counted_column(column: str) -> str:
    """The column whose values a control offers for a condition on a column."""
    return NUMBER if column == NAME else column

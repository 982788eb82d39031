"""A column that bears the name of what is needed and whose cells can't be read: said with cells, and the cure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_
from liuke.sources.columns import ENOUGH, NAMED
from liuke.sources.headers import name_score

if TYPE_CHECKING:
    import collections.abc

    from liuke.kernel.contract import Contract
    from liuke.sources.profile import Profile

MONTH = re.compile(r"^\d{4}\s*[-/.年]?\s*(0?[1-9]|1[0-2])\s*月?$|^[A-Za-zÀ-ÿ]{3,9}\.?[\s-]*\d{2,4}$")
RANGE = re.compile(r"\d\s*(~|至|到|–|—|\bto\b|\bbis\b|\s-\s)\s*\d")
YEAR = re.compile(r"^(19|20)\d{2}$")


@dataclass(frozen=True)
class Unreadable:
    """A column that can't be read as what its name says, some of its cells, and what is to be done."""

    name: str
    header: str
    cells: tuple[str, ...]
    said: str
    fix: str

    def refusal(self, place: str) -> Invalid:
        """What is said where this column is needed."""
        return Invalid(
            self.said,
            fix=self.fix,
            file=place,
            column=self.header,
            cells=", ".join(self.cells),
            option=NAMED.get(self.name, ""),
        )


def unreadable(name: str, contract: Contract, looks: collections.abc.Mapping[str, Profile]) -> Unreadable | None:
    """The column best named for a canonical one whose cells are not of its type; None where no header names it."""
    column = contract.columns[name]
    scored = [(name_score(header, column.names), header) for header in looks if looks[header].filled]
    best = max(scored, default=(0.0, ""))
    if best[0] < ENOUGH or column.type not in ("date", "money"):
        return None
    look = looks[best[1]]
    if column.type == "money":
        said = N_("{file}: the cells of {column} can't be read as amounts, for example {cells}.")
        fix = N_("Export plain numbers such as 1234.50, or name another column: {option} HEADER.")
        return Unreadable(name, best[1], look.sample, said, fix) if look.numbers < 0.5 else None
    if look.date_like >= 0.5:
        return None
    said, fix = _of_days(look.sample)
    return Unreadable(name, best[1], look.sample, said, fix)


def _of_days(cells: tuple[str, ...]) -> tuple[str, str]:
    """What a column of days holds instead, and what would make it readable."""
    if all(MONTH.match(cell) for cell in cells):
        return (
            N_("{file}: {column} holds months, not days, for example {cells}."),
            N_("Export the day of each document, or name a column that has it: {option} HEADER."),
        )
    if all(YEAR.match(cell) for cell in cells):
        return (
            N_("{file}: {column} holds years, not days, for example {cells}."),
            N_("Export the day of each document, or name a column that has it: {option} HEADER."),
        )
    if any(RANGE.search(cell) for cell in cells):
        return (
            N_("{file}: {column} holds spans of days, not single days, for example {cells}."),
            N_("Export the day of each document, or name a column that has it: {option} HEADER."),
        )
    return (
        N_("{file}: the cells of {column} can't be read as days, for example {cells}."),
        N_("Days can be read such as 2026-01-31, 31.01.2026 or 20260131; or name another column: {option} HEADER."),
    )

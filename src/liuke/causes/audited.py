"""What people found when they checked why a customer left: verdicts, a row each, and what stands of them as labels."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from liuke.causes.taxonomy import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence
    from datetime import date

    from liuke.causes.combine import Labels
    from liuke.panel.panel import Int

IS, IS_NOT, OTHER, UNCLEAR, UNDONE = "is", "is_not", "other", "unclear", "undone"
VERDICTS = (IS, IS_NOT, OTHER, UNCLEAR, UNDONE)
SAYS_WHICH = (IS, OTHER)


@dataclass(frozen=True)
class Verdict:
    """One row: what somebody found of a customer, or that an earlier row is undone. Later numbers are newer."""

    id: int
    customer_id: str
    verdict: str
    cause: str | None  # the one found; of `is_not` the one excluded
    undoes: int | None
    on: date  # recorded
    said: str  # the cause the run named when the question was put, before this customer was checked


@dataclass(frozen=True)
class WhatStands:
    """What stands of a customer's verdicts."""

    found: str | None = None  # the cause it was
    excluded: frozenset[str] = frozenset()  # causes it was not
    unclear: bool = False  # the newest finding is that nobody can say
    on: date | None = field(default=None, compare=False)  # the day of the newest finding

    @property
    def says(self) -> bool:
        """Whether it says anything of a cause."""
        return self.found is not None or bool(self.excluded)


def in_force(rows: Iterable[Verdict]) -> list[Verdict]:
    """The rows that stand, oldest first: neither undone nor an undoing."""
    ordered = sorted(rows, key=lambda row: row.id)
    undone = {row.undoes for row in ordered if row.verdict == UNDONE}
    return [row for row in ordered if row.verdict != UNDONE and row.id not in undone]


def what_stands(rows: Iterable[Verdict], who: Mapping[str, Hashable]) -> dict[Hashable, WhatStands]:
    """What stands of each customer; `who` says who each customer is today, rows of others are left out.

    The newest finding counts: a cause found puts what was excluded before aside; a cause excluded later that is the one
    found before takes that back; "nobody can say" puts both aside.
    """
    found: dict[Hashable, WhatStands] = {}
    for row in in_force(rows):
        if row.customer_id not in who:
            continue
        customer = who[row.customer_id]
        found[customer] = _after(found.get(customer, WhatStands()), row)
    return found


def _after(before: WhatStands, row: Verdict) -> WhatStands:
    if row.verdict == UNCLEAR:
        return WhatStands(unclear=True, on=row.on)
    cause = row.cause or UNKNOWN
    if row.verdict in SAYS_WHICH:
        return WhatStands(cause, on=row.on)
    return WhatStands(None if before.found == cause else before.found, before.excluded | {cause}, on=row.on)


def with_audits(labels: Labels, audits: Mapping[int, WhatStands], codes: Int, causes: Sequence[str]) -> Labels:
    """The labels of customers by code, ascending, with what stands of them by code.

    A finding counts before any note. A cause that is no longer in force was found to be none of those that are, so it
    is unknown.
    """
    number = {cause: nth for nth, cause in enumerate([*causes, UNKNOWN])}
    audited = labels.audited.copy()
    excluded = np.zeros((len(codes), len(number)), np.bool_)
    unclear = np.zeros(len(codes), np.bool_)
    for at, code in enumerate(codes.tolist()):
        stands = audits.get(code)
        if stands is None:
            continue
        for cause in stands.excluded & number.keys() - {UNKNOWN}:
            excluded[at, number[cause]] = True
            audited[at] = -1 if audited[at] == number[cause] else audited[at]
        if stands.found is not None:
            audited[at] = number.get(stands.found, number[UNKNOWN])
        unclear[at] = stands.unclear
    return replace(labels, audited=audited, excluded=excluded, unclear=unclear)

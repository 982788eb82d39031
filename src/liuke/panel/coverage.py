"""How much of the money lies in lines that carry a margin or a quantity, and what is made of the lines that do not.

A measure that is missing is not 0. Where nearly all the money carries it, it may be used; else it is left out of the
panel, and whoever would use it stands on amounts or is refused, with the share as the reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from liuke.kernel.kinds import CODE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy.typing as npt

LEAST = 0.95  # of the money must carry a measure that is to be used
YEARS = 2  # over which that is asked
ADDED = "amount_with_"  # before a measure's name: the amount of the lines that carry it


@dataclass(frozen=True)
class Coverage:
    """How much of the money of the last two years, as known at the end, carries a measure."""

    share: float  # of the money, 0 to 1
    rate: float  # the measure by the amount of the lines that carry it, both in whole units of the panel

    @property
    def enough(self) -> bool:
        """Whether the measure may be used."""
        return self.share >= LEAST


NOWHERE = Coverage(0.0, 0.0)


def coverage(
    parts: Iterable[Mapping[str, npt.NDArray[Any]]], measure: str, kinds: Iterable[str], known_until: int
) -> Coverage:
    """The coverage of a measure over partial sums, one mapping a period, sorted by customer, kind and known_from.

    Only documents of these kinds count, as they were known at the end of period `known_until`.
    """
    codes = [CODE[kind] for kind in kinds]
    whole = missing = carried = value = 0
    for part in parts:
        if not part:
            continue
        rows = _as_known(part, codes, known_until)
        amount, having = part["amount"][rows], part[ADDED + measure][rows]
        whole += int(np.abs(amount).sum())
        missing += int(np.abs(amount - having).sum())
        carried += int(having.sum())
        value += int(part[measure][rows].sum())
    if not whole or carried <= 0:
        return NOWHERE
    return Coverage(max(1 - missing / whole, 0.0), value / carried)


def _as_known(part: Mapping[str, npt.NDArray[Any]], codes: list[int], known_until: int) -> npt.NDArray[np.intp]:
    """The rows of one period that hold at the end: of each customer and kind the one known last."""
    customer, kind, known = part["customer_code"], part["kind"], part["known_from"]
    seen = np.flatnonzero(np.isin(kind, codes) & ((known <= known_until) | (known == part["period"])))
    customer, kind = customer[seen], kind[seen]
    last = np.ones(len(seen), bool)
    last[:-1] = (customer[1:] != customer[:-1]) | (kind[1:] != kind[:-1])
    return seen[last]


def usable(sums: Mapping[str, npt.NDArray[Any]], found: Mapping[str, Coverage]) -> dict[str, npt.NDArray[Any]]:
    """Partial sums with the measures that may be used, and without the others.

    Lines without a margin are taken to earn what those with one earn of their amount; lines without a quantity
    (freight, a rebate) move nothing.
    """
    kept = {name: values for name, values in sums.items() if name not in found and not name.startswith(ADDED)}
    for name, how in found.items():
        if sums and how.enough:
            kept[name] = sums[name]
    if "margin" in kept:
        without = sums["amount"] - sums[ADDED + "margin"]
        kept["margin"] = kept["margin"] + np.rint(without * found["margin"].rate).astype(np.int64)
    return kept

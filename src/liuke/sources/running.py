"""Columns that add up another one row by row: running sums and balances, which are no amounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.sources.mapping import BY_HAND, Match

if TYPE_CHECKING:
    import collections.abc

    from liuke.sources.profile import Profile

NEAR = 0.011
SURE = 0.95  # of the rows
LEAST = 4  # rows, for a sum to be no chance


def added_up(header: str, looks: collections.abc.Mapping[str, Profile], among: list[str]) -> str | None:
    """The column whose numbers a column adds up row by row; None where it adds up none of these."""
    steps = looks[header].values.cast(pl.Float64).diff().slice(1)
    if steps.len() - steps.null_count() < LEAST:
        return None
    for other in among:
        line = looks[other].values.cast(pl.Float64).slice(1)
        pair = pl.DataFrame({"step": steps, "line": line}).drop_nulls()
        if other != header and pair.height >= LEAST and bool((pair["line"] != 0).any()):
            near = (pair["step"] - pair["line"]).abs() <= NEAR
            if float(near.mean() or 0) >= SURE:  # type: ignore[arg-type]
                return other
    return None


def without_running_sums(columns: dict[str, Match], looks: collections.abc.Mapping[str, Profile]) -> dict[str, Match]:
    """The columns with the amount read from what it adds up, where the one taken is a running sum."""
    taken = columns.get("amount")
    if taken is None or taken.why.message == BY_HAND or "other_side" in columns:
        return columns
    free = [h for h, look in looks.items() if look.numbers >= 0.9 and look.dates < 0.1]
    line = added_up(taken.header, looks, free)
    if line is None:
        return columns
    left = {name: match for name, match in columns.items() if match.header != line}
    return {**left, "amount": Match(line, Said(N_("{other} adds it up row by row"), {"other": taken.header}))}

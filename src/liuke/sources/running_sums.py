"""Columns that add up another from row to row: they are no amounts, and tell which column the line's amount is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.sources.mapping import Match
from liuke.sources.profile import agree

if TYPE_CHECKING:
    from collections.abc import Collection

    from liuke.sources.looks import Looks

MOST_COLUMNS = 60  # wider tables say by their names what they hold
FEWEST_ROWS = 4
SURE = 0.95
OFTEN = 0.6  # of a sum that begins anew with each customer


def running_sums(looks: Looks, given: Collection[str], notes: list[Said]) -> dict[str, str]:
    """Columns that add up another, taken out of the looks and named; with each the column it adds up all through."""
    if len(looks) > MOST_COLUMNS:
        return {}
    numeric = {
        header: look.values.cast(pl.Float64)
        for header, look in looks.items()
        if look.numbers >= SURE and look.dates == 0 and look.filled >= FEWEST_ROWS
    }
    found: dict[str, str] = {}
    for header, values in numeric.items():
        if header in given or not _is_smooth(values):
            continue
        varied = {other: each for other, each in numeric.items() if other != header and each.n_unique() > 2}
        shares = {other: _adds_up(values, each) for other, each in varied.items()}
        best = max(shares, key=lambda other: shares[other], default=None)
        if best is None or shares[best] < OFTEN or best in found:
            continue
        said = N_("{header} adds up {line} from row to row: it is no amount of a line.")
        notes.append(Said(said, {"header": header, "line": best}))
        found[header] = best if shares[best] >= SURE else ""
    looks.leave_out(found)
    return {header: line for header, line in found.items() if line}


def amount_of_running_sum(columns: dict[str, Match], running: dict[str, str], given: Collection[str]) -> None:
    """The column that is added up as the amount, where no other is."""
    lines = [line for line in dict.fromkeys(running.values()) if line not in given]
    if len(lines) != 1 or {"amount", "amount_with_tax", "quantity"} & columns.keys():
        return
    for name in [name for name, match in columns.items() if match.header == lines[0]]:
        del columns[name]
    whole = next(header for header, line in running.items() if line == lines[0])
    columns["amount"] = Match(lines[0], Said(N_("{whole} adds it up from row to row"), {"whole": whole}))


def _is_smooth(values: pl.Series) -> bool:
    """Whether neighbours lie near to each other for the size of both, as those of a running sum do."""
    steps, size = values.diff().abs().median(), values.abs().median()
    return bool(steps) and bool(size) and float(steps) < 0.7 * float(size)  # type: ignore[arg-type]


def _adds_up(whole: pl.Series, line: pl.Series) -> float:
    """Share of the rows in which one column grows by the other, downwards or upwards."""
    down = agree(whole.diff().slice(1), line.slice(1))
    up = agree(-whole.diff().slice(1), line.slice(0, line.len() - 1))
    moving = int((line != 0).sum())
    return max(down, up) if moving >= FEWEST_ROWS else 0.0

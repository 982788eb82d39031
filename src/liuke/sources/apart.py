"""Lines of a text that hold data but have more fields than the heading, as rows that can't be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_, say
from liuke.sources.reconcile import ReasonTotal, Reconciliation
from liuke.sources.table import ROW
from liuke.sources.values import TYPES

if TYPE_CHECKING:
    from liuke.kernel.contract import Contract
    from liuke.sources.table import RawTable

TOO_WIDE = N_("The row has {found} fields where the heading has {width}: {text}")
CODE = "too_wide"


def lines_apart(table: RawTable, contract: Contract) -> tuple[pl.DataFrame, pl.DataFrame, Reconciliation]:
    """No usable rows, the lines in the columns of the table as far as they reach with why, and their account."""
    good = pl.DataFrame(schema={ROW: pl.UInt64, **{name: TYPES[c.type] for name, c in contract.columns.items()}})
    width = len(table.columns)
    cells = [[*line.fields[:width], *[None] * (width - len(line.fields))] for line in table.apart]
    frame = pl.DataFrame(cells, schema=dict.fromkeys(table.columns, pl.String), orient="row")
    reasons = [say(TOO_WIDE, found=len(line.fields), width=width, text=line.text) for line in table.apart]
    count = len(table.apart)
    bad = frame.with_columns(
        pl.Series(ROW, [line.row for line in table.apart], dtype=pl.UInt64),
        pl.Series("reason", reasons, dtype=pl.String),
        pl.Series("reason_code", [CODE] * count, dtype=pl.String),
    )
    total = ReasonTotal(count, unknown=count)
    return good, bad, Reconciliation(count, 0, count, unknown=count, by_reason={CODE: total} if count else {})

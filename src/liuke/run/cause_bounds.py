"""What those who left without saying why may hide: bounds of each cause's share of the lost.

Of whom no note or interview says anything each cause may be that of all or of none; between these two ends lies the
share, whoever answers and whoever does not (worst-case bounds: Manski 1989, J. Human Resources 24; 1990, AER 80). They
take what is said to be right, and are no ranges of chance: they are of these very customers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from liuke.causes.labels import NOTHING
from liuke.causes.taxonomy import UNKNOWN
from liuke.run.cause_contract import CAUSE_BOUND
from liuke.run.cause_totals import year_from
from liuke.run.contracts import frame

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from liuke.causes.combine import Labels
    from liuke.panel.panel import Int

ANY, AUDIT = "any", "audit"


def lost_lately(causes: pl.DataFrame, as_of: date) -> Int:
    """Codes of those lost in the last 12 months, ascending, by `customer_cause`."""
    lost = causes.filter(pl.col("judged") == "lost", pl.col("on") >= year_from(as_of))
    return lost["customer_code"].unique().sort().to_numpy().astype(np.int64)


def cause_bounds(labels: Labels, causes: Sequence[str], expected: Mapping[str, float], of: int) -> pl.DataFrame:
    """`cause_bound` of `of` lost customers by what was said of them; `expected` customers by cause as the model has it.

    Any: what a check found, else what an interview said, else a note by nobody knows whom, else the salesperson's.
    """
    ids = (*causes, UNKNOWN)
    said = {**labels.stated, AUDIT: labels.audited if len(labels.audited) else np.full(of, NOTHING)}
    first = np.full(of, NOTHING, np.int64)
    for channel in (AUDIT, "interview", "unsigned", "salesperson"):
        if channel in said:
            first = np.where(first == NOTHING, said[channel], first)
    rows = []
    for channel, stated in {ANY: first, **said}.items():
        answers = int((stated > NOTHING).sum())
        named = np.bincount(stated[stated > NOTHING], minlength=len(ids))
        rows += [
            (channel, cause, of, answers, int(count), count / answers if answers else None,
             count / of, (count + of - answers) / of, expected.get(cause, 0.0) / of)
            for cause, count in zip(ids, named.tolist(), strict=True)
            if of and (count or expected.get(cause, 0.0))
        ]  # fmt: skip
    return frame(CAUSE_BOUND, rows)

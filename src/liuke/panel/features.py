"""What is known of each customer at the ends of any periods: one function for the list, training and back-tests.

Point in time by construction: a column reads only what stands at or left of its period.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from liuke.panel.panel import Float, Int, Panel

SPANS = (3, 6, 12)  # periods of recent money
AMOUNTS = tuple(f"amount_{span}" for span in SPANS)


def span_sums(values: Int | npt.NDArray[np.int32], positions: Sequence[int], span: int) -> Int:
    """Sums over the `span` periods that end at each position, fewer at the beginning; (rows, positions), int64."""
    columns = [values[:, max(at - span + 1, 0) : max(at + 1, 0)].sum(axis=1, dtype=np.int64) for at in positions]
    sums: Int = np.stack(columns, axis=1) if columns else np.zeros((len(values), 0), np.int64)
    return sums


def features(panel: Panel, positions: Sequence[int]) -> dict[str, Float | Int]:
    """Features of every row at the ends of these periods (positions), each (rows, positions).

    silent_days, tenure_days: days since the last and the first purchase, NaN for who has not bought.
    own_gap_days: mean days between purchase days, NaN without a gap; overdue: silent_days in own gaps.
    occasions, documents: so far. amount_3, amount_6, amount_12: cents of the last so many periods; amount_before_12 of
    the twelve before. rate_3: amount_3 against a quarter of the twelve periods before it, NaN where not above 0.
    """
    at = list(positions)
    ends = panel.periods.ends[at].astype(np.float64)[None, :]
    bought = panel.has_bought[:, at]
    silent = np.where(bought, ends - panel.last_on[:, at], np.nan)
    gap = panel.own_gap_days[:, at]
    amounts = {name: span_sums(panel.amount, at, span) for name, span in zip(AMOUNTS, SPANS, strict=True)}
    usual = span_sums(panel.amount, [p - 3 for p in at], 12) / 4 if at else np.zeros((panel.shape[0], 0))
    nothing = np.full(silent.shape, np.nan)
    return {
        "silent_days": silent,
        "tenure_days": np.where(bought, ends - panel.first_on[:, at], np.nan),
        "own_gap_days": gap,
        "overdue": np.divide(silent, gap, out=nothing.copy(), where=gap > 0),
        "occasions": np.cumsum(panel.occasions, axis=1, dtype=np.int64)[:, at],
        "documents": np.cumsum(panel.documents, axis=1, dtype=np.int64)[:, at],
        **amounts,
        "amount_before_12": span_sums(panel.amount, at, 24) - amounts["amount_12"],
        "rate_3": np.divide(amounts["amount_3"], usual, out=nothing.copy(), where=usual > 0),
    }

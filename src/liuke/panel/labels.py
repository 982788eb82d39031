"""Left(H): the one label that back-tests, models and reports share.

Rules, states and indicators take H as it was known at each period's end; the churn model puts one question to every
month it learns from or is tested on, with the H of the day it is asked. The two meet at the last period.
"""

from __future__ import annotations

import numpy as np

from liuke.panel.panel import NEVER, Bool, Int32, Panel

FAR = np.int32(2**30)


def next_purchase_on(panel: Panel) -> Int32:
    """Day of the first purchase after each period's end, FAR when none is known; (rows, periods)."""
    first = panel.kinds[panel.basis].first_on
    later = np.where(first == NEVER, FAR, first)
    soonest = np.minimum.accumulate(later[:, ::-1], axis=1)[:, ::-1]
    following = np.full_like(soonest, FAR)
    following[:, :-1] = soonest[:, 1:]
    return following


def left(panel: Panel, horizon: Int32) -> tuple[Bool, Bool]:
    """Whether no purchase came in the H days after each period's end, and whether that is known yet; (rows, periods).

    Known means that the whole horizon lies within the panel; were a purchase enough, those who stay would be counted
    sooner than those who leave. Use a panel with one row a customer (`Panel.latest`): an outcome is what really
    happened, however late we heard of it.
    """
    ends = panel.periods.ends
    due = ends + horizon
    following = next_purchase_on(panel)
    gone: Bool = following > due[None, :]
    known = np.broadcast_to(due <= ends[-1], panel.shape)
    return gone, known

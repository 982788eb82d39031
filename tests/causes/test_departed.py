"""When a customer left is read off its own rhythm, and nobody is there to leave before the first or after the last."""

from __future__ import annotations

import numpy as np

from churn_base import base
from liuke.causes.departed import GAPS, LEAST_DAYS, MISSED_DAYS, departed


def test_who_left_did_so_after_the_last_purchase_and_stays_silent() -> None:
    panel = base(400, monthly=0.05, seed=3).latest()
    gone = departed(panel)
    assert 20 < gone.left.sum() < 400
    ends = np.asarray(panel.periods.ends)
    last = panel.last_on[:, -1]
    assert (ends[gone.missed[gone.left]] >= last[gone.left]).all()
    own = panel.own_gap_days[:, -1]
    known = gone.left & np.isfinite(own)
    assert (ends[-1] - last[known] > GAPS * own[known]).all()
    bought = panel.has_bought[:, -1]
    assert (gone.missed[bought] <= panel.shape[1] - 1).all()


def test_a_customer_is_there_between_its_first_purchase_and_leaving() -> None:
    panel = base(200, monthly=0.05, seed=4).latest()
    gone = departed(panel)
    there = gone.there(panel.shape[1])
    for row in range(len(panel.customer)):
        at = np.flatnonzero(there[row])
        if len(at):
            assert at[0] == gone.first[row] + 1
            assert at[-1] == gone.until[row]


def test_nobody_is_there_where_leaving_would_not_be_known_yet() -> None:
    """Cut at a later day, whoever is gone by a period counted as there has been found to leave in it."""
    panel = base(400, monthly=0.05, seed=5).latest()
    gone, ends = departed(panel), np.asarray(panel.periods.ends)
    own = panel.own_gap_days[:, -1]
    stays = ~gone.left & np.isfinite(own)
    silence, wait = np.maximum(GAPS * own, LEAST_DAYS), np.minimum(own, MISSED_DAYS)
    would_miss = ends[gone.until[stays]]
    assert (would_miss + (silence - wait)[stays] <= ends[-1] + 1).all()
    assert (gone.until[stays] < panel.shape[1] - 1).all()

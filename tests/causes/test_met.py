"""What leavers had met: what counts, of which kinds, and when."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from churn_base import base
from liuke.causes.departed import departed
from liuke.causes.met import Whom, met_by, speaking, weights_at
from liuke.causes.taxonomy import shipped_causes
from liuke.panel.exposure import ENDLESS, Events
from liuke.panel.panel import Panel

SERVED = [cause for cause in shipped_causes() if cause.id == "service_neglect"]


def neglected(panel: Panel, day: np.ndarray) -> Panel:
    """The panel with a contact owed by each customer from a day of its own on."""
    size = len(panel.customer)
    rows = pl.DataFrame({"table": ["contact"] * size, "row_id": panel.customer.astype(str)})
    days = day.astype(np.int32)
    owed = Events(panel.customer, days, days, np.full(size, ENDLESS), np.ones(size, np.float32), rows, np.inf)
    return replace(panel, events={"contact_owed": owed})


def test_who_is_no_longer_called_on_because_it_left_was_not_neglected() -> None:
    """The same customers owed a contact before their last purchase and after it: only the first speaks for neglect."""
    panel = base(400, monthly=0.05, seed=6).latest()
    pairs = speaking(SERVED, ["contact_owed"])
    gone = departed(panel)
    last = panel.last_on[:, -1]
    before, after = (met_by(neglected(panel, last + days), pairs) for days in (-40, 1))
    assert gone.left.sum() > 50
    assert before.weight.mean() > 0.9
    assert not after.weight.any()
    at = np.where(gone.left, gone.missed, panel.shape[1] - 1)
    assert not weights_at(Whom.of(neglected(panel, last + 1), at), pairs).any()


def test_months_of_neglect_count_once_something_was_bought_in_it() -> None:
    """For those who stay as for those who left: else the rate would be that of other events."""
    panel = base(50, monthly=0.0, seed=7).latest()
    owed = neglected(panel, np.full(50, int(panel.periods.starts[10])))
    there = departed(panel).there(panel.shape[1])
    bought = panel.last_on >= panel.periods.starts[10]
    [exposure] = met_by(owed, speaking(SERVED, ["contact_owed"])).exposure
    assert exposure == (there & bought).sum()


def test_a_remark_stands_in_for_a_register_and_is_left_out_where_there_is_one() -> None:
    causes = shipped_causes()
    only_said = {pair.kind for pair in speaking(causes, ["called_late", "called_short"])}
    with_register = {pair.kind for pair in speaking(causes, ["called_late", "called_short", "delivery_late"])}
    assert only_said == {"called_late", "called_short"}
    assert with_register == {"delivery_late", "called_short"}

"""The year before: who was lost 12 months before the run's day, as a run of that day would have had it.

Comparing it with those lost now is fair: both know of a loss only once a customer has been silent for long, and both
count who came back later. Whoever comes back is lost no more, so those lost now alone would make the past look better.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from liuke.causes.departed import missed_by
from liuke.causes.labels import labels_of
from liuke.causes.met import Whom, weights_at
from liuke.causes.taxonomy import UNKNOWN
from liuke.kernel.period import day_number
from liuke.panel.states import STATES
from liuke.panel.summary import years_to_last_purchase
from liuke.run.cause_contract import CUSTOMER_CAUSE_BEFORE
from liuke.run.cause_tables import kept_shares
from liuke.run.cause_totals import year_from
from liuke.run.contracts import schema
from liuke.run.value_columns import as_money

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from liuke.causes.combine import CauseModel
    from liuke.causes.met import SpeaksFor
    from liuke.panel.panel import Int, Panel
    from liuke.panel.states import States
    from liuke.run.known import Known
    from liuke.run.scope import Scope

LOST = STATES.index("lost")


@dataclass(frozen=True)
class YearBefore:
    """What causes of the year before are made from."""

    pairs: Sequence[SpeaksFor]
    model: CauseModel
    notes: pl.DataFrame  # as `labels_of` wants them, of before the year compared with


def position_before(scope: Scope) -> int | None:
    """Position of the period that ended 12 months before the run's; None where the data do not reach 24 months back."""
    if scope.periods.starts[0] > day_number(year_from(scope.as_of, 2)):
        return None
    ends = np.asarray(scope.periods.ends, np.int64)
    return int(np.searchsorted(ends, day_number(year_from(scope.as_of)) - 1, side="right")) - 1


def lost_before(panel: Panel, states: States, scope: Scope) -> Mapping[str, Int]:
    """Of each row: whether it was lost then and since less than a year, when it was missed, its last purchase by then.

    And the cents of its usual year. No columns where the data do not reach back so far.
    """
    at = position_before(scope)
    if at is None:
        return {}
    missed = missed_by(panel, at)
    since = np.asarray(scope.periods.ends, np.int64)[missed] >= day_number(year_from(scope.as_of, 2))
    return {"lost_before": (states[:, at] == LOST) & since, "missed_before": missed.astype(np.int32),
            "bought_before": panel.last_on[np.arange(len(missed)), missed],
            "usual_before": np.maximum(years_to_last_purchase(panel)[:, at], 0)}  # fmt: skip


def causes_before(known: Known, ground: YearBefore, columns: Mapping[str, Int], at_a_time: int) -> pl.DataFrame:
    """`customer_cause_before` of all customers by their `lost_before`; no row where the data do not reach back."""
    empty = pl.DataFrame(schema=schema(CUSTOMER_CAUSE_BEFORE))
    if "lost_before" not in columns:
        return empty
    wanted = np.flatnonzero(columns["lost_before"])
    parts = [_some(known, ground, columns, wanted[start : start + at_a_time])
             for start in range(0, len(wanted), at_a_time)]  # fmt: skip
    return pl.concat([empty, *parts])


def _some(known: Known, ground: YearBefore, columns: Mapping[str, Int], some: Int) -> pl.DataFrame:
    ends = np.asarray(known.scope.periods.ends, np.int64)
    at = columns["missed_before"][some].astype(np.int64)
    whom = Whom(
        known.panels.customers[some], known.panels.events, ends, at, columns["bought_before"][some].astype(np.int32)
    )
    labels = labels_of(ground.notes, whom.customer.astype(np.int64), ground.model.causes)
    hazard = ground.model.by_cause(weights_at(whom, ground.pairs), at)
    kept = kept_shares(ground.model.posterior(hazard, labels.stated, labels.audited))
    row, cause = np.nonzero(kept > 0)
    ids = pl.Series([*ground.model.causes, UNKNOWN])
    rows = pl.DataFrame({
        "customer_code": pl.Series(whom.customer[row], dtype=pl.Int32),
        "cause": ids.gather(pl.Series(cause, dtype=pl.UInt32)),
        "probability": kept[row, cause],
        "on": pl.Series(ends[at[row]], dtype=pl.Int32).cast(pl.Date),
    }).with_columns(money=as_money(columns["usual_before"][some][row]))  # fmt: skip
    return rows.select(list(CUSTOMER_CAUSE_BEFORE.columns))

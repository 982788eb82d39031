"""The dated rows that argue for and against a cause, the strongest first.

A row's ratio is how much likelier its being there makes the loss: the hazard with it over the hazard without it. What
people said counts by how much oftener it is said where the cause holds. Silence counts too: where a table is kept and
tells of nothing, as many losses by the cause as come with nothing on record.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from liuke.kernel.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from liuke.causes.combine import CauseModel
    from liuke.causes.met import SpeaksFor
    from liuke.panel.panel import Float, Int, Panel

MOST_ROWS = 5  # of one cause and customer
LEAST_RATIO = 1.01  # what makes the loss less than so much likelier argues nothing
NOTHING_ON_RECORD = N_("Nothing of the kind is on record, though it would be: {what}.")
CHECKED = N_("It was checked, and found to be so: {stated}.")
NO_RECORD = N_(
    "Nothing of this customer speaks for it; of {audited} checked cases {alone} were of this cause with nothing on"
    " record either."
)
STATED = {
    ("salesperson", True): N_("The salesperson's note says so: {stated}."),
    ("salesperson", False): N_("The salesperson's note says otherwise: {stated}."),
    ("interview", True): N_("The exit interview says so: {stated}."),
    ("interview", False): N_("The exit interview says otherwise: {stated}."),
    ("text", True): N_("A remark suggests it: {stated}."),
    ("text", False): N_("A remark suggests something else: {stated}."),
}
EVIDENCE = {
    "row": pl.Int64, "cause": pl.String, "kind": pl.String, "day": pl.Date, "table": pl.String, "row_id": pl.String,
    "ratio": pl.Float64,
}  # fmt: skip


@dataclass(frozen=True)
class ChannelSays:
    """What a channel adds for or against a cause: (rows, causes + 1), 1 where nothing was said."""

    channel: str
    said: Int  # cause by number, -1 nothing; (rows,)
    ratio: Float


def rows_for(panel: Panel, pairs: Sequence[SpeaksFor], at: Int, model: CauseModel, hazard: Float) -> pl.DataFrame:
    """EVIDENCE: of each row of a panel and cause the MOST_ROWS events that speak loudest for it.

    `at` is the period position each row is looked at, `hazard` what `by_cause` says of it there; `ratio` is LEAST_RATIO
    or more, but of the loudest, which may be less: no cause is without a row.
    """
    ends = np.asarray(panel.periods.ends, np.int64)
    total = hazard.sum(axis=1)
    found = [_events(panel, pair, ends[at], ends[-1], model.rate[nth], total) for nth, pair in enumerate(pairs)]
    every = pl.concat([pl.DataFrame(schema=EVIDENCE), *found])
    ordered = every.sort("row", "cause", "ratio", "day", "row_id", descending=[False, False, True, True, False])
    nth = pl.int_range(pl.len()).over("row", "cause")
    return ordered.filter((nth == 0) | ((nth < MOST_ROWS) & (pl.col("ratio") >= LEAST_RATIO)))


def _events(panel: Panel, pair: SpeaksFor, until: Int, as_of: int, rate: float, total: Float) -> pl.DataFrame:
    """EVIDENCE of one pair: events that stood in the books, and were not over, when each row is looked at."""
    near = pair.events(panel).between(panel.customer)
    row = np.minimum(np.searchsorted(panel.customer, near.customer), len(panel.customer) - 1)
    end = np.full(len(row), as_of) if pair.says_outright else until[row]
    met = (panel.customer[row] == near.customer) & (near.known_on <= end) & (near.until > end) & (rate > 0)
    near, row, end = near.pick(met), row[met], end[met]
    left = 1.0 if pair.says_outright else near.strength * np.exp((near.day - end) / near.fade_days)
    share = np.minimum(rate * left / np.maximum(total[row], 1e-12), 0.999)
    return pl.DataFrame({
        "row": pl.Series(row, dtype=pl.Int64),
        "cause": pl.Series([pair.cause], dtype=pl.String).new_from_index(0, len(row)),
        "kind": pl.Series([pair.kind], dtype=pl.String).new_from_index(0, len(row)),
        "day": pl.Series(near.day, dtype=pl.Int32).cast(pl.Date),
        "table": near.rows["table"],
        "row_id": near.rows["row_id"],
        "ratio": pl.Series(1.0 / (1.0 - share), dtype=pl.Float64),
    })  # fmt: skip


def stated_ratio(model: CauseModel, channel: str, said: Int, share: Float) -> ChannelSays:
    """How much what a channel said speaks for each cause: its chance there over that among all others of the row.

    `share` are the shares of hazards without the channel, (rows, causes + 1).
    """
    ratio = np.ones_like(share)
    spoke = np.flatnonzero(said >= 0)
    chance = model.confusion[channel][:, said[spoke]].T
    others = share[spoke].sum(axis=1, keepdims=True) - share[spoke]
    among = ((share[spoke] * chance).sum(axis=1, keepdims=True) - share[spoke] * chance) / np.maximum(others, 1e-12)
    ratio[spoke] = np.where(others > 1e-9, chance / np.maximum(among, 1e-12), 1.0)
    return ChannelSays(channel, said, ratio)


def silence_ratio(model: CauseModel, exposure: Float) -> Float:
    """The share of each cause's losses that come with nothing on record, 1 where no table tells of it; (causes,)."""
    causes = len(model.causes)
    seen = np.bincount(model.of, model.rate * exposure, causes)
    unseen = model.unseen[:causes] * model.months
    total = seen + unseen
    return np.where(seen > 0, np.maximum(unseen, 0.01 * total) / np.maximum(total, 1e-12), 1.0)

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
    from liuke.causes.met import Near, SpeaksFor, Whom
    from liuke.panel.panel import Bool, Float, Int

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
    ("unsigned", True): N_("An exit note says so: {stated}."),
    ("unsigned", False): N_("An exit note says otherwise: {stated}."),
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


def rows_for(whom: Whom, pairs: Sequence[SpeaksFor], model: CauseModel, hazard: Float, shown: Bool
             ) -> pl.DataFrame:  # fmt: skip
    """EVIDENCE: of each customer and cause the MOST_ROWS events that speak loudest for it.

    `hazard` is what `by_cause` says of each customer when it is looked at, `shown` which causes are asked about, (rows,
    causes); `ratio` is LEAST_RATIO or more, but of the loudest, which may be less: no cause is without a row.
    """
    found, total = [pl.DataFrame(schema=EVIDENCE)], np.maximum(hazard.sum(axis=1), 1e-12)
    for kind in dict.fromkeys(pair.kind for pair in pairs):
        near = whom.near(kind)
        for nth, pair in enumerate(pairs):
            if pair.kind == kind and model.rate[nth] > 0:
                asked = shown[near.row, model.of[nth]]
                found.append(_events(near, pair, asked & near.counts(pair, whom), float(model.rate[nth]), total))
    every = pl.concat(found)
    ordered = every.sort(
        "row", "cause", "ratio", "day", "row_id", "kind", descending=[False, False, True, True, False, False]
    )
    place = pl.int_range(pl.len()).over("row", "cause")
    return ordered.filter((place == 0) | ((place < MOST_ROWS) & (pl.col("ratio") >= LEAST_RATIO)))


def _events(near: Near, pair: SpeaksFor, chosen: Bool, rate: float, total: Float) -> pl.DataFrame:
    """EVIDENCE of one pair by some of its events."""
    met = np.flatnonzero(chosen)
    strength = np.ones(len(met)) if pair.says_outright else near.strength[met].astype(float)
    ratio = 1.0 / (1.0 - np.minimum(rate * strength / total[near.row[met]], 0.999))
    told = near.rows[near.place[met]]
    return pl.DataFrame({
        "row": pl.Series(near.row[met], dtype=pl.Int64),
        "cause": pl.Series([pair.cause], dtype=pl.String).new_from_index(0, len(met)),
        "kind": pl.Series([pair.kind], dtype=pl.String).new_from_index(0, len(met)),
        "day": pl.Series(near.day[met], dtype=pl.Int32).cast(pl.Date),
        "table": told["table"],
        "row_id": told["row_id"],
        "ratio": pl.Series(ratio, dtype=pl.Float64),
    })  # fmt: skip


def stated_ratio(model: CauseModel, channel: str, said: Int, share: Float) -> ChannelSays:
    """How much what a channel said speaks for each cause: its chance there over that among all others of the row.

    `share` are the shares of hazards without the channel, (rows, causes + 1).
    """
    ratio = np.ones_like(share)
    spoke = np.flatnonzero(said >= 0)
    chance = model.confused(channel)[:, said[spoke]].T
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

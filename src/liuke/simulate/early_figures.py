"""The figures of warning: of customers who truly go soon after the last day, who was named while still buying.

Going is leaving, closing down or being dropped in one of the months after the end, by the truth; the ceiling knows each
customer's chance of it, counted over futures that differ by luck alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from liuke.kernel.i18n import N_
from liuke.simulate.figures import Figure, ranked_above

if TYPE_CHECKING:
    from collections.abc import Callable

IN_RHYTHM = 0.1  # a silence at least so probable in the own rhythm is nothing unusual
NO_EARLY = N_("nobody was given an early chance")
NOBODY_WENT = N_("nobody went within three months while still buying")
VIEWS = {
    "going_rank": N_("the same on the view of those going though still buying"),
    "silent_rank": N_("the same on the view of those silent beyond their own rhythm"),
    "money_rank": N_("the same on the view of most money at risk"),
}
MONEY_VIEWS = {
    "going_rank": N_("their money on the view of those going though still buying"),
    "silent_rank": N_("their money on the view of those silent beyond their own rhythm"),
    "money_rank": N_("their money on the view of most money at risk"),
}


def of_warning(customers: pl.DataFrame) -> list[Figure]:
    """Whom the list and its views name of those who go within three months though they still buy; the early chance.

    Still buying is who orders once more before going, or goes without and is not overdue at the last day.
    """
    open_ = customers.filter(~pl.col("was_lost"))
    went = open_.filter(pl.col("gone_soon") & (pl.col("orders_again") | (pl.col("silence_chance") >= IN_RHYTHM)))
    return [*_named(open_, went), *_early(open_)]


def _named(open_: pl.DataFrame, went: pl.DataFrame) -> list[Figure]:
    """Shares of those who went, and of their money, on the list, on each view, and at random."""
    listed = N_("of those gone within three months though still buying, share on the list")
    money = N_("the share of their money on the list")
    lot = N_("the same of as many at random, and of their money")
    if went.is_empty():
        return [Figure(name, None, None, NOBODY_WENT) for name in (listed, money, lot)]
    found = [
        Figure(listed, *_share(open_, went, "rank", _one)),
        Figure(money, *_share(open_, went, "rank", _money)),
        Figure(lot, float(open_["rank"].is_not_null().to_numpy().mean()), None),
    ]
    for rank, name in VIEWS.items():
        found.append(Figure(name, *_share(open_, went, rank, _one)))
        found.append(Figure(MONEY_VIEWS[rank], *_share(open_, went, rank, _money)))
    return found


def _one(rows: pl.DataFrame) -> pl.Series:
    return pl.Series(np.ones(len(rows)))


def _money(rows: pl.DataFrame) -> pl.Series:
    return rows["before_12_yuan"]


def _share(
    open_: pl.DataFrame, went: pl.DataFrame, rank: str, weight: Callable[[pl.DataFrame], pl.Series]
) -> tuple[float, float]:
    """Of those who went the share that has a rank, by weight, and that among as many of the largest true chance."""
    count = len(open_.filter(pl.col(rank).is_not_null()))
    best = open_.with_columns(worth=pl.col("true_gone_soon") * weight(open_)).sort("worth", descending=True).head(count)
    total = float(weight(went).sum())
    named = (went.filter(pl.col(rank).is_not_null()), went.join(best, on="customer_id", how="semi"))
    value, ceiling = (float(weight(rows).sum()) / total for rows in named)
    return value, ceiling


def _early(open_: pl.DataFrame) -> list[Figure]:
    """How many of the early view truly go, and whether the early chance ranks those who go soon above the others."""
    soon = N_("of those on the early view, share gone within three months")
    year = N_("of those on the early view, share gone within a year")
    auc = N_("gone within three months ranked above the others in rhythm by the early chance (AUC)")
    asked = open_.filter(pl.col("early").is_not_null())
    if asked.is_empty():
        return [Figure(name, None, None, NO_EARLY) for name in (soon, year, auc)]
    view = asked.filter(pl.col("going_rank").is_not_null())
    found = []
    for name, came in ((soon, "gone_soon"), (year, "gone_year")):
        best = asked.sort(f"true_{came}", descending=True).head(len(view))
        value, ceiling = (float(rows[came].to_numpy().mean()) if len(rows) else None for rows in (view, best))
        found.append(Figure(name, value, ceiling, "" if len(view) else N_("nobody is on the early view")))
    went = asked["gone_soon"].to_numpy().astype(np.float64)
    if asked["gone_soon"].n_unique() < 2:
        return [*found, Figure(auc, None, None, NOBODY_WENT)]
    value, ceiling = (ranked_above(asked[name].to_numpy(), went) for name in ("early", "true_gone_soon"))
    return [*found, Figure(auc, value, ceiling)]

"""Which customers' causes are worth confirming: some by lot, so that accuracy is told without bias, some by worth.

By lot are those lost in the last 12 months with the smallest keyed hash of their number. Nothing of what is known of a
customer is in it, so they are a simple random sample of the lost (bottom-k sampling, Cohen & Kaplan 2007), and as the
hash never changes, most of a month's sample is that of the next: what was confirmed goes on counting. By worth are
those of whom the cause is least certain and most money hangs on it: entropy of the posterior times a usual year.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable

    from liuke.panel.panel import Float

RANDOM, CHOSEN, ITSELF = "random", "chosen", "itself"  # drawn by lot, by worth, or looked at by itself
PARTS = (RANDOM, CHOSEN, ITSELF)
BY_LOT = 50  # with 50 cases the 90 % interval of a share is at most 12 points wide on each side
BY_WORTH = 50  # 100 cases in all: what anchors confusions and leak (methods.md 0.3), a few days' telephoning
KEY = b"liuke: causes worth confirming"  # never changed: it would draw other customers


def lot(customer_id: str) -> bytes:
    """The lot of a customer: the smallest are drawn. It hangs on the number alone."""
    return hashlib.blake2b(customer_id.encode("utf-8", "surrogatepass"), key=KEY, digest_size=16).digest()


def entropy(posterior: Float) -> Float:
    """How uncertain each row of probabilities is, in nats: 0 for one that is sure; (rows,)."""
    logs = np.log(np.where(posterior > 0, posterior, 1.0))
    return np.asarray(-(posterior * logs).sum(axis=1))


def smallest_lots(customer_ids: Iterable[str], most: int = BY_LOT) -> list[str]:
    """The customers drawn by lot, the smallest lot first."""
    return sorted(customer_ids, key=lambda each: (lot(each), each))[:most]


def draw_of(lost: pl.DataFrame, most_by_lot: int = BY_LOT, most_by_worth: int = BY_WORTH) -> pl.DataFrame:
    """The draw among customers lost in the last 12 months: customer_code, part, place.

    `lost` has customer_code, customer_id, uncertain (entropy of what was judged without any check), money (float, a
    usual year) and audited. By worth are only those not drawn by lot, not checked yet, uncertain and worth something.
    """
    chance = smallest_lots(lost["customer_id"].to_list(), most_by_lot)
    places = pl.DataFrame({"customer_id": chance, "place": range(1, len(chance) + 1)},
                          schema={"customer_id": pl.String, "place": pl.Int64})  # fmt: skip
    first = lost.join(places, on="customer_id").select("customer_code", pl.lit(RANDOM).alias("part"), "place")
    worth = pl.col("uncertain") * pl.col("money").fill_null(0.0)
    rest = lost.filter(~pl.col("customer_id").is_in(chance), ~pl.col("audited")).with_columns(worth=worth)
    best = rest.filter(pl.col("worth") > 0).sort("worth", "customer_id", descending=[True, False]).head(most_by_worth)
    chosen = best.select("customer_code", part=pl.lit(CHOSEN), place=pl.int_range(1, pl.len() + 1, dtype=pl.Int64))
    return pl.concat([first.sort("place"), chosen])

"""Why customers are on the list: their sentences, the strongest first. The one place that joins them."""

from __future__ import annotations

import polars as pl

from liuke.signals.watch_list import EARLY


def with_reasons(customers: pl.DataFrame, reason: pl.DataFrame) -> pl.DataFrame:
    """Rows of `customer_now` with lists of packed sentences, the strongest first, empty for none; none twice.

    `reasons`: why it is on the list, those of its risk before those of its early chance; `going_reasons`: the same the
    other way round; `early_reasons`: those of the early chance alone. `reason` is the run's table of that name, whole
    or of these customers.
    """
    told = reason.with_columns(early=pl.col("rule").str.starts_with(EARLY))
    orders = {
        "reasons": told.sort("early", maintain_order=True),
        "going_reasons": told.sort("early", descending=True, maintain_order=True),
        "early_reasons": told.filter("early"),
    }
    for name, ordered in orders.items():
        once = ordered.unique(["customer_code", "idea"], keep="first", maintain_order=True)
        lists = once.group_by("customer_code", maintain_order=True).agg(pl.col("said").alias(name))
        customers = customers.join(lists, on="customer_code", how="left", maintain_order="left")
    return customers.with_columns(pl.col(*orders).fill_null([]))

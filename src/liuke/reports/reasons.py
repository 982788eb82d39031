"""Why customers are on the list: their sentences, the strongest first. The one place that joins them."""

from __future__ import annotations

import polars as pl

from liuke.signals.watch_list import EARLY

REASONS = ("reasons", "going_reasons", "early_reasons")


def with_reasons(customers: pl.DataFrame, reason: pl.DataFrame) -> pl.DataFrame:
    """Rows of `customer_now` with lists of packed sentences, the strongest first, empty for none; none twice.

    `reasons`: why it is on the list, those of its risk before those of its early chance; `going_reasons`: the same the
    other way round; `early_reasons`: those of the early chance alone. `reason` is the run's table of that name, whole
    or of these customers.
    """
    told = reason.with_columns(early=pl.col("rule").str.starts_with(EARLY))
    early_last, early_first = (told.sort("early", descending=down, maintain_order=True) for down in (False, True))
    for name, ordered in zip(REASONS, (early_last, early_first, told.filter("early")), strict=True):
        once = ordered.unique(["customer_code", "idea"], keep="first", maintain_order=True)
        lists = once.group_by("customer_code", maintain_order=True).agg(pl.col("said").alias(name))
        customers = customers.join(lists, on="customer_code", how="left", maintain_order="left")
    return customers.with_columns(pl.col(REASONS).fill_null([]))

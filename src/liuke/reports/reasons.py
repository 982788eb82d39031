"""Why customers are on the list: their sentences, the leading rule's first. The one place that joins them."""

from __future__ import annotations

import polars as pl


def with_reasons(customers: pl.DataFrame, reason: pl.DataFrame) -> pl.DataFrame:
    """Rows of `customer_now` with `reasons`, a list of packed sentences, the leading rule's first; empty for none.

    `reason` is the run's table of that name, whole or of these customers.
    """
    lead = customers.select("customer_code", "lead_rule")
    ordered = reason.join(lead, on="customer_code", how="inner").sort(
        pl.col("rule") != pl.col("lead_rule"), maintain_order=True
    )
    lists = (
        ordered.select("customer_code", reasons="said").group_by("customer_code", maintain_order=True).agg("reasons")
    )
    joined = customers.join(lists, on="customer_code", how="left", maintain_order="left")
    return joined.with_columns(pl.col("reasons").fill_null([]))

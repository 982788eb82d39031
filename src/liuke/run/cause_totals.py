"""Causes added up: by customers and by money, for all and by one property of customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.run.cause_contract import CAUSE_TOTAL

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

ALL = "all"
PROPERTIES = ("region", "grade", "salesperson_id")
NINETY = 1.6449  # standard deviations on each side of a 90 % range
UNNAMED = "-"  # the group of those of whom nobody says which they are in


def added_up(causes: pl.DataFrame, customers: pl.DataFrame, as_of: date, acts: Mapping[str, str]) -> pl.DataFrame:
    """`cause_total` of `customer_cause`; `customers` says who each one is, `acts` whose act each cause is.

    Lost are those of the last 12 months, beside those of the 12 before. Ranges are those of sums of independent
    customers: what the model does not know of itself is not in them.
    """
    day = pl.lit(as_of)
    rows = causes.join(customers.select("customer_code", *PROPERTIES), on="customer_code", how="left").with_columns(
        month=pl.col("on").dt.strftime("%Y-%m"), act=pl.col("cause").replace_strict(acts, default=UNNAMED),
        value=pl.lit(ALL),
    )  # fmt: skip
    year = (pl.col("judged") == "at_risk") | (pl.col("on") > day.dt.offset_by("-12mo"))
    past = (pl.col("judged") == "lost") & pl.col("on").is_between(
        day.dt.offset_by("-24mo"), day.dt.offset_by("-12mo"), closed="right"
    )
    parts = []
    for by in (ALL, "month", "act", *PROPERTIES):
        group = pl.lit(ALL) if by == ALL else pl.col(by).fill_null(UNNAMED)
        within = pl.lit(value=True) if by == "month" else year
        named = rows.with_columns(value=group)
        now = _summed(named.filter(within & ((pl.col("judged") == "lost") if by == "month" else pl.lit(value=True))))
        before = named.filter(past).group_by("judged", "value", "cause").agg(before=pl.col("probability").sum())
        if by == "month":
            now = now.with_columns(before=pl.lit(None, pl.Float64))
        else:
            now = now.join(before, on=["judged", "value", "cause"], how="left")
        parts.append(now.with_columns(by=pl.lit("salesperson" if by == "salesperson_id" else by)))
    known = bool(rows.filter(past).height)
    found = pl.concat(parts).with_columns(
        before=pl.when(pl.lit(known) & (pl.col("judged") == "lost") & (pl.col("by") != "month")).then(
            pl.col("before").fill_null(0.0))
    )  # fmt: skip
    return found.select(list(CAUSE_TOTAL.columns)).sort(
        "judged", "by", "value", "customers", "cause", descending=[True, False, False, True, False]
    )


def _summed(rows: pl.DataFrame) -> pl.DataFrame:
    chance, money = pl.col("probability"), pl.col("money").cast(pl.Float64).fill_null(0.0)
    spread = chance * (1 - chance)
    of = rows.group_by("judged", "value").agg(of=pl.col("customer_code").n_unique().cast(pl.Int64))
    return (
        rows.group_by("judged", "value", "cause")
        .agg(
            customers=chance.sum(),
            sd=spread.sum().sqrt(),
            yuan=(chance * money).sum(),
            yuan_sd=(spread * money * money).sum().sqrt(),
        )
        .join(of, on=["judged", "value"])
        .with_columns(
            share=pl.col("customers") / pl.col("of"),
            customers_low=(pl.col("customers") - NINETY * pl.col("sd")).clip(0),
            customers_high=pl.min_horizontal(pl.col("customers") + NINETY * pl.col("sd"), "of"),
            money=_to_the_cent().cast(pl.Decimal(18, 2)),
            money_low=(pl.col("yuan") - NINETY * pl.col("yuan_sd")).clip(0).cast(pl.Decimal(18, 2)),
            money_high=(pl.col("yuan") + NINETY * pl.col("yuan_sd")).cast(pl.Decimal(18, 2)),
        )
        .drop("sd", "yuan", "yuan_sd")
    )


def _to_the_cent() -> pl.Expr:
    """Expected money in whole cents, so that the causes of a group add up to its money: the largest takes the rest."""
    group = ("judged", "value")
    cents = (pl.col("yuan") * 100).round(0).cast(pl.Int64)
    rest = (pl.col("yuan").sum() * 100).round(0).cast(pl.Int64).over(group) - cents.sum().over(group)
    largest = pl.col("yuan").rank("ordinal", descending=True).over(group) == 1
    return (cents + pl.when(largest).then(rest).otherwise(0)).cast(pl.Decimal(18, 0)) / 100

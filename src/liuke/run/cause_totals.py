"""Causes added up: by customers and by money, for all and by one property of customers, beside the year before."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from liuke.causes import ranges
from liuke.causes.taxonomy import UNKNOWN
from liuke.run.cause_contract import CAUSE_TOTAL
from liuke.run.value_columns import MONEY

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

ALL = "all"
PROPERTIES = ("region", "grade", "salesperson_id")
TOUCH = 1e-6  # of a cent: what a product of two numbers may lack of a whole one
CHANGES = ("change", "change_low", "change_high", "money_change", "money_change_low", "money_change_high")
UNNAMED = "-"  # the group of those of whom nobody says which they are in
GROUP = ("judged", "value", "cause")
SUMS = ("customers", "squares", "yuan", "yuan_squares", "yuan_spread", "sure", "most")


def year_from(as_of: date, years: int = 1) -> date:
    """The first day of so many years that end with a day: of one to 28 February 2025, 1 March 2024."""
    start: date = pl.select(pl.lit(as_of).dt.offset_by("1d").dt.offset_by(f"-{12 * years}mo")).item()
    return start


def added_up(
    causes: pl.DataFrame,
    customers: pl.DataFrame,
    as_of: date,
    acts: Mapping[str, str],
    before: pl.DataFrame | None = None,
    untold: Collection[str] = (),
) -> pl.DataFrame:
    """`cause_total` of `customer_cause`; `customers` says who each one is, `acts` whose act each cause is.

    Every cause is somebody's act, so the rows by act are those of all, of the same customers: a customer has causes of
    several acts, and only over all acts do shares add up to 1.

    Lost are those of the last 12 months; `before` are the rows of `customer_cause_before`, None where nobody knows.
    No change is known of `untold` causes, whose tables do not reach back to that year.
    Ranges of sums are those of independent customers: what the model does not know of itself is not in them. Ranges of
    changes have in them that customers leave by chance too.
    """
    year = (pl.col("judged") == "at_risk") | (pl.col("on") >= year_from(as_of))
    rows = _described(causes, customers)
    past = None if before is None else _described(before.with_columns(judged=pl.lit("lost")), customers)
    parts = []
    for by in (ALL, "month", *PROPERTIES):
        group = pl.lit(ALL) if by == ALL else pl.col(by).fill_null(UNNAMED)
        wanted = pl.col("judged") == "lost" if by == "month" else year
        now = _summed(rows.filter(wanted).with_columns(value=group))
        then = None if past is None or by == "month" else _summed(past.with_columns(value=group))
        parts.append(_beside(now, then).with_columns(by=pl.lit("salesperson" if by == "salesperson_id" else by)))
    every = pl.concat(parts).with_columns(
        pl.when(~pl.col("cause").is_in([*untold])).then(pl.col(name)).alias(name) for name in CHANGES
    )
    acted = pl.col("cause").replace_strict(acts, default=UNNAMED, return_dtype=pl.String)
    return (
        pl.concat([every, every.filter(pl.col("by") == ALL).with_columns(by=pl.lit("act"), value=acted)])
        .select(list(CAUSE_TOTAL.columns))
        .sort("judged", "by", "value", "customers", "cause", descending=[True, False, False, True, False])
    )


def untold_before(card: pl.DataFrame) -> list[str]:
    """The causes of `cause_card` whose tables do not reach back to the year before; unknown with them.

    What such a cause took away then was unknown, so of neither the change is known.
    """
    short = pl.col("events_year").is_not_null() & pl.col("events_before").is_null()
    found = card.filter(short, pl.col("events") > 0)["cause"].to_list()
    return [*found, UNKNOWN] if found else []


def _described(causes: pl.DataFrame, customers: pl.DataFrame) -> pl.DataFrame:
    """Rows of causes with cents, month, region, grade and salesperson_id."""
    who = customers.select("customer_code", *PROPERTIES)
    rows = causes.with_columns(cents=in_cents(causes))
    return rows.join(who, on="customer_code", how="left").with_columns(month=pl.col("on").dt.strftime("%Y-%m"))


def _summed(rows: pl.DataFrame) -> pl.DataFrame:
    """GROUP with SUMS, `of` customers of the group, the `largest` money one adds, and `money` to the cent."""
    chance, yuan = pl.col("probability"), pl.col("money").cast(pl.Float64).fill_null(0.0)
    of = rows.group_by("judged", "value").agg(of=pl.col("customer_code").n_unique().cast(pl.Int64))
    sums = rows.group_by(*GROUP).agg(
        customers=chance.sum(),
        squares=(chance**2).sum(),
        yuan=(chance * yuan).sum(),
        yuan_squares=(chance * yuan**2).sum(),
        yuan_spread=(chance * (1 - chance) * yuan**2).sum(),
        sure=yuan.filter(chance >= 1).sum(),
        most=yuan.filter(chance > 0).sum(),
        largest=(chance * yuan).max(),
        money=(pl.col("cents").sum().cast(pl.Decimal(38, 2)) * pl.lit(Decimal("0.01"))).cast(MONEY),
    )
    return sums.join(of, on=["judged", "value"])


def in_cents(causes: pl.DataFrame) -> pl.Series:
    """Whole cents of each customer's money by cause: its probabilities, in cents that add up to the money.

    A row for each of `customer_cause` or `customer_cause_before`, whose rows of one customer stand for all its causes.
    What rounding down leaves goes to the causes that lost most by it (largest remainder). Every sum of these, whichever
    customers it is of, adds up with every other one.
    """
    nth = pl.col("nth")
    exact = pl.col("probability") * pl.col("whole")
    rows = causes.with_row_index("nth").with_columns(
        whole=(pl.col("money").fill_null(0).cast(pl.Decimal(38, 2)) * 100).cast(pl.Int64)
    ).with_columns(floor=(exact + TOUCH).floor().cast(pl.Int64), rest=exact - (exact + TOUCH).floor())  # fmt: skip
    left = pl.col("whole").first() - pl.col("floor").sum()
    ordered = rows.sort("customer_code", "rest", "cause", descending=[False, True, False]).with_columns(
        left=left.over("customer_code"), at=pl.int_range(pl.len()).over("customer_code")
    )
    more = (pl.col("at") < pl.col("left")).cast(pl.Int64)
    return ordered.with_columns(cents=pl.col("floor") + more).sort(nth)["cents"]


def _beside(now: pl.DataFrame, then: pl.DataFrame | None) -> pl.DataFrame:
    """Sums with their ranges and, where the year before is known, what changed since; nobody is a sum of 0."""
    if then is not None:
        old = {name: f"then_{name}" for name in (*SUMS, "money", "of", "largest")}
        now = now.join(then.rename(old), on=GROUP, how="full", coalesce=True)
    over = pl.col("of").max().over("judged", "value")  # of a cause nobody left by, the customers of its group
    now = now.with_columns(of=over).with_columns(
        pl.col(*SUMS, "largest", "of").fill_null(0), pl.col("money").fill_null(0).cast(MONEY)
    )
    own, money = _own_ranges(now)
    found = now.with_columns(
        share=pl.when(pl.col("of") > 0).then(pl.col("customers") / pl.col("of")),
        customers_low=pl.Series(own.low), customers_high=pl.min_horizontal(pl.Series(own.high), "of"),
        money_low=pl.min_horizontal(_decimal(money.low), "money"),  # the money is of whole cents, its range is not
        money_high=pl.max_horizontal(_decimal(money.high), "money"),
    )  # fmt: skip
    return found.with_columns(*_nothing_known()) if then is None else _changed(found)


def _own_ranges(sums: pl.DataFrame) -> tuple[ranges.Limits, ranges.Limits]:
    """The ranges of customers and of money; where nobody may have left by a cause no money may have."""
    at = {name: sums[name].cast(pl.Float64).to_numpy() for name in SUMS}
    own = ranges.likely_count(at["customers"], at["squares"])
    money = ranges.likely_amount(at["yuan"], at["yuan_spread"], at["sure"], at["most"])
    return own, money._replace(low=np.where(own.low > 0, money.low, 0.0))


def _nothing_known() -> list[pl.Expr]:
    counts = ("before", "change", "change_low", "change_high")
    amounts = ("money_before", "money_change", "money_change_low", "money_change_high")
    return [*(pl.lit(None, pl.Float64).alias(name) for name in counts),
            *(pl.lit(None, MONEY).alias(name) for name in amounts)]  # fmt: skip


def _changed(sums: pl.DataFrame) -> pl.DataFrame:
    """The year before and the change since, of the lost alone: who is at risk has no year before."""
    names = ("customers", "yuan", "yuan_squares", "largest")
    now = {name: sums[name].cast(pl.Float64).to_numpy() for name in names}
    then = {name: sums[f"then_{name}"].cast(pl.Float64).fill_null(0.0).to_numpy() for name in names}
    largest = np.maximum(now["largest"], then["largest"])
    change = ranges.difference(ranges.poisson(now["customers"]), ranges.poisson(then["customers"]))
    money = ranges.difference(*(ranges.weighted_poisson(each["yuan"], each["yuan_squares"], largest)
                                for each in (now, then)))  # fmt: skip
    lost = pl.col("judged") == "lost"
    before = pl.col("then_money").fill_null(Decimal(0))
    since = (pl.col("money") - before).cast(MONEY)
    return sums.with_columns(
        before=pl.when(lost).then(pl.col("then_customers").fill_null(0.0)),
        change=pl.when(lost).then(pl.Series(change.value)),
        change_low=pl.when(lost).then(pl.Series(change.low)), change_high=pl.when(lost).then(pl.Series(change.high)),
        money_before=pl.when(lost).then(before.cast(MONEY)),
        money_change=pl.when(lost).then(since),
        money_change_low=pl.when(lost).then(pl.min_horizontal(_decimal(money.low), since)),
        money_change_high=pl.when(lost).then(pl.max_horizontal(_decimal(money.high), since)),
    ).drop([name for name in sums.columns if name.startswith("then_")])  # fmt: skip


def _decimal(amounts: ranges.Float) -> pl.Series:
    return pl.Series(amounts).round(2).cast(MONEY)

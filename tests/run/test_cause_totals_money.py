"""Money of causes is one amount on every face: sums of whole cents of customers, whatever they are grouped by."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import polars as pl
import pytest

from liuke.run.cause_totals import added_up, in_cents, untold_before
from liuke.run.value_columns import MONEY

AS_OF = date(2025, 12, 31)
CAUSES = ("price", "quality", "late_delivery", "closed_or_moved", "unknown")
ACTS = {"price": "voluntary", "quality": "forced", "late_delivery": "forced", "closed_or_moved": "unavoidable"}


def rows_of(seed: int, customers: int = 300) -> tuple[pl.DataFrame, pl.DataFrame]:
    """`customer_cause` with odd probabilities and amounts, and who the customers are."""
    draw = np.random.default_rng(seed)
    chance = draw.dirichlet(np.full(len(CAUSES), 0.4), customers)
    chance[:20] = np.eye(len(CAUSES))[draw.integers(0, len(CAUSES), 20)]  # sure ones
    chance[20:40] = 1 / len(CAUSES)  # ties
    cents = draw.choice([0, 1, 2, 3, 99, 1_003, 10**6 + 1, 10**13 + 7], customers)
    who, cause = np.nonzero(chance > 0)
    rows = pl.DataFrame({
        "customer_code": pl.Series(who, dtype=pl.Int32),
        "cause": [CAUSES[each] for each in cause],
        "probability": chance[who, cause],
        "judged": np.where(who % 3 == 0, "at_risk", "lost"),
        "on": [date(2025, 1 + each % 12, 1) for each in who.tolist()],
        "money": pl.Series([Decimal(int(each)) / 100 for each in cents[who]], dtype=MONEY),
    })  # fmt: skip
    customer = pl.DataFrame({
        "customer_code": pl.Series(range(customers), dtype=pl.Int32),
        "region": [("East", "West", None)[each % 3] for each in range(customers)],
        "grade": [("A", "B", "C", "D")[each % 4] for each in range(customers)],
        "salesperson_id": [f"s{each % 37}" for each in range(customers)],
    })  # fmt: skip
    return rows, customer


@pytest.mark.parametrize("seed", range(12))
def test_every_split_adds_up_to_all_for_every_cause(seed: int) -> None:
    rows, who = rows_of(seed)
    total = added_up(rows, who, AS_OF, ACTS, rows.drop("judged").with_columns(pl.col("on").dt.offset_by("-1y")))
    of = ["judged", "cause"]
    for column in ("money", "money_before", "money_change"):
        parts = total.group_by("by", *of).agg(pl.col(column).sum())
        every = parts.filter(by="all").drop("by").rename({column: "every"})
        for by in ("act", "region", "grade", "salesperson"):
            beside = parts.filter(by=by).join(every, on=of, how="full")
            assert (beside[column] == beside["every"]).all()
    months = total.filter(by="month").group_by("cause").agg(pl.col("money").sum()).sort("cause")
    lost = total.filter(by="all", judged="lost").select("cause", "money").sort("cause")
    assert months.rows() == lost.rows()
    whole = rows.unique("customer_code").group_by("judged").agg(pl.col("money").sum()).sort("judged")
    assert total.filter(by="all").group_by("judged").agg(pl.col("money").sum()).sort("judged").rows() == whole.rows()
    for low, middle, high in (("money_low", "money", "money_high"),
                              ("money_change_low", "money_change", "money_change_high")):  # fmt: skip
        known = total.drop_nulls(middle)
        assert (known[low] <= known[middle]).all()
        assert (known[middle] <= known[high]).all()


@pytest.mark.parametrize("seed", range(4))
def test_some_customers_alone_have_the_money_they_have_among_all(seed: int) -> None:
    """A page narrowed to a region says what the split by region says."""
    rows, who = rows_of(seed)
    split = added_up(rows, who, AS_OF, ACTS).filter(by="region", value="East").sort("judged", "cause")
    some = who.filter(region="East")
    alone = added_up(rows.join(some, on="customer_code", how="semi"), some, AS_OF, ACTS).filter(by="all")
    assert alone.sort("judged", "cause")["money"].to_list() == split["money"].to_list()


def test_cents_of_a_customer_are_its_money_and_near_the_product() -> None:
    rows, _ = rows_of(99)
    found = rows.with_columns(cents=in_cents(rows))
    each = found.group_by("customer_code").agg(pl.col("cents").sum(), pl.col("money").first())
    assert (each["cents"] == (each["money"] * 100).cast(pl.Int64)).all()
    exact = found["probability"] * found["money"].cast(pl.Float64) * 100
    assert ((found["cents"] - exact).abs() < 1.01).all()
    assert (found["cents"] >= 0).all()
    third = pl.DataFrame({"customer_code": [7] * 3, "cause": ["a", "b", "c"], "probability": [0.5, 0.25, 0.25],
                          "money": pl.Series([Decimal("0.03")] * 3, dtype=MONEY)})  # fmt: skip
    assert in_cents(third).to_list() == [1, 1, 1]
    assert in_cents(third.with_columns(money=pl.lit(None, MONEY))).to_list() == [0, 0, 0]


def test_no_change_is_given_of_causes_whose_tables_do_not_reach_back() -> None:
    """And none of unknown: what such a cause took away in the year before was unknown then."""
    card = pl.DataFrame({
        "cause": ["price", "quality", "competitor", "market", "unknown"],
        "events": [5, 5, 0, 0, 0],
        "events_year": [3, 5, 0, None, None],
        "events_before": [2, None, None, None, None],
    })  # fmt: skip
    assert untold_before(card) == ["quality", "unknown"]
    assert untold_before(card.filter(pl.col("cause") == "price")) == []

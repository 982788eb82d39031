"""Partial churn: families dropped by customers who still buy, with the whole customer's loss left to the watch list."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import polars as pl
import pytest

from churn_base import base
from liuke.panel.panel import Families, Panel
from liuke.signals.churn.families import FamilySample, at_risk, family_table
from liuke.signals.churn.model import ChurnModel

CUSTOMERS = 600


@pytest.fixture(scope="module")
def seen() -> Panel:
    """Customers of two families: filters, which a share drops for good, and oil, which nobody drops."""
    oil, filters = base(CUSTOMERS, monthly=0.0, seed=1), base(CUSTOMERS, monthly=0.04, seed=2)
    order = np.argsort(np.r_[np.arange(CUSTOMERS), np.arange(CUSTOMERS)], kind="stable")
    kinds = {}
    for name, mine in oil.kinds.items():
        its = filters.kinds[name]
        parts = {
            each: np.concatenate([getattr(mine, each), getattr(its, each)])[order]
            for each in ("amount", "documents", "occasions", "first_on", "last_on")
        }
        kinds[name] = replace(mine, **parts)
    owner = np.repeat(np.arange(CUSTOMERS), 2).astype(np.int32)
    inner = replace(oil, customer=oil.customer[owner], kinds=kinds)
    names = np.tile(np.array(["oil", "filters"], object), CUSTOMERS)
    return replace(oil, by_family=Families(inner, names, owner, np.full(2 * CUSTOMERS, np.nan)))


@pytest.fixture(scope="module")
def model(seen: Panel) -> ChurnModel:
    sample = FamilySample.of(seen, seen.periods)
    assert sample is not None
    found = sample.model(seen.periods)
    assert isinstance(found, ChurnModel)
    return found


def test_those_who_drop_a_family_are_found_and_money_is_exact(seen: Panel, model: ChurnModel) -> None:
    found = at_risk(model, seen, seen.customer)
    assert set(found.columns) >= {"customer_code", "family", "risk", "amount_12", "at_stake"}
    mean = dict(found.group_by("family").agg(pl.col("risk").mean()).iter_rows())
    assert mean["filters"] > 1.2 * mean["oil"]  # no column names the family: more of them are silent, that is all
    for row in found.head(20).iter_rows(named=True):
        exact = Decimal(row["risk"]) * row["amount_12"]
        assert abs(row["at_stake"] - exact) <= Decimal("0.01")
        assert row["silent_days"] <= model.asked.horizon
    year = {
        (int(c), f): int(cents)
        for c, f, cents in zip(
            seen.by_family.panel.customer,  # type: ignore[union-attr]
            seen.by_family.family,  # type: ignore[union-attr]
            seen.by_family.panel.amount[:, -12:].sum(axis=1),  # type: ignore[union-attr]
            strict=True,
        )
    }
    assert all(int(r["amount_12"] * 100) == year[r["customer_code"], r["family"]] for r in found.iter_rows(named=True))


def test_customers_who_have_left_altogether_are_not_asked_about(seen: Panel, model: ChurnModel) -> None:
    few = seen.customer[:5]
    assert set(at_risk(model, seen, few)["customer_code"]) <= set(few.tolist())
    assert at_risk(model, seen, seen.customer[:0]).is_empty()


def test_without_families_there_is_no_sample_and_an_empty_table(seen: Panel, model: ChurnModel) -> None:
    bare = replace(seen, by_family=None)
    assert FamilySample.of(bare, bare.periods) is None
    assert at_risk(model, bare, seen.customer).is_empty()
    empty = family_table(
        [],
        pl.DataFrame(
            {"customer_code": [1], "customer_id": ["a"], "name": ["A"]}, schema_overrides={"customer_code": pl.Int32}
        ),
    )
    assert empty.is_empty()
    assert "at_stake" in empty.columns

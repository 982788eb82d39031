"""Partial churn inside a run: who is about to stop buying one product family while still a customer (B8).

The same model, rows and ladder as for whole customers, on one row a customer and family. Past months are read as known
now: corrections of old documents are rare enough not to keep a second panel of families for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from liuke.kernel.i18n import N_
from liuke.kernel.money import decimals
from liuke.panel import states as panel_states
from liuke.signals.churn import model as churn
from liuke.signals.churn.question import Asked
from liuke.signals.churn.rows import ModelRows, few_enough, model_rows, origins, sampled

if TYPE_CHECKING:
    import numpy.typing as npt

    from liuke.kernel.estimate import NotEstimable
    from liuke.kernel.period import Periods
    from liuke.panel.panel import Float, Int32, Panel

MOST_A_CHUNK = 5_000  # those with most at stake of each chunk are kept
NO_FAMILIES = N_("no product has a family")
SCHEMA: dict[str, pl.DataType] = {
    "customer_code": pl.Int32(),
    "family": pl.String(),
    "risk": pl.Float64(),
    "risk_low": pl.Float64(),
    "risk_high": pl.Float64(),
    "silent_days": pl.Int32(),
    "own_gap_days": pl.Float64(),
    "amount_12": pl.Decimal(18, 2),
    "at_stake": pl.Decimal(18, 2),
}


@dataclass(frozen=True)
class FamilySample:
    """Customer-family-months of sampled customers and their usual gaps; those of chunks add up with `+`."""

    share: float
    parts: tuple[ModelRows, ...]
    gaps: tuple[tuple[Int32, Float], ...]  # customers by code and their usual days between purchases of one family

    @classmethod
    def of(cls, panel: Panel, periods: Periods, share: float = 1.0) -> FamilySample | None:
        """Those of a chunk; None where it has no families at all."""
        chosen = panel.of_customers(sampled(panel.customers, share)).latest()
        if chosen.by_family is None or not chosen.by_family.panel.shape[0]:
            return None
        inner = chosen.by_family.panel
        found = model_rows(inner, origins(len(periods), periods.per_year))
        return cls(share, (found,), ((inner.customer, panel_states.usual_gaps(inner)[:, -1]),))

    def __add__(self, other: FamilySample) -> FamilySample:
        """Both groups of customers, of the smaller share."""
        share = min(self.share, other.share)
        parts, share = few_enough(
            [part.pick(sampled(part.customer, share)) for part in self.parts + other.parts], share
        )
        kept = [(codes, days, sampled(codes, share)) for codes, days in self.gaps + other.gaps]
        return FamilySample(share, tuple(parts), tuple((codes[some], days[some]) for codes, days, some in kept))

    def model(self, periods: Periods) -> churn.ChurnModel | NotEstimable:
        """The model of families; its horizon is three usual gaps between purchases of the same family."""
        counts = panel_states.gap_counts(np.concatenate([days for _, days in self.gaps]))
        horizon = int(panel_states.left_days(counts[None, :])[0])
        asked = Asked(horizon, periods.ends, len(periods) - 1, periods.per_year)
        return churn.fit(ModelRows.joined(self.parts), asked)


def at_risk(model: churn.ChurnModel, panel: Panel, still: npt.NDArray[np.int32]) -> pl.DataFrame:
    """Families about to be dropped by customers still buying (`still`: their codes, ascending), most at stake first.

    One row a customer and family; the panel has one row a customer. At stake is risk times the family's last year.
    """
    if panel.by_family is None or not panel.by_family.panel.shape[0]:
        return pl.DataFrame(schema=SCHEMA)
    inner = panel.by_family.panel
    bought = np.flatnonzero(inner.has_bought[:, -1])
    now = model_rows(inner, [inner.shape[1] - 1])
    asked = model.asked.buying(now) & (now.money > 0) & np.isin(now.customer, still)
    now, bought = now.pick(asked), bought[asked]
    chance = model.chance(now)
    stake = np.rint(chance.risk * now.money).astype(np.int64)
    top = np.argsort(-stake, kind="stable")[:MOST_A_CHUNK]
    gap = inner.own_gap_days[bought, -1]
    return pl.DataFrame(
        {
            "customer_code": now.customer[top],
            "family": panel.by_family.family[bought[top]].tolist(),
            "risk": chance.risk[top],
            "risk_low": chance.low[top],
            "risk_high": chance.high[top],
            "silent_days": now.silent[top],
            "own_gap_days": pl.Series(gap[top]).fill_nan(None),
            "amount_12": decimals(now.money[top]),
            "at_stake": decimals(stake[top]),
        },
        schema=SCHEMA,
    )


def family_table(parts: list[pl.DataFrame], customers: pl.DataFrame) -> pl.DataFrame:
    """`family_now`: the chunks' rows with the customer's id and name, most at stake first."""
    found = pl.concat(parts) if parts else pl.DataFrame(schema=SCHEMA)
    named = found.join(customers.select("customer_code", "customer_id", "name"), on="customer_code", how="left")
    return named.sort(["at_stake", "customer_code", "family"], descending=[True, False, False])

"""Partial churn inside a run: who is about to stop buying one product family while still a customer (B8).

The same model, rows and ladder as for whole customers, on one row a customer and family. Past months are read as known
now: corrections of old documents are rare enough not to keep a second panel of families for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from liuke.kernel.estimate import NotEstimable
from liuke.kernel.i18n import N_
from liuke.kernel.money import decimals
from liuke.panel import states as panel_states
from liuke.signals.churn import model as churn
from liuke.signals.churn.question import Asked
from liuke.signals.churn.rows import Rows, few_enough, origins, rows, sampled

if TYPE_CHECKING:
    import numpy.typing as npt

    from liuke.kernel.period import Periods
    from liuke.panel.panel import Panel

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


@dataclass
class FamilySample:
    """Customer-family-months of sampled customers, gathered chunk by chunk."""

    periods: Periods
    share: float = 1.0
    parts: list[Rows] = field(default_factory=list)
    gaps: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(panel_states.GAP_BINS, np.int64))

    def take(self, panel: Panel) -> None:
        """Add a chunk's sampled customers, if it has families at all."""
        chosen = panel.of_customers(sampled(panel.customers, self.share)).latest()
        if chosen.by_family is None or not chosen.by_family.panel.shape[0]:
            return
        inner = chosen.by_family.panel
        self.gaps += panel_states.gap_histogram(inner)[-1]
        self.parts.append(rows(inner, origins(len(self.periods), self.periods.per_year)))
        self.parts, self.share = few_enough(self.parts, self.share)

    def model(self) -> churn.ChurnModel | NotEstimable:
        """The model of families; its horizon is three usual gaps between purchases of the same family."""
        if not self.parts:
            return NotEstimable.because(NO_FAMILIES)
        horizon = int(panel_states.left_days(self.gaps[None, :])[0])
        periods = self.periods
        asked = Asked(horizon, periods.ends, len(periods) - 1, periods.per_year)
        return churn.fit(Rows.joined(self.parts), asked)


def at_risk(model: churn.ChurnModel, panel: Panel, still: npt.NDArray[np.int32]) -> pl.DataFrame:
    """Families about to be dropped by customers still buying (`still`: their codes, ascending), most at stake first.

    One row a customer and family; the panel has one row a customer. At stake is risk times the family's last year.
    """
    if panel.by_family is None or not panel.by_family.panel.shape[0]:
        return pl.DataFrame(schema=SCHEMA)
    inner = panel.by_family.panel
    bought = np.flatnonzero(inner.has_bought[:, -1])
    now = rows(inner, [inner.shape[1] - 1])
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


def table(parts: list[pl.DataFrame], customers: pl.DataFrame) -> pl.DataFrame:
    """`family_now`: the chunks' rows with the customer's id and name, most at stake first."""
    found = pl.concat(parts) if parts else pl.DataFrame(schema=SCHEMA)
    named = found.join(customers.select("customer_code", "customer_id", "name"), on="customer_code", how="left")
    return named.sort(["at_stake", "customer_code", "family"], descending=[True, False, False])

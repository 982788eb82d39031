"""How much of customers' falls their peers share, as a run asks: the panel model on spans of its last years."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from liuke.causes.market_model import fall_owed, fit_market

if TYPE_CHECKING:
    from liuke.causes.market_model import Owed
    from liuke.panel.panel import Bool, Int, Int32
    from liuke.run.stages.bought import Bought

YEARS = 3  # a customer's own level is told by; what was earlier tells little of it, and time is saved


@dataclass(frozen=True)
class Fallen:
    """What customers bought in the last span and in the same of a year before, and what peers share of a fall."""

    before: Int  # cents; (customers,)
    now: Int
    at: Int  # positions of those who ever counted, ascending
    owed: Owed  # of those; (at,)

    def effect(self, name: str, mine: Bool) -> tuple[float, float]:
        """Log growth of a group of customers beyond the whole, all else given, and its standard error."""
        told = mine[self.at] & (self.owed.base > 0)
        if not told.any():
            return 0.0, np.inf
        return float(getattr(self.owed, name)[told].mean()), float(self.owed.apart[name][told].mean())


def fallen(bought: Bought, codes: dict[str, Int32], span: int, per_year: int) -> Fallen:
    """The panel model of spans that end with the run's last period; `codes` are of segment and region."""
    amount, since, seller = in_spans(bought, span, per_year)
    spans = amount.shape[1]
    last, year = slice(spans - 1, spans), slice(spans - 1 - per_year // span, spans - per_year // span)
    at = np.flatnonzero((amount * (np.arange(spans) > since[:, None]) > 0).any(axis=1))
    known = {name: code[at] for name, code in codes.items()} | {"salesperson": seller[at]}
    before, now = (amount[:, each].sum(axis=1) for each in (year, last))
    money = before[at].astype(np.float64), now[at].astype(np.float64)
    return Fallen(before, now, at, fall_owed(fit_market(amount[at], since[at], known), year, last, money=money))


def in_spans(bought: Bought, span: int, per_year: int) -> tuple[Int, Int32, Int32]:
    """amount (cents), since and salesperson by spans of the last YEARS, the run's last period ending the last one.

    Who bought in the first period of the data had come before. Of salespeople the one of a span's last period counts.
    """
    customers, periods = bought.amount.shape
    spans = min(periods // span, (YEARS * per_year) // span)
    start = periods - spans * span
    amount = bought.amount[:, start:].reshape(customers, spans, span).sum(axis=2)
    since = np.where(bought.since > 0, (bought.since - start) // span, -1).astype(np.int32)
    if bought.seller.at is None:
        return amount, since, np.repeat(bought.seller.now[:, None], spans, axis=1)
    return amount, since, bought.seller.at[:, start + span - 1 :: span]

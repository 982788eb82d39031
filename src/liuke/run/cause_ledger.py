"""How the lost that causes are asked of stand to the lost of the ledger: each counts by another day.

The ledger's were on the books when its span opened and are lost when it closes. Causes are asked of who is lost at the
run's day and whose next purchase failed to come in the last 12 months: evidence has to lie before that.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from liuke.kernel.estimate import NotEstimable
from liuke.kernel.period import period_end
from liuke.ledger.rates import LOST, in_base
from liuke.ledger.year_pair import last_window
from liuke.run.cause_bounds import lost_lately
from liuke.run.cause_totals import year_from

if TYPE_CHECKING:
    from datetime import date

    import polars as pl

    from liuke.kernel.period import Periods
    from liuke.panel.panel import Bool, Int32
    from liuke.panel.states import States


@dataclass(frozen=True)
class LedgerTie:
    """Customers lost by either count; `lost` = both + earlier, and those of causes = both + others."""

    opening: str  # the day the ledger's span opens from, as ISO date
    since: str  # the first day of the 12 months of causes
    lost: int  # of the ledger
    both: int
    earlier: int  # of the ledger's whose next purchase had failed to come before `since`
    others: int  # of the causes' who were not on the books at `opening`

    def plain(self) -> dict[str, object]:
        """For `run.json`."""
        return asdict(self)


def lost_in_ledger(states: States, periods: Periods) -> Bool:
    """Whom the ledger of customers counts as lost, (rows,); nobody where there is no ledger."""
    window = last_window(periods)
    if isinstance(window, NotEstimable):
        return np.zeros(len(states), bool)
    found: Bool = in_base(states[:, window.opening]) & (states[:, window.end] == LOST)
    return found


def ledger_tie(causes: pl.DataFrame, codes: Int32, in_ledger: Bool, periods: Periods, as_of: date) -> LedgerTie | None:
    """How the two counts overlap, of `customer_cause` and of all customers' codes; None where there is no ledger."""
    window = last_window(periods)
    if isinstance(window, NotEstimable):
        return None
    ours = np.isin(codes.astype(np.int64), lost_lately(causes, as_of))
    both = int((ours & in_ledger).sum())
    lost = int(in_ledger.sum())
    opening = period_end(periods.first + window.opening, periods.unit)
    since = year_from(as_of)
    return LedgerTie(opening.isoformat(), since.isoformat(), lost, both, lost - both, int(ours.sum()) - both)

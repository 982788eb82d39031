"""Customer-months as a model reads them: what was known at a period's end, and when the customer bought next.

Rows of several customers and ends stand under one another. Their columns come from `panel.features` alone, so nothing
that happened or was recorded later is in them; only `next_on` looks ahead, and a model may read it once the horizon
after the row's end is over.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from liuke.panel.features import exposed_at, features, span_sums
from liuke.panel.labels import next_purchase_on

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from liuke.panel.panel import Bool, Float, Int, Int32, Panel

Float32 = npt.NDArray[np.float32]

LINEAR = (
    "silence",
    "occasions",
    "money",
    "overdue",
    "surprise",
    "rate",
    "coming",
)  # what carries over to other ages of the customer base; every kind of exposure that a table tells of beside them
SILENCE = ("silence", "overdue", "surprise", "coming")  # made of the days since the last purchase or order
COLUMNS = (
    *LINEAR,
    "tenure",
    "once",
    "each",
    "active_share",
    "rate_3",
    "occasion_rate_3",
    "breadth_rate_3",
    "return_share",
    "order_rate_3",
    "occasion_rate_6",
    "each_rate_3",
    "season_ahead",
    "families_due",
    "late_gap",
    "longest_gap",
    "usual_longest",
)
WEEK, MONTH = 7.0, 30.0  # days added before logarithms, so that a day more or less is nothing
KNUTH, FIBONACCI = 2654435761, 2654435769  # odd multipliers that scatter neighbouring codes
MOST_CUSTOMERS = 40_000  # a model learns no more from more of them
MOST_ROWS = 200_000  # rows fitted to: more cost time and add nothing that can be seen
LEAST_HISTORY = 3  # periods before the first origin
YEARS_BACK = 2  # of origins kept


@dataclass(frozen=True)
class ModelRows:
    """One row a customer and period end; all (rows,) but `x`, `met`, `met_on` and `kinds`."""

    customer: Int32  # code
    position: Int32  # of the period in the panel
    x: Float32  # (rows, COLUMNS); NaN where a firm has no such figure
    met: Float32  # what still weighs of each kind of exposure; NaN where no table told of it yet; (rows, kinds)
    met_on: Int32  # day number of the latest event of each kind; (rows, kinds)
    kinds: tuple[str, ...]  # of exposure, those of which a table tells
    silent: Int32  # days since the last purchase
    tenure: Int32  # days since the first
    occasions: Int32  # purchase days so far
    money: Int  # cents of the last year of periods
    usual: Int  # cents of a quarter, as the last year had it
    after: Int  # cents of the quarter of periods after the end, as far as the panel goes
    days_to_next: Int32  # days from the period's end to the next purchase, very many when none is known
    days_after_quarter: Int32  # the same from the end of the quarter that follows; means nothing before that is over

    def __len__(self) -> int:
        return len(self.customer)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns of `wide`."""
        return (*COLUMNS, *self.kinds)

    @property
    def linear_columns(self) -> tuple[str, ...]:
        """Names of the columns of `linear`."""
        return (*LINEAR, *self.kinds)

    @property
    def linear(self) -> Float32:
        """What a logit may see: LINEAR and the exposures; (rows, linear_columns)."""
        return np.concatenate([self.x[:, : len(LINEAR)], self.met], axis=1)

    @property
    def wide(self) -> Float32:
        """What trees may see: COLUMNS and the exposures; (rows, columns)."""
        return np.concatenate([self.x, self.met], axis=1)

    def pick(self, rows: Bool | npt.NDArray[np.intp]) -> ModelRows:
        """Some of the rows."""
        held: dict[str, Any] = {name: getattr(self, name)[rows] for name in ARRAYS}
        return replace(self, **held)

    @classmethod
    def joined(cls, parts: Sequence[ModelRows]) -> ModelRows:
        """Rows of several groups of customers under one another."""
        held: dict[str, Any] = {name: np.concatenate([getattr(part, name) for part in parts]) for name in ARRAYS}
        return replace(parts[0], **held)


ARRAYS = tuple(each.name for each in fields(ModelRows) if each.name != "kinds")


def sampled(customers: Int32, share: float, mix: int = KNUTH) -> Bool:
    """Whether each customer belongs to a share of them: by its mixed code (multiplicative hash); (customers,).

    The same customer is in or out whatever chunk it stands in, and half the share holds none that the share doesn't.
    Another `mix` draws another share.
    """
    mixed = customers.astype(np.uint64) * np.uint64(mix) % np.uint64(2**32)
    return np.asarray(mixed < np.uint64(2**32 * min(share, 1.0)))


def thinned(rows: ModelRows, most: int) -> ModelRows:
    """At most so many of the rows: whole customers, chosen by code."""
    return rows if len(rows) <= most else rows.pick(sampled(rows.customer, most / len(rows), FIBONACCI))


def few_enough(parts: list[ModelRows], share: float) -> tuple[list[ModelRows], float]:
    """The rows of a share of the customers, halved until they are at most `MOST_CUSTOMERS`, and that share."""
    while sum(len(np.unique(part.customer)) for part in parts) > MOST_CUSTOMERS:
        share /= 2
        parts = [part.pick(sampled(part.customer, share)) for part in parts]
    return parts, share


def origins(periods: int, per_year: int) -> list[int]:
    """Positions of the period ends a model may learn from or be tested on: monthly, of the last two years."""
    step = max(per_year // 12, 1)
    last = periods - 1
    first = max(LEAST_HISTORY - 1, last - YEARS_BACK * per_year)
    return list(range(last, first - 1, -step))[::-1]


def model_rows(panel: Panel, positions: Sequence[int], kind: str = "") -> ModelRows:
    """The rows of the panel's customers who had bought by each of these ends, as known then; customers by position.

    `kind` is the kind of documents that say who buys, the panel's basis where it is empty; money is of the basis.
    """
    at = list(positions)
    seen = panel.on(kind) if kind else panel
    found = {name: panel.stitch_at(values, at) for name, values in features(seen, at).items()}
    weighed = {name: [panel.stitch_at(each, at) for each in both] for name, both in exposed_at(seen, at).items()}
    bought = panel.stitch_at(seen.has_bought[:, at], at)
    customer, nth = np.nonzero(bought)
    picked = {name: values[customer, nth].astype(np.float64) for name, values in found.items()}
    position = np.array(at, np.int32)[nth]
    year = panel.stitch_at(span_sums(panel.amount, at, panel.periods.per_year), at)
    coming, ends, last = next_purchase_on(seen.latest()), panel.periods.ends, panel.shape[1] - 1
    later = np.minimum(position + panel.periods.per_year // 4, last)
    following, after_quarter = coming[customer, position], coming[customer, later]
    none = np.zeros((len(customer), 0))
    return ModelRows(
        customer=panel.customers[customer],
        position=position,
        x=row_design(picked),
        met=np.column_stack([none, *(weight[customer, nth] for weight, _ in weighed.values())]).astype(np.float32),
        met_on=np.column_stack([none, *(day[customer, nth] for _, day in weighed.values())]).astype(np.int32),
        kinds=tuple(weighed),
        silent=picked["silent_days"].astype(np.int32),
        tenure=picked["tenure_days"].astype(np.int32),
        occasions=picked["occasions"].astype(np.int32),
        money=year[customer, nth],
        usual=year[customer, nth] // 4,
        after=quarter_after(panel.latest(), at)[customer, nth],
        days_to_next=(following.astype(np.int64) - ends[position]).astype(np.int32),
        days_after_quarter=(after_quarter.astype(np.int64) - ends[later]).astype(np.int32),
    )


def quarter_after(panel: Panel, positions: Sequence[int]) -> Int:
    """Cents of the quarter of periods after each end, fewer where the panel stops; (rows, positions)."""
    length = panel.periods.per_year // 4
    sums = np.zeros((panel.shape[0], len(positions)), np.int64)
    for nth, at in enumerate(positions):
        sums[:, nth] = panel.amount[:, at + 1 : at + 1 + length].sum(axis=1)
    return sums


def row_design(found: Mapping[str, Float]) -> Float32:
    """The columns of COLUMNS from raw features of customers who have bought; (rows, columns), float32."""
    silent, tenure, count = found["silent_days"], found["tenure_days"], found["occasions"]
    gap = np.where(count > 1, found["own_gap_days"], tenure)
    money = np.log1p(np.maximum(found["amount"], 0) / 100)
    waiting = found["waiting_days"]
    overdue = np.log((silent + WEEK) / (np.where(np.isnan(gap), tenure, gap) + WEEK))
    columns = {
        "silence": np.log1p(silent),
        "occasions": np.log(count),
        "money": money,
        "overdue": overdue,
        "surprise": np.maximum(overdue, 0) * np.log(count),  # a silence says more the better the rhythm is known
        "rate": np.log(count / (tenure + MONTH)),
        "coming": np.log((silent + WEEK) / (waiting + WEEK)),  # above 0 where an order is not yet a purchase
        "tenure": np.log1p(tenure),
        "once": count == 1,
        "each": money - np.log(count),
        "active_share": found["active_share"],
        "rate_3": found["rate_3"],
        "occasion_rate_3": found["occasion_rate_3"],
        "breadth_rate_3": found["breadth_rate_3"],
        "return_share": found["return_share_12"],
        "order_rate_3": found["order_rate_3"],
        "occasion_rate_6": found["occasion_rate_6"],
        "each_rate_3": found["each_rate_3"],
        "season_ahead": found["season_ahead"],
        "families_due": found["families_due"],
        "late_gap": np.log((found["late_gap_days"] + WEEK) / (gap + WEEK)),
        "longest_gap": np.log((silent + WEEK) / (found["longest_gap_days"] + WEEK)),
        "usual_longest": np.log((silent + WEEK) / (found["usual_longest_days"] + WEEK)),
    }
    return np.stack([columns[name].astype(np.float32) for name in COLUMNS], axis=1)

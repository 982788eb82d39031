"""What is known of each customer at the ends of any periods: one function for the list, training and back-tests.

Point in time by construction: a column reads only what stands at or left of its period.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from liuke.panel.exposure import in_model
from liuke.panel.late_rhythm import families_due, late_gaps

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from liuke.panel.panel import Float, Int, Int32, Panel

SPANS = (3, 6, 12)  # periods of recent money
AMOUNTS = tuple(f"amount_{span}" for span in SPANS)
RECENT, USUAL = 3, 12  # periods now, and periods before them that say what is usual
AHEAD = ("order", "delivery")  # kinds that come before an invoice


def span_sums(values: npt.NDArray[np.generic], positions: Sequence[int], span: int) -> Int:
    """Sums over the `span` columns up to each of some positions, fewer at the beginning; (rows, positions), int64."""
    columns = [values[:, max(at - span + 1, 0) : max(at + 1, 0)].sum(axis=1, dtype=np.int64) for at in positions]
    sums: Int = np.stack(columns, axis=1) if columns else np.zeros((len(values), 0), np.int64)
    return sums


def features(panel: Panel, positions: Sequence[int]) -> dict[str, Float | Int]:
    """Features of every row at the ends of these periods (positions), each (rows, positions).

    silent_days, tenure_days: days since the last and the first purchase, NaN for who has not bought.
    own_gap_days: mean days between purchase days, NaN without a gap; overdue: silent_days in own gaps.
    occasions, documents, amount: so far (amount in cents). amount_3, amount_6, amount_12: cents of the last so many
    periods; amount_before_12 of the twelve before. active_share: share of the periods since the first purchase that
    hold one. rate_3, occasion_rate_3: amount and occasions of three periods against a quarter of the twelve before
    them, NaN where those are not above 0. breadth_rate_3: the same of distinct products a period, NaN without
    products. return_share_12: returns over purchases of twelve periods, 0 without returns. order_rate_3: orders of
    three periods against their usual, NaN where orders are the basis or unknown. waiting_days: days since the last
    order or delivery where that is newer than the last purchase, else silent_days. season_ahead: amount of the three
    periods that followed a year ago against a quarter of the last twelve, NaN without a year before.
    occasion_rate_6: occasions of three periods against half of those of six. each_rate_3: amount an occasion of three
    periods against that of the twelve before. families_due, and the gaps of late: see `late_rhythm`.
    """
    at = list(positions)
    ends = panel.periods.ends[at].astype(np.float64)[None, :]
    bought = panel.has_bought[:, at]
    silent = np.where(bought, ends - panel.last_on[:, at], np.nan)
    gap = panel.own_gap_days[:, at]
    amounts = {name: span_sums(panel.amount, at, span) for name, span in zip(AMOUNTS, SPANS, strict=True)}
    life = np.array(at)[None, :] - panel.alive_from[:, None] + 1
    everything = panel.shape[1]
    active = span_sums(panel.occasions > 0, at, everything)
    return {
        "silent_days": silent,
        "waiting_days": np.where(bought, ends - _stirred_on(panel, at), np.nan),
        "tenure_days": np.where(bought, ends - panel.first_on[:, at], np.nan),
        "own_gap_days": gap,
        "overdue": _over(silent, gap),
        "occasions": span_sums(panel.occasions, at, everything),
        "documents": span_sums(panel.documents, at, everything),
        "amount": span_sums(panel.amount, at, everything),
        **amounts,
        "amount_before_12": span_sums(panel.amount, at, 24) - amounts["amount_12"],
        "active_share": _over(active, np.where(bought, life, 0)),
        "rate_3": _against_usual(panel.amount, at),
        "occasion_rate_3": _against_usual(panel.occasions, at),
        "breadth_rate_3": np.full(silent.shape, np.nan)
        if panel.products is None
        else _against_usual(panel.products, at),
        "return_share_12": _return_share(panel, at, amounts["amount_12"]),
        "order_rate_3": np.full(silent.shape, np.nan)
        if panel.basis == "order" or "order" not in panel.kinds
        else _against_usual(panel.kinds["order"].amount, at),
        "occasion_rate_6": _over(2 * span_sums(panel.occasions, at, 3), span_sums(panel.occasions, at, 6)),
        "each_rate_3": _over(_against_usual(panel.amount, at), _against_usual(panel.occasions, at)),
        "season_ahead": _season_ahead(panel, at, amounts["amount_12"]),
        "families_due": families_due(panel, at),
        **late_gaps(panel, at),
    }


def exposed_at(panel: Panel, positions: Sequence[int]) -> Mapping[str, tuple[Float, Int32]]:
    """By kind of exposure in the model of which a table tells: what of it still weighs, and the day of the latest.

    The weight is NaN at ends before the tables tell of anything; the day NEVER without an event. (rows, positions) each
    """
    ends = panel.periods.ends[list(positions)]
    found = {}
    for name in in_model():
        if name in panel.events:
            events = panel.events[name]
            weighed = events.weigh(panel.customer, ends)
            found[name] = (np.where(ends < events.told_from, np.nan, weighed.weight), weighed.last_on)
    return found


def _season_ahead(panel: Panel, at: list[int], year: Int) -> Float:
    """The three periods that followed a year ago against a quarter of the last twelve."""
    length = panel.periods.per_year
    ahead = span_sums(panel.amount, [p - length + RECENT for p in at], RECENT)
    lived = np.array(at)[None, :] - panel.alive_from[:, None] >= length
    return np.where(lived, _over(4.0 * ahead, year), np.nan)


def _stirred_on(panel: Panel, at: list[int]) -> Int32:
    """Day of the last purchase, order or delivery; NEVER before the first. (rows, positions)."""
    seen = [panel.last_on, *(panel.on(kind).last_on for kind in AHEAD if kind != panel.basis and kind in panel.kinds)]
    return np.asarray(np.maximum.reduce([days[:, at] for days in seen]))


def _over(part: npt.NDArray[Any], whole: npt.NDArray[Any]) -> Float:
    """A quotient, NaN where the whole is not above 0."""
    with np.errstate(invalid="ignore"):
        quotient: Float = np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)
    return quotient


def _against_usual(values: npt.NDArray[np.generic], at: list[int]) -> Float:
    """The sum of the last three periods against a quarter of the twelve before."""
    usual = span_sums(values, [p - RECENT for p in at], USUAL) * (RECENT / USUAL)
    return _over(span_sums(values, at, RECENT), usual)


def _return_share(panel: Panel, at: list[int], net: Int) -> Float:
    """Returned over bought, of twelve periods; 0 where nothing was returned, at most 1."""
    if panel.basis == "return" or "return" not in panel.kinds:
        return np.zeros(net.shape)
    returned = -span_sums(panel.kinds["return"].amount, at, 12)
    share = _over(returned, net + returned)
    return np.clip(np.where(np.isnan(share), returned > 0, share), 0.0, 1.0)

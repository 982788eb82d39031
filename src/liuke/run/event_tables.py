"""Event studies of a run: which events are studied, and the tables their results become."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from liuke.causes.event_study import event_study
from liuke.causes.event_sums import DatedEvent, StudyWindow
from liuke.kernel.estimate import NotEstimable
from liuke.kernel.i18n import N_
from liuke.kernel.money import decimals, from_cents
from liuke.kernel.said import Said
from liuke.run.contracts import frame, schema
from liuke.run.event_contract import EVENT_CUSTOMER, EVENT_EFFECT, EVENT_PATH, STUDIED_EVENT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from liuke.causes.event_study import EventEffect, EventStudy, PooledEffect
    from liuke.kernel.estimate import Estimate
    from liuke.panel.panel import Int, Int32
    from liuke.run.dated_events import Befell

MOST_STUDIED = 40  # events of a kind, those that befell the most money: studies of a large firm take their time
ROWS_A_PART = 100_000  # of `event_customer`, about: what is made at once
UNCONNECTED = N_("Not known: nothing that tells of such events is connected.")
NONE_ON_RECORD = N_("No such event is on record.")
SMALLER = N_("Not studied: {most} others of the kind befell more money.")


@dataclass(frozen=True)
class StudiedPanel:
    """All customers an event is studied among."""

    amount: Int  # cents; (customers, periods)
    first: int  # number of the first period
    group: Int32 | None  # who looked after whom; (customers,) or (customers, periods)
    strata: Int32  # (customers,)
    per_year: int

    @property
    def window(self) -> StudyWindow:
        """A year before and after, at least half of each."""
        half = max(2, self.per_year // 2)
        return StudyWindow(self.per_year, self.per_year, half, half)


def dated_of(sides: StudiedPanel, events: Sequence[Befell]) -> tuple[DatedEvent, ...]:
    """Events as studies take them: positions of periods, and the portfolio each took away."""
    codes = _codes(sides, events)
    return tuple(_dated(sides, each, codes) for each in events)


def studied(sides: StudiedPanel, events: Sequence[Befell], spoilt: Sequence[Befell]) -> EventStudy:
    """The study of events of one kind, of those that befell the most money; `spoilt` are not asked about."""
    most = sorted(events, key=lambda each: (-_money(sides, each), each.id))
    left = {each.id for each in most[MOST_STUDIED:]}
    asked = dated_of(sides, [each for each in events if each.id not in left])
    others = dated_of(sides, [*(each for each in events if each.id in left), *spoilt])
    return event_study(sides.amount, asked, group=sides.group, strata=sides.strata, others=others, window=sides.window)


def effect_row(kind: str, missing: Sequence[str], study: EventStudy | None, events: Sequence[Befell]) -> dict[str, Any]:
    """The row of `event_effect` of a kind; without a study why there is none."""
    row: dict[str, Any] = {"kind": kind, "events": len(events), "studied": 0, "verdict": "not_estimable"}
    if study is None:
        said = Said(UNCONNECTED) if missing else Said(NONE_ON_RECORD)
        return row | {"missing": ",".join(missing) or None, "said": said.pack()}
    row |= {"studied": len(study.events), "method": study.method, "portfolios": study.portfolios}
    pooled = study.pooled
    if isinstance(pooled, NotEstimable):
        return row | {"said": pooled.reason.pack()}
    return row | {
        "customers": pooled.customers, "money_before": _yuan(pooled.money_before), **_ends("effect", pooled.effect),
        **_ends("line", pooled.extrapolated), "differ": _sure(pooled.tau), "rarity": pooled.rarity,
        "before_rarity": pooled.trend_rarity, "least_seen": _sure(pooled.least_seen), "verdict": pooled.verdict,
        "said": pooled.said.pack(),
    }  # fmt: skip


def event_rows(
    kind: str, events: Sequence[Befell], study: EventStudy, names: dict[str, str]
) -> Iterator[dict[str, Any]]:
    """Rows of `studied_event`, the newest first."""
    effects = {each.event.id: each for each in study.events}
    reasons = {event.id: reason for event, reason in study.left_out}
    for each in sorted(events, key=lambda one: (one.day, one.id), reverse=True):
        row = {
            "kind": kind, "event": each.id, "day": each.day, "salesperson_id": each.salesperson,
            "name": names.get(each.salesperson or ""), "about": each.about, "customers": len(each.rows),
        }  # fmt: skip
        if each.id in effects:
            yield row | _measured(effects[each.id])
            continue
        why = reasons[each.id].reason if each.id in reasons else Said(SMALLER, {"most": MOST_STUDIED})
        yield row | {"verdict": "not_estimable", "said": why.pack()}


def path_rows(kind: str, pooled: PooledEffect) -> Iterator[dict[str, Any]]:
    """Rows of `event_path`."""
    curve = pooled.curve
    for nth, period in enumerate(curve.month.tolist()):
        if not math.isnan(curve.value[nth]):
            yield {"kind": kind, "period": period, "effect": float(curve.value[nth]),
                   "effect_low": float(curve.low[nth]), "effect_high": float(curve.high[nth])}  # fmt: skip


def customer_rows(sides: StudiedPanel, codes: Int32, events: Sequence[Befell]) -> Iterator[pl.DataFrame]:
    """Parts of `event_customer`, of events one after another."""
    some: list[Befell] = []
    for nth, each in enumerate(events, 1):
        some.append(each)
        if nth == len(events) or sum(len(one.rows) for one in some) >= ROWS_A_PART:
            yield _befallen(sides, codes, some)
            some = []


def _befallen(sides: StudiedPanel, codes: Int32, events: Sequence[Befell]) -> pl.DataFrame:
    year, before, after = sides.per_year, [], []
    for each in events:
        at = each.month - sides.first
        before.append(sides.amount[each.rows, max(0, at - year) : max(0, at)].sum(axis=1))
        after.append(sides.amount[each.rows, max(0, at) : max(0, at + year)].sum(axis=1))
    of = pl.Series(np.repeat(np.arange(len(events)), [len(each.rows) for each in events]), dtype=pl.UInt32)
    return pl.DataFrame({
        "kind": pl.Series([each.kind for each in events], dtype=pl.String).gather(of),
        "event": pl.Series([each.id for each in events], dtype=pl.String).gather(of),
        "day": pl.Series([each.day for each in events], dtype=pl.Date).gather(of),
        "customer_code": codes[np.concatenate([each.rows for each in events])],
        "before": decimals(np.concatenate(before)),
        "after": decimals(np.concatenate(after)),
    }).select(list(EVENT_CUSTOMER.columns)).cast(schema(EVENT_CUSTOMER))  # type: ignore[arg-type]  # polars takes classes of types too # fmt: skip


def event_frames(
    effects: Sequence[dict[str, Any]], rows: Sequence[dict[str, Any]], paths: Sequence[dict[str, Any]]
) -> dict[str, pl.DataFrame]:
    """The small tables of events."""
    return {"event_effect": frame(EVENT_EFFECT, effects), "studied_event": frame(STUDIED_EVENT, rows),
            "event_path": frame(EVENT_PATH, paths)}  # fmt: skip


def _codes(sides: StudiedPanel, events: Sequence[Befell]) -> dict[str, int]:
    """The portfolio each salesperson's event took away: whoever held most of its customers in the period before."""
    found = {}
    for each in events:
        at = each.month - sides.first - 1
        if each.salesperson is None or sides.group is None or not 0 <= at < sides.amount.shape[1]:
            continue
        held = sides.group[each.rows] if sides.group.ndim == 1 else sides.group[each.rows, at]
        counted = Counter(held[held >= 0].tolist())
        if counted:
            found[each.id] = int(counted.most_common(1)[0][0])
    return found


def _dated(sides: StudiedPanel, each: Befell, codes: dict[str, int]) -> DatedEvent:
    began = None if each.began is None else each.began - sides.first
    return DatedEvent(each.id, each.month - sides.first, each.rows, codes.get(each.id, -1), began)


def _money(sides: StudiedPanel, each: Befell) -> int:
    at = each.month - sides.first
    return int(np.maximum(sides.amount[each.rows, max(0, at - sides.per_year) : max(0, at)], 0).sum())


def _measured(found: EventEffect) -> dict[str, Any]:
    lost = found.lost
    low, high = lost.ends
    return {
        "compared": found.customers, "controls": found.controls, "money_before": _yuan(found.money_before),
        **_ends("effect", found.effect), **_ends("shrunk", found.shrunk), "lost": _yuan(lost.value),
        "lost_low": _yuan(low), "lost_high": _yuan(high), "months_after": found.months_after, "rarity": found.rarity,
        "before_rarity": found.trend_rarity, "least_seen": _sure(found.least_seen), "verdict": found.verdict,
        "said": found.said.pack(),
    }  # fmt: skip


def _ends(name: str, estimate: Estimate) -> dict[str, float | None]:
    low, high = estimate.ends
    return {name: _sure(estimate.value), f"{name}_low": _sure(low), f"{name}_high": _sure(high)}


def _sure(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _yuan(cents: float) -> Decimal | None:
    return from_cents(round(cents)) if math.isfinite(cents) else None

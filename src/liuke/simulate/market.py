"""The world outside and our own prices: season, market index, prices of ours and of rivals, by month."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from liuke.simulate.chance import F32, F64, Ints, normal, stream
from liuke.simulate.customers import INDUSTRIES, REGIONS, Traits
from liuke.simulate.world import Event, World

FIRST_MONTH = 2023 * 12 + 10  # November 2023: 36 months end on 31 October 2026
SPRING = np.array([-0.28, -0.42, 0.1, 0.08, 0.06, 0.06, 0.06, 0.06, 0.07, 0.07, 0.08, 0.06])  # the spring festival
MEMORY = 0.94  # of the AR(1) indices, a month


@dataclass(frozen=True)
class Market:
    """Log indices by month: season and industry (industries, months), region and rival (regions, months), own price."""

    season: F64
    industry: F64
    region: F64
    rival: F64
    own: F64

    def demand(self, customers: Traits, month: int) -> tuple[F32, F32]:
        """Season's factor and market index's log of each customer in a month."""
        season = np.exp(self.season[:, month])[customers.industry].astype(np.float32)
        index = self.industry[customers.industry, month] + self.region[customers.region, month]
        return season, index.astype(np.float32)

    def price_gap(self, customers: Traits, month: int) -> F32:
        """How much dearer we are than the rival, as a share, compared with the start."""
        gap = np.exp(self.own[month] - self.rival[:, month]) - 1
        return np.asarray(gap[customers.region], dtype=np.float32)


def places(seed: int, event: Event, nth: int, month: int, count: int, of: int, what: str) -> Ints:
    """Which of `of` regions, industries or products an event meets: `count` of them, by the luck of its month."""
    order = stream(seed, f"place/{event.kind}/{nth}/{what}", month).permutation(of)
    return np.sort(order[: min(count, of)])


def make_market(world: World, months: int, seed: int) -> Market:
    """The indices of so many months; a longer one begins with the shorter one."""
    calendar = (FIRST_MONTH + np.arange(months)) % 12
    phase = stream(seed, "season").random(INDUSTRIES)
    swing = world["season"] * np.sin(2 * np.pi * (calendar[None, :] / 12 + phase[:, None]))
    depth = min(1.0, world["season"] / 0.14)
    trend = world["trend_spread"] * np.clip(stream(seed, "trend").standard_normal(INDUSTRIES), -2, 2)
    place = 0.7 * world["trend_spread"] * np.clip(stream(seed, "trend/region").standard_normal(REGIONS), -2, 2)
    time = np.arange(months) / 12
    made = Market(
        season=swing + depth * SPRING[calendar][None, :],
        industry=_walk(seed, "industry", INDUSTRIES, months, world["market_noise"]) + trend[:, None] * time,
        region=_walk(seed, "region", REGIONS, months, 0.6 * world["market_noise"]) + place[:, None] * time,
        rival=_walk(seed, "rival", REGIONS, months, world["rival_price_noise"]) + _list_rise(world, months)[None, :],
        own=_list_rise(world, months, ours=True),
    )
    for nth, event in enumerate(world.events):
        for month in event.months(months):
            made = _happen(made, event, nth, month, seed)
    return made


def _walk(seed: int, name: str, rows: int, months: int, spread: float) -> F64:
    steps = np.stack([normal(seed, f"index/{name}", month, rows) for month in range(months)], axis=1) * spread
    values = np.zeros((rows, months))
    for month in range(1, months):
        values[:, month] = MEMORY * values[:, month - 1] + steps[:, month]
    return values


def _list_rise(world: World, months: int, ours: bool = False) -> F64:
    """Log list prices: ours as announced; rivals follow most of it half a year later."""
    rise = np.zeros(months)
    for event in world.events:
        if event.kind == "price_rise":
            for month in event.months(months):
                start, size = (month, event.size) if ours else (month + 6, 0.95 * event.size)
                rise[start:] += np.log1p(size)
    return rise


def _happen(market: Market, event: Event, nth: int, month: int, seed: int) -> Market:
    months = market.own.shape[0]
    since = np.arange(months) - month
    if event.kind == "rival_cut":
        cut = np.where(since >= 0, np.log1p(-event.size) * 0.96 ** np.maximum(since, 0), 0)
        rival = market.rival.copy()
        rival[places(seed, event, nth, month, event.regions, REGIONS, "regions")] += cut
        return replace(market, rival=rival)
    if event.kind == "market_fall":
        fall = -event.size * np.clip((since + 1) / 5, 0, 1) * 0.97 ** np.maximum(since - 6, 0)
        industry, region = market.industry.copy(), market.region.copy()
        industry[places(seed, event, nth, month, event.industries, INDUSTRIES, "industries")] += fall
        region[places(seed, event, nth, month, event.regions, REGIONS, "regions")] += fall
        return replace(market, industry=industry, region=region)
    return market

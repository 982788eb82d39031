"""Panels of portfolios with a known effect, none of them our simulated firm's: rates, not documents, are drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from liuke.causes.event_sums import DatedEvent

if TYPE_CHECKING:
    from liuke.panel.panel import Float, Int


@dataclass(frozen=True)
class World:
    """What happens: `leave` of `groups` salespeople leave; the effect is a share of sales, `own` its spread."""

    groups: int = 24
    customers: int = 40
    months: int = 40
    leave: int = 8
    effect: float = 0.0
    own: float = 0.0
    shock: float = 0.05  # lasting monthly shock of a portfolio's logarithm, half of it gone in six months
    drift: float = 0.0  # spread of portfolios' lasting growth a month
    on_fall: float = 0.0  # how much those leave whose sales fell: log hazard by log fall
    rare: float = 0.6  # chance of buying in a month
    sizes: float = 1.0  # spread of customers' logarithm of size


@dataclass(frozen=True)
class Drawn:
    """A panel in cents, who looked after whom, the departures and their true mean effect on money."""

    sales: Int
    group: Int
    events: tuple[DatedEvent, ...]
    truth: Float  # by event


def draw(world: World, seed: int) -> Drawn:
    """One firm of this kind."""
    rng = np.random.default_rng(seed)
    size = world.groups * world.customers
    group = np.repeat(np.arange(world.groups), world.customers)
    rng.shuffle(group)
    walk = np.zeros((world.groups, world.months))
    growth = rng.normal(0, world.drift, world.groups)
    for month in range(1, world.months):
        walk[:, month] = 0.89 * walk[:, month - 1] + rng.normal(0, world.shock, world.groups)
    path = walk + growth[:, None] * np.arange(world.months)
    held = np.tile(group[:, None], (1, world.months))
    events, truth, lost = [], [], np.zeros((world.groups, world.months))
    for at in range(world.leave):
        month = int(rng.integers(12, world.months - 12))
        fall = path[:, month - 12 : month - 6].mean(axis=1) - path[:, month - 3 : month].mean(axis=1)
        free = np.array([g for g in range(world.groups) if not any(e.group == g for e in events)])
        chance = np.exp(world.on_fall * fall[free])
        gone = int(rng.choice(free, p=chance / chance.sum()))
        change = world.effect + world.own * rng.normal()
        lost[gone, month:] = np.log1p(max(-0.95, change))
        events.append(DatedEvent(f"d{at}", month, np.flatnonzero(group == gone), gone))
        truth.append(change)
        others = [g for g in range(world.groups) if g != gone]
        held[group == gone, month:] = rng.choice(others, (group == gone).sum())[:, None]
    season = 0.3 * np.sin(2 * np.pi * np.arange(world.months) / 12)
    level = rng.normal(0, world.sizes, size)[:, None] + (path + lost)[group] + season
    bought = rng.random((size, world.months)) < world.rare
    sales = np.rint(1e5 * np.exp(level + rng.normal(0, 0.5, level.shape)) * bought).astype(np.int64)
    return Drawn(sales, held, tuple(events), np.array(truth))

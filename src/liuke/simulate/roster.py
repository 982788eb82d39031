"""Salespeople: who looks after whom, who leaves, who takes over and how well."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from liuke.simulate.catalogue import NEVER
from liuke.simulate.chance import F32, Bools, Ints, stream, uniform
from liuke.simulate.customers import Traits
from liuke.simulate.state import BUYING, State
from liuke.simulate.world import World

TEAM = 8  # salespeople


@dataclass(frozen=True)
class Departures:
    """Salesperson of every customer and what departures did to them; (customers, months)."""

    salesperson: Ints
    struck: F32  # the tie lost, 0-1
    followed: Bools  # went with the salesperson
    joined: Ints  # month by salesperson; NEVER: not hired
    left: Ints  # month by salesperson; NEVER: still there
    handover: F32  # share of the tie saved, by salesperson who left


class Roster:
    """The salespeople of a firm as the months go by; `departures` grows with them."""

    def __init__(self, world: World, customers: Traits, horizon: int, seed: int) -> None:
        size = len(customers)
        self.world, self.customers, self.seed = world, customers, seed
        self.count = max(2, round(size / world["customers_per_salesperson"]))
        capacity = self.count * 3 + 20
        luck = stream(seed, "roster")
        joined = np.full(capacity, NEVER, dtype=np.int64)
        joined[: self.count] = -luck.integers(3, 140, self.count)
        self.owner = customers.home * self.count // size  # neighbours share a salesperson
        self.place = np.zeros(capacity)  # mean position of their customers
        self.place[: self.count] = (np.arange(self.count) + 0.5) / self.count
        self.departures = Departures(
            salesperson=np.zeros((size, horizon), dtype=np.int16),
            struck=np.zeros((size, horizon), dtype=np.float32),
            followed=np.zeros((size, horizon), dtype=bool),
            joined=joined,
            left=np.full(capacity, NEVER, dtype=np.int64),
            handover=np.ones(capacity, dtype=np.float32),
        )

    def month(self, month: int, state: State) -> None:
        """Let salespeople leave at the start of a month and hand their customers over."""
        world, made = self.world, self.departures
        capacity = len(made.left)
        luck = stream(self.seed, "departure", month).random((4, capacity))
        buying = state.status == BUYING
        fast = np.bincount(self.owner, weights=state.fast * buying, minlength=capacity)
        slow = np.bincount(self.owner, weights=state.slow, minlength=capacity)
        poor = np.log(np.maximum(slow, 1) / np.maximum(fast, 1)) if month >= 12 else np.zeros(capacity)
        poor = np.clip(poor - np.median(poor[made.joined <= month]), -1, 1)
        hazard = world["leaving_year"] / 12 * np.exp(world["leaving_on_poor_sales"] * poor)
        there = (made.joined + 3 <= month) & (made.left == NEVER)
        leaving = np.flatnonzero(there & (luck[0] < -np.expm1(-hazard)) & (month >= 2))
        for one in leaving:
            self._leave(int(one), month, luck[:, one])
        made.salesperson[:, month] = self.owner

    def _leave(self, one: int, month: int, luck: np.ndarray) -> None:
        made, customers = self.departures, self.customers
        there = np.flatnonzero((made.joined <= month) & (made.left == NEVER))
        others = there[there != one]
        if len(others) == 0:
            return  # the last one stays
        made.left[one] = month
        theirs = np.flatnonzero(self.owner == one)
        saved = np.clip(self.world["handover"] + 0.7 * (luck[1] - 0.5), 0, 0.95)
        free = np.flatnonzero(made.joined == NEVER)
        if luck[2] < 0.6 and len(free):
            heir = int(free[0])
            made.joined[heir] = month
            self.place[heir] = self.place[one]
            heirs = np.array([heir, heir])
            saved *= 0.8  # a stranger saves less of it
        else:
            near = others[np.argsort(np.abs(self.place[others] - self.place[one]), kind="stable")]
            heirs = np.array([near[0], near[min(1, len(near) - 1)]])
        made.handover[one] = saved
        self.owner[theirs] = heirs[customers.home[theirs] % 2]
        tie = customers.tie[theirs]
        made.struck[theirs, month] = tie * (1 - saved)
        chance = self.world["follow_share"] * 2 * tie**2 * (1 - saved)
        made.followed[theirs, month] = uniform(self.seed, "follow", month, len(customers))[theirs] < chance

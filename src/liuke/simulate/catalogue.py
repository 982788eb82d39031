"""What is sold: products with families, prices and lives, and which of them a customer buys."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from liuke.simulate.chance import F32, F64, Ints, stream, uniform
from liuke.simulate.customers import Traits
from liuke.simulate.market import places
from liuke.simulate.world import World

SLOTS = 6  # products a customer buys at any time
NEVER = 1 << 20
# family: how many products, least and greatest price, cost share, service interval in days (0: none)
FAMILIES = {
    "compressor": (
        ("filter", 14, 35, 900, 0.62, 90),
        ("oil", 8, 180, 2600, 0.7, 180),
        ("part", 16, 25, 6000, 0.6, 0),
        ("service", 6, 600, 12000, 0.55, 365),
        ("dryer", 8, 4500, 60000, 0.74, 0),
        ("machine", 12, 16000, 240000, 0.78, 0),
    ),
    "hotel": (
        ("room", 10, 180, 1400, 0.6, 0),
        ("meal", 10, 30, 400, 0.65, 0),
        ("banquet", 8, 1500, 40000, 0.6, 0),
        ("meeting", 6, 800, 12000, 0.5, 0),
    ),
}


@dataclass(frozen=True)
class Catalogue:
    """Products, cheapest first: family number, list price in cents at the start, cost share, months of life."""

    family: Ints
    within: Ints  # number inside the family, from 1
    price: Ints  # cents
    cost: F64
    interval: Ints  # days, 0 where there is none
    launched: Ints  # month; below 0: before the history
    gone: Ints  # month from which it is not sold; NEVER
    successor: Ints  # product number, -1 for none
    slots: Ints  # (customers, SLOTS) product numbers

    def __len__(self) -> int:
        return len(self.price)


def make_catalogue(world: World, customers: Traits, months: int, seed: int) -> Catalogue:
    """The products of a world and every customer's assortment."""
    rows = [
        (family, number + 1, low * (high / low) ** (number / max(count - 1, 1)), cost, days)
        for family, (_, count, low, high, cost, days) in enumerate(FAMILIES[world.trade])
        for number in range(count)
    ]
    rows.sort(key=lambda row: row[2])
    family, within, price, cost, interval = (np.array(column) for column in zip(*rows, strict=True))
    count = len(rows)
    luck = stream(seed, "catalogue")
    launched = np.where(luck.random(count) < 0.1, luck.integers(0, 48, count), -luck.integers(1, 90, count))
    gone, successor = _discontinued(world, family, price, launched, months, seed)
    return Catalogue(
        family=family.astype(np.int64),
        within=within.astype(np.int64),
        price=np.round(price, -1 if price.max() > 1e7 else 0).astype(np.int64) * 100,
        cost=cost.astype(np.float64),
        interval=interval.astype(np.int64),
        launched=launched.astype(np.int64),
        gone=gone,
        successor=successor,
        slots=_slots(customers, price, launched, seed),
    )


def _discontinued(world: World, family: Ints, price: F64, launched: Ints, months: int, seed: int) -> tuple[Ints, Ints]:
    count = len(price)
    gone = np.full(count, NEVER, dtype=np.int64)
    successor = np.full(count, -1, dtype=np.int64)
    for nth, event in enumerate(world.events):
        if event.kind != "discontinued":
            continue
        for month in event.months(months):
            alive = np.flatnonzero((gone == NEVER) & (launched < 0))
            for product in alive[places(seed, event, nth, month, event.products, len(alive), "products")]:
                same = np.flatnonzero((family == family[product]) & (gone == NEVER) & (launched < month))
                same = same[same != product]
                if len(same) == 0:
                    continue  # the last of its family stays
                gone[product] = month
                if int(product) % 3 != 0:  # one in three has no successor
                    successor[product] = same[np.argmin(np.abs(np.log(price[same] / price[product])))]
    return gone, successor


def _slots(customers: Traits, price: F64, launched: Ints, seed: int) -> Ints:
    """Products around what a customer spends on a line, neighbours in price, none dearer than the line."""
    size = len(customers)
    sold = np.flatnonzero(launched < 0)
    line = customers.size / 2.2
    top = np.clip(np.searchsorted(price[sold], line), 12, len(sold))
    start = top - 12
    luck = np.stack([uniform(seed, "slot", slot, size) for slot in range(SLOTS)], axis=1)
    picks = start[:, None] + (luck * 12).astype(np.int64)
    return np.asarray(sold[np.minimum(picks, len(sold) - 1)])


def catalogue_share(catalogue: Catalogue, products: Ints) -> F32:
    """The part of each customer's assortment these products make; 0-1."""
    return np.asarray(np.isin(catalogue.slots, products).mean(axis=1), dtype=np.float32)

"""What happens to customers month by month, drawn before anybody reacts: the same luck with or without a cause."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from liuke.simulate.catalogue import Catalogue, catalogue_share
from liuke.simulate.causes import CODE, SCARS
from liuke.simulate.chance import F32, Bools, Ints, stream, uniform
from liuke.simulate.customers import REGIONS, Traits
from liuke.simulate.market import places
from liuke.simulate.world import Event, World

COMPLAINTS = ("quality", "delivery", "attitude", "billing", "price")  # kinds, by number
ENTRY_MONTHS = 4  # a rival's entry is felt over so many months


@dataclass(frozen=True)
class Happenings:
    """Scars struck by month (scars, customers, months) and the single events they come from."""

    shock: F32
    closed: Bools  # (customers, months): unavoidable
    pruned: Bools  # (customers, months)
    late: Bools  # (customers, months): orders of that month are delivered late
    complaints: dict[str, Ints]  # customer, month, kind, badly, luck
    promises: dict[str, Ints]  # customer, month, late_days (-1: never kept), kind
    strikes: list[tuple[str, int, Ints, Ints]]  # kind, month, regions, products or industries


def draw_events(world: World, customers: Traits, catalogue: Catalogue, months: int, seed: int) -> Happenings:
    """Everything that befalls the customers in so many months; salespeople's departures come with the sales."""
    size = len(customers)
    shock = np.zeros((len(SCARS), size, months), dtype=np.float32)
    closed = np.zeros((size, months), dtype=bool)
    pruned = np.zeros((size, months), dtype=bool)
    strikes = _planned(world, customers, catalogue, shock, pruned, seed)
    late = np.zeros((size, months), dtype=bool)
    complaints: list[Ints] = []
    promises: list[Ints] = []
    bad_site = stream(seed, "late/region").random((months, REGIONS)).T < 0.08  # a bad month of one warehouse
    for month in range(months):
        closed[:, month] = uniform(seed, "closed", month, size) < -np.expm1(-world["unavoidable_year"] / 12)
        strength = np.where(bad_site[customers.region, month], 3.0, 0.85)
        late[:, month] = uniform(seed, "late", month, size) < world["late_month"] * strength
        shock[CODE["late_delivery"], :, month] = late[:, month]
        complaints.append(_complaints(world, customers, shock, late[:, month], month, seed))
        promises.append(_promises(world, customers, month, seed))
    voiced = np.concatenate(complaints, axis=1)
    made = np.concatenate(promises, axis=1)
    np.add.at(shock[CODE["complaint_badly_handled"]], (voiced[0], voiced[1]), voiced[3].astype(np.float32))
    felt = made[1] + 4  # due a quarter later, felt in the month after
    broken = ((made[2] < 0) | (made[2] > 10)) & (felt < months)
    np.add.at(shock[CODE["promise_broken"]], (made[0][broken], felt[broken]), np.float32(1))
    return Happenings(
        shock=shock,
        closed=closed,
        pruned=pruned,
        late=late,
        complaints=dict(zip(("customer", "month", "kind", "badly", "luck"), voiced, strict=True)),
        promises=dict(zip(("customer", "month", "late_days", "kind"), made, strict=True)),
        strikes=strikes,
    )


def _planned(
    world: World, customers: Traits, catalogue: Catalogue, shock: F32, pruned: Bools, seed: int
) -> list[tuple[str, int, Ints, Ints]]:
    """The events of the world file, put into `shock` and `pruned`; returns where each of them struck."""
    months = shock.shape[2]
    strikes = []
    for nth, event in enumerate(world.events):
        for month in event.months(months):
            regions = places(seed, event, nth, month, event.regions, REGIONS, "regions")
            things = places(seed, event, nth, month, event.products, len(catalogue), "products")
            if event.kind == "discontinued":
                things = np.flatnonzero(catalogue.gone == month)
            strikes.append((event.kind, month, regions, things))
            here = np.isin(customers.region, regions)
            luck = uniform(seed, f"met/{event.kind}/{nth}", month, len(customers))
            _strike(event, month, customers, catalogue, here, things, luck, shock, pruned)
    return strikes


def _strike(
    event: Event, month: int, customers: Traits, catalogue: Catalogue, here: Bools, things: Ints, luck: F32,
    shock: F32, pruned: Bools,
) -> None:  # fmt: skip
    match event.kind:
        case "entry":
            for lag in range(min(ENTRY_MONTHS, shock.shape[2] - month)):
                push = event.size / ENTRY_MONTHS * customers.openness**1.5
                shock[CODE["competitor_entry"], :, month + lag] += np.where(here, push, 0)
        case "terms":
            scope = {"small": customers.grade == 3, "dealers": customers.dealer}.get(event.scope, customers.grade >= 0)
            shock[CODE["terms_tightened"], :, month] += np.where(scope, event.size * luck, 0)
        case "discontinued":
            saved = np.where(catalogue.successor[things] >= 0, 0.35, 1.0)  # a successor takes most of the pain
            for thing, left in zip(things, saved, strict=True):
                pain = 3 * catalogue_share(catalogue, np.array([thing])) * left
                shock[CODE["product_discontinued"], :, month] += pain.astype(np.float32)
        case "channel_conflict":
            met = here & customers.dealer & (luck < 0.5)
            shock[CODE["channel_conflict"], :, month] += np.where(met, event.size, 0)
        case "quality":
            exposed = here & (catalogue_share(catalogue, things) > 0) & (luck < 0.6)
            shock[CODE["quality"], :, month] += np.where(exposed, event.size, 0)
        case "hidden":
            met = luck < event.share
            shock[CODE["unlisted"], :, month] += np.where(met, event.size, 0)
        case "pruned":
            worth = customers.wallet * customers.margin
            pruned[:, month] |= (worth < np.quantile(worth, 0.25)) & (luck < 4 * event.share)


def _complaints(world: World, customers: Traits, shock: F32, late: Bools, month: int, seed: int) -> Ints:
    """Complaints voiced in a month: rows customer, month, kind, badly, luck (0-999)."""
    size = len(customers)
    batch = shock[CODE["quality"], :, month] > 0
    rate = world["complaint_month"] * customers.complaint * (1 + 3 * late + 12 * batch)
    who = np.flatnonzero(uniform(seed, "complaint", month, size) < rate)
    luck = uniform(seed, "complaint/kind", month, size)[who]
    kind = np.searchsorted(np.array([0.3, 0.5, 0.72, 0.9]), luck)
    kind = np.where(batch[who], 0, np.where(late[who] & (luck < 0.8), 1, kind))
    badly = uniform(seed, "complaint/badly", month, size)[who] < world["complaint_badly"]
    text = (uniform(seed, "complaint/text", month, size)[who] * 1000).astype(np.int64)
    return np.stack([who, np.full(len(who), month), kind, badly.astype(np.int64), text])


def _promises(world: World, customers: Traits, month: int, seed: int) -> Ints:
    """Promises made in the first month of a quarter, due three months later: customer, month, late_days, kind."""
    size = len(customers)
    if month % 3:
        return np.zeros((4, 0), dtype=np.int64)
    chance = world["promise_quarter"] * np.where(customers.grade <= 1, 2.0, 0.8)
    who = np.flatnonzero(uniform(seed, "promise", month, size) < chance)
    luck = uniform(seed, "promise/late", month, size)[who]
    bad = luck < world["promise_late"]
    days = np.where(luck < 0.35 * world["promise_late"], -1, 15 + (luck * 400).astype(np.int64) % 75)
    kind = (uniform(seed, "promise/kind", month, size)[who] * 4).astype(np.int64)
    return np.stack([who, np.full(len(who), month), np.where(bad, days, 0), kind])

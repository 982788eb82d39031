"""What befalls the customers of benchmarks/otherwise.py, drawn as if nobody ever left: goods, words, people, prices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from otherwise_life import FAMILIES, REGIONS, YEAR

if TYPE_CHECKING:
    from otherwise_life import Buys, Firm, Pairs

A_FAMILY = 8  # products of each


@dataclass
class Goods:
    """How each order was delivered: days from the order, and what was said of it."""

    due: np.ndarray
    delivered: np.ndarray
    short: np.ndarray
    returned: np.ndarray


@dataclass
class Complaints:
    """One place a complaint; `order` tells which goods it is about."""

    order: np.ndarray
    opened: np.ndarray  # days since the order
    replied: np.ndarray  # days since it was opened
    resolved: np.ndarray  # the same; very many where never
    bad: np.ndarray
    reopened: np.ndarray
    about: np.ndarray  # 0 late, 1 short, 2 quality, 3 other


@dataclass
class Prices:
    """Prices by product and change, days of the changes, customers' discounts and when a part of them is lost."""

    level: np.ndarray  # products x changes + 1, currency a unit
    days: np.ndarray
    rise: np.ndarray  # families x changes
    discount: np.ndarray
    lost: np.ndarray
    lost_on: np.ndarray
    discontinued: np.ndarray  # a product's day, or the end of all days
    main: np.ndarray  # a stream's first product


@dataclass
class Service:
    """Who serves: rows of assignments, and salespeople's days."""

    customer: np.ndarray
    seller: np.ndarray
    start: np.ndarray
    end: np.ndarray
    joined: np.ndarray  # of each salesperson
    left: np.ndarray


@dataclass
class Befallen:
    """All of it; promises, terms, rivals and visits as plain columns."""

    goods: Goods
    complaints: Complaints
    prices: Prices
    service: Service
    promises: dict[str, np.ndarray]
    terms: list[tuple[int, int]]  # day and the first grade it meets
    rivals: list[tuple[int, int]]  # day and region
    visits: Pairs


def befall(firm: Firm, buys: Buys) -> Befallen:
    """Draw everything and note in the firm's events whom what befell when."""
    goods = _goods(firm, buys)
    complaints = _complaints(firm, buys, goods)
    prices = _prices(firm, buys)
    service = _service(firm)
    promises = _promises(firm)
    terms = _terms(firm)
    rivals = _rivals(firm)
    visits = _visits(firm, service)
    empty = np.zeros(0, int)
    for name in firm.kinds:
        firm.events.setdefault(name, (empty, empty))
    return Befallen(goods, complaints, prices, service, promises, terms, rivals, visits)


def _goods(firm: Firm, buys: Buys) -> Goods:
    rng, dial, count = firm.rng, firm.dial, len(buys.order_day)
    who, day = buys.order_customer, buys.order_day
    bouts = np.exp(rng.normal(-0.3, 0.8, (REGIONS, firm.days // 30 + 1)))[firm.region[who], day // 30]
    due = rng.integers(2, 9, firm.size)[who]
    late = rng.uniform(size=count) < dial["late"] * bouts
    delivered = due + np.where(late, 3 + rng.exponential(7, count).astype(int), -rng.integers(0, 2, count))
    short = rng.uniform(size=count) < dial["short"]
    weak = np.exp(rng.normal(-0.3, 0.8, firm.size))
    returned = rng.uniform(size=count) < dial["return"] * weak[who]
    firm.events["late"] = who[late], (day + due + 3)[late]
    firm.events["short"] = who[short], (day + delivered)[short]
    firm.events["return"] = who[returned], (day + delivered + 5)[returned]
    return Goods(due, delivered, short, returned)


def _complaints(firm: Firm, buys: Buys, goods: Goods) -> Complaints:
    rng, dial = firm.rng, firm.dial
    late = goods.delivered >= goods.due + 3
    luck = rng.uniform(size=len(late))
    wronged = late | goods.short | goods.returned
    order = np.flatnonzero(luck < np.where(wronged, dial["complains"], dial["complains_alone"]))
    about = np.select([late[order], goods.short[order], goods.returned[order]], [0, 1, 2], 3)
    size = len(order)
    opened = goods.delivered[order] + rng.integers(1, 7, size)
    slow = rng.uniform(size=size) < dial["slow"]
    replied = np.where(slow, rng.integers(8, 45, size), rng.exponential(2, size).astype(int))
    resolved = replied + np.where(slow, rng.integers(15, 90, size), rng.exponential(6, size).astype(int) + 1)
    resolved = np.where(rng.uniform(size=size) < 0.04, 9999, resolved)
    bad = rng.uniform(size=size) < dial["bad"] * np.where(slow, 1.4, 0.8)
    reopened = bad & (rng.uniform(size=size) < 0.3)
    who, on = buys.order_customer[order], buys.order_day[order] + opened
    firm.events["complaint"] = who, on
    firm.events["complaint_slow"] = who[slow], on[slow] + 14
    firm.events["complaint_bad"] = who[bad], np.minimum(on + resolved, firm.days)[bad]
    return Complaints(order, opened, replied, resolved, bad, reopened, about)


def _prices(firm: Firm, buys: Buys) -> Prices:
    rng = firm.rng
    changes = np.cumsum(rng.integers(120, 430, 12)) + rng.integers(-100, 100)
    changes = changes[(changes > 0) & (changes < firm.days)]
    rise = np.where(rng.uniform(size=(FAMILIES, len(changes))) < 0.6, rng.uniform(-0.01, 0.11, (1, len(changes))), 0)
    products = FAMILIES * A_FAMILY
    family = np.arange(products) // A_FAMILY
    base = np.exp(rng.uniform(np.log(4), np.log(90), products))
    level = base[:, None] * np.cumprod(np.concatenate([np.ones((products, 1)), 1 + rise[family]], 1), 1)
    gone = (rng.uniform(size=products) < 0.15) & (np.arange(products) % A_FAMILY < A_FAMILY - 2)
    discontinued = np.where(gone, rng.integers(0, firm.days, products), firm.days)
    choice = rng.integers(0, A_FAMILY, len(buys.stream_family))
    main = buys.stream_family * A_FAMILY + choice
    hit = discontinued[main] < firm.days
    firm.events["discontinued"] = buys.stream_customer[hit], discontinued[main][hit]
    discount = np.round(rng.uniform(0, 0.25, firm.size), 2)
    loses = rng.uniform(size=firm.size) < 0.12
    lost_on = np.where(loses, rng.integers(0, firm.days, firm.size), firm.days)
    lost = np.round(rng.uniform(0.05, 0.12, firm.size), 2)
    steep = rise[buys.stream_family] >= 0.04
    stream, number = np.nonzero(steep)
    firm.events["price"] = (
        np.concatenate([buys.stream_customer[stream], np.flatnonzero(loses)]),
        np.concatenate([changes[number], lost_on[loses]]),
    )
    return Prices(level.round(2), changes, rise, discount, lost, lost_on, discontinued, main)


def _service(firm: Firm) -> Service:
    rng, dial = firm.rng, firm.dial
    posts = max(5, firm.size // 70)
    post = rng.integers(0, posts, firm.size)
    rows: list[tuple[np.ndarray, ...]] = []
    joined, left, hits, gaps = [], [], [], []
    for number in range(posts):
        mine = np.flatnonzero(post == number)
        start = np.full(len(mine), -400)
        at = -400 - int(rng.integers(0, 1500))
        while at < firm.days:
            until = max(at, 0) + int(rng.exponential(YEAR / dial["turnover"]))
            seller = len(joined)
            joined.append(at)
            left.append(min(until, firm.days))
            rows.append((mine, np.full(len(mine), seller), start, np.full(len(mine), until)))
            gap = rng.exponential(dial["gap_of_service"] * rng.uniform(0, 2), len(mine)).astype(int)
            hits.append((mine, np.full(len(mine), until)))
            gaps += [(mine[gap > wait], (until + 0 * gap + wait)[gap > wait]) for wait in range(21, 400, 28)]
            at = until + int(rng.integers(1, 30))
            start = until + 1 + gap
    customer, seller, begins, ends = (np.concatenate(part) for part in zip(*rows, strict=True))
    keep = (begins < firm.days) & (begins <= ends) & (ends > firm.joined[customer])
    for name, pairs in (("salesperson_left", hits), ("nobody_serves", gaps)):
        who, on = (np.concatenate(part) for part in zip(*pairs, strict=True))
        here = (on < firm.days) & (on > firm.joined[who])
        firm.events[name] = who[here], on[here]
    begins = np.maximum(begins, firm.joined[customer])
    return Service(customer[keep], seller[keep], begins[keep], ends[keep], np.array(joined), np.array(left))


def _promises(firm: Firm) -> dict[str, np.ndarray]:
    rng = firm.rng
    has = np.flatnonzero(rng.uniform(size=firm.size) < np.array([0.7, 0.35, 0.08])[firm.grade])
    every = np.where(rng.uniform(size=firm.size) < 0.5, 91, 182)
    starts = [(has, rng.integers(0, 91, len(has)) + number * every[has]) for number in range(firm.days // 91)]
    who, promised = (np.concatenate(part) for part in zip(*starts, strict=True))
    here = (promised < firm.days) & (promised > firm.joined[who] + 60)
    who, promised = who[here], promised[here]
    due = promised + 30
    late = rng.uniform(size=len(who)) < firm.dial["rebate_late"]
    kept = due + np.where(late, rng.integers(20, 130, len(who)), -rng.integers(0, 12, len(who)))
    kept = np.where(late & (rng.uniform(size=len(who)) < 0.25), 99_999, kept)
    firm.events["rebate_late"] = who[late], np.minimum(due + 10, firm.days)[late]
    return {"customer": who, "promised": promised, "due": due, "kept": kept, "share": rng.uniform(0.01, 0.05, len(who))}


def _terms(firm: Firm) -> list[tuple[int, int]]:
    rng = firm.rng
    count = int(rng.poisson(1.5 * firm.dial["terms"]))
    changes = [(int(rng.integers(60, firm.days)), int(rng.integers(0, 3))) for _ in range(count)]
    small = rng.uniform(size=firm.size) < 0.5  # the others order more at once, and it does not meet them
    met = [(np.flatnonzero((firm.grade >= grade) & small), day) for day, grade in changes]
    if met:
        firm.events["terms"] = (
            np.concatenate([who for who, _ in met]),
            np.concatenate([np.full(len(who), day) for who, day in met]),
        )
    return changes


def _rivals(firm: Firm) -> list[tuple[int, int]]:
    rng = firm.rng
    seen = [
        (day + int(rng.integers(0, 60)), region)
        for day in range(0, firm.days - 60, 91)
        for region in range(REGIONS)
        if rng.uniform() < firm.dial["rival"]
    ]
    met = [(np.flatnonzero((firm.region == region) & (rng.uniform(size=firm.size) < 0.6)), day) for day, region in seen]
    if met:
        firm.events["rival"] = (
            np.concatenate([who for who, _ in met]),
            np.concatenate([np.full(len(who), day) for who, day in met]),
        )
    return seen


def _visits(firm: Firm, service: Service) -> Pairs:
    rng, dial = firm.rng, firm.dial
    chance = np.array([0.95, 1.2 * dial["visited"], dial["visits_small"] * dial["visited"]])[firm.grade]
    visited = np.flatnonzero(rng.uniform(size=firm.size) < chance)
    every = np.array([rng.uniform(25, 45), rng.uniform(45, 75), rng.uniform(80, 120)])[firm.grade]
    count = (1.4 * firm.days / every[visited] + 8).astype(int)
    who = np.repeat(visited, count)
    gaps = every[who] * rng.gamma(6, 1 / 6, len(who))
    total = np.concatenate([[0.0], np.cumsum(gaps)])
    first = np.cumsum(count) - count
    on = (total[1:] - np.repeat(total[first], count)).astype(int) + np.maximum(firm.joined, 0)[who]
    neglected = rng.uniform(size=firm.size) < dial["neglect"]
    begin = rng.integers(0, firm.days, firm.size)
    wait = rng.integers(120, 320, firm.size)
    starved = neglected[who] & (on >= begin[who]) & (on < (begin + wait)[who])
    idle = np.zeros(len(who), bool)
    served = np.lexsort((service.start, service.customer))
    key = service.customer[served] * 100_000 + service.start[served] + 2000
    at = np.searchsorted(key, who * 100_000 + on + 2000, side="right") - 1
    idle = (service.customer[served][at] != who) | (service.end[served][at] < on)
    keep = ~starved & ~idle & (on < firm.days)
    hurt = visited[neglected[visited]]
    missed = (begin + 2 * every).astype(int)
    hurt = hurt[(missed < begin + wait)[hurt] & (missed < firm.days)[hurt] & (missed > firm.joined + 2 * every)[hurt]]
    firm.events["not_visited"] = hurt, missed[hurt]
    return who[keep], on[keep]

"""How often the ranges of what others share of a fall hold, on simulated firms, and what the panel model costs.

    python benchmarks/market_falls.py [--seeds 20] [--customers 3000] [--cost 100000]

Truth: what the expected sales of customers did between the two spans, by industry and region (giants held down as the
model holds them), against all; and the market index, of customers of an industry that falls by half.
"""

from __future__ import annotations

import argparse
import resource
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from liuke.causes.market_model import OWED, held_down
from liuke.causes.ranges import NINETY
from liuke.run.fall_tables import Peers, fall_frame
from liuke.run.fallen import fallen, in_spans
from liuke.run.looked_after import Seller
from liuke.run.stages.bought import Bought
from liuke.simulate.firm import build, live
from liuke.simulate.world import read_world

if TYPE_CHECKING:
    from liuke.run.fallen import Fallen
    from liuke.simulate.firm import SimulatedFirm
    from liuke.simulate.world import World

MONTHS, SPAN, YEAR = 36, 3, 12
BEFORE, NOW = slice(21, 24), slice(33, 36)
BY_FREQUENCY = 0.6  # of a change of sales that shows in how often one orders


@dataclass(frozen=True)
class Case:
    """One firm judged; of the customers who ever counted."""

    fell: Fallen
    codes: dict[str, Any]  # segment, region
    truth: Any  # log growth of the expected sales of its industry and region
    index: Any  # of the market index
    worst: Any  # of the industry that fell most


def bought_of(firm: SimulatedFirm, seed: int) -> tuple[Bought, Any]:
    """What customers bought by chance, and their expected sales; (customers, months)."""
    life, luck = live(firm), np.random.default_rng(seed + 999)
    sales = life.path.sales[:, :MONTHS].astype(np.float64)
    usual = (firm.customers.orders * firm.customers.size)[:, None]
    often = firm.customers.orders[:, None] * np.maximum(sales / np.maximum(usual, 1e-9), 1e-9) ** BY_FREQUENCY
    orders = luck.poisson(np.where(sales > 0, often, 0))
    amount = np.rint(100 * orders * sales / often * np.exp(luck.normal(0, 0.3, orders.shape) - 0.045)).astype(np.int64)
    has = amount > 0
    since = np.where(has.any(axis=1), has.argmax(axis=1), MONTHS).astype(np.int32)
    whose = life.departures.salesperson[:, :MONTHS].astype(np.int32)
    seller = Seller(tuple(map(str, range(whose.max() + 1))), whose, whose[:, -1], np.full(len(whose), np.nan), {})
    return Bought(amount, since, 0, seller), sales


def case_of(world: World, customers: int, seed: int) -> Case:
    """A firm of a world, judged."""
    firm = build(world, customers, MONTHS, seed, ahead=1)
    bought, sales = bought_of(firm, seed)
    codes = {"segment": firm.customers.industry.astype(np.int32), "region": firm.customers.region.astype(np.int32)}
    fell = fallen(bought, codes, SPAN, YEAR)
    codes = {name: code[fell.at] for name, code in codes.items()}
    amount, since, _ = in_spans(bought, SPAN, YEAR)
    counted = np.maximum(amount, 0) * (np.arange(amount.shape[1]) > since[:, None])
    weight = held_down(counted.sum(axis=1)[fell.at].astype(np.float64), codes)
    before, now = (sales[fell.at, span].sum(axis=1) * weight for span in (BEFORE, NOW))
    truth = growth_by_group(before, now, fell.owed.base > 0, codes)
    market = firm.market.industry[firm.customers.industry] + firm.market.region[firm.customers.region]
    level = [np.log(np.exp(market[fell.at, span]).mean(axis=1)) for span in (BEFORE, NOW)]
    worst = (firm.market.industry[:, NOW].mean(axis=1) - firm.market.industry[:, BEFORE].mean(axis=1)).argmin()
    return Case(fell, codes, truth, level[1] - level[0], codes["segment"] == worst)


def growth_by_group(before: Any, now: Any, counted: Any, codes: dict[str, Any]) -> Any:
    """Log growth of money that is a factor of the segment times one of the region, by proportional fitting."""
    before, now = before * counted, now * counted
    factor = {name: np.ones(code.max() + 1) for name, code in codes.items()}
    whole = now.sum() / before.sum()
    for _ in range(50):
        for name, code in codes.items():
            expected = before * whole * factor["segment"][codes["segment"]] * factor["region"][codes["region"]]
            factor[name] *= np.bincount(code, now) / np.maximum(np.bincount(code, expected), 1e-9)
    return np.log(factor["segment"][codes["segment"]] * factor["region"][codes["region"]])


def holds(case: Case) -> tuple[float, float]:
    """Of pairs of segment and region, the share whose range holds the truth, each against the mean; half its width."""
    owed = case.fell.owed
    counted = owed.base > 0
    found, truth = owed.segment + owed.region, case.truth
    off = found - found[counted].mean() - (truth - truth[counted].mean())
    pairs = np.column_stack([case.codes["segment"], case.codes["region"]])
    first = np.unique(pairs, axis=0, return_index=True)[1]
    within = np.abs(off[first]) <= NINETY * owed.error[first]
    return float(within.mean()), float(NINETY * owed.error[first].mean())


def shares(case: Case) -> tuple[float, float, float, float]:
    """Median share in the fallen industry, by the index, of all others; how often the range holds the index."""
    owed = case.fell.owed
    at = np.flatnonzero(owed.state == OWED)
    middle, low, high = owed.shares(at)
    true = np.clip(-np.expm1(case.index[at]) * owed.base[at] / owed.fall[at], 0, 1)
    mine = case.worst[at]
    held = (true >= low - 1e-9) & (true <= high + 1e-9)
    return (float(np.median(middle[mine])), float(np.median(true[mine])), float(np.median(middle[~mine])),
            float(held[mine].mean()))  # fmt: skip


def fallen_world() -> World:
    """`base` with a single fall of the market, of one industry by half a year before the end."""
    base = read_world("base")
    events = tuple(replace(each, month=26, every=90, size=0.7) if each.kind == "market_fall" else each
                   for each in base.events)  # fmt: skip
    return replace(base, events=events)


def cost(customers: int) -> None:
    """Processor seconds and memory of so many customers whose groups wander."""
    luck = np.random.default_rng(0)

    def walk(groups: int) -> Any:
        return np.cumsum(luck.normal(0, 0.06, (groups, MONTHS)), axis=1)

    codes = {name: luck.integers(0, 20, customers).astype(np.int32) for name in ("segment", "region")}
    whose = np.repeat(luck.integers(0, 200, (customers, 1)), MONTHS, axis=1).astype(np.int32)
    log = luck.normal(0, 1, (customers, 1)) + walk(20)[codes["segment"]] + walk(20)[codes["region"]]
    log += 0.4 * walk(200)[whose, np.arange(MONTHS)]
    amount = np.rint(luck.poisson(np.exp(log)) * np.exp(luck.normal(8, 1, (customers, 1)))).astype(np.int64)
    since = np.where(luck.random(customers) < 0.3, luck.integers(1, MONTHS, customers), 0).astype(np.int32)
    end = np.where(luck.random(customers) < 0.3, luck.integers(6, MONTHS, customers), MONTHS)
    month = np.arange(MONTHS)
    amount[(month >= end[:, None]) | (month < since[:, None])] = 0
    bought = Bought(amount, since, 0, Seller((), whose, whose[:, -1], np.full(customers, np.nan), {}))
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    fell = fallen(bought, codes, SPAN, YEAR)
    everybody = np.ones(customers, np.bool_)
    rows = fall_frame(np.arange(customers, dtype=np.int32), fell, end < MONTHS, Peers("industry", everybody, everybody))
    took, more = time.process_time() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - held
    print(f"{customers:,} customers: {took:.1f} s of processor, {more / 1024:.0f} MB, {len(rows):,} rows")


def main() -> None:
    """Print a line a world."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, usual in (("seeds", 20), ("customers", 3_000), ("cost", 100_000)):
        asked.add_argument(f"--{name}", type=int, default=usual)
    given = asked.parse_args()
    worlds = {name: read_world(name) for name in ("null", "base", "price_war")} | {"one industry falls": fallen_world()}
    for name, world in worlds.items():
        cases = [case_of(world, given.customers, seed) for seed in range(given.seeds)]
        found = np.mean([holds(case) for case in cases], axis=0)
        print(f"{name}: 90 % ranges hold {found[0]:.2f}, reach {found[1]:.2f} to either side", end="")
        if name == "one industry falls":
            told = np.mean([shares(case) for case in cases], axis=0)
            print(
                f"; share {told[0]:.2f}, by the index {told[1]:.2f}, others {told[2]:.2f}, held {told[3]:.2f}", end=""
            )
        print(flush=True)
    cost(given.cost)


if __name__ == "__main__":
    main()

"""The firm month by month: utility of us minus the rival decides the share of the wallet and who leaves."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from liuke.simulate import catalogue as products
from liuke.simulate import customers as people
from liuke.simulate import events, market, treatments
from liuke.simulate.catalogue import Catalogue
from liuke.simulate.causes import CODE, FADE, SCARS, hurts
from liuke.simulate.chance import F32, Bools, uniform
from liuke.simulate.customers import Traits
from liuke.simulate.events import Happenings
from liuke.simulate.market import Market
from liuke.simulate.roster import Departures, Roster
from liuke.simulate.state import AWAY, BUYING, CLOSED, NOT_YET, PRUNED, Codes, Path, State, fresh
from liuke.simulate.world import World

FREQUENCY_SHARE = 0.6  # of a change of sales that shows in how often one orders; the rest in how much
REMEMBERED = 0.8  # of blame, a month


@dataclass(frozen=True)
class SimulatedFirm:
    """Everything drawn before the first month; `months` are history, up to `horizon` is what would come after."""

    world: World
    customers: Traits
    market: Market
    catalogue: Catalogue
    happenings: Happenings
    months: int
    horizon: int
    seed: int
    luck: int  # seed of who leaves and returns when; another one is another future of the same firm


@dataclass(frozen=True)
class Life:
    """What truly happened: the path to the horizon, salespeople's departures, what was done to whom by old habit."""

    path: Path
    departures: Departures
    plan: Codes  # (customers, horizon) codes of TREATMENTS
    at_end: State  # before the first month after the history


@dataclass(frozen=True)
class Month:
    """What meets the customers in one month; `keep` (causes, customers) is False where a cause is taken away."""

    shock: F32
    followed: Bools
    plan: Codes
    keep: Bools | None = None


def build(world: World, size: int, months: int, seed: int, ahead: int = 24) -> SimulatedFirm:
    """A firm of a world, ready to live; the same arguments give the same firm."""
    horizon = months + ahead
    drawn = people.draw_customers(world, size, months, seed)
    sold = products.make_catalogue(world, drawn, horizon, seed)
    return SimulatedFirm(
        world=world,
        customers=drawn,
        market=market.make_market(world, horizon, seed),
        catalogue=sold,
        happenings=events.draw_events(world, drawn, sold, horizon, seed),
        months=months,
        horizon=horizon,
        seed=seed,
        luck=seed,
    )


def live(firm: SimulatedFirm) -> Life:
    """Let the firm live up to its horizon: salespeople leave as sales go, old habits treat whom they treat."""
    size = len(firm.customers)
    roster = Roster(firm.world, firm.customers, firm.horizon, firm.seed)
    plan = np.zeros((size, firm.horizon), dtype=np.int8)
    state = fresh(size)
    at_end = state
    yields = []
    for month in range(firm.horizon):
        if month == firm.months:
            at_end = state.copy()
        roster.month(month, state)
        if month < firm.months:
            plan[:, month] = _old_habit(firm, state, month)
        met = Month(_shock(firm, month, roster.departures), roster.departures.followed[:, month], plan[:, month])
        state, out = step(firm, state, met)
        yields.append(out)
    return Life(_path(0, yields), roster.departures, plan, at_end)


def run_months(
    firm: SimulatedFirm,
    departures: Departures,
    plan: Codes,
    *,
    start: State | None = None,
    until: int | None = None,
    keep: Bools | None = None,
) -> tuple[State, Path]:
    """Live the months from `start` (the beginning) to `until` (the horizon) again, on the same luck.

    `keep` (causes, customers) takes causes away; `plan` (customers, horizon) says what is done when. Salespeople leave
    when they truly did, whatever is taken away, so that a difference is the cause's and nothing else's.
    """
    state = (start or fresh(len(firm.customers))).copy()
    first, yields = state.month, []
    for month in range(first, firm.horizon if until is None else until):
        met = Month(_shock(firm, month, departures), departures.followed[:, month], plan[:, month], keep)
        state, out = step(firm, state, met)
        yields.append(out)
    return state, _path(first, yields)


def _path(first: int, yields: list[tuple[F32, F32, F32, Codes]]) -> Path:
    sales, margin, share, status = (np.stack(column, axis=1) for column in zip(*yields, strict=True))
    return Path(first, sales, margin, share, status)


def _shock(firm: SimulatedFirm, month: int, departures: Departures) -> F32:
    shock = firm.happenings.shock[:, :, month].copy()
    shock[CODE["salesperson_left"]] = departures.struck[:, month]
    return shock


def step(firm: SimulatedFirm, state: State, met: Month) -> tuple[State, tuple[F32, F32, F32, Codes]]:
    """One month: the state after it, and its sales, margin, share of wallet and status by customer.

    `state`'s arrays are used up: copy it first to keep it.
    """
    who, world, month = firm.customers, firm.world, state.month
    keep = met.keep
    status = state.status
    status[(status == NOT_YET) & (who.joined <= month)] = BUYING
    treatments.treat_customers(world, who, state, met.plan)
    pull = treatments.carry(world, who, state)
    buying = status == BUYING
    shock = met.shock if keep is None else met.shock * keep[: len(SCARS)]
    scar = state.scar
    scar *= FADE[:, None]
    scar += shock * buying
    felt = scar * scar / (scar + who.tolerance) * hurts(world)[:, None]  # small scars hardly hurt
    gap = firm.market.price_gap(who, month)
    season, index = firm.market.demand(who, month)
    if keep is not None:
        gap = np.where(keep[CODE["price"]], gap, np.minimum(gap, 0))
        index = np.where(keep[CODE["market"]], index, np.maximum(index, 0))
    rest = who.base
    utility = rest + state.warmth - state.trap - felt.sum(axis=0) - who.beta * state.sharpness * gap + pull
    utility -= np.float32(0.5) * state.let
    _come_and_go(firm, state, met, utility)
    buying = status == BUYING
    state.blame[:] = np.where(buying, REMEMBERED * state.blame + felt, state.blame)
    share = 1 / (1 + np.exp(-utility))
    level = np.exp(index) * share * (1 + np.exp(-rest)) * buying
    depth = np.float32(world["promotion_depth"]) * (pull > 0)
    sales = (who.orders * who.size * level * season * (1 - depth)).astype(np.float32)
    margin = sales - (1 - who.margin) * sales / (1 - depth) - who.serve * (buying & ~state.let)
    base_sales = who.orders * who.size * level
    state.fast[:] += np.float32(0.4) * (base_sales - state.fast)
    state.slow[:] += np.float32(0.1) * (base_sales - state.slow)
    out = (sales, margin.astype(np.float32), (share * buying).astype(np.float32), status.copy())
    return replace(state, month=month + 1), out


def _come_and_go(firm: SimulatedFirm, state: State, met: Month, utility: F32) -> None:
    """Who leaves, is dropped, closes down or comes back this month; changes the state's status and scars in place."""
    world, month, keep = firm.world, state.month, met.keep
    size = len(firm.customers)
    status = state.status
    was_buying, was_away = status == BUYING, status == AWAY
    hazard = np.exp(np.minimum(world["exit_base"] - world["exit_slope"] * utility, 3))
    leaves = uniform(firm.luck, "leave", month, size) < -np.expm1(-hazard)
    followed, closed, pruned = met.followed, firm.happenings.closed[:, month], firm.happenings.pruned[:, month]
    if keep is not None:
        followed = followed & keep[CODE["salesperson_left"]]
        closed = closed & keep[CODE["unavoidable"]]
        pruned = pruned & keep[CODE["pruned"]]
    back = world["return_base"] + 1.25 * utility + world["approach"] * (state.approached > 0)
    returns = uniform(firm.luck, "return", month, size) < -np.expm1(-np.exp(np.minimum(back, 2)))
    status[was_buying & (leaves | followed)] = AWAY
    comes = was_away & returns
    status[comes] = BUYING
    state.scar[:, comes] *= np.float32(0.5)
    status[(was_buying | was_away) & closed] = CLOSED
    status[was_buying & pruned] = PRUNED


def _old_habit(firm: SimulatedFirm, state: State, month: int) -> Codes:
    """Whom the firm's old habits treat: big customers that have fallen, with whatever is at hand; some at random."""
    size, world = len(firm.customers), firm.world
    plan = np.zeros(size, dtype=np.int8)
    count = round(world["old_policy_share"] * size)
    buying = state.status == BUYING
    luck = uniform(firm.seed, "habit", month, size)
    if count and month >= 6:
        fallen = np.where(buying, state.slow - state.fast, 0) * (0.5 + luck)
        worst = np.argsort(-fallen, kind="stable")[:count]
        worst = worst[fallen[worst] > 0]
        plan[worst] = np.where(
            luck[worst] < 0.6, treatments.TREATMENT["promotion"], treatments.TREATMENT["relationship"]
        )
    if world["random_share"] > 0:
        drawn = buying & (plan == 0) & (uniform(firm.seed, "random arm", month, size) < world["random_share"])
        plan[drawn] = (1 + (luck * 4).astype(np.int8))[drawn]
    return plan


def rate(firm: SimulatedFirm, path: Path, month: int) -> tuple[F32, F32]:
    """Orders expected in a month, and yuan an order; their product is the month's sales."""
    who = firm.customers
    sales = path.sales[:, path.column(month)]
    level = sales / (who.orders * who.size)
    often = who.orders * level ** np.float32(FREQUENCY_SHARE)
    size = np.divide(sales, often, out=np.zeros_like(sales), where=often > 0)
    return often.astype(np.float32), size

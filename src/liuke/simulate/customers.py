"""Who buys: customers with correlated traits, drawn once for all months."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from liuke.simulate.chance import F32, F64, Bools, Ints, stream, uniform
from liuke.simulate.world import World

REGIONS = 6
INDUSTRIES = 6
TRAITS = (
    *("wallet", "orders", "base", "price", "affect", "lock", "tie", "regularity", "complaint", "tolerance"),
    *("discount", "payment"),
)
# correlations of the Gaussian copula; what is not named is 0
CORRELATIONS = {
    ("wallet", "orders"): 0.55,
    ("wallet", "discount"): 0.55,
    ("wallet", "price"): 0.15,
    ("affect", "tie"): 0.45,
    ("affect", "price"): -0.35,
    ("affect", "base"): 0.25,
    ("lock", "price"): -0.2,
    ("complaint", "tolerance"): -0.3,
    ("price", "discount"): 0.3,
    ("affect", "tolerance"): 0.3,
}
GRADE_BOUNDS = (0.05, 0.2, 0.55)  # shares of customers up to A, B and C


@dataclass(frozen=True)
class Traits:
    """Traits, one value a customer: wallet and size in yuan, orders a month, utilities, shares."""

    wallet: F32  # a year, with all suppliers
    orders: F32  # a month, with us, at rest
    size: F32  # yuan an order, at rest
    base: F32  # utility at rest, lock-in included
    beta: F32  # utility per 100 % dearer than the rival
    affect: F32  # 0-1
    lock: F32  # utility
    tie: F32  # 0-1: to the salesperson, not to us
    regularity: F32  # shape of the gaps
    complaint: F32  # ratio to the middle customer
    tolerance: F32  # scars below this hardly hurt
    openness: F32  # 0-1: to a new rival
    discount: F32  # share off the list
    pay_days: F32  # after the due day
    margin: F32  # share of sales
    serve: F32  # yuan a month
    region: Ints
    industry: Ints
    grade: Ints  # 0 is A
    dealer: Bools
    joined: Ints  # month of the history; below 0: bought before it
    home: Ints  # position in the order by region: who is whose neighbour

    def __len__(self) -> int:
        return len(self.wallet)


def correlation() -> F64:
    """The copula's correlation matrix; (traits, traits), positive definite."""
    matrix = np.eye(len(TRAITS))
    for (one, other), value in CORRELATIONS.items():
        i, j = TRAITS.index(one), TRAITS.index(other)
        matrix[i, j] = matrix[j, i] = value
    return matrix


def draw_customers(world: World, size: int, months: int, seed: int) -> Traits:
    """`size` customers of a world; a bigger firm of the same seed begins with the same ones."""
    from scipy.special import ndtr

    root = np.linalg.cholesky(correlation()).T.astype(np.float32)
    drawn = stream(seed, "traits").standard_normal((size, len(TRAITS)), dtype=np.float32) @ root
    z = dict(zip(TRAITS, drawn.T, strict=True))
    share = {name: ndtr(values).astype(np.float32) for name, values in z.items()}
    u = {name: uniform(seed, f"customer/{name}", 0, size) for name in
         ("region", "industry", "dealer", "joined", "age", "open", "margin", "grade", "tail")}  # fmt: skip
    lock = world["lock_in"] * share["lock"]
    base = (world["base_utility"] + world["base_utility_spread"] * z["base"] + lock).astype(np.float32)
    wallet = world["wallet_median"] * np.exp(world["wallet_spread"] * z["wallet"])
    wallet *= (1 - u["tail"]) ** -world["wallet_tail"]  # a Pareto factor; 1 where there is no tail
    orders = np.clip(world["orders_median"] * np.exp(0.75 * z["orders"]), 0.06, 14)
    weights = np.cumsum([0.3, 0.22, 0.16, 0.13, 0.12, 0.07])
    region = np.minimum(np.searchsorted(weights, u["region"]), REGIONS - 1)
    rank = np.argsort(np.argsort(-(wallet * np.exp(0.5 * (u["grade"] - 0.5)))))
    low, high = world["regularity_low"], world["regularity_high"]
    before = -1 - (u["age"] * 96).astype(np.int64)
    within = 1 + (u["age"] * max(months - 3, 1)).astype(np.int64)
    return Traits(
        wallet=wallet.astype(np.float32),
        orders=orders.astype(np.float32),
        size=(wallet / (1 + np.exp(-base)) / (12 * orders)).astype(np.float32),
        base=base,
        beta=(world["price_sensitivity"] * np.exp(0.4 * z["price"])).astype(np.float32),
        affect=share["affect"],
        lock=lock.astype(np.float32),
        tie=share["tie"],
        regularity=(low + (high - low) * share["regularity"]).astype(np.float32),
        complaint=np.exp(0.6 * z["complaint"] - 0.18).astype(np.float32),
        tolerance=(0.08 + 0.5 * share["tolerance"]).astype(np.float32),
        openness=u["open"],
        discount=(0.02 + 0.13 * share["discount"]).astype(np.float32),
        pay_days=(60 * share["payment"] ** 2).astype(np.float32),
        margin=(0.2 + 0.16 * u["margin"] - 0.8 * (0.13 * share["discount"])).astype(np.float32),
        serve=(40 + 0.012 * wallet / 12).astype(np.float32),
        region=region,
        industry=(u["industry"] * INDUSTRIES).astype(np.int64),
        grade=np.searchsorted(np.array(GRADE_BOUNDS) * size, rank, side="right"),
        dealer=u["dealer"] < 0.25,
        joined=np.where(u["joined"] < world["joining_share"], within, before),
        home=np.argsort(np.argsort(region, kind="stable"), kind="stable"),
    )

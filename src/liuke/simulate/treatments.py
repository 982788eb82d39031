"""What can be done to a customer, what it costs, and what it truly does; the pipeline never sees the last."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from liuke.simulate.causes import CODE, HEALED_BY_REPAIR, HEALED_BY_TERMS

if TYPE_CHECKING:
    from liuke.simulate.chance import F32
    from liuke.simulate.customers import Traits
    from liuke.simulate.state import Codes, State
    from liuke.simulate.world import World

TREATMENTS = (
    "none",
    "relationship",
    "repair",
    "terms",
    "promotion",
    "win_back_relationship",
    "win_back_promotion",
    "let_go",
)
TREATMENT = {name: number for number, name in enumerate(TREATMENTS)}
YUAN = np.array([0, 420, 600, 250, 90, 700, 160, 0], dtype=np.float32)  # cost of one, beside the price given away
OF_WALLET = np.array([0, 0.002, 0.003, 0.004, 0, 0.003, 0, 0], dtype=np.float32)  # cost that grows with the customer
DEAL_MONTHS = 3
APPROACH_MONTHS = 6


def cost(world: World, customers: Traits, plan: Codes) -> F32:
    """Yuan each customer's treatment costs (codes of TREATMENTS); the price of a promotion comes off the margin."""
    yuan = (YUAN[plan] + OF_WALLET[plan] * customers.wallet) * world["treatment_cost"]
    return np.asarray(yuan, dtype=np.float32)


def treat_customers(world: World, customers: Traits, state: State, plan: Codes) -> None:
    """Change the state in place by one month's plan (codes of TREATMENTS).

    Relationship builds up slowly and stays; it stirs up the cold. Repair heals only what repair can heal. A promotion
    pulls at once and leaves a lower price in mind and a sharper eye for price.
    """
    warm = np.isin(plan, (TREATMENT["relationship"], TREATMENT["win_back_relationship"]))
    gain = world["relationship_gain"] * (customers.affect - world["sleeping_below"]) / (1 - world["sleeping_below"])
    state.promised_warmth[warm] += gain[warm]
    for name, healed in (("repair", HEALED_BY_REPAIR), ("terms", HEALED_BY_TERMS)):
        who = plan == TREATMENT[name]
        for cause in healed:
            state.scar[CODE[cause], who] *= 1 - world["repair_share"]
    cheap = np.isin(plan, (TREATMENT["promotion"], TREATMENT["win_back_promotion"]))
    state.deal[cheap] = DEAL_MONTHS
    state.let[plan == TREATMENT["let_go"]] = True
    approach = np.isin(plan, (TREATMENT["win_back_relationship"], TREATMENT["win_back_promotion"]))
    state.approached[approach] = APPROACH_MONTHS


def carry(world: World, customers: Traits, state: State) -> F32:
    """Let a month pass over what was begun; returns the utility of deals running this month, after their price."""
    state.warmth += np.float32(0.28) * (state.promised_warmth - state.warmth)
    state.promised_warmth *= np.float32(0.975)
    running = state.deal > 0
    pull = customers.beta * state.sharpness * np.float32(world["promotion_depth"] * world["promotion_pull"])
    ending = state.deal == 1
    middle = max(world["price_sensitivity"], 1e-9)
    state.trap *= np.float32(0.97)
    state.trap[ending] += (world["promotion_trap"] * customers.beta / middle)[ending].astype(np.float32)
    state.sharpness[ending] *= np.float32(1.08)
    state.deal[running] -= 1
    state.approached[state.approached > 0] -= 1
    return np.asarray(np.where(running, pull, 0), dtype=np.float32)

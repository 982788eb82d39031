"""The dials of a world: every number the simulated firm depends on, with its unit, meaning and bounds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Dial:
    """One dial: name, value in the base world, unit, meaning, least and greatest value."""

    name: str
    default: float
    unit: str
    meaning: str
    low: float
    high: float


DIALS = (
    # who buys
    Dial("customers", 3000, "customers", "how many, when none are asked for", 20, 1_000_000),
    Dial("customers_per_salesperson", 75, "customers", "how many one salesperson looks after", 5, 2000),
    Dial("joining_share", 0.38, "share", "customers whose first purchase lies inside the history", 0, 0.9),
    Dial("wallet_median", 36_000, "yuan a year", "what the middle customer spends with all suppliers", 100, 1e8),
    Dial("wallet_spread", 1.55, "log sd", "spread of wallets; 1.68 alone makes 80/20", 0.1, 3),
    Dial("wallet_tail", 0.0, "1/Pareto index", "heaviness of the tail beyond lognormal; 0 is none", 0, 0.9),
    Dial("orders_median", 0.75, "orders a month", "how often the middle customer orders", 0.05, 10),
    Dial("regularity_low", 1.5, "shape", "shape of gaps of the least regular buyer; 1 is random", 0.5, 5),
    Dial("regularity_high", 4.5, "shape", "shape of gaps of the most regular buyer", 0.5, 10),
    Dial("base_utility", 1.15, "utility", "us minus the rival at rest; 0 is half the wallet", -3, 5),
    Dial("base_utility_spread", 0.45, "utility sd", "spread of it among customers", 0, 3),
    Dial("lock_in", 0.7, "utility", "greatest switching cost", 0, 5),
    Dial("price_sensitivity", 5.0, "utility per 100 % dearer", "of the middle customer", 0, 50),
    # the world
    Dial("season", 0.14, "log amplitude", "greatest swing of demand within a year", 0, 1),
    Dial("trend_spread", 0.04, "log a year", "spread of trends among industries", 0, 1),
    Dial("market_noise", 0.012, "log a month", "monthly innovation of the AR(1) market index", 0, 1),
    Dial("rival_price_noise", 0.006, "log a month", "monthly innovation of rival prices", 0, 1),
    Dial("unavoidable_year", 0.04, "hazard a year", "customers who close or move", 0, 1),
    Dial("exit_base", -4.2, "log hazard a month", "leaving at zero utility; -30 is never", -30, 2),
    Dial("exit_slope", 1.45, "log hazard per utility", "how much a better utility protects", 0, 10),
    Dial("return_base", -6.2, "log hazard a month", "coming back unasked at zero utility", -30, 2),
    # what we do well and badly
    Dial("leaving_year", 0.13, "hazard a year", "salespeople who leave", 0, 3),
    Dial("leaving_on_poor_sales", 0.0, "log hazard per log fall", "how much poor sales drive salespeople away", 0, 30),
    Dial("follow_share", 0.09, "share", "strongest ties that follow the salesperson to a rival", 0, 1),
    Dial("handover", 0.45, "share", "how much of the tie a handover saves on average", 0, 1),
    Dial("complaint_month", 0.02, "hazard a month", "complaints of the middle customer", 0, 1),
    Dial("complaint_badly", 0.3, "share", "complaints handled badly", 0, 1),
    Dial("late_month", 0.07, "share", "customer-months with late deliveries", 0, 1),
    Dial("promise_quarter", 0.16, "share", "customers promised a rebate or reward each quarter", 0, 1),
    Dial("promise_late", 0.22, "share", "promises kept late or not at all", 0, 1),
    Dial("launches_year", 2.0, "products", "new products a year", 0, 50),
    # how much it hurts, in utility at the moment of the event
    Dial("hurt_salesperson_left", 3.1, "utility", "a complete tie, no handover", 0, 20),
    Dial("hurt_promise_broken", 1.3, "utility", "one promise broken", 0, 20),
    Dial("hurt_complaint_badly_handled", 2.2, "utility", "one complaint handled badly", 0, 20),
    Dial("hurt_late_delivery", 0.75, "utility", "one month of late deliveries", 0, 20),
    Dial("hurt_quality", 2.0, "utility", "one bad batch", 0, 20),
    Dial("hurt_competitor_entry", 2.2, "utility", "an entry met by the most open customer", 0, 20),
    Dial("hurt_product_discontinued", 3.5, "utility", "everything one buys is gone", 0, 20),
    Dial("hurt_terms_tightened", 1.4, "utility", "one tightening", 0, 20),
    Dial("hurt_channel_conflict", 2.2, "utility", "one direct sale under the dealer's price", 0, 20),
    Dial("hurt_unlisted", 2.6, "utility", "the cause nobody has on a list", 0, 20),
    # treatments
    Dial("relationship_gain", 0.9, "utility", "what a relationship programme builds with the warmest customer", 0, 10),
    Dial("sleeping_below", 0.25, "affect", "customers colder than this are stirred up by contact", 0, 1),
    Dial("promotion_depth", 0.05, "share", "price taken off while a promotion lasts", 0, 0.9),
    Dial("promotion_pull", 5.0, "ratio", "how much stronger a deal works than its price", 0, 20),
    Dial("promotion_trap", 0.4, "utility", "what the middle customer expects off for ever after", 0, 10),
    Dial("repair_share", 0.75, "share", "scars a service repair heals", 0, 1),
    Dial("approach", 1.6, "log hazard", "how much more a lost customer returns when approached", 0, 10),
    Dial("treatment_cost", 1.0, "ratio", "what a treatment costs, compared with the base world", 0, 100),
    Dial("old_policy_share", 0.01, "share a month", "customers the firm's old habits treat (big, falling)", 0, 1),
    Dial("random_share", 0.0, "share a month", "customers treated at random beside", 0, 1),
    # what gets written down
    Dial("note_share", 0.55, "share", "lost customers with an exit note", 0, 1),
    Dial("note_accuracy", 0.59, "share", "notes that state the true cause", 0, 1),
    Dial("note_price_bias", 0.6, "share", "of wrong notes that say price", 0, 1),
    Dial("audited", 100, "notes", "notes audited for the true cause", 0, 100_000),
    Dial("missing_share", 0.12, "share", "customer records never entered", 0, 1),
    Dial("late_record_share", 0.2, "share", "customer records entered late", 0, 1),
    Dial("late_record_days", 21, "days", "mean delay of those", 0, 365),
    Dial("survey_response", 0.35, "share", "survey answers of the middle customer", 0, 1),
)
BY_NAME = {dial.name: dial for dial in DIALS}

EVENTS: dict[str, tuple[str, ...]] = {
    # kind: what it may carry beside month and every (both counted in months from the start of the history)
    "price_rise": ("size",),  # our list prices rise by `size`
    "rival_cut": ("size", "regions"),  # rival prices fall by `size` in so many regions
    "entry": ("size", "regions"),  # a rival enters so many regions with this strength
    "terms": ("size", "scope"),  # tighter terms for `scope`: small, dealers or all
    "discontinued": ("products",),  # so many products are dropped
    "channel_conflict": ("size", "regions"),  # direct sales under the dealers' price
    "quality": ("size", "regions", "products"),  # a bad batch reaches so many regions
    "market_fall": ("size", "industries", "regions"),  # demand falls by the log `size`
    "pruned": ("share",),  # the least worthwhile customers are dropped
    "hidden": ("size", "share"),  # the cause nobody has on a list meets this share
}
SCOPES = ("small", "dealers", "all")

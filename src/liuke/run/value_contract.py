"""Contracts of the tables that say what each customer is worth and owed."""

from __future__ import annotations

from liuke.kernel.contract import Column
from liuke.run.contracts import CUSTOMER, money, real, sentence, share, table, text, yes
from liuke.value import grades, loyalty
from liuke.value import spread as spreads
from liuke.value import wallet as wallets

SERVICE = {
    "contacts_owed": real("Contacts a quarter owed by the standard"),
    "contacts_given": real("Contacts of the last quarter; null where none are loaded"),
    "response_owed_hours": real("Longest time to a first answer by the standard", "hours"),
    "response_given_hours": real("Longest time taken in the last year", "hours"),
    "unanswered_complaint": text("Number of the complaint waiting longest for an answer"),
}

CUSTOMER_VALUE = table(
    "customer_value",
    "What every customer is worth: next year, for life, its wallet, spread, loyalty, grade and service",
    ("customer_code",),
    customer_code=CUSTOMER,
    next_year=money("Expected of the coming year, in the money of the basis"),
    low=money("Lower end of its 80 % range"),
    high=money("Upper end"),
    clv=money("Money still to come, discounted"),
    clv_low=money("Lower end of its range"),
    clv_high=money("Upper end"),
    purchases_year=real("Expected purchase days of the coming year", "days"),
    p_alive=share("Chance of ever buying again"),
    wallet=money("What it buys a year of such goods, from anybody"),
    wallet_low=money("Lower end of its range"),
    wallet_high=money("Upper end"),
    wallet_source=text("How the wallet is known", *wallets.SOURCES),
    share_of_wallet=share("Share of the wallet bought from us"),
    spread=text("How its purchases are spread", *spreads.SPREADS),
    largest_period=share("Share of the year's money in its largest period"),
    largest_family=share("Share in its largest product family"),
    effective_families=real("Families it buys from, counted by money"),
    loyalty=text("The likeliest cell of behaviour and attitude", *loyalty.CELLS, "not_measured"),
    **{f"p_{cell}": share(f"Probability of the cell {cell}") for cell in loyalty.CELLS},
    p_behaviour=share("Probability that it behaves loyally"),
    loyalty_index=real("The loyalty index"),
    loyalty_coverage=share("How much of the index was measured"),
    service_cost=money("What serving it cost in the last year; null without stated costs"),
    margin_after_service=money("What is left of the margin after it"),
    stage=text("Stage of the relation", *grades.STAGES),
    slowing=share("Chance that the coming quarter brings under half of the usual"),
    grade=text("Grade by present and reachable money"),
    grade_said=sentence("Why that grade"),
    core_next_year=yes("One of the few expected to make most of next year's money"),
    core_next_year_probability=share("How probably it is"),
    **SERVICE,
    neglected=yes("Got less than it is owed"),
    at_stake_next_year=money("Risk times the money expected of it"),
)
SERVICE_GAP = table(
    "service_gap",
    "Customers that got less service than their grade is owed, most expected money first",
    ("customer_code",),
    customer_code=Column("integer", "The customer's number; null in a first row that says what is not known"),
    grade=text("Grade"),
    stage=text("Stage of the relation", *grades.STAGES),
    **SERVICE,
    next_year=money("Expected of the coming year"),
    contacts_missing=real("Contacts owed and not given"),
    reason=sentence("What is not known of everybody"),
)

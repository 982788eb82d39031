"""Customers by worth, the service they got less of than owed, and product families about to be dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.reports import model_card, value_words
from liuke.reports.listings.customers import CUSTOMER, IS_CORE, STATE
from liuke.reports.shown import CURRENCY, DATA, EVERYWHERE, FILES, Listing, Shown
from liuke.value import loyalty, wallet

if TYPE_CHECKING:
    from collections.abc import Callable

    from liuke.reports.shown import Row

SOURCES = {**wallet.TITLES, "none": ""}
FEW = ("grid", "html")  # columns a screen has room for


def values_listing(years: float, currency: str) -> Listing:
    """Rows of `customer_value` with customer_id, name and state; lifetime values reach so many years."""

    def money(column: str, title: str | Said, on: tuple[str, ...] = FILES, low: str = "", high: str = "") -> Shown:
        return Shown(column, title, "money", CURRENCY, 13 if title in ("from", "to") else 14, on=on,
                     ends=(low, high) if low else None)  # fmt: skip

    next_years = Said(N_("Next {years} years"), {"years": f"{years:g}"})
    return Listing(
        "values",
        N_("Customer value"),
        (
            *CUSTOMER,
            Shown("state", STATE.title, "state", width=13, words=STATE.words, on=FILES),
            Shown("grade", N_("Grade"), width=7),
            Shown("stage", N_("Stage"), "word", width=10, words=value_words.STAGES),
            Shown("grade_reason", N_("Why this grade"), "said_wrap", width=54, on=FILES,
                  of=lambda row: value_words.grade_reason(row, currency)),
            Shown("core_next_year", N_("Core by expectation"), "word", width=9, words=IS_CORE, on=FILES,
                  optional=True),
            money("next_year", N_("Next year"), EVERYWHERE, "low", "high"),
            money("low", N_("from")),
            money("high", N_("to")),
            money("clv", N_("Lifetime value"), FEW),
            money("clv", next_years),
            money("clv_low", N_("from")),
            money("clv_high", N_("to")),
            money("at_stake_next_year", N_("At stake, next year")),
            money("wallet", N_("Wallet")),
            money("wallet_low", N_("from")),
            money("wallet_high", N_("to")),
            Shown("wallet_source", N_("Known from"), "word_note", width=20, words=SOURCES, on=FILES),
            Shown("share_of_wallet", N_("Share of wallet"), "share", width=9),
            Shown("spread", N_("Purchases"), "word", width=12, words=value_words.SPREAD, on=FILES),
            Shown("loyalty", N_("Loyalty"), "word", width=14, words=loyalty.TITLES),
            *(Shown(f"p_{cell}", loyalty.TITLES[cell], "share", width=9, on=FILES) for cell in loyalty.CELLS),
            Shown("purchases_year", N_("Purchase days, coming year"), "one", width=11, on=FILES),
            Shown("p_alive", N_("Ever buys again"), "share", width=9, on=FILES),
            Shown("slowing", N_("Slowing"), "share", width=9, on=FILES),
            Shown("contacts_owed", N_("Contacts owed a quarter"), "one", width=10, on=FILES),
            Shown("contacts_given", N_("Contacts given"), "whole", width=10, on=FILES),
            Shown("service_cost", N_("Service cost"), "money", CURRENCY, 13, on=FILES),
        ),
        nothing=N_("No customer matches."),
        freeze=2,
    )  # fmt: skip


def _pair(owed: str, given: str) -> Callable[[Row], str]:
    def told(row: Row) -> str:
        got = row[given]
        return f"{row[owed]:g}/{'-' if got is None else f'{got:g}'}"

    return told


SERVICE_GAP = Listing(
    "service_gap",
    N_("Service gap"),
    (
        *CUSTOMER,
        Shown("grade", N_("Grade"), width=7),
        Shown("stage", N_("Stage"), "word", width=10, words=value_words.STAGES),
        Shown("contacts", N_("Contacts owed/given"), on=FEW,
              of=_pair("contacts_owed", "contacts_given")),
        Shown("contacts_owed", N_("Contacts owed a quarter"), "one", width=12, on=FILES),
        Shown("contacts_given", N_("Contacts given"), "whole", width=12, on=FILES),
        Shown("contacts_missing", N_("Contacts missing"), "one", width=12, on=FILES),
        Shown("response", N_("Hours owed/taken"), on=FEW,
              of=_pair("response_owed_hours", "response_given_hours")),
        Shown("response_owed_hours", N_("Answer owed within, hours"), "whole", width=14, on=FILES),
        Shown("response_given_hours", N_("Longest wait, hours"), "whole", width=14, on=FILES),
        Shown("unanswered_complaint", N_("Still unanswered"), width=18),
        Shown("next_year", N_("Next year"), "money", CURRENCY, 14),
    ),
    nothing=N_("Everybody got the service owed."),
    freeze=2,
)  # fmt: skip
FAMILIES = Listing(
    "families",
    N_("Families"),
    (
        *CUSTOMER,
        Shown("family", N_("Family"), width=20),
        Shown("why", N_("Why"), "said", width=44, of=model_card.family_reason),
        Shown("risk", N_("Risk"), "share", on=FEW, ends=("risk_low", "risk_high")),
        Shown("risk", N_("Risk"), "rate", width=9, on=FILES),
        Shown("risk_low", N_("from"), "rate", width=9, on=FILES),
        Shown("risk_high", N_("to"), "rate", width=9, on=FILES),
        Shown("amount_12", N_("Last 12 months"), "money", width=16),
        Shown("at_stake", N_("At stake"), "hot", width=16),
        Shown("own_gap_days", N_("Usual gap, days"), "one", on=DATA),
        Shown("silent_days", N_("Days silent"), "whole", on=DATA),
    ),
    freeze=2,
)
STANDARD = Listing(
    "service_standard",
    N_("Service standard"),
    (
        Shown("grade", N_("Grade"), on=DATA),
        Shown("title", N_("Grade"), width=9),
        Shown("share", N_("First so much of the value"), "share"),
        Shown("stage", N_("Stage"), on=DATA),
        Shown("stage_title", N_("Stage"), on=("grid", "html", "sheet"), width=12),
        Shown("contacts_a_quarter", N_("Contacts a quarter"), "number"),
        Shown("response_hours", N_("Answer within, hours"), "number"),
    ),
)

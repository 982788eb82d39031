"""Causes by customers and money, the customers of one cause, and what people say of causes, as pages list them."""

from __future__ import annotations

from liuke.causes.taxonomy import LABELS
from liuke.kernel.i18n import N_
from liuke.reports.cause_words import CAUSE_ID, JUDGED, STATED_ID, UNCOUNTED, watched_by
from liuke.reports.listings.customers import CUSTOMER, STATE
from liuke.reports.shown import CURRENCY, DATA, FILES, PEOPLE, Listing, Shown, high_end, low_end

CHANNELS = {"salesperson": N_("Salesperson's note"), "interview": N_("Exit interview"),
            "unsigned": N_("Unsigned exit note"), "text": N_("Remarks")}  # fmt: skip
LIKELIEST = Shown("cause", N_("Likeliest cause"), "said", width=24)  # beside other columns of customers

CAUSES = Listing(
    "causes",
    N_("Causes"),
    (
        Shown("cause", CAUSE_ID, on=DATA),
        Shown("title", N_("Cause"), "name", width=24),
        Shown("customers", N_("Expected customers"), "one", width=10, ends=("customers_low", "customers_high")),
        Shown("customers_low", low_end(N_("Expected customers")), "one", width=12, on=FILES),
        Shown("customers_high", high_end(N_("Expected customers")), "one", width=12, on=FILES),
        Shown("share", N_("Share"), "rate", width=8),
        Shown("money", N_("Usual year"), "money", CURRENCY, 14, ends=("money_low", "money_high")),
        Shown("money_low", low_end(N_("Usual year")), "money", CURRENCY, 14, on=FILES),
        Shown("money_high", high_end(N_("Usual year")), "money", CURRENCY, 14, on=FILES),
        Shown("before", N_("12 months before"), "one", width=10),
        Shown("change", N_("Change"), "signed", width=10, ends=("change_low", "change_high")),
        Shown("change_low", low_end(N_("Change")), "signed", width=10, on=FILES),
        Shown("change_high", high_end(N_("Change")), "signed", width=10, on=FILES),
        Shown(
            "money_change",
            N_("Change of money"),
            "money_signed",
            CURRENCY,
            14,
            ends=("money_change_low", "money_change_high"),
        ),
        Shown("money_change_low", low_end(N_("Change of money")), "money_signed", CURRENCY, 14, on=FILES),
        Shown("money_change_high", high_end(N_("Change of money")), "money_signed", CURRENCY, 14, on=FILES),
        Shown("of", N_("Customers in all"), "whole", width=10, on=FILES),
        Shown("act", N_("Whose act"), "word", width=18, words=LABELS["act"]),
        Shown("answers", N_("What answers it"), width=30),
        Shown("owner", N_("Owner"), width=14, optional=True),
        Shown("watched_by", N_("Watched by"), "said_wrap", width=36, of=watched_by, on=PEOPLE),
        Shown("measure", N_("Watched by"), on=DATA, words=UNCOUNTED),
        Shown("counted", N_("Its value in 12 months"), on=DATA),
        Shown("counted_before", N_("Its value in the 12 before"), on=DATA),
    ),
    nothing=N_("Nobody has left, or is at risk, of whom a cause could be asked."),
    freeze=2,
)
CAUSE_CUSTOMERS = Listing(
    "cause_customers",
    N_("Customers of a cause"),
    (
        *CUSTOMER,
        Shown("state", STATE.title, "state", width=13, words=STATE.words),
        Shown("salesperson", N_("Salesperson"), width=12),
        Shown("probability", N_("How likely"), "share", width=10, strong=True),
        Shown("unknown", N_("Unknown"), "share", width=10,
              help=N_("The probability that none of the causes explains it.")),
        Shown("place", N_("Place among its causes"), "whole", width=10, on=FILES),
        Shown("judged", N_("Lost or at risk"), "word", width=10, words=JUDGED, on=FILES),
        Shown("on", N_("Lost by"), "date", width=11, optional=True,
              of=lambda row: row["on"] if row["judged"] == "lost" else None),
        Shown("money", N_("Usual year"), "money", CURRENCY, 14),
        Shown("said", N_("Strongest evidence"), "said", width=54),
        Shown("audited", N_("Confirmed by somebody"), "word", width=12, words={True: N_("yes")}, on=PEOPLE,
              of=lambda row: row["audited"] or None, optional=True),
        Shown("audited", N_("Confirmed by somebody"), on=DATA),
        Shown("stated", STATED_ID, on=DATA),
    ),
    nothing=N_("No customer matches."),
    freeze=2,
)  # fmt: skip
BENT = Listing(
    "bent_notes",
    N_("What people say, and what it was"),
    (
        Shown("channel", N_("Who says it"), "word", width=16, words=CHANNELS),
        Shown("stated", N_("Cause that is said"), "name", width=24),
        Shown("said", N_("Customers spoken of"), "whole", width=10),
        Shown("otherwise", N_("It was something else"), "share", width=10),
        Shown("mostly", N_("Most often"), width=24),
    ),
    nothing=N_("No note or interview names a cause."),
)

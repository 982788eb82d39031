"""Customers that buy less than a year before as they are listed, with what others share of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_
from liuke.reports.listings.customers import CUSTOMER, STATE
from liuke.reports.listings.salespeople import HELP_OWN, SHARED
from liuke.reports.shown import CURRENCY, DATA, FILES, PEOPLE, Listing, Shown, high_end, low_end

if TYPE_CHECKING:
    from liuke.reports.shown import Row

SHARE = N_("Shared with others")
VERDICTS = {"told": "", "no_earlier": N_("First bought a year before"), "no_group": N_("Segment and region unknown"),
            "too_few": N_("Too few to compare"),
            "one_and_the_same": N_("One person sells nearly all of it")}  # fmt: skip
HELP_SHARE = N_(
    "What the customer would have bought less had it changed as all others, its segment and its region did, of all it "
    "bought less; with the 90 % range."
)
HELP_SALESPERSON = N_("As other customers of its salesperson changed beyond all others, the segment and the region.")


def fall_untold(row: Row) -> str | None:
    """Why what others share of a fall can't be told; None where it can."""
    return None if row["verdict"] == "told" else str(row["verdict"])


FALLS = Listing(
    "customer_fall",
    N_("Falls shared with others"),
    (
        *CUSTOMER,
        STATE,
        Shown("before", N_("Same months a year before"), "money", CURRENCY, 16, on=FILES),
        Shown("now", N_("Latest months"), "money", CURRENCY, 14),
        Shown("change", N_("Change"), "money", CURRENCY, 14),
        Shown("share", SHARE, "share", width=14, help=HELP_SHARE, on=("grid", "html"),
              ends=("share_low", "share_high")),
        Shown("share", SHARE, "share", width=10, help=HELP_SHARE, on=FILES),
        Shown("share_low", low_end(SHARE), "share", width=10, on=FILES),
        Shown("share_high", high_end(SHARE), "share", width=10, on=FILES),
        Shown("whole", N_("In step with all others"), "money", CURRENCY, 14, on=FILES),
        *(Shown(each, title, "money", CURRENCY, 14, on=FILES) for each, title in SHARED.items()),
        Shown("salesperson_part", N_("With the salesperson beyond that"), "money", CURRENCY, 14, help=HELP_SALESPERSON,
              on=FILES),
        Shown("own", N_("Not shared with others"), "money", CURRENCY, 14, help=HELP_OWN),
        Shown("verdict", N_("Why it can't be told"), "word", width=18, words=VERDICTS, on=PEOPLE, of=fall_untold,
              optional=True),
        Shown("verdict", N_("Can it be told"), on=DATA, words=VERDICTS | {"told": N_("yes")}),
        Shown("said", N_("In words"), "said_wrap", width=44, on=("json",)),
    ),
    nothing=N_("No customer lost, shrinking or on the watch list buys less than in the same months a year before."),
    freeze=2,
)  # fmt: skip

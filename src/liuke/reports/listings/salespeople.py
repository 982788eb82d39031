"""What hangs on salespeople, what sales changed with the market, and questions to a manager, as they are listed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_, translate
from liuke.reports.listings.customers import CUSTOMER, core_word
from liuke.reports.shown import CURRENCY, DATA, FILES, PEOPLE, Listing, Shown, high_end, low_end

if TYPE_CHECKING:
    from collections.abc import Collection

    from liuke.reports.shown import Row

UNNAMED = "-"
NOBODY = N_("Nobody")
EVERYBODY = N_("All customers")
BY = {"all": EVERYBODY, "segment": N_("Segment"), "region": N_("Region")}
STATES = {"told": "", "too_few": N_("Too few to compare"), "one_and_the_same": N_("One person sells nearly all of it"),
          "nothing_beside": N_("Nothing to compare with")}  # fmt: skip
HELP_LOSS = N_("Half of such departures would cost more, half less; 90 in 100 lie within the range.")
HELP_OWN = N_("What neither all others nor the segment or region explain; customers who stopped buying are in it.")
HELP_TIE = N_("The chance that the customer is loyal to the person rather than to the firm.")
BEYOND = ("beyond", "beyond_low", "beyond_high")
HELP_BEYOND = N_(
    "How much more or less its customers bought than all others, by a model that tells segment, region and salespeople "
    "apart and counts leavers, with the 90 % range."
)
BOUGHT = N_("Customers who bought in the latest months or in the same months a year before.")
SHARED = {"segment": N_("With the segment beyond that"), "region": N_("With the region beyond that")}


def person_of(row: Row) -> str:
    """A salesperson by name and number."""
    if row["salesperson_id"] == UNNAMED:
        return translate(NOBODY)
    return f"{row['name'] or ''} {row['salesperson_id']}".strip()


def core_of(row: Row) -> str:
    """What sort of core customer it is, as the list says it."""
    word = core_word(row)
    return translate(word) if word else ""


def group_of(row: Row) -> str:
    """A group of customers."""
    if row["by"] == "all":
        return translate(EVERYBODY)
    return translate(N_("Not known")) if row["value"] == UNNAMED else str(row["value"])


def untold(row: Row) -> str | None:
    """Why a group's change is not split; None where it is."""
    return None if row["state"] == "told" else str(row["state"])


PERSON = (
    Shown("salesperson_id", N_("Salesperson code"), on=DATA),
    Shown("name", N_("Name"), on=DATA),
    Shown("person", N_("Salesperson"), "name", width=20, of=person_of, on=PEOPLE),
)
EXPOSURES = Listing(
    "salesperson_exposure",
    N_("What depends on each salesperson"),
    (
        *PERSON,
        Shown("team", N_("Team"), width=16, on=FILES),
        Shown("customers", N_("Customers"), "whole", width=10),
        Shown("money", N_("Usual year"), "money", CURRENCY, 16),
        Shown("share", N_("Share"), "rate", width=8),
        Shown("core_customers", N_("Core customers"), "whole", width=10),
        Shown("core_money", N_("Usual year of core customers"), "money", CURRENCY, 16, on=FILES),
        Shown("core_share", N_("Share of core customers' money"), "rate", width=10),
        Shown("single_contact", N_("Only one contact here"), "whole", width=12),
        Shown("loss", N_("Possible loss a year"), "money", CURRENCY, 16, help=HELP_LOSS, on=("grid",),
              ends=("loss_low", "loss_high")),
        Shown("loss", N_("Possible loss a year (P50)"), "money", CURRENCY, 16, on=(*FILES, "html")),
        Shown("loss_low", N_("P5"), "money", CURRENCY, 14, on=FILES),
        Shown("loss_high", N_("P95"), "money", CURRENCY, 14, on=(*FILES, "html")),
        Shown("large_share", N_("Over a quarter of core customers' money"), on=DATA),
        Shown("large_loss", N_("Over a quarter of a year's profit"), on=DATA),
    ),
    nothing=N_("No customer is on the books."),
    freeze=1,
)  # fmt: skip
HANGING = Listing(
    "salesperson_customer",
    N_("Customers who depend on them"),
    (
        *CUSTOMER,
        Shown("salesperson", N_("Salesperson"), width=12),
        Shown("money", N_("Usual year"), "money", CURRENCY, 14),
        Shown("core", N_("Core"), width=8, of=core_of, on=PEOPLE),
        Shown("core", N_("Core"), on=DATA),
        Shown("single_contact", N_("Only one contact here"), "word", width=14, words={True: N_("yes"), False: ""}),
        Shown("years", N_("Years with them"), "one", width=10),
        Shown("tie", N_("Loyal to the person"), "share", width=12, help=HELP_TIE),
    ),
    nothing=N_("No customer matches."),
    freeze=2,
)
SPLIT = Listing(
    "market_split",
    N_("Market against own"),
    (
        Shown("by", N_("Grouped by"), "word", width=12, words=BY),
        Shown("value", N_("Group"), on=DATA, named=group_of),
        Shown("group", N_("Group"), "name", width=18, of=group_of, on=PEOPLE),
        Shown("customers", N_("Customers who bought"), "whole", width=10, help=BOUGHT),
        Shown("before", N_("Same months a year before"), "money", CURRENCY, 16, on=FILES),
        Shown("now", N_("Latest months"), "money", CURRENCY, 16),
        Shown("change", N_("Change"), "money", CURRENCY, 16),
        Shown("came", N_("New in either year"), "money", CURRENCY, 14),
        Shown("whole", N_("In step with all others"), "money", CURRENCY, 14),
        *(Shown(each, title, "money", CURRENCY, 14) for each, title in SHARED.items()),
        Shown("own", N_("Not shared with others"), "money", CURRENCY, 14, help=HELP_OWN),
        Shown("shared_low", low_end(N_("Shared with others")), "money", CURRENCY, 14, on=FILES),
        Shown("shared_high", high_end(N_("Shared with others")), "money", CURRENCY, 14, on=FILES),
        Shown(
            "beyond",
            N_("Beyond all others"),
            "points",
            "%",
            14,
            help=HELP_BEYOND,
            on=("grid", "html"),
            ends=("beyond_low", "beyond_high"),
            optional=True,
        ),
        Shown("beyond", N_("Beyond all others"), "rate", width=10, help=HELP_BEYOND, on=FILES),
        Shown("beyond_low", low_end(N_("Beyond all others")), "rate", width=10, on=FILES),
        Shown("beyond_high", high_end(N_("Beyond all others")), "rate", width=10, on=FILES),
        Shown(
            "state", N_("Why there is no split"), "word", width=18, words=STATES, on=PEOPLE, of=untold, optional=True
        ),
        Shown("state", N_("Can it be split"), on=DATA, words=STATES | {"told": N_("yes")}),
        Shown("said", N_("In words"), "said_wrap", width=44, on=("json",)),
    ),
    nothing=N_("There is no year before to compare with."),
    freeze=2,
)


def split_listing(flat: Collection[str]) -> Listing:
    """SPLIT; people are not shown the parts that are nothing in every group."""
    told = (replace(each, on=DATA) if each.column in flat else each for each in SPLIT.columns)
    return replace(SPLIT, columns=tuple(told))


QUESTIONS = Listing(
    "diverted_question",
    N_("Questions for a manager"),
    (
        *PERSON,
        Shown("said", N_("Question"), "said_wrap", width=54),
        Shown("customer_id", N_("Customer"), width=12),
        Shown("customer_name", N_("Customer name"), width=20),
        Shown("contacts_before", N_("Contacts a year before"), "whole", width=10),
        Shown("contacts_now", N_("Contacts in the latest months"), "whole", width=10),
        Shown("before", N_("Same months a year before"), "money", CURRENCY, 14),
        Shown("expected", N_("Expected"), "money", CURRENCY, 14),
        Shown("now", N_("Latest months"), "money", CURRENCY, 14),
        Shown("chance", N_("Chance of ranking so low"), "share", width=10, on=DATA),
    ),
    nothing=N_("Nothing to ask: no salesperson's customers stand out."),
    freeze=1,
)

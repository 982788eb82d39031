"""What hangs on salespeople, what sales changed with the market, and questions to a manager, as they are listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_, translate
from liuke.reports.listings.customers import CUSTOMER
from liuke.reports.shown import CURRENCY, DATA, FILES, PEOPLE, Listing, Shown

if TYPE_CHECKING:
    from liuke.reports.shown import Row

UNNAMED = "-"
NOBODY = N_("Nobody")
EVERYBODY = N_("All customers")
BY = {"all": EVERYBODY, "segment": N_("Segment"), "region": N_("Region")}
STATES = {"told": "", "too_few": N_("Too few to compare"), "one_and_the_same": N_("One salesperson, one group"),
          "nothing_beside": N_("Nothing beside it")}  # fmt: skip
HELP_LOSS = N_("In as many departures more as less; the range holds 90 of 100.")
HELP_OWN = N_("The rest: what is theirs and our own; who stopped buying is in it.")
HELP_TIE = N_("The chance that the customer stands with the person rather than with the firm.")


def person_of(row: Row) -> str:
    """A salesperson by name and number."""
    if row["salesperson_id"] == UNNAMED:
        return translate(NOBODY)
    return f"{row['name'] or ''} {row['salesperson_id']}".strip()


def group_of(row: Row) -> str:
    """A group of customers."""
    if row["by"] == "all":
        return translate(EVERYBODY)
    return translate(N_("Not known")) if row["value"] == UNNAMED else str(row["value"])


PERSON = (
    Shown("salesperson_id", N_("Salesperson"), on=DATA),
    Shown("name", N_("Name"), on=DATA),
    Shown("person", N_("Salesperson"), "name", width=20, of=person_of, on=PEOPLE),
)
EXPOSURES = Listing(
    "salesperson_exposure",
    N_("What hangs on each salesperson"),
    (
        *PERSON,
        Shown("team", N_("Team"), width=16, on=FILES),
        Shown("customers", N_("Customers"), "whole", width=10),
        Shown("money", N_("A usual year"), "money", CURRENCY, 16),
        Shown("share", N_("Share"), "rate", width=8),
        Shown("core_customers", N_("Core customers"), "whole", width=10),
        Shown("core_money", N_("Core's usual year"), "money", CURRENCY, 16, on=FILES),
        Shown("core_share", N_("Of the core's money"), "rate", width=10),
        Shown("single_contact", N_("Known to one of us only"), "whole", width=12),
        Shown("loss", N_("Could be lost a year"), "money", CURRENCY, 16, help=HELP_LOSS, on=("grid",),
              ends=("loss_low", "loss_high")),
        Shown("loss", N_("Could be lost a year (P50)"), "money", CURRENCY, 16, on=(*FILES, "html")),
        Shown("loss_low", N_("P5"), "money", CURRENCY, 14, on=FILES),
        Shown("loss_high", N_("P95"), "money", CURRENCY, 14, on=(*FILES, "html")),
        Shown("large_share", N_("Over a quarter of the core's money"), on=DATA),
        Shown("large_loss", N_("Over a quarter of a year's profit"), on=DATA),
    ),
    nothing=N_("No table says who looks after whom. Connect the table of assignments, or documents with salespeople."),
    freeze=1,
)  # fmt: skip
HANGING = Listing(
    "salesperson_customer",
    N_("Customers that hang on them"),
    (
        *CUSTOMER,
        Shown("salesperson", N_("Salesperson"), width=12),
        Shown("money", N_("A usual year"), "money", CURRENCY, 14),
        Shown("core", N_("Core"), "word", width=8, words={True: N_("core"), False: ""}),
        Shown("single_contact", N_("Known to one of us only"), "word", width=14, words={True: N_("yes"), False: ""}),
        Shown("years", N_("Years with them"), "one", width=10),
        Shown("tie", N_("Stands with the person"), "share", width=12, help=HELP_TIE),
    ),
    nothing=N_("No customer matches."),
    freeze=2,
)
SPLIT = Listing(
    "market_split",
    N_("Market against own"),
    (
        Shown("by", N_("Grouped by"), "word", width=12, words=BY),
        Shown("value", N_("Group"), on=DATA),
        Shown("group", N_("Group"), "name", width=18, of=group_of, on=PEOPLE),
        Shown("customers", N_("Customers"), "whole", width=10),
        Shown("before", N_("A year before"), "money", CURRENCY, 16, on=FILES),
        Shown("now", N_("Lately"), "money", CURRENCY, 16),
        Shown("change", N_("Change"), "money", CURRENCY, 16),
        Shown("came", N_("Of new ones"), "money", CURRENCY, 14),
        Shown("whole", N_("As all others"), "money", CURRENCY, 14),
        Shown("segment", N_("As the segment"), "money", CURRENCY, 14),
        Shown("region", N_("As the region"), "money", CURRENCY, 14),
        Shown("own", N_("Own"), "money", CURRENCY, 14, help=HELP_OWN),
        Shown("shared_low", N_("With others: from"), "money", CURRENCY, 14, on=FILES),
        Shown("shared_high", N_("to"), "money", CURRENCY, 14, on=FILES),
        Shown("state", N_("Can it be told"), "word", width=18, words=STATES),
        Shown("said", N_("In words"), "said_wrap", width=44, on=FILES),
    ),
    nothing=N_("There is no year before to compare with."),
    freeze=2,
)
QUESTIONS = Listing(
    "diverted_question",
    N_("Questions to a manager"),
    (
        *PERSON,
        Shown("said", N_("Question"), "said_wrap", width=54),
        Shown("customer_id", N_("Customer"), width=12),
        Shown("customer_name", N_("Name"), width=20),
        Shown("contacts_before", N_("Contacts a year before"), "whole", width=10),
        Shown("contacts_now", N_("Contacts lately"), "whole", width=10),
        Shown("before", N_("A year before"), "money", CURRENCY, 14),
        Shown("expected", N_("To be expected"), "money", CURRENCY, 14),
        Shown("now", N_("Lately"), "money", CURRENCY, 14),
        Shown("chance", N_("Chance ranks so low"), "share", width=10, on=DATA),
    ),
    nothing=N_("Nobody is to be asked: no salesperson's customers stand out."),
    freeze=1,
)

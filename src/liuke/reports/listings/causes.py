"""Causes as they are listed: those in force, totals by them, one customer's with the evidence, where customers went."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from liuke.causes.taxonomy import LABELS
from liuke.kernel.i18n import N_, translate
from liuke.reports import cause_words as said
from liuke.reports.listings.customers import CUSTOMER
from liuke.reports.shown import CURRENCY, DATA, FILES, PEOPLE, Listing, Shown, high_end, low_end

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from liuke.reports.shown import Row

ALL, MONTH, ACT, SALESPERSON, DIRECTION = "all", "month", "act", "salesperson", "direction"
BOUNDS = "bounds"
GROUPS = {  # what totals can be grouped by
    ALL: "", MONTH: N_("Month"), ACT: N_("Whose act"), "region": N_("Region"), "grade": N_("Grade"),
    SALESPERSON: N_("Salesperson"),
}  # fmt: skip
NOT_KNOWN = N_("Not known")
WHY_CHANGE = N_(
    "Customers lost by it in the last 12 months less those of the 12 before, as a run then saw them; the "
    "range has in it that customers leave by chance too."
)
CAUSE = (
    Shown("cause", said.CAUSE_ID, on=DATA),
    Shown("title", N_("Cause"), "name", width=24, of=said.cause_title),
)
OWNED = (
    Shown("owner", N_("Owner"), width=14),
    Shown("watched_by", N_("Watched by"), "said_wrap", width=36, of=said.watched_by, on=("html", "sheet")),
    Shown("watched_by", N_("Watched by"), "said", of=said.watched_short, on=("grid",)),
    Shown("measure", N_("Watched by"), on=DATA, words=said.UNCOUNTED),
    Shown("counted", N_("Its value in 12 months"), on=DATA),
    Shown("counted_before", N_("Its value in the 12 before"), on=DATA),
)
ACT_OF = Shown("act", N_("Whose act"), "word", width=18, words=LABELS["act"])
CAUSES = Listing(
    "causes",
    N_("Causes"),
    (
        CAUSE[1],
        Shown("cause", said.CAUSE_ID, width=22),
        Shown("group", N_("Field of causes"), "word", width=16, words=LABELS["group"]),
        ACT_OF,
        Shown("kind", N_("Kind of cause"), "word", width=14, words=LABELS["kind"], on=FILES),
        Shown("degree", N_("Lost how far"), "word", width=18, words=LABELS["degree"], on=FILES),
        Shown("direction", N_("Where they usually go"), "word", width=18, words=LABELS["direction"], on=FILES),
        Shown("judged_by", N_("Judged by"), "said_wrap", width=44, of=said.judged_by),
        Shown("events", N_("Events on record"), "whole", on=FILES),
        *OWNED,
        Shown("rate", N_("Losses a month of one fresh event"), "ratio_3", width=14, on=FILES),
        Shown("unseen", N_("Of its losses nothing on record"), "share", width=14, on=FILES),
        Shown("treatments", N_("What can answer it"), "wrap", width=30, of=said.treatments_of, on=PEOPLE),
        Shown("treatments", N_("What can answer it"), on=DATA, named=said.treatments_of),
        Shown("is_not", N_("What it is not"), "wrap", width=44, of=said.what_it_is_not, on=FILES),
        Shown("keaveney", N_("Keaveney (1995)"), "word", width=24, words=LABELS["keaveney"], on=FILES),
        Shown("missing", N_("Tables not connected"), on=DATA, named=said.missing_tables),
    ),
    freeze=1,
)  # fmt: skip
WHO_CAME = N_("New customers of whom the customer file says whom they bought from before.")
DIRECTIONS = Listing(
    "direction",
    N_("Where they went"),
    (
        Shown(
            "direction", N_("Where to"), "name", width=24, words=LABELS["direction"] | {"": N_("Not known where to")}
        ),
        Shown("competitor", N_("Rival"), width=24),
        Shown("customers", N_("Lost to it"), "whole"),
        Shown("won_new", N_("New from it"), "whole", help=WHO_CAME, optional=True),
        Shown("won_back", N_("Came back"), "whole"),
        Shown("net", N_("Net"), "signed", optional=True),
        Shown("money", N_("Money lost"), "money", CURRENCY, 16),
        Shown("won_money", N_("Money won"), "money", CURRENCY, 16, optional=True),
        Shown("net_money", N_("Money net"), "money_signed", CURRENCY, 16, optional=True),
    ),
    nothing=N_("No note or interview says where a lost customer went."),
)
ANSWERED = {"any": N_("Anybody"), "audit": N_("Confirmed case"), "interview": N_("Exit interview"),
            "unsigned": N_("Unsigned exit note"), "salesperson": N_("Salesperson's note")}  # fmt: skip
CAUSE_BOUNDS = Listing(
    "cause_bound",
    N_("Shares by what is said"),
    (
        Shown("channel", N_("Who says it"), "word", width=16, words=ANSWERED),
        *CAUSE,
        Shown("named", N_("Say so"), "whole"),
        Shown("share_named", N_("Of those who say anything"), "rate", width=14),
        Shown("low", N_("Of all the lost, at least"), "rate", width=12),
        Shown("high", N_("at most"), "rate"),
        Shown("model", N_("By all evidence"), "rate", width=12),
        Shown("said", N_("Said anything"), "whole", on=DATA),
        Shown("of", N_("Customers lost"), "whole", on=DATA),
    ),
    nothing=N_("Nobody was lost in the last 12 months."),
)
REASONS_OF_ONE = Listing(
    "customer_cause",
    N_("Why"),
    (
        *CAUSE,
        Shown("probability", N_("Chance of it"), "rate"),
        ACT_OF,
        Shown("speaks_for", N_("Evidence for"), "whole"),
        Shown("speaks_against", N_("Evidence against"), "whole"),
        Shown("treatments", N_("What can answer it"), "wrap", width=30, of=said.treatments_of),
    ),
)
EVIDENCE = (
    Shown("speaks", N_("For or against"), "word", width=9, words=said.SPEAKS),
    Shown("said", N_("Piece of evidence"), "said_wrap", width=60),
    Shown("day", N_("Day"), "date"),
    Shown("told_in", N_("Recorded in"), width=30, of=said.told_in, on=PEOPLE),
    Shown("table", N_("Table"), on=DATA, named=said.table_of),
    Shown("row_id", N_("Row"), on=DATA),
    Shown("ratio", N_("Times likelier with it"), "ratio", width=12),
)
EVIDENCE_OF_ONE = Listing(
    "cause_evidence",
    N_("Evidence"),
    (*CAUSE, *EVIDENCE),
    nothing=N_("Nothing on record speaks for or against a cause."),
)
WHY_OF_ONE = Listing(  # for programs and files: every cause with every piece of its evidence
    "why",
    N_("Why"),
    (
        *CUSTOMER,
        Shown("judged", N_("Lost or at risk"), "word", words=said.JUDGED),
        Shown("on", N_("Judged on"), "date"),
        *CAUSE,
        Shown("place", N_("Place"), "whole", on=DATA),
        Shown("probability", N_("Chance of it"), "rate"),
        Shown("audited", N_("Confirmed by a check"), "word", words={True: N_("confirmed"), False: ""}),
        Shown("stated", said.STATED_ID, on=DATA),
        *EVIDENCE,
    ),
    freeze=2,
)
WITH_EVIDENCE = Listing(
    "causes_with_evidence",
    N_("Evidence of causes"),
    (
        *CUSTOMER,
        Shown("judged", N_("Lost or at risk"), "word", width=12, words=said.JUDGED),
        Shown("on", N_("Judged on"), "date"),
        Shown("money", N_("Usual year"), "money", CURRENCY, 16),
        Shown("title", N_("Likeliest cause"), "name", width=24, of=said.cause_title),
        Shown("probability", N_("Chance of it"), "rate"),
        Shown("unknown", N_("Unknown"), "rate"),
        *EVIDENCE,
    ),
    nothing=N_("Nobody is on the list, and nobody was lost in the last 12 months."),
    freeze=2,
)
ON_PAGES = ("grid", "html")
OWNED_SHORT = (replace(OWNED[0], optional=True), *OWNED[1:])
CHANGED = (  # beside the year before, of the lost alone
    Shown("before", N_("12 months before"), "one", on=(*FILES, "html")),
    Shown("change", N_("Change"), "signed", help=WHY_CHANGE, on=ON_PAGES, ends=("change_low", "change_high")),
    Shown("change", N_("Change"), "signed", help=WHY_CHANGE, on=FILES),
    Shown("change_low", low_end(N_("Change")), "signed", on=FILES),
    Shown("change_high", high_end(N_("Change")), "signed", on=FILES),
    Shown("money_before", N_("Money 12 months before"), "money", CURRENCY, 16, on=FILES),
    Shown("money_change", N_("Change of money"), "money_signed", CURRENCY, 16, on=("html",),
          ends=("money_change_low", "money_change_high")),
    Shown("money_change", N_("Change of money"), "money_signed", CURRENCY, 16, on=FILES),
    Shown("money_change_low", low_end(N_("Change of money")), "money_signed", CURRENCY, 14, on=FILES),
    Shown("money_change_high", high_end(N_("Change of money")), "money_signed", CURRENCY, 14, on=FILES),
)  # fmt: skip
NOBODY = {
    said.LOST: N_("Nobody was lost in the last 12 months."),
    said.AT_RISK: N_("Nobody is on the watch list."),
}


def totals_listing(by: str, judged: str) -> Listing:
    """Causes added up by one of GROUPS, of the customers `lost` in the last 12 months or `at_risk` now."""
    grouped = () if by == ALL else (
        Shown("value", GROUPS[by], "name", width=20, of=_group_of(by), on=PEOPLE),
        Shown("value", GROUPS[by], on=DATA, named=_group_of(by)),
    )  # fmt: skip
    before = () if judged == said.AT_RISK or by == MONTH else CHANGED
    titles = {said.LOST: N_("Causes of customers lost"), said.AT_RISK: N_("Causes of customers at risk")}
    return Listing(
        "cause_total",
        titles[judged],
        (
            *grouped,
            *CAUSE,
            *(() if by == ACT else (ACT_OF,)),
            Shown("customers", N_("Customers"), "one", on=("grid", "html"), ends=("customers_low", "customers_high")),
            Shown("customers", N_("Customers"), "one", on=FILES),
            Shown("customers_low", low_end(N_("Customers")), "one", width=15, on=FILES),
            Shown("customers_high", high_end(N_("Customers")), "one", width=15, on=FILES),
            Shown("share", N_("Share"), "rate"),
            *((Shown("summed", N_("Cumulative share"), "rate"),) if by == ALL else ()),
            Shown("money", N_("Usual year"), "money", CURRENCY, 16, on=("grid", "html"),
                  ends=("money_low", "money_high")),
            Shown("money", N_("Usual year"), "money", CURRENCY, 16, on=FILES),
            Shown("money_low", low_end(N_("Usual year")), "money", CURRENCY, 14, on=FILES),
            Shown("money_high", high_end(N_("Usual year")), "money", CURRENCY, 14, on=FILES),
            Shown("treatments", N_("What can answer it"), "wrap", width=30, of=said.treatments_of, on=("sheet",)),
            *before,
            *OWNED_SHORT,
            Shown("of", N_("Customers of the group"), "whole", on=DATA),
        ),
        nothing=NOBODY[judged],
    )  # fmt: skip


def months_listing(months: Sequence[str]) -> Listing:
    """Expected customers lost by cause under the headings of months, oldest first."""
    return Listing("cause_month", N_("Customers lost by cause and month"),
                   (*CAUSE, *(Shown(month, month, "one", width=9) for month in months)), freeze=1)  # fmt: skip


def short_totals() -> Listing:
    """The lost of the last 12 months by cause, as few columns as a glance needs."""
    short = ("title", "customers", "share", "money", "change", "owner", "watched_by")
    whole = totals_listing(ALL, said.LOST)
    return replace(whole, columns=tuple(each for each in whole.on("grid") if each.column in short))


def _group_of(by: str) -> Callable[[Row], str]:
    """What a group is called: a salesperson by name, whose act in words."""

    def called(row: Row) -> str:
        value = str(row["value"])
        if value == said.UNNAMED:
            return translate(NOT_KNOWN)
        if by == ACT:
            return translate(LABELS["act"].get(value, value))
        return f"{value} {row['salesperson'] or ''}".strip() if by == SALESPERSON else value

    return called

"""Cases worth confirming, with what was found; what notes said against what it was."""

from __future__ import annotations

from liuke.kernel.i18n import N_
from liuke.reports import audit_said
from liuke.reports.cause_words import CAUSE_ID, STATED_ID, cause_title
from liuke.reports.listings.causes_on_page import CHANNELS
from liuke.reports.listings.customers import CUSTOMER
from liuke.reports.shown import CURRENCY, DATA, PEOPLE, Listing, Shown

BEFORE_CHECK = N_("As all evidence had it without anybody's check of this customer; what was found comes beside it.")
CASES = Listing(
    "cause_draw",
    N_("Causes worth confirming"),
    (
        *CUSTOMER,
        Shown("part", N_("Drawn"), "word", width=14, words=audit_said.PARTS),
        Shown("cause", CAUSE_ID, on=DATA),
        Shown("title", N_("Likeliest cause"), "name", width=24, of=cause_title),
        Shown("probability", N_("Chance before any check"), "rate", help=BEFORE_CHECK),
        Shown("money", N_("Usual year"), "money", CURRENCY, 16),
        Shown("on", N_("Lost on"), "date"),
        Shown("verdict", N_("Verdict"), "word", width=14, words=audit_said.VERDICTS),
        Shown("found", N_("Id of the cause named"), on=DATA),
        Shown("found", N_("Cause found"), "name", width=24, of=audit_said.found_said, on=(*PEOPLE, "csv")),
        Shown("who", N_("Found by"), width=12),
        Shown("recorded_on", N_("Recorded on"), "date"),
        Shown("note", N_("Note"), on=DATA),
        Shown("mine", N_("Verdict one may undo"), on=DATA),
    ),
    nothing=audit_said.NONE_DRAWN,
    freeze=2,
)
CONFUSION = Listing(
    "cause_confusion",
    N_("What notes said of those drawn by lot"),
    (
        Shown("channel", N_("Who said it"), "word", width=18, words=CHANNELS),
        Shown("cause", CAUSE_ID, on=DATA),
        Shown("title", N_("It was"), "name", width=24, of=cause_title, on=PEOPLE),
        Shown("stated", STATED_ID, on=DATA),
        Shown("stated", N_("It was said to be"), "name", width=24, on=PEOPLE, of=lambda row: row["stated_title"]),
        Shown("customers", N_("Customers"), "whole"),
    ),
    nothing=N_("No customer drawn by lot has both a note and a verdict."),
)

"""Dated events as they are listed: what each kind did, and the events one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.amounts import change_share
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.reports import forms
from liuke.reports.cause_words import missing_said, missing_tables
from liuke.reports.shown import CURRENCY, DATA, FILES, PEOPLE, Listing, Shown, high_end, low_end

if TYPE_CHECKING:
    from liuke.reports.shown import Row

KINDS = {
    "departure": N_("Salesperson left"), "team_departure": N_("Team left together"),
    "price_rise": N_("Price rise announced"), "product_exit": N_("Product discontinued"),
    "terms": N_("Terms tightened"),
}  # fmt: skip
VERDICTS = {
    "fell": N_("They fell after it"), "rose": N_("They rose after it"), "before": N_("Sales were moving before it"),
    "one_customer": N_("Rests on one customer"), "cannot_tell": N_("Can't tell"),
    "cannot_tell_one": N_("Can't tell from one"), "not_estimable": N_("No number"),
}  # fmt: skip
CONNECT = N_("Can't be judged: connect {tables}.")
HELP_EFFECT = N_("Of the sales to be expected had they kept step with customers like them, with the 90 % range.")
HELP_LEAST = N_("A fall smaller than this would not have shown in 80 of 100 cases.")
HELP_SHRUNK = N_("Pulled towards the average of its kind, the more so the less certain one event alone is.")
HELP_LOST = N_("Of the sales to be expected in the year since, with the 90 % range.")


def range_of(row: Row, name: str) -> Said | None:
    """The 90 % range of a share in words; None without one."""
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    return (
        None
        if low is None or high is None
        else Said(forms.BETWEEN, {"low": change_share(low), "high": change_share(high)})
    )


def why_none(row: Row) -> object:
    """What a kind comes to; where tables are lacking, which would tell of it."""
    tables = missing_said(row)
    return Said(CONNECT, {"tables": tables}) if tables else row["said"]


def event_of(row: Row) -> str:
    """What an event is called: who left, which team, which products, what was announced."""
    if row["salesperson_id"]:
        return f"{row['name'] or ''} {row['salesperson_id']}".strip()
    return str(row["about"] or row["event"])


def verdict_of(row: Row) -> Said:
    """What one event comes to in a word; where there is no number, why."""
    if row["verdict"] == "not_estimable" and row["said"]:
        return Said.unpack(row["said"])
    return Said(VERDICTS[row["verdict"]])


EFFECT = (
    Shown("effect", N_("Effect"), "rate", width=10, help=HELP_EFFECT),
    Shown("effect_range", N_("90 % range"), "said", width=18, of=lambda row: range_of(row, "effect"), on=PEOPLE),
    Shown("effect_low", low_end(N_("Effect")), "rate", width=9, on=DATA),
    Shown("effect_high", high_end(N_("Effect")), "rate", width=9, on=DATA),
)
LEAST = Shown("least_seen", N_("Smallest fall that would show"), "share", width=12, help=HELP_LEAST)
VERDICT = (
    Shown("verdict", N_("Verdict"), "word", width=20, words=VERDICTS, on=FILES),
    Shown("concluded", N_("Verdict"), "said", width=30, of=verdict_of, on=("grid",)),
    Shown("said", N_("In words"), "said_wrap", width=54, on=FILES),
)
EFFECTS = Listing(
    "event_effect",
    N_("What events did"),
    (
        Shown("kind", N_("Kind of event"), "name", width=24, words=KINDS),
        Shown("events", N_("Events"), "whole", width=8),
        Shown("studied", N_("Studied"), "whole", width=8),
        Shown("customers", N_("Customers"), "whole", width=10),
        Shown("money_before", N_("Bought in the year before"), "money", CURRENCY, 16),
        *EFFECT,
        LEAST,
        Shown("before_rarity", N_("Chance of moving as much before it"), "share", width=14, on=FILES),
        Shown("verdict", N_("Verdict"), "word", width=20, words=VERDICTS, on=FILES),
        Shown("said", N_("In words"), "said_wrap", width=54, of=why_none),
        Shown("missing", N_("Tables not connected"), on=DATA, named=missing_tables),
    ),
    freeze=1,
)
EVENTS = Listing(
    "studied_event",
    N_("Events one by one"),
    (
        Shown("kind", N_("Kind of event"), width=22, words=KINDS),
        Shown("event", N_("Event id"), on=DATA),
        Shown("what", N_("Event"), "name", width=30, of=event_of, on=PEOPLE),
        Shown("day", N_("Day"), "date", width=11),
        Shown("customers", N_("Customers"), "whole", width=10),
        Shown("compared", N_("Compared"), "whole", width=10),
        Shown("controls", N_("Compared with"), "whole", width=10, on=FILES),
        Shown("money_before", N_("Bought in the year before"), "money", CURRENCY, 16, on=FILES),
        *EFFECT,
        Shown("shrunk", N_("Pulled to the average"), "rate", width=10, help=HELP_SHRUNK, on=(*FILES, "html")),
        Shown("lost", N_("Sales lost"), "money", CURRENCY, 16, help=HELP_LOST,
              ends=("lost_low", "lost_high"), on=FILES),
        LEAST,
        *VERDICT,
    ),
    nothing=N_("No such event is on record."),
    freeze=2,
)  # fmt: skip


def short_events() -> Listing:
    """One kind's events, as a page shows them: the kind is its heading."""
    columns = tuple(each for each in EVENTS.columns if each.column != "kind" and each.on != FILES)
    said = Shown("said", N_("In words"), "said_wrap", width=54)
    return Listing(EVENTS.name, EVENTS.title, (*(e for e in columns if e.column != "concluded"), said), EVENTS.nothing)


def kind_says(row: Row, currency: str) -> str:
    """What a kind comes to, in the language in force."""
    return forms.said(why_none(row), currency)

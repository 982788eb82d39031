"""Sums over all customers: indicators, ledger, leaking bucket, economics, states over time, documents by period."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_, translate
from liuke.ledger.rates import BY_NAME
from liuke.ledger.waterfall import TITLES
from liuke.reports import stored, words
from liuke.reports.shown import DATA, FILES, Listing, Shown
from liuke.value import economics

if TYPE_CHECKING:
    from collections.abc import Callable

    from liuke.reports.shown import Row

FEW = ("grid", "html")
PAGE = ("html",)
FORM_OF = {"share": "rate", "ratio": "ratio", "customers": "whole", "money": "money", "years": "one"}


def _rate(row: Row) -> str:
    return FORM_OF[BY_NAME[row["indicator"]].unit]


def _sum(row: Row) -> str:
    return "money" if BY_NAME[row["indicator"]].money else "whole"


def _why(row: Row) -> str | None:
    """Why there is no value, and none a year earlier; once where both have the same reason."""
    found = (stored.sentence_of(row, name) for name in ("reason", "last_year_reason"))
    return " ".join(dict.fromkeys(said.text() for said in found if said)) or None


def _scope_value(row: Row) -> str | None:
    """Of a customer column its value, or that it is not known."""
    if row["scope"] in ("all", "year") or row["scope_value"] is not None:
        return row["scope_value"]  # type: ignore[no-any-return]  # a text column
    return translate(N_("unknown"))


def _answer(name: str, reason: str) -> Callable[[Row], object]:
    """The value, or the sentence that says why there is none."""
    return lambda row: row[name] if row[name] is not None else stored.sentence_of(row, reason)


def _alarm(row: Row) -> str:
    return N_("fell three periods in a row") if row["alarm"] else ""


INDICATORS = Listing(
    "indicators",
    N_("Indicators"),
    (
        Shown("indicator", N_("Indicator"), "word_name", width=20, mark=_alarm,
              words={name: each.title for name, each in BY_NAME.items()}),
        Shown("scope", N_("Scope"), "word", width=12, words=words.COLUMNS, on=FILES),
        Shown("scope_value", N_("Value of it"), width=14, on=("sheet",), of=_scope_value),
        Shown("scope_value", N_("Value of it"), on=DATA),
        Shown("window_from", N_("From"), "date", width=11, on=FILES),
        Shown("window_to", N_("To"), "date", width=11, on=FILES),
        Shown("value", N_("Now"), _rate, width=11, on=("grid", *FILES)),
        Shown("value", N_("Now"), _rate, on=PAGE, of=_answer("value", "reason"), strong=True),
        Shown("last_year", N_("A year earlier"), _rate, width=11, on=("grid", *FILES)),
        Shown("last_year", N_("A year earlier"), _rate, on=PAGE, of=_answer("last_year", "last_year_reason")),
        Shown("target", N_("Target"), _rate, width=9),
        Shown("numerator", N_("Numerator"), _sum, width=16, on=FILES),
        Shown("denominator", N_("Denominator"), _sum, width=16, on=FILES),
        Shown("alarm", N_("Alarm"), on=DATA),
        Shown("why", N_("Why there is no number"), "note", width=40, on=("grid", *FILES), of=_why),
        Shown("formula", N_("How it is counted"), "note", width=60, on=("html", "sheet"),
              of=lambda row: translate(BY_NAME[row["indicator"]].formula)),
    ),
    freeze=1,
)  # fmt: skip
ENDS = ("opening", "closing")  # lines of the ledger that are no change


def _signed(plain: str, change: str) -> Callable[[Row], str]:
    return lambda row: plain if row["step"] in ENDS else change


LEDGER = Listing(
    "ledger",
    N_("Ledger"),
    (
        Shown("step", N_("Step"), "word", width=28, words=TITLES),
        Shown("customers", N_("Customers"), _signed("whole", "signed"), width=14),
        Shown("amount", N_("Amount"), _signed("money_full", "money_signed"), width=20),
        Shown("amount_customers", N_("Customers behind it"), "whole", width=14),
    ),
)
LEDGER_MONTHS = Listing(
    "ledger_documents",
    N_("The documents of the window"),
    (Shown("period", N_("Period"), "date", width=28), Shown("between", "", width=14, of=lambda _: None),
     Shown("amount", N_("Amount"), "money_full", width=20)),
)  # fmt: skip
LEDGER_PERIODS = Listing(
    "ledger_periods",
    N_("Customers, period by period"),
    (
        Shown("to", N_("Period"), "date", width=28),
        Shown("opening", TITLES["opening"], "whole"),
        *(Shown(step, TITLES[step], "signed") for step in ("new", "won_back", "lost")),
        Shown("closing", TITLES["closing"], "whole"),
    ),
)
STEPS = (
    ("opening", N_("Opening")),
    ("new", N_("New")),
    ("won_back", N_("Won back")),
    ("lost", N_("Lost")),
    ("closing", N_("Closing")),
)
AMOUNTS = (
    ("opening_amount", N_("Bought before")),
    ("new_amount", N_("New")),
    ("won_back_amount", N_("Won back")),
    ("more_amount", N_("Bought more")),
    ("less_amount", N_("Bought less")),
    ("lost_amount", N_("Lost")),
    ("late_amount", N_("Late documents")),
    ("closing_amount", N_("Bought now")),
)
UNTIL = Shown("to", N_("Until"), "date", width=34)
BUCKET = Listing(
    "leaking_bucket",
    N_("The leaking bucket"),
    (
        Shown("from", N_("From"), "date", on=DATA),
        UNTIL,
        *(Shown(name, title, "whole", width=16) for name, title in STEPS),
        Shown("leak", N_("Leak"), "rate"),
        Shown("filled", N_("Filled"), "rate", on=DATA),
        Shown("opening_amount", N_("Bought before"), "money"),
        Shown("lost_amount", N_("Lost with them"), "money", on=FEW),
        *(Shown(name, title, "money", on=FILES) for name, title in AMOUNTS[1:-1]),
        Shown("closing_amount", N_("Bought now"), "money"),
    ),
    nothing=N_("Too little history for a leaking bucket."),
)
BUCKET_CUSTOMERS = Listing(
    "leaking_bucket_customers",
    N_("The leaking bucket, customers"),
    (UNTIL, *(Shown(name, title, "whole", width=16) for name, title in STEPS)),
)
BUCKET_MONEY = Listing(
    "leaking_bucket_money",
    N_("The leaking bucket, money"),
    (UNTIL, *(Shown(name, title, "money_full", width=16) for name, title in AMOUNTS)),
)


def _figure(row: Row) -> str:
    return FORM_OF[row["unit"]]


def _end(name: str) -> Callable[[Row], float | None]:
    """One end of the range; none where there is no range."""
    return lambda row: row[name] if row["low"] != row["high"] else None


ECONOMICS = Listing(
    "economics",
    N_("Keeping customers"),
    (
        Shown("figure", N_("Figure"), "word_name", width=34, words=economics.TITLES),
        Shown("unit", N_("Unit"), on=DATA),
        Shown("value", N_("Value"), _figure, width=16),
        Shown("range", N_("Range"), _figure, on=FEW, of=lambda row: row["low"], ends=("low", "high")),
        Shown("low", N_("from"), _figure, width=16, on=FILES, of=_end("low")),
        Shown("high", N_("to"), _figure, width=16, on=FILES, of=_end("high")),
        Shown("reason", N_("Why there is no number"), "said", width=44, of=stored.sentence_of),
        Shown("formula", N_("How it is counted"), "note", width=70, on=("html", "sheet"),
              of=lambda row: translate(economics.FORMULAS[row["figure"]])),
    ),
)  # fmt: skip
STATES_OVER_TIME = Listing(
    "states_over_time",
    N_("Customer states"),
    (
        Shown("period", N_("Period"), "date"),
        Shown("state", N_("State"), "state", words=words.STATES),
        Shown("customers", N_("Customers"), "whole"),
    ),
)
STATES_NOW = Listing(
    "states",
    N_("Customer states"),
    (
        Shown("state", N_("State"), "state", width=26, words=words.STATES),
        Shown("now", N_("Customers"), "whole", width=18),
        Shown("change", N_("Against a year ago"), "signed", width=18),
        Shown("listed", N_("On the list"), "whole", width=18),
    ),
)
NOTES = Listing(
    "notes",
    N_("Notes"),
    (
        Shown("title", N_("Word"), "said_name", width=24),
        Shown("text", N_("Meaning"), "said_wrap", width=110),
    ),
)

"""When customers lost in the past were first named: by the list, its views, the rules and lists made more simply."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_, language, translate
from liuke.kernel.said import Said
from liuke.reports import figures, stored, views
from liuke.reports.shown import CURRENCY, DATA, FILES, PEOPLE, Listed, Listing, Shown
from liuke.signals.churn.past_lists import LARGEST, LIST, LOT, OVERDUE, VIEW
from liuke.signals.churn.rolling import RULE
from liuke.signals.churn.warning import MONEY

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from liuke.reports.shown import Row

WAYS = {
    LIST: N_("Watch list, all views together"),
    OVERDUE: N_("As many, longest silent for their own gap"),
    LARGEST: N_("As many, the largest"),
    LOT: N_("As many, drawn by lot"),
    **{f"{VIEW}{view}": title for view, title in views.TITLES.items()},
}
TIMES = {
    "before": N_("Before the last order"),
    "within_30": N_("1-30 days after"),
    "within_60": N_("31-60 days after"),
    "within_90": N_("61-90 days after"),
    "later": N_("Later, before the loss"),
    "never": N_("Never before it"),
}
MONEY_TIMES = {
    "before": N_("Before the last order, of their money"),
    "within_30": N_("1-30 days after, of their money"),
    "within_60": N_("31-60 days after, of their money"),
    "within_90": N_("61-90 days after, of their money"),
    "later": N_("Later, before the loss, of their money"),
    "never": N_("Never before it, of their money"),
}
PAST_LOSSES = N_(
    "Of {customers} customers looked at {lost} were lost (silent for more than {days} days) while there were lists to "
    "warn of them; they had bought for {money} in the year before. When was each first named, by lists made at {lists} "
    "period ends from {since} to {until}? Before the last order means on a list of the quarter before it."
)
FALSE_NAMES_SAID = N_(
    "False names: customers named who were not lost within {days} days, for one lost customer named before its loss. "
    "A customer on several lists in a row is one name. Lists of the past are made by the models of their time."
)
MISSING = N_("What is not given: {why}.")


def way_title(row: Row) -> str:
    """A way in words; a rule has its title."""
    return translate(WAYS[row["way"]]) if row["way"] in WAYS else str(row[f"title_{language()}"])


WARNINGS = Listing(
    "warning",
    N_("Warning"),
    (
        Shown("way", N_("Named by"), "name", width=34, on=PEOPLE, of=way_title),
        Shown("way", N_("Named by"), on=DATA),
        Shown("share", N_("Named a list, of those still buying"), "share", width=14),
        Shown("names", N_("Names a list"), "one", on=DATA),
        Shown("before", TIMES["before"], "share", width=11),
        Shown(f"before{MONEY}", MONEY_TIMES["before"], "share", width=14),
        *(Shown(name, title, "share", width=11) for name, title in TIMES.items() if name != "before"),
        *(Shown(f"{name}{MONEY}", title, "share", width=14, on=FILES)
          for name, title in MONEY_TIMES.items() if name != "before"),
        Shown("false_names", N_("False names a true one"), "one", width=11,
              help=N_("Names of customers who were not lost within two horizons, for one lost customer named before.")),
        Shown("customers", N_("Customers looked at"), "whole", on=DATA),
        Shown("lost", N_("Customers lost"), "whole", on=DATA),
        Shown("lost_money", N_("Their money of the year before"), "money", CURRENCY, on=DATA),
        Shown("lists", N_("Lists"), "whole", on=DATA),
        Shown("since", N_("First list"), "date", on=DATA),
        Shown("until", N_("Last list"), "date", on=DATA),
        Shown("reason", N_("Why there is no number"), "said", on=DATA, of=stored.sentence_of),
    ),
    freeze=1,
)  # fmt: skip


def past_warnings(warning: pl.DataFrame, rule_score: pl.DataFrame, info: Mapping[str, Any], *untested: Said) -> Listed:
    """The listing of a run's `warning` with what it is of; `untested` is said in place of that where there is none."""
    named = warning.with_columns(rule=pl.col("way").str.strip_prefix(RULE))
    rows = named.join(rule_score.select("rule", "^title_.*$"), on="rule", how="left", maintain_order="left")
    about = untested if rows.is_empty() else past_losses(rows.row(0, named=True), info)
    return Listed(WARNINGS, rows, about=about, currency=info["currency"])


def past_losses(row: Row, info: Mapping[str, Any]) -> tuple[Said, ...]:
    """What the figures are of, and what a false name is, and what is missing; `row` is the first of `warning`."""
    days = info["model"]["horizon_days"]
    said = {
        **{name: figures.count(row[name]) for name in ("customers", "lost", "lists")},
        **{name: str(row[name]) for name in ("since", "until")},
        "days": days,
        "money": figures.Money(row["lost_money"], info["currency"]),
    }
    missing = [Said(MISSING, {"why": stored.sentence_of(row)})] if row["reason"] else []
    return Said(PAST_LOSSES, said), Said(FALSE_NAMES_SAID, {"days": 2 * days}), *missing

"""The list as a page: a query as a sentence of slots, its tally, and the customers of one page of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import polars as pl

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said, Wordings
from liuke.panel.summary import TREND_PERIODS
from liuke.reports import figures, model_card, views, words
from liuke.reports.contexts.base import Context
from liuke.reports.contexts.customers import spoken
from liuke.reports.contexts.first_causes import cause_titles, with_first_cause
from liuke.reports.contexts.salesperson_choices import NAME, counted_column, salespeople_of
from liuke.reports.listings import customers as listings
from liuke.reports.listings.causes_on_page import LIKELIEST
from liuke.reports.query import FIRST_CAUSE, ON_VIEW, Condition, Query, view_of
from liuke.reports.shown import Listed, Shown
from liuke.signals.watch_list import VIEWS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from liuke.reports.contexts.base import Source
    from liuke.reports.contexts.salesperson_choices import Salespeople
    from liuke.reports.query import Page
    from liuke.signals.watch_list import View

MOST_CHOICES = 200  # of one slot; more are found by search
SLOTS: dict[str, tuple[str, str]] = {  # name in the address: column, what it is called
    "state": ("state", N_("State")),
    "grade": ("grade", words.COLUMNS["grade"]),
    "region": ("region", words.COLUMNS["region"]),
    "industry": ("industry", words.COLUMNS["industry"]),
    "channel": ("channel", words.COLUMNS["channel"]),
    "owner": ("salesperson", words.COLUMNS["salesperson"]),
    "cause": (FIRST_CAUSE, N_("Likeliest cause")),
}
ORDERS: dict[str, str] = {
    "": N_("what to do first"),
    "at_stake": N_("At stake"),
    "risk": N_("Risk of leaving"),
    "early": N_("Chance of loss in 90 days"),
    "usual_year": N_("Usual year"),
    "silent_days": N_("Days silent"),
    "last_on": N_("Last purchase"),
    "name": N_("Name"),
    FIRST_CAUSE: N_("Likeliest cause"),
}
MORE = ("grade", "region", "industry", "channel", "last_on", "silent_days", "own_gap_days", "usual_year", "amount_12",
        "early", "cause")  # columns that can be chosen beside those always shown  # fmt: skip


class SeenRun(Protocol):
    """What a run as seen by a viewer answers."""

    @property
    def info(self) -> dict[str, Any]: ...
    def source(self) -> Source: ...
    def page(self, query: Query) -> Page: ...
    def facets_of(self, asked: Mapping[str, Query]) -> Mapping[str, pl.DataFrame]: ...
    def sums(self, query: Query, *columns: str) -> dict[str, Any]: ...


@dataclass(frozen=True)
class SlotChoice(Context):
    """A value a slot can have."""

    value: Annotated[str, "in the address"]
    label: Annotated[Said, "as it is read"]
    rows: Annotated[int, "customers that have it, the other slots as they are"]


@dataclass(frozen=True)
class Slot(Context):
    """One underlined word of the query's sentence."""

    name: Annotated[str, "in the address"]
    title: Annotated[Said, "what it is of"]
    value: Annotated[str, "chosen; empty for any"]
    choices: Annotated[Sequence[SlotChoice], "the values there are, most first"]


@dataclass(frozen=True)
class Tab(Context):
    """One of several lists, or one state."""

    value: Annotated[str, "in the address; empty for all"]
    title: Annotated[Said, "as it is read"]
    rows: Annotated[Said, "how many"]
    chosen: Annotated[bool, "whether it is the one shown"]


@dataclass(frozen=True)
class ListPage(Context):
    """One page of a list of customers."""

    title: Annotated[Said, "the name of the page"]
    what_for: Annotated[Said, "what this view is for, or what stands on the list"]
    views: Annotated[Sequence[Tab], "the three views and the whole list; none where everybody is listed"]
    states: Annotated[Sequence[Tab], "by state, the other slots as they are"]
    slots: Annotated[Sequence[Slot], "the other conditions"]
    extra: Annotated[Sequence[Said], "further conditions of the address, in words"]
    total: Annotated[int, "customers on all pages"]
    at_stake: Annotated[Said, "what is at stake with all of them, in words; nothing where no risk is known"]
    usual_year: Annotated[Said, "what all of them buy in a usual year"]
    listed: Annotated[Listed, "the customers of this page"]
    chosen: Annotated[Sequence[Shown], "further columns chosen"]
    choosable: Annotated[Sequence[tuple[str, Said, bool]], "column, its title and whether it is chosen"]
    scale: Annotated[figures.Scale, "how amounts at stake are written"]
    scored: Annotated[bool, "whether any risk is known"]
    orders: Annotated[Sequence[tuple[str, Said]], "the orders there are"]
    sort: Annotated[str, "the order in force; empty for the list's own"]
    page: Annotated[int, "which page this is, from 1"]
    pages: Annotated[int, "how many there are"]
    first: Annotated[int, "the place of the first customer shown, from 1"]
    search: Annotated[str, "part of number or name asked for"]
    rests_on: Annotated[Said, "what every risk stands on"]
    nobody: Annotated[Said, "said in place of customers where there are none"]


def list_page(
    seen: SeenRun, query: Query, given: Mapping[str, str], base: Query, columns: Sequence[str] = ()
) -> ListPage:
    """The page of a query. `given` are the slots as the address has them, `base` the query without any slot."""
    info, view = seen.info, view_of(query)
    found = seen.page(query)
    rows = rows_of(found.rows, info["currency"])
    sums = seen.sums(query, "at_stake", "usual_year")
    causes = "causes" in info  # runs made before causes have none
    columns = columns or ((LIKELIEST.column,) if causes else ())
    have = {name: column for name, (column, _) in SLOTS.items() if causes or column != FIRST_CAUSE}
    counted = seen.facets_of({counted_column(column): without(query, column) for column in have.values()})
    people = salespeople_of(seen.source())
    titles = cause_titles(seen.source()) if causes else {}
    scored = sums["at_stake"] is not None
    listing = listings.watch_listing(info["unit"], info["basis"], TREND_PERIODS, view=view)
    extra = tuple(each for each in listing.columns if each.column in columns and "sheet" in each.on)
    shown = {each.column: each.title for each in listing.columns if "sheet" in each.on and each.column in MORE}
    if causes:
        shown[LIKELIEST.column] = LIKELIEST.title
        if LIKELIEST.column in columns:
            rows, extra = with_first_cause(seen.source(), rows), (*extra, LIKELIEST)
    size = query.size or max(found.total, 1)
    money = [row["usual_year" if view == "going" or row["at_stake"] is None else "at_stake"] for row in rows]
    return ListPage(
        title=Said(N_("Watch list") if base.where else N_("All customers")),
        what_for=views.view_heading(view, info) if view else Said(""),
        views=_views(seen, view) if base.where else (),
        states=_states(counted["state"], given),
        slots=[_slot(counted, name, given.get(name, ""), titles, people) for name in have if name != "state"],
        extra=query_words(query, given, base),
        total=found.total,
        at_stake=_money(N_("{money} at stake"), sums["at_stake"], info["currency"]),
        usual_year=_money(N_("{money} in a usual year"), sums["usual_year"], info["currency"]),
        listed=Listed(listing, rows, found.total, currency=info["currency"]),
        chosen=extra,
        choosable=[(name, _said(shown[name]), name in columns) for name in MORE if name in shown],
        scale=figures.scale_for([each for each in money if each is not None], info["currency"]),
        scored=scored,
        orders=[(name, Said(title)) for name, title in ORDERS.items() if causes or name != FIRST_CAUSE],
        sort="" if query.sort in (f"{view}_rank", "rank") else query.sort,
        page=query.page,
        pages=max(1, -(-found.total // size)),
        first=(query.page - 1) * size + 1,
        search=query.search,
        rests_on=Said("") if view == "going" else model_card.risk_rests_on(info),
        nobody=_nobody(query, base, info),
    )


def _nobody(query: Query, base: Query, info: Mapping[str, Any]) -> Said:
    """What is said where there is no customer: that of the view or the list as a whole, unless something narrows it."""
    narrowed = [each for each in query.where if each not in base.where and each not in ON_VIEW.values()]
    if narrowed or query.search or not base.where:
        return Said(N_("No customer matches"))
    view = view_of(query)
    return views.why_empty(view, info) if view else Said(N_("Nobody is on the list"))


def rows_of(frame: pl.DataFrame, currency: str) -> list[dict[str, Any]]:
    """Rows of a query as a page shows them: their reasons as sentences."""
    return [{**row, **spoken(row, currency)} for row in frame.iter_rows(named=True)]


def _said(title: str | Said | Wordings) -> Said:
    return title if isinstance(title, Said) else Said(str(title))


def _money(message: str, amount: Decimal | None, currency: str) -> Said:
    return Said("") if amount is None else Said(message, {"money": figures.Money(amount, currency)})


def query_words(query: Query, given: Mapping[str, str], base: Query) -> tuple[Said, ...]:
    """The conditions of a query that no slot shows, in words."""
    shown = {SLOTS[name][0] for name, value in given.items() if value and name in SLOTS}
    rest = [each for each in query.where if each.column not in shown and each not in base.where
            and each not in ON_VIEW.values()]  # fmt: skip
    return replace(query, where=tuple(rest), search="").said()


def without(query: Query, column: str) -> Query:
    """A query as it would be without what it asks of a column."""
    return replace(query, where=tuple(each for each in query.where if each.column != column), page=1)


def _slot(counted: Mapping[str, pl.DataFrame], name: str, value: str, causes: Mapping[str, Wordings],
          people: Salespeople) -> Slot:  # fmt: skip
    column, title = SLOTS[name]
    most = counted[counted_column(column)].drop_nulls("value").head(MOST_CHOICES)
    called: Callable[[str], object] = str
    if column == FIRST_CAUSE:
        called = partial(_title, causes)
    elif column == NAME:
        value, called = people.chosen(value), people.label
    choices = [SlotChoice(str(each), Said("{text}", {"text": called(str(each))}), rows)
               for each, rows in most.iter_rows()]  # fmt: skip
    if value and value not in {each.value for each in choices}:
        choices.append(SlotChoice(value, Said("{text}", {"text": called(value)}), 0))
    return Slot(name, Said(title), value, choices)


def _title(causes: Mapping[str, Wordings], cause: str) -> object:
    return causes.get(cause, cause)


def _states(by_state: pl.DataFrame, given: Mapping[str, str]) -> list[Tab]:
    counted = dict(by_state.iter_rows())
    chosen = given.get("state", "")
    every = Tab("", Said(N_("All")), _count(sum(counted.values())), not chosen)
    return [every, *(Tab(state, Said(words.STATES[state]), _count(counted.get(state, 0)), state == chosen)
                     for state in words.SHOWN if counted.get(state) or state == chosen)]  # fmt: skip


def _views(seen: SeenRun, view: View | None) -> list[Tab]:
    info = seen.info
    whole = Tab("", Said(N_("The whole list")), _count(info["listed"]), view is None)
    found = []
    for each in VIEWS:
        rows = Said(N_("not known yet")) if views.unknown(each, info) else _count(info["listed_by_view"][each])
        found.append(Tab(each, Said(views.TITLES[each]), rows, each == view))
    return [whole, *found]


def _count(n: int) -> Said:
    return Said("{n}", {"n": figures.count(n)})


def slot_conditions(given: Mapping[str, str]) -> list[Condition]:
    """The conditions of the slots of an address."""
    return [Condition(SLOTS[name][0], value) for name, value in given.items() if value and name in SLOTS]

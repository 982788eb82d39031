"""What is asked of a table: conditions that say themselves, order, page, search; and the page that answers.

    Query(where=(Condition("region", "华东"), Condition("risk", "40 %", AT_LEAST)), sort="usual_year", size=20)

Values may be texts, as a person or a URL gives them; who answers checks them against the columns of the table.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from liuke.kernel.errors import Usage
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.reports import figures
from liuke.reports.listings import customers as customer_listings
from liuke.reports.listings import value as value_listings
from liuke.signals.watch_list import VIEWS, View

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from liuke.reports.shown import Shown

Value = str | bool | int | float | Decimal | date
How = Literal["=", "!=", ">=", "<=", "has"]
IS, IS_NOT, AT_LEAST, AT_MOST, HAS = "=", "!=", ">=", "<=", "has"
CUSTOMERS, VALUES = "customer_now", "customer_value"
FIRST_CAUSE = "first_cause"  # the likeliest cause of a customer lost or at risk, asked for beside its own columns
CUSTOMER_CAUSE, CUSTOMER_CAUSE_BEFORE = "customer_cause", "customer_cause_before"
SIZE = 50  # rows of a page
WORDS: dict[How, str] = {
    "=": N_("{column} is {value}"),
    "!=": N_("{column} is not {value}"),
    ">=": N_("{column} at least {value}"),
    "<=": N_("{column} at most {value}"),
    "has": N_("{column} has {value}"),
}
MARKS: tuple[How, ...] = (">=", "<=", "!=", "=")  # as typed, the longer first


@dataclass(frozen=True)
class Condition:
    """What a row must fulfil."""

    column: str
    value: Value
    how: How = "="

    @classmethod
    def parse(cls, text: str) -> Condition:
        """`region=华东`, `risk>=40%`, `grade!=A`, `last_on<=2026-01-31`; Usage for anything else."""
        at = [(text.index(mark), -len(mark), mark) for mark in MARKS if mark in text]
        if not at or min(at)[0] == 0:
            raise Usage(
                N_("{word} is not of the form column=value."),
                word=text,
                fix=N_("Between column and value stands =, !=, >= or <=, for example risk>=40%."),
            )
        start, length, mark = min(at)
        return cls(text[:start].strip(), text[start - length :].strip(), mark)

    def said(self) -> Said:
        """The condition in words: `Region is 华东`."""
        shown = _shown(self.column)
        if shown is None:
            return Said(WORDS[self.how], {"column": self.column, "value": self.value})
        worded = shown.words.get(self.value)
        if worded:
            return Said(WORDS[self.how], {"column": _title(shown), "value": Said(worded)})
        if isinstance(self.value, (int, float, Decimal)) and _is_share(self.column):
            return Said(WORDS[self.how], {"column": _title(shown), "value": figures.percent(float(self.value))})
        return Said(WORDS[self.how], {"column": _title(shown), "value": self.value})


LISTED = Condition("listed", value=True)
OVERALL = Condition("scope", "all")
ON_VIEW = {view: Condition(f"{view}_rank", 1, ">=") for view in VIEWS}
UNSAID = (LISTED, OVERALL, *ON_VIEW.values())  # what the title of a listing says already


def _every() -> tuple[Shown, ...]:
    """Every column of customers that a listing shows."""
    return (*customer_listings.WATCH_LIST.columns, *value_listings.values_listing(1, "").columns)


def _shown(column: str) -> Shown | None:
    """How the listings show a column of customers, None where none does."""
    return next((shown for shown in _every() if shown.column == column and shown.title), None)


def _is_share(column: str) -> bool:
    """Whether a column is shown as percent anywhere."""
    return any(shown.column == column and shown.form in {"share", "rate"} for shown in _every())


def known_values(column: str) -> list[str]:
    """The codes a column of customers may hold, as the listings know them; none where any text may stand."""
    shown = _shown(column)
    return [code for code in shown.words if isinstance(code, str)] if shown else []


def _title(shown: Shown) -> Said:
    return shown.title if isinstance(shown.title, Said) else Said(shown.title)


@dataclass(frozen=True)
class Query:
    """What is asked of one table of a run. Without `sort` rows come in the table's own order, best first."""

    table: str = CUSTOMERS
    where: tuple[Condition, ...] = ()
    sort: str = ""
    descending: bool | None = None  # None: texts from A to Z, everything else the largest first
    page: int = 1
    size: int | None = SIZE  # None: every row
    search: str = ""  # part of the customer's number or name

    def __post_init__(self) -> None:
        if self.page < 1 or (self.size is not None and self.size < 1):
            raise Usage(N_("Pages and rows on a page are counted from 1."))

    def but(self, *conditions: Condition) -> Query:
        """The query with further conditions."""
        return replace(self, where=(*self.where, *conditions))

    def said(self) -> tuple[Said, ...]:
        """The conditions in words, the search among them."""
        sought = (Said(N_("number or name contains {text}"), {"text": self.search}),) if self.search else ()
        return (*(condition.said() for condition in self.where if condition not in UNSAID), *sought)


@dataclass(frozen=True)
class Page:
    """The rows of one page, how many rows there are on all pages, and what was asked."""

    rows: pl.DataFrame
    total: int
    query: Query


def customers(
    *,
    view: View | None = None,
    everybody: bool = False,
    state: str | None = None,
    core: bool = False,
    owner: str | None = None,
    rule: str | None = None,
    where: Sequence[Condition] = (),
    search: str = "",
    sort: str = "",
    descending: bool | None = None,
    page: int = 1,
    size: int | None = None,
) -> Query:
    """A query for customers of a run: the watch list, unless asked among everybody, as a state, a rule or a search is.

    Of one view of the list it is in its order, and the other conditions narrow it.
    """
    if view is not None and view not in VIEWS:
        raise Usage(N_("There is no view {view}."), view=view, have=", ".join(VIEWS), fix=N_("Views are: {have}."))
    asked = [ON_VIEW[view]] if view is not None else []
    if state is not None:
        asked.append(Condition("state", state))
    if not (asked or everybody or rule is not None or search):
        asked.append(LISTED)
    if core:
        asked.append(Condition("core", value=True))
    if owner is not None:
        asked.append(Condition("salesperson", owner))
    if rule is not None:
        asked.append(Condition("rules", rule, "has"))
    if view is not None and sort in ("", "rank"):
        sort = f"{view}_rank"
    return Query(CUSTOMERS, (*asked, *where), sort, descending, page, size, search)


def view_of(query: Query) -> View | None:
    """The view of the list a query asks for, None for none or for several."""
    asked = [view for view, condition in ON_VIEW.items() if condition in query.where]
    return asked[0] if len(asked) == 1 else None


def values(
    *,
    grade: str | None = None,
    stage: str | None = None,
    loyalty: str | None = None,
    core: bool = False,
    neglected: bool = False,
    where: Sequence[Condition] = (),
    search: str = "",
    sort: str = "",
    descending: bool | None = None,
    page: int = 1,
    size: int | None = None,
) -> Query:
    """A query for customers by what they are worth; `core` is by next year's expected money."""
    texts = {"grade": grade, "stage": stage, "loyalty": loyalty}
    asked = [Condition(column, value) for column, value in texts.items() if value is not None]
    marks = {"core_next_year": core, "neglected": neglected}
    asked += [Condition(column, value=True) for column, on in marks.items() if on]
    return Query(VALUES, (*asked, *where), sort, descending, page, size, search)

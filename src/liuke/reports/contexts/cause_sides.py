"""Two groups side by side on one cause list: branches, regions, people, grades, years, firms (D4)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import polars as pl

from liuke.causes import ranges
from liuke.causes.combine import LEAST_LEAVERS
from liuke.causes.taxonomy import UNKNOWN
from liuke.kernel.errors import Usage
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said, Wordings
from liuke.reports import figures
from liuke.reports.cause_words import few_left
from liuke.reports.contexts.base import Context
from liuke.reports.contexts.causes_page import MOST_CHOICES, SLOTS, Picked, every_total, last_year
from liuke.reports.contexts.salesperson_choices import NAME, counted_column, salespeople_of
from liuke.reports.listings.cause_sides import sides_listing
from liuke.reports.query import CUSTOMER_CAUSE, Condition, Query
from liuke.reports.shown import Listed
from liuke.run.cause_totals import ALL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from liuke.reports.contexts.causes_page import SeenCauses

FIRM, AS_OF, CORE = "firm", "as_of", "core"
SLOT_OF = {"region": "region", "grade": "grade", "salesperson": "owner"}  # name of a side's property: slot of the page
CORE_ONLY = ("1", "yes", "y", "true", "是")
NAMES = (FIRM, AS_OF, *SLOT_OF, CORE)
APART = re.compile(rf",\s*(?=(?:{'|'.join(NAMES)})\s*=)")
WHOLE = N_("the whole firm")
IS_LIKE = N_("A side is written as {example}; its parts are {have}.")
EXAMPLE = "region=华东,as_of=2026-10-31"
OF_SIDE = N_("{side}: {lost} customers lost in the 12 months to {as_of}, {money} in a usual year.")
SHARES = N_(
    "Compared are shares of the customers lost, so sides of other sizes can be. The 90 % range of a difference has in "
    "it that nobody knows for sure who left why, and that customers leave by chance."
)
IN_BOTH = N_("{count} customers are in both: the ranges take the two sides for different customers.")
TWO_CURRENCIES = N_("The two count in other currencies: money is compared by its shares alone.")
ONE_LISTS = N_("Only {side} has the causes {causes}: who left by them stands on the other side under another cause or "
               "unknown.")  # fmt: skip
CANT_JUDGE = N_("{side} can't judge {causes}: no table there tells of it, so nothing stands there; who left by it is "
                "among unknown.")  # fmt: skip
TOO_FEW_LEFT = N_("{side}: not enough data; of causes nothing is learnt there, and where nobody is known to have left "
                  "by one nothing stands.")  # fmt: skip
FEW_LEFT = N_("{side}: not enough data, {leavers} of {least} leavers; of causes there nothing is learnt, and where "
              "nobody is known to have left by one nothing stands.")  # fmt: skip


@dataclass(frozen=True)
class SideAsked:
    """Which customers stand on a side, of which run and firm."""

    firm: str = ""  # folder of another workspace; empty for the one asked in
    as_of: str = ""  # empty for the run everybody reads
    picked: Picked = field(default_factory=Picked)

    @classmethod
    def parse(cls, text: str) -> SideAsked:
        """`region=华东`, `as_of=2025-12-31`, `firm=../north,grade=A`, empty for the whole firm; Usage for others."""
        given: dict[str, str] = {}
        for part in APART.split(text.strip()) if text.strip() else ():
            name, equals, value = (each.strip() for each in part.partition("="))
            if name not in NAMES or not equals or not value or name in given:
                raise Usage(N_("{side} is no side."), side=text, example=EXAMPLE, have=", ".join(NAMES), fix=IS_LIKE)
            given[name] = value
        slots = {slot: given[name] for name, slot in SLOT_OF.items() if name in given}
        if CORE in given and given[CORE].lower() not in CORE_ONLY:
            raise Usage(N_("{side}: core customers alone are core=yes; without it all count."), side=text,
                        fix=N_("Leave core out, or write core=yes."))  # fmt: skip
        return cls(given.get(FIRM, ""), given.get(AS_OF, ""), Picked(core=CORE in given, slots=slots))


@dataclass(frozen=True)
class SidePicker(Context):
    """What one side can be, and what it is."""

    name: Annotated[str, "in the address: a or b"]
    value: Annotated[str, "the group chosen, as `region=华东`; empty for the whole firm"]
    groups: Annotated[Sequence[tuple[Said, Sequence[tuple[str, str]]]], "property, and its values with their texts"]
    day: Annotated[str, "the day of the run chosen; empty for the one everybody reads"]
    days: Annotated[Sequence[str], "days of which a run is kept, newest first"]


@dataclass(frozen=True)
class SidesPage(Context):
    """Two groups side by side."""

    pickers: Annotated[Sequence[SidePicker], "of both sides"]
    listed: Annotated[Listed | None, "every cause of either side; None until two sides are chosen"]


def side_picker(seen: SeenCauses, name: str, value: str, day: str, days: Sequence[str]) -> SidePicker:
    """What a side of a run can be."""
    judged = (Condition("place", 1), *last_year(seen, Picked()))
    query = Query(CUSTOMER_CAUSE, judged)
    counted = seen.facets_of({counted_column(column): query for column, _ in SLOTS.values()})
    of, people = {slot: name for name, slot in SLOT_OF.items()}, salespeople_of(seen.source())
    groups = [(Said(title), [(f"{of[slot]}={each}", people.label(str(each)) if column == NAME else str(each))
                             for each in counted[counted_column(column)].drop_nulls("value")["value"]
                             .head(MOST_CHOICES).to_list()])
              for slot, (column, title) in SLOTS.items()]  # fmt: skip
    known = {each for _, choices in groups for each, _ in choices}
    if value and value not in known:  # nobody of it was lost lately, or it was typed
        groups.append((Said(N_("Other")), [(value, value)]))
    return SidePicker(name, value, [each for each in groups if each[1]], day, days)


@dataclass(frozen=True)
class CauseSide:
    """One side: what it is called, its causes, and who was lost."""

    name: str
    rows: pl.DataFrame  # of `cause_total`, all the lost
    titles: Mapping[str, tuple[str, str]]  # of causes, Chinese and English
    lost: frozenset[str]  # numbers of customers; empty where it is another firm
    currency: str
    as_of: str
    judged: frozenset[str]  # causes of which it can say that nobody left by them, unknown among them
    few: bool  # whether too few left to learn anything
    leavers: int | None  # of whom its causes were learnt; None to who sees some customers

    def knows(self, cause: str) -> bool:
        """Whether a cause has a value here: it can be judged, or somebody is said to have left by it."""
        left_by = self.rows.filter(pl.col("cause") == cause, pl.col("customers") > 0)
        return cause in self.titles and (not left_by.is_empty() or cause in self.judged)


def side_of(seen: SeenCauses, asked: SideAsked, name: str, *, own: bool) -> CauseSide:
    """A side of a run as its viewer sees it; `own` whether its customers may be those of the other side."""
    source = seen.source()
    card = source.table("cause_card")
    named = {row["cause"]: row for row in card.iter_rows(named=True)}
    total = every_total(seen, source, asked.picked, named)
    lost: frozenset[str] = frozenset()
    if own:
        first = (Condition("place", 1), *last_year(seen, asked.picked), *asked.picked.where)
        some = Query(CUSTOMER_CAUSE, first, size=None)
        lost = frozenset(seen.page(some).rows["customer_id"].to_list() if seen.sums(some)["rows"] else ())
    few = few_left(seen.info)
    judged = {cause for cause, row in named.items() if cause == UNKNOWN or (row["judged"] and not few)}
    return CauseSide(name, total.filter(pl.col("judged") == "lost", pl.col("by") == ALL),
                {cause: (row["title_zh"], row["title_en"]) for cause, row in named.items()}, lost,
                seen.info["currency"], seen.info["as_of"], frozenset(judged), few,
                seen.info["causes"].get("leavers"))  # fmt: skip


def called(seen: SeenCauses, asked: SideAsked, firm: str = "") -> str:
    """What a side is called: its firm, its groups, its day; a salesperson by name."""
    groups = [value for value in asked.picked.slots.values() if value]
    if person := asked.picked.slots.get(SLOT_OF[NAME]):
        people = salespeople_of(seen.source())
        groups = [people.label(people.chosen(value)) if value == person else value for value in groups]
    core = [Said(N_("core customers")).text()] if asked.picked.core else []
    parts = [*([firm] if firm else []), *groups, *core]
    if not parts:
        parts = [Said(WHOLE).text()]
    return " · ".join([*parts, *([asked.as_of] if asked.as_of else [])])


def side_by_side(one: CauseSide, other: CauseSide) -> Listed:
    """Every cause of either side with customers, share and money of both, and how the shares differ.

    Causes are the same where their ids are; what one side has no such cause for, or can't judge, has no value there and
    no difference. A cause that can be judged and nobody of a side left by counts 0.
    """
    rows = _joined(one, other)
    about = [_about(one), _about(other), Said(SHARES)]
    if count := len(one.lost & other.lost):
        about.append(Said(IN_BOTH, {"count": figures.count(count)}))
    if one.currency != other.currency:
        about.append(Said(TWO_CURRENCIES))
    about += [*_only(one, other), *_cant_judge(one, rows), *_cant_judge(other, rows)]
    return Listed(sides_listing(one.name, other.name, money=one.currency == other.currency), rows, None,
                  tuple(each for each in about if each.message), one.currency)  # fmt: skip


def _about(side: CauseSide) -> Said:
    lost = int(side.rows["of"].max() or 0) if len(side.rows) else 0  # type: ignore[arg-type]
    money = sum(side.rows["money"].to_list(), start=Decimal(0))
    return Said(OF_SIDE, {"side": side.name, "lost": figures.count(lost), "as_of": side.as_of,
                          "money": figures.Money(money, side.currency)})  # fmt: skip


def _only(one: CauseSide, other: CauseSide) -> list[Said]:
    """Which causes one side alone has a name for, of those anybody left by."""
    found = []
    for side, beside in ((one, other), (other, one)):
        own = [cause for cause in side.rows["cause"].to_list() if cause not in beside.titles]
        if own:
            named = tuple(Wordings(*side.titles[cause]) for cause in own)
            found.append(Said(ONE_LISTS, {"side": side.name, "causes": named}))
    return found


def _cant_judge(side: CauseSide, rows: Sequence[Mapping[str, Any]]) -> list[Said]:
    """Which causes of the rows a side lists and can't judge, and that it learnt from too few."""
    some = [row for row in rows if row["cause"] in side.titles and not side.knows(row["cause"])]
    named = tuple(Wordings(row["title_zh"], row["title_en"]) for row in some)
    if not named:
        return []
    if side.few and side.leavers is None:
        return [Said(TOO_FEW_LEFT, {"side": side.name})]
    if side.few:
        return [Said(FEW_LEFT, {"side": side.name, "leavers": side.leavers, "least": LEAST_LEAVERS})]
    return [Said(CANT_JUDGE, {"side": side.name, "causes": named})]


def _joined(one: CauseSide, other: CauseSide) -> list[dict[str, Any]]:
    held = [{row["cause"]: row for row in side.rows.iter_rows(named=True)} for side in (one, other)]
    causes = [cause for cause in dict.fromkeys([*held[0], *held[1]])
              if any(cause in rows and rows[cause]["customers"] for rows in held)]  # fmt: skip
    sizes = [float(next((row["of"] for row in rows.values()), 0)) for rows in held]
    money = [float(sum(row["money"] for row in rows.values())) for rows in held]
    limits = [ranges.wilson(_counts(rows, causes), np.full(len(causes), size))
              for rows, size in zip(held, sizes, strict=True)]  # fmt: skip
    apart = ranges.difference(*limits)
    found = []
    for nth, cause in enumerate(causes):
        title = one.titles.get(cause) or other.titles[cause]
        row: dict[str, Any] = {"cause": cause, "title_zh": title[0], "title_en": title[1]}
        for mark, side, rows, total in zip("ab", (one, other), held, money, strict=True):
            row |= _half(mark, rows.get(cause), known=side.knows(cause), money=total)
        both = all(side.knows(cause) for side in (one, other)) and all(sizes)
        ends = (("difference", apart.value), ("difference_low", apart.low), ("difference_high", apart.high))
        row |= {name: float(values[nth]) if both else None for name, values in ends}
        found.append(row)
    return sorted(found, key=lambda row: -max(row["a_share"] or 0.0, row["b_share"] or 0.0))


def _counts(rows: Mapping[str, Mapping[str, Any]], causes: Sequence[str]) -> ranges.Float:
    return np.array([float(rows[cause]["customers"]) if cause in rows else 0.0 for cause in causes])


def _half(mark: str, row: Mapping[str, Any] | None, *, known: bool, money: float) -> dict[str, Any]:
    """One side's figures of a cause; 0 where nobody left by it, nothing where it can't say."""
    names = ("customers", "customers_low", "customers_high", "share", "money", "money_low", "money_high")
    nothing = Decimal(0) if known else None
    zero: dict[str, Any] = {name: nothing if "money" in name else 0.0 if known else None for name in names}
    found = zero if row is None or not known else {name: row[name] for name in names}
    share = None if found["money"] is None or not money else float(found["money"]) / money
    return {f"{mark}_{name}": value for name, value in {**found, "money_share": share}.items()}


def as_of_day(asked: SideAsked) -> date | None:
    """The day of a side's run; Usage for no day."""
    if not asked.as_of:
        return None
    try:
        return date.fromisoformat(asked.as_of)
    except ValueError:
        raise Usage(N_("{day} is no day."), day=asked.as_of, fix=N_("Write it as 2026-10-31.")) from None

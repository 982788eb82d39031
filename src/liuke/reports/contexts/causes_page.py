"""Why they leave: causes by customers and money, what they stand on, what can't be judged, where customers went."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import polars as pl

from liuke.causes.taxonomy import LABELS, UNKNOWN
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said, Wordings
from liuke.reports import figures, words
from liuke.reports.cause_words import (
    answers_of,
    beside_ledger,
    cause_title,
    change_untold,
    few_audited,
    watched_by,
    with_owners,
)
from liuke.reports.connect_words import connect_words, nothing_told
from liuke.reports.contexts.base import Context
from liuke.reports.contexts.causes import listed_bounds, listed_directions, lost_in_all, month_trend, sum_of
from liuke.reports.contexts.salesperson_choices import NAME, counted_column, salespeople_of
from liuke.reports.listings import causes_on_page as listings
from liuke.reports.query import CUSTOMER_CAUSE, CUSTOMER_CAUSE_BEFORE, Condition, Query
from liuke.reports.shown import Listed
from liuke.run.cause_totals import ALL, added_up, untold_before, year_from

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from liuke.reports.contexts.base import Source
    from liuke.reports.query import Page
    from liuke.run.cause_owners import CauseOwned

MOST_CHOICES = 200  # of one slot
NAMED = 3  # likeliest causes in the first sentence
MOST_BENT = 12  # rows of what people say
WHO = ("customer_code", "region", "grade", "salesperson_id")
SLOTS: dict[str, tuple[str, str]] = {  # name in the address: column, what it is called
    "region": ("region", words.COLUMNS["region"]),
    "grade": ("grade", words.COLUMNS["grade"]),
    "owner": ("salesperson", words.COLUMNS["salesperson"]),
}
LOST = N_("{customers} customers were lost in the last 12 months, {money} in a usual year.")
RISK = N_("{customers} customers are at risk, {money} in a usual year.")
LIKELIEST = N_("The likeliest causes: {causes}. Of {unknown} in 100 customers nobody can say why.")
NOBODY = N_("Nobody of these was lost in the last 12 months.")
NOBODY_AT_RISK = N_("Nobody of these is at risk.")
LEARNT = N_(
    "Learnt from {leavers} customers who left. Of {audited} of them a check says which cause it was: {noted} in the "
    "exit notes that were loaded, {confirmed} confirmed here."
)
SAID = N_("Salespeople's notes speak of {salesperson} of those who left, exit interviews of {interview}.")
NOT_UNDERSTOOD = N_(
    "{unread} exit notes name their cause in words that are not understood; they count for nothing. The file "
    "causes/words.toml of the workspace may list these words."
)
UNSIGNED = N_("Exit notes that don't say who asked speak of {unsigned} of those who left.")
RANGES = N_(
    "Customer counts are sums of probabilities. The 90 % ranges hold the chance in such sums, but not errors in the "
    "probabilities themselves."
)
LIMITED = N_("These are sums over the customers you see; the probabilities were learnt from the whole firm.")
SILENT = N_("What is connected says nothing so far of: {causes}.")
NOTES_ONLY = N_("No table tells of these; only notes, exit interviews and confirmed cases do: {causes}.")


class SeenCauses(Protocol):
    """What a run as seen by a viewer says of causes."""

    @property
    def info(self) -> dict[str, Any]: ...
    def source(self) -> Source: ...
    def page(self, query: Query) -> Page: ...
    def sums(self, query: Query, *columns: str) -> dict[str, Any]: ...
    def facets_of(self, asked: Mapping[str, Query]) -> Mapping[str, pl.DataFrame]: ...


@dataclass(frozen=True)
class Picked:
    """Whose causes are asked for."""

    judged: str = "lost"  # lost in the last 12 months, or at_risk now
    by_money: bool = False
    act: str = ""
    core: bool = False
    slots: Mapping[str, str] = field(default_factory=dict)

    @property
    def where(self) -> tuple[Condition, ...]:
        """What must hold of the customers."""
        found = [Condition(SLOTS[name][0], value) for name, value in self.slots.items() if value]
        return (*found, Condition("core", value=True)) if self.core else tuple(found)


@dataclass(frozen=True)
class CauseSlot(Context):
    """One property by which causes are asked for."""

    name: Annotated[str, "in the address"]
    title: Annotated[Said, "what it is of"]
    value: Annotated[str, "chosen; empty for any"]
    choices: Annotated[Sequence[tuple[str, Said, int | None]], "value, as it is read, customers lost or at risk"]


@dataclass(frozen=True)
class CauseBar(Context):
    """One cause as a bar; widths are parts of the longest one, its range with it."""

    cause: Annotated[str, "its id"]
    title: Annotated[Wordings, "what it is called"]
    unknown: Annotated[bool, "whether it is what none explains"]
    width: Annotated[float, "of the bar"]
    low: Annotated[float, "where its range starts"]
    high: Annotated[float, "where it ends"]
    customers: Annotated[float, "expected customers"]
    customers_low: Annotated[float, "lower end of the 90 % range"]
    customers_high: Annotated[float, "upper end"]
    share: Annotated[float, "of all customers asked for"]
    money: Annotated[Decimal, "expected money of a usual year"]
    money_low: Annotated[Decimal, "lower end of the 90 % range"]
    money_high: Annotated[Decimal, "upper end"]
    before: Annotated[float | None, "expected customers in the 12 months before; None where nobody knows"]
    change: Annotated[tuple[float, float, float] | None, "customers since, and the ends of the 90 % range"]
    money_change: Annotated[tuple[Decimal, Decimal, Decimal] | None, "the same in money"]
    months: Annotated[Sequence[int], "hundredths of customers by month, the oldest first, up to `months_to`"]
    act: Annotated[str, "a message: whose act it is; empty for unknown"]
    answers: Annotated[Sequence[Wordings], "what can answer it"]
    owner: Annotated[str, "who owns it; empty for nobody"]
    watched: Annotated[Said, "by what it is watched, with what is counted; nothing for unknown"]


@dataclass(frozen=True)
class Unjudged(Context):
    """A cause no connected table can tell of, or not all there is."""

    title: Annotated[Wordings, "what it is called"]
    missing: Annotated[Sequence[Said], "what would tell of it"]


@dataclass(frozen=True)
class CausesPage(Context):
    """Why they leave."""

    answer: Annotated[Said, "the sentence the page is opened for"]
    second: Annotated[Said, "the likeliest causes and what nobody can explain; may be nothing"]
    slots: Annotated[Sequence[CauseSlot], "by what is asked"]
    bars: Annotated[Sequence[CauseBar], "causes, the largest first, unknown among them"]
    listed: Annotated[Listed, "the same as a listing"]
    foot: Annotated[Mapping[str, Any] | None, "the sums of the bars; None where there are none"]
    scale: Annotated[figures.Scale, "how amounts are written"]
    has_before: Annotated[bool, "whether the 12 months before are known"]
    months_to: Annotated[str, "the last month of which every loss is known; empty where there is no trend"]
    to_add: Annotated[Said, "what to connect where most is unknown; may be nothing"]
    stands_on: Annotated[Sequence[Said], "what the figures rest on"]
    unjudged: Annotated[Sequence[Unjudged], "causes that can't be judged, and what would tell of them"]
    better: Annotated[Sequence[Unjudged], "causes that are judged, and what would tell more of them"]
    notes_only: Annotated[Said, "causes that only notes can tell of; may be nothing"]
    silent: Annotated[Said, "causes of which what is connected says nothing so far; may be nothing"]
    bounds: Annotated[Listed | None, "how far those who say nothing could move a share; None as `directions`"]
    directions: Annotated[Listed | None, "where they went; None for who does not see the firm"]
    bent: Annotated[Listed | None, "what people say against what it was; None for who does not see the firm"]


def causes_page(seen: SeenCauses, picked: Picked, *, whole: bool, owned: Mapping[str, CauseOwned]) -> CausesPage:
    """Causes of those who left in the last 12 months or are at risk; `whole` adds what is about the firm.

    `owned` is who owns each cause and by what it is watched. NotFound for a run made before there were causes.
    """
    slots = cause_slots(seen, picked)
    source = seen.source()
    card = source.table("cause_card")
    named = {row["cause"]: row for row in card.iter_rows(named=True)}
    every = every_total(seen, source, picked, named)
    total = every.filter(pl.col("judged") == picked.judged, pl.col("by") == ALL)
    months, trend = month_trend(every, seen.info) if picked.judged == "lost" else ([], {})
    measure = "money" if picked.by_money else "customers"
    lost = every.filter(pl.col("judged") == "lost", pl.col("by") == ALL)
    total = with_owners(total.sort(measure, descending=True, maintain_order=True), card, owned, lost)
    rows = [_row(each, named[each["cause"]]) for each in total.iter_rows(named=True)]
    shown = [row for row in rows if picked.act in ("", row["act"]) or row["cause"] == UNKNOWN]
    currency = seen.info["currency"]
    answer, second = _answer(rows, picked, currency)
    unknown = next((row["share"] for row in rows if row["cause"] == UNKNOWN), 0.0)
    return CausesPage(
        answer=answer,
        second=second,
        slots=slots,
        bars=_bars(shown, measure, trend),
        listed=Listed(listings.CAUSES, shown, about=(answer,), currency=currency, foot=(foot := sum_of(shown))),
        foot=foot,
        scale=figures.scale_for([row["money"] for row in shown], currency),
        has_before=any(row["before"] is not None for row in shown),
        months_to=months[-1] if trend else "",
        to_add=nothing_told(card, unknown),
        stands_on=[
            *_beside_ledger(seen.info, picked, rows, whole=whole),
            *_change_untold(card, picked),
            *causes_stand_on(seen.info, whole=whole),
        ],
        unjudged=[
            Unjudged(cause_title(row), connect_words(row["missing"]))
            for row in named.values()
            if row["missing"] and not row["judged"]
        ],
        better=[
            Unjudged(cause_title(row), connect_words(row["missing"]))
            for row in named.values()
            if row["missing"] and row["judged"]
        ],
        notes_only=_notes_only(named.values()),
        silent=_says_nothing(named.values()),
        bounds=_bounds(source.table("cause_bound"), card) if whole else None,
        directions=_directions(seen, source) if whole else None,
        bent=Listed(listings.BENT, bent_notes(source, named), currency=currency) if whole else None,
    )


def cause_slots(seen: SeenCauses, picked: Picked) -> list[CauseSlot]:
    """By what is asked, with how many customers each value has, the others as they are."""
    first = Condition("place", 1)  # every customer has one likeliest cause, so its rows are the customers
    asked = {counted_column(column): Query(CUSTOMER_CAUSE, (first, *last_year(seen, picked),
             *(each for each in picked.where if each.column != column))) for column, _ in SLOTS.values()}  # fmt: skip
    people = salespeople_of(seen.source())
    counted = seen.facets_of(asked)
    slots = []
    for name, (column, title) in SLOTS.items():
        most = counted[counted_column(column)].drop_nulls("value").head(MOST_CHOICES)
        value, is_person = picked.slots.get(name, ""), column == NAME
        label: Callable[[str], str] = people.label if is_person else str
        value = people.chosen(value) if is_person else value
        choices: list[tuple[str, Said, int | None]] = [
            (str(each), Said("{text}", {"text": label(str(each))}), rows) for each, rows in most.iter_rows()
        ]
        if value and value not in {each for each, *_ in choices}:
            choices.append((value, Said("{text}", {"text": label(value)}), 0))
        slots.append(CauseSlot(name, Said(title), value, choices))
    acts: list[tuple[str, Said, int | None]] = [(name, Said(title), None) for name, title in LABELS["act"].items()]
    return [*slots, CauseSlot("act", Said(N_("Whose act")), picked.act, acts)]


def last_year(seen: SeenCauses, picked: Picked) -> tuple[Condition, ...]:
    """Lost in the last 12 months, or at risk."""
    judged = Condition("judged", picked.judged)
    return (
        (judged, Condition("on", year_from(date.fromisoformat(seen.info["as_of"])), ">="))
        if picked.judged == "lost"
        else (judged,)
    )


def every_total(seen: SeenCauses, source: Source, picked: Picked, named: Mapping[str, Any]) -> pl.DataFrame:
    """Rows of `cause_total` of those asked for: the run's own, or added up over the customers seen."""
    stored = source.table("cause_total")
    if not picked.where and not stored.is_empty():
        return stored
    rows = seen.page(Query(CUSTOMER_CAUSE, picked.where, size=None)).rows
    causes = rows.select("customer_code", "cause", "probability", "judged", "on", "money")
    acts = {cause: row["act"] for cause, row in named.items() if row["act"]}
    who, before = rows, None
    if seen.info["causes"].get("year_before"):
        then = rows_before(seen, picked)
        before = then.select("customer_code", "cause", "probability", "on", "money")
        who = pl.concat([rows.select(WHO), then.select(WHO)])
    each, as_of = who.select(WHO).unique("customer_code"), date.fromisoformat(seen.info["as_of"])
    return added_up(causes, each, as_of, acts, before, untold_before(source.table("cause_card")))


def rows_before(seen: SeenCauses, picked: Picked) -> pl.DataFrame:
    """The same customers' rows of the year before; none where nobody with a value asked for was lost then."""
    query = Query(CUSTOMER_CAUSE_BEFORE, picked.where, size=None)
    if seen.sums(query)["rows"]:
        return seen.page(query).rows
    return seen.page(Query(CUSTOMER_CAUSE_BEFORE, size=1)).rows.clear()  # a value no row has would be refused


def _row(each: Mapping[str, Any], card: Mapping[str, Any]) -> dict[str, Any]:
    return {**each, "title": cause_title(card), "act": card["act"], "answers": answers_of(card)}


def _bars(rows: Sequence[Mapping[str, Any]], measure: str, trend: Mapping[str, Sequence[int]]) -> list[CauseBar]:
    longest = max((float(row[f"{measure}_high"]) for row in rows), default=0.0) or 1.0
    return [
        CauseBar(
            row["cause"], row["title"], row["cause"] == UNKNOWN, *_parts(row, measure, longest),
            row["customers"], row["customers_low"], row["customers_high"], row["share"], row["money"],
            row["money_low"], row["money_high"], row["before"], _changed(row, "change"), _changed(row, "money_change"),
            trend.get(row["cause"], ()), LABELS["act"].get(row["act"] or "", ""),
            row["answers"], row["owner"] or "", watched_by(row),
        )
        for row in rows
    ]  # fmt: skip


def _directions(seen: SeenCauses, source: Source) -> Listed:
    return listed_directions(source.table("direction"), seen.info, lost_in_all(source.table("cause_total")))


def _bounds(bounds: pl.DataFrame, card: pl.DataFrame) -> Listed:
    """By whoever says anything; a page has no column for who."""
    listed = listed_bounds(bounds.filter(pl.col("channel") == "any"), card)
    return replace(listed, listing=listed.listing.without("channel"))


def _changed(row: Mapping[str, Any], name: str) -> tuple[Any, Any, Any] | None:
    return None if row[name] is None else (row[name], row[f"{name}_low"], row[f"{name}_high"])


def _parts(row: Mapping[str, Any], measure: str, longest: float) -> tuple[float, float, float]:
    """A bar and the two ends of its range as parts of the longest one."""
    low, high = float(row[f"{measure}_low"]), float(row[f"{measure}_high"])
    return float(row[measure]) / longest, low / longest, high / longest


def _answer(rows: Sequence[Mapping[str, Any]], picked: Picked, currency: str) -> tuple[Said, Said]:
    if not rows or not rows[0]["of"]:
        return Said(NOBODY if picked.judged == "lost" else NOBODY_AT_RISK), Said("")
    money = sum((row["money"] for row in rows), Decimal(0))
    fields = {"customers": figures.count(rows[0]["of"]), "money": figures.Money(money, currency)}
    unknown = next((row["share"] for row in rows if row["cause"] == UNKNOWN), 0.0)
    first = tuple(row["title"] for row in rows if row["cause"] != UNKNOWN)[:NAMED]
    second = Said(LIKELIEST, {"causes": first, "unknown": round(unknown * 100)}) if first else Said("")
    return Said(LOST if picked.judged == "lost" else RISK, fields), second


def _change_untold(card: pl.DataFrame, picked: Picked) -> list[Said]:
    """Of which causes no change is known; nothing of who is at risk, of whom none is known."""
    said = change_untold(card) if picked.judged == "lost" else Said("")
    return [said] if said else []


def _beside_ledger(
    info: Mapping[str, Any], picked: Picked, rows: Sequence[Mapping[str, Any]], *, whole: bool
) -> list[Said]:
    """How the lost stand to those of the ledger: in numbers where all of the firm are shown."""
    if picked.judged != "lost" or not rows:
        return []
    said = beside_ledger(info, rows[0]["of"] if whole and not picked.where else None)
    return [said] if said else []


def causes_stand_on(info: Mapping[str, Any], *, whole: bool) -> list[Said]:
    """What the figures of causes rest on."""
    told, few = info["causes"], few_audited(info)
    lines = [few] if few else []
    if not whole:  # how many left the firm, and what was said of them, is not theirs to know
        return [*lines, Said(RANGES), Said(LIMITED)]
    said = {"salesperson": 0, "interview": 0, "unsigned": 0, **told["said"]}
    counts = {
        "leavers": figures.count(told["leavers"]), "audited": told["audited"],
        "noted": told["audited"] - told.get("confirmed", 0), "confirmed": told.get("confirmed", 0),
    }  # fmt: skip
    signed = said["salesperson"] or said["interview"] or not said["unsigned"]
    unread = told.get("not_understood", 0)
    spoken = [each for each, is_so in ((SAID, signed), (UNSIGNED, said["unsigned"]), (NOT_UNDERSTOOD, unread)) if is_so]
    fields = {name: figures.count(count) for name, count in (said | {"unread": unread}).items()}
    return [Said(LEARNT, counts), *lines, *(Said(each, fields) for each in spoken), Said(RANGES)]


def _notes_only(rows: Any) -> Said:
    names = tuple(cause_title(row) for row in rows if not (row["judged"] or row["missing"] or row.get("silent")))
    return Said(NOTES_ONLY, {"causes": names}) if names else Said("")


def _says_nothing(rows: Iterable[Mapping[str, Any]]) -> Said:
    names = tuple(cause_title(row) for row in rows if row.get("silent") and not (row["judged"] or row["missing"]))
    return Said(SILENT, {"causes": names}) if names else Said("")


def bent_notes(source: Source, named: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What each channel says, how often it was something else, and what most often; most said first.

    Of one who lies behind a word: the share of each cause among the lost times how often that cause is said so.
    """
    shares = source.table("cause_total").filter(pl.col("judged") == "lost", pl.col("by") == ALL)
    joined = source.table("cause_channel").join(shares.select("cause", "share"), on="cause").with_columns(
        mass=pl.col("probability") * pl.col("share")
    )  # fmt: skip
    wrong = joined.filter(pl.col("cause") != pl.col("stated")).sort("mass", descending=True)
    worst = wrong.group_by("channel", "stated").agg(off=pl.col("mass").sum(), mostly=pl.col("cause").first())
    every = joined.group_by("channel", "stated").agg(mass=pl.col("mass").sum(), spoken=pl.col("said").first())
    found = every.join(worst, on=["channel", "stated"]).with_columns(
        said=pl.col("mass") / pl.col("mass").sum().over("channel") * pl.col("spoken"),
        otherwise=pl.col("off") / pl.col("mass"),
    )  # fmt: skip
    most = found.filter(pl.col("said") >= 1).sort("said", "channel", "stated", descending=[True, False, False])
    return [
        {**row, "stated": cause_title(named[row["stated"]]), "mostly": cause_title(named[row["mostly"]])}
        for row in most.head(MOST_BENT).iter_rows(named=True)
    ]

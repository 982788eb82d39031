"""Beside the causes: what dated events did, what hangs on salespeople, what the market took, as pages show them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import polars as pl

from liuke.kernel.amounts import Money
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.reports import figures
from liuke.reports.contexts.base import Context
from liuke.reports.contexts.customer_falls import falls_of, falls_sheet, largest, listed_falls
from liuke.reports.listings import events as of_events
from liuke.reports.listings import falls as of_falls
from liuke.reports.listings import salespeople as of_people
from liuke.reports.query import VALUES, Condition, Query
from liuke.reports.shown import Listed
from liuke.reports.stored import stored_sentence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from liuke.reports.contexts.base import Source
    from liuke.reports.contexts.causes_page import SeenCauses

EFFECTS, EVENTS, PATH = "event_effect", "studied_event", "event_path"
EXPOSURE, HANGING = "salesperson_exposure", "salesperson_customer"
SPLIT, QUESTIONS = "market_split", "diverted_question"
SIZE = 50  # customers of a page
MOST_PEOPLE = 20  # salespeople of the page; all are in the workbook
FIRST_OF = N_("The {shown} of {people} with the most at stake; all of them are in the workbook.")
FOUND = N_("{kinds}: sales moved beyond chance. Of the other kinds nobody can tell.")
NOTHING_FOUND = N_("No kind of event moved sales beyond chance.")
HOW_STUDIED = N_(
    "Customers an event befell are compared with customers like them (same segment, region and size) whom none befell "
    "in these months. How far chance goes is told by the customers of salespeople who stayed. A verdict needs 95 % "
    "certainty; ranges are 90 %."
)
HANGS = N_(
    "{customers} customers on the books depend on {people} salespeople; most is at stake with {first}: at most {loss} "
    "a year in 95 of 100 departures."
)
COUNTED = N_(
    "On {as_of} {books} customers are on the books, as many as the overview has, {money} in a usual year; customers "
    "who are lost are not counted."
)
WHOSE = N_("{customers} of them depend on {people} salespeople, {nobody} have no salesperson now.")
NOBODY_HANGS = N_("No customer has a salesperson that is known.")
LOSS_SAID = N_(
    "What could be lost a year if the person left. Each customer is loyal to the person or to the firm, and one "
    "departure goes well or badly for all of them: half of such departures would cost more than P50, one in twenty "
    "more than P95. The largest P95 comes first. How much each sign of a tie weighs was set, not learnt."
)
MINE = N_("Customers and who looks after them, the most money first.")
CHANGED = {
    "month": N_("Sales of the {periods} months to {until} against the same months a year before: {change}."),
    "week": N_("Sales of the {periods} weeks to {until} against the same weeks a year before: {change}."),
    "quarter": N_("Sales of the {periods} quarters to {until} against the same quarters a year before: {change}."),
}
OF_WHICH = N_(
    "Of it, {shared} moved with other customers, {came} is of customers new in these months or a year before, {own} "
    "went with nobody else."
)
ONLY_OURS = N_(
    "All of it is told by our own sales. What customers share may be the market, or something we did to all of them: "
    "only an index from outside can tell these two apart."
)
WHO_BOUGHT = N_("{customers} customers bought in one of the two spans; the others are not in these figures.")
BEYOND = N_(
    "Beyond all others: by a model that tells segment, region and salespeople apart and counts leavers, with the 90 % "
    "range."
)
FLAT = {
    ("segment", "region"): N_("Neither segments nor regions moved apart beyond chance: they have no columns."),
    ("segment",): N_("Segments did not move apart beyond chance: they have no column."),
    ("region",): N_("Regions did not move apart beyond chance: they have no column."),
}
ASKING = N_("These are questions and prove nothing: illness, a poor district or a rival look the same.")
ASKED_OF = N_("{people} salespeople had enough customers to be compared.")
BEFORE_EVENTS = N_("This run was made before events were studied. Run again: liuke run --again.")
HIDDEN = N_("Only managers see these questions.")


@dataclass(frozen=True)
class EventPath(Context):
    """Sales by what was expected, period by period around the event."""

    points: Annotated[Sequence[tuple[int, float, float, float]], "period, effect, ends of the range of chance"]


@dataclass(frozen=True)
class StudyPart(Context):
    """One part of such a page."""

    id: Annotated[str, "its place on the page"]
    title: Annotated[Said, "its heading"]
    said: Annotated[Sequence[str], "what it comes to, in the language in force"]
    listed: Annotated[Listed | None, "its rows; None where there is nothing to list"]
    path: Annotated[EventPath | None, "the drawing"] = None
    customers: Annotated[bool, "whether rows lead to customers"] = False
    paged: Annotated[bool, "whether its rows go on on other pages"] = False


@dataclass(frozen=True)
class StudyPage(Context):
    """A page beside the causes."""

    here: Annotated[str, "which of the pages: events, salespeople, market"]
    answer: Annotated[Said, "the sentence the page is opened for"]
    second: Annotated[Said, "what is to be added; may be nothing"]
    parts: Annotated[Sequence[StudyPart], "its parts"]
    choices: Annotated[Sequence[tuple[str, str]], "salespeople to choose from, by number"] = ()
    chosen: Annotated[str, "the number of the one whose customers are shown"] = ""


@dataclass(frozen=True)
class StudySheets(Context):
    """What the workbook says of events, salespeople and markets; without rows in a run of before."""

    effects: Annotated[Listed, "what each kind of event did"]
    events: Annotated[Listed, "the events one by one"]
    people: Annotated[Listed, "what hangs on each salesperson"]
    split: Annotated[Listed, "what sales changed, split"]
    falls: Annotated[Listed, "customers that buy less, and what others share of it"]


def study_sheets(source: Source) -> StudySheets:
    """What the workbook says of them; questions about salespeople are in no file."""
    info, none = source.info, (Said(BEFORE_EVENTS),)
    listings = (of_events.EFFECTS, of_events.EVENTS, of_people.EXPOSURES)
    if not info.get("markets"):
        return StudySheets(*(Listed(each, (), about=none) for each in (*listings, of_people.SPLIT, of_falls.FALLS)))
    tables = [source.table(name) for name in (EFFECTS, EVENTS, EXPOSURE)]
    told = ((Said(HOW_STUDIED),), (), about_people(tables[-1], info))
    effects, events, people = (Listed(listing, rows, None, about, info["currency"])
                               for listing, rows, about in zip(listings, tables, told, strict=True))  # fmt: skip
    falls = falls_sheet(source) if info.get("falls") else Listed(of_falls.FALLS, (), about=none)
    return StudySheets(effects, events, people, listed_split(source.table(SPLIT), info), falls)


def listed_split(rows: pl.DataFrame, info: Mapping[str, Any]) -> Listed:
    """What sales changed against the year before, split: of which periods, of whom, and what can't be told."""
    if info["markets"]["reason"]:
        none = replace(of_people.SPLIT, nothing="")
        return Listed(none, rows, None, (Said.unpack(info["markets"]["reason"]),), info["currency"])
    flat = tuple(
        each for each in of_people.SHARED if rows[each].null_count() < len(rows) and not (rows[each] != 0).any()
    )
    about = [*_changed(rows, info), Said(FLAT[flat])] if flat else _changed(rows, info)
    if "beyond" not in rows.columns:  # a run of before the panel model
        rows = rows.with_columns(pl.lit(None, pl.Float64).alias(name) for name in of_people.BEYOND)
    if rows["beyond"].null_count() < len(rows):
        about = [*about, Said(BEYOND)]
    return Listed(of_people.split_listing(flat), rows, None, (*about, Said(ONLY_OURS)), info["currency"])


def _changed(rows: pl.DataFrame, info: Mapping[str, Any]) -> list[Said]:
    """The change of all customers together, its parts where they can be told, and how many customers it is of."""
    if rows.is_empty():
        return []
    row, currency = rows.row(0, named=True), info["currency"]
    said = [Said(CHANGED[info["unit"]], {"periods": info["markets"]["periods"], "until": info["as_of"],
                                         "change": Money(row["change"], currency)})]  # fmt: skip
    if row["own"] is None:
        return [*said, Said.unpack(row["said"])]
    shared = row["whole"] + row["segment"] + row["region"]
    parts = {name: Money(value, currency) for name, value in
             (("shared", shared), ("came", row["came"]), ("own", row["own"]))}  # fmt: skip
    return [*said, Said(OF_WHICH, parts), Said(WHO_BOUGHT, {"customers": figures.count(row["customers"])})]


def events_page(source: Source, currency: str) -> StudyPage:
    """What events did: each kind with its drawing, its verdict and its events."""
    effects, events, path = source.table(EFFECTS), source.table(EVENTS), source.table(PATH)
    parts = []
    for row in effects.iter_rows(named=True):
        kind = row["kind"]
        points = path.filter(pl.col("kind") == kind).select("period", "effect", "effect_low", "effect_high").rows()
        mine = events.filter(pl.col("kind") == kind)
        parts.append(StudyPart(
            kind, Said(of_events.KINDS[kind]), [of_events.kind_says(row, currency)],
            Listed(of_events.short_events(), mine, currency=currency) if len(mine) else None,
            EventPath(points) if points else None,
        ))  # fmt: skip
    moved = tuple(
        Said(of_events.KINDS[each]) for each in effects.filter(pl.col("verdict").is_in(["fell", "rose"]))["kind"]
    )
    answer = Said(FOUND, {"kinds": moved}) if moved else Said(NOTHING_FOUND)
    ordered = sorted(parts, key=lambda each: each.listed is None)
    return StudyPage("events", answer, Said(HOW_STUDIED), ordered)


def about_people(found: pl.DataFrame, info: Mapping[str, Any]) -> tuple[Said, ...]:
    """What the rows of `salesperson_exposure` are of, and how what could be lost is told."""
    if found.is_empty():
        return ()
    named = found.filter(pl.col("salesperson_id") != of_people.UNNAMED)
    books, hanging = int(found["customers"].sum()), int(named["customers"].sum())
    counted = Said(COUNTED, {
        "as_of": info["as_of"], "books": figures.count(books),
        "money": Money(sum(found["money"], Decimal(0)), info["currency"]),
    })  # fmt: skip
    if named.is_empty():
        return (counted, *(stored_sentence(each) for each in found["said"].drop_nulls()))
    fields = {"customers": hanging, "people": len(named), "nobody": books - hanging}
    whose = Said(WHOSE, {name: figures.count(value) for name, value in fields.items()})
    return counted, whose, Said(LOSS_SAID)


def as_on_list(rows: pl.DataFrame, source: Source) -> pl.DataFrame:
    """Customers with `core_next_year`, so that they are core as the list has them."""
    ahead = source.scan(VALUES).select("customer_code", "core_next_year").collect()
    return rows.join(ahead, on="customer_code", how="left", maintain_order="left")


def salespeople_page(seen: SeenCauses, who: str, *, whole: bool, page: int = 1) -> StudyPage:
    """What hangs on each salesperson and one's customers; to who sees some customers alone, those."""
    source, currency = seen.source(), seen.info["currency"]
    found = source.table(EXPOSURE)
    parts = []
    if whole:
        said = [each.text() for each in about_people(found, seen.info)]
        if len(found) > MOST_PEOPLE:
            said.append(Said(FIRST_OF, {"shown": MOST_PEOPLE, "people": figures.count(len(found))}).text())
        listed = Listed(of_people.EXPOSURES, found.head(MOST_PEOPLE), len(found), (), currency)
        parts.append(StudyPart("people", Said(of_people.EXPOSURES.title), said, listed))
    people = [row for row in found.iter_rows(named=True) if row["salesperson_id"] != of_people.UNNAMED]
    chosen = who if any(row["salesperson_id"] == who for row in people) else ""
    if whole and not chosen and people:
        chosen = people[0]["salesperson_id"]
    where = (Condition("salesperson_id", chosen),) if chosen else ()
    rows = seen.page(Query(HANGING, where, page=page, size=SIZE))
    title = Said(of_people.HANGING.title)
    core = as_on_list(rows.rows, source)
    parts.append(StudyPart("customers", title, [], Listed(of_people.HANGING, core, rows.total, (), currency),
                           customers=True, paged=True))  # fmt: skip
    choices = [(row["salesperson_id"], of_people.person_of(row)) for row in people] if whole else []
    return StudyPage("salespeople", _hanging(people, currency, whole=whole), Said(""), parts, choices, chosen)


def _hanging(people: Sequence[Mapping[str, Any]], currency: str, *, whole: bool) -> Said:
    if not whole:
        return Said(MINE)
    if not people:
        return Said(NOBODY_HANGS)
    first = people[0]
    return Said(HANGS, {
        "customers": figures.count(sum(row["customers"] for row in people)), "people": figures.count(len(people)),
        "first": of_people.person_of(first), "loss": Money(first["loss_high"], currency),
    })  # fmt: skip


def market_page(
    source: Source, told: Mapping[str, Any], questions: pl.DataFrame | None, currency: str, *, whole: bool
) -> StudyPage:
    """What sales changed, split, to who sees the whole firm; and the questions, None for who may not see them.

    `told` is what the run says of it.
    """
    asked = _questions(questions, told, currency)
    if not whole:
        return StudyPage("market", Said(of_people.QUESTIONS.title), Said(""), [asked])
    split = source.table(SPLIT)
    listed = listed_split(split, source.info)
    title = Said(of_people.SPLIT.title)
    if split.is_empty():
        said = listed.about[0] if told["reason"] else Said(of_people.SPLIT.nothing)
        return StudyPage("market", said, Said(""), [StudyPart("split", title, [], replace(listed, about=())), asked])
    answer, second, *rest = listed.about
    part = StudyPart("split", title, [], replace(listed, about=tuple(rest)))
    return StudyPage("market", answer, second, [part, *_falls(source), asked])


def _falls(source: Source) -> list[StudyPart]:
    """The customers that fell most; none in a run of before falls were compared."""
    if not source.info.get("falls"):
        return []
    listed = largest(listed_falls(falls_of(source), source.info))
    return [StudyPart("falls", Said(of_falls.FALLS.title), [], listed, customers=True)]


def _questions(found: pl.DataFrame | None, told: Mapping[str, Any], currency: str) -> StudyPart:
    title = Said(of_people.QUESTIONS.title)
    if found is None:
        return StudyPart("questions", title, [Said(HIDDEN).text()], None)
    about = [Said(ASKING).text()]
    if told["asked_reason"]:
        return StudyPart("questions", title, [Said.unpack(told["asked_reason"]).text()], None)
    about.append(Said(ASKED_OF, {"people": told["asked_of"]}).text())
    return StudyPart("questions", title, about, Listed(of_people.QUESTIONS, found, currency=currency))

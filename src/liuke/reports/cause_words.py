"""How causes are said: titles, what each can be judged by, rows as evidence, the likeliest with unknown beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from liuke.causes.combine import LEAST_AUDITED, LEAST_LEAVERS
from liuke.causes.taxonomy import UNKNOWN, treatments
from liuke.kernel.i18n import N_, translate
from liuke.kernel.said import Said, Wordings
from liuke.reports import figures, words
from liuke.reports.contexts.data_page import table_title
from liuke.run.cause_owners import CUSTOMERS, EVENTS, NOBODY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from liuke.reports.shown import Row
    from liuke.run.cause_owners import CauseOwned

FEW_AUDITED, FEW_LEAVERS = "few_audited", "few_leavers"  # in place of counts, to who sees some customers
UNNAMED = "-"  # the group of those of whom nobody says which they are in
LOST, AT_RISK = "lost", "at_risk"
JUDGED = {LOST: N_("Lost"), AT_RISK: N_("At risk")}
SPEAKS = {"for": N_("For"), "against": N_("Against")}
IS_UNKNOWN = N_("What none of the causes explains.")
BY_ITS_EVENTS = N_("Judged by events on record.")
MORE_THAN_EVENTS = N_("Judged by events on record; it would be judged better with: {tables}.")
BY_EVENTS = N_("Judged by {events} events on record.")
MORE_WITH = N_("Judged by {events} events on record; it would be judged better with: {tables}.")
CONNECT = N_("Can't be judged: connect {tables}.")
ONLY_NOTES = N_("Only notes and interviews can tell of it.")
TOO_FEW_AUDITED = N_(
    "{audited} of {least} audited cases: with fewer nobody knows how often a cause leaves nothing on record, and what "
    "nothing on record explains counts as unknown."
)
FEW_ARE_AUDITED = N_(
    "Too few cases are audited to know how often a cause leaves nothing on record; what nothing on record explains "
    "counts as unknown."
)
FIRST = {
    LOST: N_("Why it left: most likely {cause} ({chance}); unknown {unknown}."),
    AT_RISK: N_("Why it would leave: most likely {cause} ({chance}); unknown {unknown}."),
}
MOSTLY_UNKNOWN = {
    LOST: N_("Why it left: unknown ({unknown}); of the causes most likely {cause} ({chance})."),
    AT_RISK: N_("Why it would leave: unknown ({unknown}); of the causes most likely {cause} ({chance})."),
}
ALL_UNKNOWN = {LOST: N_("Why it left: unknown ({unknown})."), AT_RISK: N_("Why it would leave: unknown ({unknown}).")}
CONFIRMED = N_("Why it left: {cause}; somebody checked and confirmed it.")
BEFORE_CAUSES = N_("This run was made before causes were argued. Run again: liuke run --again.")
NOT_ASKED = N_("Neither lost nor on the watch list: nobody asks why.")

ANSWERS = N_(
    "Of {said} of {of} customers lost in the last 12 months ({share}) somebody says why: a check, an exit "
    "interview or the salesperson's note."
)
WORST_CASE = N_(
    "The two ends say how far the others could move a share: none of them left by the cause, or all of "
    "them. They take what is said to be right; by all evidence is what the model makes of notes and rows."
)
UNTOLD_WON = N_(
    "Who was won from whom can't be judged: no customer file says whom a customer bought from before "
    "(came_from). Who came back is known from notes."
)
WATCHED = {
    ("events", True): N_("Events on record: {now} in 12 months, {before} in the 12 before"),
    ("events", False): N_("Events on record: {now} in 12 months"),
    ("customers", True): N_("Customers lost by it: {now} in 12 months, {before} in the 12 before"),
    ("customers", False): N_("Customers lost by it: {now} in 12 months"),
}
UNCOUNTED = {"events": N_("Events on record"), "customers": N_("Customers lost by it")}


def with_owners(rows: pl.DataFrame, card: pl.DataFrame, owned: Mapping[str, CauseOwned],
                lost: pl.DataFrame | None = None) -> pl.DataFrame:  # fmt: skip
    """Rows of causes with `owner`, `measure` and what it counts: `counted`, `counted_before`.

    A cause without a measure of its own is watched by the events on record where a table tells of any, else by the
    customers lost. `lost` has cause, customers and before of those lost in the last 12 months; None: the rows have.
    """
    told = card.select("cause", "events_year", "events_before")
    known = {cause: (events, before) for cause, events, before in told.iter_rows()}
    sums = rows if lost is None else lost
    people = {cause: (customers, before) for cause, customers, before in
              sums.select("cause", "customers", "before").iter_rows()} if "before" in sums.columns else {}  # fmt: skip
    nobody = (0.0, None) if people else (None, None)  # without any sum nothing is said of one
    found = []
    for cause in rows["cause"].to_list():
        mine = owned.get(cause, NOBODY)
        events = known.get(cause, (None, None))
        measure = mine.measure or (CUSTOMERS if events[0] is None else EVENTS)
        counted = events if measure == EVENTS else people.get(cause, nobody) if measure == CUSTOMERS else (None,) * 2
        found.append((mine.owner or None, measure, *(None if each is None else float(each) for each in counted)))
    names = {"owner": pl.String, "measure": pl.String, "counted": pl.Float64, "counted_before": pl.Float64}
    return rows.hstack(pl.DataFrame(found, schema=names, orient="row"))


def watched_by(row: Row) -> Said:
    """By what a cause is watched, with what a run counts of it."""
    measure, now, before = row["measure"], row["counted"], row["counted_before"]
    if row["cause"] == UNKNOWN or measure is None:
        return Said("")
    if measure not in UNCOUNTED:
        return Said("{text}", {"text": measure})
    if now is None:
        return Said(UNCOUNTED[measure])
    how = figures.count if measure == EVENTS else figures.nearly
    fields = {"now": how(now), "before": "" if before is None else how(before)}
    return Said(WATCHED[measure, before is not None], fields)


def who_answered(bounds: pl.DataFrame) -> Said:
    """Of how many of the lost anybody says why; nothing where nobody was lost."""
    some = bounds.filter(bounds["channel"] == "any").head(1).to_dicts()
    if not some:
        return Said("")
    said, of = some[0]["said"], some[0]["of"]
    return Said(ANSWERS, {"said": figures.count(said), "of": figures.count(of), "share": figures.percent(said / of)})


def cause_title(row: Row) -> Wordings:
    """What a cause of a row with `title_zh` and `title_en` is called."""
    return Wordings(row["title_zh"], row["title_en"])


def what_it_is_not(row: Row) -> Wordings | None:
    """What is taken for a cause and is another one."""
    return Wordings(row["is_not_zh"] or "", row["is_not_en"] or "") if row["is_not_zh"] or row["is_not_en"] else None


def answers_of(row: Row) -> tuple[Wordings, ...]:
    """What can answer a cause."""
    return tuple(treatments()[each] for each in (row["treatments"] or "").split(",") if each)


def treatments_of(row: Row) -> str:
    """The same listed in the language in force."""
    return figures.joined(str(each) for each in answers_of(row))


def judged_by(row: Row) -> Said:
    """What a cause of `cause_card` is judged by here, or what would have to be connected."""
    if row["cause"] == UNKNOWN:
        return Said(IS_UNKNOWN)
    tables = tuple(table_title(each) for each in (row["missing"] or "").split(",") if each)
    if row["judged"] and row["events"] is None:  # to who does not see the firm
        return Said(MORE_THAN_EVENTS, {"tables": tables}) if tables else Said(BY_ITS_EVENTS)
    if row["judged"]:
        events = figures.count(row["events"])
        return Said(MORE_WITH if tables else BY_EVENTS, {"events": events, "tables": tables})
    return Said(CONNECT, {"tables": tables}) if tables else Said(ONLY_NOTES)


def told_in(row: Row) -> str:
    """Where evidence is told, for people: the document, or what the table is called with the row's number."""
    if not row["table"]:
        return ""
    kind, _, number = (row["row_id"] or "").partition(" ")
    if kind in words.KINDS:
        return f"{translate(words.KINDS[kind])} {number}"
    return f"{table_title(row['table'])} {row['row_id'] or ''}".strip()


def few_audited(info: Mapping[str, Any]) -> Said:
    """That too few cases were audited to learn how often causes leave nothing on record; nothing where enough.

    How many there are is not said to who sees some customers.
    """
    told = info.get("causes") or {}
    if FEW_AUDITED in told:
        return Said(FEW_ARE_AUDITED) if told[FEW_AUDITED] else Said("")
    audited = told.get("audited", 0)
    return Said("") if audited >= LEAST_AUDITED else Said(TOO_FEW_AUDITED, {"audited": audited, "least": LEAST_AUDITED})


def without_counts(told: Mapping[str, Any]) -> dict[str, Any]:
    """What a run tells of its causes (`info["causes"]`) to who sees some customers: no count of the firm's."""
    return {"year_before": told.get("year_before", False), FEW_AUDITED: told.get("audited", 0) < LEAST_AUDITED,
            FEW_LEAVERS: told["leavers"] < LEAST_LEAVERS}  # fmt: skip


def few_left(info: Mapping[str, Any]) -> bool:
    """Whether fewer left than anything can be learnt of."""
    told = info["causes"]
    return bool(told[FEW_LEAVERS] if FEW_LEAVERS in told else told["leavers"] < LEAST_LEAVERS)


def first_cause(rows: Sequence[Row]) -> Said:
    """The likeliest cause of one customer with its probability and unknown beside it, from its titled causes by place.

    Where there is no row nobody asks why it would leave.
    """
    if not rows:
        return Said(NOT_ASKED)
    judged = rows[0]["judged"]
    unknown = sum(row["probability"] for row in rows if row["cause"] == UNKNOWN)
    named = [row for row in rows if row["cause"] != UNKNOWN]
    said: dict[str, object] = {"unknown": figures.percent(unknown)}
    if not named:
        return Said(ALL_UNKNOWN[judged], said)
    likeliest = named[0]
    said |= {"cause": cause_title(likeliest), "chance": figures.percent(likeliest["probability"])}
    if likeliest["audited"] and likeliest["place"] == 1 and not unknown:
        return Said(CONFIRMED, said)
    return Said((FIRST if likeliest["place"] == 1 else MOSTLY_UNKNOWN)[judged], said)

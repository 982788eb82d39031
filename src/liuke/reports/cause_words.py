"""How causes are said: titles, what each can be judged by, rows as evidence, the likeliest with unknown beside it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from liuke.causes.combine import LEAST_AUDITED, LEAST_LEAVERS
from liuke.causes.taxonomy import UNKNOWN, treatments
from liuke.kernel.i18n import N_, translate
from liuke.kernel.said import Said, Wordings
from liuke.reports import figures, words
from liuke.reports.connect_words import connect_words
from liuke.reports.contexts.data_page import table_title
from liuke.run.cause_owners import CUSTOMERS, EVENTS, NOBODY
from liuke.run.cause_totals import untold_before

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from liuke.reports.shown import Row
    from liuke.run.cause_owners import CauseOwned

FEW_AUDITED, FEW_LEAVERS = "few_audited", "few_leavers"  # in place of counts, to who sees some customers
CAUSE_ID, STATED_ID = N_("Cause id"), N_("Cause id by notes")  # headings
UNNAMED = "-"  # the group of those of whom nobody says which they are in
LOST, AT_RISK = "lost", "at_risk"
JUDGED = {LOST: N_("Lost"), AT_RISK: N_("At risk")}
SPEAKS = {"for": N_("For"), "against": N_("Against"), "neither": N_("Neither")}
IS_UNKNOWN = N_("What none of the causes explains.")
BY_ITS_EVENTS = N_("Judged by events on record.")
MORE_THAN_EVENTS = N_("Judged by events on record; it would be judged better with: {tables}.")
BY_EVENTS = N_("Judged by {events} events on record.")
MORE_WITH = N_("Judged by {events} events on record; it would be judged better with: {tables}.")
CONNECT = N_("Can't be judged: connect {tables}. Until then only notes and interviews tell of it.")
SAYS_NOTHING = N_("Connected, and saying nothing of it so far: {tables}. Notes and interviews can tell of it.")
NO_EVENT = N_("Can be judged: what tells of it is connected; no such event is on record.")
NO_EVENT_MORE = N_("Can be judged, no such event is on record; it would be judged better with: {tables}.")
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
NO_CHANGE = N_(
    "No change is given of unknown and of {causes}: what tells of it does not reach back to the year before."
)
MOSTLY_UNKNOWN = {
    LOST: N_("Why it left: unknown ({unknown}); of the causes most likely {cause} ({chance})."),
    AT_RISK: N_("Why it would leave: unknown ({unknown}); of the causes most likely {cause} ({chance})."),
}
ALL_UNKNOWN = {LOST: N_("Why it left: unknown ({unknown})."), AT_RISK: N_("Why it would leave: unknown ({unknown}).")}
CONFIRMED = {
    LOST: N_("Why it left: {cause}; somebody checked and confirmed it."),
    AT_RISK: N_("Why it would leave: {cause}; somebody checked and confirmed it."),
}
BEFORE_CAUSES = N_("This run was made before causes were argued. Run again: liuke run --again.")
NOT_ASKED = N_("Neither lost nor on the watch list: nobody asks why.")

ANSWERS = N_(
    "Somebody says why for {said} of the {of} customers lost in the last 12 months ({share}): a confirmed case, an "
    "exit interview, or a note of a salesperson or of nobody knows whom."
)
NOT_EVEN_THEY = N_("For {unknown} of these {said} what is said is that the cause is unknown.")
WORST_CASE = N_(
    "At least and at most: the share if none of the other customers left for the cause, and if all of them did. "
    "Both take what is said to be right. By all evidence: what the model makes of notes and records together."
)
WHERE_TO = N_(
    "Customers lost in the 12 months to {as_of}: for {said} of {of} a note or an interview says where they went, for "
    "{unsaid} more that nobody knows; the newest one counts."
)
NOT_WHY = N_(
    "Where customers went is not why they left: who went to a rival may have left over price, a product or a "
    "person. So these figures are no sums of the causes."
)
UNTOLD_WON = N_(
    "Customers won from each rival can't be counted: no customer file says whom a customer bought from before "
    "(came_from). Customers who came back are known from notes."
)
BESIDE_LEDGER = N_(
    "The ledger counts {lost} lost: on the books on {opening}, lost on {as_of}. Causes count {causes}: lost on "
    "{as_of}, and their next purchase failed to come on {since} or later. Both count {both}; {others} were not on the "
    "books on {opening}; of {earlier} it had failed to come before. The ledger's money is how much less all those "
    "lost on {as_of} bought than in the span before; here it is that of a usual year."
)
OTHER_DAYS = N_(
    "The ledger's lost were on the books when its span began and are lost when it ends; here stand those lost now "
    "whose next purchase failed to come in the last 12 months, so the two counts differ."
)
WATCHED = {
    ("events", True): N_("Events on record: {now} in 12 months, {before} in the 12 before"),
    ("events", False): N_("Events on record: {now} in 12 months"),
    ("customers", True): N_("Customers lost by it: {now} in 12 months, {before} in the 12 before"),
    ("customers", False): N_("Customers lost by it: {now} in 12 months"),
}
SHORT = {
    ("events", True): N_("{now} events, {before} before"),
    ("events", False): N_("{now} events"),
    ("customers", True): N_("{now} customers, {before} before"),
    ("customers", False): N_("{now} customers"),
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


def watched_short(row: Row) -> Said:
    """The same in a few words, for a terminal."""
    measure, now, before = row["measure"], row["counted"], row["counted_before"]
    if measure not in UNCOUNTED or now is None or row["cause"] == UNKNOWN:
        return watched_by(row)
    how = figures.count if measure == EVENTS else figures.nearly
    return Said(SHORT[measure, before is not None], {"now": how(now), "before": "" if before is None else how(before)})


def who_answered(bounds: pl.DataFrame) -> Said:
    """Of how many of the lost anybody says why; nothing where nobody was lost."""
    some = bounds.filter(bounds["channel"] == "any").head(1).to_dicts()
    if not some:
        return Said("")
    said, of = some[0]["said"], some[0]["of"]
    return Said(ANSWERS, {"said": figures.count(said), "of": figures.count(of), "share": figures.percent(said / of)})


def who_answered_unknown(bounds: pl.DataFrame) -> Said:
    """Of how many what is said is that nobody knows; nothing where that is said of none."""
    some = bounds.filter(pl.col("channel") == "any", pl.col("cause") == UNKNOWN, pl.col("named") > 0).to_dicts()
    if not some:
        return Said("")
    return Said(NOT_EVEN_THEY, {"unknown": figures.count(some[0]["named"]), "said": figures.count(some[0]["said"])})


def where_to_said(rows: pl.DataFrame, as_of: object, of: float) -> tuple[Said, ...]:
    """Of which customers directions are counted, of which time, and that they are no causes; `of` were lost."""
    unsaid = int(rows.filter(pl.col("direction") == "", pl.col("competitor") == "")["customers"].sum())
    said = int(rows["customers"].sum()) - unsaid
    told = {
        "as_of": as_of,
        "said": figures.count(said),
        "unsaid": figures.count(unsaid),
        "of": figures.count(round(of)),
    }
    return (Said(WHERE_TO, told), Said(NOT_WHY))


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
    tables = missing_said(row)
    if row["judged"] and row["events"] is None:  # to who does not see the firm
        return Said(MORE_THAN_EVENTS if tables else BY_ITS_EVENTS, {"tables": tables})
    if row["judged"] and not row["events"]:
        return Said(NO_EVENT_MORE if tables else NO_EVENT, {"tables": tables})
    if row["judged"]:
        events = figures.count(row["events"])
        return Said(MORE_WITH if tables else BY_EVENTS, {"events": events, "tables": tables})
    if tables:
        return Said(CONNECT, {"tables": tables})
    silent = connect_words(row.get("silent"))
    return Said(SAYS_NOTHING, {"tables": silent}) if silent else Said(ONLY_NOTES)


def missing_said(row: Row) -> tuple[Said, ...]:
    """What would tell of a cause, or of a kind of event, and is not connected."""
    return connect_words(row["missing"])


def missing_tables(row: Row) -> str:
    """The same listed in the language in force."""
    return figures.joined(str(each) for each in missing_said(row))


def table_of(row: Row) -> str:
    """What the table is called in which evidence is told."""
    return str(table_title(row["table"])) if row["table"] else ""


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


def change_untold(card: pl.DataFrame) -> Said:
    """Of which causes no change is known: their tables do not reach back to the year before. Nothing where of all."""
    short = card.filter(pl.col("cause").is_in([each for each in untold_before(card) if each != UNKNOWN]))
    titles = tuple(cause_title(row) for row in short.iter_rows(named=True))
    return Said(NO_CHANGE, {"causes": titles}) if titles else Said("")


def beside_ledger(info: Mapping[str, Any], of: int | None = None) -> Said:
    """How the lost of causes stand to those of the ledger; with `of`, all of causes, in numbers where a run has them.

    Nothing in a run without a ledger.
    """
    told = info.get("causes") or {}
    tie = told.get("ledger")
    if "ledger" in told and tie is None:
        return Said("")
    if of is None or tie is None:
        return Said(OTHER_DAYS)
    counts = {name: figures.count(tie[name]) for name in ("lost", "both", "others", "earlier")}
    days = {"opening": date.fromisoformat(tie["opening"]), "since": date.fromisoformat(tie["since"])}
    return Said(BESIDE_LEDGER, {**counts, **days, "causes": figures.count(of), "as_of": info["as_of"]})


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
        return Said(CONFIRMED[judged], said)
    return Said((FIRST if likeliest["place"] == 1 else MOSTLY_UNKNOWN)[judged], said)

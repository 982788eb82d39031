"""All that happened with one customer as one line: documents, complaints, promises, contacts, owners, states, notes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

from liuke.kernel.i18n import N_
from liuke.kernel.kinds import RETURN, SALES
from liuke.kernel.said import Said
from liuke.reports import words
from liuke.reports.contexts.base import Context

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import polars as pl

    from liuke.work.assignments import Assignment
    from liuke.work.notes import CustomerNote

SOLD = "sales"  # documents of the basis and what came back: what the drawing adds up
KINDS = {
    **words.KINDS,
    "complaint": N_("Complaint"),
    "promise": N_("Promise"),
    "contact": N_("Contact"),
    "interview": N_("Interview"),
    "owner": N_("Owner"),
    "state": N_("State"),
    "note": N_("Note"),
}
SOLD_WORDS = {
    "order": N_("Orders and returns"),
    "delivery": N_("Deliveries and returns"),
    "invoice": N_("Invoices and returns"),
}
SETTLED, ANSWERED = N_("settled on {day}"), N_("answered on {day}, not settled yet")
UNANSWERED = N_("no answer for {days} days")
VERDICT, REOPENED = N_("the customer's verdict: {verdict}"), N_("taken up again")
KEPT, KEPT_LATE = N_("kept on {day}"), N_("kept on {day}, {days} days late")
DUE, BROKEN = N_("due on {day}"), N_("due on {day}, {days} days late and not kept")
NO_DUE = N_("no day is set")
TOOK_OVER, FIRST_OWNER = N_("{before} → {owner}"), N_("{owner} looks after the customer")
BY_HAND, GIVEN_BACK = N_("{by} gave the customer to {owner}: {reason}"), N_("{by} gave the customer back: {reason}")
BECAME, IS_SINCE = N_("{before} → {state}"), N_("{state} from here on")
LINES, ONE_LINE = N_("{n} lines"), N_("1 line")


@dataclass(frozen=True)
class ToldOfOne:
    """What the small tables say of one customer, and of those counted under it, by the clock of a run."""

    file: Mapping[str, Any] | None  # its row of the customer table
    complaints: pl.DataFrame
    promises: pl.DataFrame
    contacts: pl.DataFrame
    assignments: pl.DataFrame
    interviews: pl.DataFrame
    people: Mapping[str, str]  # names of salespeople by number
    formers: tuple[str, ...]  # numbers counted under this one
    tells: frozenset[tuple[str, str]]  # (table, column) that some load has: what is blank elsewhere is not known
    states: Sequence[tuple[date, str]]  # since when which state, oldest first, as runs that are kept say


@dataclass(frozen=True)
class LineEvent(Context):
    """One thing that happened."""

    on: Annotated[date, "its day; of what was written down here, the day of writing"]
    kind: Annotated[str, "a kind of document, complaint, promise, contact, interview, owner, state or note"]
    what: Annotated[Said, "in words"]
    text: Annotated[str, "as somebody wrote it"] = ""
    status: Annotated[Said | None, "what came of it"] = None
    owed: Annotated[bool, "whether we owe something"] = False
    amount: Annotated[Decimal | None, "money, net of tax"] = None
    number: Annotated[str, "of the document, complaint or promise"] = ""
    by: Annotated[str, "who did it"] = ""
    state: Annotated[str, "the state it changed to"] = ""
    note: Annotated[int | None, "the note's id where the viewer may withdraw it"] = None


@dataclass(frozen=True)
class LineTab(Context):
    """One kind of things that happened."""

    kind: Annotated[str, "in the address; empty for all"]
    title: Annotated[str, "a message"]
    count: Annotated[int, "how many there are"]


@dataclass(frozen=True)
class CustomerLine(Context):
    """One page of what happened, newest first."""

    tabs: Annotated[Sequence[LineTab], "kinds met, with how many there are"]
    kind: Annotated[str, "the kind shown; empty for all"]
    since: Annotated[date | None, "the first day shown"]
    until: Annotated[date | None, "the last day shown"]
    events: Annotated[Sequence[LineEvent], "of this page"]
    total: Annotated[int, "on all pages"]
    amount: Annotated[Decimal | None, "of the documents on all pages where one kind of sums is shown"]
    page: Annotated[int, "from 1"]
    pages: Annotated[int, "how many"]


def line_of(events: Sequence[LineEvent], basis: str, kind: str, since: date | None, until: date | None,
            page: int, size: int) -> CustomerLine:  # fmt: skip
    """A page of the events that fit, newest first."""
    counts = {each: sum(event.kind == each for event in events) for each in KINDS}
    sold = counts[basis] + counts[RETURN]
    tabs = [LineTab("", N_("All"), len(events))]
    if counts[RETURN]:
        tabs.append(LineTab(SOLD, SOLD_WORDS[basis], sold))
    tabs += [LineTab(each, KINDS[each], count) for each, count in counts.items() if count]
    wanted = {SOLD: (basis, RETURN), "": tuple(KINDS)}.get(kind, (kind,))
    found = [event for event in events if event.kind in wanted and (since is None or event.on >= since)
             and (until is None or event.on <= until)]  # fmt: skip
    found.sort(key=lambda event: event.on, reverse=True)
    pages = max(1, -(-len(found) // size))
    at = min(page, pages)
    money = [event.amount for event in found if event.amount is not None]
    summed = sum(money, Decimal(0)) if kind in (SOLD, *SALES, RETURN) else None
    return CustomerLine(tabs, kind, since, until, found[(at - 1) * size : at * size], len(found), summed, at, pages)


def document_events(documents: pl.DataFrame, bought: pl.DataFrame) -> Iterator[LineEvent]:
    """The documents of a customer; those of `bought` say which families they hold, the dearest first."""
    held: dict[tuple[str, str], dict[str, Decimal]] = {}
    for kind, number, family, amount in bought.select("kind", "document_id", "family", "amount").iter_rows():
        if number and family:
            sums = held.setdefault((kind, number), {})
            sums[family] = sums.get(family, Decimal(0)) + abs(amount)
    for row in documents.iter_rows(named=True):
        families = held.get((row["kind"], row["document_id"] or ""), {})
        lines = row["lines"]
        what = Said(ONE_LINE) if lines == 1 else Said(LINES, {"n": lines})
        if families:
            what = Said("{text}", {"text": tuple(sorted(families, key=lambda each: -families[each]))})
        yield LineEvent(row["date"], row["kind"], what, amount=row["amount"], number=row["document_id"] or "")


def told_events(told: ToldOfOne, as_of: date) -> Iterator[LineEvent]:
    """What the small tables say, and the states of the runs that are kept."""
    for row in told.complaints.iter_rows(named=True):
        yield _complaint(row, told, as_of)
    for row in told.promises.iter_rows(named=True):
        yield _promise(row, told, as_of)
    for row in told.contacts.iter_rows(named=True):
        words_ = [each for each in (row["channel"], row["purpose"]) if each]
        text = " · ".join(each for each in (row["outcome"], row["text"]) if each)
        yield LineEvent(row["at"], "contact", _plain(" · ".join(words_)), text, by=_name(told, row["by"]))
    for row in told.interviews.iter_rows(named=True):
        words_ = [each for each in (row["stated_cause"], row["direction"], row["competitor"]) if each]
        yield LineEvent(row["on"], "interview", _plain(" · ".join(words_)), row["text"] or "")
    before = None
    for row in told.assignments.sort("from_on").iter_rows(named=True):
        owner = _name(told, row["salesperson_id"])
        if owner != before:
            said = FIRST_OWNER if before is None else TOOK_OVER
            yield LineEvent(row["from_on"], "owner", Said(said, {"owner": owner, "before": before or ""}))
        before = owner
    earlier = None
    for since, state in told.states:
        new = Said(words.STATES[state])
        fields = {"state": new, "before": Said(words.STATES[earlier]) if earlier else ""}
        yield LineEvent(since, "state", Said(BECAME if earlier else IS_SINCE, fields), state=state)
        earlier = state


def work_events(
    notes: Sequence[CustomerNote], changes: Sequence[Assignment], names: Mapping[str, str], mine: int | None
) -> Iterator[LineEvent]:
    """What people wrote down here; a note of the user `mine` can be withdrawn."""
    for note in notes:
        own = note.id if note.user_id == mine else None
        yield LineEvent(local_day(note.at), "note", Said(""), note.text, by=note.by, note=own)
    for each in changes:
        said = GIVEN_BACK if each.owner is None else BY_HAND
        owner = names.get(each.owner or "", each.owner or "")
        yield LineEvent(local_day(each.at), "owner", Said(said, {"by": each.by, "owner": owner, "reason": each.reason}))


def local_day(moment: Any) -> date:
    """The day of a moment where the program runs."""
    day: date = moment.astimezone().date()
    return day


def _complaint(row: Mapping[str, Any], told: ToldOfOne, as_of: date) -> LineEvent:
    status, owed = None, False
    if row["resolved_on"]:
        status = Said(SETTLED, {"day": row["resolved_on"]})
        if row["verdict"]:
            status = _both(status, Said(VERDICT, {"verdict": row["verdict"]}))
        if row["reopened"]:
            status = _both(status, Said(REOPENED))
    elif row["replied_on"]:
        status = Said(ANSWERED, {"day": row["replied_on"]})
        owed = ("complaint", "resolved_on") in told.tells
    elif told.tells & {("complaint", "replied_on"), ("complaint", "resolved_on")}:
        status, owed = Said(UNANSWERED, {"days": (as_of - row["opened_on"]).days}), True
    return LineEvent(row["opened_on"], "complaint", _plain(row["kind"] or ""), row["text"] or "", status, owed,
                     number=row["complaint_id"])  # fmt: skip


def _promise(row: Mapping[str, Any], told: ToldOfOne, as_of: date) -> LineEvent:
    due, kept, owed = row["due_on"], row["kept_on"], False
    if kept:
        late = due is not None and kept > due
        status = Said(KEPT_LATE, {"day": kept, "days": (kept - due).days}) if late else Said(KEPT, {"day": kept})
    elif due is None:
        status = Said(NO_DUE)
    elif due < as_of and ("promise", "kept_on") in told.tells:
        status, owed = Said(BROKEN, {"day": due, "days": (as_of - due).days}), True
    else:
        status = Said(DUE, {"day": due})
    return LineEvent(row["promised_on"], "promise", _plain(row["kind"] or ""), "", status, owed,
                     row["amount"], row["promise_id"], _name(told, row["promised_by"]))  # fmt: skip


def _name(told: ToldOfOne, number: str | None) -> str:
    return told.people.get(number or "", number or "")


def _plain(text: str) -> Said:
    return Said("{text}", {"text": text}) if text else Said("")


def _both(first: Said, second: Said) -> Said:
    return Said("{first} · {second}", {"first": first, "second": second})

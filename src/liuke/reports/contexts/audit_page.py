"""The audit log as a page and as files: who did what, when, from where, and what was there before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.reports.contexts.base import Context
from liuke.reports.contexts.data_page import table_title
from liuke.reports.shown import FILES, Listed, Listing, Shown
from liuke.work.audit_words import FIELD_TITLES, OBJECT_TITLES, VERB_TITLES
from liuke.work.people.roles import VERBS, all_roles

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from liuke.work.audit import AuditEntry, AuditPage

MOST_SHOWN = 300  # characters of one value on a page; files have all of it
AUDIT_LOG = Listing(
    "audit",
    N_("Audit log"),
    (
        Shown("id", N_("Number"), "whole", width=8),
        Shown("at", N_("When"), width=20),
        Shown("login", N_("Who"), width=16),
        Shown("did", N_("What"), width=24),
        Shown("verb", N_("Verb"), width=16, on=FILES),
        Shown("object", N_("On what"), width=20),
        Shown("told", N_("In detail"), width=60),
        Shown("address", N_("From where"), width=16),
        Shown("hash", N_("Seal"), width=20, on=FILES),
    ),
    nothing=N_("Nothing like that was recorded."),
    freeze=2,
)


@dataclass(frozen=True)
class Recorded(Context):
    """One entry in words."""

    id: Annotated[int, "its number"]
    at: Annotated[str, "when, in the time zone of who looks"]
    login: Annotated[str, "who, as the account was called then; empty: the program itself"]
    did: Annotated[Said, "what was done"]
    verb: Annotated[str, "its code"]
    object: Annotated[Said, "on what"]
    lines: Annotated[Sequence[Said], "what changed, and why"]
    address: Annotated[str, "from where"]
    hash: Annotated[str, "seal over the entry and the one before"]


@dataclass(frozen=True)
class AuditLog(Context):
    """A page of the log."""

    entries: Annotated[Sequence[Recorded], "newest first"]
    count: Annotated[int, "entries on all pages"]
    page: Annotated[int, "which page this is, from 1"]
    pages: Annotated[int, "how many there are"]
    people: Annotated[Sequence[tuple[int, str]], "id and name of users to filter by"]
    verbs: Annotated[Sequence[tuple[str, Said]], "verbs to filter by"]
    chain: Annotated[Said, "whether every entry is as it was written"]
    broken: Annotated[bool, "whether one is not"]
    time_zone: Annotated[str, "in which times are given"]


HIDDEN = "•••"
OF_CUSTOMERS = ("query", "filters", "text", "customer_id")  # what may name a customer


def recorded(
    entry: AuditEntry,
    names: Mapping[str, str],
    time_zone: str,
    most: int | None = MOST_SHOWN,
    *,
    customers: bool = True,
) -> Recorded:
    """An entry in words; `names` are those of `user:3` and other objects that have one.

    Without `customers` nothing tells which customers it was about: for who keeps the log and sees no customers.
    """
    kind, _, number = entry.object.partition(":")
    if not customers:
        entry = without_customers(entry)
        number = HIDDEN if kind == "customer" else number
    title = OBJECT_TITLES.get(kind)
    thing = Said(title, {"name": names.get(entry.object, number)}) if title else Said("{text}", {"text": entry.object})
    at = entry.at.astimezone(ZoneInfo(time_zone)).strftime("%Y-%m-%d %H:%M:%S")
    did = VERB_TITLES.get(entry.verb)
    return Recorded(entry.id, at, entry.login, Said(did) if did else Said("{text}", {"text": entry.verb}), entry.verb,
                    thing, tuple(_lines(entry, names, most)), entry.address, entry.hash)  # fmt: skip


def without_customers(entry: AuditEntry) -> AuditEntry:
    """An entry without what names a customer."""

    def told(values: Any) -> Any:
        if not isinstance(values, dict):
            return None
        known = {name: value for name, value in values.items() if name in FIELD_TITLES}
        return {name: HIDDEN if name in OF_CUSTOMERS and value else value for name, value in known.items()}

    thing = "customer" if entry.object.startswith("customer:") else entry.object
    facts = told(entry.facts) or {}
    return replace(entry, object=thing, before=told(entry.before), after=told(entry.after), facts=facts)


def audit_listed(rows: Sequence[Recorded], total: int, about: tuple[Said, ...] = ()) -> Listed:
    """Entries as a listing, for files."""
    found = [
        {**{name: getattr(each, name) for name in ("id", "at", "login", "verb", "address", "hash")},
         "did": each.did.text(), "object": each.object.text(), "told": "; ".join(line.text() for line in each.lines)}
        for each in rows
    ]  # fmt: skip
    return Listed(AUDIT_LOG, found, total, about)


def audit_log(
    found: AuditPage, page: int, size: int, names: Mapping[str, str], people: Sequence[tuple[int, str]],
    time_zone: str, broken: int | None, checked: int, *, customers: bool,
) -> AuditLog:  # fmt: skip
    """The page of entries; `broken` is the first entry that is not as it was written, `checked` how many were read."""
    if broken is None:
        chain = Said(N_("Checked: all {n} entries are as they were written."), {"n": checked})
    else:
        chain = Said(
            N_("Entry {id} is not as it was written, or is missing: somebody changed the log."), {"id": broken}
        )
    return AuditLog(
        entries=[recorded(each, names, time_zone, customers=customers) for each in found.rows],
        count=found.count,
        page=page,
        pages=max(1, -(-found.count // size)),
        people=people,
        verbs=[(verb, Said(title)) for verb, title in VERB_TITLES.items()],
        chain=chain,
        broken=broken is not None,
        time_zone=time_zone,
    )


YES, NO = N_("yes"), N_("no")
CHANGED, GIVEN = N_("{field}: {was} → {now}"), N_("{field}: {now}")


def _lines(entry: AuditEntry, names: Mapping[str, str], most: int | None) -> list[Said]:
    before = entry.before if isinstance(entry.before, dict) else {}
    after = entry.after if isinstance(entry.after, dict) else {}
    lines = []
    for name in dict.fromkeys((*before, *after)):
        was, now = (_value(name, held.get(name), names, most) for held in (before, after))
        if before and name in before and after and name in after:
            lines.append(Said(CHANGED, {"field": _field_title(name), "was": was, "now": now}))
        else:
            lines.append(Said(GIVEN, {"field": _field_title(name), "now": was if name in before else now}))
    for name, value in entry.facts.items():
        lines.append(Said(GIVEN, {"field": _field_title(name), "now": _value(name, value, names, most)}))
    return lines


def _field_title(name: str) -> Said:
    title = FIELD_TITLES.get(name)
    return Said(title) if title else Said("{text}", {"text": name})


def _value(name: str, value: Any, names: Mapping[str, str], most: int | None) -> object:
    if value is None or value == "":
        return "-"
    if isinstance(value, list):
        return tuple(_value(name, each, names, most) for each in value)
    if isinstance(value, bool):
        return Said(YES if value else NO)
    named = _named(name, value, names)
    text = str(value)
    return named or (text if most is None or len(text) <= most else f"{text[:most]}…")


JOBS = {"run": N_("run"), "load": N_("loaded data")}


def _named(name: str, value: Any, names: Mapping[str, str]) -> object:
    """What a code is called: a role, what a token may, a user, an owner; None for any other value."""
    match name:
        case "roles" if value in all_roles():
            return all_roles()[value].title
        case "scopes" if value in VERBS:
            return Said(VERBS[value])
        case "table" | "kind":
            return table_title(str(value)) if name == "table" else Said(JOBS.get(value, "{text}"), {"text": value})
        case "members" | "manager_id":
            return names.get(f"user:{value}")
        case "owner":
            return names.get(f"owner:{value}")
    return None

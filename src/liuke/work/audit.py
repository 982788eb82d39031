"""Who did what, when, and what was there before and after: rows that are added and never changed.

Each row holds the hash of the one before it and its own, so that a row changed, taken out or put in between breaks the
chain; `audit_head` holds where it ends, so that rows cut off the end are missed. A change and its row are one
transaction. Passwords, tokens and codes are never in it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func as sql
from sqlalchemy import insert, or_, select, update

from liuke.work.columns import canonical_json
from liuke.work.tables import AUDIT, AUDIT_HEAD

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement
    from sqlalchemy.engine import Connection

    from liuke.work.people.viewer import Viewer

FIRST = "0" * 64
SECRET = ("password", "token", "code", "hash", "secret")  # no name of a value may hold one of these
CHUNK = 5000


@dataclass(frozen=True)
class AuditEntry:
    """One row of the audit log; `login` is as it was then, empty for the program itself."""

    id: int
    at: datetime
    user_id: int | None
    login: str
    verb: str
    object: str
    before: Any
    after: Any
    facts: dict[str, Any]
    address: str
    hash: str


@dataclass(frozen=True)
class AuditPage:
    """Entries, newest first, and how many there are in all."""

    rows: tuple[AuditEntry, ...]
    count: int


def record(
    connection: Connection,
    by: Viewer | None,
    verb: str,
    object: str,  # noqa: A002  (the word of the log)
    before: Any = None,
    after: Any = None,
    address: str = "",
    *,
    at: datetime | None = None,
    **facts: Any,
) -> int:
    """Add an entry in the transaction of the change itself; returns its id. `by` None: the program.

    `before`, `after` and the facts are values of JSON. ValueError when one is named like a secret.
    """
    for value in (before, after, facts):
        _no_secret(value)
    last = connection.execute(select(AUDIT_HEAD.c.last_id, AUDIT_HEAD.c.hash)).first()
    last_id, prev = (0, FIRST) if last is None else (last.last_id, last.hash)
    row: dict[str, Any] = {
        "id": last_id + 1,
        "at": (at or datetime.now(UTC)).astimezone(UTC),
        "user_id": None if by is None else by.user_id,
        "login": "" if by is None else by.login,
        "verb": verb,
        "object": object,
        "before": None if before is None else canonical_json(before),
        "after": None if after is None else canonical_json(after),
        "facts": canonical_json(facts) if facts else None,
        "address": address,
        "prev_hash": prev,
    }
    row["hash"] = _hash(row)
    connection.execute(insert(AUDIT).values(row))
    head = {"last_id": row["id"], "hash": row["hash"]}
    if last is None:
        connection.execute(insert(AUDIT_HEAD).values(id=1, **head))
    else:
        connection.execute(update(AUDIT_HEAD).values(head))
    return last_id + 1


def entries(
    connection: Connection,
    *,
    search: str = "",
    user_id: int | None = None,
    verb: str = "",
    object: str = "",  # noqa: A002
    since: datetime | None = None,
    until: datetime | None = None,
    page: int = 1,
    size: int = 50,
) -> AuditPage:
    """Entries newest first, page by page; `search` looks for its words in user, verb, object and values."""
    asked = [_holds(word) for word in search.split()]
    if user_id is not None:
        asked.append(AUDIT.c.user_id == user_id)
    if verb:
        asked.append(AUDIT.c.verb == verb)
    if object:
        asked.append(AUDIT.c.object == object)
    if since is not None:
        asked.append(AUDIT.c.at >= since)
    if until is not None:
        asked.append(AUDIT.c.at < until)
    count = connection.execute(select(sql.count()).select_from(AUDIT).where(*asked)).scalar_one()
    found = select(AUDIT).where(*asked).order_by(AUDIT.c.id.desc()).limit(size).offset((max(page, 1) - 1) * size)
    return AuditPage(tuple(_entry(row) for row in connection.execute(found)), count)


def verify(connection: Connection) -> int | None:
    """The id of the first entry that is not as it was written, or is missing; None when all are."""
    expected, prev = 1, FIRST
    while True:
        rows = connection.execute(select(AUDIT).where(AUDIT.c.id >= expected).order_by(AUDIT.c.id).limit(CHUNK))
        chunk = rows.mappings().all()
        for row in chunk:
            if row["id"] != expected or row["prev_hash"] != prev or row["hash"] != _hash(dict(row)):
                return expected
            expected, prev = expected + 1, row["hash"]
        if len(chunk) < CHUNK:
            break
    head = connection.execute(select(AUDIT_HEAD.c.last_id, AUDIT_HEAD.c.hash)).first()
    written = (0, FIRST) if head is None else (head.last_id, head.hash)
    if connection.execute(select(sql.count()).select_from(AUDIT)).scalar_one() != expected - 1:
        return expected  # rows numbered below the first
    return None if written == (expected - 1, prev) else expected


HASHED = ("user_id", "login", "verb", "object", "before", "after", "facts", "address", "prev_hash")


def _hash(row: Mapping[str, Any]) -> str:
    """Over the number, the moment and every stored text, each in its place."""
    parts = [row["id"], row["at"].isoformat(timespec="microseconds"), *(row[name] for name in HASHED)]
    return hashlib.sha256(canonical_json(parts).encode()).hexdigest()


def _no_secret(value: Any) -> None:
    if isinstance(value, dict):
        for name, held in value.items():
            if any(word in str(name).lower() for word in SECRET):
                raise ValueError(f"the audit log holds no secrets: {name}")
            _no_secret(held)
    elif isinstance(value, list | tuple):
        for held in value:
            _no_secret(held)


def _holds(word: str) -> ColumnElement[bool]:
    columns = (AUDIT.c.login, AUDIT.c.verb, AUDIT.c.object, AUDIT.c.before, AUDIT.c.after, AUDIT.c.facts)
    return or_(*(column.icontains(word, autoescape=True) for column in columns))


def _entry(row: Any) -> AuditEntry:
    def value(text: str | None) -> Any:
        return None if text is None else json.loads(text)

    return AuditEntry(
        id=row.id,
        at=row.at,
        user_id=row.user_id,
        login=row.login,
        verb=row.verb,
        object=row.object,
        before=value(row.before),
        after=value(row.after),
        facts=value(row.facts) or {},
        address=row.address,
        hash=row.hash,
    )

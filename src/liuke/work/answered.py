"""Changes a program asked for under a key of its own, and what it was answered: asked again, the answer is the same."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select

from liuke.kernel.errors import Conflict, Invalid
from liuke.kernel.i18n import N_
from liuke.work.columns import canonical_json
from liuke.work.tables import ANSWERED

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from liuke.work.people.viewer import Viewer

KEPT = timedelta(days=7)
MOST_KEY = 100  # characters


def answered_before(connection: Connection, by: Viewer, key: str, what: Any) -> Any | None:
    """What this user was answered under this key; None for a new key. Conflict where the key stood for another change.

    Called in the writing transaction of the change, so that two at once are one after the other.
    """
    if not key or len(key) > MOST_KEY:
        raise Invalid(N_("An idempotency key is 1 to {most} characters."), most=MOST_KEY, code="bad_key")
    found = connection.execute(select(ANSWERED).where(ANSWERED.c.user_id == by.user_id, ANSWERED.c.key == key)).first()
    if found is None:
        return None
    if found.asked_hash != _hash(what):
        raise Conflict(N_("This idempotency key stood for another change."), code="key_reused")
    return found.answer


def keep_answer(
    connection: Connection, by: Viewer, key: str, what: Any, answer: Any, now: datetime | None = None
) -> None:
    """Keep what was answered, for a week, in the transaction of the change."""
    moment = now or datetime.now(UTC)
    connection.execute(delete(ANSWERED).where(ANSWERED.c.at < moment - KEPT))
    row = {"user_id": by.user_id, "key": key, "asked_hash": _hash(what), "answer": answer, "at": moment}
    connection.execute(insert(ANSWERED).values(row))


def _hash(what: Any) -> str:
    return hashlib.sha256(canonical_json(what).encode()).hexdigest()

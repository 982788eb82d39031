"""Verdicts on why customers left: who found what, and when. Rows are added and never changed; the newest counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from liuke.causes.audited import IS, IS_NOT, OTHER, UNCLEAR, UNDONE
from liuke.causes.taxonomy import UNKNOWN
from liuke.kernel.errors import Conflict, Invalid, NotFound
from liuke.kernel.i18n import N_
from liuke.kernel.said import printable
from liuke.work.audit import record
from liuke.work.merged import current_id
from liuke.work.tables import CAUSE_AUDIT, USER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.engine import Connection

    from liuke.work.people.viewer import Viewer

FINDINGS = (IS, IS_NOT, OTHER, UNCLEAR)
MOST_NOTE = 1000  # characters


@dataclass(frozen=True)
class Case:
    """The question as it was put: of whom, in which run, and what that run said before anybody had checked."""

    customer_id: str
    run_id: str
    judged: str  # lost or at_risk
    said: str  # the likeliest cause
    part: str  # drawn by lot, chosen by worth, or looked at by itself


@dataclass(frozen=True)
class CauseAudit:
    """One row; `customer_id` is the customer of today, `left` whether who wrote it has left since."""

    id: int
    customer_id: str
    run_id: str
    judged: str
    said: str
    part: str
    verdict: str
    cause: str | None  # the one found; of `is_not` the one excluded
    undoes: int | None
    note: str
    user_id: int
    by: str
    left: bool
    at: datetime
    on: date  # recorded: from this day on it counts


def add_verdict(
    connection: Connection,
    by: Viewer,
    case: Case,
    verdict: str,
    cause: str | None = None,
    note: str = "",
    *,
    now: datetime | None = None,
) -> int:
    """Write down what was found; its number. Whether the viewer sees the customer is for the caller to have asked.

    `is` and `is_not` are of `cause`, without one of what the run said; `other` names the cause that was found. Invalid
    for any other word, for `other` without a cause, for unknown as what it was not, for a cause of `unclear`, and
    for a note that is too long.
    """
    by.demand("confirm")
    if verdict not in FINDINGS:
        raise Invalid(N_("A verdict is one of: {have}."), have=", ".join(FINDINGS), code="bad_verdict")
    if verdict == UNCLEAR and cause is not None:
        raise Invalid(N_("Of what nobody can say no cause is named: leave it out, or say that it was this one."),
                      code="no_cause")  # fmt: skip
    found = None if verdict == UNCLEAR else cause or (None if verdict == OTHER else case.said)
    if found is None and verdict != UNCLEAR:
        raise Invalid(N_("Say which cause it was."), code="no_cause")
    if verdict == IS_NOT and found == UNKNOWN:
        raise Invalid(N_("Unknown is no finding that could be wrong: say which cause it was."), code="no_cause")
    text = printable(note).strip()
    if len(text) > MOST_NOTE:
        raise Invalid(N_("A note on a verdict is at most {most} characters."), most=MOST_NOTE, code="bad_note")
    return _add(connection, by, case, verdict, found, None, text, now)


def undo_verdict(connection: Connection, by: Viewer, verdict_id: int, *, now: datetime | None = None) -> str:
    """Take one's own verdict back by another row; the id of its customer as written.

    NotFound for none and for another's alike; Conflict where it is taken back already.
    """
    by.demand("confirm")
    mine = select(CAUSE_AUDIT).where(CAUSE_AUDIT.c.id == verdict_id, CAUSE_AUDIT.c.user_id == by.user_id)
    row = connection.execute(mine.where(CAUSE_AUDIT.c.verdict != UNDONE)).first()
    if row is None:
        raise NotFound(N_("You have no verdict {verdict}."), verdict=verdict_id, code="unknown_verdict")
    if connection.execute(select(CAUSE_AUDIT.c.id).where(CAUSE_AUDIT.c.undoes == verdict_id)).first():
        raise Conflict(N_("This verdict is undone already."), code="undone")
    case = Case(row.customer_id, row.run_id, row.judged, row.said, row.part)
    _add(connection, by, case, UNDONE, None, verdict_id, "", now)
    customer: str = row.customer_id
    return customer


def cause_audits(connection: Connection, merged: Mapping[str, str] | None = None) -> tuple[CauseAudit, ...]:
    """Every row, oldest first; with `merged` under the customer of today, without it as it was written."""
    into = merged or {}
    asked = (
        select(CAUSE_AUDIT, USER.c.name.label("by"), USER.c.left_on)
        .join(USER, USER.c.id == CAUSE_AUDIT.c.user_id)
        .order_by(CAUSE_AUDIT.c.id)
    )
    return tuple(
        CauseAudit(
            row.id, current_id(row.customer_id, into), row.run_id, row.judged, row.said, row.part, row.verdict,
            row.cause, row.undoes, row.note, row.user_id, row.by, row.left_on is not None, row.at, row.recorded_on,
        )
        for row in connection.execute(asked)
    )  # fmt: skip


def _add(connection: Connection, by: Viewer, case: Case, verdict: str, cause: str | None, undoes: int | None, note: str,
         now: datetime | None) -> int:  # fmt: skip
    moment = now or datetime.now(UTC)
    row = {
        "customer_id": case.customer_id, "run_id": case.run_id, "judged": case.judged, "said": case.said,
        "part": case.part, "verdict": verdict, "cause": cause, "undoes": undoes, "note": note, "user_id": by.user_id,
        "at": moment, "recorded_on": moment.astimezone().date(),
    }  # fmt: skip
    number: int = connection.execute(insert(CAUSE_AUDIT).values(row).returning(CAUSE_AUDIT.c.id)).scalar_one()
    verb = "undo_verdict" if verdict == UNDONE else "confirm_cause"
    told = {"verdict": verdict, "cause": cause} if undoes is None else {"verdict_id": undoes}
    record(connection, by, verb, f"customer:{case.customer_id}", None, told, at=now, part=case.part, run_id=case.run_id)
    return number

"""Work that waits and work that goes on: claimed by one worker at a time, told apart by attempts.

A claim is a lease: the worker says every few seconds that it is there. A lease that has run out may be claimed again;
the number of the attempt is the fence, so that a worker believed dead can't finish what another has taken over. An
effect in this store and `finish_job` belong in one transaction. Arguments hold no secrets: they are kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, insert, or_, select, update

from liuke.kernel.errors import Conflict, NotFound
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.work.audit import record
from liuke.work.tables import JOB, USER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement
    from sqlalchemy.engine import Connection

    from liuke.work.people.viewer import Viewer
    from liuke.work.store import WorkStore

LEASE = timedelta(seconds=60)
ATTEMPTS = 3  # how often a job is begun whose worker dies
PAUSE, LONGEST_PAUSE = timedelta(seconds=10), timedelta(minutes=10)  # before the second attempt; before any
OPEN = ("queued", "running")


@dataclass(frozen=True)
class Job:
    """A job as it stands; `attempt` is the fence of whoever claimed it, `by` the name of who started it."""

    id: int
    kind: str
    key: str | None
    args: dict[str, Any]
    state: str  # queued, running, done, failed, stopped
    user_id: int | None
    by: str
    made_at: datetime
    attempt: int
    attempts: int
    worker: str | None
    started_at: datetime | None
    ended_at: datetime | None
    progress: float | None  # share, 0 to 1
    message: Said | None
    error: Said | None
    result: Any
    stop_asked: bool


def enqueue(
    connection: Connection,
    kind: str,
    args: dict[str, Any],
    by: Viewer | None,
    key: str | None = None,
    *,
    attempts: int = ATTEMPTS,
    now: datetime | None = None,
) -> int:
    """The id of a new job, or of the open one of the same kind and key: asked for twice it is done once.

    Conflict when that one was started by somebody whose jobs one does not see.
    """
    standing = open_job(connection, kind, key)
    if standing is not None:
        if by is not None and not _sees_all(by) and standing.user_id != by.user_id:
            raise _under_way(standing.by)
        return standing.id
    return put_job(connection, kind, args, None if by is None else by.user_id, key, attempts, now, by)


def put_job(
    connection: Connection,
    kind: str,
    args: dict[str, Any],
    user_id: int | None,
    key: str | None,
    attempts: int,
    now: datetime | None,
    by: Viewer | None,
) -> int:
    """A new job for a user, recorded as done by `by`: what `enqueue` and the clock have in common."""
    row = {"kind": kind, "key": key, "args": args, "state": "queued", "user_id": user_id, "attempts": attempts}
    added = insert(JOB).values(**row, made_at=now or datetime.now(UTC)).returning(JOB.c.id)
    made: int = connection.execute(added).scalar_one()
    record(connection, by, "start_job", f"job:{made}", at=now, kind=kind)
    return made


def claim(store: WorkStore, worker: str, kinds: Iterable[str], now: datetime | None = None) -> Job | None:
    """The job this worker may begin, the longest waiting first; None when there is none.

    Jobs whose lease ran out are taken over or marked: stopped if that was asked for, failed after the last attempt.
    """
    moment, wanted = now or store.now(), sorted(set(kinds))
    with store.reading() as connection:
        if connection.execute(select(JOB.c.id).where(_to_see_to(moment, wanted)).limit(1)).first() is None:
            return None
    with store.writing() as connection:
        _tidy(connection, moment)
        ready = select(JOB).where(_claimable(moment, wanted)).order_by(JOB.c.made_at, JOB.c.id).limit(1)
        found = connection.execute(ready).first()
        if found is None:
            return None
        same = and_(JOB.c.id == found.id, JOB.c.attempt == found.attempt, JOB.c.state == found.state)
        began = {"worker": worker, "started_at": moment, "lease_until": moment + LEASE, "run_after": None}
        taken = update(JOB).where(same).values(state="running", attempt=found.attempt + 1, **began)
        if connection.execute(taken).rowcount == 0:
            return None
        return _one(connection, JOB.c.id == found.id)


def heartbeat(
    store: WorkStore,
    job: Job,
    progress: float | None = None,
    message: Said | None = None,
    now: datetime | None = None,
) -> bool:
    """Say that the worker is there and how far it is; whether a stop was asked for. Conflict as in `finish_job`."""
    values: dict[str, Any] = {"lease_until": (now or store.now()) + LEASE}
    if progress is not None:
        values["progress"] = min(max(progress, 0.0), 1.0)
    if message is not None:
        values["message"] = message.plain()
    with store.writing() as connection:
        _by_fence(connection, job, values)
        return bool(connection.execute(select(JOB.c.stop_asked).where(JOB.c.id == job.id)).scalar_one())


def finish_job(connection: Connection, job: Job, result: Any = None, now: datetime | None = None) -> None:
    """The job is done. Conflict (`job_lost`) when it was taken from this worker: then undo the effect, which the
    transaction does."""
    ended = {"state": "done", "ended_at": now or datetime.now(UTC), "lease_until": None, "progress": 1.0}
    _by_fence(connection, job, {**ended, "result": result})


def fail_job(
    connection: Connection, job: Job, error: Said, *, again: bool = False, now: datetime | None = None
) -> None:
    """The job failed; with `again` it waits a while and is tried anew as long as it has attempts. Conflict as above."""
    moment = now or datetime.now(UTC)
    values: dict[str, Any] = {"error": error.plain(), "lease_until": None}
    if again and job.attempt < job.attempts:
        pause = min(PAUSE * 3 ** (job.attempt - 1), LONGEST_PAUSE)
        _by_fence(connection, job, {**values, "state": "queued", "run_after": moment + pause})
    else:
        _by_fence(connection, job, {**values, "state": "failed", "ended_at": moment})


def stop_job(connection: Connection, job: Job, now: datetime | None = None) -> None:
    """The job was stopped as asked, and left nothing half done. Conflict as above."""
    _by_fence(connection, job, {"state": "stopped", "ended_at": now or datetime.now(UTC), "lease_until": None})


def ask_stop(connection: Connection, by: Viewer, job_id: int, now: datetime | None = None) -> Job:
    """The job, told to stop: one that waits is stopped at once, one that runs when its worker next says it is there.

    NotFound for none and for one that is not seen alike; one that has ended stays as it is.
    """
    known = job_of(connection, by, job_id)
    if known.state == "queued":
        values: dict[str, Any] = {"state": "stopped", "stop_asked": True, "ended_at": now or datetime.now(UTC)}
    elif known.state == "running" and not known.stop_asked:
        values = {"stop_asked": True}
    else:
        return known
    connection.execute(update(JOB).where(JOB.c.id == job_id).values(values))
    record(connection, by, "stop_job", f"job:{job_id}", at=now, kind=known.kind)
    return job_of(connection, by, job_id)


def retry(connection: Connection, by: Viewer, job_id: int, now: datetime | None = None) -> Job:
    """The job, waiting again after it failed or was stopped; Conflict when the same is under way or it is not over."""
    known = job_of(connection, by, job_id)
    if known.state not in ("failed", "stopped"):
        raise Conflict(N_("Only what failed or was stopped can be started again."), code="job_not_over")
    standing = open_job(connection, known.kind, known.key)
    if standing is not None:
        raise _under_way(standing.by)
    anew = {"state": "queued", "attempts": known.attempt + ATTEMPTS, "stop_asked": False, "run_after": None}
    blank = dict.fromkeys(("worker", "lease_until", "started_at", "ended_at", "progress", "message", "error"))
    connection.execute(update(JOB).where(JOB.c.id == job_id).values(**anew, **blank))
    record(connection, by, "retry_job", f"job:{job_id}", at=now, kind=known.kind)
    return job_of(connection, by, job_id)


def jobs(connection: Connection, viewer: Viewer, *, kind: str = "", limit: int = 50) -> tuple[Job, ...]:
    """The jobs one sees, newest first: one's own, or all for whoever manages users or reads the audit log."""
    asked = _seen(viewer) if not kind else and_(_seen(viewer), JOB.c.kind == kind)
    return _many(connection, asked, limit)


def job_of(connection: Connection, viewer: Viewer, job_id: int) -> Job:
    """One job one sees; NotFound for none and for another's alike."""
    found = _many(connection, and_(_seen(viewer), JOB.c.id == job_id), 1)
    if not found:
        raise NotFound(N_("There is no job {job}."), job=job_id, code="unknown_job")
    return found[0]


def open_job(connection: Connection, kind: str, key: str | None) -> Job | None:
    """The job of a kind and key that waits or runs; None when there is none, and for no key."""
    if key is None:
        return None
    found = _many(connection, and_(JOB.c.kind == kind, JOB.c.key == key, JOB.c.state.in_(OPEN)), 1)
    return found[0] if found else None


def _sees_all(viewer: Viewer) -> bool:
    return viewer.may("users") or viewer.may("audit")


def _seen(viewer: Viewer) -> ColumnElement[bool]:
    return JOB.c.id > 0 if _sees_all(viewer) else JOB.c.user_id == viewer.user_id


def _expired(now: datetime) -> ColumnElement[bool]:
    return and_(JOB.c.state == "running", JOB.c.lease_until < now)


def _from_the_future(now: datetime) -> ColumnElement[bool]:
    """Leases no worker could have taken by this clock: it was set back since."""
    return and_(JOB.c.state == "running", JOB.c.lease_until > now + LEASE)


def _claimable(now: datetime, kinds: list[str]) -> ColumnElement[bool]:
    due = or_(JOB.c.run_after.is_(None), JOB.c.run_after <= now, JOB.c.run_after > now + LONGEST_PAUSE)
    waiting = and_(JOB.c.state == "queued", due)
    return and_(JOB.c.kind.in_(kinds), or_(waiting, _expired(now)))


def _to_see_to(now: datetime, kinds: list[str]) -> ColumnElement[bool]:
    return or_(_claimable(now, kinds), _expired(now), _from_the_future(now))


def _tidy(connection: Connection, now: datetime) -> None:
    """Leases that can't be, and jobs whose worker is gone for good."""
    # a clock set back must not keep a dead worker's job for hours, nor free a living one's: one lease from now decides
    connection.execute(update(JOB).where(_from_the_future(now)).values(lease_until=now + LEASE))
    over = {"ended_at": now, "lease_until": None}
    stopped = and_(_expired(now), JOB.c.stop_asked)
    connection.execute(update(JOB).where(stopped).values(state="stopped", **over))
    gone = Said(N_("The program that worked on it ended; it was tried {times} times."))
    spent = select(JOB.c.id, JOB.c.attempt).where(_expired(now), JOB.c.attempt >= JOB.c.attempts)
    for job_id, attempt in connection.execute(spent).all():
        error = gone.replace(times=attempt).plain()
        connection.execute(update(JOB).where(JOB.c.id == job_id).values(state="failed", error=error, **over))


def _by_fence(connection: Connection, job: Job, values: dict[str, Any]) -> None:
    mine = and_(JOB.c.id == job.id, JOB.c.attempt == job.attempt, JOB.c.state == "running")
    if connection.execute(update(JOB).where(mine).values(values)).rowcount == 0:
        raise Conflict(N_("The job {job} was taken from this worker."), job=job.id, code="job_lost")


def _under_way(by: str) -> Conflict:
    return Conflict(
        N_("The same is under way already, started by {name}."), name=by or Said(N_("the program")), code="job_open"
    )


def _one(connection: Connection, which: ColumnElement[bool]) -> Job:
    return _many(connection, which, 1)[0]


def _many(connection: Connection, which: ColumnElement[bool], limit: int) -> tuple[Job, ...]:
    asked = (
        select(JOB, USER.c.name.label("by"))
        .outerjoin(USER, USER.c.id == JOB.c.user_id)
        .where(which)
        .order_by(JOB.c.id.desc())
        .limit(limit)
    )
    return tuple(_job(row) for row in connection.execute(asked))


def _job(row: Any) -> Job:
    return Job(
        id=row.id,
        kind=row.kind,
        key=row.key,
        args=row.args,
        state=row.state,
        user_id=row.user_id,
        by=row.by or "",
        made_at=row.made_at,
        attempt=row.attempt,
        attempts=row.attempts,
        worker=row.worker,
        started_at=row.started_at,
        ended_at=row.ended_at,
        progress=row.progress,
        message=None if row.message is None else Said.unpack(row.message),
        error=None if row.error is None else Said.unpack(row.error),
        result=row.result,
        stop_asked=row.stop_asked,
    )

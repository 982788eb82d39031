"""What starts by the clock: a cron expression in a time zone becomes jobs, each due time once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError
from sqlalchemy import delete, insert, select, update

from liuke.kernel.errors import Conflict, Invalid, NotFound
from liuke.kernel.i18n import N_
from liuke.kernel.said import printable
from liuke.work.audit import record
from liuke.work.jobs.queue import ATTEMPTS, open_job, put_job
from liuke.work.people.users import checked_time_zone, login_key
from liuke.work.tables import SCHEDULE

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from liuke.work.people.viewer import Viewer
    from liuke.work.store import WorkStore

MOST_NAME, MOST_CRON = 100, 200  # characters
SKEW = timedelta(days=1)  # a clock that was further ahead than this was wrong
CRON = N_("Five parts: minute, hour, day, month, weekday. 30 6 * * 1-5 is 6:30 on working days.")


@dataclass(frozen=True)
class Schedule:
    """A schedule: `next_at` is when it is due, `last_at` when it last became a job."""

    id: int
    name: str
    kind: str
    args: dict[str, Any]
    cron: str
    time_zone: str
    next_at: datetime
    last_at: datetime | None
    active: bool
    user_id: int | None
    version: int


def next_due(cron: str, time_zone: str, after: datetime) -> datetime:
    """The first moment after another at which a cron expression is due in a time zone, in UTC.

    Invalid for an expression that is none, one that never comes and a time zone there is none of.
    """
    zone = ZoneInfo(checked_time_zone(time_zone))
    words = printable(cron).split()
    try:
        if len(words) != 5 or len(cron) > MOST_CRON:
            raise CronSimError("not five parts")
        due: datetime = next(CronSim(" ".join(words), after.astimezone(zone)))
    except StopIteration as error:
        raise _never(words) from error
    except CronSimError as error:
        if _only_the_day_is_wrong(words):
            raise _never(words) from error
        raise Invalid(
            N_("{cron} is no time that can be kept to."), cron=" ".join(words), code="bad_cron", fix=CRON
        ) from error
    return due.astimezone(UTC)


def set_schedule(
    connection: Connection,
    by: Viewer | None,
    *,
    name: str,
    kind: str,
    args: dict[str, Any],
    cron: str,
    time_zone: str,
    active: bool = True,
    schedule_id: int | None = None,
    version: int = 0,
    now: datetime | None = None,
) -> Schedule:
    """The schedule, made (no `schedule_id`) or changed to be so; Conflict when changed after `version`."""
    if by is not None:
        by.demand("run")
    clean = " ".join(printable(name).split())
    if not clean or len(clean) > MOST_NAME:
        raise Invalid(N_("A name is 1 to {most} characters."), most=MOST_NAME, code="bad_name")
    next_at = next_due(cron, time_zone, now or datetime.now(UTC))
    shown = {"name": clean, "kind": kind, "cron": " ".join(cron.split()), "time_zone": time_zone, "active": active}
    row = {**shown, "name_key": login_key(clean), "args": args, "next_at": next_at}
    taken = select(SCHEDULE.c.id).where(SCHEDULE.c.name_key == row["name_key"], SCHEDULE.c.id != (schedule_id or 0))
    if connection.execute(taken).first():
        raise Conflict(N_("There is a schedule {name} already."), name=clean, code="name_taken")
    if schedule_id is None:
        user_id = None if by is None else by.user_id
        made = connection.execute(insert(SCHEDULE).values(**row, user_id=user_id).returning(SCHEDULE.c.id)).scalar_one()
        before = None
    else:
        known = _as_of_version(connection, schedule_id, version)
        before = {field: getattr(known, field) for field in shown}
        changed = update(SCHEDULE).where(SCHEDULE.c.id == schedule_id)
        connection.execute(changed.values(**row, version=version + 1))
        made = schedule_id
    record(connection, by, "set_schedule", f"schedule:{made}", before, shown, at=now)
    return schedule_of(connection, made)


def remove_schedule(connection: Connection, by: Viewer | None, schedule_id: int, version: int) -> None:
    """The schedule, gone; jobs it started stay. Conflict when changed after `version`."""
    if by is not None:
        by.demand("run")
    known = _as_of_version(connection, schedule_id, version)
    connection.execute(delete(SCHEDULE).where(SCHEDULE.c.id == schedule_id))
    before = {"name": known.name, "kind": known.kind, "cron": known.cron, "time_zone": known.time_zone}
    record(connection, by, "remove_schedule", f"schedule:{schedule_id}", before)


def schedules(connection: Connection) -> tuple[Schedule, ...]:
    """Every schedule by name."""
    fields = [SCHEDULE.c[name] for name in Schedule.__dataclass_fields__]
    rows = connection.execute(select(*fields).order_by(SCHEDULE.c.name_key)).mappings()
    return tuple(Schedule(**row) for row in rows)


def tick(store: WorkStore, now: datetime | None = None) -> tuple[int, ...]:
    """The jobs begun by what is due. Many may tick at once, each due time becomes one job; of several missed, one does.

    A schedule due long after its next time by this clock was set by a clock that ran ahead: it is set anew.
    """
    moment = now or store.now()
    with store.reading() as connection:
        waiting = [
            row for row in schedules(connection) if row.active and (row.next_at <= moment or _ahead(row, moment))
        ]
    if not waiting:
        return ()
    begun: list[int] = []
    with store.writing() as connection:
        for row in waiting:
            same = (SCHEDULE.c.id == row.id, SCHEDULE.c.next_at == row.next_at, SCHEDULE.c.active)
            due = row.next_at <= moment
            values = {"next_at": next_due(row.cron, row.time_zone, moment), "last_at": moment if due else None}
            key = f"{row.id}:{row.next_at.isoformat()}"
            moved = connection.execute(update(SCHEDULE).where(*same).values(values)).rowcount
            if moved and due and open_job(connection, row.kind, key) is None:
                begun.append(put_job(connection, row.kind, row.args, row.user_id, key, ATTEMPTS, moment, None))
    return tuple(begun)


def _ahead(row: Schedule, now: datetime) -> bool:
    believed = row.last_at is None or row.last_at > now + SKEW
    return believed and row.next_at > next_due(row.cron, row.time_zone, now)


def _only_the_day_is_wrong(words: list[str]) -> bool:
    """Whether an expression is refused for days no month it names has: 31 in April."""
    if len(words) != 5 or len(" ".join(words)) > MOST_CRON:
        return False
    try:
        CronSim(" ".join([*words[:2], "*", *words[3:]]), datetime(2024, 1, 1, tzinfo=UTC))
        CronSim(" ".join([*words[:3], "*", words[4]]), datetime(2024, 1, 1, tzinfo=UTC))
    except CronSimError:
        return False
    return True


def _never(words: list[str]) -> Invalid:
    return Invalid(
        N_("{cron} never comes: no year has such a day."), cron=" ".join(words), code="never_fires", fix=CRON
    )


def schedule_of(connection: Connection, schedule_id: int) -> Schedule:
    found = next((row for row in schedules(connection) if row.id == schedule_id), None)
    if found is None:
        raise NotFound(N_("There is no schedule {schedule}."), schedule=schedule_id, code="unknown_schedule")
    return found


def _as_of_version(connection: Connection, schedule_id: int, version: int) -> Schedule:
    known = schedule_of(connection, schedule_id)
    if known.version != version:
        raise Conflict(
            N_("The schedule {name} was changed meanwhile. Nothing of yours was saved."),
            name=known.name,
            code="changed_meanwhile",
            fix=N_("Look at it again, then change what you still want to change."),
        )
    return known

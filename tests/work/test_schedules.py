"""What starts by the clock: each due time once, in its time zone, refused in words when it never comes."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from people import NOW, joined, looking

from liuke.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from liuke.work.jobs.queue import jobs
from liuke.work.jobs.schedule import next_due, remove_schedule, schedules, set_schedule, tick

if TYPE_CHECKING:
    from liuke.work.jobs.schedule import Schedule
    from liuke.work.store import WorkStore

DAY = timedelta(days=1)
NIGHTLY = {"name": "Nightly", "kind": "run", "args": {}, "cron": "30 6 * * *", "time_zone": "Asia/Shanghai"}
FIRST = datetime(2026, 11, 2, 22, 30, tzinfo=UTC)  # 6:30 of the 3rd in Shanghai


def nightly(store: WorkStore, **more: object) -> Schedule:
    with store.writing() as connection:
        return set_schedule(connection, None, **{**NIGHTLY, "now": NOW, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cron", "code"),
    [
        ("0 0 30 2 *", "never_fires"),
        ("0 0 31 4,6 *", "never_fires"),
        ("0 0 32 1 *", "bad_cron"),
        ("every night", "bad_cron"),
        ("", "bad_cron"),
        ("* * * * * *", "bad_cron"),
        ("0 25 * * *", "bad_cron"),
        ("*/0 * * * *", "bad_cron"),
        ("0 0 * * " + "1," * 200 + "1", "bad_cron"),
    ],
)
def test_a_time_that_never_comes_is_refused_in_words(cron: str, code: str) -> None:
    with pytest.raises(Invalid) as told:
        next_due(cron, "Asia/Shanghai", NOW)
    assert told.value.code == code


def test_times_are_those_of_the_zone() -> None:
    assert next_due("30 6 * * *", "Asia/Shanghai", NOW) == FIRST
    assert next_due("0 0 29 2 *", "UTC", NOW) == datetime(2028, 2, 29, tzinfo=UTC)
    # clocks in Berlin go forward on 29 March 2026 and back on 25 October: a night has one run
    spring = [datetime(2026, 3, 28, 12, tzinfo=UTC)]
    for _ in range(2):
        spring.append(next_due("30 2 * * *", "Europe/Berlin", spring[-1]))
    assert [each.date().isoformat() for each in spring[1:]] == ["2026-03-29", "2026-03-30"]
    with pytest.raises(Invalid, match="no time zone Mars"):
        next_due("0 0 * * *", "Mars", NOW)


def test_each_due_time_becomes_one_job_however_many_tick(store: WorkStore) -> None:
    nightly(store)
    begun: list[int] = []
    threads = [threading.Thread(target=lambda: begun.extend(tick(store, FIRST))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(begun) == 1
    assert tick(store, FIRST + timedelta(hours=1)) == ()
    assert len(tick(store, FIRST + DAY)) == 1
    boss = looking(store, joined(store, "boss", "owner"))
    with store.reading() as connection:
        assert [job.key for job in jobs(connection, boss)] == [
            f"1:{(FIRST + DAY).isoformat()}",
            f"1:{FIRST.isoformat()}",
        ]


def test_of_many_missed_one_is_made_up_for(store: WorkStore) -> None:
    nightly(store)
    assert len(tick(store, FIRST + 10 * DAY)) == 1
    with store.reading() as connection:
        assert schedules(connection)[0].next_at == FIRST + 11 * DAY


def test_a_clock_set_back_an_hour_starts_nothing_twice(store: WorkStore) -> None:
    nightly(store)
    assert len(tick(store, FIRST)) == 1
    for minutes in range(-60, 61, 20):
        assert tick(store, FIRST + timedelta(minutes=minutes)) == ()


def test_a_clock_that_ran_years_ahead_silences_no_schedule(store: WorkStore) -> None:
    nightly(store, now=NOW + 3650 * DAY)
    nightly(store, name="Second")
    assert tick(store, NOW) == ()
    assert len(tick(store, FIRST)) == 2
    assert len(tick(store, FIRST + 3650 * DAY)) == 2
    assert tick(store, FIRST + timedelta(hours=2)) == ()
    assert tick(store, FIRST + DAY) == (), "the jobs of that due time still wait"
    assert len(tick(store, FIRST + 2 * DAY)) == 2


def test_a_schedule_that_is_off_or_gone_starts_nothing(store: WorkStore) -> None:
    made = nightly(store)
    off = nightly(store, schedule_id=made.id, version=1, active=False)
    assert (off.active, off.version, tick(store, FIRST)) == (False, 2, ())
    with pytest.raises(Conflict, match="changed meanwhile"):
        nightly(store, schedule_id=made.id, version=1)
    with pytest.raises(Conflict, match="schedule NIGHTLY already"):
        nightly(store, name="NIGHTLY")
    with pytest.raises(NotFound):
        nightly(store, name="x", schedule_id=99)
    with store.writing() as connection:
        remove_schedule(connection, None, made.id, 2)
        assert schedules(connection) == ()


def test_a_schedule_needs_the_right_to_run(store: WorkStore) -> None:
    service = looking(store, joined(store, "kefu", "service"))
    with pytest.raises(Forbidden), store.writing() as connection:
        set_schedule(connection, service, **NIGHTLY)  # type: ignore[arg-type]

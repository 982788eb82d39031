"""The page of runs: what goes on, what was run, what starts by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

from liuke.kernel.errors import LiukeError
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.reports.contexts.base import Context
from liuke.reports.cron_words import cron_said
from liuke.work.jobs.schedule import next_due

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from liuke.reports.contexts.kept_runs import KeptRun
    from liuke.work.jobs.queue import Job
    from liuke.work.jobs.schedule import Schedule
    from liuke.work.people.viewer import Viewer

OPEN = ("queued", "running")
COMING = 3  # next times of a schedule shown
JOB_STATES = {
    "queued": N_("waiting"), "running": N_("going on"), "done": N_("done"), "failed": N_("failed"),
    "stopped": N_("stopped"),
}  # fmt: skip


@dataclass(frozen=True)
class JobLine(Context):
    """One job as it stands."""

    id: Annotated[int, "its number"]
    kind: Annotated[str, "code of its kind"]
    title: Annotated[Said, "what is done"]
    state: Annotated[str, "queued, running, done, failed or stopped"]
    state_said: Annotated[Said, "the state in words"]
    by: Annotated[str, "who started it, empty for a schedule of nobody"]
    made_at: Annotated[datetime, "when it was asked for"]
    seconds: Annotated[int | None, "how long it has worked, or did; None before it begins"]
    share: Annotated[float | None, "how far it is, 0 to 1; None where nobody knows"]
    message: Annotated[Said, "what it does now, or what came out"]
    error: Annotated[Said, "why it failed; nothing where it did not"]
    stopping: Annotated[bool, "whether it was told to stop and has not yet"]
    open: Annotated[bool, "whether it waits or goes on"]

    @property
    def took(self) -> str:
        """The time it has worked: 1:07, or 1:02:03 from an hour on."""
        return clock_time(self.seconds or 0)


@dataclass(frozen=True)
class ScheduleLine(Context):
    """One schedule."""

    id: Annotated[int, "its number"]
    name: Annotated[str, "as it was named"]
    said: Annotated[Said, "when it is due, in words"]
    cron: Annotated[str, "the expression"]
    time_zone: Annotated[str, "name of its time zone"]
    coming: Annotated[Sequence[datetime], "its next times, in its time zone; none while it pauses"]
    problem: Annotated[Said, "why it can't be kept to; nothing where it can"]
    active: Annotated[bool, "whether it starts anything"]
    version: Annotated[int, "counts its changes"]


@dataclass(frozen=True)
class RunsPage(Context):
    """What goes on, what was run, what starts by itself."""

    going: Annotated[Sequence[JobLine], "jobs that wait or go on, newest first"]
    over: Annotated[Sequence[JobLine], "jobs that have ended, newest first"]
    everybody: Annotated[bool, "whether the jobs of all are shown, not one's own alone"]
    runs: Annotated[Sequence[KeptRun], "runs that are kept, newest first"]
    schedules: Annotated[Sequence[ScheduleLine], "what starts by itself, by name"]
    zone: Annotated[str, "time zone of the times shown"]

    def at(self, moment: datetime | None) -> str:
        """A moment in the time zone of the reader: 2026-11-28 06:30."""
        return "" if moment is None else f"{moment.astimezone(ZoneInfo(self.zone)):%Y-%m-%d %H:%M}"


def clock_time(seconds: int) -> str:
    """Seconds as 1:07, or 1:02:03 from an hour on."""
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def job_line(job: Job, titles: Mapping[str, str], now: datetime) -> JobLine:
    """A job as it is shown; `titles` are those of the kinds."""
    seconds = None
    if job.started_at is not None and job.state != "queued":
        seconds = max(int(((job.ended_at or now) - job.started_at) / timedelta(seconds=1)), 0)
    return JobLine(
        id=job.id,
        kind=job.kind,
        title=_title(job, titles),
        state=job.state,
        state_said=Said(JOB_STATES[job.state]),
        by=job.by,
        made_at=job.made_at,
        seconds=seconds,
        share=job.progress if job.state == "running" else None,
        message=_message(job),
        error=job.error or Said(""),
        stopping=job.stop_asked and job.state == "running",
        open=job.state in OPEN,
    )


def _title(job: Job, titles: Mapping[str, str]) -> Said:
    title = Said(titles.get(job.kind, job.kind))
    if job.args.get("as_of"):
        return Said(N_("{kind} as of {day}"), {"kind": title, "day": job.args["as_of"]})
    if job.args.get("file"):
        return Said(N_("{kind}: {file}"), {"kind": title, "file": str(job.args["file"]).rsplit("/", 1)[-1]})
    return title


def _message(job: Job) -> Said:
    if job.state == "running":
        return job.message or Said(N_("beginning"))
    if job.state == "queued" and job.attempt:
        return Said(N_("tried {times} times before"), {"times": job.attempt})
    if job.state == "done" and job.kind == "run" and isinstance(job.result, dict):
        made = N_("run {run_id} was made") if job.result.get("new") else N_("nothing had changed since run {run_id}")
        return Said(made, {"run_id": job.result.get("run_id", "")})
    return Said("")


def schedule_line(found: Schedule, now: datetime) -> ScheduleLine:
    """A schedule as it is shown."""
    problem, coming = Said(""), []
    try:
        coming = coming_times(found.cron, found.time_zone, now) if found.active else []
    except LiukeError as error:
        problem = error.said
    return ScheduleLine(found.id, found.name, cron_said(found.cron), found.cron, found.time_zone, coming, problem,
                        found.active, found.version)  # fmt: skip


def coming_times(cron: str, time_zone: str, now: datetime) -> list[datetime]:
    """The next times of an expression, in its time zone. Invalid where it is none or never comes."""
    found = [next_due(cron, time_zone, now)]
    while len(found) < COMING:
        found.append(next_due(cron, time_zone, found[-1]))
    return [each.astimezone(ZoneInfo(time_zone)) for each in found]


def runs_page(
    viewer: Viewer,
    jobs: Sequence[Job],
    runs: Sequence[KeptRun],
    schedules: Sequence[Schedule],
    titles: Mapping[str, str],
    zone: str,
    now: datetime,
) -> RunsPage:
    """The page for a viewer, from the jobs he sees."""
    lines = [job_line(job, titles, now) for job in jobs]
    return RunsPage(
        going=[line for line in lines if line.open],
        over=[line for line in lines if not line.open],
        everybody=viewer.may("users") or viewer.may("audit"),
        runs=runs,
        schedules=[schedule_line(each, now) for each in schedules],
        zone=zone,
    )

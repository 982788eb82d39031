"""Runs: start one, watch it, stop it; what was run, two runs compared; what starts by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from liuke.api.callers import served
from liuke.app.jobs.kinds import job_kinds
from liuke.kernel import days
from liuke.kernel.errors import Invalid, LiukeError
from liuke.kernel.i18n import N_, translate
from liuke.kernel.said import Said
from liuke.reports.contexts.base import Context
from liuke.reports.contexts.compare_page import MOST, ComparePage, compare_page
from liuke.reports.contexts.runs_page import JobLine, RunsPage, coming_times, job_line, runs_page
from liuke.reports.cron_words import cron_said
from liuke.reports.renderers.json import plain
from liuke.web.people import MOST_ID, RowId, base_of, needs, now
from liuke.web.rendering import framed, rendered
from liuke.work.jobs import queue, schedule
from liuke.work.people import users
from liuke.work.people.viewer import Viewer

if TYPE_CHECKING:
    from collections.abc import Sequence

router = APIRouter()
IN_NAV = ("runs",)
TITLE, COMPARE = N_("Runs"), N_("Two runs compared")
Runner = Annotated[Viewer, Depends(needs("run"))]
EVERY = {"day": "* * *", "workdays": "* * 1-5", "monday": "* * 1", "first": "1 * *"}  # after minute and hour


@dataclass(frozen=True)
class ScheduleForm(Context):
    """The form of a schedule as it was filled in."""

    name: Annotated[str, "what it is called"] = ""
    every: Annotated[str, "day, workdays, monday, first, or cron for an expression"] = "day"
    time: Annotated[str, "time of day, 06:30"] = "06:30"
    cron: Annotated[str, "the expression, where one is given"] = ""
    zone: Annotated[str, "name of the time zone"] = ""

    @property
    def expression(self) -> str:
        """The cron expression it stands for. Invalid where the time is none."""
        if self.every == "cron":
            return self.cron
        try:
            time = datetime.strptime(self.time, "%H:%M")
        except ValueError as error:
            raise Invalid(N_("{time} is no time of day."), time=self.time, fix=N_("Write it like 06:30.")) from error
        return f"{time.minute} {time.hour} {EVERY[self.every]}"


@dataclass(frozen=True)
class Coming(Context):
    """When a schedule would be due, or why it can't be."""

    said: Annotated[Said, "in words; nothing where it can't be"]
    times: Annotated[Sequence[datetime], "the next times, in its time zone"]
    zone: Annotated[str, "name of the time zone"]
    error: Annotated[LiukeError | None, "why it can't be"]


@dataclass(frozen=True)
class RunsView(Context):
    """The page with its forms."""

    runs: Annotated[RunsPage, "what goes on, what was run, what starts by itself"]
    form: Annotated[ScheduleForm, "of a new schedule"]
    coming: Annotated[Coming, "what the form says"]
    as_of: Annotated[str, "day of a new run, as it was typed"]
    error: Annotated[LiukeError | None, "why what was asked for was refused"]
    error_of: Annotated[str, "what it belongs to: run, job or schedule"]


def zone_of(request: Request, me: Viewer) -> str:
    """The time zone of who looks."""
    with served(request).store.reading() as connection:
        return users.user(connection, me.user_id).time_zone


def _page(request: Request, me: Viewer) -> RunsPage:
    service = served(request)
    with service.store.reading() as connection:
        jobs, planned = queue.jobs(connection, me), schedule.schedules(connection)
    titles = {name: kind.title for name, kind in job_kinds().items()}
    runs = service.firm.history()
    return runs_page(me, jobs, runs, planned, titles, zone_of(request, me), service.store.now())


def _coming(form: ScheduleForm) -> Coming:
    try:
        cron = form.expression
        times = coming_times(cron, form.zone, now())
        return Coming(cron_said(cron), times, form.zone, None)
    except LiukeError as error:
        return Coming(Said(""), (), form.zone, error)


def _shown(
    request: Request,
    me: Viewer,
    form: ScheduleForm | None = None,
    as_of: str = "",
    error: LiukeError | None = None,
    error_of: str = "",
) -> Response:
    page = _page(request, me)
    filled = form or ScheduleForm(zone=page.zone)
    view = RunsView(page, filled, _coming(filled), as_of, error, error_of)
    return rendered("runs", framed(request, translate(TITLE), "runs", me), view, error.http if error else 200)


def _back(request: Request, to: str = "") -> Response:
    return RedirectResponse(f"{base_of(request)}/runs{to}", 303)


@router.get("/runs")
def runs(request: Request, me: Runner) -> Response:
    """The page."""
    return _shown(request, me)


@router.get("/runs.json")
def runs_json(request: Request, me: Runner) -> Response:
    """The same for a program."""
    return JSONResponse(plain(_page(request, me)), headers={"cache-control": "private, no-store"})


@router.get("/runs/now")
def going_on(request: Request, me: Runner) -> Response:
    """What goes on, to be put into an open page; the page is fetched anew when nothing goes on any more."""
    service = served(request)
    with service.store.reading() as connection:
        found = [job for job in queue.jobs(connection, me) if job.state in queue.OPEN]
    titles = {name: kind.title for name, kind in job_kinds().items()}
    going = [job_line(job, titles, service.store.now()) for job in found]
    headers = {} if going else {"hx-refresh": "true"}
    return rendered("_going", framed(request, translate(TITLE), "runs", me), Going(going), 200, **headers)


@dataclass(frozen=True)
class Going(Context):
    """Jobs that wait or go on."""

    going: Annotated[Sequence[JobLine], "newest first"]


@router.post("/runs")
def start(
    request: Request,
    me: Runner,
    as_of: Annotated[str, Form(max_length=20)] = "",
    again: Annotated[Literal["", "1"], Form()] = "",
) -> Response:
    """Put a run in the queue."""
    service = served(request)
    try:
        day = days.day(as_of.strip()).isoformat() if as_of.strip() else ""
        if day > date.today().isoformat():
            raise Invalid(N_("{day} is still to come."), day=day, fix=N_("Choose a past day, or leave it empty."))
        args = {**({"as_of": day} if day else {}), **({"again": True} if again else {})}
        with service.store.writing() as connection:
            queue.enqueue(connection, "run", args, me, f"run:{day}:{again}", now=service.store.now())
    except LiukeError as error:
        return _shown(request, me, as_of=as_of, error=error, error_of="run")
    return _back(request)


@router.post("/runs/jobs/{job}/stop")
def stop(request: Request, me: Runner, job: RowId) -> Response:
    """Tell a job to stop."""
    service = served(request)
    with service.store.writing() as connection:
        queue.ask_stop(connection, me, job, service.store.now())
    return _back(request)


@router.post("/runs/jobs/{job}/retry")
def begin_again(request: Request, me: Runner, job: RowId) -> Response:
    """Put a job that failed or was stopped in the queue again, if its kind may be started by who asks."""
    service = served(request)
    try:
        with service.store.writing() as connection:
            known = queue.job_of(connection, me, job)
            kind = job_kinds().get(known.kind)
            if kind is not None:
                me.demand(kind.verb)
            queue.retry(connection, me, job, service.store.now())
    except LiukeError as error:
        return _shown(request, me, error=error, error_of="job")
    return _back(request)


def _schedule_form(
    name: Annotated[str, Form(max_length=200)] = "",
    every: Annotated[Literal["day", "workdays", "monday", "first", "cron"], Form()] = "day",
    time: Annotated[str, Form(max_length=20)] = "06:30",
    cron: Annotated[str, Form(max_length=200)] = "",
    zone: Annotated[str, Form(max_length=100)] = "",
) -> ScheduleForm:
    return ScheduleForm(name, every, time, cron, zone)


@router.get("/runs/coming")
def coming(
    request: Request,
    me: Runner,
    every: Annotated[Literal["day", "workdays", "monday", "first", "cron"], Query()] = "day",
    time: Annotated[str, Query(max_length=20)] = "06:30",
    cron: Annotated[str, Query(max_length=200)] = "",
    zone: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """What a schedule would mean, to be put under its form while it is filled in."""
    return rendered("_coming", framed(request, "", "runs", me), _coming(ScheduleForm("", every, time, cron, zone)))


@router.post("/runs/schedules")
def add_schedule(request: Request, me: Runner, form: Annotated[ScheduleForm, Depends(_schedule_form)]) -> Response:
    """Make a schedule of runs; without a name it is called by what it says."""
    service = served(request)
    try:
        cron = form.expression
        schedule.next_due(cron, form.zone, service.store.now())  # says what is wrong before a name is made of it
        name = form.name.strip() or cron_said(cron).text()[: schedule.MOST_NAME]
        with service.store.writing() as connection:
            schedule.set_schedule(connection, me, name=name, kind="run", args={}, cron=cron, time_zone=form.zone,
                                  now=service.store.now())  # fmt: skip
    except LiukeError as error:
        return _shown(request, me, form, error=error, error_of="schedule")
    return _back(request, "#schedules")


@router.post("/runs/schedules/{number}")
def change_schedule(
    request: Request,
    me: Runner,
    number: RowId,
    version: Annotated[int, Form(ge=0, le=MOST_ID)],
    to: Annotated[Literal["pause", "resume", "remove"], Form()],
) -> Response:
    """Let a schedule pause, go on, or be gone."""
    service = served(request)
    try:
        with service.store.writing() as connection:
            if to == "remove":
                schedule.remove_schedule(connection, me, number, version)
            else:
                known = schedule.schedule_of(connection, number)
                schedule.set_schedule(connection, me, name=known.name, kind=known.kind, args=known.args,
                                      cron=known.cron, time_zone=known.time_zone, active=to == "resume",
                                      schedule_id=number, version=version, now=service.store.now())  # fmt: skip
    except LiukeError as error:
        return _shown(request, me, error=error, error_of="schedule")
    return _back(request, "#schedules")


RunId = Annotated[str, Query(pattern=r"^\d{1,9}$")]


@router.get("/runs/compare")
@router.get("/runs/compare.json")
def compare(
    request: Request, me: Runner, a: RunId, b: RunId, everybody: Annotated[Literal["", "1"], Query(alias="all")] = ""
) -> Response:
    """Two runs side by side, of the customers the viewer sees; a program is told every name."""
    service = served(request)
    for_program = request.url.path.endswith(".json")
    one, other = (service.seen_run(me, each).source() for each in (a, b))
    context: ComparePage = compare_page(one, other, None if everybody or for_program else MOST)
    if for_program:
        return JSONResponse(plain(context), headers={"cache-control": "private, no-cache"})
    return rendered("runs_compare", framed(request, translate(COMPARE), "runs", me), context)

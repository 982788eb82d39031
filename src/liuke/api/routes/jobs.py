"""Work that goes on: runs to start, and how far they are."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from fastapi import Path as InPath
from fastapi import Query as Asked
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from liuke.api.answers import Key, kept, once
from liuke.api.callers import Reads, allows, served
from liuke.kernel import days
from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_
from liuke.work.jobs import queue
from liuke.work.people.viewer import Viewer

router = APIRouter(tags=["jobs"])
RUN = "run"
EXAMPLE: dict[str, Any] = {
    "id": 7, "kind": "run", "state": "running", "args": {}, "by": "王总", "made_at": "2026-11-02T01:00:00+00:00",
    "started_at": "2026-11-02T01:00:01+00:00", "ended_at": None, "progress": 0.4, "message": "摸清底数", "error": None,
    "result": None, "stop_asked": False,
}  # fmt: skip
JobNumber = Annotated[int, InPath(ge=1, le=2**53, description="The job's number.", examples=[7])]
Runs = Annotated[Viewer, Depends(allows("run"))]


class JobTold(BaseModel):
    """A job as it stands."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    id: int
    kind: Annotated[str, Field(description="What is done, such as run.")]
    state: Literal["queued", "running", "done", "failed", "stopped"]
    args: dict[str, Any]
    by: Annotated[str, Field(description="Who started it; empty for the program itself.")]
    made_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    progress: Annotated[float | None, Field(description="Share that is done, 0 to 1.")]
    message: str | None
    error: str | None
    result: Any
    stop_asked: bool


class NewRun(BaseModel):
    """A run to make."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"as_of": "2026-10-31"}})

    as_of: Annotated[
        str | None,
        Field(pattern=r"^\d{4}-\d{2}-\d{2}$", description="A past day; the last complete period without it."),
    ] = None
    again: Annotated[bool, Field(description="Run even where nothing changed.")] = False


@router.post("/runs", status_code=202, response_model=JobTold)
def start_run(request: Request, me: Runs, new: NewRun, key: Key = None) -> dict[str, Any]:
    """Put a run in the queue; the job that answers says how far it is. The same run asked for twice is one job."""
    store = served(request).store
    day = days.day(new.as_of).isoformat() if new.as_of else ""
    if day > date.today().isoformat():
        raise Invalid(N_("{day} is still to come."), day=day, fix=N_("Choose a past day, or leave it empty."))
    args = {**({"as_of": day} if day else {}), **({"again": True} if new.again else {})}
    name = f"{RUN}:{day}:{'1' if new.again else ''}"
    now = store.now()

    def change(connection: Any) -> int:
        return queue.enqueue(connection, RUN, args, me, name, now=now)

    number = once(store, me, key, {"run": args}, change)
    with store.reading() as connection:
        return _told(queue.job_of(connection, me, number))


@router.get("/jobs", response_model=list[JobTold])
def list_jobs(
    request: Request,
    me: Reads,
    kind: Annotated[str, Asked(max_length=40, pattern="^[a-z_]*$", description="Of one kind alone.")] = "",
    limit: Annotated[int, Asked(ge=1, le=200)] = 50,
) -> Response:
    """The jobs one sees, newest first: one's own, or all for who manages users or reads the audit log."""
    with served(request).store.reading() as connection:
        found = [_told(job) for job in queue.jobs(connection, me, kind=kind, limit=limit)]
    return kept(request, found, me.key, me.user_id, found)


@router.get("/jobs/{job}", response_model=JobTold)
def one_job(request: Request, me: Reads, job: JobNumber) -> Response:
    """One job; another's is not there."""
    with served(request).store.reading() as connection:
        found = _told(queue.job_of(connection, me, job))
    return kept(request, found, me.key, me.user_id, found)


@router.post("/jobs/{job}/stop", response_model=JobTold)
def stop(request: Request, me: Runs, job: JobNumber) -> dict[str, Any]:
    """Tell a job to stop; one that has ended stays as it is, so this may be sent twice."""
    store = served(request).store
    now = store.now()
    with store.writing() as connection:
        return _told(queue.ask_stop(connection, me, job, now))


def _told(job: queue.Job) -> dict[str, Any]:
    at = {name: _time(getattr(job, name)) for name in ("made_at", "started_at", "ended_at")}
    plain = {
        name: getattr(job, name) for name in ("id", "kind", "state", "args", "by", "progress", "result", "stop_asked")
    }
    return {**plain, **at, "message": job.message.text() if job.message else None,
            "error": job.error.text() if job.error else None}  # fmt: skip


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat()

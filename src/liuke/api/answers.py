"""How the API answers: JSON with an ETag, lists in pages, changes once a key."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Header, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from liuke.api.callers import served
from liuke.kernel.i18n import language
from liuke.kernel.version import __version__
from liuke.reports.renderers.json import records
from liuke.work.answered import answered_before, keep_answer

if TYPE_CHECKING:
    from fastapi import Request
    from sqlalchemy.engine import Connection

    from liuke.reports.shown import Listed
    from liuke.work.people.viewer import Viewer
    from liuke.work.store import WorkStore

LARGEST = 1000
Size = Annotated[int, Query(ge=1, le=LARGEST, description="PageOfRows of a page.")]
PageNumber = Annotated[int, Query(ge=1, le=1_000_000, description="Which page, from 1.")]
AsOfDay = Annotated[
    str | None,
    Query(pattern=r"^\d{4}-\d{2}-\d{2}$", description="The run of that day; the current one without it.",
          examples=["2026-10-31"]),
]  # fmt: skip
Key = Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=100,
                                   description="With it a change is made once, however often it is sent.")]  # fmt: skip


class PageOfRows(BaseModel):
    """A page of a list."""

    model_config = ConfigDict(json_schema_extra={"example": {"total": 61, "page": 1, "size": 50, "rows": []}})

    total: Annotated[int, Field(description="PageOfRows on all pages.")]
    page: Annotated[int, Field(description="Which page this is, from 1.")]
    size: Annotated[int, Field(description="PageOfRows of a page.")]
    rows: Annotated[list[dict[str, Any]], Field(description="The rows, by the codes of the listing.")]
    about: Annotated[list[str], Field(description="What the rows stand on, in the language asked for.")] = []


def rows_answer(listed: Listed, page: int, size: int) -> dict[str, Any]:
    """A listing as a page of rows."""
    rows = list(records(listed))
    total = len(rows) if listed.total is None else listed.total
    return {"total": total, "page": page, "size": size, "rows": rows, "about": list(listed.said)}


def mark_of(request: Request, *parts: object) -> str:
    """The ETag of an answer: what it hangs on, the language, the program's version, and the address with its query."""
    told = "\x1f".join(map(str, (*parts, language(), __version__, request.url.path, request.url.query)))
    return f'"{sha256(told.encode()).hexdigest()[:24]}"'


def kept(
    request: Request, content: Any, *parts: object, media: str = "application/json", more: dict[str, str] | None = None
) -> Response:
    """JSON (or bytes of a `media` type) with an ETag that carries the run, the viewer's access and the language; 304
    where the caller has it. `more` headers go with the whole answer."""
    mark = mark_of(request, *parts)
    headers = {"etag": mark, "cache-control": "private, no-cache", "vary": "Authorization, Accept-Language",
               **(more or {})}  # fmt: skip
    if request.headers.get("if-none-match") == mark:
        return Response(status_code=304, headers=headers)
    body = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False)
    return Response(body, media_type=media, headers=headers)


def once(
    store: WorkStore, by: Viewer, key: str | None, what: dict[str, Any], change: Callable[[Connection], Any]
) -> Any:
    """Make a change in one transaction; under a key that was used for it before, the answer of then."""
    with store.writing() as connection:
        if key is not None and (before := answered_before(connection, by, key, what)) is not None:
            return before
        made = change(connection)
        if key is not None:
            keep_answer(connection, by, key, what, made)
        return made


def run_mark(request: Request, seen: Any, me: Viewer) -> tuple[object, ...]:
    """What an answer about a run hangs on: the run, who looks, and who owns whom."""
    return seen.info["run_id"], seen.info["measured_at"], me.key, served(request).access_version()

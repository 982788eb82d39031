"""Frames over the wire: as Arrow, which keeps every type, or as JSON rows."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import Query as Asked
from starlette.responses import Response

from liuke.api.answers import kept
from liuke.reports.renderers.json import plain

if TYPE_CHECKING:
    from fastapi import Request
    from polars import DataFrame

ARROW = "application/vnd.apache.arrow.stream"
RUN, TOTAL = "x-liuke-run", "x-liuke-total"
MOST_ROWS = 10_000
FormOf = Annotated[Literal["json", "arrow"], Asked(description="arrow: an Arrow stream, which keeps every type.")]
FrameSize = Annotated[int, Asked(ge=1, le=MOST_ROWS, description="PageOfRows of a page.")]
FRAMES: dict[int | str, dict[str, Any]] = {200: {"description": "PageOfRows.", "content": {ARROW: {}}}}


def frame_answer(
    request: Request, rows: DataFrame, form: str, *mark: object, total: int | None = None, page: int = 1, size: int = 0
) -> Response:
    """A frame in the form asked for; the first part of the mark is the run, which an answer also names."""
    many = len(rows) if total is None else total
    told = {RUN: str(mark[0]), TOTAL: str(many)} if mark else {}
    if form == "json":
        content: Any = {"total": many, "page": page, "size": size or max(len(rows), 1), "about": [],
                        "rows": plain(rows.to_dicts())}  # fmt: skip
        return kept(request, content, *mark, more=told)
    held = BytesIO()
    rows.write_ipc_stream(held)
    return kept(request, held.getvalue(), *mark, media=ARROW, more=told)

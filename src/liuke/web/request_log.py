"""What the server writes down: one line of JSON a request on standard error, and where something unforeseen happened.

Neither names nor queries, tokens or addresses stand in it: the route by its pattern, the user by number, and of an
error its kind and the places it came through, never its words.
"""

from __future__ import annotations

import json
import sys
import time
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from liuke.web.mishaps import number_of

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping

    from starlette.types import ASGIApp, Receive, Scope, Send

LogLevel = Literal["debug", "info", "warning", "error"]
LEVELS: tuple[LogLevel, ...] = ("debug", "info", "warning", "error")
WATCHERS = ("/healthz", "/readyz", "/static")  # asked by machines, all the time
MOST_PLACES = 12


class RequestLog:
    """ASGI around the whole app; what nothing foresaw is written down here and goes no further."""

    def __init__(self, app: ASGIApp, level: LogLevel = "info", write: Callable[[str], object] | None = None) -> None:
        self.app = app
        self.least = LEVELS.index(level)
        self.write = write or _on_standard_error

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, and say so."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        number = number_of(scope)
        began, status = time.perf_counter(), 0

        async def noted(message: MutableMapping[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noted)
        except Exception as error:
            self.note("error", number=number, error=type(error).__name__, at=error_places(error))
            if not status:
                raise  # nobody has answered: the server does
        finally:
            level: LogLevel = "error" if status >= 500 or not status else "info"
            if route_pattern(scope).startswith(WATCHERS) and level == "info":
                level = "debug"
            viewer = scope.get("state", {}).get("viewer")
            self.note(level, number=number, method=scope["method"], route=route_pattern(scope), status=status,
                      ms=round((time.perf_counter() - began) * 1e3, 1),
                      user=None if viewer is None else viewer.user_id)  # fmt: skip

    def note(self, level: LogLevel, **told: object) -> None:
        """Write a line, where its level is written at all."""
        if LEVELS.index(level) >= self.least:
            time_now = datetime.now(UTC).isoformat(timespec="milliseconds")
            self.write(json.dumps({"time": time_now, "level": level, **told}, ensure_ascii=False))


def route_pattern(scope: Scope) -> str:
    """The route a request met, with the names of its parts in place of what stood there; empty for none."""
    route = scope.get("route")
    path = getattr(route, "path_format", None) or getattr(route, "path", "")
    mounted = str(scope.get("app_root_path", ""))
    under = str(scope.get("root_path", "")).removeprefix(mounted)
    if not path and under.startswith("/static"):
        return "/static"
    return f"{under}{path}"


def error_places(error: BaseException) -> list[str]:
    """The functions an error came through, the innermost last, by file and line."""
    frames = traceback.extract_tb(error.__traceback__)[-MOST_PLACES:]
    return [f"{'/'.join(frame.filename.split('/')[-3:])}:{frame.lineno} {frame.name}" for frame in frames]


def _on_standard_error(line: str) -> None:
    if sys.stderr is not None:
        with suppress(OSError):  # nobody reads it
            print(line, file=sys.stderr, flush=True)

"""Errors for programs: RFC 9457, with the codes of `kernel.errors`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

from liuke.kernel.errors import Invalid, LiukeError, NotFound
from liuke.kernel.i18n import N_

if TYPE_CHECKING:
    from fastapi.exceptions import RequestValidationError
    from starlette.exceptions import HTTPException

NO_PAGE = N_("There is no such page.")
LACKING = N_("The request lacks: {what}.")
NOT_KNOWN = N_("The request asks for something that is not known here: {what}.")
PROBLEM = "application/problem+json"


def problem(
    status: int, code: str, detail: str, fix: str = "", headers: dict[str, str] | None = None, kind: str = ""
) -> JSONResponse:
    """What went wrong: `type` and `title` name the code, `kind` the class of error it is of, `detail` says it in words.

    Without a `kind` it is the code.
    """
    body = {"type": f"urn:liuke:{code}", "title": code, "kind": kind or code, "status": status, "detail": detail,
            "fix": fix}  # fmt: skip
    return JSONResponse(body, status, headers, PROBLEM)


def problem_of(error: LiukeError, status: int = 0) -> JSONResponse:
    """An error of ours."""
    fix = error.fix.text() if error.fix else ""
    return problem(status or error.http, error.code, error.said.text(), fix, kind=error.kind)


def not_known(error: RequestValidationError) -> Invalid:
    """A query or body that does not fit, by the names of what does not."""
    lacking = [each for each in error.errors() if each["type"] == "missing"]
    where = sorted({".".join(map(str, each["loc"][1:])) or str(each["loc"][0]) for each in lacking or error.errors()})
    return Invalid(LACKING if lacking else NOT_KNOWN, what=", ".join(where))


def of_http(error: HTTPException) -> JSONResponse:
    """What the framework refuses by itself."""
    if error.status_code == 404:
        return problem_of(NotFound(NO_PAGE))
    return problem(error.status_code, "http", str(error.detail), headers=dict(error.headers or {}))

"""Errors for programs: RFC 9457, with the codes of `kernel.errors`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse

from liuke.kernel.errors import Invalid, LiukeError, NotFound
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi.exceptions import RequestValidationError
    from starlette.exceptions import HTTPException

NO_PAGE = N_("There is no such page.")
LACKING = N_("The request lacks: {what}.")
NOT_KNOWN = N_("The request asks for something that is not known here: {what}.")
MUST_BE = {  # by what the framework calls it: what a value must be, and how its limit is called
    "greater_than_equal": (N_("{what} must be {limit} or more."), "ge"),
    "less_than_equal": (N_("{what} must be {limit} or less."), "le"),
    "literal_error": (N_("{what} must be one of these: {limit}."), "expected"),
    "string_too_short": (N_("{what} must have {limit} characters or more."), "min_length"),
    "string_too_long": (N_("{what} must have {limit} characters or fewer."), "max_length"),
    "int_parsing": (N_("{what} must be a whole number."), ""),
}
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
    """A query or body that does not fit, by the names of what does not; with what the first of it must be."""
    lacking = [each for each in error.errors() if each["type"] == "missing"]
    where = sorted({".".join(map(str, each["loc"][1:])) or str(each["loc"][0]) for each in lacking or error.errors()})
    if lacking:
        return Invalid(LACKING, what=", ".join(where))
    first = error.errors()[0]
    must_be, limit = MUST_BE.get(first["type"], ("", ""))
    name = ".".join(map(str, first["loc"][1:])) or str(first["loc"][0])
    return Invalid(NOT_KNOWN, what=", ".join(where), fix=Said(must_be, {"what": name, "limit": _limit(first, limit)}))


def _limit(error: Mapping[str, Any], name: str) -> str:
    return str(error.get("ctx", {}).get(name, "")).replace("'", "").replace(" or ", ", ")


def of_http(error: HTTPException) -> JSONResponse:
    """What the framework refuses by itself."""
    if error.status_code == 404:
        return problem_of(NotFound(NO_PAGE))
    return problem(error.status_code, "http", str(error.detail), headers=dict(error.headers or {}))

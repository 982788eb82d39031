"""The API put together: routes found by folder, errors as problems, a description in OpenAPI."""

from __future__ import annotations

import pkgutil
from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException
from starlette.responses import Response

from liuke.api import routes
from liuke.api.problems import PROBLEM, not_known, of_http, problem_of
from liuke.kernel.errors import Invalid, LiukeError
from liuke.kernel.i18n import N_
from liuke.kernel.version import __version__

if TYPE_CHECKING:
    from typing import Any

    from liuke.app.service import Service

DESCRIPTION = """Who is leaving, why, what they are worth. Every answer is limited to the customers the token's user may
see. Lists come in pages; a GET answers 304 to its own ETag; a change given an `Idempotency-Key` is made once; errors
are `application/problem+json`, their `title` a code that stays."""
PROBLEM_SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "example": "urn:liuke:not_found"},
        "title": {"type": "string", "example": "not_found"},
        "kind": {"type": "string", "example": "not_found", "description": "The class of error the code is of."},
        "status": {"type": "integer", "example": 404},
        "detail": {"type": "string"},
        "fix": {"type": "string"},
    },
}
REFUSALS = {
    400: "The words of the request are wrong.", 401: "No token, or one that does not hold.",
    403: "The token may not do that.", 404: "What was named is not there.",
    409: "It does not fit what is there.", 422: "Something in the request is not what it must be.",
    503: "The store does not answer just now.",
}  # fmt: skip


def create_api(service: Service) -> FastAPI:
    """The API of a firm, to be mounted under /api/v1."""
    api = FastAPI(title="Liuke", version=__version__, docs_url=None, redoc_url=None, openapi_url="/openapi.json",
                  dependencies=[Depends(takes_what_it_knows)])  # fmt: skip
    api.state.service = service
    for module in sorted(pkgutil.iter_modules(routes.__path__), key=lambda each: each.name):
        api.include_router(import_module(f"{routes.__name__}.{module.name}").router)
    api.add_exception_handler(LiukeError, _refused)
    api.add_exception_handler(RequestValidationError, _not_understood)
    api.add_exception_handler(HTTPException, _no_answer)
    api.openapi = lambda: described(api)  # type: ignore[method-assign]
    return api


def takes_what_it_knows(request: Request) -> None:
    """Refuse a query with a name the route does not take: a misspelt filter would answer more rows than were asked for.

    Invalid for one.
    """
    route = request.scope["route"]
    taken = (
        described(request.app)["paths"].get(route.path_format, {}).get(request.method.lower(), {}).get("parameters", [])
    )
    known = {each["name"] for each in taken if each["in"] == "query"}
    if unknown := [name for name in request.query_params if name not in known]:
        near = get_close_matches(unknown[0], sorted(known), 1)
        raise Invalid(N_("This address takes nothing called {name}."), name=unknown[0], near=near[0] if near else "",
                      have=", ".join(sorted(known)), code="unknown_name",
                      fix=N_("Do you mean {near}?") if near else N_("It takes: {have}."))  # fmt: skip


def described(api: FastAPI) -> dict[str, Any]:
    """The description: tokens, and what every route may refuse."""
    if api.openapi_schema is None:
        found = get_openapi(title=api.title, version=api.version, description=DESCRIPTION, routes=api.routes)
        parts = found.setdefault("components", {})
        parts["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        parts.setdefault("schemas", {})["Problem"] = PROBLEM_SCHEMA
        content = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        for path in found["paths"].values():
            for operation in path.values():
                operation["security"] = [{"token": []}]
                operation["responses"] |= {
                    str(status): {"description": text, "content": content} for status, text in REFUSALS.items()
                }
                if "get" in path and operation is path["get"]:
                    operation["responses"]["304"] = {"description": "As you have it."}
        api.openapi_schema = found
    return api.openapi_schema


def _refused(request: Request, error: Exception) -> Response:  # noqa: ARG001
    assert isinstance(error, LiukeError)
    return problem_of(error)


def _not_understood(request: Request, error: Exception) -> Response:  # noqa: ARG001
    assert isinstance(error, RequestValidationError)
    return problem_of(not_known(error))


def _no_answer(request: Request, error: Exception) -> Response:  # noqa: ARG001
    assert isinstance(error, HTTPException)
    return of_http(error)

"""The web app of one firm, put together: pages found by folder, errors in words, static files."""

from __future__ import annotations

import pkgutil
from importlib import import_module, resources
from typing import TYPE_CHECKING
from urllib.parse import quote

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request as Asked
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from liuke.api.app import create_api
from liuke.api.problems import NO_PAGE, not_known, of_http, problem, problem_of
from liuke.kernel.errors import LiukeError, NotFound, Refused, Usage
from liuke.kernel.i18n import N_, translate
from liuke.kernel.version import __version__
from liuke.web import pages
from liuke.web.guard import Guard
from liuke.web.mishaps import number_of
from liuke.web.people import CHANGE_FIRST, ChangeFirst, SignInFirst, base_of, signed_in
from liuke.web.rendering import MENU, NAV, address_to_return, framed, rendered

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.types import ASGIApp, Scope

    from liuke.app.service import Service
    from liuke.work.people.viewer import Viewer

FILES_AT_ONCE = 30  # of the largest size, in one request; the page that takes them holds each to the limit
MOST_BYTES = 2_000_000  # of a request's body; uploads have a limit of their own
TOO_LARGE = N_("What was sent is too large.")
MISHAP = N_("Something went wrong inside Liuke; nothing of yours was changed by halves.")
MISHAP_FIX = N_("Try again. If it stays so, tell whoever looks after Liuke this number: {number}")


def create_app(service: Service, public_url: str = "", root_path: str = "") -> FastAPI:
    """The app; `public_url` is how people reach it through a proxy, `root_path` the path it is put under."""
    app = FastAPI(
        title="Liuke",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )  # fmt: skip  (a redirect would trust the Host header)
    app.state.service = service
    app.state.pages = set()
    app.state.uploads = set()
    for module in sorted(pkgutil.iter_modules(pages.__path__), key=lambda each: each.name):
        room = import_module(f"{pages.__name__}.{module.name}")
        app.include_router(room.router)
        app.state.pages |= set(getattr(room, "IN_NAV", ()))
        app.state.uploads |= set(getattr(room, "UPLOADS", ()))  # paths that take files, up to the setting's size
    app.mount("/api/v1", create_api(service))
    for path, package in (("/static/reports", "liuke.reports"), ("/static", "liuke.web")):
        app.mount(path, StaticFiles(directory=str(resources.files(package).joinpath("static"))))
    app.add_exception_handler(SignInFirst, _to_sign_in)
    app.add_exception_handler(ChangeFirst, _to_password)
    app.add_exception_handler(LiukeError, _refused)
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.add_exception_handler(HTTPException, _no_answer)
    app.add_middleware(Guard, public_url=public_url, root_path=root_path, most=_most_bytes(app), mishap=_mishap)
    return app


def _most_bytes(app: FastAPI) -> Callable[[str], int]:
    """How many bytes may be sent to a path."""

    def most(path: str) -> int:
        if path not in app.state.uploads:
            return MOST_BYTES
        megabytes = app.state.service.firm.workspace.settings.number("upload_megabytes")
        return int(megabytes * 1_000_000) * FILES_AT_ONCE + MOST_BYTES

    return most


def _mishap(scope: Scope) -> ASGIApp:
    """The answer to what nobody foresaw: in words, and nothing of what went wrong inside."""
    request = Asked(scope)
    return answer_error(request, Refused(MISHAP, fix=MISHAP_FIX, code="failed", number=number_of(scope)), 500)


def wants_page(request: Request) -> bool:
    """Whether a person looks at the answer: a program asks for JSON, or under /api."""
    if request.scope["path"].removeprefix(base_of(request)).startswith("/api/"):
        return False
    path = request.url.path
    return not path.endswith((".json", ".csv", ".xlsx")) and "text/html" in request.headers.get("accept", "text/html")


def _to_sign_in(request: Request, error: Exception) -> Response:  # noqa: ARG001
    if not wants_page(request):
        return problem(401, "sign_in", "")
    lost = "" if request.method == "GET" else "&lost=1"
    target = f"{base_of(request)}/sign-in?back={quote(address_to_return(request), safe='')}{lost}"
    if "hx-request" in request.headers:  # a part of a page can't be the sign-in: the whole page goes there
        return Response(status_code=204, headers={"hx-redirect": target})
    return RedirectResponse(target, 303)


def _to_password(request: Request, error: Exception) -> Response:  # noqa: ARG001
    target = f"{base_of(request)}/account"
    if not wants_page(request):
        return problem(403, "change_password", translate(CHANGE_FIRST))
    if "hx-request" in request.headers:
        return Response(status_code=204, headers={"hx-redirect": target})
    return RedirectResponse(target, 303)


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, LiukeError)
    return answer_error(request, error)


def _not_understood(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return answer_error(request, not_known(error))


def _no_answer(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 413:
        return answer_error(request, Usage(TOO_LARGE), 413)
    if error.status_code == 405 and request.method == "GET" and wants_page(request):
        return RedirectResponse(base_of(request) + _page_above(request), 303)
    if error.status_code in (404, 405):
        return answer_error(request, NotFound(NO_PAGE), error.status_code)
    return of_http(error)


def _page_above(request: Request) -> str:
    """The page whose form is sent to this address: a browser comes back to it where the form was refused."""
    room = request.url.path.removeprefix(base_of(request)).strip("/").split("/")[0]
    return f"/{room}" if room in {path for path, _, _ in (*NAV, *MENU)} else "/"


def answer_error(request: Request, error: LiukeError, status: int = 0) -> Response:
    """An error as a page with a way back, or as problem+json."""
    code = status or error.http
    if not wants_page(request):
        return problem_of(error, code)
    around = framed(request, translate(N_("That did not work")), viewer=_viewer(request))
    return rendered("error", around, error, code)


def _viewer(request: Request) -> Viewer | None:
    try:
        return signed_in(request)
    except LiukeError:  # the store is what does not answer
        return None

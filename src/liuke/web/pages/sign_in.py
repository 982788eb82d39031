"""Signing in and out, setting up the first account, the language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from liuke.api.callers import served
from liuke.kernel.errors import LiukeError, Refused
from liuke.kernel.i18n import LANGUAGES, N_, translate
from liuke.kernel.i18n import language as in_force
from liuke.reports.contexts.base import Context
from liuke.web.guard import LANGUAGE_COOKIE
from liuke.web.people import Anybody, address_of, base_of, cookie_name, now
from liuke.web.rendering import framed, rendered
from liuke.work.people import sessions, set_up

router = APIRouter()
SIGN_IN, SET_UP = N_("Sign in"), N_("Set up Liuke")
LOST = N_("Your session had ended: what you sent was not saved. Sign in and send it again.")
YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class SignIn(Context):
    """The form, with what was wrong the last time."""

    error: Annotated[LiukeError | None, "why it was refused"]
    login: Annotated[str, "as it was typed"]
    back: Annotated[str, "where to go afterwards"]
    name: Annotated[str, "as it was typed, of a first account"] = ""
    code: Annotated[str, "as it was typed"] = ""


def inside(request: Request, back: str) -> str:
    """An address of ours to go to; the overview for any other."""
    base = base_of(request)
    ours = back.startswith("/") and not back.startswith(("//", "/\\")) and back.isprintable()
    return back if ours and back.startswith(f"{base}/") else f"{base}/overview"


@router.get("/", include_in_schema=False)
def front(request: Request, me: Anybody) -> Response:
    """The overview, the sign-in, or the set-up."""
    if me is not None:
        return RedirectResponse(f"{base_of(request)}/overview", 303)
    with served(request).store.reading() as connection:
        none = not set_up.has_users(connection)
    return RedirectResponse(f"{base_of(request)}/{'set-up' if none else 'sign-in'}", 303)


@router.get("/sign-in")
def sign_in_form(request: Request, me: Anybody, back: str = "", lost: str = "") -> Response:
    """The form."""
    if me is not None:
        return RedirectResponse(inside(request, back), 303)
    return rendered("sign_in", framed(request, translate(SIGN_IN)), SignIn(Refused(LOST) if lost else None, "", back))


@router.post("/sign-in")
def sign_in(
    request: Request,
    me: Anybody,  # noqa: ARG001
    login: Annotated[str, Form(max_length=200)],
    password: Annotated[str, Form(max_length=500)],
    back: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Begin a session, or say why not."""
    try:
        token = sessions.sign_in(served(request).store, login, password, address_of(request), now(),
                                 old_token=request.cookies.get(cookie_name(request)))  # fmt: skip
    except LiukeError as error:
        return rendered("sign_in", framed(request, translate(SIGN_IN)), SignIn(error, login, back), error.http)
    return with_session(request, RedirectResponse(inside(request, back), 303), token)


def with_session(request: Request, answer: Response, token: str) -> Response:
    """The answer with the cookie of a session."""
    secure = request.url.scheme == "https"
    longest = int(sessions.LONGEST.total_seconds())
    answer.set_cookie(cookie_name(request), token, max_age=longest, httponly=True, samesite="lax", secure=secure,
                      path="/")  # fmt: skip
    return answer


@router.post("/sign-out")
def sign_out(request: Request, me: Anybody) -> Response:  # noqa: ARG001
    """End the session."""
    sessions.sign_out(served(request).store, request.cookies.get(cookie_name(request), ""), now())
    answer = RedirectResponse(f"{base_of(request)}/sign-in", 303)
    answer.delete_cookie(cookie_name(request), path="/")
    return answer


@router.get("/set-up")
def set_up_form(request: Request, me: Anybody, code: str = "") -> Response:  # noqa: ARG001
    """The form of the first account, as long as there is none."""
    with served(request).store.reading() as connection:
        if set_up.has_users(connection):
            return RedirectResponse(f"{base_of(request)}/sign-in", 303)
    return rendered("set_up", framed(request, translate(SET_UP)), SignIn(None, "", "", code=code))


@router.post("/set-up")
def set_up_first(
    request: Request,
    me: Anybody,  # noqa: ARG001
    code: Annotated[str, Form(max_length=100)],
    login: Annotated[str, Form(max_length=200)],
    name: Annotated[str, Form(max_length=200)],
    password: Annotated[str, Form(max_length=500)],
) -> Response:
    """Make the first account and sign in."""
    store = served(request).store
    try:
        set_up.set_up(store, code, login, name, password, language=in_force(), now=now())
        token = sessions.sign_in(store, login, password, address_of(request), now())
    except LiukeError as error:
        shown = SignIn(error, login, "", name, code)
        return rendered("set_up", framed(request, translate(SET_UP)), shown, error.http)
    return with_session(request, RedirectResponse(f"{base_of(request)}/data", 303), token)


@router.post("/language")
def language(
    request: Request,
    me: Anybody,  # noqa: ARG001
    to: Annotated[str, Form(max_length=2)],
    back: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Show everything in another language, from now on in this browser."""
    answer = RedirectResponse(inside(request, back), 303)
    if to in LANGUAGES:
        answer.set_cookie(LANGUAGE_COOKIE, to, max_age=YEAR, samesite="lax", httponly=True, path="/",
                          secure=request.url.scheme == "https")  # fmt: skip
    return answer

"""What is one's own: password, and the tokens by which programs come in as oneself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from liuke.api.callers import served
from liuke.kernel import days
from liuke.kernel.errors import LiukeError
from liuke.kernel.i18n import N_, translate
from liuke.reports.contexts.base import Context
from liuke.web.people import RowId, SignedIn, base_of, cookie_name, now
from liuke.web.rendering import framed, rendered
from liuke.work.people import api_tokens, sessions, users
from liuke.work.people.roles import VERBS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from liuke.work.people.api_tokens import ApiToken
    from liuke.work.people.viewer import Viewer

router = APIRouter()
TITLE = N_("My account")
FIRST_DAYS = 90  # how long a token is proposed to last
CHANGED = N_("The password is changed. Everywhere else you are signed out.")
ENDED = N_("The token has ended.")
Text = Annotated[str, Form(max_length=500)]


@dataclass(frozen=True)
class Account(Context):
    """What is one's own."""

    error: Annotated[LiukeError | None, "why the last change was refused"]
    at: Annotated[str, "password or token: what it was about"]
    done: Annotated[str, "what was done just now, a msgid"]
    must: Annotated[bool, "whether the password was given by somebody else and must be changed first"]
    tokens: Annotated[Sequence[ApiToken], "newest first, ended ones too"]
    verbs: Annotated[Mapping[str, str], "what a token may be allowed, with what it lets one do"]
    ends: Annotated[str, "the day proposed for the end of a token"]
    token: Annotated[str, "the token just made, shown this once"]


def own(request: Request, me: Viewer, *, error: LiukeError | None = None, at: str = "", done: str = "",
        token: str = "", status: int = 200) -> Response:  # fmt: skip
    """The page of one's own account."""
    with served(request).store.reading() as connection:
        tokens = api_tokens.api_tokens(connection, me.user_id)
        must = users.must_change(connection, me.user_id)
    allowed = {verb: does for verb, does in VERBS.items() if me.may(verb)}
    ends = (now() + timedelta(days=FIRST_DAYS)).date().isoformat()
    context = Account(error, at, done, must, tokens, allowed, ends, token)
    around = framed(request, translate(TITLE), "account", me)
    return rendered("account", around, context, status, **({"cache-control": "no-store"} if token else {}))


@router.get("/account")
def account(request: Request, me: SignedIn, done: str = "") -> Response:
    """Password and tokens."""
    return own(request, me, done=ENDED if done == "ended" else "")


@router.post("/account/password")
def new_password(request: Request, me: SignedIn, old: Text, new: Text) -> Response:
    """Change one's own password; every other session of the account ends."""
    token = request.cookies.get(cookie_name(request), "")
    try:
        sessions.change_password(served(request).store, me.user_id, old, new, token, now())
    except LiukeError as error:
        return own(request, me, error=error, at="password", status=error.http)
    return own(request, me, at="password", done=CHANGED)


@router.post("/account/tokens")
def make(
    request: Request, me: SignedIn, name: Text, ends: Annotated[str, Form(max_length=10)],
    scopes: Annotated[list[str] | None, Form(max_length=50)] = None,
) -> Response:  # fmt: skip
    """Make a token for a program; it is shown once."""
    store = served(request).store
    try:
        last = days.day(ends)
        with store.writing() as connection:
            zone = ZoneInfo(users.user(connection, me.user_id).time_zone)
            until = datetime.combine(last, time(23, 59, 59), zone)
            _, text = api_tokens.make_token(connection, me, name, scopes or [], until, now=now())
    except LiukeError as error:
        return own(request, me, error=error, at="token", status=error.http)
    return own(request, me, token=text)


@router.post("/account/tokens/{token_id}/revoke")
def revoke(request: Request, me: SignedIn, token_id: RowId) -> Response:
    """End a token of one's own."""
    with served(request).store.writing() as connection:
        api_tokens.revoke_token(connection, me, token_id, now=now())
    return RedirectResponse(f"{base_of(request)}/account?done=ended#tokens", 303)

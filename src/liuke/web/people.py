"""Who is asking: every route says which verb it needs, or that it is public; a test holds that none says neither."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Path, Request

from liuke.api.callers import VERB, served
from liuke.kernel.errors import Forbidden, NotFound
from liuke.kernel.i18n import N_
from liuke.work.people import sessions
from liuke.work.people.users import must_change
from liuke.work.people.viewer import Viewer, viewer_of

PLAIN_COOKIE, TLS_COOKIE = "lk_session", "__Host-lk_session"  # a __Host- cookie is refused on plain HTTP
OWN_PASSWORD = ("/account", "/account/password")  # what is open to who must choose a password first
MOST_ID = 2**31 - 1  # of a row of the work store, in each database
RowId = Annotated[int, Path(ge=1, le=MOST_ID)]


class SignInFirst(Exception):  # noqa: N818  (what to do, not a fault)
    """Nobody is signed in: a page leads to the sign-in, everything else is refused."""


class ChangeFirst(Exception):  # noqa: N818  (what to do, not a fault)
    """The password was given by somebody else: nothing goes on before it is one's own."""


CHANGE_FIRST = N_("Choose a password of your own first: on the page of your account.")


def now() -> datetime:
    """This moment."""
    return datetime.now(UTC)


def cookie_name(request: Request) -> str:
    """The name of the session's cookie on this connection."""
    return TLS_COOKIE if request.url.scheme == "https" else PLAIN_COOKIE


def base_of(request: Request) -> str:
    """The path before every address: what a proxy puts Liuke under."""
    return str(request.scope.get("root_path", "")).rstrip("/")


def address_of(request: Request) -> str:
    """Where a request comes from, as far as it is known."""
    return request.client.host if request.client else ""


def signed_in(request: Request) -> Viewer | None:
    """Who is signed in, None for nobody."""
    token = request.cookies.get(cookie_name(request), "")
    if not token:
        return None
    store = served(request).store
    user = sessions.keep_session(store, token, now())
    if user is None:
        return None
    with store.reading() as connection:
        try:
            viewer = viewer_of(connection, user)
        except NotFound:  # gone since the session was looked at
            return None
        request.state.must_change = must_change(connection, user)
    request.state.viewer = viewer
    return viewer


def needs(verb: str) -> Callable[[Request], Viewer]:
    """The dependency of a route: a signed-in viewer who may do this; an empty verb asks for a signed-in one alone."""

    def asked(request: Request) -> Viewer:
        viewer = signed_in(request)
        if viewer is None:
            raise SignInFirst
        if request.state.must_change and request.url.path.removeprefix(base_of(request)) not in OWN_PASSWORD:
            raise ChangeFirst
        if verb and not viewer.may(verb):
            raise Forbidden(N_("Your account may not do this."), fix=N_("Ask whoever looks after the accounts."))
        return viewer

    setattr(asked, VERB, verb)
    return asked


def nobody_needed(request: Request) -> Viewer | None:
    """The dependency of a public route: who is signed in, if anybody."""
    return signed_in(request)


setattr(nobody_needed, VERB, None)


def nobody_asked() -> None:
    """The dependency of a route that is open to all and looks nobody up."""


setattr(nobody_asked, VERB, None)

Asking = Annotated[Viewer, Depends(needs("read"))]
SignedIn = Annotated[Viewer, Depends(needs(""))]
Anybody = Annotated[Viewer | None, Depends(nobody_needed)]
OpenToAll = Annotated[None, Depends(nobody_asked)]

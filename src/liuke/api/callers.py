"""Who calls: a token names its user, and may do what both may today."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from liuke.kernel.errors import Forbidden, NoToken
from liuke.kernel.i18n import N_
from liuke.work.people import api_tokens
from liuke.work.people.viewer import Viewer

if TYPE_CHECKING:
    from liuke.app.service import Service

VERB = "liuke_verb"  # where a dependency says what it asks for
NO_TOKEN = N_("The API wants a token: Authorization: Bearer lk_…")
NO_TOKEN_FIX = N_("Make one under My account, or ask whoever looks after the accounts.")


def served(request: Request) -> Service:
    """The firm that answers."""
    found: Service = request.app.state.service
    return found


def bearer(request: Request) -> str:
    """The token a request brings, empty for none."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def allows(verb: str) -> Callable[[Request], Viewer]:
    """The dependency of a route: the viewer behind the token, who may do this."""

    def asked(request: Request) -> Viewer:
        token = bearer(request)
        viewer = api_tokens.keep_token(served(request).store, token, datetime.now(UTC)) if token else None
        if viewer is None:
            raise NoToken(NO_TOKEN, fix=NO_TOKEN_FIX)
        request.state.viewer = viewer
        if not viewer.may(verb):
            raise Forbidden(N_("This token may not do that: it lacks {verb}."), verb=verb, code="scope")
        return viewer

    setattr(asked, VERB, verb)
    return asked


Reads = Annotated[Viewer, Depends(allows("read"))]
SeesFirm = Annotated[Viewer, Depends(allows("firm"))]

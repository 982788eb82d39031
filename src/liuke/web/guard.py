"""What stands before every answer: whose language it is in, where a change may come from, headers that keep it safe.

Changes are let in by where the browser says they come from (Sec-Fetch-Site, else Origin), so forms need no tokens and
pages can be kept and compared: what Go 1.25 and datasette do.
"""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse

from liuke.kernel.i18n import LANGUAGES, N_, in_language, translate

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from starlette.types import ASGIApp, Receive, Scope, Send

POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # no-referrer would make forms send `Origin: null`
    "cross-origin-opener-policy": "same-origin",
    "x-frame-options": "DENY",
}
SAFE = ("GET", "HEAD", "OPTIONS")
LANGUAGE_COOKIE = "lk_lang"
REFUSED = N_("This change did not come from a page of Liuke.")


class Guard:
    """ASGI middleware; outermost, so that errors carry its headers too."""

    def __init__(self, app: ASGIApp, public_url: str = "") -> None:
        self.app = app
        self.public = urlsplit(public_url).netloc

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        cookies = cookies_of(headers.get("cookie", ""))
        secure = scope.get("scheme") == "https"

        async def with_headers(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                have = {name.lower() for name, _ in message["headers"]}
                added = {**HEADERS, **({"strict-transport-security": "max-age=31536000"} if secure else {})}
                message["headers"] = [
                    *message["headers"],
                    *((name.encode(), value.encode()) for name, value in added.items() if name.encode() not in have),
                ]
            await send(message)

        with in_language(chosen_language(cookies.get(LANGUAGE_COOKIE, ""), headers.get("accept-language", ""))):
            if scope["method"] not in SAFE and not self.comes_from_us(headers, cookies):
                await PlainTextResponse(translate(REFUSED), 403)(scope, receive, with_headers)
                return
            await self.app(scope, receive, with_headers)

    def comes_from_us(self, headers: dict[str, str], cookies: dict[str, str]) -> bool:
        """Whether a change may be let in."""
        if headers.get("authorization", "").lower().startswith("bearer "):
            return True  # no browser sends it by itself
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site is not None:
            return site in ("same-origin", "none")
        if origin is not None:
            return urlsplit(origin).netloc in {headers.get("host", ""), self.public} - {""}
        return not cookies  # a program without a session


def cookies_of(text: str) -> dict[str, str]:
    """The cookies of a header; none where it can't be read."""
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(text).items()}
    except CookieError:
        return {}


def chosen_language(cookie: str, accepted: str) -> str:
    """The language somebody chose, else the first of the browser's that is ours, else Chinese."""
    if cookie in LANGUAGES:
        return cookie
    for part in accepted.split(","):
        name = part.split(";")[0].strip().lower()[:2]
        if name in LANGUAGES:
            return name
    return LANGUAGES[0]

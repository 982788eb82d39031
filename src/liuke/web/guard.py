"""What stands before every answer: whose language it is in, where a change may come from, headers that keep it safe.

Changes are let in by where the browser says they come from (Sec-Fetch-Site, else Origin), so forms need no tokens and
pages can be kept and compared: what Go 1.25 and datasette do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse

from liuke.kernel.i18n import LANGUAGES, N_, in_language, in_words, translate
from liuke.web.page_words import ON_PAGES

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

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
    """ASGI middleware around the whole app, so that errors carry its headers too.

    `most` bounds the bytes of a request to a path; `mishap` answers what nothing inside foresaw.
    """

    def __init__(
        self,
        app: ASGIApp,
        public_url: str = "",
        most: Callable[[str], int] | None = None,
        mishap: Callable[[Scope], ASGIApp] | None = None,
        root_path: str = "",
    ) -> None:
        self.app = app
        self.public = netloc_of(public_url)
        self.most = most
        self.mishap = mishap
        self.root_path = root_path.rstrip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if self.root_path:
            _put_under(self.root_path, scope)
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        cookies = cookie_parser(headers.get("cookie", ""))
        begun = False
        if scope["method"] == "HEAD":
            await self._without_body(scope, receive, send)
            return

        async def with_headers(message: MutableMapping[str, Any]) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                message["headers"] = [*message["headers"], *_added(message["headers"], scope)]
            await send(message)

        language = chosen_language(cookies.get(LANGUAGE_COOKIE, ""), headers.get("accept-language", ""))
        with in_language(language), in_words({} if _is_api(scope) else ON_PAGES):
            if scope["method"] not in SAFE and not self.comes_from_us(headers):
                await PlainTextResponse(translate(REFUSED), 403)(scope, receive, with_headers)
                return
            try:
                await self.app(scope, self._bounded(scope, headers, receive), with_headers)
            except Exception:
                if not begun and self.mishap is not None:
                    await self.mishap(scope)(scope, receive, with_headers)
                raise  # whoever serves writes it down

    async def _without_body(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer HEAD: as GET is answered, headers and length included, and nothing after them."""
        as_get = {**scope, "method": "GET"}

        async def headers_alone(message: MutableMapping[str, Any]) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        try:
            await self(as_get, receive, headers_alone)
        finally:
            scope.update({**as_get, "method": "HEAD"})  # who writes the log reads there which route it was

    def _bounded(self, scope: Scope, headers: dict[str, str], receive: Receive) -> Callable[[], Awaitable[Message]]:
        """What is received, up to as many bytes as may be sent to this path; 413 beyond, told or untold beforehand."""
        if self.most is None:
            return receive
        most = self.most(scope["path"].removeprefix(str(scope.get("root_path", "")).rstrip("/")))
        told, read = headers.get("content-length", ""), 0

        async def counted() -> Message:
            nonlocal read
            if told.isascii() and told.isdigit() and int(told[:18]) > most:
                raise HTTPException(413)
            message = await receive()
            read += len(message.get("body", b""))
            if read > most:
                raise HTTPException(413)
            return message

        return counted

    def comes_from_us(self, headers: dict[str, str]) -> bool:
        """Whether a change may be let in."""
        if headers.get("authorization", "").lower().startswith("bearer "):
            return True  # no browser sends it by itself
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site is not None:
            return site in ("same-origin", "none")
        if origin is not None:
            return netloc_of(origin) in {headers.get("host", ""), self.public} - {""}
        return not headers.get("cookie")  # a program without a session


def _is_api(scope: Scope) -> bool:
    """Whether a program asks, which knows the commands' words."""
    return str(scope["path"]).removeprefix(str(scope.get("root_path", "")).rstrip("/")).startswith("/api/")


def _put_under(root: str, scope: Scope) -> None:
    """Make the request one as people address it, whether or not the proxy takes the root path off what it hands on."""
    path = str(scope["path"])
    scope["root_path"] = root
    if path != root and not path.startswith(f"{root}/"):
        scope["path"] = root + path
        scope["raw_path"] = root.encode() + (scope.get("raw_path") or path.encode())


def _added(given: list[tuple[bytes, bytes]], scope: Scope) -> list[tuple[bytes, bytes]]:
    """The headers of safety an answer has not yet."""
    have = {name.lower() for name, _ in given}
    secure = {"strict-transport-security": "max-age=31536000"} if scope.get("scheme") == "https" else {}
    return [(name.encode(), value.encode()) for name, value in (HEADERS | secure).items() if name.encode() not in have]


def netloc_of(url: str) -> str:
    """Host and port of an address; empty where it has none or can't be read."""
    try:
        return urlsplit(url).netloc
    except ValueError:  # [ that nothing closes
        return ""


def chosen_language(cookie: str, accepted: str) -> str:
    """The language somebody chose, else the first of the browser's that is ours, else Chinese."""
    if cookie in LANGUAGES:
        return cookie
    for part in accepted.split(","):
        name = part.split(";")[0].strip().lower()[:2]
        if name in LANGUAGES:
            return name
    return LANGUAGES[0]

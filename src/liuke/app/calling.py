"""Calls to the API of a served firm: one request, one answer, errors as the classes they are of."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from http.client import HTTPException
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib import request as web
from urllib.error import HTTPError, URLError
from urllib.parse import quote, unquote, urlencode, urlsplit

from liuke.kernel.errors import OF_KIND, Away, LiukeError, Refused, Usage
from liuke.kernel.i18n import N_, language
from liuke.kernel.said import Said
from liuke.kernel.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

UNDER = "/api/v1/"
PROBLEM = "application/problem+json"
KEPT, LARGEST_KEPT = 64, 2_000_000  # answers kept for their ETag, and the bytes of one
LONGEST_PROBLEM = 1_000_000  # bytes read of a refusal
LANGUAGE_TAGS = {"zh": "zh-CN", "en": "en"}
NO_ANSWER = N_("{address} does not answer: {detail}.")
NOT_LIUKE = N_("{address} answers, but not as Liuke does (status {status}).")
Sent = tuple[str, str, dict[str, str], bytes | None]  # method, path with query, headers, body


class Returned(NamedTuple):
    """What came back: status, headers by small name, body."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON values."""
        return json.loads(self.body)


@dataclass
class Calls:
    """Requests under one token; `send` carries one over the network or within this process."""

    send: Callable[[Sent], Returned]
    token: str = field(repr=False)
    address: str = ""
    _kept: OrderedDict[str, Returned] = field(default_factory=OrderedDict, repr=False)

    def get(self, path: str, **asked: object) -> Returned:
        """What lies at a path; one that did not change since is not sent again. The error it is refused with."""
        target = UNDER + path + _query(asked)
        known = f"{language()} {target}"
        headers = self._headers()
        held = self._kept.get(known)
        if held is not None:
            headers["if-none-match"] = held.headers["etag"]
        answer = self._sent(("GET", target, headers, None))
        if answer.status == 304 and held is not None:
            self._kept.move_to_end(known)
            return held
        if answer.status == 200 and "etag" in answer.headers and len(answer.body) <= LARGEST_KEPT:
            self._kept[known] = answer
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return self._fine(answer)

    def change(self, path: str, body: Mapping[str, Any]) -> Any:
        """Make a change, once, even if the answer is lost on the way and it is sent again; what the API answers."""
        headers = {**self._headers(), "content-type": "application/json", "idempotency-key": secrets.token_urlsafe(18)}
        return self._fine(self._sent(("POST", UNDER + path, headers, json.dumps(body).encode()))).json()

    def _headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}", "accept-language": LANGUAGE_TAGS[language()],
                "user-agent": f"liuke/{__version__}"}  # fmt: skip

    def _sent(self, sent: Sent) -> Returned:
        """The answer, asked for a second time where the line broke: a change bears a key, so it is made once."""
        try:
            return self.send(sent)
        except (ConnectionError, HTTPException):
            pass
        try:
            return self.send(sent)
        except (OSError, HTTPException) as error:
            raise Away(NO_ANSWER, address=self.address, detail=str(error) or type(error).__name__) from error

    def _fine(self, answer: Returned) -> Returned:
        if 200 <= answer.status < 300:
            return answer
        if answer.headers.get("content-type", "").startswith(PROBLEM):
            raise error_of(answer)
        wrong = Away if answer.status >= 500 else Refused
        raise wrong(NOT_LIUKE, address=self.address, status=answer.status, code="not_liuke")


def error_of(answer: Returned) -> LiukeError:
    """The error a problem tells of: of its class, with its code, in the words it came in."""
    told = answer.json()
    made = OF_KIND.get(str(told.get("kind", "")), Refused)
    said, fix = (Said(N_("{text}"), {"text": str(told.get(name) or "")}) for name in ("detail", "fix"))
    return made(said, fix=fix if told.get("fix") else "", code=str(told.get("title") or ""))


def part_of_path(text: str) -> str:
    """A customer's number as a part of a path."""
    return quote(text, safe="")


def over_http(url: str, seconds: float, *, plain: bool) -> tuple[str, Callable[[Sent], Returned]]:
    """The address of a server, and what carries requests to it. Usage for an address no token should be sent to."""
    parts = urlsplit(url.strip())
    try:
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.query and parts.port != 0
    except ValueError:  # a port that is no number
        known = False
    if not known or parts.username:
        raise Usage(
            N_("{url} is no address of a server."), url=url, fix=N_("Write it as in: https://liuke.example.com")
        )
    own = _is_own(str(parts.hostname))
    if parts.scheme == "http" and not own and not plain:
        raise Usage(
            N_("To {host} the token would cross the network in the clear."), host=parts.hostname,
            fix=N_("Use https, or say plain=True where the network keeps it private."),
        )  # fmt: skip
    base = url.strip().rstrip("/")
    opener = web.build_opener(*([web.ProxyHandler({})] if own else []), _Stay())

    def send(sent: Sent) -> Returned:
        method, target, headers, body = sent
        try:
            with opener.open(web.Request(base + target, body, headers, method=method), timeout=seconds) as answer:  # noqa: S310
                return _answer(answer.status, answer.headers, answer.read())
        except HTTPError as error:
            with error:
                return _answer(error.code, error.headers, error.read(LONGEST_PROBLEM))
        except URLError as error:
            if isinstance(error.reason, OSError):
                raise error.reason from error
            raise

    return base, send


def within(app: Any) -> Callable[[Sent], Returned]:
    """What carries requests to an ASGI app in this process, mounted where the API is."""

    def send(sent: Sent) -> Returned:
        method, target, headers, body = sent
        path, _, query = target.partition("?")
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
            "path": unquote(path), "raw_path": path.encode(), "query_string": query.encode(),
            "root_path": UNDER[:-1],
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 0),
        }  # fmt: skip
        return asyncio.run(_within(app, scope, body or b""))

    return send


async def _within(app: Any, scope: dict[str, Any], body: bytes) -> Returned:
    told: dict[str, Any] = {}
    parts: list[bytes] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            told.update(message)
        else:
            parts.append(message.get("body", b""))

    await app(scope, receive, send)
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in told["headers"]}
    return Returned(told["status"], headers, b"".join(parts))


class _Stay(web.HTTPRedirectHandler):
    """A redirect is not followed: the token is for one server."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _answer(status: int, headers: Any, body: bytes) -> Returned:
    return Returned(status, {name.lower(): value for name, value in headers.items()}, body)


def _is_own(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _query(asked: Mapping[str, object]) -> str:
    pairs = [(name, _text(each)) for name, value in asked.items() if value is not None for each in _several(value)]
    return f"?{urlencode(pairs)}" if pairs else ""


def _several(value: object) -> Sequence[object]:
    return value if isinstance(value, (list, tuple)) else [value]


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)

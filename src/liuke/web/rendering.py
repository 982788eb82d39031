"""From a context to its faces: a page, JSON, CSV, a workbook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, TypeVar
from urllib.parse import quote

from starlette.datastructures import URL
from starlette.responses import HTMLResponse, JSONResponse, Response

from liuke.api.answers import mark_of
from liuke.kernel.i18n import N_, language
from liuke.kernel.version import __version__
from liuke.reports.contexts.base import Context
from liuke.reports.contexts.strip import strip
from liuke.reports.renderers.json import plain
from liuke.reports.templating import environment
from liuke.web.people import base_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.requests import Request

    from liuke.app.firm import RunView
    from liuke.reports.contexts.strip import Strip
    from liuke.work.people.viewer import Viewer

C = TypeVar("C")
PACKAGES = ("liuke.web", "liuke.reports")
NAV: tuple[tuple[str, str, str], ...] = (  # path, title, verb it needs
    ("overview", N_("Overview"), "read"),
    ("list", N_("Watch list"), "read"),
    ("customers", N_("All customers"), "read"),
    ("causes", N_("Causes"), "read"),
    ("values", N_("Customer value"), "read"),
    ("rules", N_("Rules"), "firm"),
    ("indicators", N_("Indicators"), "firm"),
    ("model", N_("Model"), "firm"),
    ("data", N_("Data"), "data"),
    ("runs", N_("Runs"), "run"),
)
MENU: tuple[tuple[str, str, str], ...] = (  # the same, under the viewer's name
    ("account", N_("My account"), ""),
    ("settings", N_("Settings"), "settings"),
    ("users", N_("People"), "users"),
    ("audit", N_("Audit log"), "audit"),
)


@dataclass(frozen=True)
class Frame(Context):
    """What surrounds every page: where we are, who is here, whose numbers these are."""

    title: Annotated[str, "of the page, in the language in force"]
    here: Annotated[str, "the entry of the navigation it belongs to"]
    nav: Annotated[Sequence[tuple[str, str]], "path and title of the entries this viewer may open"]
    menu: Annotated[Sequence[tuple[str, str]], "the same of what stands under the viewer's name"]
    viewer: Annotated[Viewer | None, "who is signed in"]
    strip: Annotated[Strip | None, "whose numbers, as of when; None on pages without any"]
    notices: Annotated[Sequence[str], "what must be said of the run"]
    base: Annotated[str, "path before every address, empty at the root of a host"]
    path: Annotated[str, "address of this page with its query, for coming back"]
    language: Annotated[str, "zh or en"]
    version: Annotated[str, "of the program; names static files anew"]


def framed(
    request: Request,
    title: str,
    here: str = "",
    viewer: Viewer | None = None,
    numbers: Strip | None = None,
    notices: Sequence[str] = (),
) -> Frame:
    """The frame of a page."""
    pages = request.app.state.pages

    def open_to_viewer(entries: tuple[tuple[str, str, str], ...]) -> list[tuple[str, str]]:
        return [(path, name) for path, name, verb in entries
                if viewer is not None and (not verb or (path in pages and viewer.may(verb)))]  # fmt: skip

    return Frame(
        title=title,
        here=here,
        nav=open_to_viewer(NAV),
        menu=open_to_viewer(MENU),
        viewer=viewer,
        strip=numbers,
        notices=notices,
        base=base_of(request),
        path=address_to_return(request),
        language=language(),
        version=__version__,
    )


def address_to_return(request: Request) -> str:
    """The address of this page; of the one before where this answers a change, for which there is no way back."""
    here = request.url
    if request.method != "GET":
        here = URL(request.headers.get("referer", ""))
        if here.netloc != request.url.netloc or here.path == request.url.path:
            return ""
    return here.path + (f"?{here.query}" if here.query else "")


def rendered(template: str, around: Frame, context: object, status: int = 200, **headers: str) -> HTMLResponse:
    """A context as a page in the language in force."""
    made = environment(language(), packages=PACKAGES).get_template(f"{template}.html")
    body = made.render(page=context, frame=around)
    return HTMLResponse(body, status, {"cache-control": "private, no-cache", "vary": "Cookie", **headers})


def attached(content: bytes | str, name: str, media: str) -> Response:
    """A file to keep, its name in any script."""
    plain = name.encode("ascii", "ignore").decode() or "liuke"
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    headers = {"content-disposition": disposition, "cache-control": "private, no-store"}
    return Response(content, media_type=media, headers=headers)


def framed_run(request: Request, title: str, here: str, viewer: Viewer, seen: RunView) -> Frame:
    """The frame of a page about a run: whose numbers these are, and what stands against them."""
    return framed(request, title, here, viewer, strip(seen.source()), [each.text() for each in seen.notices])


def page_mark(request: Request, me: Viewer, seen: RunView, *hangs_on: object) -> str:
    """The ETag of a page about a run: the run, what is said of it, who looks, and what else it hangs on.

    Two people never share one, whatever they may see: a page names who looks.
    """
    of_run = (seen.info["run_id"], seen.info["measured_at"], *seen.notices)
    return mark_of(request, *of_run, me.user_id, me.login, me.name, me.key, *hangs_on)


def page_answer(
    request: Request, mark: str, make: Callable[[], C], page: Callable[[C], Response], *, as_data: bool | None = None
) -> Response:
    """A context as a page or as JSON, or that the browser has it already; it is made only if it is sent.

    JSON is what an address ends with that says so, unless `as_data` says which it is.
    """
    headers = {"etag": mark, "cache-control": "private, no-cache", "vary": "Cookie"}
    if request.headers.get("if-none-match") == mark:
        return Response(status_code=304, headers=headers)
    context = make()
    data = request.url.path.endswith(".json") if as_data is None else as_data
    answer = JSONResponse(plain(context)) if data else page(context)
    answer.headers.update(headers)
    return answer

"""Settings: each with its meaning, its unit, its value and where that came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from liuke.api.callers import served
from liuke.app.settings_changed import InForce, change_setting, settings_in_force
from liuke.kernel.errors import LiukeError
from liuke.kernel.i18n import N_, translate
from liuke.kernel.settings import BY_NAME, CHOICES, TITLES, UNITS
from liuke.reports.contexts.base import Context
from liuke.web.people import base_of, needs
from liuke.web.rendering import framed, rendered
from liuke.work import audit
from liuke.work.people.viewer import Viewer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from liuke.work.audit import AuditEntry

router = APIRouter()
IN_NAV = ("settings",)
TITLE = N_("Settings")
GROUPS = (  # how they stand on the page
    (N_("The firm"), ("firm", "currency", "attribution")),
    (N_("What is counted"), ("period", "basis", "left_days", "leaving_fall")),
    (N_("Core and value"), ("core_share", "core_measure", "discount_rate", "lifetime_years", "churn_target",
                            "acquisition_cost", "keeping_cost")),
    (N_("Keeping and giving away"), ("keep_runs", "export_rows", "upload_megabytes")),
    (N_("Engine"), ("engine", "engine_url")),
)  # fmt: skip
SHOWN_CHANGES = 10
Setter = Annotated[Viewer, Depends(needs("settings"))]


@dataclass(frozen=True)
class SettingsPage(Context):
    """Every setting in its group."""

    groups: Annotated[Sequence[tuple[str, Sequence[InForce]]], "title and settings"]
    titles: Annotated[Mapping[str, str], "what each is called"]
    units: Annotated[Mapping[str, str], "units as they are read"]
    choices: Annotated[Mapping[str, Mapping[str, str]], "the words a setting may have, where they are few"]
    changes: Annotated[Sequence[AuditEntry], "the last ones, newest first"]
    error: Annotated[LiukeError | None, "why the last change was refused"]
    at: Annotated[str, "the setting it was about"]
    typed: Annotated[str, "what was typed for it"]
    done: Annotated[str, "the setting that was changed just now"]


def page_of(request: Request, *, error: LiukeError | None = None, at: str = "", typed: str = "") -> SettingsPage:
    """The settings as a page shows them."""
    service = served(request)
    found = {each.setting.name: each for each in settings_in_force(service)}
    grouped = {name for _, names in GROUPS for name in names}
    groups = [*((title, [found[name] for name in names]) for title, names in GROUPS)]
    if others := [each for name, each in found.items() if name not in grouped]:
        groups.append((N_("Others"), others))
    with service.store.reading() as connection:
        changes = audit.entries(connection, verb="change_setting", size=SHOWN_CHANGES).rows
    done = request.query_params.get("done", "")
    return SettingsPage(groups, TITLES, UNITS, CHOICES, changes, error, at, typed, done if done in BY_NAME else "")


@router.get("/settings")
def settings(request: Request, me: Setter) -> Response:
    """Every setting."""
    return rendered("settings", framed(request, translate(TITLE), "settings", me), page_of(request))


@router.post("/settings/{name}")
def put(
    request: Request,
    me: Setter,
    name: str,
    value: Annotated[str, Form(max_length=1000)] = "",
    seen: Annotated[str, Form(max_length=1000)] = "",
    default: Annotated[str, Form(max_length=1)] = "",
) -> Response:
    """Change one setting, or take it back to its default."""
    try:
        change_setting(served(request), me, name, None if default else value, seen)
    except LiukeError as error:
        around = framed(request, translate(TITLE), "settings", me)
        return rendered("settings", around, page_of(request, error=error, at=name, typed=value), error.http)
    return RedirectResponse(f"{base_of(request)}/settings?done={name}#{name}", 303)

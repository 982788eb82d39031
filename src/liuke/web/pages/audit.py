"""The audit log: searched, filtered, checked, exported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from liuke.api.callers import served
from liuke.kernel.errors import Refused
from liuke.kernel.i18n import N_, translate
from liuke.kernel.said import Said
from liuke.reports.contexts.audit_page import AuditLog, audit_listed, audit_log, recorded
from liuke.reports.contexts.base import Context
from liuke.reports.renderers.json import plain
from liuke.web.asking import asked_of
from liuke.web.pages.list_acts import MEDIA, as_file
from liuke.web.people import address_of, needs, now
from liuke.web.rendering import attached, framed, rendered
from liuke.work import audit as log
from liuke.work.people import teams, users
from liuke.work.people.viewer import Viewer

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

router = APIRouter()
IN_NAV = ("audit",)
TITLE = N_("Audit log")
SIZE = 50
Auditor = Annotated[Viewer, Depends(needs("audit"))]


class AuditAsked(BaseModel):
    """What the address of the log may ask for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    q: Annotated[str, Field(max_length=80)] = ""
    person: Annotated[str, Field(pattern=r"^[0-9]{0,9}$")] = ""
    verb: Annotated[str, Field(max_length=40)] = ""
    since: Annotated[str, Field(max_length=10, pattern=r"^(\d{4}-\d{2}-\d{2})?$")] = ""
    until: Annotated[str, Field(max_length=10, pattern=r"^(\d{4}-\d{2}-\d{2})?$")] = ""
    page: Annotated[int, Field(ge=1, le=1_000_000)] = 1


class AuditTaken(AuditAsked):
    """What the address of its export may ask for."""

    to: Literal["csv", "json", "xlsx"] = "xlsx"


Wanted = Annotated[AuditAsked, Depends(asked_of(AuditAsked))]


@dataclass(frozen=True)
class AuditView(Context):
    """The log with what its address asked for."""

    log: Annotated[AuditLog, "the entries"]
    asked: Annotated[AuditAsked, "what the address asks for"]

    def link(self, page: int) -> str:
        """The address of another page of the same entries."""
        return f"audit?{urlencode({**self.asked.model_dump(exclude_defaults=True), 'page': page})}"

    def export(self, to: str) -> str:
        """Where all of them are taken away as a file."""
        asked = self.asked.model_dump(exclude_defaults=True, exclude={"page"})
        return f"audit/export?{urlencode({**asked, 'to': to})}"


def found(connection: Connection, asked: AuditAsked, zone: str, page: int, size: int) -> log.AuditPage:
    """The entries an address asks for; days are those of who looks."""

    def midnight(text: str, later: int) -> datetime | None:
        if not text:
            return None
        try:
            return datetime.combine(date.fromisoformat(text) + timedelta(days=later), time(), ZoneInfo(zone))
        except (ValueError, OverflowError):
            raise Refused(N_("{text} is no day."), text=text, code="no_day") from None

    return log.entries(connection, search=asked.q, user_id=int(asked.person) if asked.person else None,
                       verb=asked.verb, since=midnight(asked.since, 0), until=midnight(asked.until, 1), page=page,
                       size=size)  # fmt: skip


def names_of(connection: Connection, owners: dict[str, str]) -> dict[str, str]:
    """Names of what entries speak of."""
    named = {f"user:{each.id}": f"{each.name} ({each.login})" for each in users.users(connection)}
    named |= {f"team:{each.id}": each.name for each in teams.teams(connection)}
    named["user:unknown"] = translate(N_("not known here"))
    return named | {f"owner:{key}": name for key, name in owners.items()}


@router.get("/audit")
@router.get("/audit.json")
def audit_trail(request: Request, me: Auditor, asked: Wanted) -> Response:
    """Who did what, newest first; the chain of entries is checked."""
    service = served(request)
    owners = service.owner_names()
    with service.store.reading() as connection:
        zone = users.user(connection, me.user_id).time_zone
        rows = found(connection, asked, zone, asked.page, SIZE)
        broken = log.verify(connection)
        total = log.entries(connection, size=1).count
        people = [(each.id, each.name) for each in users.users(connection)]
        context = audit_log(rows, asked.page, SIZE, names_of(connection, owners), people, zone, broken, total,
                            customers=me.sees_everybody)  # fmt: skip
    if request.url.path.endswith(".json"):
        return JSONResponse(plain(context), headers={"cache-control": "private, no-store"})
    return rendered("audit", framed(request, translate(TITLE), "audit", me), AuditView(context, asked))


@router.post("/audit/export")
def export_log(request: Request, me: Auditor, asked: Annotated[AuditTaken, Depends(asked_of(AuditTaken))]) -> Response:
    """Every entry the address asks for as a file; refused above the setting, never cut. The export is recorded too."""
    service = served(request)
    most = int(service.firm.workspace.settings.number("export_rows"))
    owners = service.owner_names()
    with service.store.writing() as connection:
        zone = users.user(connection, me.user_id).time_zone
        rows = found(connection, asked, zone, 1, most)
        if rows.count > most:
            raise Refused(
                N_("{count} entries match; one export holds {most} at most."), count=rows.count, most=most,
                code="too_many_rows", fix=N_("Narrow it by person, verb or days."),
            )  # fmt: skip
        named = names_of(connection, owners)
        filters = {
            name: value for name, value in asked.model_dump(exclude_defaults=True).items() if name not in ("page", "to")
        }
        log.record(connection, me, "export", "audit", address=address_of(request), rows=rows.count, filters=filters,
                   format=asked.to)  # fmt: skip
    moment = now().astimezone(ZoneInfo(zone))
    about = Said(
        N_("Exported by {name} on {at}."), {"name": f"{me.name} ({me.login})", "at": f"{moment:%Y-%m-%d %H:%M}"}
    )
    every = [recorded(each, named, zone, None, customers=me.sees_everybody) for each in rows.rows]
    listed = audit_listed(every, rows.count)
    made = as_file(listed, about, asked.to)
    return attached(made, f"liuke-audit-{moment:%Y-%m-%d}.{asked.to}", MEDIA[asked.to])

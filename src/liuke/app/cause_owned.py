"""The one verb that says who owns a cause and by what it is watched: checked, written, recorded, and taken back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from liuke.causes.taxonomy import UNEXPLAINED, UNKNOWN, by_name, titles_of
from liuke.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.kernel.toml_file import text_of
from liuke.run.cause_files import workspace_causes
from liuke.run.cause_owners import MOST, NOBODY, CauseOwned, as_one_line, cause_owners, owners_path, owners_text
from liuke.store.disk import write_text
from liuke.work import audit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.engine import Connection

    from liuke.app.service import Service
    from liuke.causes.taxonomy import Cause
    from liuke.kernel.said import Wordings
    from liuke.store.workspace import Workspace
    from liuke.work.audit import AuditEntry
    from liuke.work.people.viewer import Viewer

VERB = "own_cause"
ID_TITLE = N_("{title} ({id})")
WHOLE = N_("Who owns a cause of the firm is said by who sees the whole firm.")


def own_cause(service: Service, by: Viewer, cause: str, owner: str, measure: str, seen: tuple[str, str]) -> bool:
    """Say who owns a cause and by what it is watched; whether that is something new.

    Conflict where it is no longer as `seen`, naming who changed it; Invalid for what is too long; NotFound for a cause
    there is not; Forbidden to who may not give work to people or sees only some customers.
    """
    by.demand("assign")
    if not by.sees_whole:
        raise Forbidden(WHOLE)
    workspace = service.firm.workspace
    wanted = CauseOwned(owned_text(owner), owned_text(measure))
    refuse_unknown_cause(workspace, cause)
    with workspace.locked("definitions"), service.store.writing() as connection:
        every = cause_owners(workspace)
        now = every.get(cause, NOBODY)
        if now != CauseOwned(*seen):
            last = _last(connection, cause)
            raise Conflict(
                N_("{cause} is owned by {now} by now; {who} changed it. Nothing of yours was saved."),
                cause=cause, now=now.owner or "-", who=last.login if last is not None and last.login else "owners.toml",
                code="changed_meanwhile", fix=N_("Look at it again, then change what you still want to change."),
            )  # fmt: skip
        if wanted == now:
            return False
        audit.record(connection, by, VERB, f"cause:{cause}", vars(now), vars(wanted))
        write_owned(workspace, {**every, cause: wanted})
    return True


def owned_by_hand(workspace: Workspace, cause: str, owner: str | None, measure: str | None) -> CauseOwned:
    """The same on the command line, where the file is one's own: None leaves what there is."""
    refuse_unknown_cause(workspace, cause)
    with workspace.locked("definitions"):
        every = cause_owners(workspace)
        now = every.get(cause, NOBODY)
        wanted = replace(now, **{name: owned_text(text) for name, text in (("owner", owner), ("measure", measure))
                                 if text is not None})  # fmt: skip
        if wanted != now:
            write_owned(workspace, {**every, cause: wanted})
    return wanted


def first_owners(workspace: Workspace, by_group: Mapping[str, str]) -> None:
    """Give each cause the owner of its group, where nobody has said yet who owns any."""
    with workspace.locked("definitions"):
        if not owners_path(workspace).exists():
            causes = workspace_causes(workspace)
            owners = {each.id: by_group[each.group] for each in causes if each.group in by_group}
            write_owned(workspace, {cause: CauseOwned(owner) for cause, owner in owners.items()})


def last_owned(service: Service, cause: str) -> AuditEntry | None:
    """The last change of who owns a cause, None where there was none."""
    with service.store.reading() as connection:
        return _last(connection, cause)


def _last(connection: Connection, cause: str) -> AuditEntry | None:
    return next(iter(audit.entries(connection, object=f"cause:{cause}", verb=VERB, size=1).rows), None)


def write_owned(workspace: Workspace, owned: dict[str, CauseOwned]) -> None:
    """Write the file; remarks in it stay."""
    path = owners_path(workspace)
    path.parent.mkdir(exist_ok=True)
    before = text_of(path) if path.is_file() else ""
    write_text(path, owners_text(owned, before))


def owned_text(text: str) -> str:
    """A text as it is kept: one line that can be printed; Invalid for what is too long."""
    found = as_one_line(text)
    if len(found) > MOST:
        raise Invalid(N_("Owner and measure have {most} characters at most."), most=MOST, code="too_long")
    return found


def cause_called(workspace: Workspace, text: str) -> str:
    """The id of the cause with this id, title in either language, or name in notes; unknown among them.

    NotFound, with ids and titles of those there are, for any other text.
    """
    known = workspace_causes(workspace)
    named = by_name(known) | {UNKNOWN: UNKNOWN, UNEXPLAINED.zh: UNKNOWN}
    if (found := named.get(text.strip().lower())) is None:
        raise _no_cause(text, known)
    return found


def title_of_cause(workspace: Workspace, cause: str) -> Wordings:
    """What the cause with this id is called."""
    return titles_of(workspace_causes(workspace))[cause]


def refuse_unknown_cause(workspace: Workspace, cause: str) -> None:
    """NotFound, with those there are, for what is not the id of a cause in force."""
    known = workspace_causes(workspace)
    if cause not in {each.id for each in known}:
        raise _no_cause(cause, known)


def _no_cause(text: str, known: Iterable[Cause]) -> NotFound:
    have = tuple(Said(ID_TITLE, {"id": each.id, "title": each.title}) for each in known)
    return NotFound(N_("There is no cause {cause}."), cause=text, have=have, fix=N_("There are: {have}."))

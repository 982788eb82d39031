"""Changing the rules of a workspace: every text a rule ever had is kept, with who and when.

`rules/history/<id>/0001.json` is a version: number, at, by, what, text. It is written before the rule's file, so that
a crash between the two loses nothing; a file changed by hand meanwhile is kept as a version of its own first.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from importlib import resources
from typing import TYPE_CHECKING, Literal

from liuke.kernel.errors import Conflict, Invalid, NotFound, Refused
from liuke.kernel.i18n import N_
from liuke.run.rule_files import OFF, every_rule, off_text, rule_texts, switched_off
from liuke.signals.rules.rules import load, load_rule, shipped
from liuke.store.disk import flush, own_text, write_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from liuke.store.workspace import Workspace

HISTORY = "history"
LONGEST = 50_000  # characters of a rule's text
RESERVED = ("off", "new", "history", "edit", "try")
What = Literal["saved", "deleted", "found", "off", "on"]
TAKEN = N_("There is a rule with the id {rule} already.")


@dataclass(frozen=True)
class RuleVersion:
    """One change of a rule; `text` is that of the rule from then on, empty where the firm has none of its own."""

    number: int
    at: str  # ISO, UTC
    by: str
    what: What
    text: str


@dataclass(frozen=True)
class RuleSource:
    """A rule as it is written now; `base` changes with every change of its text."""

    id: str
    text: str
    own: bool  # of the firm, else as it ships
    ships: bool  # whether a rule of this id ships
    on: bool
    base: str


def rule_source(workspace: Workspace, rule_id: str) -> RuleSource:
    """The text of a rule and whether it is on; NotFound for none."""
    rules = {rule.id: rule for rule in every_rule(workspace)}
    if rule_id not in rules:
        raise NotFound(
            N_("There is no rule {rule}."), rule=rule_id, have=", ".join(rules), fix=N_("Rules are: {have}.")
        )
    own = _own(workspace, rule_id)
    text = own[1] if own else shipped_text(rule_id)
    on = rule_id not in switched_off(workspace, rules)
    return RuleSource(rule_id, text, own is not None, rule_id in _shipped(), on, text_base(text))


def text_base(text: str) -> str:
    """What tells one text from another."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def shipped_text(rule_id: str) -> str:
    """The text of a rule as it ships."""
    file = _shipped()[rule_id]
    return resources.files("liuke.signals.rules").joinpath(file).read_text("utf-8")


def free_id(workspace: Workspace, title: str) -> str:
    """An id no rule has, made of a title's letters and digits."""
    plain = re.sub(r"_+", "_", "".join(sign if sign.isalnum() else "_" for sign in title.lower())).strip("_")[:40]
    taken = {rule.id.casefold() for rule in every_rule(workspace)} | set(RESERVED)
    wanted, number = plain or "rule", 1
    while wanted.casefold() in taken:
        number += 1
        wanted = f"{plain or 'rule'}_{number}"
    return wanted


def save_rule(workspace: Workspace, rule_id: str, text: str, *, base: str, by: str, at: datetime) -> RuleVersion:
    """Write a rule's text; an empty `base` is a new rule, else it is the text that was changed.

    Conflict (code `rule_changed`) where somebody else changed it meanwhile, Invalid where the text is no rule.
    """
    if len(text) > LONGEST:
        raise Invalid(N_("A rule's text has at most {most} characters."), most=LONGEST)
    with workspace.locked("definitions"):
        text = text.replace("\r\n", "\n").rstrip("\n") + "\n"
        own = _own(workspace, rule_id)
        there = own is not None or rule_id in _shipped()
        if not base and (there or rule_id.casefold() in RESERVED):
            raise Conflict(TAKEN, rule=rule_id)
        if base:
            _refuse_changed(workspace, rule_id, base)
        file = own[0] if own else f"{rule_id}.toml"
        rule = load_rule(text, file)
        if rule.id != rule_id:
            raise Invalid(
                N_("This rule's id is {rule}; the text says {found}."), rule=rule_id, found=rule.id,
                fix=N_("A rule keeps its id: runs know it by that. Save it as a new rule instead."),
            )  # fmt: skip
        load({**rule_texts(workspace), file: text})
        made = _keep(workspace, rule_id, "saved", text, by, at)
        write_text(workspace.rules / file, text)
    return made


def delete_rule(workspace: Workspace, rule_id: str, *, base: str, by: str, at: datetime) -> RuleVersion:
    """Take away a rule of the firm; one that took the place of a shipped rule gives it back."""
    with workspace.locked("definitions"):
        own = _own(workspace, rule_id)
        if own is None:
            raise Refused(N_("The rule {rule} ships with Liuke and can't be deleted."), rule=rule_id,
                          fix=N_("Switch it off instead."))  # fmt: skip
        _refuse_changed(workspace, rule_id, base)
        made = _keep(workspace, rule_id, "deleted", "", by, at)
        off = switched_off(workspace, {rule.id for rule in every_rule(workspace)})
        if rule_id in off and rule_id not in _shipped():
            write_text(workspace.rules / OFF, off_text(off - {rule_id}))
        (workspace.rules / own[0]).unlink()
        flush(workspace.rules)
    return made


def switch_rule(workspace: Workspace, rule_id: str, *, on: bool, by: str, at: datetime) -> RuleVersion | None:
    """Switch a rule on or off; None where it was so already."""
    with workspace.locked("definitions"):
        source = rule_source(workspace, rule_id)
        if source.on == on:
            return None
        off = switched_off(workspace, {rule.id for rule in every_rule(workspace)})
        made = _keep(workspace, rule_id, "on" if on else "off", source.text if source.own else "", by, at)
        write_text(workspace.rules / OFF, off_text(off - {rule_id} if on else off | {rule_id}))
    return made


def rule_versions(workspace: Workspace, rule_id: str) -> list[RuleVersion]:
    """Every change of a rule, newest first."""
    folder = _folder(workspace, rule_id)
    paths = sorted(folder.glob("[0-9]*.json"), key=lambda path: (len(path.stem), path.stem), reverse=True)
    return [_version(path) for path in paths]


def version_text(workspace: Workspace, rule_id: str, number: int) -> str:
    """The text a rule had from a version on: as it ships where the firm had none of its own."""
    for version in rule_versions(workspace, rule_id):
        if version.number == number:
            if version.text:
                return version.text
            if rule_id in _shipped():
                return shipped_text(rule_id)
    raise NotFound(N_("The rule {rule} has no version {number} to go back to."), rule=rule_id, number=number)


def _keep(workspace: Workspace, rule_id: str, what: What, text: str, by: str, at: datetime) -> RuleVersion:
    """Write a version; a text that got there by hand is kept first."""
    own, before = _own(workspace, rule_id), rule_versions(workspace, rule_id)
    now = own[1] if own else ""
    if now != (before[0].text if before else ""):
        before = [_write(workspace, rule_id, RuleVersion(_next(before), at.isoformat(), "", "found", now)), *before]
    return _write(workspace, rule_id, RuleVersion(_next(before), at.isoformat(), by, what, text))


def _next(before: list[RuleVersion]) -> int:
    return before[0].number + 1 if before else 1


def _write(workspace: Workspace, rule_id: str, version: RuleVersion) -> RuleVersion:
    text = json.dumps(asdict(version), ensure_ascii=False, indent=1)
    write_text(_folder(workspace, rule_id) / f"{version.number:04d}.json", text + "\n")
    return version


def _version(path: Path) -> RuleVersion:
    try:
        return RuleVersion(**json.loads(own_text(path)))
    except (ValueError, TypeError) as error:
        raise Refused(
            N_("{path} is damaged: a version of a rule can't be read."), path=path,
            fix=N_("Put it back from a copy, or delete it: that version is then gone."),
        ) from error  # fmt: skip


def _folder(workspace: Workspace, rule_id: str) -> Path:
    if not rule_id.replace("_", "").isalnum():
        raise NotFound(N_("There is no rule {rule}."), rule=rule_id)
    return workspace.rules / HISTORY / rule_id


def _own(workspace: Workspace, rule_id: str) -> tuple[str, str] | None:
    """File name and text of the firm's own rule of an id, where it has one."""
    texts = rule_texts(workspace)
    found: Iterator[tuple[str, str]] = (
        (rule.file, texts[rule.file]) for rule in load(texts).values() if rule.id == rule_id
    )
    return next(found, None)


def _shipped() -> dict[str, str]:
    return {rule.id: rule.file for rule in shipped()}


def _refuse_changed(workspace: Workspace, rule_id: str, base: str) -> None:
    own = _own(workspace, rule_id)
    now = own[1] if own else shipped_text(rule_id) if rule_id in _shipped() else ""
    if text_base(now) == base:
        return
    last = next((each for each in rule_versions(workspace, rule_id) if each.what != "found"), None)
    by = last.by if last else ""
    raise Conflict(
        N_("Not saved: {by} changed this rule meanwhile.") if by else N_("Not saved: this rule was changed meanwhile."),
        by=by, code="rule_changed",
        fix=N_("What changed stands below; what you wrote is still in the form. Save again to put yours in its place."),
    )  # fmt: skip

"""Who owns each cause and by what it is watched: the file `causes/owners.toml` of a workspace.

It is no part of a run: who owns a cause is who owns it today. A cause the file does not name has no owner and is
watched by the events on record that speak for it, or, where no table tells of any, by the customers lost by it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said, printable
from liuke.kernel.toml_file import NotToml, parsed, toml_key, toml_string
from liuke.run.rule_files import Gone, text_or_gone

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from liuke.store.workspace import Workspace

FILE = "owners.toml"
HEADING = "# Who owns each cause and by what it is watched; the page of a cause writes it too."
TABLE = re.compile(r"\[\s*(?:[\w-]+|\"[^\"\\\\]*\"|'[^']*')\s*\]\s*(?:#.*)?$", re.ASCII)
EVENTS, CUSTOMERS = "events", "customers"
MEASURES = (EVENTS, CUSTOMERS)  # that a run counts; any other text is the firm's own measure, counted elsewhere
MOST = 200  # characters of either
SHOWN = f"causes/{FILE}"  # what the file is called to people, wherever the workspace lies
MEND = N_("Mend it in the workspace, or delete it: then no cause has an owner.")
BROKEN = N_("Who owns a cause is not shown: {why} {fix}")


@dataclass(frozen=True)
class CauseOwned:
    """Who owns a cause, and its measure: one of MEASURES, the firm's own words, or empty for what suits it."""

    owner: str = ""
    measure: str = ""


NOBODY = CauseOwned()


def owners_path(workspace: Workspace) -> Path:
    """Where the file lies."""
    return workspace.causes / FILE


def cause_owners(workspace: Workspace) -> dict[str, CauseOwned]:
    """Who owns each cause by its id, as the file has it at this moment; Invalid for one that can't be read."""
    text = _text(workspace)
    try:
        told = parsed(text)
    except NotToml as error:
        raise Invalid(N_("{path}: this is not TOML: {found}."), path=SHOWN, found=error.said, fix=MEND) from None
    return {cause: _owned(cause, about) for cause, about in told.items()}


def owners_or_why_not(workspace: Workspace) -> tuple[dict[str, CauseOwned], Said]:
    """The same, or nobody and a sentence that says what is wrong with the file: what a run says stands without it."""
    try:
        return cause_owners(workspace), Said("")
    except Invalid as error:
        return {}, Said(BROKEN, {"why": error.said, "fix": error.fix})


def _text(workspace: Workspace) -> str:
    """The text of the file, empty where there is none; what can't be read is told of under its short name."""
    try:
        return text_or_gone(owners_path(workspace))
    except Gone:
        return ""
    except Invalid as error:
        fields = {**error.said.fields, "path": SHOWN}
        raise Invalid(Said(error.said.message, fields), fix=Said(error.fix.message, fields)) from None


def _owned(cause: str, about: Any) -> CauseOwned:
    names = ("owner", "measure")
    fits = isinstance(about, dict) and all(name in names and isinstance(text, str) for name, text in about.items())
    if not fits:
        raise Invalid(N_("{path}: {cause} must be a table with owner and measure, both texts."), path=SHOWN,
                      cause=cause, fix=N_("Write [{cause}], then owner = \"…\" and measure = \"…\"."))  # fmt: skip
    told = {name: as_one_line(text) for name, text in about.items()}
    for name, text in told.items():
        if len(text) > MOST:
            raise Invalid(N_("{path}: {name} of {cause} has {count} characters; {most} are the most."), path=SHOWN,
                          name=name, cause=cause, count=len(text), most=MOST, fix=MEND)  # fmt: skip
    return CauseOwned(*(told.get(name, "") for name in names))


def as_one_line(text: str) -> str:
    """A text as it is kept: one line that can be printed."""
    return " ".join(printable(text).split())


def owners_text(owned: Mapping[str, CauseOwned], before: str = "") -> str:
    """The text of the file; what is empty is left out, remarks on lines of their own stay as they were `before`."""
    top, above, last = _remarks(before)
    parts = ["\n".join([*(top or [HEADING]), ""])]
    for cause, each in sorted(owned.items()):
        lines = [f"{name} = {toml_string(as_one_line(text))}" for name, text in vars(each).items() if as_one_line(text)]
        if lines:
            parts.append("\n".join(["", *above.pop(cause, []), f"[{toml_key(cause)}]", *lines, ""]))
    left = [line for lines in (*above.values(), last) for line in lines]
    return "".join([*parts, *(["\n".join(["", *left, ""])] if left else [])])


def _remarks(text: str) -> tuple[list[str], dict[str, list[str]], list[str]]:
    """Lines with remarks alone: those at the top, those above the table of each cause, and those behind the last."""
    lines = [line.strip() for line in text.splitlines()]
    count = next((nth for nth, line in enumerate(lines) if not line.startswith("#")), len(lines))
    above: dict[str, list[str]] = {}
    waiting: list[str] = []
    for line in lines[count:]:
        if line.startswith("#"):
            waiting.append(line)
        elif TABLE.match(line):
            above[next(iter(parsed(line)))] = waiting
            waiting = []
    return lines[:count], above, waiting

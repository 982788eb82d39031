"""Where a rule file is wrong: the file, the line as written, and what was probably meant."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.signals.parameters import Parameter

if TYPE_CHECKING:
    from collections.abc import Sequence

_CONDITION = re.compile(r"(?<![\w-])condition\s*=")
_MEANT = N_("Did you mean {proposal}?")
_CHOICES = N_("Known here: {known}.")


@dataclass(frozen=True)
class Place:
    """A line of a rule file, found again in the text because the TOML reader forgets where things stood."""

    file: str
    text: str
    line: int = 1  # counted from 1

    @property
    def lines(self) -> list[str]:
        """The file's lines."""
        return self.text.splitlines() or [""]

    @property
    def shown(self) -> str:
        """The line as written."""
        return self.lines[min(self.line, len(self.lines)) - 1].strip()

    def at(self, key: str) -> Place:
        """The line that sets `key`, searched from here on, then from the start; this line when it is nowhere."""
        quoted = re.escape(key)
        sets = re.compile(rf"""(?<![\w-])["']?{quoted}["']?\s*[=.\]]|\.{quoted}\s*\]""")
        order = [*range(self.line - 1, len(self.lines)), *range(self.line - 1)]
        for index in order:
            if sets.search(_without_comment(self.lines[index])):
                return replace(self, line=index + 1)
        return self

    def condition(self, nth: int) -> Place:
        """The line of the nth condition, counted from 0: conditions are read in the order they are written."""
        met = -1
        for index, line in enumerate(self.lines):
            met += len(_CONDITION.findall(_without_comment(line)))
            if met >= nth:
                return replace(self, line=index + 1)
        return self

    def of_syntax(self, line: int | None) -> Place:
        """The line in which the text is no TOML; the last one when it ends too early."""
        return replace(self, line=len(self.lines) if line is None else line)


def _without_comment(line: str) -> str:
    """A line up to its comment; a # inside quotes is text."""
    quote = ""
    for index, sign in enumerate(line):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        elif sign == "#":
            return line[:index]
    return line


def refuse(place: Place, what: str, /, *, near: Sequence[str] = (), **data: object) -> Invalid:
    """The error to raise: file, line number, line, what is wrong with it and, when something is close, a proposal."""
    wanted = data.get("wanted")
    if isinstance(wanted, Parameter):
        data["wanted"] = Said(wanted.wanted)
    close = get_close_matches(str(data.get("found", "")), list(near), n=1, cutoff=0.5)
    fix, proposal = (_MEANT, close[0]) if close else (_CHOICES if near else "", "")
    here = {"file": place.file, "line": place.line, "text": place.shown, "what": Said(what, data)}
    return Invalid(
        Said(N_("Rule file {file}, line {line}: {what}.\n    {text}"), data | here),
        fix=Said(fix, {"proposal": proposal, "known": ", ".join(near)}),
        code="rule_file",
    )

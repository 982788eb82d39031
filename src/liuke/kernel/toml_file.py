"""TOML that people write: read whatever an editor saved it as, refused in words where that is impossible."""

from __future__ import annotations

import codecs
import json
import os
import re
import string
import tomllib
from typing import TYPE_CHECKING, Any

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said

if TYPE_CHECKING:
    from pathlib import Path

MARKED = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
BARE = frozenset(string.ascii_letters + string.digits + "_-")
SAVE = N_("Open it in an editor and save it as UTF-8.")


def text_of(path: Path) -> str:
    """The text of a file that is UTF-8, or says by its first bytes that it is UTF-16; Invalid for any other.

    Where no file can be read at that path, a folder for example, Invalid says so too.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Invalid(
            N_("{path} can't be read: {detail}."),
            path=path,
            detail=error.strerror or str(error),
            fix=N_("Put a text file that may be read in its place, or remove it."),
        ) from error
    encoding = next((name for mark, name in MARKED if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise Invalid(N_("{path}, line {line}: this is no UTF-8 text."), path=path, line=line, fix=SAVE) from error
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise Invalid(
            N_("{path}, line {line}: there is a character no text has (NUL); the file is damaged."),
            path=path,
            line=line,
            fix=N_("Bring it back from a backup, or write it anew."),
        )
    return text.replace("\r\n", "\n")


def text_if_any(path: Path) -> str | None:
    """The text of a file as `text_of` has it, None where nothing lies at that path."""
    return text_of(path) if os.path.lexists(path) else None


def toml_string(text: str) -> str:
    """A text as TOML has it in quotes: JSON escapes as TOML does, but for DEL, which TOML lets nowhere stand."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def toml_key(name: str) -> str:
    """A name as it stands before = or in brackets, in quotes where it must."""
    return name if name and set(name) <= BARE else toml_string(name)


class NotToml(ValueError):  # noqa: N818  (what a text is not)
    """A text that is no TOML: `what` is wrong, and in which `line`; None where that is nowhere, or at the end."""

    def __init__(self, what: Said, line: int | None) -> None:
        super().__init__(what.message)
        self.what = what
        self.line = line

    @property
    def said(self) -> Said:
        """What is wrong, and where."""
        if self.line is None:
            return self.what
        return Said(N_("line {line}: {what}"), {"line": self.line, "what": self.what})

    def __str__(self) -> str:
        return self.said.text()


WRONG = (  # by what the reader of TOML says of it, the first that fits
    (r"twice|overwrite|mutate|redefine|duplicate", N_("a name stands there a second time")),
    (r"unclosed|end of (?:a table|an array) declaration", N_("a bracket is opened and not closed")),
    (r"unterminated|expected .?[\"']", N_("a text in quotes has no end")),
    (
        r"illegal character|invalid character",
        N_("a character stands there that may not, or a text in quotes has no end"),
    ),
    (r"unescaped|hex value|unicode scalar", N_("a \\ in a text; write it twice, or use single quotes")),
    (r"expected '='|key part", N_("a name and = are expected, as in {example}")),
    (r"expected newline", N_("something stands behind the value; write one entry a line")),
    (
        r"invalid value|invalid statement",
        N_("neither a text in quotes, nor a number, nor a list; write as in {example}"),
    ),
    (r"date", N_("this is no day there is")),
)
ELSE = N_("this is not written as {example}")
EXAMPLE = 'name = "value"'


def parsed(text: str) -> dict[str, Any]:
    """The values of a TOML text; NotToml for every text that has none, however it was broken."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _broken(str(error)) from error
    except RecursionError:
        raise NotToml(Said(N_("brackets within brackets, too deep")), None) from None
    except ValueError as error:  # what the reader makes of a number of 5,000 digits
        raise NotToml(Said(N_("a number is too long")), None) from error


def _broken(told: str) -> NotToml:
    """What the reader of TOML told, in our words."""
    place = re.search(r"\(at line (\d+), column \d+\)$", told)
    fits = (said for pattern, said in WRONG if re.search(pattern, told.split(" (at ", maxsplit=1)[0], re.IGNORECASE))
    what = Said(next(fits, ELSE), {"example": EXAMPLE})
    return NotToml(what, int(place[1])) if place else NotToml(Said(N_("at the end: {what}"), {"what": what}), None)

"""TOML that people write: read whatever an editor saved it as, refused in words where that is impossible."""

from __future__ import annotations

import codecs
import os
import tomllib
from typing import TYPE_CHECKING, Any

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_

if TYPE_CHECKING:
    from pathlib import Path

MARKED = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
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


def parsed(text: str) -> dict[str, Any]:
    """The values of a TOML text; TOMLDecodeError for every text that has none, however it was broken."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except RecursionError as error:
        raise tomllib.TOMLDecodeError("brackets within brackets, too deep") from error
    except ValueError as error:  # what the reader makes of a number of 5,000 digits
        raise tomllib.TOMLDecodeError(str(error)) from error

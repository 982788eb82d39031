"""Two languages from one source: English msgids marked `N_()`, translated where they are shown.

Catalogues are `locale/zh_CN/*.po`, one a package of the source; they are read on first use and need no compiling.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LANGUAGES = ("zh", "en")
_words: ContextVar[Mapping[str, str] | None] = ContextVar("liuke_words", default=None)
_language: ContextVar[str | None] = ContextVar("liuke_language", default=None)


def N_(message: str) -> str:  # noqa: N802  (gettext's own name for "mark, don't translate yet")
    """Mark an English message for translation and return it unchanged."""
    return message


def language() -> str:
    """The language in force, `zh` or `en`: the one put in force, else that of LIUKE_LANG, else Chinese."""
    chosen = _language.get() or os.environ.get("LIUKE_LANG", "zh")
    return chosen if chosen in LANGUAGES else "zh"


def set_language(name: str) -> None:
    """Put a language in force for this context; unknown names raise ValueError."""
    if name not in LANGUAGES:
        raise ValueError(f"language must be one of {LANGUAGES}, not {name!r}")
    _language.set(name)


@contextmanager
def in_language(name: str) -> Iterator[None]:
    """Put a language in force for the length of a block."""
    if name not in LANGUAGES:
        raise ValueError(f"language must be one of {LANGUAGES}, not {name!r}")
    token = _language.set(name)
    try:
        yield
    finally:
        _language.reset(token)


@contextmanager
def in_words(words: Mapping[str, str]) -> Iterator[None]:
    """Say some messages in other words for the length of a block: the message to say, by the one it stands for."""
    token = _words.set(words)
    try:
        yield
    finally:
        _words.reset(token)


@cache
def catalogue() -> dict[str, str]:
    """All Chinese messages by English msgid."""
    messages: dict[str, str] = {}
    folder = resources.files("liuke").joinpath("locale", "zh_CN")
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.name.endswith(".po"):
            messages.update(parse_po(entry.read_text("utf-8")))
    return messages


def parse_po(text: str) -> dict[str, str]:
    """Messages of a `.po` file by msgid: the plain subset we write (no plurals, no contexts)."""
    messages: dict[str, str] = {}
    key: list[str] = []
    value: list[str] = []
    current: list[str] | None = None

    def finish() -> None:
        if key and "".join(key) and "".join(value):
            messages["".join(key)] = "".join(value)

    for line in map(str.strip, text.splitlines()):
        if line.startswith("msgid "):
            finish()
            key, value = [unquoted(line[6:])], []
            current = key
        elif line.startswith("msgstr "):
            value = [unquoted(line[7:])]
            current = value
        elif line.startswith('"') and current is not None:
            current.append(unquoted(line))
        elif not line:
            current = None
    finish()
    return messages


def unquoted(text: str) -> str:
    """A quoted text of a `.po` file; most have no escape and need no parser."""
    if "\\" not in text:
        return text.strip()[1:-1]
    import ast

    return str(ast.literal_eval(text))


def translate(message: str) -> str:
    """The message in the words and the language in force; the English msgid itself where that is English."""
    words = _words.get()
    if words is not None:
        message = words.get(message, message)
    if language() == "en":
        return message
    return catalogue().get(message, message)


def say(message: str, /, **data: object) -> str:
    """The message in the language in force with its fields filled in."""
    return translate(message).format(**data)

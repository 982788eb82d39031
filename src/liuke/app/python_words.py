"""Refusals of the one door in Python's own words: options are arguments there, and not words of a command."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from liuke.kernel.errors import Refused
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said

if TYPE_CHECKING:
    from collections.abc import Iterator

ARGUMENTS = {"--customer": "customer_id"}
OPTION = re.compile(r'(--[a-z-]+)(?: ("[^"]*"|(?!--)[^\s,"][^\s"]*))?')
BY_ARGUMENT = N_('Answer with {option}="value", where the value is one of:\n{listed}')
IN_PYTHON = {
    "If one of them is meant, name it: {option} HEADER.": N_('If one of them is meant, name it: {option}="header".'),
    "Answer with {option} VALUE, where VALUE is one of:\n{listed}": BY_ARGUMENT,
    "Answer with {option}, where VALUE is one of:\n{listed}": BY_ARGUMENT,
    "Export plain numbers such as 1234.50, one in each cell, or name another column: {option} HEADER.": N_(
        'Export plain numbers such as 1234.50, one in each cell, or name another column: {option}="header".'
    ),
    "Export the day of each document, or name a column that has it: {option} HEADER.": N_(
        'Export the day of each document, or name a column that has it: {option}="header".'
    ),
    "Days can be read such as 2026-01-31, 31.01.2026 or 20260131; or name another column: {option} HEADER.": N_(
        'Days can be read such as 2026-01-31, 31.01.2026 or 20260131; or name another column: {option}="header".'
    ),
    "Name what is meant, {options}; a file of another table is loaded with --table NAME.": N_(
        'Name what is meant, {options}; a file of another table is loaded with table="NAME".'
    ),
    "Answer them all in one line, with one of the values listed for each VALUE:\n  {command}": N_(
        "Answer them all in one call, with one of the values listed for each VALUE:\n  load(…, {command})"
    ),
}


@contextmanager
def in_python() -> Iterator[None]:
    """Put what is refused inside into the words of Python."""
    try:
        yield
    except Refused as refused:
        refused.said, refused.fix = _said(refused.said), _said(refused.fix)
        raise


def _said(sentence: Said) -> Said:
    told = {
        name: _arguments(text) if name in ("option", "options", "command") and isinstance(text, str) else text
        for name, text in sentence.fields.items()
    }
    return Said(IN_PYTHON.get(sentence.message, sentence.message), told)


def _arguments(words: str) -> str:
    """Options and their values as Python's arguments; those of `--answer` together."""
    answers: dict[str, str] = {}
    found: list[str] = []
    for option, value in OPTION.findall(words):
        bare = value.strip('",')
        if option == "--answer" and "=" in bare:
            key, _, answer = bare.rpartition("=")
            answers[key] = answer
        else:
            argument = ARGUMENTS.get(option, option[2:].replace("-", "_"))
            found.append(f'{argument}="{bare}"' if value else argument)
    if answers:
        found.append("answers={" + ", ".join(f'"{key}": "{answer}"' for key, answer in answers.items()) + "}")
    return ", ".join(found) if found else words

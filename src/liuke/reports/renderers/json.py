"""A listing as JSON: one array of objects, keys are codes; and any context as plain values."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence, Set
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING

from liuke.kernel.amounts import Money
from liuke.kernel.said import Said, Wordings
from liuke.reports import forms
from liuke.reports.shown import Listed

if TYPE_CHECKING:
    from collections.abc import Iterator


def records(listed: Listed) -> Iterator[dict[str, object]]:
    """The rows by code: numbers as numbers, money as text with its cents, days ISO, sentences in words."""
    columns = listed.columns("json")
    for row in listed.records():
        yield {shown.column: forms.data(shown, row, listed.currency) for shown in columns}


def lines(listed: Listed) -> Iterator[str]:
    """The array in pieces, a row each, so that a long one is never held whole."""
    yield "["
    for at, record in enumerate(records(listed)):
        yield f"{',' if at else ''}\n{json.dumps(record, ensure_ascii=False)}"
    yield "\n]\n" if len(listed) else "]\n"


def render(listed: Listed) -> str:
    """The array as text."""
    return "".join(lines(listed))


def marked(listed: Listed, about: str) -> str:
    """An object that says whose the rows are, and holds them."""
    return json.dumps({"about": about, "rows": list(records(listed))}, ensure_ascii=False) + "\n"


def one(listed: Listed) -> str:
    """The only row as an object."""
    (record,) = records(listed)
    return json.dumps(record, ensure_ascii=False) + "\n"


def plain(value: object) -> object:
    """A context, or a part of it, as dictionaries, lists, texts and numbers."""
    if isinstance(value, Listed):
        return list(records(value))
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(inner) for inner in value]
    if isinstance(value, Set):
        return sorted(map(plain, value), key=str)  # the same at every run
    if is_dataclass(value) and not isinstance(value, type | Said | Wordings | Money):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    return forms.plain_value(value)

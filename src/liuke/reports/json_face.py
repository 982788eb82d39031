"""The same context as plain values, for JSON: sentences in the language in force, money as text to the cent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal

from liuke.kernel.estimate import NotEstimable
from liuke.kernel.said import Said, Wordings
from liuke.reports.words import NO_LINKS


def plain(value: object) -> object:
    """A context, or a part of it, as dictionaries, lists, texts and numbers; in place of no number, its reason."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(inner) for inner in value]
    if is_dataclass(value) and not isinstance(value, type | Said | NotEstimable | Wordings):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    return _word(value)


def _word(value: object) -> object:
    if isinstance(value, NotEstimable):
        return {"not_estimable": value.text()}
    if isinstance(value, Said):
        return value.replace(**NO_LINKS).text()
    return str(value) if isinstance(value, Decimal | date | Wordings) else value

"""One sentence: an English message and its fields. It is stored as it is and put into words where it is shown.

Fields are texts, numbers, `Decimal`s, days, `Money`, `Share`, `Wordings`, other sentences, and tuples of these. A
sentence knows no language, so it may be made in any thread, kept in a table and read years later; `text()` belongs to
whoever shows it. Kept as JSON it is `{"said": message, "fields": {...}}`, see `_encode` for the fields.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from string import Formatter
from typing import Any

from liuke.kernel.amounts import Money, Share
from liuke.kernel.i18n import language, translate

# control characters, and those that end a line or turn the rest of it around
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
LONE = re.compile("[\ud800-\udfff]")  # halves of characters: file names that are no UTF-8 bear them
NONE = "-"  # several of something, and there are none


@dataclass(frozen=True)
class Said:
    """A message marked with `N_()` and its fields by name; without a message there is nothing to say."""

    message: str
    fields: Mapping[str, object] = field(default_factory=dict)

    def text(self) -> str:
        """The sentence in the language in force."""
        return _FILL.vformat(translate(self.message), (), self.fields) if self.message else ""

    def plain(self) -> dict[str, Any]:
        """The sentence as JSON values, in no language yet."""
        return {"said": self.message, "fields": {name: _encode(value) for name, value in self.fields.items()}}

    def pack(self) -> str:
        """The sentence as JSON text: what a column of a table holds."""
        return json.dumps(self.plain(), ensure_ascii=False)

    @classmethod
    def unpack(cls, found: str | Mapping[str, Any]) -> Said:
        """The sentence that `pack` or `plain` made; ValueError for anything else."""
        made = _decode(json.loads(found) if isinstance(found, str) else found)
        if not isinstance(made, Said):
            raise ValueError(f"not a packed sentence: {str(found)[:80]}")
        return made

    def replace(self, **fields: object) -> Said:
        """The sentence with some fields put in or put in anew."""
        return Said(self.message, {**self.fields, **fields})

    def __bool__(self) -> bool:
        return bool(self.message)

    def __str__(self) -> str:
        return self.text()

    def __format__(self, spec: str) -> str:
        return format(self.text(), spec)


@dataclass(frozen=True)
class Wordings:
    """A short text given in each language, for data whose wording the catalogue can't hold: the title of a rule."""

    zh: str
    en: str

    def __str__(self) -> str:
        return printable(self.zh if language() == "zh" else self.en)

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


def with_currency(said: Said, currency: str) -> Said:
    """The sentence with the currency of every amount that has none: signals and values do not know it."""
    return Said(said.message, {name: _in_currency(value, currency) for name, value in said.fields.items()})


def as_read(value: object) -> str:
    """A field as it is read in the language in force: listed as it lists, exact numbers without idle decimals."""
    if isinstance(value, tuple):
        return ("、" if language() == "zh" else ", ").join(as_read(each) for each in value) or NONE
    if isinstance(value, Decimal):
        return f"{value:,f}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return printable(str(value))


def printable(text: str) -> str:
    """Text from documents without the control characters no reader can show, nor those that turn a line around."""
    return LONE.sub("\ufffd", CONTROL.sub("", text))


class _Fill(Formatter):
    """Fields put into a message; where the message gives no format of its own they are shown as they are read."""

    def format_field(self, value: Any, format_spec: str) -> str:
        return format(value, format_spec) if format_spec else as_read(value)


_FILL = _Fill()


def _in_currency(value: object, currency: str) -> object:
    if isinstance(value, Said):
        return with_currency(value, currency)
    if isinstance(value, tuple):
        return tuple(_in_currency(each, currency) for each in value)
    return Money(value.value, currency) if isinstance(value, Money) and not value.currency else value


_WRITE: dict[type, Callable[[Any], dict[str, Any]]] = {
    Said: Said.plain,
    Money: lambda money: {"money": str(money.value), "currency": money.currency},
    Share: lambda share: {"share": share.value, "digits": share.digits},
    Wordings: lambda text: {"zh": text.zh, "en": text.en},
    Decimal: lambda number: {"decimal": str(number)},
    date: lambda day: {"day": day.isoformat()},
}
_READ: dict[frozenset[str], Callable[[Mapping[str, Any]], object]] = {
    frozenset({"said", "fields"}): lambda found: Said(
        found["said"], {name: _decode(value) for name, value in found["fields"].items()}
    ),
    frozenset({"money", "currency"}): lambda found: Money(Decimal(found["money"]), found["currency"]),
    frozenset({"share", "digits"}): lambda found: Share(found["share"], found["digits"]),
    frozenset({"zh", "en"}): lambda found: Wordings(found["zh"], found["en"]),
    frozenset({"decimal"}): lambda found: Decimal(found["decimal"]),
    frozenset({"day"}): lambda found: date.fromisoformat(found["day"]),
}


def _encode(value: object) -> Any:
    """A field as JSON values: what JSON has no type for is an object whose keys name it."""
    if hasattr(value, "item"):  # a NumPy number
        value = value.item()
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, tuple):
        return [_encode(each) for each in value]
    if type(value) not in _WRITE:
        raise TypeError(f"a sentence can't hold {value!r}")
    return _WRITE[type(value)](value)


def _decode(found: Any) -> Any:
    """What `_encode` was given."""
    if isinstance(found, list):
        return tuple(_decode(each) for each in found)
    if not isinstance(found, Mapping):
        return found
    read = _READ.get(frozenset(found))
    if read is None:
        raise ValueError(f"no field of a sentence: {str(found)[:80]}")
    return read(found)

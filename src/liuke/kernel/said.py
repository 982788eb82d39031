"""One sentence: an English message and its fields. It is stored as it is and put into words where it is shown.

Fields may be texts, whole numbers, floats, `Decimal`s, days, `Money`, other sentences, and tuples of these.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from liuke.kernel.i18n import language, translate

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Said:
    """A message marked with `N_()` and its fields by name."""

    message: str
    fields: Mapping[str, object] = field(default_factory=dict)

    def text(self) -> str:
        """The sentence in the language in force."""
        return translate(self.message).format(**{name: _shown(value) for name, value in self.fields.items()})

    def pack(self) -> str:
        """The sentence as JSON text, in no language yet."""
        return json.dumps(self, ensure_ascii=False, default=_encode)

    @classmethod
    def unpack(cls, text: str) -> Said:
        """The sentence that `pack` wrote; ValueError for any other text."""
        found = json.loads(text, object_hook=_decode)
        if not isinstance(found, Said):
            raise ValueError(f"not a packed sentence: {text[:80]}")
        return found

    def __str__(self) -> str:
        return self.text()

    def __format__(self, spec: str) -> str:
        return format(self.text(), spec)


def _shown(value: object) -> object:
    """A field as it is read: several of them are listed as the language in force lists."""
    if isinstance(value, tuple):
        return ("、" if language() == "zh" else ", ").join(str(_shown(each)) for each in value)
    return value


def _encode(value: object) -> object:
    if isinstance(value, Said):
        return {"said": value.message, "fields": dict(value.fields)}
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if hasattr(value, "currency"):  # an amount
        return {"decimal": str(value.value)}  # type: ignore[attr-defined]
    if hasattr(value, "item"):  # a NumPy number
        return value.item()
    raise TypeError(f"a sentence can't hold {value!r}")


def _decode(found: dict[str, Any]) -> Any:
    if "said" in found:
        return Said(found["said"], {name: _listed(value) for name, value in found["fields"].items()})
    if found.keys() == {"decimal"}:
        return Decimal(found["decimal"])
    if found.keys() == {"day"}:
        return date.fromisoformat(found["day"])
    return found


def _listed(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value

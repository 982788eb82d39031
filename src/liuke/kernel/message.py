"""The fields of a message as JSON and back: decimals and days keep their type, so each language can word them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

DECODED: dict[str, Callable[[str], object]] = {"money": Decimal, "day": date.fromisoformat}


def pack(fields: dict[str, object]) -> str:
    """Fields as JSON text; money as {"money": "12.50"}, days as {"day": "2026-10-31"}."""
    return json.dumps(fields, ensure_ascii=False, default=_encode)


def unpack(text: str | None) -> dict[str, Any]:
    """What `pack` was given; nothing for no text."""
    fields: dict[str, Any] = json.loads(text or "{}", object_hook=_decode)
    return fields


def _encode(value: object) -> object:
    if isinstance(value, Decimal):
        return {"money": str(value)}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if hasattr(value, "item"):  # a NumPy number
        return value.item()
    raise TypeError(f"a message can't hold {value!r}")


def _decode(found: dict[str, Any]) -> Any:
    """What `_encode` wrote; a message whose only field bears such a name has a value there and no text."""
    if len(found) == 1:
        name, value = next(iter(found.items()))
        if name in DECODED and isinstance(value, str):
            return DECODED[name](value)
    return found

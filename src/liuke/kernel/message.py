"""The fields of a message as JSON and back: decimals and days keep their type, so each language can word them."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any


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
    if found.keys() == {"money"}:
        return Decimal(found["money"])
    if found.keys() == {"day"}:
        return date.fromisoformat(found["day"])
    return found

"""A stored message as a sentence: money worded for the language, days and words as they stand."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from liuke.kernel.i18n import say
from liuke.kernel.message import unpack
from liuke.reports.figures import Money

if TYPE_CHECKING:
    from collections.abc import Mapping


def sentence(message: str, fields: Mapping[str, object] | None, currency: str, packed: str | None = None) -> str:
    """The message in the language in force; `packed` are its fields as a table stores them."""
    data = dict(fields or {}) | unpack(packed)
    return say(message, **{k: Money(v, currency) if isinstance(v, Decimal) else v for k, v in data.items()})

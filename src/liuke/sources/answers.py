"""What a person says of a file before anybody asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime

    from liuke.sources.mapping import Rate


@dataclass(frozen=True)
class Answers:
    """Headers and ways of reading given beforehand; None leaves it to the values.

    `others` are (key, value) answers to any question, by its key. `today` is the last day a document may bear; the
    clock's by default.
    """

    customer_id: str | None = None
    date: str | None = None
    amount: str | None = None
    date_order: str | None = None
    kind: str | None = None
    tax: str | None = None
    discount: str | None = None
    decimal: str | None = None
    months: str | None = None
    currency: str | None = None
    rates: tuple[Rate, ...] = ()
    others: tuple[tuple[str, str], ...] = ()
    today: datetime.date | None = None

    def to(self, key: str) -> str | None:
        """What was said to a question before it was asked."""
        said = dict(self.others).get(key)
        return said if said is not None else getattr(self, key, None)

"""A number that knows how sure it is, or a reason why there is none: absence is a type the screen renders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from liuke.kernel.said import Said

if TYPE_CHECKING:
    from typing import Self


@dataclass(frozen=True)
class Estimate:
    """A value with its interval, where it has one (both ends in the value's own unit), and the code of its method."""

    value: float
    low: float | None = None
    high: float | None = None
    method: str = "count"

    @property
    def ends(self) -> tuple[float, float]:
        """The interval; the value itself twice where it has none."""
        return (
            self.value if self.low is None else self.low,
            self.value if self.high is None else self.high,
        )


@dataclass(frozen=True)
class NotEstimable:
    """No number: the reason, shown to the user in place of one."""

    reason: Said

    @classmethod
    def because(cls, message: str, /, **fields: object) -> Self:
        """No number, for a reason given as a msgid and its fields."""
        return cls(Said(message, fields))

    def text(self) -> str:
        """The reason in the language in force."""
        return self.reason.text()


Answer = Estimate | NotEstimable

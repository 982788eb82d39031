"""A number that knows how sure it is, or a reason why there is none: absence is a type the screen renders."""

from __future__ import annotations

from dataclasses import dataclass, field

from liuke.kernel.i18n import say


@dataclass(frozen=True)
class Estimate:
    """A value with its interval (both ends in the value's own unit) and what produced it."""

    value: float
    low: float
    high: float
    method: str = ""


@dataclass(frozen=True)
class NotEstimable:
    """No number: the reason is a message with its fields, shown to the user in place of one."""

    reason: str
    data: dict[str, object] = field(default_factory=dict)

    def text(self) -> str:
        """The reason in the language in force."""
        return say(self.reason, **self.data)


Answer = Estimate | NotEstimable

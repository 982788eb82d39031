"""The settings of a condition: what each may be, its unit and the help a person reads."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from typing import Literal

from liuke.kernel.i18n import N_

Kind = Literal["whole", "number", "share", "amount", "flag", "choice"]

_WANTED: dict[Kind, str] = {
    "whole": N_("a whole number"),
    "number": N_("a number"),
    "share": N_("a share, with at most four decimals"),
    "amount": N_("an amount"),
    "flag": N_("true or false"),
    "choice": N_("one of a list"),
}


@dataclass(frozen=True)
class Parameter:
    """One setting of a condition; `low` and `high` are both allowed, `unit` and `help` are msgids."""

    kind: Kind
    help: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()

    @property
    def wanted(self) -> str:
        """Msgid of what the value must be."""
        return _WANTED[self.kind]

    def fits_type(self, value: object) -> bool:
        """Whether the value is of the right type, its size apart."""
        if self.kind in {"flag", "choice"}:
            return isinstance(value, bool if self.kind == "flag" else str)
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or not isfinite(value):
            return False
        if self.kind == "whole":
            return isinstance(value, int)
        steps = {"share": 10_000, "amount": 100}.get(self.kind)
        return steps is None or Decimal(str(value)) * steps % 1 == 0

    def fits_range(self, value: object) -> bool:
        """Whether a value of the right type is within its bounds or among its choices."""
        if self.kind == "flag":
            return True
        if self.kind == "choice":
            return value in self.choices
        assert isinstance(value, int | float | Decimal)
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


MEASURE = Parameter(
    "choice",
    N_("What is looked at: amount, margin, quantity or the number of documents."),
    choices=("amount", "margin", "quantity", "documents"),
)


def periods_of(text: str, *, low: int = 1, high: int = 60) -> Parameter:
    """A number of periods with its help."""
    return Parameter("whole", text, N_("periods"), low, high)


def share_of(text: str, *, low: float = 0.0, high: float = 1.0) -> Parameter:
    """A share with its help."""
    return Parameter("share", text, N_("share"), low, high)

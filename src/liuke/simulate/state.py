"""The firm's customers between two months: all a continuation needs, and what each month yields."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from liuke.simulate.causes import SCARS
from liuke.simulate.chance import F32, Bools

Codes = npt.NDArray[np.int8]
NOT_YET, BUYING, AWAY, CLOSED, PRUNED = range(5)  # status


@dataclass
class State:
    """One value a customer before `month` begins; scars are (scars, customers). `firm.step` uses it up."""

    month: int
    status: Codes
    scar: F32
    blame: F32  # (scars, customers): utility each scar has cost of late, while they bought
    warmth: F32  # utility built by relationship
    promised_warmth: F32  # where it tends to
    trap: F32  # utility lost since promotions ended
    sharpness: F32  # price sensitivity's ratio to its first value
    deal: Codes  # months a promotion still runs
    approached: Codes  # months a win-back is still fresh
    let: Bools  # let go: not visited any more
    fast: F32  # sales over about three months, season taken out
    slow: F32  # the same over about a year

    def copy(self) -> State:
        """A state whose arrays can be changed without changing this one's."""
        parts: dict[str, Any] = {f.name: getattr(self, f.name) for f in fields(self)}
        copied: dict[str, Any] = {name: v.copy() if isinstance(v, np.ndarray) else v for name, v in parts.items()}
        return State(**copied)


def fresh(size: int) -> State:
    """Before the first month: nobody has bought, nothing hurts."""
    zero = np.zeros(size, dtype=np.float32)
    code = np.zeros(size, dtype=np.int8)
    return State(
        month=0,
        status=code.copy(),
        scar=np.zeros((len(SCARS), size), dtype=np.float32),
        blame=np.zeros((len(SCARS), size), dtype=np.float32),
        warmth=zero.copy(),
        promised_warmth=zero.copy(),
        trap=zero.copy(),
        sharpness=np.ones(size, dtype=np.float32),
        deal=code.copy(),
        approached=code.copy(),
        let=np.zeros(size, dtype=bool),
        fast=zero.copy(),
        slow=zero.copy(),
    )


@dataclass(frozen=True)
class Path:
    """What months yield: expected sales and margin in yuan, share of wallet, status; (customers, months) from `first`.

    Sales are expected, not realised: documents scatter around them. Margin is after discounts and cost to serve.
    """

    first: int
    sales: F32
    margin: F32
    share: F32
    status: Codes

    def column(self, month: int) -> int:
        """Position of a month of the history."""
        return month - self.first

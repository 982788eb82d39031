"""Small panels and states written down by hand for the tests of reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from liuke.kernel.period import Periods
from liuke.panel.panel import NEVER, Measures, Panel
from liuke.panel.states import CODE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from liuke.kernel.period import Unit

CODES = dict(CODE)


def panel_of(
    amount: npt.ArrayLike,
    *,
    occasions: npt.ArrayLike | None = None,
    first: int = 2024 * 12,
    unit: Unit = "month",
    attributes: Mapping[str, Sequence[object]] | None = None,
    export_start: int = -(10**6),
    margin: npt.ArrayLike | None = None,
) -> Panel:
    """A panel of cents; one purchase day (the 10th day of the period) wherever the amount is above 0."""
    cents = np.asarray(amount, np.int64)
    days = (cents > 0).astype(np.int32) if occasions is None else np.asarray(occasions, np.int32)
    periods = Periods(unit, first, first + cents.shape[1] - 1)
    starts = periods.starts[None, :]
    bought = days > 0
    measures = Measures(
        amount=cents,
        documents=days,
        occasions=days,
        first_on=np.where(bought, starts + 9, NEVER).astype(np.int32),
        last_on=np.where(bought, starts + 9 + (days - 1), NEVER).astype(np.int32),
        margin=None if margin is None else np.asarray(margin, np.int64),
    )
    return Panel(
        periods=periods,
        customer=np.arange(len(cents), dtype=np.int32),
        basis="invoice",
        kinds={"invoice": measures},
        export_start=export_start,
        attributes={name: np.array(list(values), dtype=object) for name, values in (attributes or {}).items()},
    )


def states_of(*rows: str) -> npt.NDArray[np.int8]:
    """States by letter, a string a customer: `.` never bought, n new, a active, w won back, f falling, l lost."""
    letters = {".": 0, "n": 1, "a": 2, "w": 3, "f": 4, "t": 5, "d": 6, "l": 7}
    return np.array([[letters[letter] for letter in row] for row in rows], dtype=np.int8)

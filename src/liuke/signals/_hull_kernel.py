"""Compiled loop of the upper convex hull; imported when first used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from liuke.signals.compiled import compiled

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]


@compiled
def upper_hull(x: Floats, y: Floats) -> npt.NDArray[np.intp]:
    """Positions of the upper convex hull of points sorted by x, then y (Andrew's monotone chain).

    A point on or below the line between its neighbours is no corner; of equal points the first stays.
    """
    kept, count = np.empty(len(x), np.intp), 0
    for c in range(len(x)):
        if count and x[c] == x[kept[count - 1]] and y[c] == y[kept[count - 1]]:
            continue
        while count > 1:
            a, b = kept[count - 2], kept[count - 1]
            if (x[b] - x[a]) * (y[c] - y[a]) < (y[b] - y[a]) * (x[c] - x[a]):
                break
            count -= 1
        kept[count] = c
        count += 1
    return kept[:count]

"""Which customers are alike: codes of segment and region from the customer file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from liuke.panel.panel import Int32
    from liuke.run.known import Known

SEGMENTS = ("industry", "channel", "tier", "grade")  # the first that is known is the segment
UNKNOWN = -1


def segment_column(known: Known) -> str | None:
    """The column of the customer file that segments customers here; None where none does."""
    held = known.panels.attributes
    return next((name for name in SEGMENTS if name in held), None)


def coded(known: Known, column: str | None) -> tuple[Int32, list[str]]:
    """A number of each customer's value, UNKNOWN where it has none, (customers,); and the values by number."""
    held = known.panels.attributes
    size = len(known.panels.customers)
    if column is None or column not in held:
        return np.full(size, UNKNOWN, np.int32), []
    texts = [str(each) for each in held[column] if each is not None]
    values = sorted(set(texts))
    number = {each: nth for nth, each in enumerate(values)}
    return np.array([UNKNOWN if each is None else number[str(each)] for each in held[column]], np.int32), values


def strata(known: Known) -> Int32:
    """One number for each pair of segment and region; (customers,)."""
    segment, _ = coded(known, segment_column(known))
    region, regions = coded(known, "region")
    return ((segment.astype(np.int64) + 1) * (len(regions) + 1) + region + 1).astype(np.int32)

"""The causes the simulated firm knows, in the order of its arrays. The first ten leave scars that fade."""

from __future__ import annotations

import numpy as np

from liuke.simulate.chance import F32
from liuke.simulate.world import World

SCARS = (
    "salesperson_left",
    "promise_broken",
    "complaint_badly_handled",
    "late_delivery",
    "quality",
    "competitor_entry",
    "product_discontinued",
    "terms_tightened",
    "channel_conflict",
    "unlisted",
)
CAUSES = (*SCARS, "price", "market", "unavoidable", "pruned")
CODE = {name: number for number, name in enumerate(CAUSES)}
NONE = "none"  # would have left or shrunk anyway
# what is left of a scar after a month
FADE: F32 = np.array([0.90, 0.90, 0.91, 0.72, 0.88, 0.965, 0.94, 0.97, 0.92, 0.95], dtype=np.float32)
HEALED_BY_REPAIR = ("promise_broken", "complaint_badly_handled", "late_delivery", "quality")
HEALED_BY_TERMS = ("terms_tightened", "channel_conflict")


def hurts(world: World) -> F32:
    """Utility lost to a fresh scar of size 1; (scars,)."""
    return np.array([world[f"hurt_{name}"] for name in SCARS], dtype=np.float32)

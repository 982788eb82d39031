"""How often tools may be called: an assistant that loops must not keep the firm's server busy."""

from __future__ import annotations

import time
from collections import deque

from liuke.kernel.errors import TooMany
from liuke.kernel.i18n import N_

MOST, WITHIN = 120, 60.0  # calls in so many seconds


class Pace:
    """The moments of the last calls."""

    def __init__(self) -> None:
        self._at: deque[float] = deque(maxlen=MOST)

    def step(self) -> None:
        """Count a call; TooMany where there were too many of late."""
        now = time.monotonic()
        if len(self._at) == MOST and now - self._at[0] < WITHIN:
            raise TooMany(
                N_("More than {most} calls in a minute."), most=MOST, fix=N_("Wait a little, then ask again.")
            )
        self._at.append(now)

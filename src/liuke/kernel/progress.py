"""How long work says where it is, and how it is told to stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from liuke.kernel.errors import LiukeError
from liuke.kernel.i18n import N_

if TYPE_CHECKING:
    from liuke.kernel.said import Said


class Stopped(LiukeError):  # noqa: N818  (what was asked for, not a fault)
    """Somebody asked the work to stop; everything is as it was before it began."""

    def __init__(self) -> None:
        super().__init__(N_("Stopped. Everything is as it was before."))


class Progress(Protocol):
    """Whoever wants to know how far the work is. It is called from the thread that does the work."""

    def step(self, stage: Said, done: int, total: int) -> None:
        """`done` of `total` parts of a stage are through (total 0: nobody knows how many); raises Stopped to end it."""


class Unwatched:
    """Progress nobody looks at."""

    def step(self, stage: Said, done: int, total: int) -> None:
        """Nothing."""

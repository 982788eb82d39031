"""The stages of loading, running and simulating as sentences, for whoever watches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said

if TYPE_CHECKING:
    from collections.abc import Callable

    from liuke.kernel.progress import Progress

STAGES = {
    "read": N_("reading rows"),
    "store": N_("storing documents"),
    "panel": N_("summing up periods"),
    "learn": N_("learning rhythms"),
    "model": N_("fitting the model"),
    "signals": N_("evaluating rules"),
    "value": N_("valuing customers"),
    "write": N_("writing the run"),
    "truth": N_("working out the truth"),
    "documents": N_("writing documents"),
    "tables": N_("writing tables"),
}


def named(progress: Progress) -> Callable[[str, int, int], None]:
    """Steps by the name of their stage, handed on as sentences."""

    def step(stage: str, done: int, total: int) -> None:
        progress.step(Said(STAGES[stage]), done, total)

    return step

"""The kinds of jobs, one file each. A file has:

    KIND = "run"                     its name in the work store; jobs of one kind go one by one, kinds beside each other
    TITLE = N_("Run")                what it is called
    VERB = "run"                     what somebody must be allowed to do to start one
    PARTS = ((STAGE, share), ...)    stages that report progress, in order, and their shares of the time; may be empty
    def run(firm, args, progress):   do it in a process of its own; a dict of JSON values says what came out

Whatever `run` does must be safe to end at any moment and safe to begin again with the same arguments.
"""

from __future__ import annotations

import pkgutil
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from liuke.kernel.errors import NotFound
from liuke.kernel.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from liuke.app.firm import Firm
    from liuke.kernel.progress import Progress
    from liuke.kernel.said import Said


@dataclass(frozen=True)
class JobKind:
    """One kind of job; see above."""

    name: str
    title: str
    verb: str
    parts: Sequence[tuple[Said, float]]
    run: Callable[[Firm, Mapping[str, Any], Progress], dict[str, Any]]


@cache
def job_kinds() -> Mapping[str, JobKind]:
    """Every kind by its name."""
    found = {}
    for module in pkgutil.iter_modules(__path__):
        made = import_module(f"{__name__}.{module.name}")
        found[made.KIND] = JobKind(made.KIND, made.TITLE, made.VERB, made.PARTS, made.run)
    return found


def job_kind(name: str) -> JobKind:
    """The kind of this name; NotFound for one this program does not know."""
    found = job_kinds().get(name)
    if found is None:
        raise NotFound(N_("This program does no jobs of the kind {kind}."), kind=name, code="unknown_kind")
    return found

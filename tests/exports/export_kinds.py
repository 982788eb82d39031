"""A family makes files of one kind; each file carries its truth and whether a person could read it unaided."""

from __future__ import annotations

import random
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from export_truth import Truth
    from export_writing import File


@dataclass
class Export:
    """Files loaded in order, and what is right: one of `truths` is stored, or the load asks or is refused."""

    files: list[File]
    truths: list[Truth]  # none: whatever is stored would be a guess, so it must ask or refuse
    note: str = ""  # what a careful bookkeeper sees in it
    table: str = "document_line"
    given: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Family:
    name: str
    make: Callable[[random.Random], Export]
    unaided: bool  # a person would read it without asking anybody
    seeds: int  # how many files the suite takes

    def export(self, seed: int) -> Export:
        """The file of a seed: always the same bytes of text, the same cells of a workbook."""
        return self.make(random.Random(zlib.crc32(self.name.encode()) * 1000 + seed))


FAMILIES: dict[str, Family] = {}


def family(*, unaided: bool = True, seeds: int = 2) -> Callable[[Callable[[random.Random], Export]], object]:
    """Enter a function as a family under its own name."""

    def enter(make: Callable[[random.Random], Export]) -> Callable[[random.Random], Export]:
        assert make.__name__ not in FAMILIES, make.__name__
        FAMILIES[make.__name__] = Family(make.__name__, make, unaided, seeds)
        return make

    return enter

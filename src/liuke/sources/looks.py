"""The looks of a table's columns, each worked out when it is first asked for: most of a wide table never are."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from liuke.sources.profile import Profile, profile

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

MOSTLY, HALF = 0.9, 0.5
GLANCE = 200  # cells that tell what a column is not
LIKE_A_NUMBER = r"^[^\d]{0,12}\d[\d.,'’`´ \s，．·eE+−–-]*[^\d]{0,12}$"


class Looks(dict[str, Profile]):
    """By header, in the order of the file."""

    def __init__(self, sample: pl.DataFrame, headers: list[str]) -> None:
        super().__init__()
        self._sample, self._headers = sample, dict.fromkeys(headers)

    def __missing__(self, header: str) -> Profile:
        if header not in self._headers:
            raise KeyError(header)
        self[header] = profile(header, self._sample[header])
        return self[header]

    def of_numbers(self) -> list[tuple[str, Profile]]:
        """Headers and looks of the columns that mostly hold numbers and no days: others are not looked at."""
        able = [(header, self[header]) for header in self._headers if header in self._like_numbers]
        return [(header, look) for header, look in able if look.numbers >= MOSTLY and look.dates < 0.1]

    @cached_property
    def _like_numbers(self) -> frozenset[str]:
        """Columns of which half the cells, of some from all over, have digits in one place and little else."""
        cells = self._sample.gather_every(max(1, self._sample.height // GLANCE))
        texts = [name for name, kind in cells.schema.items() if kind == pl.String and self._filled(name)]
        others = [name for name, kind in cells.schema.items() if kind != pl.String]
        if not texts:
            return frozenset(others)
        (shares,) = cells.select(pl.col(texts).str.contains(LIKE_A_NUMBER).mean()).rows()
        return frozenset(
            [*others, *(n for n, share in zip(texts, shares, strict=True) if share is None or share > HALF)]
        )

    def _filled(self, header: str) -> bool:
        return self._sample[header].null_count() < self._sample.height

    def leave_out(self, headers: Collection[str]) -> None:
        """Look at these columns no more."""
        self._headers = {header: None for header in self._headers if header not in headers}

    def __contains__(self, header: object) -> bool:
        return header in self._headers

    def __iter__(self) -> Iterator[str]:
        return iter(self._headers)

    def __len__(self) -> int:
        return len(self._headers)

    def items(self) -> list[tuple[str, Profile]]:  # type: ignore[override]
        """Every header with its look."""
        return [(header, self[header]) for header in self._headers]

    def values(self) -> list[Profile]:  # type: ignore[override]
        """The look of every column."""
        return [self[header] for header in self._headers]

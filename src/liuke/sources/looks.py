"""The looks of a table's columns, each worked out when it is first asked for: most of a wide table never are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.sources.profile import Profile, profile

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    import polars as pl


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

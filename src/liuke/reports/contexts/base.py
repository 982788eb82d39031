"""What every context is, and the little of a run that contexts are made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl


DOCUMENTS = "document"  # by far the largest table of a run


@dataclass(frozen=True)
class Context:
    """All that a page or a part of it shows. Each field says in its annotation what it is; a test holds that.

    A template sees its context and nothing else, and JSON holds the same (`renderers.json.plain`).
    """


class Source(Protocol):
    """Where contexts come from: the tables of a finished run and what it says of itself."""

    @property
    def info(self) -> Mapping[str, Any]:
        """Firm, currency, as_of, counts, sources, versions."""

    def table(self, name: str) -> pl.DataFrame:
        """A table, whole."""

    def scan(self, name: str) -> pl.LazyFrame:
        """A table, to be read in part."""


class Once:
    """A source whose tables are read whole and once, for reports that need all of them."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.held: dict[str, pl.DataFrame] = {}

    @property
    def info(self) -> Mapping[str, Any]:
        """As the source has it."""
        return self.source.info

    def table(self, name: str) -> pl.DataFrame:
        """A table, whole; read at the first time of asking."""
        if name not in self.held:
            self.held[name] = self.source.table(name)
        return self.held[name]

    def scan(self, name: str) -> pl.LazyFrame:
        """The same, lazily; the table of all documents is never held."""
        return self.source.scan(name) if name == DOCUMENTS else self.table(name).lazy()

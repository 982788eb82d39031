"""What a run is made of: stages. A new question about all customers is a new stage, not an edit of those there are.

A run looks at every customer twice, chunk by chunk. In the first pass a stage *learns* sums that add up with `+`; then
it *fits* what it knows of the whole base; in the second pass it *judges* each chunk; then it *finishes* into tables.
Each may read what the stages it needs have left: of the same chunk from the `Chunk`, of all customers from `Known`.
Nothing is shared between chunks but what is returned, for two chunks are worked on at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    import numpy.typing as npt
    import polars as pl

    from liuke.kernel.contract import Contract
    from liuke.panel.panel import Panel
    from liuke.run.known import Known

T = TypeVar("T")


@dataclass
class Chunk:
    """Some customers of a run in one pass: their panel, and what the stages before have found of them."""

    panel: Panel
    number: int
    rows: slice  # their positions among the run's customers
    so_far: Mapping[type, Any] = field(default_factory=dict)  # sums of the chunks added before this one, by type
    found: dict[type, Any] = field(default_factory=dict)  # by type, of this chunk

    @cached_property
    def latest(self) -> Panel:
        """The panel as known at the run's as_of, one row a customer."""
        return self.panel.latest()

    def of(self, kind: type[T]) -> T:
        """What an earlier stage found of this chunk."""
        return cast("T", self.found[kind])


@dataclass(frozen=True)
class Judged:
    """What a stage says of a chunk."""

    sums: Any = None  # adds up with those of the other chunks
    columns: Mapping[str, npt.NDArray[Any]] = field(default_factory=dict)  # (customers, …), kept in memory
    frame: pl.DataFrame | None = None  # one row a customer, kept on disk until the stage finishes
    found: object = None  # for later stages at the same chunk


@dataclass(frozen=True)
class Passed:
    """What a stage said of all chunks: the sums, the columns of all customers, and the files of the frames."""

    sums: Any = None
    columns: Mapping[str, npt.NDArray[Any]] = field(default_factory=dict)
    frames: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Finished:
    """What a stage leaves: its tables, whole or in parts to be written one after another, and a result for others."""

    tables: Mapping[str, pl.DataFrame | Iterable[pl.DataFrame]] = field(default_factory=dict)
    result: object = None


class Stage:
    """One stage; what it does not do it leaves out."""

    name: str
    needs: tuple[str, ...] = ()  # stages before it whose findings it reads
    settings: tuple[str, ...] = ()  # settings that decide its result; no other can be read
    reads: tuple[str, ...] = ()  # tables of facts beside documents, customers, products and salespeople
    files: tuple[str, ...] = ()  # files of the workspace that decide its result
    plugins: tuple[str, ...] = ()  # packages whose files decide its result
    by_rules: bool = False  # whether the workspace's rules decide its result
    by_causes: bool = False  # whether the causes in force do
    by_audits: bool = False  # whether what people found of causes does
    tables: tuple[Contract, ...] = ()

    def learn(self, chunk: Chunk, known: Known) -> object:
        """First pass: a sum that adds up with `+`, or None."""

    def fit(self, total: Any, known: Known) -> object:
        """Between the passes: what all customers together teach, found later by its type."""

    def judge(self, chunk: Chunk, known: Known) -> Judged | None:
        """Second pass: what there is to say of these customers."""

    def finish(self, passed: Passed, known: Known) -> Finished:  # noqa: ARG002  (the stages that finish read them)
        """After the passes: the stage's tables."""
        return Finished()

    def describe(self, known: Known) -> dict[str, Any]:  # noqa: ARG002
        """Its part of `run.json`."""
        return {}

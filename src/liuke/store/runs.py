"""Runs: immutable folders of Parquet tables; `current` names the one everybody reads.

A run is built beside the others and moved into place whole; then one rename makes it current. A reader never sees half
a run, and a run killed at any point leaves the last good one in place.
"""

from __future__ import annotations

import json
import os
import shutil
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import polars as pl

from liuke.kernel.errors import NotFound
from liuke.kernel.i18n import N_
from liuke.store.disk import write_parquet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True)
class Run:
    """One finished run: its tables and its `run.json`."""

    root: Path

    @cached_property
    def info(self) -> dict[str, Any]:
        """Inputs, settings, versions, counts and seconds."""
        data: dict[str, Any] = json.loads((self.root / "run.json").read_text("utf-8"))
        return data

    def table(self, name: str) -> pl.DataFrame:
        """One of the run's tables, whole."""
        return pl.read_parquet(self.root / f"{name}.parquet", glob=False)

    def scan(self, name: str) -> pl.LazyFrame:
        """One of the run's tables, to be read in part."""
        return pl.scan_parquet(self.root / f"{name}.parquet", glob=False)

    @property
    def tables(self) -> list[str]:
        """Names of the tables."""
        return sorted(path.stem for path in self.root.glob("*.parquet"))


class Draft:
    """A run being written."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, name: str, table: pl.DataFrame) -> None:
        """Write one table."""
        write_parquet(table, self.root / f"{name}.parquet")

    def finish(self, info: dict[str, Any]) -> None:
        """Write `run.json`, which makes the run whole."""
        (self.root / "run.json").write_text(json.dumps(info, ensure_ascii=False, indent=1, default=str), "utf-8")


@dataclass(frozen=True)
class Runs:
    """The runs of a workspace."""

    root: Path

    def all(self) -> list[Run]:
        """Finished runs, oldest first."""
        return [Run(path.parent) for path in sorted(self.root.glob("[0-9]*/run.json"))]

    @property
    def has_current(self) -> bool:
        """Whether anything can be read yet."""
        return (self.root / "current").is_file()

    def current(self) -> Run:
        """The run everybody reads, or Refused with the way to make one."""
        pointer = self.root / "current"
        if not pointer.is_file():
            raise NotFound(
                N_("Nothing has been run here yet."), fix=N_("Load documents with `liuke load FILE`, then `liuke run`.")
            )
        return Run(self.root / pointer.read_text("utf-8").strip())

    def same(self, key: str) -> Run | None:
        """The newest run made from exactly these inputs, if any."""
        return next((run for run in reversed(self.all()) if run.info["key"] == key), None)

    def at(self, as_of: str) -> Run | None:
        """The newest run of that day with no later knowledge than that day's, if any."""
        found = (run for run in reversed(self.all()) if run.info["as_of"] == as_of == run.info["known_by"])
        return next(found, None)

    def next_id(self) -> str:
        """The id of the run to come."""
        runs = self.all()
        return f"{(int(runs[-1].root.name) if runs else 0) + 1:05d}"

    @contextmanager
    def draft(self, run_id: str) -> Iterator[Draft]:
        """A folder to write a run in; finished, it is moved into place, else it is gone."""
        self.root.mkdir(parents=True, exist_ok=True)
        for left in self.root.glob("draft-*"):  # what a killed run left behind
            shutil.rmtree(left)
        folder = self.root / f"draft-{uuid.uuid4().hex[:8]}"
        folder.mkdir()
        try:
            yield Draft(folder)
            folder.rename(self.root / run_id)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def make_current(self, run_id: str) -> None:
        """Let everybody read this run, in one rename."""
        scratch = self.root / f"current-{uuid.uuid4().hex[:8]}"
        try:
            scratch.write_text(run_id, "utf-8")
            os.replace(scratch, self.root / "current")
        finally:
            scratch.unlink(missing_ok=True)

    def thin(self, keep: int) -> None:
        """Delete old runs beyond the newest `keep`, but never the current one nor the last of each as_of."""
        runs = self.all()
        last_of = {run.info["as_of"]: run.root.name for run in runs}
        spared = {self.current().root.name, *last_of.values(), *(run.root.name for run in runs[-keep:])}
        for run in runs:
            if run.root.name not in spared:
                shutil.rmtree(run.root)

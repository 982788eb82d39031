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
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import polars as pl

from liuke.kernel.errors import NotFound, Refused
from liuke.kernel.i18n import N_
from liuke.store.disk import SCRATCH, put, refusing, remove, write_parquet, write_text
from liuke.store.manifest import MISSING, OLDER, Damaged, Manifest, damaged, refuse_newer, seal
from liuke.store.rows_of_one import rows_of_one

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

RUN_FORMAT = 2  # raise it when a table gains or loses a column: a run is made anew, not read in part
ROW_GROUP = 20_000  # rows: who asks for one customer reads one group
UNWRITTEN = (
    N_("The run could not be written: {detail}. The last good run is still in place."),
    N_("Free some space, then run again."),
)


@dataclass(frozen=True)
class Run:
    """One finished run: its tables and its `run.json`."""

    root: Path

    @cached_property
    def info(self) -> dict[str, Any]:
        """Inputs, settings, versions, counts and seconds."""
        data = dict(_parsed(self._file("run.json")))
        refuse_newer(data, self.root / "run.json", newest=RUN_FORMAT)
        with self._named():
            if self.is_older:
                raise damaged("run.json", OLDER)
        return data

    def path(self, name: str) -> Path:
        """Where one of the run's tables lies, looked at; Damaged where it is not what was written."""
        return self._file(f"{name}.parquet")

    def table(self, name: str) -> pl.DataFrame:
        """One of the run's tables, whole."""
        return pl.read_parquet(self.path(name), glob=False)

    def of_customer(self, name: str, code: int, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """The rows of one customer in a table that has customer_code, without reading the others."""
        return rows_of_one(self.path(name), code, columns)

    def scan(self, name: str) -> pl.LazyFrame:
        """One of the run's tables, to be read in part."""
        return pl.scan_parquet(self.path(name), glob=False)

    @property
    def tables(self) -> list[str]:
        """Names of the tables."""
        return sorted(name.removesuffix(".parquet") for name in self._manifest.files if name.endswith(".parquet"))

    @cached_property
    def _manifest(self) -> Manifest:
        with self._named():
            return Manifest.open(self.root)

    @property
    def is_older(self) -> bool:
        """Whether a program wrote it whose runs are not read any more."""
        try:
            return int(_parsed(self.root / "run.json").get("format", 0)) < RUN_FORMAT
        except (OSError, ValueError):
            return False

    def _file(self, name: str) -> Path:
        with self._named():
            if name not in self._manifest.files:
                raise damaged(name, MISSING)
            return self._manifest.sound(name)

    def check(self) -> None:
        """Look at every file; Damaged with what to do when one is not what was written."""
        with self._named():
            Manifest.open(self.root).check()

    @property
    def is_sound(self) -> bool:
        """Whether every file is what was written."""
        try:
            self.check()
        except Damaged:
            return False
        return True

    @contextmanager
    def _named(self) -> Iterator[None]:
        """Say which run a damaged file belongs to, and how it is made anew."""
        try:
            yield
        except Damaged as error:
            if self.is_older:
                raise Damaged(
                    N_("Run {run} was made by an older Liuke and can't be read."),
                    run=self.root.name,
                    file=error.file,
                    what=error.how,
                    fix=N_("Make it anew: liuke run. Of an earlier day: liuke run --as-of DAY."),
                ) from error
            raise Damaged(
                N_("Run {run} is damaged: {file} {what}."),
                run=self.root.name,
                file=error.file,
                what=error.how,
                fix=N_("Make it anew: liuke run. Of an earlier day: liuke run --as-of DAY."),
            ) from error


def _parsed(path: Path) -> dict[str, Any]:
    status = path.stat()
    return _parsed_once(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=512)
def _parsed_once(path: Path, _time: int, _size: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_bytes())
    return found


class Draft:
    """A run being written."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, name: str, table: pl.DataFrame) -> None:
        """Write one table."""
        with refusing(*UNWRITTEN):
            write_parquet(table, self.root / f"{name}.parquet")

    def write_parts(self, name: str, parts: Iterable[pl.DataFrame]) -> None:
        """Write one table in parts that are never in memory together; the first one says what its columns are."""
        import pyarrow.parquet as pq

        writer: pq.ParquetWriter | None = None
        try:
            for part in parts:
                table = part.to_arrow()
                with refusing(*UNWRITTEN):
                    writer = writer or pq.ParquetWriter(self.root / f"{name}.parquet", table.schema, compression="zstd")
                    writer.write_table(table.cast(writer.schema), row_group_size=ROW_GROUP)
        finally:
            if writer is not None:
                with refusing(*UNWRITTEN):
                    writer.close()

    def link(self, name: str, earlier: Run) -> None:
        """Take over a table an earlier run holds; the disk holds it once."""
        with refusing(*UNWRITTEN):
            os.link(earlier.root / f"{name}.parquet", self.root / f"{name}.parquet")

    def finish(self, info: dict[str, Any]) -> None:
        """Write `run.json` and the manifest, which makes the run whole."""
        said = json.dumps({"format": RUN_FORMAT, **info}, ensure_ascii=False, indent=1, default=str)
        with refusing(*UNWRITTEN):
            (self.root / "run.json").write_text(said, "utf-8")
            Manifest.write(self.root)


@dataclass(frozen=True)
class Runs:
    """The runs of a workspace."""

    root: Path

    def all(self) -> list[Run]:
        """Finished runs, oldest first; damaged ones are left out, as if they had not been made."""
        damaged = self.damaged(thorough=False)
        return [run for run in self.lying() if run not in damaged]

    def lying(self) -> list[Run]:
        """Every run there is, sound or not, oldest first."""
        return [Run(path) for path in sorted(self.root.glob("[0-9]*")) if path.is_dir()]

    def damaged(self, *, thorough: bool = True) -> dict[Run, Damaged]:
        """Runs that can't be read, with what is amiss; every checksum is looked at unless told otherwise."""
        found = {}
        for run in self.lying():
            try:
                if thorough:
                    run.check()
                run.info  # noqa: B018  (read for what it raises)
            except Damaged as error:
                found[run] = error
        return found

    @property
    def has_current(self) -> bool:
        """Whether anything can be read yet."""
        try:
            self.current().info  # noqa: B018  (read for what it raises)
        except Refused:
            return False
        return True

    def current(self) -> Run:
        """The run everybody reads, or Refused with the way to make one."""
        pointer = self.root / "current"
        if not pointer.is_file() and not self.lying():
            raise NotFound(
                N_("Nothing has been run here yet."), code="no_run",
                fix=N_("Load documents with `liuke load FILE`, then `liuke run`."),
            )  # fmt: skip
        try:
            words = pointer.read_text("utf-8").split()
            whole = len(words) == 2 and words[1] == seal(words[0])
        except (OSError, UnicodeDecodeError):
            whole = False
        if not whole or not (self.root / words[0]).is_dir():
            raise Refused(
                N_("Which run is the current one is not known: {path} is missing or damaged."),
                path=pointer,
                fix=N_("`liuke run` finds or makes it."),
            )
        run = Run(self.root / words[0])
        run.info  # noqa: B018  (what is damaged is said before anything is read)
        return run

    def same(self, key: str) -> Run | None:
        """The newest sound run made from exactly these inputs, if any."""
        return next((run for run in self._sound() if run.info["key"] == key), None)

    def at(self, as_of: str) -> Run | None:
        """The newest sound run of that day with no later knowledge than that day's, if any."""
        return next((run for run in self._sound() if run.info["as_of"] == as_of == run.info["known"]), None)

    def _sound(self) -> Iterator[Run]:
        """Runs of which nothing is damaged, newest first; each is looked at when it is come to."""
        for run in reversed(self.all()):
            try:
                run.check()
            except Damaged:
                continue
            yield run

    def refuse_damaged(self, as_of: str) -> None:
        """Raise Damaged where a damaged run is, or may be, the one of that day."""
        for run, error in self.damaged().items():
            try:
                day = run.info["as_of"]
            except Damaged:
                day = as_of  # who knows
            if day == as_of:
                raise error

    def next_id(self) -> str:
        """The id of the run to come."""
        return f"{max((int(run.root.name) for run in self.lying()), default=0) + 1:05d}"

    @contextmanager
    def draft(self, run_id: str) -> Iterator[Draft]:
        """A folder to write a run in; finished, it is moved into place, else it is gone."""
        folder = self.root / f"draft-{uuid.uuid4().hex[:8]}"
        with refusing(*UNWRITTEN):
            folder.mkdir(parents=True)
        try:
            yield Draft(folder)
            with refusing(*UNWRITTEN):
                put(folder, self.root / run_id)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def remove(self, run: Run) -> None:
        """Delete a run: first out of sight, then file by file."""
        gone = self.root / f"draft-{uuid.uuid4().hex[:8]}"
        with refusing(*UNWRITTEN):
            run.root.rename(gone)
            remove(gone)

    def sweep(self) -> None:
        """Take away what killed runs left; whoever calls holds the runs."""
        for left in (*self.root.glob("draft-*"), *self.root.glob(f"current.*{SCRATCH}")):
            remove(left)

    def make_current(self, run_id: str) -> None:
        """Let everybody read this run, in one rename."""
        with refusing(*UNWRITTEN):
            write_text(self.root / "current", f"{run_id} {seal(run_id)}\n")

    def thin(self, keep: int) -> None:
        """Delete old runs beyond the newest `keep`, but never the current one nor the last of each as_of."""
        runs = self.all()
        last_of = {run.info["as_of"]: run.root.name for run in runs}
        spared = {self.current().root.name, *last_of.values(), *(run.root.name for run in runs[-keep:])}
        for run in runs:
            if run.root.name not in spared:
                self.remove(run)

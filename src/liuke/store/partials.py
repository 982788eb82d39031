"""Sums by customer and period, kept from run to run: one Arrow file a part and period, named by what went into it.

A run after one more load computes the periods that load touched and maps the rest into memory.
"""

from __future__ import annotations

import hashlib
import mmap
import struct
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from liuke.kernel.errors import Refused
from liuke.kernel.i18n import N_
from liuke.kernel.period import Periods, period_end, period_start
from liuke.store.disk import SCRATCH, checksum, refusing
from liuke.store.runs import UNWRITTEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import polars as pl
    import pyarrow as pa

    from liuke.store.fact_store import Load

ORDER = ("customer_code", "kind", "family_code", "known_from")
NEVER = -(2**30)  # a day before every day, for groups without one
FAR_APART = 20  # rows a customer between the first and the last wanted: above that each is looked up
TRAILER = struct.Struct("<I4s")  # behind the Arrow file: its checksum, and a mark that it was written to the end
MAGIC = b"lkp1"
VERSION = 6  # raise when an expression in panel/aggregate.py changes its meaning
_sound: set[tuple[str, int, int]] = set()  # partials whose checksum was right


@dataclass(frozen=True)
class Task:
    """One period of one part, and the file that holds its sums."""

    period: int
    months: tuple[str, ...]
    late: bool
    path: Path


def months_of(period: int, periods: Periods) -> tuple[str, ...]:
    """The calendar months a period overlaps."""
    first, last = period_start(period, periods.unit), period_end(period, periods.unit)
    count = (last.year - first.year) * 12 + last.month - first.month
    return tuple(
        f"{first.year + (first.month - 1 + i) // 12}-{(first.month - 1 + i) % 12 + 1:02d}" for i in range(count + 1)
    )


def plan(folder: Path, part: str, periods: Periods, loads: Sequence[Load], salt: str) -> list[Task]:
    """One task a period, in order; its file is named by the loads that touched it and the salt (columns, merges)."""
    tasks = []
    for number in periods.numbers:
        months = months_of(number, periods)
        touched = [(load, load.months[month]) for load in loads for month in months if month in load.months]
        content = "|".join([part, periods.unit, str(VERSION), salt, *sorted({load.token for load, _ in touched})])
        name = hashlib.sha256(content.encode()).hexdigest()[:24]
        late = any(t.late or t.superseded for _, t in touched)
        held = tuple(month for month in months if any(month in load.months for load in loads))
        tasks.append(Task(number, held, late, folder / f"{part}-{number}-{name}.arrow"))
    return tasks


def unfilled(tasks: Sequence[Task]) -> list[Task]:
    """The tasks whose file is not there, or not as it was written."""
    return [task for task in tasks if not sound(task.path)]


def fill(
    tasks: Sequence[Task],
    periods_a_query: int,
    compute: Callable[[tuple[str, ...], bool], pa.Table],
    progress: Callable[[int], None],
) -> None:
    """Compute tasks, some periods a query, and write the file of each whole."""
    import polars as pl

    for start in range(0, len(tasks), periods_a_query):
        batch = tasks[start : start + periods_a_query]
        months = tuple(sorted({month for task in batch for month in task.months}))
        rows = pl.from_arrow(compute(months, any(task.late for task in batch))) if months else pl.DataFrame()
        assert isinstance(rows, pl.DataFrame)
        for task in batch:
            write_partial(task.path, rows.filter(pl.col("period") == task.period) if months else rows)
        progress(len(batch))


def write_partial(path: Path, rows: pl.DataFrame) -> None:
    """Write one partial, sorted so that a range of customers is a slice; whole or not at all."""
    import polars as pl
    import pyarrow as pa

    days = [name for name, dtype in rows.schema.items() if dtype == pl.Date]
    rows = rows.with_columns(pl.col(name).cast(pl.Int32).fill_null(NEVER) for name in days)
    order = [name for name in ORDER if name in rows.columns]
    table = (rows.sort(order) if order else rows).rechunk().to_arrow()
    scratch = path.with_name(f"{path.name}.{uuid.uuid4().hex[:8]}{SCRATCH}")
    with refusing(*UNWRITTEN):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with pa.OSFile(str(scratch), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
                writer.write_table(table)
            seal = checksum(scratch)
            with scratch.open("ab") as file:
                file.write(TRAILER.pack(seal, MAGIC))
            scratch.replace(path)  # not flushed: what a power cut leaves of a cache is seen by its checksum, made anew
        finally:
            scratch.unlink(missing_ok=True)


def sound(path: Path) -> bool:
    """Whether a partial is there as it was written; its checksum is looked at once a process."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return False
    key = (str(path), status.st_size, status.st_mtime_ns)
    if key not in _sound:
        rest = status.st_size - TRAILER.size
        if rest < 0:
            return False
        with path.open("rb") as file:
            file.seek(rest)
            seal, magic = TRAILER.unpack(file.read())
        if magic != MAGIC or checksum(path, rest) != seal:
            return False
        _sound.add(key)
    return True


@dataclass(frozen=True)
class Layout:
    """Rows of one partial, and the type and the first byte in the file of each column."""

    rows: int
    places: dict[str, tuple[np.dtype[np.generic], int]]


@dataclass(frozen=True)
class Partials:
    """The partials of one part; only the pages of the customers asked for are mapped, while they are copied."""

    paths: list[Path]

    @cached_property
    def _layouts(self) -> list[Layout]:
        """Read once: chunks of customers come back to the same files again and again."""
        return [_layout(path) for path in self.paths]

    def of(self, customers: npt.NDArray[np.int32]) -> dict[str, npt.NDArray[np.generic]]:
        """Columns of all rows of these customers (codes ascending), days as day numbers; empty when there are none."""
        found: list[dict[str, npt.NDArray[np.generic]]] = []
        for path, layout in zip(self.paths, self._layouts, strict=True) if len(customers) else ():
            table = _columns(path, layout)
            held = table.get("customer_code", np.empty(0, np.int32))
            low, high = np.searchsorted(held, [customers[0], customers[-1] + 1])
            if high - low > FAR_APART * len(customers):
                starts = np.searchsorted(held, customers)
                counts = np.searchsorted(held, customers, side="right") - starts
                ends = np.cumsum(counts)
                rows = np.arange(int(ends[-1])) + np.repeat(starts - ends + counts, counts)
                found.append({name: values[rows] for name, values in table.items()})
            elif high > low:
                found.append({name: values[low:high] for name, values in table.items()})
        if not found:
            return {}
        return {name: np.concatenate([part[name] for part in found]) for name in found[0]}

    def newest(self, count: int) -> Iterator[dict[str, npt.NDArray[np.generic]]]:
        """The columns of each of the last so many partials, oldest first; nothing for an empty one."""
        for path, layout in list(zip(self.paths, self._layouts, strict=True))[-count:]:
            yield _columns(path, layout)


def _layout(path: Path) -> Layout:
    """Where the columns of one partial lie."""
    import pyarrow as pa

    with _there(), pa.memory_map(str(path)) as source:
        whole = source.read_buffer(source.size() - TRAILER.size)
        table = pa.ipc.open_file(whole).read_all()
        columns = {name: table[name].chunk(0) for name in table.column_names if table.num_rows}
        places = {}
        for name, column in columns.items():
            dtype = np.dtype(str(column.type))
            places[name] = (dtype, column.buffers()[1].address - whole.address + column.offset * dtype.itemsize)
        return Layout(table.num_rows, places)


@contextmanager
def _there() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise Refused(N_("A run beside this one has cleared the cache."), fix=N_("Try again.")) from error


def _columns(path: Path, layout: Layout) -> dict[str, npt.NDArray[np.generic]]:
    """The columns of one partial, whole numbers without nulls, mapped."""
    if not layout.rows:
        return {}
    with _there(), path.open("rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)  # let go with the last array over it
    return {name: np.frombuffer(mapped, dtype, layout.rows, first) for name, (dtype, first) in layout.places.items()}


def thin(folder: Path, keep: set[Path]) -> None:
    """Delete partials no longer named by any plan, and what a killed run was writing."""
    for path in folder.glob("*.*"):
        if path not in keep:
            with refusing(*UNWRITTEN):
                path.unlink()

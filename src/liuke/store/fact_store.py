"""What has been loaded: one folder a load, written beside, moved into place whole, then named in the register.

facts/register.json                                 the loads in force, the numbers ever given
facts/loads/0003/load.json                          who, when, from what, rows and sums
                /manifest.json                      its files, sizes and checksums
                /document_line/month=2026-10/*.parquet   lines by month, each sorted by customer
                /document/*.parquet                 one row a document (or an addition to one without a number)
                /customer_code/*.parquet            integer codes of the customers this load names
                /superseded/*.parquet               older documents this load corrected
                /<other table>.parquet              rows of any other canonical table
"""

from __future__ import annotations

import json
import shutil
import uuid
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from liuke.kernel.errors import Conflict, NotFound
from liuke.kernel.i18n import N_
from liuke.kernel.kinds import LINES
from liuke.store.contract_frames import conform, empty
from liuke.store.disk import SCRATCH, put, remove, write_text
from liuke.store.manifest import FORMAT, Damaged, Manifest, refuse_newer
from liuke.store.register import Entry, Register

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from liuke.kernel.contract import Contract

UNDONE = "undone"  # marks the folder of a load that was taken back, until no run reads it any more


@dataclass(frozen=True)
class MonthTouched:
    """What a load did to one month's lines."""

    lines: int = 0
    late: bool = False  # some were recorded after their own date
    superseded: bool = False  # some older lines were replaced


@dataclass(frozen=True)
class Load:
    """One load as its `load.json` has it. Amounts are exact decimals written as text."""

    load_id: str
    token: str  # unique for ever, so that caches never confuse an undone load with its successor
    table: str
    source: str
    files: list[str]
    loaded_on: str
    rows_read: int
    rows_loaded: int
    rows_quarantined: int
    sum_read: str = "0"
    sum_loaded: str = "0"
    sum_quarantined: str = "0"
    rounding: str = "0"
    documents: dict[str, int] = field(default_factory=dict)  # how many were new, same, corrected, grown
    first_on: str | None = None
    last_on: str | None = None
    document_key: str = ""
    numbered: bool = True
    next_document_code: int = 0
    months: dict[str, MonthTouched] = field(default_factory=dict)
    columns: list[str] = field(default_factory=list)
    kinds: dict[str, list[str]] = field(default_factory=dict)  # first and last day of each kind it holds
    notes: list[str] = field(default_factory=list)
    next_customer_code: int = 0
    format: int = FORMAT

    def write(self, path: Path) -> None:
        """Write as JSON."""
        path.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1), "utf-8")

    @classmethod
    def read(cls, path: Path) -> Load:
        """Read what `write` wrote; Refused when a newer program did."""
        data: dict[str, Any] = json.loads(path.read_bytes())
        refuse_newer(data, path, frozenset(each.name for each in fields(cls)))
        data["months"] = {month: MonthTouched(**touched) for month, touched in data["months"].items()}
        return cls(**data)

    @property
    def entry(self) -> Entry:
        """What the register says of it."""
        return Entry(self.token, self.table, self.source, self.files, self.loaded_on)


@dataclass(frozen=True)
class FactStore:
    """The loads of a workspace, oldest first; nothing here is ever changed in place.

    `held` are the loads of a snapshot: they stay the same whatever is loaded or undone meanwhile.
    """

    root: Path
    held: tuple[Load, ...] | None = None
    only: frozenset[str] | None = None  # ids of the loads that are seen; None: all
    counts_from: Mapping[str, date] = field(default_factory=dict)  # by load id, the day from which its news counts

    def snapshot(self) -> FactStore:
        """The store as it is now, for a run that others load and undo beside."""
        return replace(self, held=tuple(self.loads()))

    def folder(self, load_id: str) -> Path:
        """Where a load lies."""
        return self.root / "loads" / load_id

    def loads(self, table: str | None = None, source: str | None = None) -> list[Load]:
        """Loads in the order they were made, of one table or one source if named; Damaged where one is."""
        found = self.held
        if found is None:
            found = tuple(self._open(load_id) for load_id in sorted(Register.read(self.root).loads))
        return [
            load
            for load in found
            if (table is None or load.table == table)
            and (source is None or load.source == source)
            and (self.only is None or load.load_id in self.only)
        ]

    def tokens(self) -> set[str]:
        """Tokens of the loads in force; said even where one is damaged."""
        return {entry.token for entry in Register.read(self.root).loads.values()}

    def _open(self, load_id: str) -> Load:
        with self._named(load_id):
            return Load.read(Manifest.open(self.folder(load_id)).sound("load.json"))

    @contextmanager
    def _named(self, load_id: str) -> Iterator[None]:
        """Say which load a damaged file belongs to, and what to load again."""
        try:
            yield
        except Damaged as error:
            loads = Register.read(self.root).loads
            entry = loads[load_id]
            again = [load_id, *(other for other in newer(loads, load_id))]
            raise Damaged(
                N_("Load {load} is damaged: {file} {what}. It came on {day} from {files}, source {source}."),
                load=load_id,
                file=error.file,
                what=error.how,
                day=entry.loaded_on,
                files=", ".join(entry.files),
                source=entry.source,
                undo="; ".join(f"liuke unload {other}" for other in reversed(again)),
                again=", ".join(again),
                fix=N_("Nothing is computed from it. {undo}; then load the files of {again} again, oldest first."),
            ) from error

    def _manifest(self, load: Load) -> Manifest:
        with self._named(load.load_id):
            return Manifest.read(self.folder(load.load_id))

    def _sound(self, load: Load, manifest: Manifest, name: str) -> Path:
        with self._named(load.load_id):
            return manifest.sound(name)

    def check(self, load_id: str) -> None:
        """Look at every file of a load; Damaged with what to do when one is not what was written."""
        with self._named(load_id):
            Manifest.open(self.folder(load_id)).check()

    def paths(self, part: str, loads: Sequence[Load] | None = None) -> list[str]:
        """Parquet files of one part (`document`, `customer_code`, …) over the given loads, all by default."""
        chosen = self.loads() if loads is None else loads
        return [
            str(self._sound(load, manifest, name))
            for load in chosen
            for manifest in [self._manifest(load)]
            for name in manifest.under(part)
        ]

    def month_paths(self, part: str, months: Sequence[str], loads: Sequence[Load] | None = None) -> list[str]:
        """Parquet files of `document_line` or `document` of these months (`2026-10`)."""
        return [
            path
            for load in (self.loads("document_line") if loads is None else loads)
            for month in months
            if month in load.months
            for path in self.paths(f"{part}/month={month}", [load])
        ]

    @contextmanager
    def staging(self) -> Iterator[Path]:
        """A folder to build a load in; it is gone afterwards unless `keep` moved it into place."""
        folder = self.root / f"staging-{uuid.uuid4().hex[:8]}"
        try:
            folder.mkdir(parents=True)
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def next_id(self) -> str:
        """The id of the load to come."""
        return f"{Register.read(self.root).next_load:04d}"

    def keep(self, staged: Path, load: Load) -> Load:
        """Move a finished load into place; it counts from the moment the register names it."""
        load.write(staged / "load.json")
        Manifest.write(staged)
        register = Register.read(self.root)
        target = self.folder(load.load_id)
        target.parent.mkdir(exist_ok=True)
        put(staged, target)
        register.with_load(load.load_id, load.entry, load.next_customer_code, load.next_document_code).write(self.root)
        return load

    def unload(self, load_id: str) -> Entry:
        """Undo a load. Only the newest of its source can go: later ones left out what it already held.

        Its folder stays, marked, until `sweep`: a run may still be reading it.
        """
        register = Register.read(self.root)
        if load_id not in register.loads:
            raise NotFound(
                N_("There is no load {load}."),
                load=load_id,
                have=", ".join(sorted(register.loads)) or "-",
                fix=N_("Loads there are: {have}."),
            )
        later = newer(register.loads, load_id)
        if later:
            raise Conflict(
                N_("Load {load} can't be undone before {newer}, which built upon it."),
                load=load_id,
                newer=", ".join(later),
                first=later[-1],
                fix=N_("Undo {first} first."),
            )
        folder = self.folder(load_id)
        if folder.is_dir():
            write_text(folder / UNDONE, "")
        register.without_load(load_id).write(self.root)
        return register.loads[load_id]

    def sweep(self) -> None:
        """Take away what killed loads left and undone loads nobody reads; whoever calls holds facts and run."""
        scratch = (*self.root.glob(f"*{SCRATCH}"), *self.root.glob(f"loads/*/*{SCRATCH}"))
        for left in (*self.root.glob("staging-*"), *scratch):
            remove(left)
        for folder in self.unregistered():
            if (folder / UNDONE).exists():
                gone = self.root / f"staging-{UNDONE}-{uuid.uuid4().hex[:8]}"
                folder.rename(gone)  # first out of sight, then file by file
                remove(gone)

    def adopt(self) -> None:
        """Let whole loads whose process was killed before the register named them count from now on.

        Whoever calls holds the facts; a run that is reading has its snapshot.
        """
        for folder in self.unregistered():
            if not (folder / UNDONE).exists():
                self._adopt(folder)

    def unregistered(self) -> list[Path]:
        """Folders of loads that the register does not name."""
        loads = Register.read(self.root).loads
        return [path for path in sorted((self.root / "loads").glob("[0-9]*")) if path.name not in loads]

    def rebuilt(self, customer_code: int) -> Register:
        """The register as the loads lying here tell it, customers' codes from this one on; marked ones are undone."""
        register = Register(next_customer_code=customer_code)
        for folder in sorted((self.root / "loads").glob("[0-9]*")):
            undone = (folder / UNDONE).exists()
            try:
                load = Load.read(Manifest.read(folder).sound("load.json"))
            except Damaged:
                load = Load(folder.name, "", "?", "?", [], "?", 0, 0, 0)
            register = register.with_load(folder.name, load.entry, load.next_customer_code, load.next_document_code)
            register = register.without_load(folder.name) if undone else register
        return register

    def _adopt(self, folder: Path) -> None:
        register = Register.read(self.root)
        if int(folder.name) < register.next_load:
            return
        try:
            load = Load.read(Manifest.open(folder).sound("load.json"))
        except Damaged:
            replace(register, next_load=int(folder.name) + 1).write(self.root)
            return
        found = register.with_load(load.load_id, load.entry, load.next_customer_code, load.next_document_code)
        found.write(self.root)

    def current(self, contract: Contract, known_by: date | None = None) -> pl.DataFrame:
        """The rows of a small table, one a grain: of each column the value loaded last, blanks erase nothing.

        What document lines say beside themselves (a customer's region) yields to what the table itself says. A
        source's first load counts from `counts_from` on, later ones from the day they were loaded.
        """
        return self.lazily(contract, known_by).collect()

    def lazily(self, contract: Contract, known_by: date | None = None) -> pl.LazyFrame:
        """The same, to be narrowed before it is read."""
        first = {(load.table, load.source): load.load_id for load in reversed(self.loads())}
        rows = [
            frame
            for load, frame in self._told(contract)
            if known_by is None
            or date.fromisoformat(load.loaded_on) <= known_by
            or (first[load.table, load.source] == load.load_id and self._counts(load) <= known_by)
        ]
        if len(rows) == 1:  # a load holds one row a grain
            return rows[0]
        whole = pl.concat([empty(contract).lazy(), *rows])
        latest = [pl.col(name).drop_nulls().last() for name in contract.columns if name not in contract.grain]
        return whole.group_by(list(contract.grain), maintain_order=True).agg(latest).select(list(contract.columns))

    def master(self, contract: Contract, known_by: date, first_by: date | None = None) -> pl.DataFrame:
        """The rows of a table of master data (customers, products, salespeople) as they were known by a day.

        One a grain. The first value a row's column ever had, and what was loaded on the same day, counts from
        `counts_from` on, if that is by `first_by` (else by `known_by`); one that replaced it is known from the day it
        was loaded. A row none of whose values counts yet is left out. Otherwise as `current`.
        """
        day, counts = pl.col("loaded_on"), pl.col("counts_from")
        until, begun = pl.lit(known_by), pl.lit(first_by or known_by)
        told = self._told(contract)
        if len(told) == 1:  # all of it counts, or nothing yet
            [(load, frame)] = told
            counts_now = date.fromisoformat(load.loaded_on) <= known_by or self._counts(load) <= (first_by or known_by)
            return frame.collect() if counts_now else empty(contract)
        rows = [
            frame.with_columns(
                loaded_on=pl.lit(date.fromisoformat(load.loaded_on)), counts_from=pl.lit(self._counts(load), pl.Date)
            )
            for load, frame in told
        ]
        clock = {name: pl.lit(None, pl.Date) for name in ("loaded_on", "counts_from")}
        whole = pl.concat([empty(contract).lazy().with_columns(**clock), *rows])
        said = {name: pl.col(name).is_not_null() for name in contract.columns if name not in contract.grain}
        latest = [
            pl.col(name).filter(some & ((day <= until) | ((day == day.filter(some).min()) & (counts <= begun)))).last()
            for name, some in said.items()
        ]
        heard = ((day <= until) | (counts <= begun)).any()
        found = whole.group_by(list(contract.grain), maintain_order=True).agg(*latest, heard=heard).filter("heard")
        return found.select(list(contract.columns)).collect()

    def _counts(self, load: Load) -> date:
        """The day from which what came first with a load counts; before all days where nobody says."""
        return self.counts_from.get(load.load_id, date.min)

    def _told(self, contract: Contract) -> list[tuple[Load, pl.LazyFrame]]:
        """What each load says of a small table, what counts least first: beside document lines, then itself."""
        return [(load, conform(pl.scan_parquet(path, glob=False), contract)) for load, path in self._telling(contract)]

    def _telling(self, contract: Contract) -> list[tuple[Load, Path]]:
        """The files of a small table: beside document lines, then of its own loads; no other load holds any."""
        loads = [*self.loads(LINES), *self.loads(contract.table)]
        name = f"{contract.table}.parquet"
        held = [(load, manifest) for load in loads for manifest in [self._manifest(load)] if name in manifest.files]
        return [(load, self._sound(load, manifest, name)) for load, manifest in held]

    def fresh(self, contract: Contract, rows: pl.DataFrame) -> pl.DataFrame:
        """Those of some rows of a small table that say anything new: one a grain, the last of equal ones."""
        rows = conform(rows.lazy(), contract).collect()
        rows = rows.unique(list(contract.grain), keep="last", maintain_order=True)
        have = self.current(contract)
        grain = list(contract.grain)
        told = rows.join(have, on=grain, how="left", suffix="_held", nulls_equal=True)
        says = [
            pl.col(name).is_not_null() & (pl.col(name).ne_missing(pl.col(f"{name}_held")))
            for name in contract.columns
            if name not in grain
        ]
        known = have.select(grain).with_columns(known=pl.lit(value=True))
        told = told.join(known, on=grain, how="left", nulls_equal=True)
        return told.filter(pl.any_horizontal(pl.col("known").is_null(), *says)).select(list(contract.columns))


def newer(loads: dict[str, Entry], load_id: str) -> list[str]:
    """Loads of the same table and source made after this one."""
    mine = loads[load_id]
    return sorted(
        other
        for other, entry in loads.items()
        if (entry.table, entry.source) == (mine.table, mine.source) and other > load_id
    )

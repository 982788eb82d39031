"""What has been loaded: one folder a load, written beside and moved into place whole, undone by removing it.

facts/loads/0003/load.json                          who, when, from what, rows and sums
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
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from liuke.kernel.errors import Conflict, NotFound
from liuke.kernel.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from liuke.kernel.contract import Contract


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

    def write(self, path: Path) -> None:
        """Write as JSON."""
        path.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1), "utf-8")

    @classmethod
    def read(cls, path: Path) -> Load:
        """Read what `write` wrote."""
        data: dict[str, Any] = json.loads(path.read_text("utf-8"))
        data["months"] = {month: MonthTouched(**touched) for month, touched in data["months"].items()}
        return cls(**data)


@dataclass(frozen=True)
class FactStore:
    """The loads of a workspace, oldest first; nothing here is ever changed in place."""

    root: Path

    def folder(self, load_id: str) -> Path:
        """Where a load lies."""
        return self.root / "loads" / load_id

    def loads(self, table: str | None = None, source: str | None = None) -> list[Load]:
        """Loads in the order they were made, of one table or one source if named."""
        if not (self.root / "loads").is_dir():
            return []
        found = [Load.read(path) for path in sorted((self.root / "loads").glob("*/load.json"))]
        return [
            load
            for load in found
            if (table is None or load.table == table) and (source is None or load.source == source)
        ]

    def paths(self, part: str, loads: Sequence[Load] | None = None) -> list[str]:
        """Parquet files of one part (`document`, `customer_code`, …) over the given loads, all by default."""
        chosen = self.loads() if loads is None else loads
        return [str(path) for load in chosen for path in sorted((self.folder(load.load_id) / part).rglob("*.parquet"))]

    def month_paths(self, part: str, months: Sequence[str], loads: Sequence[Load] | None = None) -> list[str]:
        """Parquet files of `document_line` or `document` of these months (`2026-10`)."""
        return [
            str(path)
            for load in (self.loads("document_line") if loads is None else loads)
            for month in months
            if month in load.months
            for path in sorted((self.folder(load.load_id) / part / f"month={month}").glob("*.parquet"))
        ]

    @contextmanager
    def staging(self) -> Iterator[Path]:
        """A folder to build a load in; it is gone afterwards unless `keep` moved it into place."""
        folder = self.root / f"staging-{uuid.uuid4().hex[:8]}"
        for left in self.root.glob("staging-*"):  # what a killed load left behind
            shutil.rmtree(left)
        try:
            folder.mkdir(parents=True)
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def next_id(self) -> str:
        """The id of the load to come."""
        loads = self.loads()
        return f"{(int(loads[-1].load_id) if loads else 0) + 1:04d}"

    def keep(self, staged: Path, load: Load) -> Load:
        """Move a finished load into place in one rename."""
        load.write(staged / "load.json")
        target = self.folder(load.load_id)
        target.parent.mkdir(parents=True, exist_ok=True)
        staged.rename(target)
        return load

    def unload(self, load_id: str) -> Load:
        """Undo a load. Only the newest of its source can go: later ones left out what it already held."""
        folder = self.folder(load_id)
        if not (folder / "load.json").is_file():
            raise NotFound(
                N_("There is no load {load}."),
                load=load_id,
                have=", ".join(load.load_id for load in self.loads()) or "-",
                fix=N_("Loads there are: {have}."),
            )
        load = Load.read(folder / "load.json")
        newer = [other.load_id for other in self.loads(load.table, load.source) if other.load_id > load_id]
        if newer:
            raise Conflict(
                N_("Load {load} can't be undone before {newer}, which built upon it."),
                load=load_id,
                newer=", ".join(newer),
                first=newer[-1],
                fix=N_("Undo {first} first."),
            )
        gone = self.root / f"staging-undone-{load.token}"
        folder.rename(gone)
        shutil.rmtree(gone)
        return load

    def current(self, contract: Contract, known_by: date | None = None) -> pl.DataFrame:
        """The rows of a small table, one a grain: of each column the value loaded last, blanks erase nothing.

        What document lines say beside themselves (a customer's region) yields to what the table itself says. A
        source's first load was known from the beginning, later ones from the day they were loaded, as with documents.
        """
        first = {(load.table, load.source): load.load_id for load in reversed(self.loads())}
        rows = [
            frame
            for load, frame in self._told(contract)
            if known_by is None
            or date.fromisoformat(load.loaded_on) <= known_by
            or first[load.table, load.source] == load.load_id
        ]
        whole = pl.concat([empty(contract), *rows])
        latest = [pl.col(name).drop_nulls().last() for name in contract.columns if name not in contract.grain]
        return whole.group_by(list(contract.grain), maintain_order=True).agg(latest).select(list(contract.columns))

    def master(self, contract: Contract, known_by: date) -> pl.DataFrame:
        """The rows of a table of master data (customers, products, salespeople) as they were known by a day.

        One a grain. The first value a row's column ever had was known from the beginning, with what was loaded on the
        same day; one that replaced it is known from the day it was loaded. Otherwise as `current`.
        """
        day = pl.col("loaded_on")
        rows = [
            frame.with_columns(loaded_on=pl.lit(date.fromisoformat(load.loaded_on)))
            for load, frame in self._told(contract)
        ]
        whole = pl.concat([empty(contract).with_columns(loaded_on=pl.lit(None, pl.Date)), *rows])
        said = {name: pl.col(name).is_not_null() for name in contract.columns if name not in contract.grain}
        latest = [
            pl.col(name).filter(some & (day <= pl.max_horizontal(day.filter(some).min(), pl.lit(known_by)))).last()
            for name, some in said.items()
        ]
        return whole.group_by(list(contract.grain), maintain_order=True).agg(latest).select(list(contract.columns))

    def _told(self, contract: Contract) -> list[tuple[Load, pl.DataFrame]]:
        """What each load says of a small table, what counts least first: beside document lines, then itself."""
        loads = sorted(self.loads(), key=lambda load: (load.table == contract.table, load.load_id))
        paths = [(load, self.folder(load.load_id) / f"{contract.table}.parquet") for load in loads]
        return [(load, conform(pl.read_parquet(path, glob=False), contract)) for load, path in paths if path.is_file()]

    def fresh(self, contract: Contract, rows: pl.DataFrame) -> pl.DataFrame:
        """Those of some rows of a small table that say anything new: one a grain, the last of equal ones."""
        rows = conform(rows, contract).unique(list(contract.grain), keep="last", maintain_order=True)
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


POLARS_TYPE: dict[str, pl.DataType] = {
    "text": pl.String(),
    "date": pl.Date(),
    "money": pl.Decimal(18, 2),
    "number": pl.Decimal(18, 4),
    "integer": pl.Int64(),
    "boolean": pl.Boolean(),
}


def empty(contract: Contract) -> pl.DataFrame:
    """No rows of the contract's columns and types."""
    return pl.DataFrame(schema={name: POLARS_TYPE[column.type] for name, column in contract.columns.items()})


def conform(rows: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    """The contract's columns in its order and types, those the rows lack as nulls."""
    return rows.select(
        (pl.col(name).cast(POLARS_TYPE[c.type]) if name in rows.columns else pl.lit(None, POLARS_TYPE[c.type])).alias(
            name
        )
        for name, c in contract.columns.items()
    )

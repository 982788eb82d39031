"""Loading: a location becomes clean rows, clean rows become facts, and every row and cent is accounted for."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from liuke.app.audits import Auditor
from liuke.facts import LINES, contracts, inputs
from liuke.facts.document_line import ATTRIBUTES
from liuke.kernel.errors import Refused
from liuke.kernel.i18n import N_
from liuke.sources import read
from liuke.sources.files import open_source
from liuke.sources.headers import name_score
from liuke.sources.mapping import explain, which_table
from liuke.sources.mapping_file import Explained, from_toml
from liuke.sources.quarantine import QuarantineWriter
from liuke.store.disk import refusing, write_parquet
from liuke.store.document_load import PartPolicy, append_documents
from liuke.store.fact_store import FactStore, Load
from liuke.store.staging import stage

if TYPE_CHECKING:
    from liuke.app.audits import Broken
    from liuke.kernel.contract import Contract
    from liuke.sources.mapping_file import Mapping
    from liuke.sources.read import Prepared
    from liuke.sources.reconcile import Reconciliation
    from liuke.sources.table import Note, Question
    from liuke.store.workspace import Workspace

Answers = read.Options  # what the person says of the file beforehand
AGAIN = r"(?i)([\s_\-]*([(（]\d+[)）]|副本|拷贝|最终版|终版|新版|copy|final))+$"  # what a second copy's name ends in
UNWRITTEN = (
    N_("The load could not be written: {detail}. Nothing was loaded."),
    N_("Free some space or choose another folder, then load again."),
)


@dataclass(frozen=True)
class Options:
    """How to load: what was answered beforehand, and the policies that have no safe default."""

    table: str | None = None
    source: str | None = None
    mapping: Path | None = None
    sheet: str | None = None
    query: str | None = None
    dry_run: bool = False
    part: PartPolicy = "ask"
    document_key: str = "auto"
    loaded_on: date | None = None
    answers: Answers = field(default_factory=Answers)
    ask: Callable[[Question], str] | None = None
    progress: Callable[[str, int, int], None] = lambda *_: None


@dataclass(frozen=True)
class Loaded:
    """What a load did: the stored load (None when nothing was new), its account, mapping and notes.

    `quarantine` holds the rows that could not be used, `doubtful` those that failed one of the audits in `broken`.
    """

    table: str
    source: str
    load: Load | None
    account: Reconciliation
    mapping: Mapping
    columns: list[Explained]
    notes: list[Note]
    quarantine: Path | None
    broken: list[Broken]
    doubtful: Path | None
    dry_run: bool

    @property
    def has_amounts(self) -> bool:
        """Whether the rows are document lines, whose amounts are accounted for."""
        return self.table == LINES


def source_name(location: str, query: str | None) -> str:
    """The name under which repeated exports are recognised: the file's name without its date, or the database table."""
    if "://" in location:
        digest = hashlib.sha256((query or location).encode()).hexdigest()[:8]
        return f"database-{digest}"
    stem = Path(location.rstrip("/*")).stem.replace("*", "")
    bare = re.sub(r"[\s_.\-()（）]*(\d{4}[年.\-_]?\d{0,2}[月.\-_]?\d{0,2}日?|\d{6,14})[\s_.\-()（）]*", "", stem)
    return re.sub(AGAIN, "", bare or stem) or bare or stem or "documents"


def _known_source(store: FactStore, name: str) -> str:
    """The source of that name, however it was written before."""
    return next((load.source for load in store.loads() if load.source.casefold() == name.casefold()), name)


def load(workspace: Workspace, location: str, options: Options) -> Loaded:
    """Load one location into the workspace; refused, it leaves nothing behind."""
    with workspace.locked(), refusing(*UNWRITTEN):
        known = contracts()
        table = options.table or _table_of(location, options)
        if table not in known:
            raise Refused(
                N_("There is no table {table}."), table=table, have=", ".join(known), fix=N_("Tables are: {have}.")
            )
        contract = known[table]
        store = FactStore(workspace.facts)
        source = options.source or _known_source(store, source_name(location, options.query))
        saved = workspace.mappings / f"{source}.{table}.toml"
        prepared = read.prepare(
            location,
            contract,
            inputs(table),
            mapping=_given_mapping(options.mapping or saved, contract, location, options),
            options=options.answers,
            ask=options.ask,
            sheet=options.sheet,
            query=options.query,
        )
        files = [f"{t.origin}[{t.sheet}]" if t.sheet else t.origin for t in prepared.tables]
        draft = Load(
            load_id=store.next_id(),
            token=uuid.uuid4().hex,
            table=table,
            source=source,
            files=[Path(name).name for name in files],
            loaded_on=str(options.loaded_on or date.today()),
            rows_read=0,
            rows_loaded=0,
            rows_quarantined=0,
        )
        workspace.quarantine.mkdir(parents=True, exist_ok=True)
        writer = QuarantineWriter(workspace.quarantine / f"{draft.load_id}-{source}.csv", prepared.columns)
        doubtful = QuarantineWriter(workspace.quarantine / f"{draft.load_id}-{source}.doubtful.csv", contract.columns)
        keeping = nullcontext() if options.dry_run else _written(saved, prepared.mapping.to_toml())
        with keeping, writer, Auditor(contract, doubtful) as auditor, store.staging() as staged:
            work = _documents if table == LINES else _small
            done = work(store, staged, Reading(prepared, writer, auditor, options), draft)
        if options.dry_run:
            writer.path.unlink(missing_ok=True)
            doubtful.path.unlink(missing_ok=True)
        return Loaded(
            table=table,
            source=source,
            load=done,
            account=prepared.reconciliation,
            mapping=prepared.mapping,
            columns=explain(prepared.mapping, contract, inputs(table), prepared.tables[0]),
            notes=prepared.notes,
            quarantine=writer.path if writer.rows and not options.dry_run else None,
            broken=auditor.found,
            doubtful=doubtful.path if doubtful.rows and not options.dry_run else None,
            dry_run=options.dry_run,
        )


def unload(workspace: Workspace, load_id: str) -> Load:
    """Undo a load, the newest of its source first; the load that is gone."""
    with workspace.locked():
        return FactStore(workspace.facts).unload(load_id)


def loads(workspace: Workspace) -> list[Load]:
    """Everything loaded, oldest first."""
    return FactStore(workspace.facts).loads()


@contextmanager
def _written(path: Path, text: str) -> Iterator[None]:
    """Write a file beside its place first and move it there when the block ends well, so that neither fails alone."""
    scratch = path.with_suffix(".writing")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        scratch.write_text(text, "utf-8")
        yield
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)


def _table_of(location: str, options: Options) -> str:
    """The canonical table the columns fit; document lines where nothing does, so that what is missing is said.

    A file that bears more names of document lines than of the table it would fit is one whose amounts or days can't be
    read: it is not taken for a list of customers.
    """
    known = contracts()
    for table in open_source(location, sheet=options.sheet, query=options.query):
        found = which_table(known, table, inputs(LINES))
        if found is not None:
            return max(found, LINES, key=lambda name: _named(known[name], table.columns))
    return LINES


def _named(contract: Contract, headers: list[str]) -> int:
    """How many headers are names of the contract's columns."""
    names = [column.names for column in contract.columns.values()]
    return sum(any(name_score(header, each) > 0.95 for each in names) for header in headers)


def _given_mapping(path: Path, contract: Contract, location: str, options: Options) -> Mapping | None:
    """The mapping named, or the one saved for this source while it still fits; None lets it be guessed."""
    if not path.is_file():
        if options.mapping is None:
            return None
        raise Refused(N_("There is no mapping file {path}."), path=path)
    mapping = from_toml(path.read_text("utf-8"), contract, inputs(contract.table), origin=path.name)
    if options.mapping is not None:
        return mapping
    tables = open_source(location, sheet=options.sheet, query=options.query)
    needed = mapping.needed(contract.required)
    return mapping if any(needed <= set(table.columns) for table in tables) else None


@dataclass(frozen=True)
class Reading:
    """A source being read: its prepared rows and where the unusable and the doubtful among them go."""

    prepared: Prepared
    writer: QuarantineWriter
    auditor: Auditor
    options: Options

    @property
    def contract(self) -> Contract:
        """The table that is read."""
        return self.prepared.contract

    def close(self) -> None:
        """Close the files while nothing is stored yet: a full disk shows here."""
        self.writer.close()
        self.auditor.writer.close()


def _good(reading: Reading, beside: dict[str, list[pl.DataFrame]]) -> Iterator[pl.DataFrame]:
    """The usable rows, a batch at a time, audited; unusable ones go to quarantine, what rows say beside is noted."""
    rows = 0
    for batch in reading.prepared.clean():
        reading.writer.write(batch.bad, batch.origin, batch.sheet)
        reading.auditor.look(batch.good, batch.origin, batch.sheet)
        said: dict[tuple[str, str], dict[str, pl.Expr]] = {}
        for given, (table, key, column) in ATTRIBUTES.items():
            if given in batch.good.columns:
                said.setdefault((table, key), {key: pl.col(key)})[column] = pl.col(given)
        for (table, key), columns in said.items() if reading.contract.table == LINES else ():
            told = batch.good.filter(pl.col(key).is_not_null()).select(**columns)
            beside.setdefault(table, []).append(told.group_by(key, maintain_order=True).last())
        rows += len(batch.good) + len(batch.bad)
        reading.options.progress("read", rows, 0)
        yield batch.good


def _documents(store: FactStore, staged: Path, reading: Reading, draft: Load) -> Load | None:
    """Store document lines, and what they say of customers, products and salespeople."""
    beside: dict[str, list[pl.DataFrame]] = {}
    options = reading.options
    rows = stage(_good(reading, beside), reading.contract, staged)
    reading.close()
    account = reading.prepared.reconciliation
    draft = _accounted(draft, account)
    if not rows.rows:
        raise Refused(
            N_("{file}: none of the {read} rows can be used."),
            file=", ".join(draft.files),
            read=draft.rows_read,
            fix=N_("The most frequent reason is: {reason}. Check the mapping with --dry-run."),
            reason=max(account.by_reason.items(), key=lambda item: item[1].rows)[0],
        )
    if options.dry_run:
        return None
    for table, frames in beside.items():
        fresh = store.fresh(contracts()[table], pl.concat(frames, how="diagonal"))
        if not fresh.is_empty():
            write_parquet(fresh, staged / f"{table}.parquet")
    options.progress("store", 0, 1)
    day = options.loaded_on or date.today()
    named = options.source is not None
    return append_documents(store, rows, draft, day, options.part, options.document_key, named)


def _small(store: FactStore, staged: Path, reading: Reading, draft: Load) -> Load | None:
    """Store the rows of a small table that say anything new."""
    frames = list(_good(reading, {}))
    reading.close()
    draft = _accounted(draft, reading.prepared.reconciliation)
    fresh = store.fresh(reading.contract, pl.concat(frames)) if frames else pl.DataFrame()
    if fresh.is_empty() or reading.options.dry_run:
        return None
    write_parquet(fresh, staged / f"{reading.contract.table}.parquet")
    return store.keep(staged, draft)


def _accounted(draft: Load, account: Reconciliation) -> Load:
    """The load with its account."""
    said: dict[str, Any] = {
        "rows_read": account.rows_read,
        "rows_loaded": account.rows_loaded,
        "rows_quarantined": account.rows_quarantined,
        "sum_read": str(account.sum_read),
        "sum_loaded": str(account.sum_loaded),
        "sum_quarantined": str(account.sum_quarantined),
        "rounding": str(account.rounding),
    }
    return replace(draft, **said)

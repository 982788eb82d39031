"""Loading: a location becomes clean rows, clean rows become facts, and every row and cent is accounted for."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from liuke.app.audits import Auditor
from liuke.app.naming import known_source, source_name
from liuke.facts import LINES, contracts, inputs
from liuke.facts.document_line import ATTRIBUTES
from liuke.kernel.errors import NeedsAnswer, NotFound, Refused
from liuke.kernel.i18n import N_, translate
from liuke.sources import read
from liuke.sources.files import open_source
from liuke.sources.headers import name_score
from liuke.sources.mapping import explain, which_table
from liuke.sources.mapping_file import Explained, from_toml
from liuke.sources.quarantine import QuarantineWriter
from liuke.sources.table import Choice, Note, Question
from liuke.sources.values import IN_SHORT
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
    from liuke.store.workspace import Workspace

Answers = read.Options  # what the person says of the file beforehand
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

    @property
    def reasons(self) -> list[tuple[int, str]]:
        """How many rows could not be used for which reason, in the language in force, the most frequent first."""
        return _reasons(self.account)


def _reasons(account: Reconciliation) -> list[tuple[int, str]]:
    counted = [(total.rows, translate(IN_SHORT[code])) for code, total in account.by_reason.items()]
    return sorted(counted, key=lambda each: -each[0])


def load(workspace: Workspace, location: str, options: Options) -> Loaded:
    """Load one location into the workspace; refused, it leaves nothing behind but the rows it could not use.

    What only the documents held bring up is asked where there is somebody to ask, and the load begun anew.
    """
    options = replace(options, ask=_once(options.ask) if options.ask else None)
    while True:
        try:
            with workspace.locked(), _no_empty_folders(workspace), refusing(*UNWRITTEN):
                return _load(workspace, location, options)
        except NeedsAnswer as asked:
            if options.ask is None or not asked.choices:
                raise
            choices = tuple(Choice(value, Note(means)) for value, means in asked.choices)
            option = "--" + asked.decides.replace("_", "-")
            question = Question(asked.decides, asked.said, choices, option)
            decided: dict[str, Any] = {asked.decides: options.ask(question)}
            options = replace(options, **decided)


def _once(ask: Callable[[Question], str]) -> Callable[[Question], str]:
    """Ask each question once, however often the load begins anew."""
    given: dict[str, str] = {}

    def answer(question: Question) -> str:
        if question.key not in given:
            given[question.key] = ask(question)
        return given[question.key]

    return answer


def _load(workspace: Workspace, location: str, options: Options) -> Loaded:
    known = contracts()
    table = options.table or _table_of(location, options)
    if table not in known:
        raise NotFound(
            N_("There is no table {table}."), table=table, have=", ".join(known), fix=N_("Tables are: {have}.")
        )
    contract = known[table]
    store = FactStore(workspace.facts)
    source = options.source or known_source(store, source_name(location, options.query, options.sheet))
    saved = workspace.mappings / f"{source}.{table}.toml"
    mapping = _given_mapping(options.mapping or saved, contract, location, options)
    prepared = read.prepare(
        location,
        contract,
        inputs(table),
        mapping=mapping,
        options=options.answers,
        ask=options.ask,
        sheet=options.sheet,
        query=options.query,
    )
    if mapping is None and saved.is_file():
        said = N_("The mapping saved for {source} does not fit these columns: they were looked at anew.")
        prepared.notes.insert(0, Note(said, {"source": source}))
    draft = _draft(store.next_id(), source, prepared, options)
    beside = f"{draft.load_id}-{source}"
    writer = QuarantineWriter(workspace.quarantine / f"{beside}.csv", prepared.columns)
    doubtful = QuarantineWriter(workspace.quarantine / f"{beside}.doubtful.csv", contract.columns)
    keeping = nullcontext() if options.dry_run else _written(saved, prepared.mapping.to_toml())
    with keeping, writer, Auditor(contract, doubtful) as auditor, store.staging() as staged:
        work = _documents if table == LINES else _small
        done = work(store, staged, Reading(prepared, writer, auditor, options), draft)
    if done is None:  # the number is the next load's
        for each, name in ((writer, "not-loaded"), (doubtful, "doubtful.not-loaded")):
            each.keep(None if options.dry_run else workspace.quarantine / f"{source}.{name}.csv")
    return Loaded(
        table=table,
        source=source,
        load=done,
        account=prepared.reconciliation,
        mapping=prepared.mapping,
        columns=explain(prepared.mapping, contract, inputs(table), prepared.tables[0]),
        notes=prepared.notes,
        quarantine=writer.kept,
        broken=auditor.found,
        doubtful=doubtful.kept,
        dry_run=options.dry_run,
    )


def _draft(load_id: str, source: str, prepared: Prepared, options: Options) -> Load:
    """The load as far as it is known before a row is read."""
    files = [f"{t.origin}[{t.sheet}]" if t.sheet else t.origin for t in prepared.tables]
    return Load(
        load_id=load_id,
        token=uuid.uuid4().hex,
        table=prepared.contract.table,
        source=source,
        files=[Path(name).name for name in files],
        loaded_on=str(options.loaded_on or date.today()),
        rows_read=0,
        rows_loaded=0,
        rows_quarantined=0,
    )


def unload(workspace: Workspace, load_id: str) -> Load:
    """Undo a load, the newest of its source first; the load that is gone."""
    with workspace.locked():
        return FactStore(workspace.facts).unload(load_id)


def loads(workspace: Workspace) -> list[Load]:
    """Everything loaded, oldest first."""
    return FactStore(workspace.facts).loads()


@contextmanager
def _no_empty_folders(workspace: Workspace) -> Iterator[None]:
    """Take folders away again that nothing was put into."""
    try:
        yield
    finally:
        for folder in (workspace.mappings, workspace.quarantine, workspace.facts):
            with suppress(OSError):  # one that holds something stays
                folder.rmdir()


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
        raise NotFound(N_("There is no mapping file {path}."), path=path)
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
        raise _nothing_usable(reading, draft)
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


def _nothing_usable(reading: Reading, draft: Load) -> Refused:
    """The refusal of a file without one usable row; the rows lie in the quarantine, with their reasons."""
    writer, options = reading.writer, reading.options
    kept = writer.keep(None if options.dry_run else writer.path.with_name(f"{draft.source}.not-loaded.csv"))
    return Refused(
        N_("{file}: none of the {read} rows can be used. The most frequent reason: {reason}."),
        file=", ".join(draft.files),
        read=draft.rows_read,
        reason=_reasons(reading.prepared.reconciliation)[0][1],
        fix=N_("The rows with their reasons: {path}. Is a column taken for what it is not?")
        if kept
        else N_("Is a column taken for what it is not?"),
        path=kept,
    )


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

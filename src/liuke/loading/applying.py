"""A plan carried out: rows are read and staged once, what only the documents held bring up is asked, then they are
stored in one rename. Left at any point before that, nothing of it stays."""

from __future__ import annotations

import uuid
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from liuke.facts import LINES
from liuke.kernel.errors import Invalid, NeedsAnswer, Refused
from liuke.kernel.i18n import N_, translate
from liuke.kernel.said import Said
from liuke.loading.currency import in_one_currency
from liuke.loading.planning import plan_of, question_of, saved_mapping
from liuke.loading.spellings import keep_spellings, spellings
from liuke.loading.staged_rows import StagedRows
from liuke.sources import unread
from liuke.sources.headers import plain
from liuke.sources.layout import nothing_in
from liuke.sources.row_classes import classes_said
from liuke.sources.table import Question
from liuke.sources.values import IN_SHORT
from liuke.store.disk import refusing, writing_text
from liuke.store.document_keys import key_said
from liuke.store.document_load import append_documents
from liuke.store.fact_store import FactStore, Load
from liuke.store.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from liuke.loading.planning import LoadOptions
    from liuke.sources.audits import FailedAudit
    from liuke.sources.guess import Explained
    from liuke.sources.mapping import Mapping
    from liuke.sources.plan import LoadPlan
    from liuke.sources.plan_money import AmountRow, WordRow
    from liuke.sources.reconcile import ReasonTotal, Reconciliation

STORING = Said(N_("storing documents"))
UNWRITTEN = (
    N_("The load could not be written: {detail}. Nothing was loaded."),
    N_("Free some space or choose another folder, then load again."),
)


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
    notes: list[Said]
    amounts: list[AmountRow]
    words: list[WordRow]
    quarantine: Path | None
    broken: list[FailedAudit]
    doubtful: Path | None
    dry_run: bool

    @property
    def has_amounts(self) -> bool:
        """Whether the rows are document lines, whose amounts are accounted for."""
        return self.table == LINES

    @property
    def left_empty(self) -> list[Said]:
        """How many cells of which columns could not be read and were left empty, in rows that count."""
        return unread.unread_notes(self.account.unread)

    @property
    def reasons(self) -> list[tuple[int, str, Decimal]]:
        """How many rows could not be used for which reason, in the language in force, and their amount; most first."""
        counted = [
            (total.rows, _with_cells(IN_SHORT[code], total), total.amount)
            for code, total in self.account.by_reason.items()
        ]
        return sorted(counted, key=lambda each: -each[0])

    @property
    def apart(self) -> list[Said]:
        """What the rows are that are no lines, by class, with their money."""
        return classes_said(self.account.by_class)


@contextmanager
def applying(workspace: Workspace, plan: LoadPlan, options: LoadOptions) -> Iterator[Applying]:
    """The plan with its rows staged: stored (`loaded`), or with a `question` to answer first.

    Left with a question open, the load is given up without a trace. The facts are held meanwhile, also while a question
    waits for its answer: another load is refused in words, while runs, reading, merges and previews go on. Letting go
    would take back what the question is about: staged rows are laid against the documents held (what is new, grown,
    contradicted), lie where the next holder sweeps what killed loads left, and bear the number of the next load.
    Nobody waits at a terminal for long; what is asked before the rows are read (`LoadPlan.open`) holds nothing.
    """
    settled = plan.settled()
    with workspace.locked("facts"), _no_empty_folders(workspace):
        act = Applying(workspace, settled, options)
        try:
            act.begin()
            yield act
        finally:
            act.close()


class Applying:
    """One load between its first row and its last rename: made by `applying`."""

    def __init__(self, workspace: Workspace, plan: LoadPlan, options: LoadOptions) -> None:
        self.workspace = workspace
        self.plan = plan
        self.options = options
        self.loaded: Loaded | None = None
        self._asked: NeedsAnswer | None = None
        self._store = FactStore(workspace.facts)
        self._home = _Home(workspace)
        self._rows: StagedRows | None = None

    @property
    def question(self) -> Question | None:
        """What must be answered before the staged rows can be stored; None once they are."""
        return None if self._asked is None else question_of(self._asked)

    def loaded_or_refused(self) -> Loaded:
        """What the load did; NeedsAnswer, with the option that decides, where a question is open."""
        if self._asked is not None:
            raise self._asked
        assert self.loaded is not None
        return self.loaded

    def begin(self) -> None:
        """Read and stage the rows, and store them unless they bring up a question."""
        self._rows = self._staged()
        self._finish()

    def answer(self, value: str) -> None:
        """Answer the question with one of its choices, and go on with the rows as they are staged."""
        asked = self._asked
        have = [] if asked is None else [choice for choice, _ in asked.choices]
        if asked is None or value not in have:
            raise Invalid(
                N_("{answer} is not an answer to: {question}"),
                fix=N_("Possible answers: {have}."),
                answer=value,
                question="-" if asked is None else asked.said,
                have=", ".join(have) or "-",
            )
        decided: dict[str, Any] = {asked.decides: value}
        self.options = replace(self.options, **decided)
        if self.options.source not in (None, self.plan.source):
            self._go_on_as_another_source()
        self._finish()

    def close(self) -> None:
        """Let go of what was staged; files of unusable rows stay only where the load, or its refusal, names them."""
        if self._rows is not None:
            self._rows.close()
            self._rows = None

    def _staged(self) -> StagedRows:
        rows = StagedRows(self._store, self.workspace.quarantine, self.plan, self.options.progress)
        try:
            with self._home.writing():
                rows.read()
        except BaseException:
            rows.close()
            raise
        return rows

    def _go_on_as_another_source(self) -> None:
        """Take the plan of the source named; rows a mapping kept for it would read otherwise are read again."""
        plan = plan_of(self.workspace, self.plan.opened, replace(self.options, table=self.plan.table))
        answers = self.plan.answers
        plan = plan.answered({q.key: answers[q.key] for q in plan.open if q.key in answers}).settled()
        alike = plan.mapping.reads_like(self.plan.mapping)
        self.plan = plan
        if not alike:
            self.close()
            self._rows = self._staged()

    def _finish(self) -> None:
        """Store the staged rows, or hold the question that keeps them from it."""
        assert self._rows is not None
        rows, dry_run = self._rows, self.options.dry_run
        account = rows.account
        draft = _draft(self._store.next_id(), self.plan, account, self.options)
        if not account.rows_loaded and self.plan.table == LINES:
            raise self._nothing_usable(draft)
        self._asked = None
        try:
            with in_one_currency(self.workspace, self.plan, rows, self.options) as said:
                alike = [] if dry_run else spellings(self.workspace, self.plan, rows)
                done = None if dry_run else self._stored(rows, draft)
            said += keep_spellings(self.workspace, alike, date.fromisoformat(draft.loaded_on)) if done else []
        except NeedsAnswer as asked:
            if not asked.choices:
                raise
            self._asked = asked
            return
        source = self.plan.source
        beside = f"{done.load_id}-{source}" if done else None  # the number is the next load's where nothing is new
        folder = self.workspace.quarantine
        unusable, doubtful = (f"{beside}.csv", f"{beside}.doubtful.csv")
        if beside is None:
            unusable, doubtful = f"{source}.not-loaded.csv", f"{source}.doubtful.not-loaded.csv"
        self.loaded = Loaded(
            table=self.plan.table,
            source=source,
            load=done,
            account=account,
            mapping=self.plan.mapping,
            columns=self.plan.columns,
            notes=[*self.plan.notes, *said, *(rows.named.said if rows.named else ()), *self._new_key(done)],
            amounts=self.plan.amounts,
            words=self.plan.words,
            quarantine=rows.unusable.keep(None if dry_run else folder / unusable),
            broken=rows.auditor.found,
            doubtful=rows.auditor.writer.keep(None if dry_run else folder / doubtful),
            dry_run=dry_run,
        )

    def _stored(self, rows: StagedRows, draft: Load) -> Load | None:
        """The load as it lies in the store, with its mapping saved; None where nothing in it is new."""
        options = self.options
        saved = saved_mapping(self.workspace, self.plan.source, self.plan.table)
        with self._home.writing(), writing_text(saved, self.plan.mapping.to_toml()):
            if rows.documents is None:
                done = None if rows.fresh.is_empty() else self._store.keep(rows.folder, draft)
            else:
                options.progress.step(STORING, 0, 1)
                day, named = options.loaded_on or date.today(), options.source is not None
                key, withdrawn = options.document_key, rows.withdrawn
                done = append_documents(self._store, rows.documents, draft, day, options.part, key, named, withdrawn)
            self._home.refuse_if_gone(self._store.folder(done.load_id) / "load.json" if done else None)
        return done

    def _new_key(self, done: Load | None) -> list[Said]:
        """What makes a number one document, where the load found it to be other than it was for the source before."""
        if done is None or done.table != LINES:
            return []
        before = [load.document_key for load in self._store.loads(LINES, done.source) if load.load_id < done.load_id]
        said = key_said(done.document_key)
        return [said] if said is not None and done.document_key not in before[-1:] else []

    def _nothing_usable(self, draft: Load) -> Refused:
        """The refusal of a file without one usable row; the rows lie in the quarantine, with their reasons."""
        assert self._rows is not None
        name = self.workspace.quarantine / f"{draft.source}.not-loaded.csv"
        kept = self._rows.unusable.keep(None if self.options.dry_run else name)
        reasons = self._rows.account.by_reason
        if not reasons:
            return nothing_in(", ".join(draft.files))
        usual = max(reasons, key=lambda code: reasons[code].rows)
        return Refused(
            N_("{file}: none of the {read} rows can be used. The most frequent reason: {reason}."),
            file=", ".join(draft.files),
            read=draft.rows_read,
            reason=_with_cells(IN_SHORT[usual], reasons[usual]),
            fix=N_("The rows with their reasons: {path}. Is a column taken for what it is not?")
            if kept
            else N_("Is a column taken for what it is not?"),
            path=kept,
        )


def _with_cells(reason: str, total: ReasonTotal) -> str:
    """A reason in the language in force, with the cells it was found in."""
    return f"{translate(reason)} ({total.cells})" if total.cells else translate(reason)


def _draft(load_id: str, plan: LoadPlan, account: Reconciliation, options: LoadOptions) -> Load:
    """The load with its account, as far as it is known before it is compared with what is held."""
    files = [f"{t.origin}[{t.sheet}]" if t.sheet else t.origin for t in plan.tables]
    return Load(
        load_id=load_id,
        token=uuid.uuid4().hex,
        table=plan.table,
        source=plan.source,
        files=[Path(name).name for name in files],
        loaded_on=str(options.loaded_on or date.today()),
        rows_read=account.rows_read,
        rows_loaded=account.rows_loaded,
        rows_quarantined=account.rows_quarantined,
        sum_read=str(account.sum_read),
        sum_loaded=str(account.sum_loaded),
        sum_quarantined=str(account.sum_quarantined),
        rounding=str(account.rounding),
        columns=_kept_columns(plan),
    )


def _kept_columns(plan: LoadPlan) -> list[str]:
    """The canonical columns a file has, those without any value among them, which no mapping names."""
    used = {match.header for match in plan.mapping.columns.values()}
    free = {plain(header) for table in plan.tables for header in table.columns if header not in used}
    columns = plan.contract.columns
    named = {name for name, column in columns.items() if free & {plain(each) for each in (name, *column.names)}}
    return sorted(named | (columns.keys() & plan.mapping.columns.keys()))


class _Home:
    """The workspace's folder as it was when the load began."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._folder = workspace.root.stat().st_ino

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Refuse what can't be written; as a workspace that is gone where that is the reason."""
        self.refuse_if_gone()
        try:
            with refusing(*UNWRITTEN):
                yield
        except Refused:
            self.refuse_if_gone()
            raise

    def refuse_if_gone(self, *made: Path | None) -> None:
        """Refuse to go on in a workspace that was taken away or replaced, or that lacks what was just made in it."""
        try:
            there = Workspace.at(self.workspace.root).root.stat().st_ino == self._folder
        except (OSError, Refused):
            there = False
        if not there or not all(path.is_file() for path in made if path is not None):
            raise Refused(
                N_("The workspace {path} was taken away or replaced during the load. Nothing was loaded."),
                fix=N_("Put it back or make one with `liuke init {path}`, then load again."),
                path=self.workspace.root,
            )


@contextmanager
def _no_empty_folders(workspace: Workspace) -> Iterator[None]:
    """Take folders away again that nothing was put into."""
    try:
        yield
    finally:
        for folder in (workspace.mappings, workspace.quarantine, workspace.facts):
            with suppress(OSError):  # one that holds something stays
                folder.rmdir()

"""How an upload will be read, and what came of it: the same plan and the same load as on the terminal."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from liuke.app.uploads import Upload, Uploads, without_folder
from liuke.kernel.errors import LiukeError, NeedsAnswer
from liuke.kernel.i18n import language
from liuke.kernel.kept_answers import KeptAnswers
from liuke.kernel.progress import Stopped
from liuke.loading.applying import applying
from liuke.loading.column_choices import with_columns
from liuke.loading.planning import LoadOptions, heading_row_of, plan_of, question_of
from liuke.sources.answers import Answers
from liuke.sources.columns import NAMED
from liuke.sources.files import open_source
from liuke.sources.paths import paths_of
from liuke.sources.reconcile import ReasonTotal, Reconciliation

if TYPE_CHECKING:
    from liuke.kernel.progress import Progress
    from liuke.loading.applying import Loaded
    from liuke.sources.opened import Opened
    from liuke.sources.plan import LoadPlan
    from liuke.sources.table import Question
    from liuke.store.workspace import Workspace

SMALL = 5_000_000  # bytes: read whole to be shown before it is loaded
SHOWN_BAD = 8
KEPT = 6  # plans in memory
HOW = ("kind", "tax", "date_order", "decimal", "currency", "months", "discount")  # ways to read, said beforehand
TOTALS = ("sum_read", "sum_loaded", "sum_quarantined", "rounding", "turned", "given_back", "totalled")
COUNTS = (
    "rows_read",
    "rows_loaded",
    "rows_quarantined",
    "returns_made",
    "unknown",
    "rounded_rows",
    "skipped",
    "filled",
)


@dataclass(frozen=True)
class Foreseen:
    """An upload read whole without storing anything: its account, and the first rows that can't be used."""

    account: Reconciliation
    bad: pl.DataFrame


@dataclass(frozen=True)
class Planned:
    """How an upload will be read: a plan, or what keeps it from being one.

    `which` asks what table it is; `wrong` is why it can't be read as it is; `headers` are those of the file, if it
    could be opened. `foreseen` is None where questions without an answer are open or the file is large.
    """

    plan: LoadPlan | None = None
    headers: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    which: Question | None = None
    wrong: LiukeError | None = None
    foreseen: Foreseen | None = None


class Planner:
    """Plans of uploads, the newest kept in memory."""

    def __init__(self, workspace: Workspace, uploads: Uploads) -> None:
        self.workspace = workspace
        self.uploads = uploads
        self._kept = KeptAnswers(KEPT)

    def planned(self, upload: Upload) -> Planned:
        """The plan as far as it is said and answered; NotFound where the file is gone."""
        loads = len(list((self.workspace.facts / "loads").glob("*")))
        return self._kept.get((upload.id, upload.version, loads, language()), lambda: self._plan(upload))

    def _plan(self, upload: Upload) -> Planned:
        location = self.uploads.location(upload)  # NotFound passes: there is nothing to plan
        opened: Opened | None = None
        try:
            with self._named(upload):
                opened = self._opened(upload, location)
                plan = self._answered(upload, opened)
                foreseen = self._foreseen(upload, plan)
        except LiukeError as error:
            headers, sheets = _told(opened)
            if isinstance(error, NeedsAnswer) and error.decides and error.choices:
                return Planned(headers=headers, sheets=sheets, which=question_of(error))
            return Planned(headers=headers, sheets=sheets, wrong=error)
        headers, sheets = _told(opened)
        if isinstance(foreseen, LiukeError):
            return Planned(plan, headers, sheets, wrong=foreseen)
        return Planned(plan, headers, sheets, foreseen=foreseen)

    def _named(self, upload: Upload) -> Any:
        return nullcontext() if upload.place else without_folder(self.uploads.root / upload.id)

    def _opened(self, upload: Upload, location: str) -> Opened:
        options = options_of(upload)
        row = heading_row_of(self.workspace, location, options)
        opened = open_source(location, sheet=options.sheet, query=options.query, heading_row=row)
        if upload.place:
            return opened
        tables = [replace(table, origin=upload.name) for table in opened.tables]
        files = tuple(replace(file, shown=upload.name) for file in opened.files)
        return replace(opened, location=upload.name, tables=tables, files=files)

    def _answered(self, upload: Upload, opened: Opened) -> LoadPlan:
        """The plan of what is opened with columns as they were said, and every answer that still is one."""
        plan = plan_of(self.workspace, opened, options_of(upload))
        chosen = {header: name for header, name in upload.columns.items() if name not in NAMED}
        if chosen:
            plan = with_columns(plan, opened, chosen)
        while True:  # an answer may bring up another question
            fits = {
                question.key: upload.answers[question.key]
                for question in plan.open
                if upload.answers.get(question.key) in {choice.value for choice in question.choices}
            }
            if not fits:
                return plan
            plan = plan.answered(fits)

    def _foreseen(self, upload: Upload, plan: LoadPlan) -> Foreseen | LiukeError | None:
        if upload.place or upload.size > SMALL or any(question.default is None for question in plan.open):
            return None
        reading = plan.settled().reading()
        bad: list[pl.DataFrame] = []
        try:
            for batch in reading.clean():
                if sum(map(len, bad)) < SHOWN_BAD and len(batch.bad):
                    bad.append(batch.bad.head(SHOWN_BAD))
        except LiukeError as error:
            return error
        rows = pl.concat(bad, how="diagonal_relaxed").head(SHOWN_BAD) if bad else pl.DataFrame()
        return Foreseen(reading.reconciliation, rows)

    def is_large(self, upload: Upload) -> bool:
        """Whether it is too large to be read while somebody waits for a page; of a database nobody knows."""
        if upload.is_database:
            return False
        if not upload.place:
            return upload.size > SMALL
        try:
            return sum(path.stat().st_size for path in paths_of(upload.place)) > SMALL
        except (LiukeError, OSError):
            return False  # reading it says what is wrong

    def load_or_note(self, upload: Upload, progress: Progress) -> Upload:
        """Load it where nothing is asked, for whoever looks later: what refuses it is kept with it.

        A question with a safe answer takes that. Conflict passes where another load is at work.
        """
        try:
            planned = self.planned(upload)
            if planned.plan is None or planned.wrong is not None or any(q.default is None for q in planned.plan.open):
                return upload
            return upload if upload.done is not None else self.load(upload, planned.plan, progress)
        except LiukeError as error:
            if isinstance(error, Stopped) or error.code == "busy":
                raise
            return self.uploads.change(upload, failed=[error.said.plain(), error.fix.plain()])

    def load(self, upload: Upload, plan: LoadPlan, progress: Progress | None = None) -> Upload:
        """Carry the plan out: the upload with what was done, or with what the stored documents bring up still asked."""
        with self.uploads.loading(upload), self._named(upload):
            if self.uploads.one(upload.id, upload.user_id).done is not None:
                return self.uploads.one(upload.id, upload.user_id)
            options = options_of(upload)
            chosen = options if progress is None else replace(options, progress=progress)
            given = dict(upload.later)
            with applying(self.workspace, plan, chosen) as act:
                while act.question is not None and act.question.key in given:
                    act.answer(given.pop(act.question.key))
                if act.question is not None:
                    return self.uploads.change(upload, asked=packed_question(act.question), failed=None)
                done = act.loaded_or_refused()
            made = self.uploads.change(upload, asked=None, failed=None, done=packed_load(done))
            self.uploads.drop_file(upload)
            return made


def _told(opened: Opened | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Headers and sheets of what could be opened."""
    if opened is None:
        return (), ()
    return tuple(opened.headers), tuple(dict.fromkeys(each.sheet for each in opened.tables if each.sheet))


def options_of(upload: Upload) -> LoadOptions:
    """What was said of an upload beforehand, as a load takes it."""
    said = upload.options
    named: dict[str, Any] = {name: header for header, name in upload.columns.items() if name in NAMED}
    how: dict[str, Any] = {name: said[name] for name in HOW if said.get(name)}
    row = said.get("heading_row", "")
    return LoadOptions(
        table=said.get("table") or None,
        source=said.get("source") or None,
        sheet=said.get("sheet") or None,
        query=said.get("query") or None,
        heading_row=int(row) if row.isdecimal() and 0 < int(row) < 10**7 else None,
        answers=Answers(**named, **how),
    )


def packed_question(question: Question) -> dict[str, Any]:
    """A question as JSON, in no language yet."""
    choices = [[choice.value, choice.meaning.plain()] for choice in question.choices]
    return {"key": question.key, "ask": question.ask.plain(), "choices": choices, "evidence": list(question.evidence)}


def packed_load(done: Loaded) -> dict[str, Any]:
    """What a load did as JSON: enough to show it again at any time and in either language."""
    notes = [*done.notes, *done.apart, *done.left_empty]
    return {
        "load_id": done.load.load_id if done.load else None,
        "table": done.table,
        "source": done.source,
        "documents": dict(done.load.documents) if done.load else {},
        "account": packed_account(done.account),
        "notes": [note.plain() for note in notes],
        "quarantine": done.quarantine.name if done.quarantine else None,
        "doubtful": done.doubtful.name if done.doubtful else None,
        "doubts": [[one.rows, one.says, one.examples()] for one in done.broken],
    }


def packed_account(account: Reconciliation) -> dict[str, Any]:
    """An account as JSON, sums as text."""
    total = account.file_total
    return {
        **{name: getattr(account, name) for name in COUNTS},
        **{name: str(getattr(account, name)) for name in TOTALS},
        "file_total": None if total is None else str(total),
        "by_reason": {
            code: [one.rows, str(one.amount), one.unknown, [list(each) for each in one.examples]]
            for code, one in account.by_reason.items()
        },
    }


def account_from(told: dict[str, Any]) -> Reconciliation:
    """The account `packed_account` made, without cells left empty and rows that are no lines: notes tell of those."""
    known: dict[str, Any] = {name: told[name] for name in COUNTS} | {name: Decimal(told[name]) for name in TOTALS}
    by_reason = {
        code: ReasonTotal(rows, Decimal(amount), unknown, tuple((one[0], one[1]) for one in examples))
        for code, (rows, amount, unknown, examples) in told["by_reason"].items()
    }
    total = None if told["file_total"] is None else Decimal(told["file_total"])
    return Reconciliation(**known, file_total=total, by_reason=by_reason)

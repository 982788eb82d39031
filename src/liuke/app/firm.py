"""The one door: every verb of the product on one firm. The command line, Python and the web call it and nothing else.

firm = liuke.open("firm")
firm.load("invoices.xlsx")
firm.run().at_risk()
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple, Protocol

import polars as pl

from liuke.app import doctor as checking
from liuke.app import load as loading
from liuke.app.firm_causes import FirmCauses
from liuke.app.latest import Latest
from liuke.app.python_words import in_python
from liuke.app.reader import Reader
from liuke.app.rule_changes import rules_changed
from liuke.app.run_view import OneCustomer, RunView
from liuke.kernel import days
from liuke.kernel.errors import NotFound, Usage
from liuke.kernel.i18n import N_, language
from liuke.kernel.kinds import LINES
from liuke.kernel.progress import Unwatched
from liuke.kernel.said import Said
from liuke.loading.applying import Applying, Loaded, applying
from liuke.reports.contexts.kept_runs import kept_runs
from liuke.reports.listings import scores, upkeep
from liuke.reports.listings import value as of_value
from liuke.reports.query import Query, customers
from liuke.reports.shown import Listed
from liuke.run import customers as known_customers
from liuke.run import mending, pipeline, rule_files
from liuke.run import merges as merging
from liuke.run import preview as previewing
from liuke.run.scope import resolve
from liuke.run.stages.rules import lost_already
from liuke.run.value_fit import value_standard
from liuke.sources.frames import frame_of
from liuke.store.fact_store import FactStore
from liuke.store.register import Register
from liuke.store.runs import Run, Runs
from liuke.store.workspace import FILE, Workspace
from liuke.value import standard as standards

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager

    from liuke.kernel.progress import Progress
    from liuke.reports.contexts.kept_runs import KeptRun
    from liuke.signals.watch_list import View
    from liuke.sources.plan import LoadPlan
    from liuke.store.document_load import PartPolicy
    from liuke.store.register import Entry

Day = datetime.date | str | None


class ArrowFrame(Protocol):
    """A table that hands out its columns as Arrow does: Polars, pandas from 2.2 on, PyArrow, DuckDB and others."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...


class Ran(NamedTuple):
    """A run that was asked for, whether it was made now, and which one everybody reads."""

    view: RunView
    new: bool
    current: str


def _day(given: Day) -> datetime.date | None:
    return None if given is None else days.day(given)


@dataclass(frozen=True)
class Firm(FirmCauses):
    """A workspace opened for use; `held` keeps the current run in memory for many questions."""

    workspace: Workspace
    held: bool = False
    _latest: list[Latest] = field(default_factory=list, repr=False, compare=False)

    @classmethod
    def at(cls, folder: Path) -> Firm:
        """The firm in a folder that is a workspace; Refused with the way to make one."""
        return cls(Workspace.at(folder))

    @classmethod
    def create(cls, folder: Path, currency: str | None = None) -> Firm:
        """A new workspace in a folder that has none yet, with the currency of all its amounts where it is said."""
        return cls(Workspace.create(folder, currency))

    # what comes in

    def load(
        self,
        location: str | Path | ArrowFrame,
        *,
        source: str | None = None,
        table: str | None = None,
        mapping: Path | None = None,
        sheet: str | None = None,
        query: str | None = None,
        heading_row: int | None = None,
        dry_run: bool = False,
        part: PartPolicy = "ask",
        document_key: str = "auto",
        loaded_on: datetime.date | None = None,
        customer_id: str | None = None,
        date: str | None = None,
        amount: str | None = None,
        date_order: str | None = None,
        kind: str | None = None,
        tax: str | None = None,
        discount: str | None = None,
        decimal: str | None = None,
        months: str | None = None,
        currency: str | None = None,
        answers: Mapping[str, str] | None = None,
        progress: Progress | None = None,
    ) -> Loaded:
        """Load a file, folder, glob or database, or a frame of Polars, pandas or Arrow under the name of its `source`.

        What is said of the file beforehand is not asked: headers of customer, date and amount, the order in days, the
        kind of all documents, the tax in amounts, what the discount column holds, the decimal sign, the day of months
        given without one, the currency; `answers` are those to any other question, by its key.
        """
        said = loading.Answers(customer_id=customer_id, date=date, amount=amount, date_order=date_order, kind=kind,
                               tax=tax, discount=discount, decimal=decimal, months=months, currency=currency,
                               others=tuple((answers or {}).items()))  # fmt: skip
        chosen = loading.LoadOptions(table=table, source=source, mapping=mapping, sheet=sheet, query=query,
                                     heading_row=heading_row, dry_run=dry_run, part=part, document_key=document_key,
                                     loaded_on=loaded_on, answers=said,
                                     progress=progress or Unwatched())  # fmt: skip
        with in_python():
            if isinstance(location, (str, Path)):
                return loading.load(self.workspace, str(location), chosen)
            if source is None:
                raise Usage(N_("A frame has no name: give source, the name its later exports will have too."))
            with TemporaryDirectory() as folder:
                file = Path(folder) / f"{source}.parquet"
                frame_of(location).write_parquet(file)
                return loading.load(self.workspace, str(file), chosen)

    def plan(self, location: str, options: loading.LoadOptions) -> LoadPlan:
        """How a location would be loaded: a value to be shown and answered; nothing is stored."""
        return loading.open_plan(self.workspace, location, options)

    def applying(self, plan: LoadPlan, options: loading.LoadOptions) -> AbstractContextManager[Applying]:
        """The plan carried out, with the question the stored documents bring up, if any, still to be answered."""
        return applying(self.workspace, plan, options)

    def unload(self, load_id: str) -> Entry:
        """Undo a load; the load that is gone."""
        return loading.unload(self.workspace, load_id)

    def loads(self) -> Listed:
        """Everything loaded, oldest first, with its account."""
        fields = [shown.column for shown in upkeep.LOADS.columns if shown.column != "sum_loaded"]
        rows = [{**{name: getattr(each, name) for name in fields}, "sum_loaded": Decimal(each.sum_loaded)}
                for each in loading.loads(self.workspace)]  # fmt: skip
        return Listed(upkeep.LOADS, rows)

    # runs

    def run(self, as_of: Day = None, known_by: Day = None, again: bool = False, progress: Progress | None = None
            ) -> RunView:  # fmt: skip
        """Run the pipeline, or return the run already made from the same inputs."""
        return self.ran(as_of, known_by, again, progress).view

    def ran(self, as_of: Day = None, known_by: Day = None, again: bool = False, progress: Progress | None = None
            ) -> Ran:  # fmt: skip
        """The same, with whether it was made now."""
        made, new = pipeline.run(self.workspace, as_of=_day(as_of), known_by=_day(known_by), again=again,
                                 progress=progress)  # fmt: skip
        return Ran(self._view(made), new, Runs(self.workspace.runs).current().root.name)

    def current(self) -> RunView:
        """The run everybody reads; NotFound with the way to make one."""
        return self.read(None)

    def read(self, as_of: Day = None) -> RunView:
        """The run everybody reads, or that of a past day. Nothing is computed: a day nobody ran is NotFound."""
        day = _day(as_of)
        if day is not None:
            return self._of_day(day)
        if not self._latest:
            self._latest.append(Latest(self.workspace, self.held))
        reader = self._latest[0].reader()
        return RunView(self.workspace, reader, tuple(self._against(reader.run, newest=True)))

    def runs(self) -> list[RunView]:
        """Every run that is kept, oldest first."""
        return [self._view(run) for run in Runs(self.workspace.runs).all()]

    def history(self) -> list[KeptRun]:
        """Every run that lies there, newest first, those that can't be read with the reason."""
        return kept_runs(Runs(self.workspace.runs))

    def numbered(self, run_id: str) -> RunView:
        """The run of this number; NotFound for none, Damaged where it can't be read."""
        found = next((run for run in Runs(self.workspace.runs).lying() if run.root.name == run_id), None)
        if found is None:
            raise NotFound(N_("There is no run {run}."), run=run_id, code="unknown_run")
        return self._view(found)

    def _of_day(self, day: datetime.date) -> RunView:
        """The newest run of the last complete period up to a day."""
        runs = Runs(self.workspace.runs)
        found = runs.at(day.isoformat())
        if found is None:
            end = resolve(self.workspace, FactStore(self.workspace.facts), day, None).as_of
            found = runs.at(end.isoformat())
        if found is None:
            runs.refuse_damaged(end.isoformat())
            raise NotFound(
                N_("Nobody has run {day} yet; reading computes nothing."),
                day=day,
                fix=N_("Make it, then ask again: liuke run --as-of {day}"),
            )
        view = self._view(found)
        if found.info["as_of"] == day.isoformat():
            return view
        other = Said(N_("The last complete period up to {asked} ends on {as_of}."),
                     {"asked": day, "as_of": found.info["as_of"]})  # fmt: skip
        return RunView(view.workspace, view.reader, (other, *view.notices))

    def _view(self, run: Run) -> RunView:
        return RunView(self.workspace, Reader(run), tuple(self._against(run)))

    def _against(self, run: Run, newest: bool = False) -> Iterator[Said]:
        """What stands against a run: documents taken back since, or, for the newest, loaded since."""
        held = Register.read(self.workspace.facts).loads.values()
        known = set(run.info.get("loads", ()))
        if not {load.token for load in held} >= known:
            yield Said(N_("This run holds a load that was undone since. Run again: liuke run"))
        if newest and {load.token for load in held if load.table == LINES} - known:
            yield Said(N_("Documents were loaded since this run. Run again: liuke run"))
        if newest:
            yield from rules_changed(self.workspace, run)

    # what a run says

    def list(self, query: Query | None = None, as_of: Day = None) -> pl.DataFrame:
        """Customers of a query, without one those at risk, best worth a call first, with their reasons."""
        return self.read(as_of).list(query or customers())

    def at_risk(self, view: View | None = None, as_of: Day = None) -> pl.DataFrame:
        """Customers on the watch list, or on one view of it (going, silent, money), best first, with their reasons."""
        return self.read(as_of).at_risk(view)

    def show(self, customer: str, as_of: Day = None) -> pl.DataFrame:
        """One customer by number or name, in one row: state, reasons, value and documents."""
        return self.read(as_of).show(customer)

    def indicators(self, as_of: Day = None) -> pl.DataFrame:
        """The indicator sheet, overall and by every customer column."""
        return self.read(as_of).table("indicator")

    def report(self, folder: Path, as_of: Day = None) -> tuple[Path, Path]:
        """Write the workbook and the page of a run, in the language in force; where they are."""
        from liuke.reports.excel import write_workbook
        from liuke.reports.page import write_page
        from liuke.run.cause_owners import owners_or_why_not

        made = self.read(as_of).made
        if not folder.is_dir():
            raise NotFound(N_("There is no folder {path}."), path=folder)
        name = f"liuke-{made.info['as_of']}"
        return (write_workbook(made, folder / f"{name}.xlsx", language(), *owners_or_why_not(self.workspace)),
                write_page(made, folder / f"{name}.html", language()))  # fmt: skip

    # definitions

    def rules(self) -> pl.DataFrame:
        """The rules in force, in the language in force."""
        return rule_files.rules_table(self.workspace)

    def rules_listed(self) -> Listed:
        """The same as a listing."""
        return Listed(scores.RULES, self.rules())

    def preview(self, rule: str, page: int = 1, size: int | None = None, progress: Progress | None = None) -> Listed:
        """Whom a rule, by its id or its TOML file, flags now, the largest first; nothing is kept."""
        found = previewing.preview(self.workspace, rule_files.chosen(self.workspace, rule), progress)
        rows = found.rows.slice((page - 1) * (size or 0), size)
        about = (lost_already(found.lost, found.left_days),) if found.lost else ()
        currency = self.workspace.settings.text("currency")
        return Listed(scores.PREVIEW, rows, len(found.rows), about, currency)

    def standard(self) -> Listed:
        """Grades and the service they are owed, as in force."""
        found = standards.standard(value_standard(self.workspace))
        rows = [
            {"grade": grade.name, "title": grade.title[language()], "share": grade.share, "stage": stage,
             "stage_title": found.stage_title(stage), "contacts_a_quarter": contacts,
             "response_hours": grade.response_hours}
            for grade in found.grades
            for stage, contacts in grade.contacts.items()
        ]  # fmt: skip
        return Listed(of_value.STANDARD, rows)

    # customers that are one

    def merges(self) -> Listed:
        """Merges in force, then pairs nobody has decided on."""
        rows = merging.merges_overview(self.workspace).to_dicts()
        for row in rows:
            perhaps = N_("perhaps: {why}")
            row["why"] = row["merged_on"] or Said(perhaps, {"why": merging.why(row)}).text()
        return Listed(upkeep.MERGES, rows)

    def merge(self, customer: str, into: str) -> bool:
        """Count one customer under another from the next run on; whether anything but who says so speaks for it."""
        merging.confirm(self.workspace, known_customers.known(self.workspace), customer, into)
        return merging.evident(self.workspace, customer, into)

    def split(self, customer: str) -> None:
        """Let a merged customer count by itself again from the next run on."""
        merging.split(self.workspace, customer)


def doctor(folder: Path, zone: datetime.tzinfo | None = None) -> Iterator[tuple[str, str, bool]]:
    """One check of a workspace after another: its title, what was found (moments in a zone), whether that is fine."""
    return checking.checked(folder, zone)


def repair(folder: Path) -> Iterator[str]:
    """Mend what is safe to mend in a workspace; a sentence for each thing done."""
    yield from (said.text() for said in mending.mend(folder))


def upgrade(folder: Path) -> Iterator[str]:
    """Bring a workspace of an older program up to date; a sentence for each thing done."""
    yield from (said.text() for said in mending.upgraded(folder))


def open_firm(path: str | Path) -> Firm:
    """The firm in a folder; a folder without a workspace becomes one."""
    root = Path(path)
    return Firm.at(root) if (root / FILE).is_file() else Firm.create(root)


__all__ = [
    "FILE",
    "Firm",
    "Loaded",
    "OneCustomer",
    "Ran",
    "RunView",
    "doctor",
    "open_firm",
    "repair",
    "upgrade",
]

"""How a location would be loaded into a workspace: table, source, mapping and open questions, as a plan."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from liuke.facts import LINES, contracts, inputs
from liuke.kernel.errors import Invalid, NeedsAnswer, NotFound, Usage
from liuke.kernel.i18n import N_
from liuke.kernel.progress import Unwatched
from liuke.kernel.said import Said
from liuke.sources.address import hidden
from liuke.sources.answers import Answers
from liuke.sources.known_layouts import known_layout
from liuke.sources.looks import Looks
from liuke.sources.mapping import heading_row_in, read_mapping
from liuke.sources.not_sales import not_sales
from liuke.sources.other_tables import told_of
from liuke.sources.paths import shown
from liuke.sources.plan import plan_load
from liuke.sources.sides import is_ledger
from liuke.sources.source_name import checked_name, known_source, source_name
from liuke.sources.table import Choice, Question
from liuke.sources.which_table import Found, which_table
from liuke.store.fact_store import FactStore

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.kernel.contract import Contract
    from liuke.kernel.progress import Progress
    from liuke.sources.mapping import Mapping
    from liuke.sources.opened import Opened
    from liuke.sources.plan import LoadPlan
    from liuke.sources.table import RawTable
    from liuke.store.document_load import PartPolicy
    from liuke.store.workspace import Workspace


@dataclass(frozen=True)
class LoadOptions:
    """What was said beforehand: of the source (`answers` and the first six), and of how to store it."""

    table: str | None = None
    source: str | None = None
    mapping: Path | None = None
    sheet: str | None = None
    query: str | None = None
    heading_row: int | None = None
    dry_run: bool = False
    part: PartPolicy = "ask"
    document_key: str = "auto"
    loaded_on: date | None = None
    answers: Answers = field(default_factory=Answers)
    progress: Progress = field(default_factory=Unwatched)


def plan_of(workspace: Workspace, opened: Opened, options: LoadOptions) -> LoadPlan:
    """How an opened source will be read: by the mapping given, or saved for it and still fitting, else by a guess."""
    _check(options)
    known = contracts()
    table, why = (options.table, Said("")) if options.table else _table_of(opened, options)
    if table not in known:
        raise NotFound(
            N_("There is no table {table}."), table=table, have=", ".join(known), fix=N_("Tables are: {have}.")
        )
    contract = known[table]
    source = _source_of(workspace, opened.location, options)
    saved = saved_mapping(workspace, source, table)
    mapping = _given_mapping(options.mapping, saved, contract, opened)
    plan = plan_load(opened, contract, inputs(table), source=source, mapping=mapping, answers=options.answers)
    if table != LINES:
        plan = replace(plan, said=(*([why] if why else []), *plan.said, *told_of(plan)))
    if options.heading_row is not None:
        plan = replace(plan, start=replace(plan.start, heading_row=options.heading_row))
    if mapping is None and saved.is_file():
        said = N_("The mapping saved for {source} does not fit these columns: they were looked at anew.")
        plan = replace(plan, said=(Said(said, {"source": source}), *plan.said))
    return plan


def _source_of(workspace: Workspace, location: str, options: LoadOptions) -> str:
    """The name of the source: as given, or by the location, one it was loaded under before."""
    if options.source is not None:
        return checked_name(options.source)
    named = source_name(location, options.query, options.sheet)
    return known_source(named, [load.source for load in FactStore(workspace.facts).loads()])


def heading_row_of(workspace: Workspace, location: str, options: LoadOptions) -> int | None:
    """The row that names the columns: as given, or as the mapping of the source remembers it."""
    if options.heading_row is not None:
        return options.heading_row
    source = _source_of(workspace, hidden(shown(location)), options)
    saved = [saved_mapping(workspace, source, table) for table in contracts()]
    rows = map(heading_row_in, [options.mapping] if options.mapping is not None else saved)
    return next((row for row in rows if row is not None), None)


def saved_mapping(workspace: Workspace, source: str, table: str) -> Path:
    """Where the mapping of a source is kept."""
    return workspace.mappings / f"{source}.{table}.toml"


def _check(options: LoadOptions) -> None:
    """Refuse ways of storing there are not, and a day of loading still to come: what is recorded then is not known."""
    if options.part not in ("ask", "keep", "replace"):
        raise Usage(N_("--part is ask, keep or replace, not {part}."), part=options.part)
    if options.loaded_on is not None and options.loaded_on > date.today():
        raise Invalid(
            N_("A load can't be of {day}, a day still to come: nothing is known before it is there."),
            fix=N_("Leave the day away; it is today's."),
            day=options.loaded_on,
        )


def _table_of(opened: Opened, options: LoadOptions) -> tuple[str, Said]:
    """The canonical table the first sheet with evidence is, and why; document lines where nothing speaks for any."""
    if options.answers.amount is not None:
        return LINES, Said("")
    known = contracts()
    for table in opened.tables:
        if (layout := known_layout(table.columns)) is not None:
            return layout.table, Said("")
        if is_ledger(Looks(table.sample(), table.columns)):
            return LINES, Said("")
        found = which_table(known, table, inputs(LINES), LINES)
        if found is not None and found.rivals:
            raise _which(found, table.place)
        if found is None or found.best.table == LINES:
            _refuse_no_sales(table)
        if found is None:
            continue
        why = Said("") if found.best.table == LINES else found.best.why(known[found.best.table])
        return found.best.table, why
    return LINES, Said("")


def question_of(asked: NeedsAnswer) -> Question:
    """What a refusal asks, for somebody who can be asked after all."""
    choices = tuple(Choice(value, Said(means)) for value, means in asked.choices)
    return Question(asked.decides, asked.said, choices, "--" + asked.decides.replace("_", "-"))


def _which(found: Found, place: str) -> NeedsAnswer:
    """The question which of several tables a file is."""
    candidates = (found.best, *found.rivals)
    known = contracts()
    told = Said(N_("{file} could be one of several tables. Which is it?"), {"file": place})
    choices = [(each.table, each.why(known[each.table]).text()) for each in candidates]
    listed = "\n".join(f"  {value}  {means}" for value, means in choices)
    fix = N_("Answer with {option} VALUE, where VALUE is one of:\n{listed}")
    return NeedsAnswer(told, fix=Said(fix, {"option": "--table", "listed": listed}), decides="table", choices=choices)


def _refuse_no_sales(table: RawTable) -> None:
    """Ask whether a file whose headings speak of purchases, quotations or payments is sales after all."""
    against = not_sales(table.columns, contracts()[LINES], inputs(LINES))
    if not against:
        return
    told = Said(
        N_("{file} speaks of purchases, quotations or payments, not of sales: {headers}. Are these sales after all?"),
        {"file": table.place, "headers": against},
    )
    fix = Said(N_("If they are, say so: {option}."), {"option": f"--table {LINES}"})
    raise NeedsAnswer(told, fix=fix, decides="table", choices=[(LINES, Said(N_("yes, these are sales")).text())])


def _given_mapping(given: Path | None, saved: Path, contract: Contract, opened: Opened) -> Mapping | None:
    """The mapping named, or the one saved for this source while it still fits; None lets it be guessed."""
    if given is not None:
        return read_mapping(given, contract, inputs(contract.table))
    if not saved.is_file():
        return None
    mapping = read_mapping(saved, contract, inputs(contract.table))
    needed = mapping.needed(contract.required)
    return mapping if any(needed <= set(table.columns) for table in opened.tables) else None

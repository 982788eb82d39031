"""How a location would be loaded into a workspace: table, source, mapping and open questions, as a plan."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from liuke.facts import LINES, contracts, inputs
from liuke.kernel.errors import Invalid, NotFound, Usage
from liuke.kernel.i18n import N_
from liuke.kernel.progress import Unwatched
from liuke.kernel.said import Said
from liuke.sources.answers import Answers
from liuke.sources.guess import which_table
from liuke.sources.headers import name_score
from liuke.sources.mapping import read_mapping
from liuke.sources.plan import plan_load
from liuke.sources.source_name import checked_name, known_source, source_name
from liuke.store.fact_store import FactStore

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.kernel.contract import Contract
    from liuke.kernel.progress import Progress
    from liuke.sources.mapping import Mapping
    from liuke.sources.opened import Opened
    from liuke.sources.plan import LoadPlan
    from liuke.store.document_load import PartPolicy
    from liuke.store.workspace import Workspace


@dataclass(frozen=True)
class LoadOptions:
    """What was said beforehand: of the source (`answers` and the first five), and of how to store it."""

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
    progress: Progress = field(default_factory=Unwatched)


def plan_of(workspace: Workspace, opened: Opened, options: LoadOptions) -> LoadPlan:
    """How an opened source will be read: by the mapping given, or saved for it and still fitting, else by a guess."""
    _check(options)
    known = contracts()
    table = options.table or _table_of(opened)
    if table not in known:
        raise NotFound(
            N_("There is no table {table}."), table=table, have=", ".join(known), fix=N_("Tables are: {have}.")
        )
    contract = known[table]
    if options.source is None:
        named = source_name(opened.location, options.query, options.sheet)
        source = known_source(named, [load.source for load in FactStore(workspace.facts).loads()])
    else:
        source = checked_name(options.source)
    saved = saved_mapping(workspace, source, table)
    mapping = _given_mapping(options.mapping, saved, contract, opened)
    plan = plan_load(opened, contract, inputs(table), source=source, mapping=mapping, answers=options.answers)
    if mapping is None and saved.is_file():
        said = N_("The mapping saved for {source} does not fit these columns: they were looked at anew.")
        plan = replace(plan, said=(Said(said, {"source": source}), *plan.said))
    return plan


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


def _table_of(opened: Opened) -> str:
    """The canonical table the columns fit; document lines where nothing does, so that what is missing is said.

    A file that bears more names of document lines than of the table it would fit is one whose amounts or days can't be
    read: it is not taken for a list of customers.
    """
    known = contracts()
    for table in opened.tables:
        found = which_table(known, table, inputs(LINES))
        if found is not None:
            return max(found, LINES, key=lambda name: _named(known[name], table.columns))
    return LINES


def _named(contract: Contract, headers: list[str]) -> int:
    """How many headers are names of the contract's columns."""
    names = [column.names for column in contract.columns.values()]
    return sum(any(name_score(header, each) > 0.95 for each in names) for header in headers)


def _given_mapping(given: Path | None, saved: Path, contract: Contract, opened: Opened) -> Mapping | None:
    """The mapping named, or the one saved for this source while it still fits; None lets it be guessed."""
    if given is not None:
        return read_mapping(given, contract, inputs(contract.table))
    if not saved.is_file():
        return None
    mapping = read_mapping(saved, contract, inputs(contract.table))
    needed = mapping.needed(contract.required)
    return mapping if any(needed <= set(table.columns) for table in opened.tables) else None

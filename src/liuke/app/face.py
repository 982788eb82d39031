"""The Python face: `firm = liuke.open("firm"); firm.load("invoices.xlsx"); firm.run().at_risk()`."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Protocol

import polars as pl

from liuke.app import load as loading
from liuke.app import queries
from liuke.kernel.errors import Usage
from liuke.kernel.i18n import N_
from liuke.run import pipeline, rule_files
from liuke.run.merges import merges
from liuke.store.workspace import FILE, Workspace

if TYPE_CHECKING:
    from collections.abc import Iterable

    from liuke.app.load import Loaded
    from liuke.store.runs import Run


class ArrowFrame(Protocol):
    """A table that hands out its columns as Arrow does: Polars, pandas from 2.2 on, PyArrow, DuckDB and others."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...


def _day(given: date | str | None) -> date | None:
    try:
        return date.fromisoformat(given) if isinstance(given, str) else given
    except ValueError:
        raise Usage(N_("{found} is not a day such as 2026-10-31."), found=given) from None


def _refuse_unknown(verb: str, given: Iterable[str], known: Iterable[str]) -> None:
    """Refuse a word no verb takes: left out in silence it would look obeyed."""
    unknown = next((name for name in given if name not in known), None)
    if unknown is not None:
        raise Usage(
            N_("{verb} has no option {found}."),
            verb=verb,
            found=unknown,
            have=", ".join(sorted(known)),
            fix=N_("Options are: {have}."),
        )


def _filter(verb: str, given: dict[str, Any]) -> queries.Filter:
    _refuse_unknown(verb, given, [name.name for name in fields(queries.Filter)])
    return queries.Filter(**given)


def _options(given: dict[str, Any]) -> loading.Options:
    """Options of a load by name, those that say how the file is to be read among them."""
    of_file = {name.name for name in fields(loading.Answers)}
    _refuse_unknown("load", given, of_file | {name.name for name in fields(loading.Options)})
    answers = loading.Answers(**{name: value for name, value in given.items() if name in of_file})
    return loading.Options(**{"answers": answers} | {n: v for n, v in given.items() if n not in of_file})


@dataclass(frozen=True)
class Result:
    """A finished run, read-only. Frames are Polars; `.to_pandas()` and `.to_arrow()` are theirs."""

    made: Run

    @property
    def info(self) -> dict[str, Any]:
        """What went in, when, and how much came out."""
        return self.made.info

    def at_risk(self, **filters: Any) -> pl.DataFrame:
        """Customers on the watch list, best first; filters are those of `app.queries.Filter`."""
        return queries.watch_list(self.made, _filter("at_risk", filters))

    def table(self, name: str) -> pl.DataFrame:
        """Any table of the run; `tables` has their names."""
        return self.made.table(name)

    @property
    def tables(self) -> list[str]:
        """Names of the tables."""
        return self.made.tables


@dataclass(frozen=True)
class Firm:
    """A workspace opened for use from Python."""

    workspace: Workspace

    def load(self, location: str | Path | ArrowFrame, **options: Any) -> Loaded:
        """Load a file, folder, glob or database, or a frame of Polars, pandas or Arrow under the name of its `source`.

        Options are those of the command by name: source, table, sheet, query, part, amount, tax, date_order, …
        """
        chosen = _options(options)
        if isinstance(location, (str, Path)):
            return loading.load(self.workspace, str(location), chosen)
        if chosen.source is None:
            raise Usage(N_("A frame has no name: give source, the name its later exports will have too."))
        with TemporaryDirectory() as folder:
            file = Path(folder) / f"{chosen.source}.parquet"
            pl.DataFrame(location).write_parquet(file)
            return loading.load(self.workspace, str(file), chosen)

    def unload(self, load_id: str) -> None:
        """Undo a load."""
        loading.unload(self.workspace, load_id)

    def run(self, as_of: date | str | None = None, known_by: date | str | None = None) -> Result:
        """Run the pipeline, or return the run already made from the same inputs."""
        made, _ = pipeline.run(self.workspace, as_of=_day(as_of), known_by=_day(known_by))
        return Result(made)

    def current(self) -> Result:
        """The run everybody reads."""
        return Result(queries.current(self.workspace))

    def list(self, as_of: date | str | None = None, **filters: Any) -> pl.DataFrame:
        """Customers at risk, best worth a call first, with their reasons; filters by name: state, core, owner, …"""
        run = self._read(as_of)
        return queries.spoken(queries.watch_list(run, _filter("list", filters)), run.info["currency"])

    def show(self, customer: str, as_of: date | str | None = None) -> pl.DataFrame:
        """One customer by code or name, in one row: state, reasons, value and documents."""
        run = self._read(as_of)
        row = queries.find_customer(run, customer, merges(self.workspace))
        return queries.customer_record(run, row, queries.papers(self.workspace, run, row["customer_id"]))

    def rules(self) -> pl.DataFrame:
        """The rules in force, in the language in force."""
        return rule_files.rules_table(self.workspace)

    def indicators(self, as_of: date | str | None = None) -> pl.DataFrame:
        """The indicator sheet, overall and by every customer column."""
        return self._read(as_of).table("indicator")

    def _read(self, as_of: date | str | None) -> Run:
        """The run everybody reads, or that of a past day, made when there is none."""
        return queries.current(self.workspace) if as_of is None else self.run(as_of).made


def open_firm(path: str | Path) -> Firm:
    """The workspace in a folder; a folder without one becomes one."""
    root = Path(path)
    return Firm(Workspace.at(root) if (root / FILE).is_file() else Workspace.create(root))

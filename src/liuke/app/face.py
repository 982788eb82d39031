"""The Python face: `firm = liuke.open("firm"); firm.load("invoices.xlsx"); firm.run().at_risk()`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from liuke.app import load as loading
from liuke.app import pipeline, queries
from liuke.store.workspace import FILE, Workspace

if TYPE_CHECKING:
    import polars as pl

    from liuke.app.load import Loaded
    from liuke.store.runs import Run


def _day(given: date | str | None) -> date | None:
    return date.fromisoformat(given) if isinstance(given, str) else given


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
        return queries.watch_list(self.made, queries.Filter(**filters))

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

    def load(self, location: str | Path, **options: Any) -> Loaded:
        """Load a file, folder, glob or database; options are those of `app.load.Options`."""
        return loading.load(self.workspace, str(location), loading.Options(**options))

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


def open_firm(path: str | Path) -> Firm:
    """The workspace in a folder; a folder without one becomes one."""
    root = Path(path)
    return Firm(Workspace.at(root) if (root / FILE).is_file() else Workspace.create(root))

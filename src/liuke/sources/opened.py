"""A location opened once: its tables, and what its files looked like then, so that a change under way is seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.sources.table import RawTable


@dataclass(frozen=True)
class FileSeen:
    """A file as it was when it was opened; `shown` is its name for messages."""

    path: Path
    shown: str
    marks: tuple[int, ...]  # size, time of change, and which file it is

    @classmethod
    def at(cls, path: Path, shown: str) -> FileSeen:
        """What a file looks like now."""
        return cls(path, shown, _marks(path))


def _marks(path: Path) -> tuple[int, ...]:
    found = path.stat()
    return (found.st_size, found.st_mtime_ns, found.st_ino)


@dataclass(frozen=True)
class Opened:
    """What a location holds. `location` is as it may be shown: without a password. At least one table."""

    location: str
    tables: list[RawTable]
    files: tuple[FileSeen, ...] = ()

    @property
    def headers(self) -> list[str]:
        """All headers of all tables."""
        return list(dict.fromkeys(name for table in self.tables for name in table.columns))

    def refuse_if_changed(self) -> None:
        """Refuse rows of files that are not what was opened: cut short, written to, replaced or gone."""
        for file in self.files:
            try:
                same = _marks(file.path) == file.marks
            except OSError:
                same = False
            if not same:
                raise Invalid(
                    N_("{file} was changed or taken away while it was read. Nothing was loaded."),
                    fix=N_("Wait until it is whole, then load it again."),
                    file=file.shown,
                )

"""A workspace: one folder that holds a firm's settings, mappings, rules, facts and runs."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from liuke.kernel.errors import Conflict, NotFound
from liuke.kernel.i18n import N_
from liuke.kernel.settings import Settings, default_file, read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE = "liuke.toml"


@dataclass(frozen=True)
class Workspace:
    """A folder with a `liuke.toml`; every path of the product is derived from it."""

    root: Path

    @classmethod
    def create(cls, root: Path) -> Workspace:
        """A new workspace in a folder that has none yet."""
        if (root / FILE).exists():
            raise Conflict(N_("{path} is a workspace already."), path=root)
        root.mkdir(parents=True, exist_ok=True)
        (root / FILE).write_text(default_file(), "utf-8")
        return cls(root)

    @classmethod
    def at(cls, root: Path) -> Workspace:
        """The workspace in this folder, or Refused with the way to make one."""
        if not (root / FILE).is_file():
            raise NotFound(
                N_("There is no workspace in {path}."),
                path=root,
                fix=N_("Make one with `liuke init {path}`, or name another folder with -w."),
            )
        return cls(root)

    @cached_property
    def settings(self) -> Settings:
        """The checked settings of `liuke.toml`."""
        return read_settings(self.root / FILE)

    @property
    def mappings(self) -> Path:
        """Folder of saved column mappings, one TOML a source."""
        return self.root / "mappings"

    @property
    def rules(self) -> Path:
        """Folder of the firm's own rules, beside the shipped ones."""
        return self.root / "rules"

    @property
    def facts(self) -> Path:
        """Folder of loaded facts."""
        return self.root / "facts"

    @property
    def quarantine(self) -> Path:
        """Folder of rows that could not be used, one file a load."""
        return self.root / "quarantine"

    @property
    def partials(self) -> Path:
        """Cache of sums by customer and period; safe to delete."""
        return self.root / "cache" / "partials"

    @property
    def runs(self) -> Path:
        """Folder of runs."""
        return self.root / "runs"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the workspace for writing; a second writer is refused at once. A killed holder frees it."""
        from filelock import FileLock, Timeout

        try:
            with FileLock(str(self.root / ".lock"), timeout=0):
                yield
        except Timeout as error:
            raise Conflict(
                N_("Another load or run is at work in {path}."),
                path=self.root,
                fix=N_("Wait until it has finished, then try again."),
            ) from error

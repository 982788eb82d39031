"""A workspace: one folder that holds a firm's settings, mappings, rules, facts and runs."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from liuke.kernel.errors import Conflict, Invalid, NotFound, Refused, Usage
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.kernel.settings import Settings, default_file, is_currency, read_settings, with_setting
from liuke.store.disk import SCRATCH, own_text, write_text
from liuke.store.manifest import FORMAT, Damaged, sealed, unsealed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

FILE = "liuke.toml"
MARK = "workspace.json"
MERGES, VALUE, AUDITS = "merges.json", "value.toml", "cause_audits.json"

What = Literal["facts", "run", "definitions"]
BUSY: dict[What, str] = {
    "facts": N_("Another load is at work in {path}."),
    "run": N_("Another run is at work in {path}."),
    "definitions": N_("Somebody else is changing merges or rules in {path}."),
}
# seconds: short changes are waited for, and the moment in which a load sees whether a run reads what it would sweep
PATIENCE: dict[What, float] = {"facts": 0, "run": 2, "definitions": 10}


def unknown_merges(path: Path) -> Refused:
    """What is said where the file of merges, which nobody writes by hand, is not what was written."""
    return Refused(
        N_("{path} is damaged: which customers count as one is not known."),
        path=path,
        fix=N_("Put it back from a copy, or begin without: liuke doctor --repair."),
    )


@dataclass(frozen=True)
class Workspace:
    """A folder with a `liuke.toml`; every path of the product is derived from it.

    `pinned` are the texts of what a run stands on, as they were when it began.
    """

    root: Path
    pinned: Mapping[str, str] | None = None

    @classmethod
    def create(cls, root: Path, currency: str | None = None) -> Workspace:
        """A new workspace in a folder that has none yet, with the currency of all its amounts where it is said."""
        if currency is not None and not is_currency(currency):
            raise Usage(N_("{word} is no currency code: three letters such as CNY, USD or EUR."), word=currency)
        if (root / FILE).exists():
            raise Conflict(N_("{path} is a workspace already."), path=root)
        _refuse_name_that_is_no_text(root)
        made, fresh = cls(root), not root.exists()
        try:
            with made._writing():
                root.mkdir(parents=True, exist_ok=True)
                made.mark()
                text = default_file()
                write_text(root / FILE, text if currency is None else with_setting(text, "currency", currency.upper()))
        except Refused:
            with suppress(OSError):  # what can't be written may not be to be taken away either
                (root / MARK).unlink(missing_ok=True)
                if fresh:
                    root.rmdir()
            raise
        return made

    @classmethod
    def at(cls, root: Path) -> Workspace:
        """The workspace in this folder, or Refused with the way to make, upgrade or mend one."""
        found = cls.unchecked(root)
        try:
            unsealed(root / MARK)
        except Damaged as error:
            if (root / MARK).exists():
                raise Refused(
                    N_("{path} {what}."),
                    path=root / MARK,
                    what=Said(error.how),
                    fix=N_("`liuke doctor --repair` writes it anew."),
                ) from error
            if found.has_content:
                raise Refused(
                    N_("The workspace {path} was made by an older Liuke."),
                    path=root,
                    fix=N_("Bring it up to date: liuke upgrade -w {path}"),
                ) from error
        return found

    @classmethod
    def unchecked(cls, root: Path) -> Workspace:
        """The workspace in this folder whatever state it is in, for those who mend it."""
        if not (root / FILE).is_file():
            raise NotFound(
                N_("There is no workspace in {path}."),
                path=root,
                fix=N_("Make one with `liuke init {path}`, or name another folder with -w."),
            )
        return cls(root)

    @property
    def has_content(self) -> bool:
        """Whether anything was ever loaded or run here."""
        return any((self.facts / "loads").glob("*")) or any(self.runs.glob("[0-9]*"))

    def mark(self, *holds: str) -> None:
        """Write which format this workspace has, and which files of ours it must have from now on."""
        path = self.root / MARK
        have = set(unsealed(path)["holds"]) if path.exists() else set()
        if not path.exists() or not have.issuperset(holds):
            self.mark_anew(have.union(holds))

    def mark_anew(self, holds: Iterable[str]) -> None:
        """Write the mark whatever it said before."""
        write_text(self.root / MARK, sealed({"format": FORMAT, "holds": sorted(holds)}))

    @cached_property
    def settings(self) -> Settings:
        """The checked settings of `liuke.toml`."""
        return read_settings(self.root / FILE)

    def text(self, name: str) -> str:
        """The text of merges.json, value.toml or cause_audits.json, empty where there is none."""
        if self.pinned is not None:
            return self.pinned[name]
        path = self.root / name
        if os.path.lexists(path):
            try:
                return own_text(path)
            except Invalid as error:
                if name != MERGES:
                    raise
                raise unknown_merges(path) from error
        if (self.root / MARK).exists() and name in unsealed(self.root / MARK)["holds"]:
            raise Refused(
                N_("{path} is missing."),
                path=path,
                fix=N_("Put it back from a copy, or begin without: liuke doctor --repair."),
            )
        return ""

    def snapshot(self) -> Workspace:
        """The workspace with merges, standard and audits as they are now, for a run that others change them beside."""
        with self.locked("definitions"):
            return replace(self, pinned={name: self.text(name) for name in (MERGES, VALUE, AUDITS)})

    @property
    def mappings(self) -> Path:
        """Folder of saved column mappings, one TOML a source."""
        return self.root / "mappings"

    @property
    def rules(self) -> Path:
        """Folder of the firm's own rules, beside the shipped ones."""
        return self.root / "rules"

    @property
    def causes(self) -> Path:
        """Folder of the firm's own causes, and of what it changed of the shipped ones."""
        return self.root / "causes"

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
    def locked(self, what: What) -> Iterator[None]:
        """Hold the facts, the runs or the definitions for writing, what killed holders left of them swept before.

        A run reads a snapshot, so that it goes together with a load, a merge or somebody's preview.
        """
        with self.held(what):
            with self._writing():
                self.mark()
                self.sweep(what)
            yield
            self.unchecked(self.root)  # a folder taken away meanwhile holds nothing that was stored

    @contextmanager
    def held(self, what: What) -> Iterator[None]:
        """The bare lock: a second writer is refused; a killed holder frees it."""
        from filelock import FileLock, Timeout

        self.unchecked(self.root)
        lock = FileLock(str(self.root / f".{what}.lock"), timeout=PATIENCE[what])
        try:
            with self._writing():
                lock.acquire()
        except Timeout as error:
            fix = N_("Wait until it has finished, then try again.")
            raise Conflict(BUSY[what], path=self.root, fix=fix, code="busy") from error
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if isinstance(error, TimeoutError):  # of a lock
                raise
            raise Refused(
                N_("The workspace {path} can't be written: {detail}."),
                path=self.root,
                detail=error.strerror or str(error),
                fix=N_("Free some space there; is the disk read-only, or gone?"),
            ) from error

    def sweep(self, what: What) -> None:
        """Take away what killed processes left of the facts, runs or definitions; whoever calls holds them."""
        from filelock import FileLock, Timeout

        from liuke.store.fact_store import FactStore
        from liuke.store.runs import Runs

        if what == "run":
            Runs(self.runs).sweep()
            for left in self.partials.rglob(f"*{SCRATCH}"):
                left.unlink(missing_ok=True)
        elif what == "definitions":
            own = [left for name in (MERGES, AUDITS) for left in self.root.glob(f"{name}.*{SCRATCH}")]
            for left in (*own, *self.rules.rglob(f"*{SCRATCH}")):
                left.unlink(missing_ok=True)
        else:
            killed = (FILE, MARK)  # of a killed init; whoever writes them later does so in a moment
            scratch = [left for name in killed for left in self.root.glob(f"{name}.*{SCRATCH}")]
            for left in (*scratch, *self.mappings.glob(f"*{SCRATCH}")):
                left.unlink(missing_ok=True)
            FactStore(self.facts).adopt()  # the next load would take the number of one the register does not name
            try:
                with FileLock(str(self.root / ".run.lock"), timeout=0):
                    FactStore(self.facts).sweep()
            except Timeout:
                return  # a run is reading


def _refuse_name_that_is_no_text(root: Path) -> None:
    """Refuse a folder whose name or place is no UTF-8: the engine can't be told where its files are."""
    name = os.fsencode(root.absolute())
    if name.decode("utf-8", "replace").encode() != name:
        raise Invalid(
            N_("{path} can't hold a workspace: bytes of its name are no UTF-8."),
            path=name.decode("utf-8", "replace"),
            fix=N_("Choose a folder with another name."),
        )

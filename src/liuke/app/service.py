"""A firm served to several people: its work store, and its runs as each of them may see them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from liuke.app.reader import Reader
from liuke.app.trials import Trials
from liuke.kernel.errors import Forbidden
from liuke.kernel.i18n import N_
from liuke.work import access, assignments

if TYPE_CHECKING:
    from liuke.app.firm import Day, Firm
    from liuke.app.run_view import RunView
    from liuke.run.trial import Tried
    from liuke.signals.rules.rules import Rule
    from liuke.store.runs import Run
    from liuke.work.people.viewer import Viewer
    from liuke.work.store import WorkStore

KEPT_RUNS = 3  # whose customers stay in memory: the newest, and those somebody looks back at


@dataclass
class Service:
    """The one place where a viewer meets the firm's numbers. Safe to use from several threads."""

    firm: Firm
    store: WorkStore
    _readers: OrderedDict[str, tuple[Reader, int]] = field(default_factory=OrderedDict, repr=False)
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False)
    _trials: Trials | None = field(default=None, repr=False)

    def seen(self, viewer: Viewer, as_of: Day = None) -> RunView:
        """The run everybody reads, or that of a past day, limited to the customers this viewer may see.

        Access follows the owners of today, also in past runs. NotFound where nothing was run; Forbidden without `read`.
        """
        if not viewer.may("read"):
            raise Forbidden(N_("Your account sees no customers."))
        view = self.firm.read(as_of)
        return replace(view, reader=self._reader(view.made).seen_by(viewer.owners))

    def tried(self, viewer: Viewer, rule: Rule, wait: float) -> Tried | None:
        """Whom a rule would flag now among the customers a viewer sees; None while panels are being loaded.

        Forbidden without `firm`: what a rule finds is about the whole firm, for who sees all of it.
        """
        viewer.demand("firm")
        with self._lock:
            self._trials = self._trials or Trials(self.firm.workspace)
        trial = self._trials.of(rule, wait)
        if trial is None:
            return None
        codes = None if viewer.owners is None else self.seen(viewer).reader.codes()
        return trial.tried(rule, codes)

    def access_version(self) -> int:
        """Grows with every change of an owner; part of what a cached answer hangs on."""
        with self.store.reading() as connection:
            return access.access_version(connection)

    def _reader(self, run: Run) -> Reader:
        """A reader that holds the run, with the owners of now."""
        version = self.access_version()
        with self._lock:
            reader, known = self._readers.get(run.root.name, (None, -1))
            if reader is None or reader.run.root != run.root:
                reader, known = Reader(run, held=True, assigned=self._owners()), version
            elif known != version:
                reader.reassign(self._owners())
            self._readers[run.root.name] = (reader, version)
            self._readers.move_to_end(run.root.name)
            while len(self._readers) > KEPT_RUNS:
                self._readers.popitem(last=False)
            return reader

    def _owners(self) -> dict[str, str]:
        with self.store.reading() as connection:
            return dict(assignments.owners_now(connection))

"""A firm served to several people: its work store, and its runs as each of them may see them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from liuke.app.owned import Owned
from liuke.app.reader import Reader
from liuke.app.trials import Trials
from liuke.app.upload_plan import Planner
from liuke.app.uploads import Uploads
from liuke.facts import contracts
from liuke.kernel.errors import Forbidden, NotFound, Refused
from liuke.kernel.i18n import N_
from liuke.reports.query import CUSTOMERS, VALUES, Query
from liuke.run.merges import merges
from liuke.run.trial import NAMED
from liuke.store.fact_store import FactStore
from liuke.store.runs import Runs
from liuke.store.workspace import MERGES, Workspace
from liuke.work import access, assignments
from liuke.work.merged import current_id
from liuke.work.people.users import users
from liuke.work.people.viewer import owner_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from liuke.app.firm import Day, Firm
    from liuke.app.run_view import RunView
    from liuke.run.trial import Tried
    from liuke.signals.rules.rules import Rule
    from liuke.store.runs import Run
    from liuke.work.people.viewer import Viewer
    from liuke.work.store import WorkStore

Known = tuple[object, ...]  # what the owners in a reader hang on
KEPT_RUNS = 3  # whose customers stay in memory: the newest, and those somebody looks back at


@dataclass
class Service:
    """The one place where a viewer meets the firm's numbers. Safe to use from several threads."""

    firm: Firm
    store: WorkStore
    _readers: OrderedDict[str, tuple[Reader, Known]] = field(default_factory=OrderedDict, repr=False)
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False)
    _trials: Trials | None = field(default=None, repr=False)

    def seen(self, viewer: Viewer, as_of: Day = None) -> RunView:
        """The run everybody reads, or that of a past day, limited to the customers this viewer may see.

        Access follows the owners of today, also in past runs. NotFound where nothing was run; Forbidden without `read`.
        """
        return self._limited(viewer, lambda: self.firm.read(as_of))

    def seen_run(self, viewer: Viewer, run_id: str) -> RunView:
        """One run by its number, limited in the same way; NotFound for none, Forbidden without `read`."""
        return self._limited(viewer, lambda: self.firm.numbered(run_id))

    def _limited(self, viewer: Viewer, read: Callable[[], RunView]) -> RunView:
        if not viewer.may("read"):
            raise Forbidden(N_("Your account sees no customers."))
        view = read()
        return replace(view, reader=self._reader(view.made).seen_by(viewer.owners))

    def store_answers(self) -> None:
        """Return where the work store can be read; Refused where it can't."""
        self.access_version()

    def workspace_answers(self) -> None:
        """Return where the workspace can be read; Refused or OSError where it can't."""
        root = self.firm.workspace.root
        Workspace.at(root).text(MERGES)
        next(iter(root.iterdir()), None)

    def newest(self) -> str | None:
        """The number of the run everybody reads; None where there is none that can be read."""
        try:
            return self._newest().root.name
        except Refused:
            return None

    def warm(self) -> str | None:
        """Hold the run everybody reads before anybody asks for it; its number, None where nothing can be read."""
        try:
            run = self.firm.read().made
            reader = self._reader(run)
            for table in (CUSTOMERS, VALUES):
                if table in reader.tables:
                    reader.page(Query(table, size=1))
        except Refused:  # whoever asks for it is told why
            return None
        return run.root.name

    def merged(self) -> dict[str, str]:
        """The customers that count under another now, by number."""
        return dict(merges(self.firm.workspace))

    def tried(self, viewer: Viewer, rule: Rule, wait: float | None, first: int = 0, most: int = NAMED) -> Tried | None:
        """Whom a rule would flag now among the customers a viewer sees, so many of them named from the `first` on.

        None while panels are being loaded; without a `wait` they are waited for.

        Forbidden without `firm`: what a rule finds is about the whole firm, for who sees all of it.
        """
        viewer.demand("firm")
        with self._lock:
            self._trials = self._trials or Trials(self.firm.workspace)
        trial = self._trials.of(rule, wait)
        if trial is None:
            return None
        codes = None if viewer.owners is None else self.seen(viewer).reader.codes()
        return trial.tried(rule, codes, first, most)

    def access_version(self) -> int:
        """Grows with every change of an owner; part of what a cached answer hangs on."""
        with self.store.reading() as connection:
            return access.access_version(connection)

    @cached_property
    def uploads(self) -> Uploads:
        """What people sent to be loaded."""
        return Uploads(self.firm.workspace)

    @cached_property
    def planner(self) -> Planner:
        """How uploads will be read."""
        return Planner(self.firm.workspace, self.uploads)

    def _reader(self, run: Run) -> Reader:
        """A reader that holds the run, with the owners of now."""
        version = (self.access_version(), self._newest().root.name, self._merged_on())
        with self._lock:
            reader, known = self._readers.get(run.root.name, (None, ()))
            if reader is None or reader.run.root != run.root:
                reader, known = Reader(run, held=True, owned=self._owned()), version
            elif known != version:
                reader.reassign(self._owned())
            self._readers[run.root.name] = (reader, version)
            self._readers.move_to_end(run.root.name)
            while len(self._readers) > KEPT_RUNS:
                self._readers.popitem(last=False)
            return reader

    def owner_names(self) -> dict[str, str]:
        """How every owner key is read that somebody has or had: users, and salespeople of the facts."""
        names = {each: name or each for each, name in self._salespeople().items()}
        with self.store.reading() as connection:
            for user in users(connection):
                key = owner_key(user.login, user.salesperson_id)
                names[key] = names.get(key) or user.name
        return names

    def _salespeople(self) -> dict[str, str]:
        """The salespeople of the facts and of the newest run, by number; an empty name where none is known."""
        try:
            rows = self._newest().scan(CUSTOMERS).select("salesperson_id", "salesperson").unique().collect()
            found = {number: name or "" for number, name in rows.sort("salesperson_id").iter_rows() if number}
        except NotFound:
            found = {}
        told = FactStore(self.firm.workspace.facts).current(contracts()["salesperson"])
        return found | {number: name or found.get(number, "") for number, name in
                        told.select("salesperson_id", "name").iter_rows()}  # fmt: skip

    def salespeople(self) -> dict[str, str]:
        """Name by number of every salesperson of the facts, in order of their numbers."""
        return dict(sorted(self._salespeople().items()))

    def _newest(self) -> Run:
        return Runs(self.firm.workspace.runs).current()

    def _merged_on(self) -> str:
        return self.firm.workspace.text(MERGES)

    def _owned(self) -> Owned:
        """Who owns whom now; a customer that became another one is owned with it, under either number."""
        merged = merges(self.firm.workspace)
        with self.store.reading() as connection:
            by_hand = dict(assignments.owners_now(connection, merged))
        for former in merged:
            if (into := current_id(former, merged)) in by_hand:
                by_hand[former] = by_hand[into]
        return Owned(by_hand, self.owner_names() if by_hand else {}, self._newest())

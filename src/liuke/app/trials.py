"""Rules tried while somebody writes them: panels are loaded once, beside the answering, and stay until facts change."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from liuke.run.trial import all_needs, open_trial
from liuke.store.fact_store import FactStore
from liuke.store.workspace import MERGES

if TYPE_CHECKING:
    from liuke.run.trial import Trial
    from liuke.signals.rules.rules import Rule
    from liuke.store.workspace import Workspace


@dataclass
class Trials:
    """The one trial of a firm that is held, or is being loaded. Safe to ask from several threads."""

    workspace: Workspace
    _mark: object = None
    _rules: tuple[Rule, ...] = ()
    _loading: Future[Trial] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def of(self, rule: Rule, wait: float | None) -> Trial | None:
        """Panels a rule can be tried on; None where they are not loaded within so many seconds: ask again.

        Without a `wait` they are waited for. What loading ran into is raised; the next one to ask has it tried again.
        """
        mark, needs = self._present(), all_needs(rule)
        with self._lock:
            if self._mark != mark:
                self._loading, self._rules = None, ()
            known = frozenset().union(*(all_needs(each) for each in self._rules))
            if self._loading is None or not needs <= known:
                self._mark, self._rules = mark, (*self._rules, rule)
                self._loading = self._load()
            loading = self._loading
        try:
            return loading.result(wait)
        except TimeoutError:
            return None
        except Exception:
            with self._lock:
                if self._loading is loading:
                    self._loading, self._rules = None, ()
            raise

    def _load(self) -> Future[Trial]:
        rules = self._rules
        made: Future[Trial] = Future()

        def work() -> None:
            try:
                made.set_result(open_trial(self.workspace, rules))
            except BaseException as error:
                made.set_exception(error)

        threading.Thread(target=work, name="liuke-trial", daemon=True).start()
        return made

    def _present(self) -> object:
        """What panels hang on: loads, merges, settings, the day."""
        workspace = replace(self.workspace)  # settings as they are now
        loads = frozenset(FactStore(workspace.facts).tokens())
        return loads, workspace.text(MERGES), repr(workspace.settings.values), date.today()

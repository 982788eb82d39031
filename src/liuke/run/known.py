"""What is known in a run so far: its scope and rules, and what the stages have left, found by type."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar, cast

from liuke.run.cause_files import CauseWords

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from liuke.causes.audited import Verdict
    from liuke.causes.taxonomy import Cause
    from liuke.kernel.estimate import NotEstimable
    from liuke.kernel.settings import Settings
    from liuke.run.output import Output
    from liuke.run.panels import Panels
    from liuke.run.scope import Scope
    from liuke.run.stage import Stage
    from liuke.signals.rules.rules import Rule
    from liuke.store.fact_store import FactStore

T = TypeVar("T")


@dataclass(frozen=True)
class RuleBook:
    """The rules of a run."""

    every: tuple[Rule, ...]
    usable: tuple[Rule, ...]  # those that can be evaluated
    refused: Mapping[str, NotEstimable]  # the others, with the reason


@dataclass(frozen=True)
class Known:
    """A value: a stage that leaves something makes another one."""

    scope: Scope
    settings: Settings
    value_standard: str  # the firm's own value.toml
    store: FactStore  # all of it, for the ledger, which reads what is known now
    facts: FactStore  # what of it was known
    customers: pl.DataFrame
    panels: Panels
    rules: RuleBook
    output: Output  # tables of the stages finished before
    causes: tuple[Cause, ...] = ()  # in force
    audits: tuple[Verdict, ...] = ()  # what people found of causes, recorded by the scope's day
    cause_words: CauseWords = field(default_factory=CauseWords)
    held: Mapping[type, Any] = field(default_factory=dict)

    def of(self, kind: type[T]) -> T:
        """What a stage left."""
        return cast("T", self.held[kind])

    def seen_by(self, stage: Stage) -> Known:
        """As a stage sees it: with the settings it declares and no others, for they alone are in its key."""
        own = {name: self.settings.values[name] for name in stage.settings}
        return replace(self, settings=replace(self.settings, values=own))

    def having(self, *left: object) -> Known:
        """The same with what stages have left; None is nothing."""
        return replace(self, held={**self.held, **{type(each): each for each in left if each is not None}})

"""Conditions: each a file of `conditions/` with one function of the panel, found by lying there.

A condition's file holds `TITLE` and `SAYS` (msgids), `IDEA` (what its sentence speaks of), `PARAMETERS`, `find`,
`facts`, `history`, and, where they apply, `TELLS` (how much it tells beside others of its idea, 1 unless said),
`SUBJECT` (the field of the sentence that the idea is about), `SAYS_OF` (the sentence by noun), `says` and `idea` (the
sentence and the idea by parameters), `needs` and `learn`.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from liuke.kernel.registry import modules_in
from liuke.signals.measures import noun

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import ModuleType

    from liuke.panel.panel import Bool, Panel
    from liuke.signals.parameters import Parameter


@dataclass(frozen=True)
class ConditionKind:
    """A kind of condition as the registry found it."""

    name: str
    title: str
    parameters: Mapping[str, Parameter]
    defaults: Mapping[str, object]
    module: ModuleType

    @property
    def find(self) -> Callable[..., Bool]:
        """`find(panel, **parameters)`: where it holds; (rows, periods)."""
        return self._part("find")  # type: ignore[no-any-return]

    @property
    def facts(self) -> Callable[..., dict[str, object]]:
        """`facts(panel, row, position, **parameters)`: the fields of the sentence about one customer."""
        return self._part("facts")  # type: ignore[no-any-return]

    @property
    def learn(self) -> Callable[[Panel], Any] | None:
        """`learn(panel)`: what it must know of the whole base, addable over chunks; None when it needs nothing."""
        return getattr(self.module, "learn", None)

    def needs(self, **parameters: object) -> tuple[str, ...]:
        """What the panel must carry: names of measures, `products`, `families`, or `kind:order` and the like."""
        asked = getattr(self.module, "needs", None)
        if asked is not None:
            found: tuple[str, ...] = asked(**parameters)
            return found
        return (str(parameters["measure"]),) if "measure" in parameters else ()

    def history(self, per_year: int, **parameters: object) -> int:
        """Periods a panel must have before this can be true of anybody."""
        length: int = self._part("history")(per_year, **parameters)
        return length

    def idea(self, **parameters: object) -> str:
        """What its sentence speaks of: two of one idea would tell one customer the same thing twice."""
        chosen = getattr(self.module, "idea", None)
        found: str = chosen(**parameters) if chosen is not None else self._part("IDEA")
        return found

    @property
    def subject(self) -> str:
        """The field of its sentence that two must share to speak of one thing; empty where the idea says it all."""
        return str(getattr(self.module, "SUBJECT", ""))

    @property
    def tells(self) -> int:
        """How much its sentence tells beside others of its idea."""
        return int(getattr(self.module, "TELLS", 1))

    def sentence(self, panel: Panel, **parameters: object) -> str:
        """Msgid of the sentence about one customer, chosen by what is measured."""
        chosen = getattr(self.module, "says", None)
        if chosen is not None:
            text: str = chosen(panel, **parameters)
            return text
        by_noun: Mapping[str, str] = getattr(self.module, "SAYS_OF", {})
        said: str = by_noun.get(noun(panel, str(parameters.get("measure", "amount"))), self._part("SAYS"))
        return said

    def _part(self, name: str) -> Any:
        return getattr(self.module, name)


@cache
def conditions() -> dict[str, ConditionKind]:
    """Every kind of condition by name, in alphabetical order."""
    return {name: _from(name, module) for name, module in modules_in("liuke.signals.conditions").items()}


def _from(name: str, module: ModuleType) -> ConditionKind:
    parameters: Mapping[str, Parameter] = module.PARAMETERS
    signature = inspect.signature(module.find).parameters
    defaults = {key: signature[key].default for key in parameters}
    return ConditionKind(name, module.TITLE, parameters, defaults, module)

"""What would have to be connected for a kind of event to be told of, and what is connected and says nothing of it.

An item is a table, a column of one (`product.discontinued_on`, `document_line.quantity`), or a kind of documents with
or without one (`document_line:return`, `document_line:order.quantity`). What is connected is never asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from liuke.kernel.kinds import LINES
from liuke.panel.beside_lines import RELATIONS
from liuke.panel.exposure import exposures
from liuke.panel.line_tables import line_tables
from liuke.run.events import keeps, telling
from liuke.run.line_tables import OF_PRODUCTS, known_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import ModuleType

    from liuke.run.known import Known

OF_LIST = ("product", "discontinued_on")  # what `OF_PRODUCTS` is told by, beside the lines


class ToConnect(NamedTuple):
    """Items of kinds of events that no connected table tells of; ascending, each once."""

    missing: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()  # connected, and without a row or a value that tells of any


def to_connect(known: Known, kinds: Iterable[str]) -> ToConnect:
    """What is lacking for those of some kinds of exposures that the run knows no events of."""
    missing, silent = set[str](), set[str]()
    for name in kinds:
        if name in known.panels.events:
            continue
        kind = exposures()[name]
        asked = {**dict.fromkeys(telling(kind)), **wanted_columns(kind)}
        found = {item: held for table, column in asked.items() for item, held in _asked(known, table, column)}
        missing |= {item for item, held in found.items() if not held}
        silent |= {item for item, held in found.items() if held} if all(found.values()) else set()
    return ToConnect(tuple(sorted(missing)), tuple(sorted(silent)))


def to_connect_by_cause(known: Known) -> Mapping[str, ToConnect]:
    """The same of each cause in force, by its id."""
    return {cause.id: to_connect(known, cause.exposures) for cause in known.causes}


def wanted_columns(kind: ModuleType) -> dict[str, str]:
    """By table the column a kind can't do without: one that is filled, or one that is at least kept."""
    return {**getattr(kind, "FILLED", {}), **getattr(kind, "KEPT", {})}


def _asked(known: Known, table: str, column: str | None) -> list[tuple[str, bool]]:
    """Items that one table is, and whether each is connected."""
    if table in line_tables():
        return _of_lines(known, line_tables()[table], table)
    item = table if column is None else f"{table}.{column}"
    return [(item, connected(known, table, column))]


def connected(known: Known, table: str, column: str | None = None) -> bool:
    """Whether a small table, or one of its columns, was connected when the run's knowledge ends."""
    rows = known_table(known.facts, known.scope, table)
    if column is None:
        return bool(known.facts.loads(table)) or not rows.is_empty()
    return keeps(known.facts, table, column, rows)


def _of_lines(known: Known, table: ModuleType, name: str) -> list[tuple[str, bool]]:
    kinds = tuple(table.KINDS)
    loads = [load for load in known.scope.loads if not kinds or set(kinds) & set(load.kinds)]
    if not loads:
        of_kind = f"{LINES}:{kinds[0]}" if kinds else LINES
        return [(f"{of_kind}.{column}", False) for column in table.NEEDS] or [(of_kind, False)]
    whole = any(set(table.NEEDS) <= set(load.columns) for load in loads)
    columns = {column: any(column in load.columns for load in loads) for column in table.NEEDS}
    split = all(columns.values()) and not whole  # no file has them all
    found = [(f"{LINES}.{column}", held and not split) for column, held in columns.items()]
    if kinds and not table.NEEDS:
        found.append((f"{LINES}:{kinds[0]}", True))
    if name == OF_PRODUCTS:
        found.append((".".join(OF_LIST), connected(known, *OF_LIST)))
    beside = str(getattr(table, "BESIDE", ""))
    return found + [(each, connected(known, each)) for each in (RELATIONS[beside][0] if beside else ())]

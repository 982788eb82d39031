"""Exports of known programs: one small file each in `layouts/`, recognised by its headings.

A layout names the header of each column, what the words of its columns mean, how values are written, and what is said
of it. What its values contradict is not taken: the columns are looked at by the general rules then, and it is said.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said, Wordings
from liuke.sources.cell_text import NARROW, WIDE
from liuke.sources.columns import fits
from liuke.sources.headers import plain

if TYPE_CHECKING:
    import collections.abc

    from liuke.kernel.contract import Column, Contract
    from liuke.sources.profile import Profile

BY_LAYOUT = N_("the layout of {program} says so")
LOOKS_LIKE = N_("This looks like {program}: {what}.")
OFF = N_(
    "This looks like {program}, but {header} does not hold what it should: the columns were looked at by themselves."
)
REMARK = N_("{remark}")
DECIDING = frozenset(  # columns that change a sum, a count, a day or who a customer is: a layout decides all of them
    ("customer_id", "date", "document_id", "kind", "cancelled", "currency", "amount", "amount_with_tax", "tax",
     "unit_price", "discount", "quantity")
)  # fmt: skip


@dataclass(frozen=True)
class KnownLayout:
    """An export of one program. `needs` are headers it must have, each with its spellings; `columns` by target."""

    key: str
    program: Wordings
    what: Wordings
    table: str
    needs: tuple[tuple[str, ...], ...]
    columns: dict[str, tuple[str, ...]]
    export: Wordings
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    options: dict[str, str] = field(default_factory=dict)
    says: tuple[Wordings, ...] = ()
    refuses: Wordings | None = None
    unless: str = ""

    @property
    def title(self) -> Said:
        """`This looks like …`."""
        return Said(LOOKS_LIKE, {"program": self.program, "what": self.what})

    def bears(self, headers: collections.abc.Set[str]) -> int:
        """How many of its headings are among these plain ones; 0 where one it needs is not."""
        if not all(any(plain(name) in headers for name in names) for names in self.needs):
            return 0
        known = {plain(name) for names in (*self.needs, *self.columns.values()) for name in names}
        return len(known & headers)


@dataclass(frozen=True)
class Recognised:
    """What a layout decides of one file, and what is said of it; without `columns` its values contradict it."""

    layout: KnownLayout
    columns: dict[str, str]
    words: dict[str, dict[str, str]]
    notes: tuple[Said, ...]

    @property
    def why(self) -> Said:
        """The reason given beside a column."""
        return Said(BY_LAYOUT, {"program": self.layout.program})


@cache
def layouts() -> tuple[KnownLayout, ...]:
    """Every layout of the folder, by name."""
    folder = resources.files("liuke.sources").joinpath("layouts")
    files = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".toml")), key=lambda entry: entry.name)
    return tuple(read_layout(entry.name.removesuffix(".toml"), entry.read_text("utf-8")) for entry in files)


def read_layout(key: str, text: str) -> KnownLayout:
    """A layout from its file; a field it does not have raises KeyError or TypeError, which a test shows."""
    data = tomllib.loads(text)
    return KnownLayout(
        key=key,
        program=_wordings(data.pop("program")),
        what=_wordings(data.pop("what")),
        table=data.pop("table", "document_line"),
        needs=tuple(_several(names) for names in data.pop("needs")),
        columns={target: _several(names) for target, names in data.pop("columns", {}).items()},
        export=_wordings(data.pop("export")),
        words={header: {_narrow(w): m for w, m in told.items()} for header, told in data.pop("words", {}).items()},
        says=tuple(map(_wordings, data.pop("says", []))),
        refuses=_wordings(data.pop("refuses")) if "refuses" in data else None,
        **data,
    )


def known_layout(headers: collections.abc.Iterable[str]) -> KnownLayout | None:
    """The layout most of whose headings these are; None where none has all it needs."""
    have = {plain(header) for header in headers}
    best = max(layouts(), key=lambda layout: (layout.bears(have), len(layout.needs)), default=None)
    return best if best is not None and best.bears(have) else None


def recognise(
    contract: Contract, inputs: collections.abc.Mapping[str, Column], looks: collections.abc.Mapping[str, Profile]
) -> Recognised | None:
    """What a layout decides of a file with these columns; None where none is recognised."""
    layout = known_layout(looks)
    if layout is None or layout.table != contract.table:
        return None
    have = {plain(header): header for header in reversed(list(looks))}
    known = {**contract.columns, **inputs}
    columns: dict[str, str] = {}
    for target, names in layout.columns.items():
        there = [have[plain(name)] for name in names if plain(name) in have]
        able = [header for header in there if fits(known[target].type, looks[header])]
        if able:
            columns[target] = able[0]
        elif any(looks[header].filled for header in there) and target in contract.required:
            told = {"program": layout.program, "header": there[0]}
            return Recognised(layout, {}, {}, (Said(OFF, told),))
    words = {have[plain(header)]: dict(told) for header, told in layout.words.items() if plain(header) in have}
    remarks = tuple(Said(REMARK, {"remark": remark}) for remark in layout.says)
    return Recognised(layout, columns, words, (layout.title, *remarks))


def _several(names: str | list[str]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


def _narrow(word: str) -> str:
    """A word as cells are read: full-width letters and punctuation as their plain forms."""
    return word.translate(dict(zip(map(ord, WIDE), NARROW, strict=True)))


def _wordings(found: Any) -> Wordings:
    return Wordings(found, found) if isinstance(found, str) else Wordings(found["zh"], found["en"])

"""A table is a promise: its grain, its columns with types, units and meanings, and the audits that prove them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Type = Literal[
    "text", "date", "money", "number", "integer", "boolean",
    "real", "sentence", "texts", "integers",  # in tables of a run alone
]  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One column: `money` is decimal(18,2) in the firm's currency, `number` is decimal(18,4), `date` a calendar day.

    `real` is a 64-bit float, `sentence` a packed `Said`, `texts` and `integers` are lists.
    """

    type: Type
    meaning: str
    required: bool = False
    unit: str = ""
    allowed: tuple[str, ...] = ()
    personal: bool = False
    names: tuple[str, ...] = ()  # header names met in exports, Chinese and English, as people write them
    words: Mapping[str, str] = field(default_factory=dict)  # words met in cells and the value each stands for


@dataclass(frozen=True)
class Audit:
    """What no row should be: a condition in Polars' SQL that is true of a failing row, and the failure as a clause."""

    fails: str
    says: str


@dataclass(frozen=True)
class Made:
    """How a key is made where a file has none: `digest` of the columns `of`, the `month` or `header` of the first.

    A digest is of what a row says first and a later export repeats, so that the same row has the same key again.
    """

    way: Literal["digest", "month", "header"]
    of: tuple[str, ...]


@dataclass(frozen=True)
class Contract:
    """A canonical table: one row per `grain`, required columns marked, audits by name.

    `called` are words in names of files, sheets and titles that speak of it, `made` are keys a file may lack. Rows that
    fail an audit are loaded all the same, and listed: see `sources.audits`.
    """

    table: str
    meaning: str
    grain: tuple[str, ...]
    columns: Mapping[str, Column]
    audits: Mapping[str, Audit] = field(default_factory=dict)
    called: tuple[str, ...] = ()
    made: Mapping[str, Made] = field(default_factory=dict)

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns without which a row can't be used; keys that can be made are not among them."""
        return tuple(name for name, column in self.columns.items() if column.required and name not in self.made)

"""A listing, written once: its columns with title, form, unit, width, help and where each is shown.

A `Listing` says what a table shows, a `Listed` holds its rows; the five renderers in `reports.renderers` draw one for
the terminal, a page, a workbook, CSV and JSON. A column is one row here and nothing else: what it says, how its values
are read (`reports.forms`), and on which faces.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from liuke.kernel.i18n import N_, language, translate
from liuke.kernel.said import Said
from liuke.reports import figures

Row = Mapping[str, Any]
FACES = ("grid", "html", "sheet", "csv", "json")
EVERYWHERE = FACES
PEOPLE = ("grid", "html", "sheet")
DATA = ("csv", "json")
FILES = ("sheet", "csv", "json")  # each column apart, as a program or a pivot table wants them
CURRENCY = "currency"  # the unit that is the money of the rows
LOW_END, HIGH_END = N_("{what}: at least"), N_("{what}: at most")  # of a 90 % range, beside a column
WIDE = 12  # characters, unless a column says otherwise


@dataclass(frozen=True)
class Shown:
    """One column of a listing."""

    column: str  # of the row; also its key in JSON and its heading where codes are asked for
    title: str | Said  # msgid
    form: str | Callable[[Row], str] = "text"  # of `reports.forms`, or what names it for a row
    unit: str = ""  # CURRENCY, or a msgid
    width: float | tuple[float, float] = WIDE  # two where Chinese and English need different room
    help: str = ""  # msgid: how the figure comes about
    on: tuple[str, ...] = EVERYWHERE
    words: Mapping[Any, str] = field(default_factory=dict)  # msgids of codes; a code without one is shown as it is
    of: Callable[[Row], object] | None = None  # the value of a row; without it what stands under `column`
    ends: tuple[str, str] | None = None  # columns of the range that is read beside the value
    optional: bool = False  # left out for people where no row has a value
    instead_of: int = 0  # on a page it stands, where it has a value, in place of so many columns before it
    strong: bool = False  # on a page the figure that is read first
    mark: Callable[[Row], str] | None = None  # on a page the msgid of a warning behind the value; empty for none
    named: Callable[[Row], str] | None = None  # in CSV with titles what stands in place of a code

    def value(self, row: Row) -> Any:
        """The value of a row."""
        return self.of(row) if self.of else row[self.column]

    def form_of(self, row: Row) -> str:
        """The form of the value of a row."""
        return self.form if isinstance(self.form, str) else self.form(row)

    @property
    def room(self) -> float:
        """The width in the language in force, in characters."""
        return self.width[language() != "zh"] if isinstance(self.width, tuple) else self.width

    def heading(self, currency: str = "") -> str:
        """The title in the language in force, with its unit."""
        said = self.title.text() if isinstance(self.title, Said) else translate(self.title) if self.title else ""
        unit = currency_unit(currency) if self.unit == CURRENCY else translate(self.unit) if self.unit else ""
        return f"{said} {unit}".strip()


@dataclass(frozen=True)
class Listing:
    """What a table shows: its columns in order, and what is said where there is no row."""

    name: str
    title: str  # msgid
    columns: tuple[Shown, ...]
    nothing: str = ""  # msgid
    freeze: int = 0  # columns that stay in view in a workbook

    def on(self, face: str) -> tuple[Shown, ...]:
        """The columns of a face."""
        return tuple(each for each in self.columns if face in each.on)

    def without(self, *columns: str) -> Listing:
        """The same listing but for some columns."""
        return replace(self, columns=tuple(each for each in self.columns if each.column not in columns))


@dataclass(frozen=True)
class Listed:
    """Rows of a listing, ready to be rendered."""

    listing: Listing
    rows: pl.DataFrame | Sequence[Row]
    total: int | None = None  # how many there are, those not given included; None: these are all
    about: tuple[Said, ...] = ()  # what the rows stand on, and why something is missing
    currency: str = ""
    foot: Row | None = None  # the sums of all rows, for people: a last row of the same columns

    def records(self) -> Iterator[Row]:
        """The rows one by one."""
        if isinstance(self.rows, pl.DataFrame):
            yield from self.rows.iter_rows(named=True)
        else:
            yield from self.rows

    def __len__(self) -> int:
        return len(self.rows)

    def columns(self, face: str) -> tuple[Shown, ...]:
        """The columns of a face; optional ones only where a row has a value, unless a program reads them."""
        shown = self.listing.on(face)
        if face in DATA:
            return shown
        return tuple(each for each in shown if not each.optional or self._has(each))

    def _has(self, shown: Shown) -> bool:
        if isinstance(self.rows, pl.DataFrame) and shown.of is None:
            return shown.column in self.rows.columns and self.rows[shown.column].null_count() < len(self.rows)
        return any(shown.value(row) is not None for row in self.records())

    @property
    def said(self) -> tuple[str, ...]:
        """What it stands on, in the language in force."""
        return tuple(text for each in self.about if (text := each.text()))


def low_end(title: str | Said) -> Said:
    """The heading of the lower end of the range of the column with this title."""
    return Said(LOW_END, {"what": Said(title) if isinstance(title, str) else title})


def high_end(title: str | Said) -> Said:
    """The heading of the upper end."""
    return Said(HIGH_END, {"what": Said(title) if isinstance(title, str) else title})


def currency_unit(currency: str) -> str:
    """A currency as the unit of a column: 元, ¥."""
    return figures.currency_word(currency) if language() == "zh" else figures.symbol(currency).strip()

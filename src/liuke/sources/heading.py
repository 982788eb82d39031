"""Which rows of a file made for people name its columns: under titles, and sometimes two, groups above names."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.sources.guards import unguarded_text
from liuke.sources.headers import plain
from liuke.sources.periods import are_periods
from liuke.sources.table import ROW

if TYPE_CHECKING:
    from collections.abc import Sequence

    Row = Sequence[str | None]

LOOK_AHEAD = 60
NUMBER = re.compile(r"^[¥￥$€£(\-+−]?\s*[\d０-９][\d０-９,.，．'\s]*[%)元\-]?$")
DAY = re.compile(r"^\d{1,4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,4}")
CAPTION = re.compile(r"[:：]\s*\S")
GUARDED = re.compile(r"^\s*'(?=[=+\-@])")  # what we put before a heading a spreadsheet would run
FEW = 10  # rows about the file above the heading
KNOWN = re.compile(
    r"^(日期|.{0,4}日期|.{0,4}时间|客户.{0,2}|购货单位|往来单位|.{0,4}金额|数量|单价|.{0,4}单号|.{0,4}编号|.{0,4}编码|品名|"
    r".{0,4}名称|摘要|税额|价税合计|借方|贷方|余额|备注|date|.*date|customer.*|client|clientname|amount|.*amount|qty|quantity|"
    r"price|unitprice|total|invoice.*|docno|documentno.*|documentnumber|name|item.*|product.*|description|account.*|type|"
    r"currency|datum|belegdatum|rechnungsdatum|betrag|umsatz.*|konto|gegenkonto.*|kunde.*|menge|netto|brutto|"
    r"rechnungsnummer|belegfeld.*|buchungstext|fecha|importe|cliente|factura|cantidad|montant.*|facture.*|quantité|"
    r"libellé|compte|débit|crédit|debit|credit|memo|num|soldtopt|billingdoc|netvalue)$"
)
CJK = re.compile(r"[\u2e80-\uffef]")
BARE = {"编码", "代码", "编号", "名称", "code", "name", "no", "number", "id"}  # say nothing without their group


class Heading(NamedTuple):
    """Column names; positions of the first row that names them and of the first row below; what is said of it."""

    names: list[str]
    first: int
    start: int
    notes: tuple[Said, ...]


def heading(rows: Sequence[Row], place: str, at: int | None = None) -> Heading:
    """The heading of a table by its first rows, or the row at a given place; columns go by number where there is none.

    `at` counts from 0; a table without that row is looked at as ever.
    """
    rows = [[unguarded_text(cell) for cell in row] for row in rows]
    if at is not None and (given := _given(rows, at)) is not None:
        return given
    position = header_at(rows)
    width = max(len(row) for row in rows[position or 0 :])
    if position is None:
        said = N_("{place}: no row of column names was found; columns go by number.")
        return Heading(names_of([], width), 0, 0, (Said(said, {"place": place}),))
    upper = _upper_row(rows, position)
    above = _metadata(rows, position, place)
    if upper is None:
        return Heading(names_of(rows[position], width), position, position + 1, above)
    names = names_of(_joined(*(_cells(rows[at], width) for at in (upper, upper + 1))), width)
    said = N_("{place}: rows {first} and {second} together name the columns: {names}.")
    told = {"place": place, "first": upper + 1, "second": upper + 2, "names": ", ".join(names)}
    return Heading(names, upper, upper + 2, (*above, Said(said, told)))


def _given(rows: Sequence[Row], at: int) -> Heading | None:
    """The heading somebody named; None where that row has no words."""
    if not 0 <= at < len(rows) or not any(cell and cell.strip() for cell in rows[at]):
        return None
    width = max(len(row) for row in rows[at:])
    return Heading(names_of(rows[at], width), at, at + 1, ())


def _metadata(rows: Sequence[Row], position: int, place: str) -> tuple[Said, ...]:
    """What is said of wide rows above the heading that are no titles: data about the file."""
    wide = [k for k in range(position) if len([c for c in rows[k] if c and c.strip()]) > 4]
    if not any(not _is_word(cell.strip()) for k in wide for cell in rows[k] if cell and cell.strip()):
        return ()
    said = N_("{place}: row {row} names the columns; what stands above is about the file. Another row: --heading-row.")
    return (Said(said, {"place": place, "row": position + 1}),)


def header_at(rows: Sequence[Row]) -> int | None:
    """Position of the header row among the first rows, or None when data begin without one.

    The header is the first row about as wide as the table whose cells are words: titles above it are narrower, and
    captions such as `单位：元` say something after a colon.
    """
    widths = [sum(1 for cell in row if cell and cell.strip()) for row in rows[:LOOK_AHEAD]]
    wide = sorted(w for w in widths if w > 1) or sorted(w for w in widths if w)
    if not wide:
        return None
    typical = wide[len(wide) // 2]
    for position, row in enumerate(rows[:LOOK_AHEAD]):
        cells = [cell.strip() for cell in row if cell and cell.strip()]
        if len(cells) < max(min(2, typical), 0.5 * typical):
            continue
        words = [c for c in cells if _is_word(c)]
        if words and are_periods([c for c in cells if not _is_word(c)]):
            return position
        if len(words) < 0.8 * len(cells):
            return _below_metadata(rows, position, typical)
        if any(CAPTION.search(c) for c in cells) and len(cells) < typical:
            continue
        return _best_known(rows, position)
    return None


def _best_known(rows: Sequence[Row], position: int) -> int:
    """Of rows of words that follow one another, the one that says far more names of columns."""
    best, most = position, _known(rows[position])
    for later in range(position + 1, min(position + FEW, len(rows), LOOK_AHEAD)):
        if not _are_names(_cells(rows[later], len(rows[later]))):
            break
        known = _known(rows[later])
        if known >= 3 and known > 2 * most:
            best, most = later, known
    return best


def _below_metadata(rows: Sequence[Row], position: int, typical: int) -> int | None:
    """The heading below a row about the file, as the first line of a DATEV batch; None where rows begin at once.

    It is of words alone, no two alike, and below it stand numbers or days in columns in which there are none above.
    """
    for later in range(position + 1, min(position + FEW, len(rows) - 1, LOOK_AHEAD)):
        cells = [cell for cell in _cells(rows[later], len(rows[later])) if cell]
        if len(cells) < max(3, 0.5 * typical) or len(set(cells)) < len(cells) or not all(map(_is_word, cells)):
            continue
        width = max(len(row) for row in rows[position : later + 9])
        below = [_cells(row, width) for row in rows[later + 1 : later + 9]]
        above = [_cells(row, width) for row in rows[position:later]]
        valued = [k for k in range(width) if _are_values([row[k] for row in below])]
        alike = [k for k in valued if any(row[k] and not _is_word(row[k]) for row in above)]
        if len(valued) >= 2 and (2 * len(alike) <= len(valued) or _known(rows[later]) >= 3):
            return later
    return None


def _known(row: Row) -> int:
    """How many cells of a row are names of columns met in many exports."""
    return sum(bool(cell) and KNOWN.search(plain(cell or "")) is not None for cell in row)


def names_of(cells: Row, width: int) -> list[str]:
    """Column names: line breaks closed up, repeated names numbered, `column_3` where a header is blank."""
    names: list[str] = []
    for position in range(width):
        cell = cells[position] if position < len(cells) else None
        parts = re.sub(GUARDED, "", (cell or "").replace("\ufeff", "")).split()
        name = literal_name(("" if CJK.search(cell or "") else " ").join(parts)) or f"column_{position + 1}"
        number, unique = 2, name
        while unique in names or unique == ROW:
            unique, number = f"{name} ({number})", number + 1
        names.append(unique)
    return names


def literal_name(name: str) -> str:
    """The name, an asterisk or a pattern `^…$` written wide: the engine would take it for all columns that fit."""
    if name == "*" or (name.startswith("^") and name.endswith("$")):
        return ("＊" if name == "*" else "＾") + name[1:]
    return name


def _upper_row(rows: Sequence[Row], position: int) -> int | None:
    """The upper of two rows that name the columns together; None where one row does.

    Groups stand over several names, so their row has blanks where the row below has words; and that row has words, or
    nothing, where numbers and days stand further down.
    """
    width = max(len(row) for row in rows[max(0, position - 1) : position + 8])
    for upper in (position, position - 1):
        if upper < 0 or len(rows) < upper + 3:
            continue
        above, below = (_cells(rows[at], width) for at in (upper, upper + 1))
        data = [_cells(row, width) for row in rows[upper + 2 : upper + 8]]
        if not all(_are_names(cells) for cells in (above, below)) or not _spans(above, below):
            continue
        valued = [k for k in range(width) if _are_values([row[k] for row in data])]
        if len(valued) < 2 or not all(above[k] or below[k] for k in valued):
            continue
        bare = any(count > 1 or plain(name) in BARE for name, count in Counter(filter(None, below)).items())
        if upper == position or bare or any(a and not b for a, b in zip(above, below, strict=True)):
            return upper
    return None


def _joined(above: list[str], below: list[str]) -> list[str]:
    """One name a column: the lower one, behind its group where it says nothing alone or stands there twice."""
    names, group = [], ""
    often = Counter(below)
    for over, under in zip(above, below, strict=True):
        group = over or group
        if not under:
            names.append(over)
        elif (plain(under) in BARE or often[under] > 1) and group not in under:
            names.append(group + ("" if CJK.search(group + under) else " ") + under)
        else:
            names.append(under)
    return names


def _cells(row: Row, width: int) -> list[str]:
    return [(cell or "").strip() for cell in [*row, *[None] * (width - len(row))][:width]]


def _is_word(cell: str) -> bool:
    return not NUMBER.match(cell) and not DAY.match(cell)


def _are_names(cells: list[str]) -> bool:
    filled = [cell for cell in cells if cell]
    return len(filled) >= 2 and all(_is_word(cell) and not CAPTION.search(cell) for cell in filled)


def _are_values(cells: list[str]) -> bool:
    filled = [cell for cell in cells if cell]
    return bool(filled) and not any(_is_word(cell) for cell in filled)


def _spans(above: list[str], below: list[str]) -> bool:
    """Whether a cell of the upper row stands over several of the lower one."""
    return any(
        over and under and below[k + 1] and not above[k + 1]
        for k, (over, under) in enumerate(zip(above[:-1], below[:-1], strict=True))
    )

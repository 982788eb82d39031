"""Rows between the rows: headings again, page lines, and lines that name the group of the rows below.

What is in the group line is put on every row of its group, as one more column; the lines themselves are counted.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.sources.group_lines import GroupLines, Lone, group_lines
from liuke.sources.headers import plain
from liuke.sources.row_words import page_pattern
from liuke.sources.table import ROW, SAMPLE_ROWS, LeftOut, RawTable

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_CELLS = 6  # of a line that is no row


def shaped(table: RawTable) -> RawTable:
    """The table with plain rows alone; itself where it has nothing else, or is no file made for people."""
    if table.layout == "typed" or len(table.columns) < 2:
        return table
    left = LeftOut()
    plainer = replace(table, left_out=left, batches=lambda: _without_headings(table, left))
    sample = plainer.first(SAMPLE_ROWS)
    usual = int(_filled(sample, table.columns).median() or 0)  # type: ignore[arg-type]
    lone = _lone_rows(sample, table.columns, usual)
    if not lone and not table.titles:
        return plainer
    groups = group_lines(plainer, lone)
    pages = any(page_pattern().match(each.text) for each in lone)
    if groups is None and not pages:
        return plainer
    added = [name for name in groups.names if name not in table.columns] if groups else []
    notes = table.notes
    if groups:
        said = N_("{place}: {names} stands above the table ({text}) and is put on each row.")
        if groups.row:
            said = N_(
                "{place}: {names} stands on a line of its own above its rows (row {row}: {text}) and is put on each."
            )
        told = {
            "place": table.place,
            "names": ", ".join(groups.names or groups.keys),
            "row": groups.row,
            "text": groups.text,
        }
        notes = (*notes, Said(said, told))
    columns = [*added, *table.columns]
    return replace(plainer, columns=columns, notes=notes, batches=lambda: _passage(plainer, left, groups, usual))


def _passage(table: RawTable, left: LeftOut, groups: GroupLines | None, usual: int) -> Iterator[pl.DataFrame]:
    if groups:
        groups.begin()
    for raw in table.batches():
        batch = raw
        lone = _lone_rows(batch, table.columns, usual)
        before = dict(groups.current) if groups else {}
        gone: list[int] = []
        changes: dict[int, dict[str, str | None]] = {}
        for each in lone:
            if page_pattern().match(each.text):
                left.counts["page"] += 1
                gone.append(each.at)
            elif groups and (kind := groups.takes(each)) is not None:
                left.counts[kind] += 1
                gone.append(each.at)
                changes[each.at] = dict(groups.current)
            elif groups and groups.closes(each):
                changes |= {each.at: dict.fromkeys(groups.names), each.at + 1: dict(groups.current)}
        if groups:
            batch = groups.put(batch, before, changes)
        if gone:
            batch = batch.filter(~pl.int_range(pl.len()).is_in(gone))
        yield batch


def _without_headings(table: RawTable, left: LeftOut) -> Iterator[pl.DataFrame]:
    """The batches without rows that say the column names again; refused where another table begins below."""
    left.counts = Counter()
    figures: list[str] | None = None
    texts = [name for name in table.columns if not re.fullmatch(r"column_\d+", name)][:2]
    names = {name: plain(name) for name in table.columns}
    for raw in table.batches():
        batch = raw
        if len(texts) < 2 or any(batch.schema[name] != pl.String for name in texts):
            yield batch
            continue
        alike = pl.any_horizontal(pl.col(name).str.strip_chars() == name for name in texts).fill_null(value=False)
        at = [
            k for k in batch.select(alike).to_series().arg_true().to_list() if _is_heading(batch.row(k), batch, names)
        ]
        if at:
            left.counts["heading"] += len(at)
            batch = batch.filter(~pl.int_range(pl.len()).is_in(at))
        figures = _figures(batch, table.columns) if figures is None else figures
        _refuse_another_table(table, batch, figures)
        yield batch


def _figures(batch: pl.DataFrame, columns: list[str]) -> list[str]:
    """Columns of numbers, days and codes: nearly all their cells hold a digit."""
    head = batch.head(SAMPLE_ROWS)
    texts = [name for name in columns if head.schema[name] == pl.String]
    if not texts:
        return []
    filled, digits = pl.col(texts).is_not_null().sum(), pl.col(texts).str.contains(r"\d").sum()
    (are,) = head.select((filled > 0.5 * pl.len()) & (digits >= 0.9 * filled)).rows()  # all columns in one go
    return [name for name, holds in zip(texts, are, strict=True) if holds]


def _refuse_another_table(table: RawTable, batch: pl.DataFrame, figures: list[str]) -> None:
    """Refuse rows below which another table begins: a row of words alone where all others have figures."""
    if len(figures) < 2:
        return
    first, *others = figures
    words = batch.filter(batch[first].is_not_null() & ~batch[first].str.contains(r"\d").fill_null(value=True))
    for row in words.iter_rows(named=True):
        cells = [str(row[name]) for name in table.columns if row[name] is not None]
        worded = [name for name in others if row[name] is not None and not re.search(r"\d", row[name])]
        if len(worded) == len(others) and len(cells) >= 3 and len(set(cells)) == len(cells) and _are_names(cells):
            raise Invalid(
                N_("{file}, row {row}: another table seems to begin there, with the columns {names}."),
                fix=N_("Put each table into a file of its own and load them one by one."),
                file=table.place,
                row=row[ROW],
                names=", ".join(cells),
            )


def _are_names(cells: list[str]) -> bool:
    return all(re.search(r"[^\W\d_]", cell) and not re.search(r"\d", cell) for cell in cells)


def _is_heading(row: tuple[object, ...], batch: pl.DataFrame, names: dict[str, str]) -> bool:
    """Whether all cells of a row are the names of their columns, but one or two cut short."""
    cells = [(name, plain(str(cell))) for name, cell in zip(batch.columns, row, strict=True) if name != ROW and cell]
    same = sum(cell == names[name] for name, cell in cells)
    part = sum(bool(cell) and cell in names[name] for name, cell in cells)
    return same >= 2 and part >= 0.8 * len(cells) and 2 * len(cells) >= len(names)


def _filled(batch: pl.DataFrame, columns: list[str]) -> pl.Series:
    """How many cells of each row hold anything."""
    return batch.select(pl.sum_horizontal(pl.col(name).is_not_null() for name in columns)).to_series()


def _lone_rows(batch: pl.DataFrame, columns: list[str], usual: int) -> list[Lone]:
    """Rows with far fewer cells than is usual: what they say, and in which columns."""
    if batch.is_empty():
        return []
    filled = _filled(batch, columns)
    few = (filled <= min(MOST_CELLS, usual - 1)) & ((filled == 1) | (filled * 2 <= usual))
    found = []
    for at in few.arg_true().to_list():
        row = batch.row(at, named=True)
        cells = tuple((k, str(row[name])) for k, name in enumerate(columns) if row[name] is not None)
        found.append(Lone(at, int(row[ROW]), cells))
    return found

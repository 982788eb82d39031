"""Lines that name the group of the rows below them, as `客户：某某公司` or a customer's name alone."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from liuke.sources.headers import plain
from liuke.sources.heading import CJK, DAY, NUMBER
from liuke.sources.row_words import named_total_pattern, page_pattern, row_words, squeezed_cell, total_pattern
from liuke.sources.table import ROW, SAMPLE_ROWS, RawTable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CAPTIONS = re.compile(
    r"([^\s:：,，;；|]{1,14}(?: [A-Za-zé.]{1,12}){0,2}?)\s*[:：]\s*(.*?)(?=[\s,，;；|]+[^\s:：,，;；|]{1,14}\s*[:：]|$)"
)
CUSTOMER = re.compile(r"(?i)客户|往来单位|购货|购买方|客商|会员|经销商|customer|client|kunde|debitor|cliente|buyer")


class Lone(NamedTuple):
    """A row with few cells: its place in the batch, its number in the file, its cells by column number."""

    at: int
    row: int
    cells: tuple[tuple[int, str], ...]

    @property
    def text(self) -> str:
        return " ".join(cell.strip() for _, cell in self.cells)

    @property
    def level(self) -> tuple[int, int]:
        """Column and indentation of the first cell."""
        column, cell = self.cells[0]
        return column, len(cell) - len(cell.lstrip())

    @property
    def is_total(self) -> bool:
        return any(re.search(total_pattern(), squeezed_cell(cell)) for _, cell in self.cells)


@dataclass
class GroupLines:
    """Which lines name groups: by what stands before the colon, or bare, in certain columns; and the group in force.

    `keys` and `levels` give the column each becomes; a key whose column is filled already has none.
    """

    keys: dict[str, str | None]
    levels: dict[tuple[int, int], str]
    row: int
    text: str
    start: dict[str, str] = field(default_factory=dict)  # what titles say of the first rows
    current: dict[str, str | None] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """The columns the lines become."""
        return list(dict.fromkeys([*(name for name in self.keys.values() if name), *self.levels.values()]))

    def begin(self) -> None:
        """Before the first row no group is in force but what the titles say."""
        self.current = {**dict.fromkeys(self.names), **self.start}

    def takes(self, lone: Lone) -> str | None:
        """Whether a line names a group, which is then in force, or is a note; else None."""
        found = captions(lone)
        if found:
            if all(footer(key) for key in found):
                return "note"
            if not any(plain(key) in self.keys for key in found):
                return None
            for key, value in found.items():
                if (name := self.keys.get(plain(key))) is not None:
                    self.current[name] = value
            return "group"
        if len(lone.cells) == 1 and lone.level in self.levels and is_bare(lone):
            below = [name for level, name in self.levels.items() if level > lone.level]
            self.current |= {**dict.fromkeys(below), self.levels[lone.level]: lone.text}
            return "group"
        return None

    def closes(self, lone: Lone) -> bool:
        """Whether a total ends a group by its name: what follows belongs to none."""
        for _, cell in lone.cells:
            for level, name in self.levels.items():
                value = self.current.get(name)
                if value and names_total_of(squeezed_cell(cell), squeezed_cell(value)):
                    self.current |= {other: None for each, other in self.levels.items() if each >= level}
                    return True
        return False

    def put(
        self, batch: pl.DataFrame, before: Mapping[str, str | None], changes: Mapping[int, Mapping[str, str | None]]
    ) -> pl.DataFrame:
        """The batch with its groups: in the column that is theirs where it is blank, else in one before the others."""
        marks = [(0, before), *sorted(changes.items())]
        ends = [*(at for at, _ in marks[1:]), batch.height]
        added = []
        for name in self.names:
            filled: list[str | None] = []
            for (at, now), end in zip(marks, ends, strict=True):
                filled += [now.get(name)] * (min(end, batch.height) - min(at, batch.height))
            column = pl.Series(name, filled, dtype=pl.String)
            if name in batch.columns:
                batch = batch.with_columns(pl.coalesce(pl.col(name), pl.lit(column)).alias(name))
            else:
                added.append(column)
        rest = [batch[name] for name in batch.columns if name != ROW]
        return pl.DataFrame([batch[ROW], *added, *rest])


def names_total_of(cell: str, name: str) -> bool:
    """Whether a squeezed cell says total of a name: `Total for Alder`, `Alder 小计`."""
    if cell != name and (cell.startswith(name) or cell.endswith(name)):
        rest = cell.removeprefix(name).removesuffix(name).strip("-–:：()（）[]的")
        return bool(re.search(total_pattern(), rest) or rest in row_words("total", "begins"))
    found = re.match(named_total_pattern(), cell)
    return found is not None and found.group("name") == name


def captions(lone: Lone) -> dict[str, str]:
    """What a line says before and after colons; nothing where a part of it says something else."""
    if lone.is_total:
        return {}
    text = "  ".join(cell.strip() for _, cell in lone.cells)
    found = {key.strip(): value.strip() for key, value in CAPTIONS.findall(text)}
    rest = CAPTIONS.sub("", text).strip(" ,，;；|")
    if rest or not all(found.values()) or any(NUMBER.match(key) for key in found):
        return {}
    return found


def footer(key: str) -> bool:
    """Whether what stands before a colon is about the sheet and not about its rows."""
    return squeezed_cell(key) in row_words("footer")


def is_bare(lone: Lone) -> bool:
    """Whether a line is one name: no number, day, total, page or note."""
    text = lone.text
    return not (NUMBER.match(text) or DAY.match(text) or lone.is_total or page_pattern().match(text) or "：" in text)


def group_lines(table: RawTable, lone: Sequence[Lone]) -> GroupLines | None:
    """The lines of a table's first rows that name groups; None where none do."""
    sample = table.first(SAMPLE_ROWS)
    keys = _keys(table, lone, sample)
    levels = {} if keys else _levels(table, lone, sample)
    above = _above(table)
    start = {keys.get(plain(key)) or key: value for key, value in above.items()}
    if not keys and not levels:
        only: dict[str, str | None] = {plain(key): key for key in above}
        return GroupLines(only, {}, 0, "  ".join(f"{k}：{v}" for k, v in above.items()), start) if above else None
    keys = {**{plain(key): key for key in above}, **keys}
    first = next(each for each in lone if (captions(each) if keys else each.level in levels and is_bare(each)))
    return GroupLines(keys, levels, first.row, first.text, start)


def _above(table: RawTable) -> dict[str, str]:
    """What the titles say of the customer, where no column does: a statement's `客户：某某公司`."""
    if any(CUSTOMER.search(name) for name in table.columns):
        return {}
    known = {plain(word) for word in row_words("group")}
    found: dict[str, str] = {}
    for title in table.titles:
        said = captions(Lone(-1, 0, ((0, title),)))
        found |= {
            key: value
            for key, value in said.items()
            if plain(key) in known and CUSTOMER.search(key) and squeezed_cell(value) not in row_words("all")
        }
    return found


def _keys(table: RawTable, lone: Sequence[Lone], sample: pl.DataFrame) -> dict[str, str | None]:
    """What stands before colons and names groups, with the column it becomes; None where there is such a column."""
    seen: dict[str, set[str]] = {}
    spelled: dict[str, str] = {}
    positions = {each.at for each in lone}
    for each in lone:
        following = each.at + 1
        while following in positions and any(o.at == following and captions(o) for o in lone):
            following += 1
        if following >= sample.height:
            continue
        for key, value in captions(each).items():
            if not footer(key):
                seen.setdefault(plain(key), set()).add(value)
                spelled.setdefault(plain(key), key)
    known = {plain(word) for word in row_words("group")}
    taken = {k for k, values in seen.items() if k in known or len(values) >= 2}
    have = {plain(name): name for name in table.columns}
    found: dict[str, str | None] = {}
    for key in taken:
        column = have.get(key)
        found[key] = spelled[key] if column is None else None
        if column is not None and sample[column].null_count() > 0.5 * sample.height:
            found[key] = column
    return found


def _levels(table: RawTable, lone: Sequence[Lone], sample: pl.DataFrame) -> dict[tuple[int, int], str]:
    """Columns and indentations of bare lines that name groups, where the rows below, or totals, prove it."""
    bare = [each for each in lone if len(each.cells) == 1 and is_bare(each)]
    by_level: dict[tuple[int, int], list[Lone]] = {}
    for each in bare:
        by_level.setdefault(each.level, []).append(each)
    at_all = {each.at: each for each in lone}
    found: dict[tuple[int, int], str] = {}
    for level, lines in sorted(by_level.items()):
        column = table.columns[level[0]]
        led = [each for each in lines if _leads(each, at_all, sample.height)]
        if len(led) < 2 or len(led) < 0.6 * len(lines):
            continue
        details = sample.filter(~pl.int_range(sample.height, eager=True).is_in(list(at_all)))
        others = details[column].drop_nulls().to_list() if column in details.columns else []
        names = {squeezed_cell(each.text) for each in led}
        closed = _closed(sample[column].drop_nulls().to_list(), names)
        words_there = [cell for cell in others if not (NUMBER.match(cell) or DAY.match(cell))]
        totals = [
            cell for cell in words_there if re.search(total_pattern(), squeezed_cell(cell)) or _closed([cell], names)
        ]
        free = len(words_there) <= len(totals)
        if free or closed >= max(2, 0.5 * len(led)):
            found[level] = _name_of(table, column, blank=not others or len(others) == len(totals))
    return _distinct(found)


def _leads(line: Lone, lone: Mapping[int, Lone], height: int) -> bool:
    """Whether rows stand below a line, or a line of another level and then rows."""
    at = line.at + 1
    while at in lone and is_bare(lone[at]) and lone[at].level != line.level:
        at += 1
    return at < height and at not in lone


def _closed(cells: Sequence[str], names: set[str]) -> int:
    """How many cells are totals of one of these names."""
    done = set()
    for cell in {squeezed_cell(each) for each in cells}:
        if re.search(named_total_pattern(), cell) or re.search(total_pattern(), cell):
            done |= {name for name in names if names_total_of(cell, name)}
    return len(done)


def _name_of(table: RawTable, column: str, *, blank: bool) -> str:
    """What the groups are: what their column is called where no row fills it, or what the titles speak of."""
    if blank and not re.fullmatch(r"column_\d+", column):
        return column
    titles = " ".join([*table.titles, table.sheet or ""])
    there = any(CUSTOMER.search(name) for name in table.columns)
    if (said := CUSTOMER.search(titles)) is not None and not there:
        return said.group(0)
    return "分组" if CJK.search("".join([*table.columns, titles])) else "Group"


def _distinct(found: dict[tuple[int, int], str]) -> dict[tuple[int, int], str]:
    """Names of levels, none twice."""
    names: dict[tuple[int, int], str] = {}
    for level, name in found.items():
        number, unique = 2, name
        while unique in names.values():
            unique, number = f"{name} {number}", number + 1
        names[level] = unique
    return names

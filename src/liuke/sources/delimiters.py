"""Which character cuts the lines of a text file into fields, by how evenly each would."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

from liuke.sources.lists import is_ruler

if TYPE_CHECKING:
    from collections.abc import Sequence

USUAL = (",", "\t", ";", "|")
RARE = ("^", "~", "¦", "│", "┃", "║", "，", "；", "\x1f", "\x01", "\x02", "§", "¬", "#", "!", "*", "\\")
ENOUGH = 0.5
THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")


def declared(lines: Sequence[str]) -> str | None:
    """The delimiter of Excel's own first line `sep=;`."""
    first = lines[0].removeprefix("\ufeff").strip().strip('"').lower()
    return first[4] if first.startswith("sep=") and len(first) == 5 else None


def guess_delimiter(lines: Sequence[str]) -> str:
    """The character that cuts most lines into equally many fields; a blank where none does but runs of blanks do."""
    filled = [line for line in lines if line.strip() and not is_ruler(line)]
    best, score = _best(filled, USUAL)
    if best == "," and score[1] == 2 and _only_in_numbers(filled) and _aligned(filled):
        return " "
    if score[0] >= ENOUGH:
        return best
    rare, rare_score = _best(filled, RARE)
    if rare_score[0] >= 2 * ENOUGH - 0.2 and rare_score[1] > 2:
        return rare
    if (uneven := _in_every_line(filled)) is not None:
        return uneven
    if _aligned(filled):
        return " "
    return best or ","


def _in_every_line(filled: list[str]) -> str | None:
    """A delimiter nearly every line has twice or more, where rows end before their last fields; none in lists made
    with runs of blanks."""
    if sum("  " in line.strip() for line in filled) >= 0.3 * len(filled):
        return None
    shares = {sign: sum(line.count(sign) > 1 for line in filled) for sign in USUAL}
    best = max(USUAL, key=lambda sign: shares[sign])
    return best if len(filled) > 2 and shares[best] >= 0.9 * len(filled) else None


def _best(filled: list[str], delimiters: Sequence[str]) -> tuple[str, tuple[float, int]]:
    best, best_score = "", (0.0, 0)
    for delimiter in delimiters:
        widths = [len(fields_of(line, delimiter)) for line in filled]
        several = [w for w in widths if w > 1]
        if not several:
            continue
        usual = max(set(several), key=several.count)
        score = (round(several.count(usual) / len(widths), 1), usual)
        if score > best_score:
            best, best_score = delimiter, score
    return best, best_score


def fields_of(line: str, delimiter: str) -> list[str]:
    """The fields of one physical line, however its quotation marks stand."""
    if '"' not in line or len(delimiter) != 1:
        return line.split(delimiter)
    return next(csv.reader([line], delimiter=delimiter), [])


def _only_in_numbers(filled: list[str]) -> bool:
    """Whether commas part thousands and nothing else."""
    return all(line.count(",") == len(THOUSANDS.findall(line)) for line in filled)


def _aligned(filled: list[str]) -> bool:
    """Whether most lines are words with blanks between, in columns."""
    widths = [len(line.split()) for line in filled]
    if not widths:
        return False
    usual = max(set(widths), key=widths.count)
    if usual > 1 and widths.count(usual) >= 0.8 * len(widths):
        return True
    wide = [line for line in filled if "  " in line.strip()]
    return len(wide) >= 0.6 * len(filled) and len(filled) > 2

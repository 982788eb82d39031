"""How the values of a listing are read: one form a kind of value, for people, for a cell of a workbook and as data.

`text` is for people, in the language in force; `cell` is a value a workbook can hold and `format` the name of its cell
format (`reports.sheet.FORMATS`); `data` is what JSON and CSV hold.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from liuke.kernel.amounts import MINUS, Money
from liuke.kernel.i18n import N_, say, translate
from liuke.kernel.said import Said, Wordings
from liuke.reports import figures, stored

if TYPE_CHECKING:
    from liuke.reports.shown import Row, Shown

BLOCKS = "▁▂▃▄▅▆▇█"
BETWEEN = N_("{low} to {high}")
SHOWN_REASONS = 2  # of a customer's, in one cell


@dataclass(frozen=True)
class Form:
    """How one kind of value is shown."""

    text: Callable[[Any, str], str]  # value, currency
    format: str = "text"  # of a cell
    right: bool = False  # figures stand at the right
    cell: Callable[[Any, str], object] | None = None  # what a cell holds; without it the text
    data: Callable[[Any, str], object] | None = None  # what a program gets; without it the value


def said(value: object, currency: str = "") -> str:
    """A sentence in the language in force: one that is stored packed, or one made for this."""
    return value.text() if isinstance(value, Said) else stored.stored_sentence(str(value), currency).text()


def bars(trend: list[int]) -> str:
    """Sales by period as a row of block characters, newest at the right; an empty period is a dot."""
    highest = max([*trend, 1])
    return "".join("·" if cents <= 0 else BLOCKS[min(7, cents * 8 // highest)] for cents in trend)


def _text(value: object, _: str = "") -> str:
    return figures.printable(str(value))


def _money(value: Any, currency: str) -> str:
    return str(figures.Money(Decimal(str(value)) if isinstance(value, float) else value, currency))


def _reasons(value: list[object], currency: str) -> str:
    return said(value[0], currency) if value else ""


def _two_reasons(value: list[object], currency: str) -> str:
    return "\n".join(_all_reasons(value[:SHOWN_REASONS], currency))


def _all_reasons(value: list[object], currency: str) -> list[str]:
    return [said(each, currency) for each in value]


def _listed(value: list[object], _: str = "") -> str:
    return figures.joined(_text(each) for each in value)


def _number(digits: int) -> Callable[[Any, str], str]:
    return lambda value, _: figures.minus(f"{value:,.{digits}f}")


def _as_is(value: object, _: str = "") -> object:
    return value


FORMS: dict[str, Form] = {
    "text": Form(_text),
    "name": Form(_text, "name"),
    "wrap": Form(_text, "wrap"),
    "note": Form(_text, "note"),
    "word": Form(_text),
    "word_name": Form(_text, "name"),
    "figure": Form(_text, right=True),
    "word_note": Form(_text, "note"),
    "state": Form(_text),
    "said": Form(said, "note", data=said),
    "said_wrap": Form(said, "wrap", data=said),
    "said_name": Form(said, "name", data=said),
    "reasons": Form(_reasons, "wrap", cell=_two_reasons, data=_all_reasons),
    "list": Form(_listed),
    "whole": Form(lambda value, _: figures.count(value), "whole", True, _as_is),
    "signed": Form(lambda value, _: figures.signed(value), "signed", True, _as_is),
    "number": Form(lambda value, _: f"{value:g}", "one", True, _as_is),
    "one": Form(_number(1), "one", True, _as_is),
    "ratio": Form(_number(2), "ratio", True, _as_is),
    "ratio_3": Form(_number(3), "ratio_3", True, _as_is),
    "points": Form(lambda value, _: figures.signed(value * 100, 1), "one", True, _as_is),
    "money": Form(_money, "money", True, _as_is),
    "money_full": Form(lambda value, _: figures.full(value), "money", True, _as_is),
    "money_signed": Form(lambda value, _: figures.signed(value, 2), "money_signed", True, _as_is),
    "hot": Form(_money, "hot", True, _as_is),
    "share": Form(lambda value, _: figures.percent(value), "share", True, _as_is),
    "rate": Form(lambda value, _: figures.percent(value, 1), "rate", True, _as_is),
    "date": Form(lambda value, _: str(value), "date", cell=_as_is),
    "who": Form(_text, "name"),
    "chance": Form(lambda value, _: figures.percent(value), "share", data=_as_is),
    "stake": Form(_money, "money", True, _as_is),
    "trend": Form(lambda value, _: bars(value), cell=lambda _value, _: None),
}


def _signed_span(digits: int, times: int = 1) -> Callable[[Any, Any], str]:
    return lambda low, high: _between(figures.signed(low * times, digits), figures.signed(high * times, digits))


def _between(low: str, high: str) -> str:
    """A range of which an end may bear a minus: a dash beside it could not be read."""
    return say(BETWEEN, low=low, high=high)


RANGES: dict[str, Callable[[Any, Any], str]] = {  # forms whose range is not written as its two ends with a dash between
    "share": figures.span_text, "signed": _signed_span(0), "money_signed": _signed_span(2),
    "points": _signed_span(1, 100),
}  # fmt: skip


def form(shown: Shown, row: Row) -> Form:
    """The form of a column for a row."""
    return FORMS[shown.form_of(row)]


def is_known(value: object) -> bool:
    """Whether there is a value to show."""
    return value is not None and not (isinstance(value, float) and math.isnan(value))


def words(shown: Shown, row: Row, currency: str = "", *, ranges: bool = True) -> str:
    """What a person reads, in the language in force; empty for no value. A range stands in brackets behind it."""
    value = shown.value(row)
    if not is_known(value):
        return ""
    if shown.words:
        return _worded(shown, value)
    how = form(shown, row)
    text = how.text(value, currency)
    between = range_text(shown, row, currency) if ranges else ""
    return f"{text} ({between})" if between else text


def range_text(shown: Shown, row: Row, currency: str = "") -> str:
    """The range beside a value, empty where it has none or both ends read as the value does."""
    if shown.ends is None:
        return ""
    low, high = (row[end] for end in shown.ends)
    if not (is_known(low) and is_known(high)) or low == high:
        return ""
    short = RANGES.get(shown.form_of(row))
    how = form(shown, row)
    if short:
        return short(low, high)
    ends = how.text(low, currency), how.text(high, currency)
    return _between(*ends) if MINUS in "".join(ends) else "–".join(ends)


def _worded(shown: Shown, value: Any) -> str:
    if isinstance(value, list):
        return figures.joined(_worded(shown, each) for each in value)
    message = shown.words.get(value)
    return translate(message) if message else "" if isinstance(value, bool) or message == "" else _text(value)


def form_cell(shown: Shown, row: Row, currency: str = "") -> object:
    """What a cell of a workbook holds: a number, a day, or text in the language in force; None for nothing."""
    value = shown.value(row)
    if not is_known(value):
        return None
    how = form(shown, row)
    if shown.words:
        return _worded(shown, value) or None
    return how.cell(value, currency) if how.cell else how.text(value, currency)


def data(shown: Shown, row: Row, currency: str = "") -> object:
    """What a program gets: numbers as numbers, codes as codes, sentences in the language in force; None for nothing."""
    value = shown.value(row)
    if not is_known(value):
        return None
    how = form(shown, row)
    return plain_value(how.data(value, currency) if how.data else value)


def plain_value(value: object) -> object:
    """A value as JSON holds it: money as text with its cents, so that no digit is lost; days as ISO dates."""
    if isinstance(value, (list, tuple)):
        return [plain_value(each) for each in value]
    if isinstance(value, dict):
        return {str(name): plain_value(each) for name, each in value.items()}
    if isinstance(value, (Decimal, date)):
        return str(value)
    if isinstance(value, (Said, Wordings, Money)):
        return str(value)
    return None if isinstance(value, float) and not math.isfinite(value) else value

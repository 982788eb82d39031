"""A listing as CSV: titles in the language in force, or codes; nothing in it runs as a formula or steers a terminal."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

from liuke.kernel.formulas import safe
from liuke.reports import forms
from liuke.reports.renderers.grid import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from liuke.reports.shown import Listed, Row, Shown

MARK = "\ufeff"  # spreadsheets know UTF-8 by it


def lines(listed: Listed, *, codes: bool = False) -> Iterator[str]:
    """Heading and rows, a line each. Codes: keys and codes as in JSON, sentences in the language in force."""
    columns = listed.columns("csv")
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([shown.column if codes else _text(shown.heading(listed.currency)) for shown in columns])
    yield buffer.getvalue()
    for row in listed.records():
        buffer.seek(0)
        buffer.truncate()
        writer.writerow([_cell(shown, row, listed.currency, codes) for shown in columns])
        yield buffer.getvalue()


def line(text: str) -> str:
    """A line of one text, read as nothing else."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow([_text(text)])
    return buffer.getvalue()


def render(listed: Listed, *, codes: bool = False) -> str:
    """The whole of it."""
    return "".join(lines(listed, codes=codes))


def _cell(shown: Shown, row: Row, currency: str, codes: bool) -> object:
    """Numbers as they are, days ISO, everything else as text: of a code its word, unless codes are asked for."""
    if shown.named and not codes:
        return _text(shown.named(row))
    if shown.words and not codes:
        return _text(forms.words(shown, row))
    value = forms.data(shown, row, currency)
    if value is None or isinstance(value, (int, float)):
        return value
    if isinstance(value, (list, dict)):
        return _text(json.dumps(value, ensure_ascii=False))
    return _text(str(value))


def _text(text: str) -> str:
    return safe(plain(text))

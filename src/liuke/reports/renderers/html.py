"""A listing as a table of a page: heads and cells as values, which the macro in `templates/_table.html` sets.

`say` is the seam of words: it is handed what makes a text and answers markup, in one language or in both.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup, escape

from liuke.kernel.estimate import NotEstimable
from liuke.kernel.i18n import N_, translate
from liuke.reports import forms
from liuke.reports.renderers.grid import at_right

if TYPE_CHECKING:
    from collections.abc import Iterator

    from liuke.reports.shown import Listed, Row, Shown

Say = Callable[[Callable[[], object]], Markup]
NOT_YET = N_("Can't be estimated yet")
CLASSES = {"name": "lk-name", "word_name": "lk-name", "note": "lk-opt lk-sm lk-mid", "said": "lk-sm lk-mid"}


class Cell(NamedTuple):
    """One cell: its classes, what it holds, and the heading that is read before it on a phone (none of names)."""

    css: str
    text: Markup
    label: Markup


def heads(listed: Listed, say: Say) -> list[Cell]:
    """The headings."""
    found = []
    for shown in listed.columns("html"):
        text = say(lambda shown=shown: shown.heading(listed.currency))  # type: ignore[misc]
        found.append(Cell("lk-r" if at_right(shown) else _css(shown), text, Markup("")))
    return found


def rows(listed: Listed, say: Say) -> Iterator[list[Cell]]:
    """The cells, row by row."""
    columns = listed.columns("html")
    titles = [head.text for head in heads(listed, say)]
    for row in listed.records():
        yield [_cell(shown, row, title, listed.currency, say) for shown, title in zip(columns, titles, strict=True)]


def _cell(shown: Shown, row: Row, title: Markup, currency: str, say: Say) -> Cell:
    right = at_right(shown)
    css = "lk-r lk-nb" if right else _css(shown)
    return Cell(css, cell(shown, row, currency, say), title if right else Markup(""))


def _css(shown: Shown) -> str:
    return CLASSES.get(shown.form, "") if isinstance(shown.form, str) else ""


def cell(shown: Shown, row: Row, currency: str, say: Say) -> Markup:
    """What a cell holds; in place of no number the reason why, where the row knows it."""
    value = shown.value(row)
    if isinstance(value, NotEstimable):
        return unknown(value, say)
    return say(lambda: forms.words(shown, row, currency))


def unknown(reason: NotEstimable | None, say: Say) -> Markup:
    """That there is no number yet, and why."""
    why = Markup("<small>{}</small>").format(say(reason.text)) if reason else Markup("")
    return Markup('<span class="lk-nd">{}{}</span>').format(say(lambda: translate(NOT_YET)), why)


def once(make: Callable[[], object]) -> Markup:
    """A text in the language in force: the seam of a page in one language."""
    return escape(make())

"""A listing as a table of a page: heads and cells as values, which the macro in `templates/_table.html` sets.

`say` is the seam of words: it is handed what makes a text and answers markup, in one language or in both.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from markupsafe import Markup, escape

from liuke.kernel.i18n import N_, translate
from liuke.kernel.said import Said
from liuke.reports import forms
from liuke.reports.figures import Scale, scale_for
from liuke.reports.renderers.grid import at_right
from liuke.reports.shown import CURRENCY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from liuke.reports.shown import Listed, Row, Shown

Say = Callable[[Callable[[], object]], Markup]
NOT_YET = N_("Can't be estimated yet")
LONG_TITLE = 24  # characters
NAME = "lk-name"
NAMES = ("name", "word_name", "said_name", "who")  # forms of what a row is called: read without a heading
CLASSES = {"name": NAME, "word_name": "lk-name", "date": "lk-nb", "note": "lk-opt lk-sm lk-mid",
           "said": "lk-sm lk-mid lk-say", "said_wrap": "lk-say", "wrap": "lk-say"}  # fmt: skip


class Cell(NamedTuple):
    """One cell: its classes, what it holds, the heading read before it on a phone, and how many columns it takes."""

    css: str
    text: Markup
    label: Markup = Markup("")
    span: int = 1


def columns(listed: Listed) -> tuple[Shown, ...]:
    """The columns with a heading of their own; one that may stand in place of others has none."""
    return tuple(shown for shown in listed.columns("html") if not shown.instead_of)


def scales(listed: Listed) -> dict[str, Scale]:
    """How the amounts of each column of money are written, so that they line up: the unit stands in the heading."""
    money = [shown for shown in columns(listed) if shown.form == "money" and shown.unit == CURRENCY]
    values = {shown.column: [row[shown.column] for row in listed.records()] for shown in money}
    return {
        name: scale_for([value for value in found if value is not None], listed.currency)
        for name, found in values.items()
    }


def heads(listed: Listed, say: Say) -> list[Cell]:
    """The headings."""
    scaled = scales(listed)

    def heading(shown: Shown) -> str:
        scale = scaled.get(shown.column)
        return f"{shown.heading()} {scale.unit}" if scale else shown.heading(listed.currency)

    return [Cell(_css(shown, head=True), say(partial(heading, shown))) for shown in columns(listed)]


def rows(listed: Listed, say: Say, customers: str = "") -> Iterator[list[Cell]]:
    """The cells, row by row; with the address customers stand under, names of customers lead to them."""
    own = list(zip(columns(listed), (head.text for head in heads(listed, say)), strict=True))
    scaled = scales(listed)
    instead = next((shown for shown in listed.columns("html") if shown.instead_of), None)
    for row in listed.records():
        cells = [_cell(shown, row, title, listed.currency, scaled, say) for shown, title in own]
        if instead and (why := instead.value(row)) is not None:
            cells[-instead.instead_of :] = [Cell("wide", unknown(why, say), span=instead.instead_of)]
        if customers and row.get("customer_id"):
            cells = [_leading(each, f"{customers}/{quote(str(row['customer_id']), safe='')}") for each in cells]
        yield cells
    if listed.foot is not None:
        cells = [_cell(shown, listed.foot, title, listed.currency, scaled, say) for shown, title in own]
        yield [each._replace(css=f"{each.css} lk-summed".strip()) for each in cells]


def _leading(cell: Cell, to: str) -> Cell:
    """A cell as it is, that of a name as a link."""
    return cell._replace(text=Markup('<a href="{}">{}</a>').format(to, cell.text)) if cell.css == NAME else cell


def _cell(shown: Shown, row: Row, title: Markup, currency: str, scaled: Mapping[str, Scale], say: Say) -> Cell:
    value, scale = shown.value(row), scaled.get(shown.column)
    text = cell(shown, row, currency, say) if scale is None or value is None else say(lambda: scale.of(value))
    return Cell(_css(shown), text, title if shown.form not in NAMES and text else Markup(""))


def _css(shown: Shown, *, head: bool = False) -> str:
    """The classes of a cell: figures at the right in one line, long headings folded, ranges given room on a phone."""
    if not at_right(shown):
        return CLASSES.get(shown.form, "") if isinstance(shown.form, str) and not head else ""
    long = isinstance(shown.title, str) and len(shown.title) > LONG_TITLE
    if head:
        return "lk-r lk-wrap" if long else "lk-r"
    wide = " wide" if long or shown.ends else ""
    return ("lk-r" if long else "lk-r lk-nb") + (" lk-fw" if shown.strong else "") + wide


def cell(shown: Shown, row: Row, currency: str, say: Say) -> Markup:
    """What a cell holds; in place of no number the reason why, where the row knows it."""
    value = shown.value(row)
    if isinstance(value, Said) and at_right(shown):
        return unknown(value, say)
    text = say(lambda: forms.words(shown, row, currency, ranges=False))
    if forms.range_text(shown, row, currency):
        between = say(lambda: f"({forms.range_text(shown, row, currency)})")
        text = Markup('<b>{}</b> <span class="lk-mut lk-sm">{}</span>').format(text, between)
    if shown.mark and (warning := shown.mark(row)):
        text = Markup('{} <span class="lk-warn lk-sm">{}</span>').format(text, say(lambda: translate(warning)))
    return text


def unknown(reason: Said, say: Say) -> Markup:
    """That there is no number yet, and why."""
    why = Markup("<small>{}</small>").format(say(reason.text)) if reason.message else Markup("")
    return Markup('<span class="lk-nd">{}{}</span>').format(say(lambda: translate(NOT_YET)), why)


def once(make: Callable[[], object]) -> Markup:
    """A text in the language in force: the seam of a page in one language."""
    return escape(make())

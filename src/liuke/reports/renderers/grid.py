"""A listing on a terminal: a table in the manner of a ledger, heavy rule, hairlines, heavy rule."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from liuke.kernel.i18n import translate
from liuke.reports import forms

if TYPE_CHECKING:
    from rich.table import Table

    from liuke.reports.shown import Listed, Shown

MANY_COLUMNS, LEAST_TEXT = 8, 24  # beside so many columns a sentence still gets so many characters
# what would steer the terminal instead of being shown: control characters, marks that turn the direction of writing
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def plain(text: str) -> str:
    """Text that can only be read: names and paths are other people's."""
    return STEERING.sub("", text)


def render(listed: Listed) -> Table | str:
    """The table, with what it stands on above; where there is no row, what the listing says then."""
    if not len(listed):
        nothing = translate(listed.listing.nothing) if listed.listing.nothing else ""
        return plain("\n".join(filter(None, (*listed.said, nothing))))
    from rich import box
    from rich.text import Text

    from liuke.reports.renderers.fitting import Fitting

    columns = listed.columns("grid")
    title = Text(plain("\n".join(listed.said))) if listed.said else None
    table = Fitting(box=box.SIMPLE_HEAD, title=title, title_justify="left", pad_edge=False)
    table.least = LEAST_TEXT if len(columns) > MANY_COLUMNS else 0
    for shown in columns:
        table.add_column(shown.heading(), justify="right" if at_right(shown) else "left", overflow="fold")
    for row in listed.records():
        table.add_row(*(Text(plain(forms.words(shown, row, listed.currency))) for shown in columns))
    if listed.foot is not None:
        table.add_section()
        table.add_row(
            *(Text(plain(forms.words(shown, listed.foot, listed.currency)), style="bold") for shown in columns)
        )
    return table


def at_right(shown: Shown) -> bool:
    """Whether a column's values stand at the right; those whose form changes by row are figures."""
    return forms.FORMS[shown.form].right if isinstance(shown.form, str) else True

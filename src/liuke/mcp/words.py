"""What a tool answers: data for programs, and lines for reading. A name is never more than a name: one line, cut."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from liuke.kernel.i18n import N_, say
from liuke.kernel.said import printable
from liuke.reports import figures, forms
from liuke.reports.renderers.json import records

if TYPE_CHECKING:
    from liuke.app.connected_run import ConnectedRun
    from liuke.reports.shown import Listed

LONGEST = 300  # characters of one text
WHOLE, SOME = N_("the whole firm, {customers} customers"), N_("the {customers} customers this token's user sees")
STANDS_ON = N_("{firm}: as of {as_of}; {scope}.")
SHOWN_OF = N_("{shown} of {total} are shown.")


@dataclass(frozen=True)
class ToolAnswer:
    """What a tool answers."""

    data: dict[str, Any]
    text: str


def one_line(text: object, most: int = LONGEST) -> str:
    """A text of the firm on one line, cut where it is too long."""
    flat = " ".join(printable(str(text)).split())
    return flat if len(flat) <= most else flat[: most - 1] + "…"


def scope_of(view: ConnectedRun) -> dict[str, Any]:
    """The day and the scope every answer names."""
    info = view.info
    scope = say(WHOLE if view.reader.whole else SOME, customers=figures.count(info["customers"]))
    return {"as_of": info["as_of"], "scope": scope, "currency": info["currency"],
            "notices": [each.text() for each in view.notices]}  # fmt: skip


def stands_on(view: ConnectedRun) -> list[str]:
    """The first lines of an answer: firm, day, scope, and what stands against the run."""
    told = scope_of(view)
    first = say(STANDS_ON, firm=one_line(view.info["firm"] or "Liuke"), as_of=told["as_of"], scope=told["scope"])
    return [first, *told["notices"]]


def listed_answer(view: ConnectedRun, listed: Listed, leave_out: tuple[str, ...] = (), **more: Any) -> ToolAnswer:
    """A listing: its rows by code, and a line each."""
    rows = [{name: value for name, value in row.items() if name not in leave_out} for row in records(listed)]
    total = len(listed) if listed.total is None else listed.total
    about = [one_line(each) for each in listed.said]
    lines = [*stands_on(view), *about, *(f"{at}. {line}" for at, line in enumerate(row_lines(listed), 1))]
    if not rows and listed.listing.nothing:
        lines.append(say(listed.listing.nothing))
    if total > len(rows):
        lines.append(say(SHOWN_OF, shown=figures.count(len(rows)), total=figures.count(total)))
    data = {**scope_of(view), **more, "total": total, "rows": rows, "about": about}
    return ToolAnswer(data, "\n".join(lines))


def row_lines(listed: Listed) -> list[str]:
    """The rows of a listing a line each: what a person reads on the terminal, each figure behind its heading."""
    columns, found = listed.columns("grid"), list[str]()
    for row in listed.records():
        words = [(each, one_line(forms.words(each, row, listed.currency))) for each in columns]
        found.append("; ".join(f"{each.heading()} {text}".strip() for each, text in words if text))
    return found

"""What became of every physical line of a text file: rows, heading, titles, blank lines, and lines set apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said

if TYPE_CHECKING:
    from collections.abc import Sequence

SHOWN = 60
NOT_A_ROW = N_("{place}: {count} lines that are no rows of the table are not used, the first is row {row}: {text}")


@dataclass(frozen=True)
class Apart:
    """A line that is no row as the heading has it: its row number, its fields, and whether it seems to hold data."""

    row: int
    fields: tuple[str, ...]
    data: bool

    @property
    def text(self) -> str:
        """The line as it may be shown."""
        line = " ".join(" ".join(field for field in self.fields if field.strip()).split())
        return line if len(line) <= SHOWN else line[: SHOWN - 1] + "…"


@dataclass(frozen=True)
class PhysicalAccount:
    """Physical lines of a text file: they are the sum of all the others, or the file is refused."""

    lines: int
    above: int  # titles and heading
    rows: int
    blank: int
    rulers: int
    continued: int  # the second and further lines of fields in quotation marks
    apart: int

    def check(self, place: str) -> None:
        """Refuse a file of which a line is in none of these."""
        found = self.above + self.rows + self.blank + self.rulers + self.continued + self.apart
        if found != self.lines:
            raise Invalid(
                N_("{file} has {lines} lines, but {found} were read. Nothing was loaded."),
                fix=N_("Open the file, save it as CSV in UTF-8 and load it again."),
                file=place,
                lines=self.lines,
                found=found,
            )


def not_rows_said(apart: Sequence[Apart], place: str) -> tuple[Said, ...]:
    """What is said of lines that are no rows and hold no data."""
    left = [line for line in apart if not line.data]
    if not left:
        return ()
    return (Said(NOT_A_ROW, {"place": place, "count": len(left), "row": left[0].row, "text": left[0].text}),)

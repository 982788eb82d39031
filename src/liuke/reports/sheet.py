"""One sheet of the workbook as a table between rules: title, note, frozen header, rows, nothing read as a formula."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

from liuke.kernel.i18n import language, translate
from liuke.reports.figures import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

OPTIONS = {  # nothing that was given as text becomes a formula, a link or a number
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
    "default_date_format": "yyyy-mm-dd",
}
MOST_TEXT = 32_767  # what a cell of Excel holds
MOST_ROWS = 1_000_000
LINE_HEIGHT = 15  # points
INK, INK_2, INK_3, RULE, RULE_2, ACCENT, WARN = (
    "#17211F",
    "#4C5957",
    "#586562",
    "#DDE4E1",
    "#B4C0BC",
    "#1F5566",
    "#A84A08",
)
SUNK, BAR = "#F0F4F3", "#A9BAC0"
STATE_COLORS = {
    "new": "#3F7F9F", "active": "#1F5566", "won_back": "#12405A", "falling": "#8A5A00", "token": "#A84A08",
    "dormant": "#94562B", "lost": "#54403A", "never_bought": "#586562",
}  # fmt: skip
FORMATS: dict[str, dict[str, Any]] = {
    "text": {"align": "left", "indent": 1},
    "wrap": {"align": "left", "indent": 1, "text_wrap": True},
    "note": {"align": "left", "indent": 1, "font_color": INK_3},
    "name": {"align": "left", "indent": 1, "bold": True},
    "whole": {"num_format": "#,##0;\u2212#,##0", "align": "right"},
    "signed": {"num_format": "+#,##0;\u2212#,##0;0", "align": "right"},
    "money": {"num_format": "#,##0.00;\u2212#,##0.00", "align": "right"},
    "money_signed": {"num_format": "+#,##0.00;\u2212#,##0.00;0.00", "align": "right"},
    "hot": {"num_format": "#,##0.00;\u2212#,##0.00", "align": "right", "font_color": WARN},
    "share": {"num_format": "0%", "align": "right"},
    "rate": {"num_format": "0.0%", "align": "right"},
    "ratio": {"num_format": "0.00", "align": "right"},
    "ratio_3": {"num_format": "0.000", "align": "right"},
    "one": {"num_format": "0.0", "align": "right"},
    "date": {"num_format": "yyyy-mm-dd", "align": "left", "indent": 1},
    **{f"state_{state}": {"align": "left", "indent": 1, "font_color": color} for state, color in STATE_COLORS.items()},
}


@dataclass
class Book:
    """An open workbook and its formats, each made once."""

    workbook: Any
    made: dict[tuple[tuple[str, object], ...], Any] = field(default_factory=dict)
    named: dict[str, Any] = field(default_factory=dict)

    @property
    def font(self) -> str:
        """A typeface every Excel of the language has."""
        return "Microsoft YaHei" if language() == "zh" else "Arial"

    def format(self, **properties: object) -> Any:
        """A cell format with the book's typeface."""
        key = tuple(sorted(properties.items()))
        if key not in self.made:
            base = {"font_name": self.font, "font_size": 10, "font_color": INK, "valign": "vcenter"}
            self.made[key] = self.workbook.add_format(base | properties)
        return self.made[key]

    def form(self, name: str) -> Any:
        """A named cell format with a hairline below."""
        if name not in self.named:
            self.named[name] = self.format(**({"bottom": 1, "bottom_color": RULE} | FORMATS[name]))
        return self.named[name]

    def sheet(self, title: str, note: str = "") -> Sheet:
        """A new sheet with its title and a note."""
        worksheet = self.workbook.add_worksheet(translate(title)[:31])
        worksheet.hide_gridlines(2)
        worksheet.set_landscape()
        worksheet.set_paper(9)
        worksheet.fit_to_pages(1, 0)
        worksheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
        worksheet.set_row(0, 26)
        made = Sheet(self, worksheet)
        made.text(0, 0, translate(title), self.format(font_size=15, bold=True))
        if note:
            made.text(1, 0, note, self.format(font_color=INK_3))
        return made


@dataclass
class Sheet:
    """A sheet being written from top to bottom."""

    book: Book
    worksheet: Any
    row: int = 3  # the next row to write

    def text(self, row: int, column: int, value: object, form: Any) -> None:
        """Text as text, whatever it begins with; nothing for None."""
        if value is None or value == "":
            self.worksheet.write_blank(row, column, None, form)
        else:
            self.worksheet.write_string(row, column, printable(str(value))[:MOST_TEXT], form)

    def cell(self, row: int, column: int, value: object, form: Any) -> None:
        """A number, day or text by its type."""
        if isinstance(value, bool) or not isinstance(value, (int, float, Decimal, date)):
            self.text(row, column, value, form)
        elif isinstance(value, date):
            self.worksheet.write_datetime(row, column, value, form)
        else:
            self.worksheet.write_number(row, column, value, form)

    def widths(self, widths: Sequence[float]) -> None:
        """Column widths; to be called before rows are written."""
        for at, width in enumerate(widths):
            self.worksheet.set_column(at, at, width)

    def header(self, heads: Sequence[tuple[str, bool]], *, freeze: int | None = None) -> None:
        """Headings (text, at the right) between rules; `freeze` keeps so many columns and the header in view."""
        self.worksheet.set_row(self.row, 30)  # before its cells: a row is gone once the next one begins
        for at, (text, right) in enumerate(heads):
            form = self.book.format(
                font_color=INK_3, top=2, top_color=INK, bottom=1, bottom_color=RULE_2, text_wrap=True,
                align="right" if right else "left", indent=0 if right else 1,
            )  # fmt: skip
            self.text(self.row, at, text, form)
        if freeze is not None:
            self.worksheet.freeze_panes(self.row + 1, freeze)
            self.worksheet.repeat_rows(self.row)
        self.row += 1

    def close(self, columns: int) -> None:
        """The heavy rule that ends a table of so many columns, and a free row."""
        for at in range(columns):
            self.worksheet.write_blank(self.row, at, None, self.book.format(top=2, top_color=INK))
        self.row += 2

    def heading(self, message: str) -> None:
        """A heading inside the sheet."""
        self.text(self.row, 0, translate(message), self.book.format(bold=True, font_size=11, indent=1))
        self.row += 1

    def line(self, value: str, **properties: object) -> None:
        """A line of running text over the columns beside it."""
        self.text(self.row, 0, value, self.book.format(**properties))
        self.row += 1

    def formula(self, row: int, column: int, formula: str, value: float, form: Any) -> None:
        """A formula of our own with the value it has, so that readers that do not calculate show it too."""
        self.worksheet.write_formula(row, column, formula, form, value)


def lines_of(cells: Iterable[tuple[object, str, float]]) -> int:
    """How many lines the wrapped texts of a row take, of (value, format, width of the column); at least 1."""
    return max(
        (-(-_width(str(value)) // int(width - 2)) for value, form, width in cells if form == "wrap" and value),
        default=1,
    )


def _width(text: str) -> int:
    """Characters wide, Chinese ones two."""
    return sum(2 if east_asian_width(each) in "WF" else 1 for each in text)

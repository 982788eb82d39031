"""Text that a spreadsheet would run as a formula, made harmless wherever a table goes to a file."""

from __future__ import annotations

import re

import polars as pl

FORMULA = r"^[=+\-@\t\r]"
A_NUMBER = r"^[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d*)?([eE][+-]?\d+)?%?$"


def safe_name(name: str) -> str:
    """A heading a spreadsheet would run as a formula, with an apostrophe before it."""
    return f"'{name}" if re.match(FORMULA, name) else name


def safe_text(column: pl.Expr) -> pl.Expr:
    """Text a spreadsheet would run as a formula, with an apostrophe before it; numbers stay as they are."""
    runs = column.str.contains(FORMULA) & ~column.str.contains(A_NUMBER)
    return pl.when(runs).then(column.str.replace("^", "'")).otherwise(column)


def safe(text: str) -> str:
    """The same of one text."""
    return f"'{text}" if re.match(FORMULA, text) and not re.match(A_NUMBER, text) else text

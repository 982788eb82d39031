"""The one way a workbook is begun: no name, whatever it begins with, makes a cell a formula, a number or a link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from pathlib import Path


def plain_workbook(target: Path | BinaryIO, **options: object) -> Any:
    """A new workbook of xlsxwriter whose texts stay texts, not-a-numbers become errors of Excel; to be closed."""
    import xlsxwriter

    fixed = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": True,
        "default_date_format": "yyyy-mm-dd",
    }
    return xlsxwriter.Workbook(target, options | fixed)

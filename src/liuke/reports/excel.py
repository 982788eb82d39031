"""The workbook of a run: overview, list, trends, documents, core customers, rules, model, indicators, ledger, notes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from liuke.kernel.errors import Refused
from liuke.kernel.i18n import in_language
from liuke.kernel.workbook import plain_workbook
from liuke.reports import excel_customers, excel_ledger, excel_model, excel_scores, excel_value
from liuke.reports.files import FIX, NOT_WRITTEN, whole_file
from liuke.reports.overview import overview
from liuke.reports.sheet import Book

if TYPE_CHECKING:
    from liuke.reports.context import Run

MANY_ROWS = 20_000  # from here on rows are written through to disk instead of being held


def write_workbook(run: Run, path: Path | str, language: str = "zh") -> Path:
    """Write the workbook in one language; the file appears whole or not at all. Refused where it can't be written."""
    from xlsxwriter.exceptions import XlsxFileError

    target = Path(path)
    context = overview(run, top=0)
    many = len(run.table("customer_now")) > MANY_ROWS
    with in_language(language), whole_file(target) as temporary:
        workbook = plain_workbook(temporary, constant_memory=many)
        workbook.set_properties(
            {"title": f"Liuke {context.as_of}", "subject": context.firm, "comments": context.attribution}
        )
        book = Book(workbook)
        excel_customers.write_overview(book, context)
        excel_customers.write_list(book, context, run)
        excel_customers.write_trends(book, context, run)
        excel_customers.write_documents(book, context, run)
        excel_customers.write_core(book, context, run)
        excel_value.write_value(book, context, run)
        excel_value.write_service(book, context, run)
        excel_value.write_economics(book, context, run)
        excel_scores.write_rules(book, context)
        excel_model.write_model(book, context, run)
        if run.table("family_now").height:
            excel_model.write_families(book, context, run)
        excel_scores.write_indicators(book, context, run)
        excel_ledger.write_ledger(book, context, run)
        excel_scores.write_notes(book, context)
        try:
            workbook.close()
        except XlsxFileError as error:
            raise Refused(NOT_WRITTEN, path=str(target), detail=str(error), fix=FIX) from error
    return target

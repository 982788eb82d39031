"""The workbook of a run: overview, list and views, trends, documents, core, value, causes, rules, model and more."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from liuke.kernel.errors import Refused
from liuke.kernel.i18n import in_language
from liuke.kernel.workbook import plain_workbook
from liuke.reports.contexts.base import Once
from liuke.reports.contexts.workbook import workbook_context
from liuke.reports.files import FIX, NOT_WRITTEN, whole_file
from liuke.reports.renderers.sheet import MANY_ROWS
from liuke.reports.sheet import Book
from liuke.reports.sheets import causes, customers, ledger, overview, scores, value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from liuke.kernel.said import Said
    from liuke.reports.contexts.base import Source
    from liuke.reports.contexts.workbook import Workbook
    from liuke.run.cause_owners import CauseOwned


def write_workbook(
    source: Source,
    path: Path | str,
    language: str = "zh",
    owned: Mapping[str, CauseOwned] | None = None,
    notice: Said | None = None,
) -> Path:
    """Write the workbook in one language; the file appears whole or not at all. Refused where it can't be written.

    Each table of the run is read once. `owned` is who owns each cause today, and `notice` why nobody is named, as
    `run.cause_owners.owners_or_why_not` says it.
    """
    from xlsxwriter.exceptions import XlsxFileError

    target = Path(path)
    with in_language(language), whole_file(target) as temporary:
        context = workbook_context(Once(source), owned or {}, notice)
        many = context.strip.customers > MANY_ROWS
        file = plain_workbook(temporary, constant_memory=many)
        strip = context.strip
        file.set_properties({"title": f"Liuke {strip.as_of}", "subject": strip.firm, "comments": strip.attribution})
        _write(Book(file), context)
        try:
            file.close()
        except XlsxFileError as error:
            raise Refused(NOT_WRITTEN, path=str(target), detail=str(error), fix=FIX) from error
    return target


def _write(book: Book, context: Workbook) -> None:
    overview.write_overview(book, context)
    customers.write_views(book, context)
    customers.write_list(book, context)
    customers.write_trends(book, context)
    customers.write_documents(book, context)
    customers.write_core(book, context)
    value.write_value(book, context)
    value.write_service(book, context)
    value.write_economics(book, context)
    causes.write_causes(book, context)
    causes.write_evidence(book, context)
    causes.write_events(book, context)
    causes.write_salespeople(book, context)
    causes.write_falls(book, context)
    scores.write_rules(book, context)
    scores.write_model(book, context)
    scores.write_warning(book, context)
    if len(context.model.families):
        scores.write_families(book, context)
    scores.write_indicators(book, context)
    ledger.write_ledger(book, context)
    overview.write_notes(book, context)

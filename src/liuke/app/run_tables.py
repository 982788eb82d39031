"""The tables of a run for a program that asks from elsewhere: whose rows it may have, and what a run says of itself.

Rows of customers are those the viewer sees. A table about the whole firm needs the verb `firm` and a viewer who sees
everybody; of the rules' scores anybody may have what the rules are called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from liuke.app.missing import no_table
from liuke.app.run_events import refuse_questions
from liuke.app.seen_source import NAMES, SeenSource
from liuke.kernel.errors import Forbidden, Invalid
from liuke.kernel.i18n import N_
from liuke.reports.contexts.base import DOCUMENTS
from liuke.reports.query import CUSTOMERS, Page, Query

if TYPE_CHECKING:
    from collections.abc import Sequence

    from liuke.app.run_view import RunView
    from liuke.work.people.viewer import Viewer

PLACE = "customer_code"  # where a customer stands in a run: from the largest one knows how many the firm has
ADDED = ("money", "number", "integer")  # types of columns that can be summed
WHOLE_FIRM = N_("This is about the whole firm; your account sees customers, not sums of the firm.")
INNER = ("key", "loads", "sources", "settings", "stages", "versions")  # of the workspace, not of what came out
TOLD_OF = {  # of what a run says of itself, the parts that sentences about single customers need
    "model": ("rung", "fall", "horizon_days", "leavers", "unlike", "reason"),
    "early": ("reason",),
    "family_model": ("rung", "horizon_days", "reason"),
    "value": ("basis", "years", "discount_rate", "answer_scales", "has_contacts", "clv_warnings", "clv_losses",
              "next_year_reason", "clv_reason", "wallet_reason", "slowing_reason", "service_cost_reason"),
    "causes": ("audited",),
    "falls": ("reason",),
}  # fmt: skip
TOLD_PLAIN = (
    "run_id", "as_of", "known_by", "known", "unit", "basis", "measured_at", "firm", "currency", "attribution",
    "first_document_on", "last_document_on", "partial_period", "customers", "listed", "listed_by_view", "left_days",
    "untested", "coverage", "base_rate_reason", "core_measure", "core_reason", "short_history",
)  # fmt: skip


def run_told(view: RunView, me: Viewer) -> dict[str, Any]:
    """What a run says of itself; of the firm as a whole only to who may see that."""
    info = view.info
    if me.sees_whole:
        return {name: value for name, value in info.items() if name not in INNER}
    some = {name: info[name] for name in TOLD_PLAIN if name in info}
    parts = {name: {each: info[name][each] for each in columns if each in info[name]}
             for name, columns in TOLD_OF.items() if info.get(name)}  # fmt: skip
    return some | parts


def table_rows(view: RunView, me: Viewer, query: Query) -> Page:
    """The rows of a query this viewer may have, with the columns of the local reader."""
    _refuse_documents(query.table)
    refuse_questions(query.table, me)
    if not rows_of_customers(view, query.table) and not me.sees_whole:
        if query.table not in NAMES or query.where or query.search or query.sort:
            raise Forbidden(WHOLE_FIRM)
        return _part(SeenSource(view.reader).table(query.table), query)
    found = view.page(query)
    return Page(_unplaced(found.rows, me), found.total, query)


def whole_table(view: RunView, me: Viewer, query: Query) -> Page:
    """A part of a table as the run holds it. Forbidden to who does not see the whole firm."""
    _refuse_documents(query.table)
    refuse_questions(query.table, me)
    if not me.sees_whole:
        raise Forbidden(WHOLE_FIRM)
    return _part(view.table(query.table), query)


def column_facets(view: RunView, me: Viewer, column: str, query: Query) -> pl.DataFrame:
    """value, rows of a column among the rows of a query."""
    _refuse_whole(view, me, query.table)
    return view.facets(column, query)


def column_sums(view: RunView, me: Viewer, query: Query, columns: Sequence[str]) -> pl.DataFrame:
    """One row: `rows`, and the sum of each column over the rows of a query; Invalid for columns without figures."""
    _refuse_whole(view, me, query.table)
    have = [name for name, kind in view.reader.columns(query.table).items() if kind in ADDED]
    if unknown := [name for name in columns if name not in have]:
        raise Invalid(N_("The column {column} can't be summed."), column=unknown[0], have=", ".join(have),
                      fix=N_("Columns with figures are: {have}."))  # fmt: skip
    return pl.DataFrame([view.sums(query, *dict.fromkeys(columns))], infer_schema_length=None)


def table_columns(view: RunView) -> dict[str, dict[str, str]]:
    """The tables of a run one may ask, each with its columns and their types; nothing is loaded for it."""
    shown = [name for name in view.tables if name != DOCUMENTS and _open(view, name)]
    return {name: {column: str(kind) for column, kind in view.made.scan(name).collect_schema().items()}
            for name in shown}  # fmt: skip


def rows_of_customers(view: RunView, table: str) -> bool:
    """Whether the rows of a table are of single customers."""
    if table not in view.tables:
        raise no_table(table, view.tables)
    return table == CUSTOMERS or PLACE in view.made.scan(table).collect_schema()


def _open(view: RunView, table: str) -> bool:
    return view.reader.owners is None or rows_of_customers(view, table)


def _refuse_documents(table: str) -> None:
    if table == DOCUMENTS:
        raise Invalid(N_("Documents are read customer by customer."), code="documents")


def _refuse_whole(view: RunView, me: Viewer, table: str) -> None:
    _refuse_documents(table)
    refuse_questions(table, me)
    if not rows_of_customers(view, table) and not me.sees_whole:
        raise Forbidden(WHOLE_FIRM)


def _unplaced(rows: pl.DataFrame, me: Viewer) -> pl.DataFrame:
    """The same rows; who does not see everybody does not learn how many the firm has."""
    if me.owners is None or PLACE not in rows.columns:
        return rows
    return rows.with_columns(pl.lit(None, rows.schema[PLACE]).alias(PLACE))


def _part(rows: pl.DataFrame, query: Query) -> Page:
    return Page(rows.slice((query.page - 1) * (query.size or 0), query.size), len(rows), query)

"""What only the documents held already bring up: the same ones from elsewhere, a number used again, a part of one.

Each raises NeedsAnswer with the option that decides and what its values mean. `verdict`, `known_document` and
`known_customer` are the load's own tables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.errors import NeedsAnswer
from liuke.kernel.i18n import N_
from liuke.store.sql import parquet

if TYPE_CHECKING:
    import duckdb

    from liuke.store.fact_store import FactStore

ENOUGH = 0.5  # of the new documents: two systems share a number by chance, not half of what they hold
LEAST = 2  # documents
REUSED_AFTER_DAYS = 92  # the same number this much later is another document, not a correction


def refuse_held_elsewhere(store: FactStore, con: duckdb.DuckDBPyConnection, source: str) -> None:
    """Refuse a guessed source of which most new documents stand in another one with equal number, day and amount."""
    new, first, last = con.execute(
        "SELECT count(*), min(date), max(date) FROM verdict WHERE status = 'new'"
    ).fetchall()[0]
    if not new:
        return
    for other in sorted({load.source for load in store.loads("document_line")} - {source}):
        held = parquet(store.paths("document", store.loads("document_line", other)))
        alike, example = con.execute(
            f"""SELECT count(*), min(v.key) FROM verdict v SEMI JOIN (
                  SELECT DISTINCT coalesce(document_id, customer_id) AS name, kind_read, date, amount
                  FROM {held} JOIN known_customer USING (customer_code) WHERE date BETWEEN ? AND ?) AS h
                ON coalesce(v.document_id, v.customer_id) = h.name AND v.kind_read = h.kind_read
                   AND v.date = h.date AND v.amount = h.amount
                WHERE status = 'new'""",
            [first, last],
        ).fetchall()[0]
        if alike >= LEAST and alike >= ENOUGH * new:
            raise NeedsAnswer(
                N_("{count} of its {new} documents were loaded before, from the source {other}, for example {number}."),
                fix=N_("The same export again: --source {other}. Other documents: --source {source}."),
                decides="source",
                choices=((other, N_("the same export again")), (source, N_("other documents"))),
                count=alike,
                new=new,
                other=other,
                number=example,
                source=source,
            )


def refuse_reused_numbers(con: duckdb.DuckDBPyConnection, source: str) -> None:
    """Refuse a document number that was used before, over a quarter of a year apart."""
    row = con.execute(
        f"""SELECT count(*) OVER (), document_id, old_date, old_customer_id, date, customer_id FROM verdict
            WHERE status IN ('corrected', 'part') AND document_id IS NOT NULL
              AND abs(date - old_date) > {REUSED_AFTER_DAYS} ORDER BY document_id LIMIT 1"""
    ).fetchone()
    if row:
        raise NeedsAnswer(
            N_(
                "{count} document numbers of {source} were used before, over a quarter of a year apart, for example"
                " {number}: {old_date} ({old_customer}) and now {date} ({customer}). A new document or a correction?"
            ),
            count=row[0],
            source=source,
            number=row[1],
            old_date=row[2],
            old_customer=row[3],
            date=row[4],
            customer=row[5],
            fix=N_(
                "Numbers start again each year: --document-key document_id+year."
                " Corrections: --document-key document_id."
            ),
            decides="document_key",
            choices=(
                ("document_id+year", N_("numbers start again each year")),
                ("document_id", N_("these are corrections")),
            ),
        )


def refuse_part(con: duckdb.DuckDBPyConnection, count: int) -> None:
    """Refuse documents that have fewer lines than are held of them."""
    number, lines, known = con.execute(
        """SELECT v.document_id, v.lines, k.lines FROM verdict v JOIN known_document k USING (key, kind_read)
           WHERE status = 'part' ORDER BY v.document_id LIMIT 1"""
    ).fetchall()[0]
    raise NeedsAnswer(
        N_(
            "{count} documents have fewer lines here than we hold, for example {number}: {lines} instead of"
            " {known}. Is the file a part, or were lines taken off?"
        ),
        count=count,
        number=number,
        lines=lines,
        known=known,
        fix=N_("A part: --part keep (what we hold stays). Taken off: --part replace."),
        decides="part",
        choices=(("keep", N_("a part: what we hold stays")), ("replace", N_("lines were taken off"))),
    )

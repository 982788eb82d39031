"""What only the documents held already bring up: the same ones from elsewhere, a part of one.

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


def refuse_withdrawn(con: duckdb.DuckDBPyConnection, numbers: list[str]) -> None:
    """Refuse a file that calls documents cancelled which are held and count: set aside, they would go on counting."""
    if not numbers:
        return
    count, example = con.execute(
        """SELECT count(DISTINCT document_id), min(document_id) FROM known_document ANTI JOIN incoming_document
           USING (document_id) WHERE list_contains(?, document_id)""",
        [numbers],
    ).fetchall()[0]
    if not count:
        return
    raise NeedsAnswer(
        N_(
            "{count} documents that are cancelled in this file were loaded before and count, for example {number}. Set"
            " aside here, they would go on counting."
        ),
        fix=N_(
            "To take them out: undo the loads that hold them (liuke loads, liuke unload) and load the whole file again."
            " To leave them as they were loaded: --part keep."
        ),
        count=count,
        number=example,
        decides="part",
        choices=(("keep", N_("what was loaded of them goes on counting")),),
    )

"""Corrections that may be none: a number held already comes again for another customer, day and content.

Either the file proves that its numbers begin anew (in months nothing was held of, most of the old numbers, hardly one
of them what it was), or somebody is asked. `verdict`, `incoming_document`, `incoming_line` and `known_document` are the
load's tables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.errors import NeedsAnswer
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.store.document_keys import REPEAT, REUSED_AFTER_DAYS, key_of, span_of
from liuke.store.sql import parquet

if TYPE_CHECKING:
    import duckdb

    from liuke.store.fact_store import FactStore, Load

SHIFTED_DAYS = 7  # a correction may move a document of one customer this far
LEAST_PROOF = 3  # numbers that come again before they prove anything
LINE = "md5_number_lower(concat_ws('|', coalesce(product_id, ''), coalesce(quantity::VARCHAR, ''), amount))"
MEANING = {
    "month": N_("numbers start again each month"),
    "year": N_("numbers start again each year"),
    "customer_id": N_("each customer has numbers of its own"),
    "customer_id+month": N_("numbers start again each month, and customers share them"),
}
CORRECTIONS = N_("these are corrections")
OTHER_MONTH = "date_trunc('month', date) <> date_trunc('month', old_date)"


def find_doubtful(store: FactStore, con: duckdb.DuckDBPyConnection, earlier: list[Load]) -> int:
    """Table `doubtful`: replaced documents that share too little with what replaces them; how many there are.

    Doubtful is the same number over a quarter of a year apart, in another month for another customer or with no line
    in common, and within a month for another customer, on another day and with no line in common.
    """
    con.execute(
        f"""CREATE OR REPLACE TABLE moved AS SELECT key, kind_read, old_code, date, old_date, old_last_date,
              customer_id <> old_customer_id AS stranger, {OTHER_MONTH} AS other_month,
              abs(date - old_date) > {REUSED_AFTER_DAYS} AS far
            FROM verdict
            WHERE status IN ('corrected', 'part') AND document_id IS NOT NULL AND date <> old_date
              AND (customer_id <> old_customer_id OR abs(date - old_date) > {SHIFTED_DAYS})"""
    )
    months = con.execute(
        """SELECT DISTINCT strftime(unnest(
             generate_series(date_trunc('month', old_date), old_last_date, INTERVAL 1 MONTH)), '%Y-%m') FROM moved"""
    ).fetchall()
    if not months:
        con.execute("CREATE OR REPLACE TABLE doubtful AS FROM moved WHERE false")
        return 0
    held = parquet(store.month_paths("document_line", sorted(month for (month,) in months), earlier))
    con.execute(
        f"""CREATE OR REPLACE TABLE doubtful AS
            WITH kept AS (
              SELECT DISTINCT key, kind_read FROM (
                SELECT key, kind_read, {LINE} AS line FROM incoming_line SEMI JOIN moved USING (key, kind_read)) AS came
              JOIN moved USING (key, kind_read)
              JOIN (SELECT document_code, {LINE} AS line FROM {held}) AS had
                ON had.document_code = moved.old_code AND had.line = came.line)
            SELECT * FROM moved LEFT JOIN (SELECT *, true AS alike FROM kept) USING (key, kind_read)
            WHERE far OR (other_month AND (stranger OR alike IS NULL))
              OR (NOT other_month AND stranger AND alike IS NULL)"""
    )
    return int(con.execute("SELECT count(*) FROM doubtful").fetchall()[0][0])


def begun_anew(con: duckdb.DuckDBPyConnection, key: str) -> str | None:
    """The longer key that doubtful documents prove: most numbers of a month held come again in months without any."""
    if span_of(key) == "month":
        return None
    numbers, again, years, fresh, months = con.execute(
        f"""WITH came AS (SELECT document_id, kind_read, date FROM incoming_document WHERE document_id IS NOT NULL),
             had AS (SELECT document_id, kind_read, date FROM known_document WHERE document_id IS NOT NULL),
             held AS (SELECT date_trunc('month', date) AS month, count(*) AS numbers FROM had GROUP BY ALL),
             other AS (SELECT document_id, kind_read, bool_and(year(date) <> year(old_date)) AS years,
                              bool_and(date_trunc('month', date) NOT IN (SELECT month FROM held)) AS fresh
                       FROM (SELECT came.*, had.date AS old_date FROM came JOIN had USING (document_id, kind_read))
                       GROUP BY ALL HAVING bool_and({OTHER_MONTH}))
           SELECT least((SELECT count(*) FROM came), (SELECT max(numbers) FROM held)), (SELECT count(*) FROM other),
                  (SELECT bool_and(years) FROM other), (SELECT bool_and(fresh) FROM other),
                  greatest((SELECT count(DISTINCT date_trunc('month', date)) FROM came),
                           (SELECT max(n) FROM (SELECT count(*) AS n FROM held GROUP BY year(month))))"""
    ).fetchall()[0]
    kept = con.execute(
        f"""SELECT count(*) FROM verdict ANTI JOIN doubtful USING (key, kind_read)
            WHERE status IN ('corrected', 'part') AND document_id IS NOT NULL AND {OTHER_MONTH}"""
    ).fetchall()[0][0]
    doubtful = con.execute("SELECT count(*) FROM doubtful WHERE other_month").fetchall()[0][0]
    if not fresh or again < LEAST_PROOF or again < REPEAT * numbers or 2 * kept > doubtful:
        return None
    span = "year" if years and months > 1 and span_of(key) is None else "month"
    return key_of(customer="customer_id" in key, span=span)


def refuse_doubtful(con: duckdb.DuckDBPyConnection, source: str, key: str) -> None:
    """Ask whether documents of which nothing stayed are new ones or corrections; each way with the key that says so."""
    count, every = con.execute(
        """SELECT count(*), {'month': bool_and(other_month), 'year': bool_and(year(date) <> year(old_date)),
                             'customer_id': bool_and(stranger)} FROM doubtful"""
    ).fetchall()[0]
    number, old_date, old_customer, day, customer = con.execute(
        """SELECT document_id, v.old_date, v.old_customer_id, v.date, v.customer_id
           FROM verdict v SEMI JOIN doubtful USING (key, kind_read) ORDER BY document_id, v.date LIMIT 1"""
    ).fetchall()[0]
    apart = [what for what in ("year", "month", "customer_id") if every[what] and what not in key]
    ways = [(_with(key, what), MEANING[what]) for what in apart]
    if not ways:
        ways = [("document_id+customer_id+month", MEANING["customer_id+month"])]
    choices = (*ways, (key, CORRECTIONS))
    raise NeedsAnswer(
        N_(
            "{count} document numbers of {source} were used before, of which hardly anything stayed, for example"
            " {number}: {old_date} ({old_customer}) and now {date} ({customer}). New documents or corrections?"
        ),
        count=count,
        source=source,
        number=number,
        old_date=old_date,
        old_customer=old_customer,
        date=day,
        customer=customer,
        ways=tuple(
            Said(N_("{means}: --document-key {key}"), {"means": Said(means), "key": name}) for name, means in choices
        ),
        fix=N_("Say which: {ways}"),
        decides="document_key",
        choices=choices,
    )


def _with(key: str, what: str) -> str:
    """A key that counts in one thing more; a month takes the place of a year."""
    customer = "customer_id" in key or what == "customer_id"
    return key_of(customer=customer, span=span_of(key) if what == "customer_id" else what)

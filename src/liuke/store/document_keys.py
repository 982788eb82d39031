"""What makes a number one document: its span, found in the numbers themselves.

A number means one document within its source and kind, and within what it is counted anew in: a customer, a year, a
month. A span is taken only where numbers prove to repeat in it: half of the numbers of one month stand again in the
next one, on other days and mostly for other customers. One number that comes twice proves nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.errors import Usage
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said

if TYPE_CHECKING:
    import duckdb

MONTH = "strftime(date, '%Y-%m')"
KEYS = {
    "document_id": "document_id",
    "document_id+customer_id": "document_id || '|' || customer_id",
    "document_id+year": "document_id || '|' || year(date)",
    "document_id+customer_id+year": "document_id || '|' || customer_id || '|' || year(date)",
    "document_id+month": f"document_id || '|' || {MONTH}",
    "document_id+customer_id+month": f"document_id || '|' || customer_id || '|' || {MONTH}",
}
SPANS = {"month": MONTH, "year": "year(date)"}
SAYS = {
    "customer_id": N_("Customers share document numbers: a document is its number and its customer ({key})."),
    "year": N_("Document numbers begin anew each year: a document is its number within a year ({key})."),
    "month": N_("Document numbers begin anew each month: a document is its number within a month ({key})."),
    "customer_id+year": N_(
        "Customers share document numbers, which begin anew each year: a document is its number, customer and year"
        " ({key})."
    ),
    "customer_id+month": N_(
        "Customers share document numbers, which begin anew each month: a document is its number, customer and month"
        " ({key})."
    ),
}
REUSED_AFTER_DAYS = 92  # the same number this much later is another document, not a correction
REPEAT = 0.5  # of the numbers of a month that stand in the next one too: they begin anew
REPEAT_ALONE = 0.8  # the same, where they stand there for the same customers
LEAST_REPEATED = 2  # numbers
TORN = 0.05  # of the numbers of one span may belong to two customers by mistake


def checked_key(asked: str) -> str:
    """A key as it was asked for; Usage with those there are."""
    if asked not in KEYS:
        raise Usage(
            N_("{key} can't be a document's key."),
            key=asked,
            have=", ".join(KEYS),
            fix=N_("Choose auto or one of: {have}."),
        )
    return asked


def key_of(*, customer: bool, span: str | None) -> str:
    """The name of a key."""
    return "+".join(["document_id", *(["customer_id"] if customer else []), *([span] if span else [])])


def span_of(key: str) -> str | None:
    """The span a key counts in, if any."""
    return next((span for span in SPANS if key.endswith(f"+{span}")), None)


def key_said(key: str) -> Said | None:
    """What a key says of a firm's numbers; nothing of one that takes every number for one document."""
    said = SAYS.get(key.removeprefix("document_id").lstrip("+"))
    return None if said is None else Said(said, {"key": key})


def find_key(con: duckdb.DuckDBPyConnection) -> str:
    """The shortest key under which a number means one document: one customer, within a quarter of a year.

    Where numbers prove to begin anew each month or year, a key with that span.
    """
    shared, crossing = _shared(con, KEYS["document_id"])
    found = restarted(con) if crossing >= LEAST_REPEATED else None
    if found is not None:
        return found
    if not shared:
        return "document_id"
    for name in ("document_id+customer_id", "document_id+year"):
        if not _shared(con, KEYS[name])[0]:
            return name
    return "document_id+customer_id+year"


def _shared(con: duckdb.DuckDBPyConnection, expression: str) -> tuple[int, int]:
    """How many documents of a key would be several, and how many numbers stand in more than one month."""
    shared, crossing = con.execute(
        f"""SELECT count(*) FILTER (one <> other OR last - first > {REUSED_AFTER_DAYS}),
                   count(*) FILTER (date_trunc('month', first) <> date_trunc('month', last))
            FROM (SELECT min(customer_id) AS one, max(customer_id) AS other, min(date) AS first, max(date) AS last
                  FROM incoming WHERE document_id IS NOT NULL GROUP BY kind, {expression})"""
    ).fetchall()[0]
    return int(shared), int(crossing)


def restarted(con: duckdb.DuckDBPyConnection) -> str | None:
    """The key with the span in which the file's own numbers begin anew; None where they do not prove to.

    First numbers of the whole source are looked at, then numbers of each customer.
    """
    for customer in (False, True):
        base = KEYS[key_of(customer=customer, span=None)]
        for span, expression in SPANS.items():
            several = _several_customers(con, base, expression)
            if several <= TORN and _repeat(con, base, expression):
                return key_of(customer=customer or several > 0, span=span)
    return None


def _several_customers(con: duckdb.DuckDBPyConnection, base: str, span: str) -> float:
    """Share of the documents of a key that would belong to more than one customer."""
    several, documents = con.execute(
        f"""SELECT count(*) FILTER (one <> other), count(*)
            FROM (SELECT min(customer_id) AS one, max(customer_id) AS other
                  FROM incoming WHERE document_id IS NOT NULL GROUP BY kind, {base}, {span})"""
    ).fetchall()[0]
    return float(several / documents) if documents else 0.0


def _repeat(con: duckdb.DuckDBPyConnection, base: str, span: str) -> bool:
    """Whether the numbers of one span stand again in the next: enough of the smaller one's, enough for others."""
    repeated, strangers, possible = con.execute(
        f"""WITH number AS (SELECT kind, {base} AS number, {span} AS span, min(customer_id) AS customer
                            FROM incoming WHERE document_id IS NOT NULL GROUP BY ALL),
                 held AS (SELECT kind, span, count(*) AS numbers, lag(span) OVER own AS before,
                                 lag(count(*)) OVER own AS numbers_before
                          FROM number GROUP BY kind, span WINDOW own AS (PARTITION BY kind ORDER BY span)),
                 again AS (SELECT one.customer AS one, other.customer AS other
                           FROM number one JOIN held USING (kind, span)
                             JOIN number other ON other.kind = one.kind AND other.number = one.number
                               AND other.span = held.before)
            SELECT (SELECT count(*) FROM again), (SELECT count(*) FROM again WHERE one <> other),
                   (SELECT sum(least(numbers, numbers_before)) FROM held WHERE before IS NOT NULL)"""
    ).fetchall()[0]
    if repeated < LEAST_REPEATED:
        return False
    rate = repeated / int(possible)
    return bool(rate >= REPEAT_ALONE or (rate >= REPEAT and 2 * strangers >= repeated))

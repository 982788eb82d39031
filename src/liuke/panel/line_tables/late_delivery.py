"""Deliveries later than promised, or due and not there, one row a document and day it was due."""

from __future__ import annotations

import polars as pl

from liuke.kernel.kinds import CODE

NEEDS = ("due_on",)
KINDS = ("order", "delivery", "invoice")
SCHEMA = {
    "customer_id": pl.String,
    "day": pl.Date,  # the first day on which it was late
    "known_on": pl.Date,
    "until": pl.Date,  # when the document was replaced
    "share": pl.Float64,  # of the document's lines due by then
    "document": pl.String,
}
GRACE_DAYS = 2  # so few days late are forgiven
SETTLED_DAYS = 60  # after so many days late a line that has come says so


def query(_basis: int) -> str:
    """Of the kind of document that tells most deliveries: others would tell of the same again.

    A delivery came on the day it says, else on its own. What no day is said of has not come, up to the last day its
    load speaks of, where most of what was due long ago says when it came.
    """
    return f"""
    WITH due AS (
      SELECT *, due_on + {GRACE_DAYS + 1} AS late_on,
             CASE WHEN kind = {CODE["delivery"]} THEN coalesce(delivered_on, date) ELSE delivered_on END AS came_on
      FROM line WHERE kind IN ({CODE["order"]}, {CODE["delivery"]}, {CODE["invoice"]})
        AND due_on IS NOT NULL AND (says_delivered_on OR kind = {CODE["delivery"]})
        AND (due_on >= date OR kind = {CODE["delivery"]})),
    counted AS (
      SELECT kind, count(came_on) AS told,
             count(came_on) FILTER (due_on < told_until - {SETTLED_DAYS})
               > .5 * count(*) FILTER (due_on < told_until - {SETTLED_DAYS}) AS says
      FROM due GROUP BY 1),
    chosen AS (SELECT kind, says FROM counted WHERE told > 0 ORDER BY told DESC, kind LIMIT 1),
    each AS (
      SELECT customer_code, document_code, late_on AS day, superseded_on AS until,
             greatest(late_on, recorded_on) AS known_on, count(*) AS lines,
             count(*) FILTER (came_on >= late_on OR (came_on IS NULL AND says AND late_on <= told_until)) AS late
      FROM due JOIN chosen USING (kind) GROUP BY ALL),
    shared AS (
      SELECT *, late / sum(lines) OVER (PARTITION BY document_code, customer_code ORDER BY known_on) AS share
      FROM each)
    SELECT customer_code, day::DATE AS day, known_on::DATE AS known_on, until, share, document_code
    FROM shared WHERE late > 0 AND (until IS NULL OR until > known_on)"""

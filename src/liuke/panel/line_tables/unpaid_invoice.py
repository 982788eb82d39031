"""Invoices unpaid for long, one row an invoice, from the day on which that was so."""

from __future__ import annotations

import polars as pl

from liuke.kernel.kinds import CODE

NEEDS = ("paid_on",)
KINDS = ("invoice",)
SCHEMA = {
    "customer_id": pl.String,
    "day": pl.Date,
    "known_on": pl.Date,
    "until": pl.Date,  # when it was paid, replaced, or nobody has told of it for long
    "document": pl.String,
}
LATE_DAYS = 75  # after the invoice
OVERDUE_DAYS = 45  # after a day it was due, where one is said
SETTLED_DAYS = 180  # an invoice so old has mostly been paid
SILENT_DAYS = 92  # after its load's last day an invoice that has not been paid is no news any more


def query(_basis: int) -> str:
    """An invoice that says not when it was paid is unpaid up to the last day its load speaks of, and a while after.

    Only where most old invoices say when they were paid. Lines entered later to an invoice change nothing of it.
    """
    return f"""
    WITH invoice AS (
      SELECT customer_code, document_code, recorded_on, superseded_on, told_until, min(date) AS date,
             greatest(min(date) + {LATE_DAYS}, coalesce(max(due_on) + {OVERDUE_DAYS}, min(date))) AS late_on,
             CASE WHEN count(paid_on) = count(*) THEN max(paid_on) END AS paid_on
      FROM line WHERE kind = {CODE["invoice"]} AND says_paid_on GROUP BY 1, 2, 3, 4, 5 HAVING sum(amount) > 0
      QUALIFY row_number() OVER (PARTITION BY document_code ORDER BY recorded_on) = 1),
    counted AS (
      SELECT count(paid_on) > .5 * count(*) AS says FROM invoice WHERE date < told_until - {SETTLED_DAYS}),
    late AS (
      SELECT customer_code, document_code, late_on AS day, greatest(late_on, recorded_on) AS known_on,
             least(coalesce(paid_on, told_until + {SILENT_DAYS}), superseded_on) AS until
      FROM invoice, counted WHERE paid_on > late_on OR (paid_on IS NULL AND says AND late_on <= told_until))
    SELECT customer_code, day::DATE AS day, known_on::DATE AS known_on, until::DATE AS until, document_code
    FROM late WHERE until > known_on"""

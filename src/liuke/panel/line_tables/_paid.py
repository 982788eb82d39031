"""What customers paid for products they buy again: a relation the tables of prices stand on, worked out once."""

from __future__ import annotations

ENTERED_DAYS = 31  # lines entered later after their month's end than this say nothing of prices


def paid(basis: int) -> str:
    """By customer, product and month what was known so many days after it, of products bought in another month, too.

    customer_code, product (a number), month (a number), day (of the last purchase), known_on (not before the month's
    end: only then is it whole), document_code (the last), channel, money, quantity, priced and listed (money of lines
    with a list price, and what the list asks), again (bought in an earlier month, too). A product bought in one month
    alone is left out: most are, and none of them can be compared. So nobody may look at the first month of the others:
    whether it is here hangs on what came.
    """
    cut = f"last_day(date) + {ENTERED_DAYS}"
    month = "(year(date) * 12 + month(date) - 1)::INTEGER"
    counted = f"""kind = {basis} AND amount > 0 AND quantity > 0 AND product_id IS NOT NULL
        AND recorded_on <= {cut} AND (superseded_on IS NULL OR superseded_on > {cut})"""
    return f"""
    WITH again AS (
      SELECT customer_code, hash(product_id) AS product, min({month}) AS first_month FROM line WHERE {counted}
      GROUP BY 1, 2 HAVING max({month}) > min({month}))
    SELECT customer_code, product, {month} AS month, max(date) AS day,
           max(greatest(recorded_on, last_day(date))) AS known_on,
           arg_max(document_code, (date, document_code)) AS document_code,
           arg_max(coalesce(channel, ''), (date, document_code)) AS channel,
           sum(amount::DOUBLE) AS money, sum(quantity::DOUBLE) AS quantity,
           coalesce(sum(amount::DOUBLE) FILTER (list_price > 0), 0) AS priced,
           coalesce(sum(list_price::DOUBLE * quantity::DOUBLE), 0) AS listed, month > any_value(first_month) AS again
    FROM (SELECT *, hash(product_id) AS product FROM line WHERE {counted})
      JOIN again USING (customer_code, product)
    GROUP BY 1, 2, 3"""

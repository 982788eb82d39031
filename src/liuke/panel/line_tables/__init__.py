"""What exposures read of document lines: one small table a file, told by one query, so that no kind scans all lines.

A file holds `NEEDS` (columns of lines without which it tells nothing), `KINDS` (documents that tell it; empty: those
the list stands on), `SCHEMA` (what its query yields) and `query(basis)`: DuckDB's SQL over

    line        lines known when the run's knowledge ends, of loads that fill all of NEEDS: customer_code (the one it is
                counted under), document_code, kind (a number), line_no, date, amount, quantity, list_price, product_id,
                due_on, delivered_on, paid_on (null where that day was still to come), recorded_on, superseded_on (null
                where that was still to come), told_until (the last day its load speaks of)
    product     product_id, discontinued_on, replaced_by and known_on, the day from which that was known; all its rows
                say when they were discontinued
    customer    customer_code, tier

Lines of documents replaced since are among them: they were what was known until `superseded_on`. SCHEMA has
`customer_id` and `document`, where the query yields `customer_code` and `document_code`.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from liuke.kernel.registry import modules_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType


@cache
def line_tables() -> Mapping[str, ModuleType]:
    """Every table told by document lines, by name, in alphabetical order."""
    return modules_in("liuke.panel.line_tables")

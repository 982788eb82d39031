"""What exposures read of document lines: one small table a file, told by one query, so that no kind scans all lines.

A file holds `NEEDS` (columns of lines without which it tells nothing), `KINDS` (documents that tell it; empty: those
the list stands on), `SCHEMA` (what its query yields) and `query(basis)`: DuckDB's SQL over

    line        lines known when the run's knowledge ends: customer_code (the one it is counted under), document_code,
                kind (a number), date, amount, quantity, list_price, product_id, channel, site, due_on, delivered_on and
                paid_on (null where that day was still to come), says_delivered_on and says_paid_on (whether its load
                fills such days at all), recorded_on, superseded_on (null where that was still to come), told_until (the
                last day its load speaks of)
    product     product_id, discontinued_on, replaced_by and known_on, the day from which that was known; all its rows
                say when they were discontinued
    customer    customer_code, tier, region, industry, place (in the channel: `panel.tiers`)

and, where it says so with `STANDS_ON`, the relation of that name (`_paid`, `_bought`), and with `BESIDE` one that
other tables tell (`panel.beside_lines`), without which it tells nothing, unless there are documents of its `OR_KINDS`.
One that needs lines of so many days before it can tell anything says so with `TELLS_AFTER_DAYS`.

Lines of documents replaced since are among them: they were what was known until `superseded_on`. SCHEMA has
`customer_id` and `document`, where the query yields `customer_code` and `document_code`.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from liuke.kernel.registry import modules_in
from liuke.panel.line_tables._bought import bought
from liuke.panel.line_tables._paid import paid

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType


STOOD_ON = {
    "paid": paid,
    "bought": bought,
}  # relations that are worked out once for all the tables that say they stand on them


@cache
def line_tables() -> Mapping[str, ModuleType]:
    """Every table told by document lines, by name, in alphabetical order."""
    return modules_in("liuke.panel.line_tables")

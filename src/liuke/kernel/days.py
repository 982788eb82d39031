"""Days as people type them."""

from __future__ import annotations

from datetime import date

from liuke.kernel.errors import Usage
from liuke.kernel.i18n import N_

FIRST, LAST = date(1900, 1, 1), date(2199, 12, 31)  # documents of business lie between; sums of days stay days


def day(given: str | date) -> date:
    """The day written as 2026-10-31; Usage for anything else, and for a day no document can bear."""
    try:
        found = date.fromisoformat(given) if isinstance(given, str) else given
    except ValueError:
        raise Usage(N_("{found} is not a day such as 2026-10-31."), found=given) from None
    if not FIRST <= found <= LAST:
        raise Usage(N_("{found} lies outside of {first} to {last}."), found=found, first=FIRST, last=LAST)
    return found

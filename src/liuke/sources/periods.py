"""Names of columns that are months, quarters, weeks or days: a table with them stands on its side."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from liuke.sources.table import RawTable

FEWEST = 3  # columns of periods before a table is one of them
MONTH = (
    r"(jan(uary|uar|vier|v)?|enero|ene|feb(ruary|ruar|rero)?|f[ée]v(rier|r)?|mar(ch|s|zo)?|märz|mrz|apr(il)?|avr(il)?|abr(il)?|"
    r"ma[iy]|mayo|jun[ie]?|juin|junio|jul[iy]?|juil(let)?|julio|aug(ust)?|ao[uû]t|ago(sto)?|sept?(ember|embre|iembre)?|"
    r"o[ck]t(ober|obre|ubre)?|nov(ember|embre|iembre)?|de[cz](ember)?|d[ée]c(embre)?|dic(iembre)?)"
)
YEAR = r"((19|20)\d\d|'?\d\d)"
PERIOD = re.compile(
    rf"(19|20)\d\d|(19|20)\d\d\s*[-/.年]\s*(0?[1-9]|1[0-2])(\s*月份?)?|(0?[1-9]|1[0-2])[-/.](19|20)\d\d|(0?[1-9]|1[0-2])\s*月份?"
    rf"|[一二三四五六七八九十]{{1,2}}月份?|{MONTH}\.?([-/\s]*{YEAR})?|{YEAR}[-/\s]*{MONTH}"
    rf"|(19|20)\d\d\s*年?\s*[-/]?\s*(q[1-4]|第?[一二三四1-4]季度?)|(q[1-4]|[一二三四]季度|第[一二三四]季度)([-/\s]*(19|20)\d\d)?"
    rf"|(w|kw|week)\s*\d{{1,2}}([-/\s]*(19|20)\d\d)?|(19|20)\d\d[-\s]*w\d{{1,2}}"
    rf"|(19|20)\d\d[-/.]\d{{1,2}}[-/.]\d{{1,2}}([ T]00:00(:00)?)?|(19|20)(\d\d)(0[1-9]|1[0-2])"
)


def is_period(text: str) -> bool:
    """Whether a text is a month, quarter, week, year or day and nothing else."""
    return PERIOD.fullmatch(unicodedata.normalize("NFKC", text).strip().casefold()) is not None


def are_periods(cells: Sequence[str]) -> bool:
    """Whether cells are periods, three or more and no two alike."""
    return len(cells) >= FEWEST and len(set(cells)) == len(cells) and all(map(is_period, cells))


def refuse_periods_across(table: RawTable) -> None:
    """Refuse a table in which months, or other periods, stand across: it has no day of a document."""
    across = [name for name in table.columns if is_period(name)]
    if len(across) < FEWEST:
        return
    raise Invalid(
        N_("In {file} months or other periods stand across, in the columns {names}: no row has a day of its own."),
        fix=N_("Export the rows behind this table, one a document or a line with its day, and load those."),
        file=table.place,
        names=", ".join([*across[:3], "…", across[-1]] if len(across) > 4 else across),
    )

"""Documents that a file sets aside as cancelled: what was loaded of them before would go on counting."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.sources import lexicon
from liuke.sources.cell_text import clean_text

if TYPE_CHECKING:
    from liuke.sources.mapping import Mapping


def withdrawn_in(bad: pl.DataFrame, mapping: Mapping) -> set[str]:
    """The numbers of documents whose unusable rows say that they are cancelled, refunded or no sale any more."""
    header = mapping.header("document_id")
    if header is None or header not in bad.columns or bad.is_empty():
        return set()
    gone = bad["reason_code"] == "cancelled"
    for column in mapping.words.keys() & set(bad.columns):
        words = clean_text(bad[column])
        ended = [word for word in words.drop_nulls().unique().to_list() if _ended(word)]
        gone = gone | ((bad["reason_code"] == "set_aside") & words.is_in(ended).fill_null(value=False))
    return set(clean_text(bad.filter(gone)[header]).drop_nulls().to_list())


def _ended(word: str) -> bool:
    return lexicon.meaning_of("statuses", word) in ("aside", "refunded")

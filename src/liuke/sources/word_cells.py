"""What the words of a batch say its rows are, by the meanings a mapping gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from liuke.kernel.kinds import KINDS
from liuke.sources import cell_text
from liuke.sources.mapping import ABOVE, ANY, BLANK

if TYPE_CHECKING:
    from liuke.sources.mapping import Mapping


class WordReading(NamedTuple):
    """By header the rows its word sets aside; the kind of each row (null where no word says); rows with a minus."""

    aside: dict[str, pl.Series]
    kind: pl.Series
    minus: pl.Series


def read_words(batch: pl.DataFrame, mapping: Mapping) -> WordReading:
    """What words say of each row: any that sets a row aside does, a return goes before other kinds."""
    aside: dict[str, pl.Series] = {}
    kind = pl.Series("kind", [None], dtype=pl.String).new_from_index(0, batch.height)
    minus = pl.Series("minus", [False]).new_from_index(0, batch.height)
    for header, words in mapping.words.items():
        if header not in batch.columns:
            continue
        meaning = meanings(words_of(batch, header, mapping), words)
        off = (meaning == "aside").fill_null(value=False)
        if bool(off.any()):
            aside[header] = off
        minus = minus ^ (meaning == "minus").fill_null(value=False)
        said = meaning.is_in(list(KINDS)).fill_null(value=False)
        if bool(said.any()):
            kind = meaning.zip_with(said & (kind.is_null() | (meaning == "return")), kind)
    return WordReading(aside, kind.alias("kind"), minus)


def words_of(batch: pl.DataFrame, header: str, mapping: Mapping) -> pl.Series:
    """The words of a column; where the mapping says so, a blank below a document's first line is that line's word."""
    text = cell_text.clean_text(batch[header])
    document = mapping.header("document_id")
    if mapping.words.get(header, {}).get(BLANK) != ABOVE or document is None:
        return text
    number = cell_text.clean_text(batch[document])
    lines = pl.DataFrame({"document": number.rle_id(), "word": text, "number": number})
    above = lines.select(pl.col("word").forward_fill().over("document")).to_series()
    return above.zip_with(number.is_not_null(), text)


def meanings(text: pl.Series, words: dict[str, str]) -> pl.Series:
    """The meaning of each word of a column, null where a cell is blank or its word has none."""
    told = {word.casefold(): meaning for word, meaning in words.items() if word != BLANK}
    known = {word: told.get(word.casefold(), told.get(ANY)) for word in text.drop_nulls().unique().to_list()}
    return text.replace_strict(known, default=None, return_dtype=pl.String) if known else text


def holds(column: pl.Series, words: dict[str, str]) -> pl.Series:
    """Whether the mapping has a meaning for each cell's word."""
    return meanings(cell_text.clean_text(column), words).is_not_null()

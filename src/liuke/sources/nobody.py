"""Codes that stand for customers nobody knows: set aside, or told apart by an e-mail, a phone or a name beside them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.sources import lexicon
from liuke.sources.cell_text import clean_code, clean_text
from liuke.sources.headers import name_score
from liuke.sources.word_cells import meanings

if TYPE_CHECKING:
    import collections.abc

    from liuke.sources.mapping import Mapping
    from liuke.sources.profile import Profile

MANY = 2
OUTSTANDING = 5  # times the rows of a usual customer


def nobody_in(mapping: Mapping, looks: collections.abc.Mapping[str, Profile], sample: pl.DataFrame) -> Mapping:
    """The mapping with the words of the customer column that are no customer, and what tells those apart."""
    header = mapping.header("customer_id")
    if header is None or header not in sample.columns:
        return mapping
    codes = clean_code(sample[header])
    told_by = _telling(mapping, looks, sample, header)
    found = [code for code in codes.drop_nulls().unique(maintain_order=True) if _is_nobody(code)]
    found = [code for code in found if not _is_number(code) or _names_behind(code, codes, sample, told_by)]
    if not found or len(found) == codes.drop_nulls().n_unique():
        return mapping
    mapping = mapping.with_words(header, dict.fromkeys(found, "aside"))
    theirs = codes.is_in(found)
    for other in told_by:
        values = clean_text(sample[other]).filter(theirs.fill_null(value=False)).drop_nulls()
        real = [value for value in values.unique().to_list() if not _is_nobody(value)]
        if len(real) >= MANY and values.len() * 2 > int(theirs.sum()):
            return replace(mapping, guests=other)
    return mapping


def said_of_nobody(mapping: Mapping) -> list[Said]:
    """What is said at every load of codes that are no customer."""
    header = mapping.header("customer_id") or ""
    words = [word for word, meaning in mapping.words.get(header, {}).items() if meaning == "aside" and word]
    if not words:
        return []
    told: dict[str, object] = {"words": ", ".join(words), "header": header, "guests": mapping.guests}
    if mapping.guests:
        said = N_("{words} in {header} stands for many customers: {guests} tells them apart.")
        return [Said(said, told)]
    return [Said(N_("{words} in {header} is no customer: those rows are set aside."), told)]


def identified(batch: pl.DataFrame, mapping: Mapping) -> pl.DataFrame:
    """The batch with customers nobody knows under what tells them apart, where that is filled."""
    header = mapping.header("customer_id")
    if mapping.guests is None or header is None or mapping.guests not in batch.columns or header not in batch.columns:
        return batch
    code = clean_code(batch[header])
    nobody = (meanings(code, mapping.words.get(header, {})) == "aside").fill_null(value=False)
    instead = clean_text(batch[mapping.guests]).str.to_lowercase()
    return batch.with_columns(instead.zip_with(nobody & instead.is_not_null(), code).alias(header))


def _telling(
    mapping: Mapping, looks: collections.abc.Mapping[str, Profile], sample: pl.DataFrame, header: str
) -> list[str]:
    """Columns that could tell customers apart, the surest first: e-mails and phones, then the name."""
    names = lexicon.told_apart_by()
    scored = [(name_score(other, names), other) for other in looks if other != header and looks[other].filled]
    able = [other for score, other in sorted(scored, reverse=True) if score >= 0.6]
    name = mapping.header("customer_name")
    return [other for other in (*able, *([name] if name else [])) if other in sample.columns]


def _is_nobody(code: str) -> bool:
    return lexicon.squeezed_code(code) in lexicon.nobody()


def _is_number(code: str) -> bool:
    return code.lstrip("-").isdigit()


def _names_behind(code: str, codes: pl.Series, sample: pl.DataFrame, told_by: list[str]) -> bool:
    """Whether several people stand behind one code: by what tells them apart, or by far more rows."""
    rows = (codes == code).fill_null(value=False)
    if any(clean_text(sample[other]).filter(rows).drop_nulls().n_unique() > MANY for other in told_by):
        return True
    others = codes.filter(~rows).drop_nulls().value_counts()["count"]
    return not others.is_empty() and int(rows.sum()) >= OUTSTANDING * float(others.median() or 0)  # type: ignore[arg-type]

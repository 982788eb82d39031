"""What people said of why a customer left, as causes: notes of its salesperson, interviews by others, audits.

Notes that don't say who asked are a channel of their own: what they are worth is learnt apart.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from liuke.causes.combine import Labels
from liuke.causes.keywords import keyword_labels
from liuke.causes.taxonomy import NOT_KNOWN, UNKNOWN, compared_name, name_stands
from liuke.panel.heard import idea_words, lexicon

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from liuke.causes.keywords import Words
    from liuke.panel.panel import Int

# by whether the customer's own salesperson asked; of the last nobody knows
CHANNELS = {"salesperson": True, "interview": False, "unsigned": None}
AUDITED = "audited"  # who checked it
APART = re.compile(r"[,，;；、/|+\n]+")
CLAUSES = re.compile(r"[,，;；、。.!！?？\n]+|但是?|可是|\bbut\b")
DENIES = re.compile("|".join([
    *map(re.escape, lexicon()["negation"]["chinese"]),
    *(rf"\b{re.escape(word)}\b" for word in lexicon()["negation"]["english"]), "n['’]t\\b",
]))  # fmt: skip
NOTHING = -1


def cause_named(text: str | None, names: Mapping[str, str]) -> str | None:
    """The cause a short text names, as a whole or by its first part; None for none."""
    said = (text or "").strip().lower()
    return next((names[part] for part in (said, APART.split(said)[0].strip()) if part in names), None)


def names_within(text: str, names: Mapping[str, str]) -> list[str]:
    """The names of causes that stand in clauses of a text that deny nothing: who says a price is not high names none.

    A name in Latin letters must stand as words of its own; one within a longer one that stands there is none.
    """
    found: list[str] = []
    for clause in CLAUSES.split(text.strip().lower()):
        mine = [name for name in names if name_stands(name, clause)]
        left = clause
        for name in sorted(mine, key=len, reverse=True):
            left = left.replace(name, " ")
        if not DENIES.search(left):
            found += mine
    return [name for name in found if not any(name != other and name in other for other in found)]


def read_as(texts: Iterable[str], names: Mapping[str, str], words: Words | None = None) -> dict[str, str | None]:
    """The cause each text names; else the only one its words suggest, else that of the longest name within it.

    None where neither is one. `words` are as in `keyword_labels`.
    """
    named = {text: cause_named(text, names) for text in sorted(set(texts))}
    left = [text for text, cause in named.items() if cause is None]
    suggested = keyword_labels(left, words)["causes"].to_list() if left else []
    return named | {text: _read(text, ideas, names) for text, ideas in zip(left, suggested, strict=True)}


def _read(text: str, ideas: Sequence[str], names: Mapping[str, str]) -> str | None:
    if len(ideas) == 1:
        return ideas[0]
    within = [name for name in names_within(text, names) if not ideas or names[name] in ideas]
    return names[max(within, key=len)] if within else None


def read_notes(notes: pl.DataFrame, names: Mapping[str, str], words: Words | None = None) -> pl.DataFrame:
    """Notes with `stated` and `audited`: the causes that stated_cause and audited_cause name.

    UNKNOWN where it was said that nobody knows, null where nothing was said or nothing that is understood
    (`not_understood` counts these). Each text is read once.
    """
    columns = {"stated": "stated_cause", "audited": "audited_cause"}
    texts = {text for name in columns.values() for text in notes[name].drop_nulls() if text.strip()}
    unknown = {compared_name(word) for word in idea_words(NOT_KNOWN)}
    read = {text: UNKNOWN if cause is None and compared_name(text) in unknown else cause
            for text, cause in read_as(texts, names, words).items()}  # fmt: skip
    return notes.with_columns(
        pl.col(said).replace_strict(read, default=None, return_dtype=pl.String).alias(name)
        for name, said in columns.items()
    )


def not_understood(notes: pl.DataFrame) -> int:
    """How many notes that `read_notes` read say something of a cause that is not understood."""
    columns = {"stated": "stated_cause", "audited": "audited_cause"}
    some = [pl.col(said).is_null() & (pl.col(name).str.strip_chars() != "") for said, name in columns.items()]
    return notes.filter(pl.any_horizontal(some)).height


def labels_of(notes: pl.DataFrame, codes: Int, causes: Sequence[str]) -> Labels:
    """The labels of customers by code, ascending.

    `notes`: customer_code, by_owner, and what `read_notes` read, one row a note, the newest last. A cause that is
    not among `causes` is unknown.
    """
    stated = {}
    for channel, own in CHANNELS.items():
        found = _placed(notes.filter(pl.col("by_owner").eq_missing(own)), "stated", codes, causes)
        if (found > NOTHING).any():
            stated[channel] = found
    return Labels(stated, _placed(notes, "audited", codes, causes))


def spoken_by(notes: pl.DataFrame, codes: Int) -> pl.DataFrame:
    """The note that counts of each customer and channel, AUDITED among them: row, channel, day, table, row_id.

    `row` is the customer's place among `codes`; `notes` has, beside what `labels_of` asks for, on, table and row_id.
    """
    told = [(channel, notes.filter(pl.col("by_owner").eq_missing(own)), "stated") for channel, own in CHANNELS.items()]
    places = pl.DataFrame({"customer_code": codes, "row": np.arange(len(codes))})
    found = [
        rows.drop_nulls(column)
        .unique("customer_code", keep="last", maintain_order=True)
        .join(places, on=pl.col("customer_code").cast(pl.Int64), how="inner")
        .select("row", channel=pl.lit(channel), day="on", table="table", row_id="row_id")
        for channel, rows, column in [*told, (AUDITED, notes, "audited")]
    ]
    return pl.concat(found)


def _placed(notes: pl.DataFrame, column: str, codes: Int, causes: Sequence[str]) -> Int:
    """The cause said last of each customer, NOTHING where nothing was; (codes,)."""
    said = notes.select("customer_code", column).drop_nulls().unique("customer_code", keep="last", maintain_order=True)
    number = {cause: nth for nth, cause in enumerate(causes)}
    cause = said[column].replace_strict(number, default=len(causes), return_dtype=pl.Int64).to_numpy()
    found = np.full(len(codes), NOTHING, np.int64)
    if len(codes):
        code = said["customer_code"].to_numpy()
        at = np.minimum(np.searchsorted(codes, code), len(codes) - 1)
        mine = codes[at] == code
        found[at[mine]] = cause[mine]
    return found

"""What the words of a remark suggest, cause by cause and mood by mood, as a list in a file that people edit says.

Beside the model of `causes/text.py`: what a keyword finds can be pointed at, what the model finds can be wider.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import polars as pl

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_
from liuke.kernel.toml_file import NotToml, parsed
from liuke.panel.heard import hears, lexicon

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Words = dict[str, dict[str, dict[str, list[str]]]]
LISTS = ("words", "negated", "harmless", "ideas")
MOST_WORDS = 2_000  # of a list: more take a run minutes, and nobody reads them over
LONGEST = 20_000  # signs of a text that are looked at
SENTENCE_END = r"[。！？!?\n\r]+"
MOODS = ("positive", "negative", "neutral")


def keyword_labels(texts: Sequence[str | None] | pl.Series, words: Words | None = None) -> pl.DataFrame:
    """What keywords say of each text, one row a text in their order.

    Columns: `causes` (list of cause ids whose words stand there, in the file's order; empty where none does), `mood`
    (positive, negative, neutral where both are said, unknown where neither is). `words` is a list as `parse_words` has
    it, the shipped one where it is not given.
    """
    held = words or shipped_words()
    given = pl.DataFrame({"text": pl.Series(texts, dtype=pl.String)})
    frame, sentences = _parted(given["text"].unique())
    named = {f"{group}.{name}": with_ideas(lists) for group in held for name, lists in held[group].items()}
    found = frame.with_columns(_said(sentences, len(frame), lists).alias(name) for name, lists in named.items())
    found = given.join(found, on="text", how="left", nulls_equal=True, maintain_order="left")
    causes = [pl.when(pl.col(name)).then(pl.lit(name.partition(".")[2])) for name in named if name.startswith("cause.")]
    said = {mood: pl.col(name) if (name := f"mood.{mood}") in named else pl.lit(value=False) for mood in MOODS}
    mood = (
        pl.when(said["neutral"] | (said["positive"] & said["negative"])).then(pl.lit("neutral"))
        .when(said["positive"]).then(pl.lit("positive"))
        .when(said["negative"]).then(pl.lit("negative"))
        .otherwise(pl.lit("unknown"))
    )  # fmt: skip
    listed = pl.concat_list(causes).list.drop_nulls() if causes else pl.lit([], dtype=pl.List(pl.String))
    return found.select(causes=listed, mood=mood)


@cache
def shipped_words() -> Words:
    """The lists of `words.toml`; not to be changed."""
    return parse_words(resources.files("liuke.causes").joinpath("words.toml").read_text("utf-8"))


def parse_words(text: str, instead_of: Words | None = None) -> Words:
    """The lists of a file written as `words.toml` is: by group (cause, mood) and name, every list there, maybe empty.

    With `instead_of` they are a firm's own: what the file does not list is as it is there. Invalid where it is no TOML,
    or names a group, mood, list or idea that there is none of, or holds what is no word.
    """
    try:
        held = parsed(text)
    except NotToml as error:
        raise Invalid(N_("The list of words can't be read: {detail}."), detail=error.said) from error
    _known(held, ("cause", "mood"))
    _known(held.get("mood", {}), MOODS)
    found = dict(instead_of or {})
    for group, lists in held.items():
        _known(lists, lists, group)
        before = found.get(group, {})
        own = {name: _lists(f"{group}.{name}", lists[name], before.get(name, {})) for name in lists}
        found[group] = {**before, **own}
    return found


def _lists(where: str, held: Any, instead_of: dict[str, list[str]]) -> dict[str, list[str]]:
    """The lists of one cause or mood, checked."""
    _known(held, LISTS, where)
    for name, entries in held.items():
        if not isinstance(entries, list) or not all(isinstance(each, str) and each.strip("* ") for each in entries):
            raise Invalid(N_("{where}, {name}: this must be a list of words."), where=where, name=name)
    if max(map(len, held.values()), default=0) > MOST_WORDS:
        raise Invalid(N_("{where} lists more than {most} words."), where=where, most=MOST_WORDS,
                      fix=N_("Keep those that remarks really use."))  # fmt: skip
    _known(dict.fromkeys(held.get("ideas", [])), tuple(lexicon()), f"{where}.ideas")
    return {name: [each.lower() for each in held[name]] if name in held else instead_of.get(name, []) for name in LISTS}


def _known(held: Any, names: Iterable[str], where: str = "") -> None:
    """Invalid unless it is a table whose keys are among the names."""
    if not isinstance(held, dict):
        raise Invalid(N_("{where}: there must be lists of words here."), where=where)
    for name in held:
        if name not in names:
            raise Invalid(
                N_("The list of words has an unknown entry: {name}."),
                name=f"{where}.{name}".strip("."),
                fix=N_("Known here are {names}."),
                names=", ".join(names),
            )


def _parted(texts: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Texts, and the sentences they begin with: `of` (the row of the text) and `text`; each once a text.

    No word of a list reaches beyond a sentence, so of a long note those sentences alone are looked at closely in which
    one begins.
    """
    frame = texts.to_frame("text")
    plain = pl.col("text").fill_null("").str.slice(0, LONGEST).str.normalize("NFKC")
    plain = plain.str.replace_all("’", "'", literal=True).str.replace_all(SENTENCE_END, "\n")
    each = frame.select(text=plain.str.split("\n")).with_row_index("of").explode("text")
    return frame, each.filter(pl.col("text") != "").unique(maintain_order=True)


def _said(sentences: pl.DataFrame, texts: int, lists: dict[str, list[str]]) -> pl.Series:
    """Whether each text says what the lists hold."""
    first = sorted({word.split()[0].rstrip("*") for name in ("words", "negated") for word in lists[name]})
    near = sentences.filter(pl.col("text").str.to_lowercase().str.contains_any(first))
    said = near.filter(hears(pl.col("text"), lists))["of"].unique()
    return pl.zeros(texts, pl.Boolean, eager=True).scatter(said, True)


def with_ideas(held: dict[str, list[str]]) -> dict[str, list[str]]:
    """One entry with the lists of the ideas it names put in."""
    ideas = [lexicon()[idea] for idea in held["ideas"]]
    return {name: [*held[name], *(word for idea in ideas for word in idea[name])] for name in LISTS[:3]}

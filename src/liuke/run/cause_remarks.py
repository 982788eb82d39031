"""Remarks of customers as sayings of why they leave: complaints, contacts and answers, read by the model of texts.

A remark suggests, it never decides. Who stays grumbles too, so what a remark is worth is learnt from audited cases:
with LEAST_AUDITED of them remarks are a label channel of their own, with fewer they are shown beside the evidence and
move nothing. What an exit note says is said there already and is no remark; a row that speaks for a cause by its words
is not read again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from liuke.causes.combine import LEAST_AUDITED
from liuke.causes.labels import NOTHING, read_as
from liuke.causes.text import cause_model, mood_model
from liuke.facts import contracts
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.panel.exposure import exposures, row_of
from liuke.panel.remarks import SAID_IN
from liuke.store.documents import owners_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from liuke.causes.combine import Labels
    from liuke.causes.keywords import Words
    from liuke.causes.met import SpeaksFor
    from liuke.causes.text import TextModel
    from liuke.kernel.said import Wordings
    from liuke.panel.panel import Float, Int
    from liuke.run.known import Known

TEXT = "text"  # the channel's name
WITHIN_DAYS = 365  # before it left: what was said earlier is of another time
MOST = 5  # of a table, the newest: who says more says it again
LONGEST = 4_000  # signs of a remark that are read; a note of 50 kB says what it is about at its beginning
TEACHES = 5_000  # exit notes, the newest, that teach the model
BESIDE = {
    True: N_(
        "A displeased remark suggests it: {stated}. It is not weighed: {audited} of {least} audited cases have one."
    ),
    False: N_("A remark suggests it: {stated}. It is not weighed: {audited} of {least} audited cases have one."),
}
REMARK = {
    "customer_code": pl.Int32, "day": pl.Date, "known_on": pl.Date, "table": pl.String, "row_id": pl.String,
    "text": pl.String,
}  # fmt: skip


@dataclass(frozen=True)
class Remarks:
    """What was said by customers of a run, and what reads it."""

    rows: pl.DataFrame  # REMARK
    notes: pl.DataFrame  # exit notes with text, stated_cause, audited_cause and by_owner, the newest last
    names: Mapping[str, str]  # cause by what it is called
    words: Words  # what suggests a cause, or shows a mood

    @cached_property
    def reader(self) -> TextModel:
        """The model of causes, taught by the firm's own exit notes: audited ones, and interviews by others.

        Notes of a customer's own salesperson teach nothing unless they were audited: a favourite excuse would come back
        as a second witness.
        """
        texts, labels = taught_by(self.notes, self.names, self.words)
        return cause_model(texts, labels, self.words)

    @cached_property
    def mood(self) -> TextModel:
        """The model of moods: the one the product comes with, by the firm's words."""
        return mood_model(words=self.words)

    def suggest(self, codes: Int, until: Int, causes: Sequence[str]) -> Suggested:
        """What the remarks of customers (codes, ascending) suggest, of the year up to a day of each (day numbers)."""
        asked = pl.DataFrame({"customer_code": codes.astype(np.int32), "nth": np.arange(len(codes))}).with_columns(
            until=pl.Series(until.astype(np.int32)).cast(pl.Date)
        )
        age = (pl.col("until") - pl.col("day")).dt.total_days()
        near = self.rows.join(asked, on="customer_code").filter(
            pl.col("known_on") <= pl.col("until"), age.is_between(0, WITHIN_DAYS)
        )
        newest = near.sort("day", "row_id").group_by("nth", "table", maintain_order=True).tail(MOST)
        return Suggested(self._best(newest, causes), len(codes))

    def _best(self, remarks: pl.DataFrame, causes: Sequence[str]) -> pl.DataFrame:
        """Of each `nth` the remark that suggests a cause with the greatest probability, the newest of equal ones."""
        number = {cause: place for place, cause in enumerate(causes)}
        texts = remarks["text"].unique().sort()
        if texts.is_empty():
            return remarks.with_columns(cause=pl.lit(0), chance=pl.lit(0.0), displeased=pl.lit(value=False))
        label, chances = self.reader.classify(texts)
        mood, _ = self.mood.classify(texts)
        read = pl.DataFrame({
            "text": texts,
            "cause": pl.Series([number.get(each, NOTHING) for each in label], dtype=pl.Int64),
            "chance": chances.max(axis=1),
            "displeased": mood == "negative",
            "praise": mood == "positive",
        }).filter(pl.col("cause") >= 0, ~pl.col("praise"))  # fmt: skip
        found = remarks.join(read, on="text").sort(
            "nth", "chance", "day", "row_id", descending=[False, True, True, False]
        )
        return found.unique("nth", keep="first", maintain_order=True)


@dataclass(frozen=True)
class Suggested:
    """What the remarks of some customers suggest."""

    rows: pl.DataFrame  # REMARK with nth (of the customers), cause by number, chance and displeased; one a customer
    customers: int

    @property
    def said(self) -> Int:
        """The cause suggested of each customer, NOTHING where none is; (customers,)."""
        found = np.full(self.customers, NOTHING, np.int64)
        found[self.rows["nth"].to_numpy()] = self.rows["cause"].to_numpy()
        return found


def remarks_of_run(known: Known, pairs: Iterable[SpeaksFor], notes: pl.DataFrame, names: Mapping[str, str]) -> Remarks:
    """The remarks that were known, of customers of the run, without rows that speak for a cause by their words."""
    owners = owners_of(known.customers).with_columns(known.customers["customer_id"])
    codes = owners.select("customer_id", customer_code=pl.col("owner_code").cast(pl.Int32))
    rows = pl.concat([pl.DataFrame(schema=REMARK), *(_told(known, table, codes) for table in SAID_IN)])
    hearing = {pair.kind for pair in pairs if getattr(exposures()[pair.kind], "HEARS", False)}
    spoken = [known.panels.events[kind].rows for kind in sorted(hearing)]
    fresh = rows.join(pl.concat(spoken), on=["table", "row_id"], how="anti") if spoken else rows
    return Remarks(fresh, notes, names, known.cause_words.keywords)


def _told(known: Known, table: str, codes: pl.DataFrame) -> pl.DataFrame:
    """REMARK of one table: its texts; of contacts without notes what came of them."""
    rows = known.facts.current(contracts()[table], known.scope.known)
    day = SAID_IN[table][1]
    entered = pl.max_horizontal(day, "recorded_on") if "recorded_on" in rows.columns else pl.col(day)
    bare = table == "contact" and rows["text"].is_null().all()
    text = pl.col("outcome" if bare else "text").str.strip_chars().str.slice(0, LONGEST)
    held = rows.join(codes, on="customer_id").select(
        "customer_code", day=day, known_on=entered, **row_of(table), text=text
    )
    told = held.filter(pl.col("text").fill_null("") != "", pl.col("known_on") <= known.scope.known)
    return told.cast(REMARK)  # type: ignore[arg-type]  # polars takes classes of types too


def taught_by(notes: pl.DataFrame, names: Mapping[str, str], words: Words | None = None) -> tuple[list[str], list[str]]:
    """Texts and causes of exit notes that teach: audited ones, and those not by the customer's own salesperson."""
    told = notes.filter(pl.col("text").fill_null("").str.strip_chars() != "")
    others = pl.when(~pl.col("by_owner").fill_null(value=True)).then("stated_cause")
    said = told.select(
        text=pl.col("text").str.slice(0, LONGEST), said=pl.coalesce("audited_cause", others)
    ).drop_nulls()
    newest = said.tail(TEACHES)
    read = read_as(newest["said"], names, words)
    rows = [(text, cause) for text, said_ in newest.iter_rows() if (cause := read[said_])]
    return [text for text, _ in rows], [cause for _, cause in rows]


def audited_with(suggested: Suggested, audited: Int) -> int:
    """Of how many audited customers a remark suggests a cause; `audited` is that of labels, (customers,)."""
    return int(((audited >= 0) & (suggested.said >= 0)).sum())


def with_remarks(labels: Labels, suggested: Suggested) -> Labels:
    """The labels with what remarks suggest as one more channel."""
    return replace(labels, stated={**labels.stated, TEXT: suggested.said})


def beside(
    suggested: Suggested, kept: Float, ids: Sequence[str], titles: Mapping[str, Wordings], audited: int
) -> pl.DataFrame:
    """Remarks that move nothing, as rows of evidence without a ratio, of causes that are among a customer's.

    `kept` are probabilities (customers, causes in the order of `ids`); `audited` cases have a remark that suggests one.
    """
    likely = kept[suggested.rows["nth"].to_numpy(), suggested.rows["cause"].to_numpy()] > 0
    shown = suggested.rows.filter(pl.Series(likely, dtype=pl.Boolean))
    said = [
        Said(BESIDE[displeased], {"stated": titles[ids[cause]], "audited": audited, "least": LEAST_AUDITED}).pack()
        for cause, displeased in shown.select("cause", "displeased").iter_rows()
    ]
    return shown.select(
        "day", "table", "row_id",
        row=pl.col("nth").cast(pl.Int64),
        cause=pl.Series([ids[cause] for cause in shown["cause"]], dtype=pl.String),
        speaks=pl.lit("for"),
        said=pl.Series(said, dtype=pl.String),
        ratio=pl.lit(None, pl.Float64),
    )  # fmt: skip

"""What the causes of customers look like as tables: probabilities, evidence, what was learnt, where they went."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from liuke.causes.combine import LEAST_AUDITED, TINY
from liuke.causes.evidence import (
    CHECKED,
    NO_RECORD,
    NOTHING_ON_RECORD,
    STATED,
    rows_for,
    silence_ratio,
    stated_ratio,
)
from liuke.causes.labels import AUDITED
from liuke.causes.taxonomy import UNEXPLAINED, UNKNOWN
from liuke.kernel.period import day_number
from liuke.kernel.said import Said
from liuke.panel.exposure import exposures
from liuke.run.cause_contract import CAUSE_CARD, CAUSE_CHANNEL, CAUSE_EVIDENCE, CUSTOMER_CAUSE
from liuke.run.cause_remarks import TEXT, beside
from liuke.run.cause_totals import year_from
from liuke.run.contracts import frame, schema
from liuke.run.value_columns import as_money

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from liuke.causes.combine import CauseModel, Labels, Met
    from liuke.causes.met import SpeaksFor, Whom
    from liuke.causes.taxonomy import Cause
    from liuke.kernel.said import Wordings
    from liuke.panel.exposure import Events
    from liuke.panel.panel import Bool, Float, Int
    from liuke.run.cause_remarks import Suggested
    from liuke.run.to_connect import ToConnect

LEAST = 0.005  # a cause less probable than this is left out, and the others make up the whole
ARGUED = 3  # likeliest causes of a customer of which it is said what speaks against them too
AGAINST = 0.8  # a ratio below speaks against a cause
ARGUED_BY = {"row": pl.Int64, "cause": pl.String, "ratio": pl.Float64, "speaks": pl.String, "said": pl.String,
             "channel": pl.String}  # fmt: skip


def judged_causes(
    whom: Whom,
    pairs: Sequence[SpeaksFor],
    model: CauseModel,
    met: Met,
    weight: Float,
    hazard: Float,
    labels: Labels,
    left: Bool,
    usual: Int,
    on: Int,
    titles: Mapping[str, Wordings],
    suggested: Suggested,
    spoken: pl.DataFrame,
    audited: int,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """`customer_cause` and `cause_evidence` of some customers.

    `hazard` is what `by_cause` says of them, `spoken` the note behind each label (`labels.spoken_by`); of `audited`
    cases a remark suggests a cause.
    """
    ids = (*model.causes, UNKNOWN)
    kept = kept_shares(model.posterior(hazard, labels.stated, labels.audited, labels.excluded))
    order = np.argsort(-kept, axis=1, kind="stable")
    place = np.argsort(order, axis=1) + 1
    row, cause = np.nonzero((kept > 0) | (np.arange(len(ids)) == len(ids) - 1))
    said = _first_said(labels, len(whom.customer))
    causes = pl.DataFrame({
        "customer_code": pl.Series(whom.customer[row], dtype=pl.Int32),
        "cause": _texts(ids, cause),
        "place": pl.Series(place[row, cause], dtype=pl.Int64),
        "probability": kept[row, cause],
        "judged": pl.Series(np.where(left[row], "lost", "at_risk"), dtype=pl.String),
        "on": pl.Series(on[row].astype(np.int32)).cast(pl.Date),
        "audited": labels.audited[row] >= 0 if len(labels.audited) else np.zeros(len(row), bool),
        "stated": _texts(ids, said[row]),
    })  # fmt: skip
    causes = causes.with_columns(money=as_money(usual[row])).sort("customer_code", "place")
    weighed = TEXT in labels.stated
    remarks = suggested.rows if weighed else beside(suggested, kept, ids, titles, audited)
    shown = np.where(kept > 0, place, len(ids) + 1)
    evidence = _evidence(whom, pairs, model, met, weight, hazard, labels, shown, titles, remarks, spoken)
    return causes.select(list(CUSTOMER_CAUSE.columns)), evidence


def kept_shares(found: Float) -> Float:
    """Probabilities (rows, causes + 1) without those below LEAST, unknown, the last, always kept; rows sum to 1."""
    kept = np.where(found >= LEAST, found, 0.0)
    kept[:, -1] = found[:, -1]
    return np.asarray(kept / kept.sum(axis=1, keepdims=True))


def _texts(ids: Sequence[str], which: Int) -> pl.Series:
    """The ids of causes by number, null below 0."""
    known = pl.Series(list(ids), dtype=pl.String)
    numbers = pl.select(pl.when(pl.lit(pl.Series(which)) >= 0).then(pl.lit(pl.Series(which)))).to_series()
    return known.gather(numbers.cast(pl.UInt32))


def _first_said(labels: Labels, rows: int) -> Int:
    """What the first channel of notes that said anything said of each row, -1 nothing; remarks state no cause."""
    found = np.full(rows, -1, np.int64)
    for said in (said for channel, said in labels.stated.items() if channel != TEXT):
        found = np.where(found < 0, said, found)
    return found


def _evidence(whom: Whom, pairs: Sequence[SpeaksFor], model: CauseModel, met: Met, weight: Float, hazard: Float,
              labels: Labels, place: Int, titles: Mapping[str, Wordings], remarks: pl.DataFrame,
              spoken: pl.DataFrame) -> pl.DataFrame:  # fmt: skip
    """`cause_evidence`: rows of documents and tables, what was said and checked, and the silence of the tables.

    `place` is beyond the causes where a cause is not among a row's; `remarks` are those of the text channel, or where
    there is none the rows of evidence that move nothing.
    """
    ids = (*model.causes, UNKNOWN)
    thought_of = _thought_of(place, ids)
    rows = rows_for(whom, pairs, model, hazard, place <= len(ids))
    told = _worded(rows).with_columns(speaks=pl.lit("for"))
    where, remarked = spoken, [remarks]
    if TEXT in labels.stated:
        noted = remarks.select("day", "table", "row_id", row=pl.col("nth").cast(pl.Int64), channel=pl.lit(TEXT))
        where, remarked = pl.concat([spoken, noted.select(spoken.columns)]), []
    argued = [*_said(model, hazard, labels, place, titles), *_checked(labels, ids, titles),
              *_silent(model, met, pairs, weight, place, ids)]  # fmt: skip
    argued_by = pl.DataFrame(argued, schema=ARGUED_BY, orient="row").join(where, on=["row", "channel"], how="left")
    argued_by = argued_by.with_columns(checked=pl.col("channel") == AUDITED)
    every = pl.concat([told, argued_by.drop("channel"), *remarked], how="diagonal")
    backed = every.filter(pl.col("speaks") == "for")
    every = pl.concat([every, _alone(model, thought_of.join(backed, on=["row", "cause"], how="anti"))], how="diagonal")
    strength = pl.col("ratio").log().abs()
    ordered = every.sort("row", "cause", "speaks", pl.col("checked").fill_null(value=False), strength, "said",
                         descending=[False, False, True, True, True, False], nulls_last=True)  # fmt: skip
    placed = ordered.with_columns(
        place=pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("row", "cause"),
        customer_code=pl.Series(whom.customer[ordered["row"].to_numpy()], dtype=pl.Int32),
    )
    return placed.select(list(CAUSE_EVIDENCE.columns)).cast(schema(CAUSE_EVIDENCE))  # type: ignore[arg-type]


def _worded(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of events with what each says instead of its kind; each sentence is made once."""
    each = rows.select("kind", "day").unique().sort("kind", "day")
    says = [Said(exposures()[kind].SAYS, {"day": on}).pack() for kind, on in each.iter_rows()]
    worded = each.with_columns(said=pl.Series(says, dtype=pl.String))
    return rows.join(worded, on=["kind", "day"], how="left", maintain_order="left").drop("kind")


def _thought_of(place: Int, ids: Sequence[str]) -> pl.DataFrame:
    """row, cause: what is among the causes of each row, unknown aside."""
    row, cause = np.nonzero(place[:, :-1] <= len(ids))
    return pl.DataFrame({"row": pl.Series(row, dtype=pl.Int64), "cause": _texts(ids, cause)})


def _said(model: CauseModel, hazard: Float, labels: Labels, place: Int, titles: Mapping[str, Wordings]
          ) -> Iterator[tuple[int, str, float | None, str, str, str]]:  # fmt: skip
    """ARGUED_BY: what each channel says for a cause of a row, or against one of its likeliest."""
    ids, believed = (*model.causes, UNKNOWN), model.audited < LEAST_AUDITED
    share = hazard / np.maximum(hazard.sum(axis=1, keepdims=True), TINY)
    says = cache(lambda channel, agrees, stated: Said(STATED[channel, agrees], {"stated": titles[ids[stated]]}).pack())
    for channel, stated in labels.stated.items():
        told = stated_ratio(model, channel, stated, share)
        for row in np.flatnonzero(stated >= 0).tolist():
            for cause in np.flatnonzero((place[row] <= ARGUED) | (np.arange(len(ids)) == stated[row])).tolist():
                ratio, agrees = float(told.ratio[row, cause]), bool(cause == stated[row])
                speaks = ratio >= 1 or believed if agrees else ratio < AGAINST
                if place[row, cause] <= len(ids) and speaks:
                    said = says(channel, agrees, int(stated[row]))
                    much = None if agrees and ratio < 1 else ratio  # believed, and by how much nothing says
                    yield row, ids[cause], much, "for" if agrees else "against", said, channel


def _checked(labels: Labels, ids: Sequence[str], titles: Mapping[str, Wordings]
             ) -> Iterator[tuple[int, str, None, str, str, str]]:  # fmt: skip
    """ARGUED_BY: the causes that checks found."""
    for row in np.flatnonzero(labels.audited >= 0).tolist():
        cause = ids[labels.audited[row]]
        yield row, cause, None, "for", Said(CHECKED, {"stated": titles[cause]}).pack(), AUDITED


def _alone(model: CauseModel, bare: pl.DataFrame) -> pl.DataFrame:
    """row, cause, speaks, said: of causes for which nothing of a row speaks, what checked cases say of such ones."""
    counts = dict(zip(model.causes, model.alone.tolist(), strict=False))
    said = {cause: Said(NO_RECORD, {"alone": counts[cause], "audited": model.audited}).pack()
            for cause in bare["cause"].unique()}  # fmt: skip
    return bare.with_columns(
        speaks=pl.lit("neither"), said=pl.col("cause").replace_strict(said, default=None, return_dtype=pl.String)
    )


def _silent(model: CauseModel, met: Met, pairs: Sequence[SpeaksFor], weight: Float, place: Int, ids: Sequence[str]
            ) -> list[tuple[int, str, float, str, str, None]]:  # fmt: skip
    """ARGUED_BY: causes among the likeliest of which nothing is on record though the tables are kept."""
    ratio = silence_ratio(model, met.exposure)
    found = []
    for cause, name in enumerate(model.causes):
        kinds = [nth for nth, pair in enumerate(pairs) if pair.cause == name]
        if not kinds or ratio[cause] >= AGAINST:
            continue
        what = tuple(Said(exposures()[kind].TITLE) for kind in dict.fromkeys(pairs[nth].kind for nth in kinds))
        said = Said(NOTHING_ON_RECORD, {"what": what}).pack()
        silent = (weight[:, kinds].sum(axis=1) == 0) & (place[:, cause] <= ARGUED)
        found += [(row, ids[cause], float(ratio[cause]), "against", said, None)
                  for row in np.flatnonzero(silent).tolist()]  # fmt: skip
    return found


def cause_card(causes: Sequence[Cause], pairs: Sequence[SpeaksFor], model: CauseModel, met: Met,
               events: Mapping[str, Events], as_of: date, lacking: Mapping[str, ToConnect]
               ) -> pl.DataFrame:  # fmt: skip
    """`cause_card`; `lacking` is what would have to be connected, by cause."""
    unseen = silence_ratio(model, met.exposure)
    rows = []
    for nth, cause in enumerate(causes):
        mine = [place for place, pair in enumerate(pairs) if pair.cause == cause.id]
        met_kinds = {pairs[place].kind for place in mine}  # each once, whatever its ages
        weighed = float(met.exposure[mine].sum()) if mine else 0.0
        rows.append({
            "cause": cause.id, "title_zh": cause.title.zh, "title_en": cause.title.en, "is_not_zh": cause.is_not.zh,
            "is_not_en": cause.is_not.en, "group": cause.group, "act": cause.act, "kind": cause.kind,
            "degree": cause.degree, "direction": cause.direction, "keaveney": cause.keaveney, "judged": bool(mine),
            "missing": ",".join(lacking[cause.id].missing) or None,
            "silent": ",".join(lacking[cause.id].silent) or None,
            "events": sum(len(events[kind]) for kind in met_kinds),
            "rate": float((model.rate[mine] * met.exposure[mine]).sum() / weighed) if weighed else None,
            "unseen": float(unseen[nth]) if mine and model.audited else None,
            "treatments": ",".join(cause.treatments), **_by_year([events[kind] for kind in met_kinds], as_of),
        })  # fmt: skip
    rows.append({"cause": UNKNOWN, "title_zh": UNEXPLAINED.zh, "title_en": UNEXPLAINED.en, "judged": True, "events": 0})
    return frame(CAUSE_CARD, rows)


def _by_year(events: Sequence[Events], as_of: date) -> dict[str, int | None]:
    """How many events there were in the last 12 months and in those before, by day."""
    if not events:
        return {}
    end = day_number(as_of) + 1
    now, then = (day_number(year_from(as_of, years)) for years in (1, 2))
    count = [sum(int(((each.day >= start) & (each.day < until)).sum()) for each in events)
             for start, until in ((now, end), (then, now))]  # fmt: skip
    reaches = all(each.told_from <= then for each in events)
    return {"events_year": count[0], "events_before": count[1] if reaches else None}


def cause_channel(model: CauseModel, labels: Labels) -> pl.DataFrame:
    """`cause_channel`."""
    ids = (*model.causes, UNKNOWN)
    rows = [
        (channel, ids[true], ids[stated], float(model.confusion[channel][true, stated]), int((said >= 0).sum()))
        for channel, said in labels.stated.items()
        for true in range(len(ids))
        for stated in range(len(ids))
    ]
    return frame(CAUSE_CHANNEL, rows)

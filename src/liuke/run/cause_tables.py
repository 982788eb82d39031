"""What the causes of customers look like as tables: probabilities, evidence, what was learnt, where they went."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from liuke.causes.combine import TINY
from liuke.causes.evidence import NOTHING_ON_RECORD, STATED, rows_for, silence_ratio, stated_ratio
from liuke.causes.taxonomy import UNEXPLAINED, UNKNOWN
from liuke.kernel.said import Said
from liuke.panel.exposure import exposures
from liuke.run.cause_contract import CAUSE_CARD, CAUSE_CHANNEL, CAUSE_EVIDENCE, CUSTOMER_CAUSE, DIRECTION
from liuke.run.contracts import frame, schema
from liuke.run.events import telling
from liuke.run.value_columns import as_money

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from liuke.causes.combine import CauseModel, Labels, Met
    from liuke.causes.met import SpeaksFor
    from liuke.causes.taxonomy import Cause
    from liuke.kernel.said import Wordings
    from liuke.panel.exposure import Events
    from liuke.panel.panel import Bool, Float, Int, Panel

LEAST = 0.005  # a cause less probable than this is left out, and the others make up the whole
ARGUED = 3  # likeliest causes of a customer of which it is said what speaks against them too
AGAINST = 0.8  # a ratio below speaks against a cause


def judged_causes(
    panel: Panel,
    pairs: Sequence[SpeaksFor],
    model: CauseModel,
    met: Met,
    weight: Float,
    labels: Labels,
    at: Int,
    left: Bool,
    usual: Int,
    on: Int,
    titles: Mapping[str, Wordings],
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """`customer_cause` and `cause_evidence` of the rows of a panel."""  # fmt: skip
    ids = (*model.causes, UNKNOWN)
    hazard = model.by_cause(weight, at)
    found = model.posterior(hazard, labels.stated, labels.audited, labels.excluded)
    kept = np.where(found >= LEAST, found, 0.0)
    kept[:, -1] = found[:, -1]
    kept /= kept.sum(axis=1, keepdims=True)
    order = np.argsort(-kept, axis=1, kind="stable")
    place = np.argsort(order, axis=1) + 1
    row, cause = np.nonzero((kept > 0) | (np.arange(len(ids)) == len(ids) - 1))
    said = _first_said(labels, len(panel.customer))
    causes = pl.DataFrame({
        "customer_code": pl.Series(panel.customer[row], dtype=pl.Int32),
        "cause": _texts(ids, cause),
        "place": pl.Series(place[row, cause], dtype=pl.Int64),
        "probability": kept[row, cause],
        "judged": pl.Series(np.where(left[row], "lost", "at_risk"), dtype=pl.String),
        "on": pl.Series(on[row].astype(np.int32)).cast(pl.Date),
        "audited": labels.audited[row] >= 0 if len(labels.audited) else np.zeros(len(row), bool),
        "stated": _texts(ids, said[row]),
    })  # fmt: skip
    causes = causes.with_columns(money=as_money(usual[row])).sort("customer_code", "place")
    evidence = _evidence(panel, pairs, model, met, weight, hazard, labels, at, place, titles)
    return causes.select(list(CUSTOMER_CAUSE.columns)), evidence


def _texts(ids: Sequence[str], which: Int) -> pl.Series:
    """The ids of causes by number, null below 0."""
    known = pl.Series(list(ids), dtype=pl.String)
    numbers = pl.select(pl.when(pl.lit(pl.Series(which)) >= 0).then(pl.lit(pl.Series(which)))).to_series()
    return known.gather(numbers.cast(pl.UInt32))


def _first_said(labels: Labels, rows: int) -> Int:
    """What the first channel that said anything said of each row, -1 nothing."""
    found = np.full(rows, -1, np.int64)
    for said in labels.stated.values():
        found = np.where(found < 0, said, found)
    return found


def _evidence(panel: Panel, pairs: Sequence[SpeaksFor], model: CauseModel, met: Met, weight: Float, hazard: Float,
              labels: Labels, at: Int, place: Int, titles: Mapping[str, Wordings]) -> pl.DataFrame:  # fmt: skip
    """`cause_evidence`: rows of documents and tables, what was said, and the silence of the tables."""
    ids = (*model.causes, UNKNOWN)
    rows = rows_for(panel, pairs, at, model, hazard)
    says = {kind: exposures()[kind].SAYS for kind in {pair.kind for pair in pairs}}
    told = rows.with_columns(
        speaks=pl.lit("for"),
        said=pl.Series([Said(says[kind], {"day": on}).pack() for kind, on in rows.select("kind", "day").iter_rows()],
                       dtype=pl.String),
    ).drop("kind")  # fmt: skip
    argued = [*_said(model, hazard, labels, place, titles), *_silent(model, met, pairs, weight, place, ids)]
    columns = {"row": pl.Int64, "cause": pl.String, "ratio": pl.Float64, "speaks": pl.String, "said": pl.String}
    every = pl.concat([told, pl.DataFrame(argued, schema=columns, orient="row")], how="diagonal")
    strength = pl.col("ratio").log().abs()
    ordered = every.sort("row", "cause", "speaks", strength, "said", descending=[False, False, True, True, False])
    placed = ordered.with_columns(
        place=pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("row", "cause"),
        customer_code=pl.Series(panel.customer[ordered["row"].to_numpy()], dtype=pl.Int32),
    )
    return placed.select(list(CAUSE_EVIDENCE.columns)).cast(schema(CAUSE_EVIDENCE))  # type: ignore[arg-type]


def _said(model: CauseModel, hazard: Float, labels: Labels, place: Int, titles: Mapping[str, Wordings]
          ) -> list[tuple[int, str, float, str, str]]:  # fmt: skip
    """What channels say for or against the likeliest causes: row, cause, ratio, speaks, said."""
    ids = (*model.causes, UNKNOWN)
    share = hazard / np.maximum(hazard.sum(axis=1, keepdims=True), TINY)
    found = []
    for channel, stated in labels.stated.items():
        told = stated_ratio(model, channel, stated, share)
        for row in np.flatnonzero(stated >= 0).tolist():
            words = titles[ids[stated[row]]]
            for cause in np.flatnonzero(place[row] <= ARGUED).tolist():
                ratio, agrees = float(told.ratio[row, cause]), bool(cause == stated[row])
                if (agrees and ratio >= 1) or (not agrees and ratio < AGAINST):
                    said = Said(STATED[channel, agrees], {"stated": words})
                    found.append((row, ids[cause], ratio, "for" if agrees else "against", said.pack()))
    return found


def _silent(model: CauseModel, met: Met, pairs: Sequence[SpeaksFor], weight: Float, place: Int, ids: Sequence[str]
            ) -> list[tuple[int, str, float, str, str]]:  # fmt: skip
    """Causes among the likeliest of which nothing is on record though the tables are kept."""
    ratio = silence_ratio(model, met.exposure)
    found = []
    for cause, name in enumerate(model.causes):
        kinds = [nth for nth, pair in enumerate(pairs) if pair.cause == name]
        if not kinds or ratio[cause] >= AGAINST:
            continue
        what = tuple(Said(exposures()[pairs[nth].kind].TITLE) for nth in kinds)
        said = Said(NOTHING_ON_RECORD, {"what": what}).pack()
        silent = (weight[:, kinds].sum(axis=1) == 0) & (place[:, cause] <= ARGUED)
        found += [(row, ids[cause], float(ratio[cause]), "against", said) for row in np.flatnonzero(silent).tolist()]
    return found


def cause_card(causes: Sequence[Cause], pairs: Sequence[SpeaksFor], model: CauseModel, met: Met,
               events: Mapping[str, Events]) -> pl.DataFrame:  # fmt: skip
    """`cause_card`."""
    kinds = exposures()
    unseen = silence_ratio(model, met.exposure)
    rows = []
    for nth, cause in enumerate(causes):
        mine = [place for place, pair in enumerate(pairs) if pair.cause == cause.id]
        lacking = sorted({table for kind in cause.exposures if kind not in events for table in telling(kinds[kind])})
        weighed = float(met.exposure[mine].sum()) if mine else 0.0
        rows.append({
            "cause": cause.id, "title_zh": cause.title.zh, "title_en": cause.title.en, "is_not_zh": cause.is_not.zh,
            "is_not_en": cause.is_not.en, "group": cause.group, "act": cause.act, "kind": cause.kind,
            "degree": cause.degree, "direction": cause.direction, "keaveney": cause.keaveney, "judged": bool(mine),
            "missing": ",".join(lacking) or None, "events": sum(len(events[pairs[place].kind]) for place in mine),
            "rate": float((model.rate[mine] * met.exposure[mine]).sum() / weighed) if weighed else None,
            "unseen": float(unseen[nth]) if mine and model.audited else None,
            "treatments": ",".join(cause.treatments),
        })  # fmt: skip
    rows.append({"cause": UNKNOWN, "title_zh": UNEXPLAINED.zh, "title_en": UNEXPLAINED.en, "judged": True, "events": 0})
    return frame(CAUSE_CARD, rows)


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


def directions(notes: pl.DataFrame, causes: pl.DataFrame) -> pl.DataFrame:
    """`direction`: by the newest note of each lost customer that says where it went."""
    money = causes.filter(pl.col("judged") == "lost").unique("customer_code").select("customer_code", "money")
    told = notes.filter(pl.col("direction").is_not_null() | pl.col("competitor").is_not_null())
    newest = told.unique("customer_code", keep="last", maintain_order=True).join(money, on="customer_code", how="inner")
    where = pl.col("direction").fill_null(""), pl.col("competitor").fill_null("")
    found = newest.group_by(*where).agg(
        customers=pl.len().cast(pl.Int64), money=pl.col("money").sum().cast(pl.Decimal(18, 2))
    )
    return found.select(list(DIRECTION.columns)).sort("customers", "direction", "competitor",
                                                      descending=[True, False, False])  # fmt: skip

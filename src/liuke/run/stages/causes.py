"""Causes: why who left did, and why who is at risk would, argued from what customers met and what was said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from liuke.causes.audited import what_stands, with_audits
from liuke.causes.combine import CauseModel, fit
from liuke.causes.departed import departed
from liuke.causes.draw import draw_of, entropy
from liuke.causes.labels import CHANNELS, labels_of
from liuke.causes.met import met_by, speaking, weights_at
from liuke.causes.taxonomy import UNKNOWN, by_name, titles_of
from liuke.facts import contracts
from liuke.panel.exposure import exposures
from liuke.panel.states import STATES
from liuke.run import cause_contract as contract
from liuke.run.cause_tables import cause_card, cause_channel, directions, judged_causes
from liuke.run.cause_totals import added_up
from liuke.run.stage import Chunk, Finished, Judged, Passed, Stage
from liuke.run.stages.states import Stated
from liuke.run.stages.summary import Now
from liuke.run.value_columns import as_money
from liuke.signals.watch_list import Views
from liuke.store.documents import owners_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping, Sequence
    from datetime import date

    import numpy.typing as npt

    from liuke.causes.audited import WhatStands
    from liuke.causes.combine import Labels, Met
    from liuke.causes.met import SpeaksFor
    from liuke.panel.panel import Bool, Float, Int
    from liuke.run.known import Known

AT_A_TIME = 8_192  # customers


@dataclass(frozen=True)
class Argued:
    """What was learnt of causes, and from what."""

    pairs: tuple[SpeaksFor, ...]
    model: CauseModel
    met: Met
    audits: Mapping[int, WhatStands]  # what people found, by customer
    notes: pl.DataFrame  # customer_code, on, stated_cause, by_owner, audited_cause, direction, competitor; oldest first


class CausesStage(Stage):
    """The causes of who left and of who is on the watch list."""

    name = "causes"
    needs = ("states", "rules", "churn", "summary", "core", "watch_list")
    reads = tuple(sorted({"exit_note", *(table for kind in exposures().values() for table in kind.READS)}))
    plugins = ("liuke.causes", "liuke.panel.exposures", "liuke.panel.line_tables")
    by_causes = True
    by_audits = True
    tables = (contract.CUSTOMER_CAUSE, contract.CAUSE_EVIDENCE, contract.CAUSE_TOTAL, contract.CAUSE_CARD,
              contract.CAUSE_CHANNEL, contract.DIRECTION, contract.CAUSE_DRAW)  # fmt: skip

    def learn(self, chunk: Chunk, known: Known) -> Met:
        """What leavers had met when they left."""
        return met_by(chunk.latest, _pairs(known))

    def fit(self, total: Met, known: Known) -> Argued:
        """Rates, leak and confusions."""
        pairs, notes, audits = _pairs(known), exit_notes(known), found_of(known)
        ids = [cause.id for cause in known.causes]
        number = {cause: nth for nth, cause in enumerate(ids)}
        labels = with_audits(labels_of(notes, total.code, ids, by_name(known.causes)), audits, total.code, ids)
        of = np.array([number[pair.cause] for pair in pairs], np.int64)
        outright = np.array([pair.says_outright for pair in pairs], np.bool_)
        model = fit(total, ids, [pair.kind for pair in pairs], of, labels, outright)
        return Argued(pairs, model, total, audits, notes)

    def judge(self, chunk: Chunk, known: Known) -> Judged:  # noqa: ARG002
        """Who is lost by its state, and in which period each one's next purchase failed to come."""
        lost = chunk.of(Stated).codes[:, -1] == STATES.index("lost")
        return Judged(columns={"lost": lost, "missed": departed(chunk.latest).missed.astype(np.int32)})

    def finish(self, passed: Passed, known: Known) -> Finished:
        """Probabilities, evidence, totals, and what was learnt."""
        argued, lost = known.of(Argued), passed.columns["lost"]
        wanted = lost.copy()
        wanted[known.of(Views).list] = True
        at = np.where(lost, passed.columns["missed"], len(known.scope.periods) - 1)
        parts = list(_judged(known, argued, np.flatnonzero(wanted), lost, at))
        causes = pl.concat([pl.DataFrame(schema=parts[0][0].schema), *(each for each, *_ in parts)])
        who = known.panels.described(known.customers).with_columns(customer_code=pl.Series(known.panels.customers))
        acts = {cause.id: cause.act for cause in known.causes}
        summed = added_up(causes, who, known.scope.as_of, acts)
        return Finished({
            "customer_cause": causes,
            "cause_evidence": pl.concat([each for _, each, _ in parts]),
            "cause_total": summed,
            "cause_card": cause_card(known.causes, argued.pairs, argued.model, argued.met, known.panels.events),
            "cause_channel": cause_channel(argued.model, _labels(known, argued)),
            "direction": directions(argued.notes, causes),
            "cause_draw": _worth_confirming(pl.concat([each for *_, each in parts]), who, argued, known.scope.as_of),
        })  # fmt: skip

    def describe(self, known: Known) -> dict[str, Any]:
        """What causes were learnt from."""
        model = known.of(Argued).model
        labels = _labels(known, known.of(Argued))
        return {
            "causes": {
                "leavers": model.leavers,
                "months": round(model.months),
                "audited": model.audited,
                "power": round(model.power, 3),
                "said": {channel: int((said >= 0).sum()) for channel, said in labels.stated.items()},
            }
        }


def _pairs(known: Known) -> tuple[SpeaksFor, ...]:
    return speaking(known.causes, known.panels.events)


def exit_notes(known: Known) -> pl.DataFrame:
    """The exit notes that were known, of customers of the run, oldest first."""
    owners = owners_of(known.customers).with_columns(known.customers["customer_id"])
    rows = known.facts.current(contracts()["exit_note"], known.scope.known).filter(pl.col("on") <= known.scope.as_of)
    entered = rows.filter(pl.col("recorded_on").fill_null(pl.col("on")) <= known.scope.known)
    placed = entered.join(owners.select("customer_id", customer_code="owner_code"), on="customer_id")
    return placed.sort("on", "customer_id").select(
        "customer_code", "on", "stated_cause", "by_owner", "audited_cause", "direction", "competitor"
    )


def found_of(known: Known) -> Mapping[int, WhatStands]:
    """What stands of the verdicts of people, by the code of the customer of today."""
    if not known.audits:
        return {}
    owners = owners_of(known.customers).with_columns(known.customers["customer_id"])
    who: dict[str, Hashable] = dict(owners.select("customer_id", "owner_code").iter_rows())
    return {int(str(code)): stands for code, stands in what_stands(known.audits, who).items()}


def _labels(known: Known, argued: Argued) -> Labels:
    return _labels_at(known, argued, argued.met.code)


def _labels_at(known: Known, argued: Argued, codes: Int) -> Labels:
    causes = argued.model.causes
    return with_audits(labels_of(argued.notes, codes, causes, by_name(known.causes)), argued.audits, codes, causes)


def _worth_confirming(unseen: pl.DataFrame, who: pl.DataFrame, argued: Argued, as_of: date) -> pl.DataFrame:
    """`cause_draw`: among those lost in the last 12 months, by what was judged without anybody's check of them."""
    lately = unseen.filter(pl.col("lost"), pl.col("on") > pl.lit(as_of).dt.offset_by("-12mo"))
    checked = [code for code, stands in argued.audits.items() if stands.says or stands.unclear]
    named = lately.join(who.select("customer_code", "customer_id"), on="customer_code", how="left").with_columns(
        audited=pl.col("audited") | pl.col("customer_code").is_in(checked)
    )
    worth = named.with_columns(pl.col("money").cast(pl.Float64))
    found = draw_of(worth).join(named.drop("audited", "lost", "customer_id"), on="customer_code", how="left",
                              maintain_order="left")  # fmt: skip
    return found.select(list(contract.CAUSE_DRAW.columns))


def _judged(
    known: Known, argued: Argued, wanted: npt.NDArray[np.intp], lost: npt.NDArray[np.bool_], at: npt.NDArray[np.int64]
) -> Iterator[tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]]:
    """`customer_cause` and `cause_evidence` of some customers after others, and what was judged without checks."""
    usual = known.of(Now).usual
    ends = np.asarray(known.scope.periods.ends, np.int64)
    for start in range(0, max(len(wanted), 1), AT_A_TIME):
        some = wanted[start : start + AT_A_TIME]
        panel = known.panels.at(some).latest()
        weight = weights_at(panel, argued.pairs, at[some])
        codes = panel.customer.astype(np.int64)
        labels, on = _labels_at(known, argued, codes), ends[at[some]]
        causes, evidence = judged_causes(panel, argued.pairs, argued.model, argued.met, weight, labels, at[some],
                                         lost[some], usual[some], on, titles_of(known.causes))  # fmt: skip
        hazard = argued.model.by_cause(weight, at[some])
        yield causes, evidence, _unseen(argued, codes, hazard, labels, lost[some], usual[some], on)


def _unseen(argued: Argued, codes: Int, hazard: Float, labels: Labels, lost: Bool, usual: Int, on: Int) -> pl.DataFrame:
    """What was judged of each customer without anybody's check of it: the likeliest cause, how sure, what it is worth.

    What all checks together taught is in it; the customer's own is not.
    """
    found = argued.model.posterior(hazard, labels.stated)
    ids, first = (*argued.model.causes, UNKNOWN), found.argmax(axis=1)
    return pl.DataFrame({
        "customer_code": pl.Series(codes, dtype=pl.Int32),
        "lost": lost,
        "audited": labels.audited >= 0 if len(labels.audited) else np.zeros(len(codes), bool),
        "cause": pl.Series([ids[each] for each in first], dtype=pl.String),
        "probability": found[np.arange(len(first)), first] if len(first) else np.empty(0),
        "uncertain": entropy(found),
        "on": pl.Series(on.astype(np.int32)).cast(pl.Date),
        **{channel: _named(ids, labels.stated.get(channel), len(codes)) for channel in CHANNELS},
    }).with_columns(money=as_money(usual))  # fmt: skip


def _named(ids: Sequence[str], stated: Int | None, rows: int) -> pl.Series:
    """What a channel said, null where it said nothing."""
    said = [-1] * rows if stated is None else stated.tolist()
    return pl.Series([ids[each] if each >= 0 else None for each in said], dtype=pl.String)

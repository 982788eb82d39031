"""Causes: why who left did, and why who is at risk would, argued from what customers met and what was said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from liuke.causes.audited import with_audits
from liuke.causes.combine import LEAST_AUDITED, CauseModel, fit
from liuke.causes.departed import departed
from liuke.causes.labels import AUDITED, labels_of, not_understood, read_notes, spoken_by
from liuke.causes.met import Whom, met_by, speaking, weights_at
from liuke.causes.taxonomy import by_name, titles_of
from liuke.facts import contracts
from liuke.panel.beside_lines import ASKED
from liuke.panel.exposure import exposures, row_of
from liuke.panel.states import STATES
from liuke.run import cause_contract as contract
from liuke.run.cause_before import YearBefore, causes_before, lost_before, position_before
from liuke.run.cause_bounds import cause_bounds, lost_lately
from liuke.run.cause_directions import directions, newly_won, won
from liuke.run.cause_draws import before_checked, found_of, worth_confirming
from liuke.run.cause_ledger import LedgerTie, ledger_tie, lost_in_ledger
from liuke.run.cause_remarks import TEXT, audited_with, remarks_of_run, with_remarks
from liuke.run.cause_tables import cause_card, cause_channel, judged_causes
from liuke.run.cause_totals import added_up, untold_before, year_from
from liuke.run.stage import Chunk, Finished, Judged, Passed, Stage
from liuke.run.stages.states import Stated
from liuke.run.stages.summary import Now
from liuke.run.to_connect import to_connect_by_cause
from liuke.signals.watch_list import Views
from liuke.store.documents import owners_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy.typing as npt

    from liuke.causes.audited import WhatStands
    from liuke.causes.combine import Labels, Met
    from liuke.causes.met import SpeaksFor
    from liuke.panel.panel import Int
    from liuke.run.cause_remarks import Remarks
    from liuke.run.known import Known

AT_A_TIME = 8_192  # customers


@dataclass(frozen=True)
class Heard:
    """Leavers of whom a remark suggests a cause, and how many of them are audited."""

    leavers: int
    audited: int


@dataclass(frozen=True)
class Argued:
    """What was learnt of causes, and from what."""

    pairs: tuple[SpeaksFor, ...]
    model: CauseModel
    met: Met
    audits: Mapping[int, WhatStands]  # what people found, by customer
    notes: pl.DataFrame  # of `read_notes`, with on, direction and competitor; oldest first
    remarks: Remarks
    labels: Labels  # of all leavers of `met`
    heard: Heard


@dataclass(frozen=True)
class Tied:
    """How the lost of causes stand to those of the ledger; None where there is none."""

    ledger: LedgerTie | None


class CausesStage(Stage):
    """The causes of who left and of who is on the watch list."""

    name = "causes"
    needs = ("states", "rules", "churn", "summary", "core", "watch_list")
    reads = tuple(sorted({"exit_note", *(table for kind in exposures().values() for table in kind.READS), *ASKED}))
    plugins = ("liuke.causes", "liuke.panel.exposures", "liuke.panel.line_tables")
    by_causes = True
    by_audits = True
    tables = (
        contract.CUSTOMER_CAUSE,
        contract.CUSTOMER_CAUSE_BEFORE,
        contract.CAUSE_EVIDENCE,
        contract.CAUSE_TOTAL,
        contract.CAUSE_CARD,
        contract.CAUSE_CHANNEL,
        contract.CAUSE_BOUND,
        contract.DIRECTION,
        contract.CAUSE_DRAW,
    )

    def learn(self, chunk: Chunk, known: Known) -> Met:
        """What leavers had met when they left."""
        return met_by(chunk.latest, _pairs(known))

    def fit(self, total: Met, known: Known) -> Argued:
        """Rates, leak and confusions."""
        pairs, names, audits = _pairs(known), by_name(known.causes), found_of(known)
        remarks = remarks_of_run(known, pairs, exit_notes(known), names)
        notes = read_notes(remarks.notes, names, known.cause_words.keywords)
        ids = [cause.id for cause in known.causes]
        number = {cause: nth for nth, cause in enumerate(ids)}
        labels = with_audits(labels_of(notes, total.code, ids), audits, total.code, ids)
        suggested = remarks.suggest(total.code, np.asarray(known.scope.periods.ends, np.int64)[total.at], ids)
        audited = audited_with(suggested, labels.audited)
        if audited >= LEAST_AUDITED:
            labels = with_remarks(labels, suggested)
        of = np.array([number[pair.cause] for pair in pairs], np.int64)
        outright = np.array([pair.says_outright for pair in pairs], np.bool_)
        fading = np.array([pair.expected for pair in pairs])
        kinds = [pair.kind for pair in pairs]
        model = fit(total, ids, kinds, of, labels, outright, fading)
        heard = Heard(len(suggested.rows), audited)
        return Argued(pairs, model, total, audits, notes, remarks, labels, heard)

    def judge(self, chunk: Chunk, known: Known) -> Judged:
        """Who is lost by its state, when each is looked at, and its last purchase by then; the same a year ago.

        Who is lost is looked at when the next purchase failed to come, everybody else now.
        """
        states = chunk.of(Stated).codes
        before = lost_before(chunk.latest, states, known.scope)
        lost = states[:, -1] == STATES.index("lost")
        gained = newly_won(chunk.latest, states, known.scope)
        at = np.where(lost, departed(chunk.latest).missed, len(known.scope.periods) - 1)
        looked = {"at": at.astype(np.int32), "bought": chunk.latest.last_on[np.arange(len(at)), at]}
        ledger = {"in_ledger": lost_in_ledger(states, chunk.latest.periods)}
        return Judged(columns={"lost": lost, **looked, **ledger, **before, **gained})

    def finish(self, passed: Passed, known: Known) -> Finished:
        """Probabilities, evidence, totals, and what was learnt."""
        argued, lost = known.of(Argued), passed.columns["lost"]
        wanted = lost.copy()
        wanted[known.of(Views).list] = True
        parts = list(_judged(known, argued, np.flatnonzero(wanted), passed.columns))
        causes = pl.concat([pl.DataFrame(schema=parts[0][0].schema), *(each for each, *_ in parts)])
        who = known.panels.described(known.customers).with_columns(customer_code=pl.Series(known.panels.customers))
        acts = {cause.id: cause.act for cause in known.causes}
        then = argued.notes.filter(pl.col("on") < year_from(known.scope.as_of))
        before = causes_before(known, YearBefore(argued.pairs, argued.model, then), passed.columns, AT_A_TIME)
        reaches = position_before(known.scope) is not None
        card = cause_card(known.causes, argued.pairs, argued.model, argued.met, known.panels.events, known.scope.as_of,
                          to_connect_by_cause(known))  # fmt: skip
        summed = added_up(causes, who, known.scope.as_of, acts, before if reaches else None, untold_before(card))
        gained = won(known, passed.columns, known.of(Now).usual)
        tie = ledger_tie(causes, known.panels.customers, passed.columns["in_ledger"], known.scope.periods,
                         known.scope.as_of)  # fmt: skip
        return Finished({
            "customer_cause": causes,
            "customer_cause_before": before,
            "cause_evidence": pl.concat([each for _, each, _ in parts]),
            "cause_total": summed,
            "cause_card": card,
            "cause_channel": cause_channel(argued.model, argued.labels),
            "cause_bound": _bounds(known, argued, causes, summed),
            "direction": directions(argued.notes, causes, gained, known.scope.as_of,
                                    known.cause_words.directions),
            "cause_draw": worth_confirming(pl.concat([each for *_, each in parts]), who, argued.audits,
                                           known.scope.as_of),
        }, Tied(tie))  # fmt: skip

    def describe(self, known: Known) -> dict[str, Any]:
        """What causes were learnt from."""
        argued = known.of(Argued)
        model, labels, heard, tie = argued.model, argued.labels, argued.heard, known.of(Tied).ledger
        return {
            "causes": {
                "leavers": model.leavers,
                "months": round(model.months),
                "audited": model.audited,
                "confirmed": _confirmed(argued),
                "power": round(model.power, 3),
                "remarks": {"leavers": heard.leavers, "audited": heard.audited},
                "year_before": position_before(known.scope) is not None,
                "ledger": None if tie is None else tie.plain(),
                "not_understood": not_understood(argued.notes),
                "said": {channel: int((said >= 0).sum()) for channel, said in labels.stated.items()},
            }
        }


def _confirmed(argued: Argued) -> int:
    """Of how many leavers somebody confirmed here which cause it was, not a note that was loaded."""
    found = {code for code, stands in argued.audits.items() if stands.found is not None}
    return int(np.isin(argued.met.code, [*found]).sum())


def _pairs(known: Known) -> tuple[SpeaksFor, ...]:
    return speaking(known.causes, known.panels.events)


def exit_notes(known: Known) -> pl.DataFrame:
    """The exit notes that were known, of customers of the run, oldest first."""
    owners = owners_of(known.customers).with_columns(known.customers["customer_id"])
    rows = known.facts.current(contracts()["exit_note"], known.scope.known).filter(pl.col("on") <= known.scope.as_of)
    entered = rows.filter(pl.col("recorded_on").fill_null(pl.col("on")) <= known.scope.known)
    entered = entered.with_columns(**row_of("exit_note"))
    placed = entered.join(owners.select("customer_id", customer_code="owner_code"), on="customer_id")
    return placed.sort("on", "customer_id").select(
        "customer_code",
        "on",
        "stated_cause",
        "by_owner",
        "audited_cause",
        "direction",
        "competitor",
        "text",
        "table",
        "row_id",
    )


def _bounds(known: Known, argued: Argued, causes: pl.DataFrame, summed: pl.DataFrame) -> pl.DataFrame:
    codes = lost_lately(causes, known.scope.as_of)
    labels = _labels_at(argued, codes)
    lost = summed.filter(pl.col("judged") == "lost", pl.col("by") == "all")
    expected = dict(lost.select("cause", "customers").iter_rows())
    return cause_bounds(labels, argued.model.causes, expected, len(codes))


def _labels_at(argued: Argued, codes: Int) -> Labels:
    causes = argued.model.causes
    return with_audits(labels_of(argued.notes, codes, causes), argued.audits, codes, causes)


def _spoken(argued: Argued, codes: Int) -> pl.DataFrame:
    """The notes behind the labels of customers by code; a check of ours is newer than any note of one."""
    notes = spoken_by(argued.notes, codes)
    found = {code: stands.on for code, stands in argued.audits.items() if stands.found is not None}
    ours = pl.DataFrame([(nth, AUDITED, found[code]) for nth, code in enumerate(codes.tolist()) if code in found],
                        schema={"row": pl.Int64, "channel": pl.String, "day": pl.Date}, orient="row")  # fmt: skip
    kept = notes.join(ours, on=["row", "channel"], how="anti")
    return pl.concat([kept, ours], how="diagonal")


def _judged(
    known: Known, argued: Argued, wanted: npt.NDArray[np.intp], columns: Mapping[str, npt.NDArray[Any]]
) -> Iterator[tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]]:
    """`customer_cause` and `cause_evidence` of some customers after others, and what was judged without checks."""
    usual = known.of(Now).usual
    ends = np.asarray(known.scope.periods.ends, np.int64)
    for start in range(0, max(len(wanted), 1), AT_A_TIME):
        some = wanted[start : start + AT_A_TIME]
        at, bought, lost = (columns[name][some] for name in ("at", "bought", "lost"))
        whom = Whom(known.panels.customers[some], known.panels.events, ends, at.astype(np.int64), bought)
        weight, codes, on = weights_at(whom, argued.pairs), whom.customer.astype(np.int64), ends[at]
        suggested = argued.remarks.suggest(codes, on, argued.model.causes)
        labels = _labels_at(argued, codes)
        labels = with_remarks(labels, suggested) if TEXT in argued.labels.stated else labels
        hazard = argued.model.by_cause(weight, whom.at)
        causes, evidence = judged_causes(whom, argued.pairs, argued.model, argued.met, weight, hazard, labels, lost,
                                         usual[some], on, titles_of(known.causes), suggested,
                                         _spoken(argued, codes), argued.heard.audited)  # fmt: skip
        yield causes, evidence, before_checked(argued.model, codes, hazard, labels, lost, usual[some], on)

"""What customers said and were told: complaints, promises, surveys, contacts, exit notes."""

from __future__ import annotations

import numpy as np
import polars as pl

from liuke.simulate.causes import CAUSES, CODE, NONE
from liuke.simulate.chance import F64, Ints, stream
from liuke.simulate.events import COMPLAINTS
from liuke.simulate.treatments import TREATMENTS
from liuke.simulate.truth import Causes
from liuke.simulate.view import View, gather
from liuke.simulate.words import days, money_word, pick

STATED = (*CAUSES, NONE)
ROUTINE = np.array([0.55, 0.3, 0.12, 0.04])  # visits a month by grade


def complaint(view: View) -> pl.DataFrame:
    """One row a complaint of a customer who was buying."""
    heard, words = view.firm.happenings.complaints, view.words
    inside = heard["month"] < view.firm.months
    live = np.flatnonzero(inside & view.buying[heard["customer"], np.minimum(heard["month"], view.firm.months - 1)])
    who, month, kind, badly, luck = (heard[name][live] for name in ("customer", "month", "kind", "badly", "luck"))
    count = len(live)
    draws = stream(view.firm.seed, "record/complaint").random((6, count))
    bad = badly.astype(bool)
    opened = view.day(month, draws[0])
    replied = opened + np.where(bad, 3 + draws[1] * 17, draws[1] * 2.5).astype(np.int64)
    unanswered = bad & (draws[2] < 0.3)
    resolved = replied + np.where(bad, 15 + draws[3] * 60, 1 + draws[3] * 12).astype(np.int64)
    unresolved = unanswered | (bad & (draws[4] < 0.4))
    product = view.firm.catalogue.slots[who, luck % 6]
    told = np.isin(kind, (0, 1, 4)) & (draws[5] < 0.75)
    verdict = np.where(bad, 2, (draws[4] > 0.7).astype(np.int64))
    frame = pl.DataFrame(
        {
            "complaint_id": pl.Series([f"TS{n:06d}" for n in range(1, count + 1)], dtype=pl.String),
            "customer_id": gather(view.customer_ids, who),
            "opened_on": days(opened),
            "kind": pick(words.words("complaint_kinds"), kind),
            "text": _complaint_texts(view, kind, luck, product),
            "severity": pl.Series(1 + (draws[3] * 2).astype(np.int64) + (kind == 0)),
            "product_id": gather(view.product_ids, np.where(told, product, -1)),
            "replied_on": days(replied, ~unanswered & (replied <= view.end)),
            "resolved_on": days(resolved, ~unresolved & (resolved <= view.end)),
            "verdict": pick(words.words("verdicts"), np.where(~unresolved & (resolved <= view.end), verdict, -1)),
            "reopened": view.yes_no(bad & (draws[1] < 0.35)),
        }
    )
    return view.entered(frame, opened, "complaint").sort("opened_on", "complaint_id")


def _complaint_texts(view: View, kind: Ints, luck: Ints, product: Ints) -> pl.Series:
    texts = [view.words.words(name, "complaint_texts") for name in COMPLAINTS]
    offset = np.cumsum([0, *(len(t) for t in texts)])
    count = np.array([len(t) for t in texts])
    chosen = gather(pl.Series([text for t in texts for text in t]), offset[kind] + luck % count[kind])
    family = gather(pl.Series(view.families), view.firm.catalogue.family[product])
    filled = pl.DataFrame({"t": chosen, "p": family})
    return filled.select(pl.col("t").str.replace("{product}", pl.col("p"), literal=True)).to_series()


def promise(view: View) -> pl.DataFrame:
    """One row a promise to a customer who was buying; kept late or not at all where it was broken."""
    made, months = view.firm.happenings.promises, view.firm.months
    bought = view.buying[made["customer"], np.minimum(made["month"], months - 1)]
    live = np.flatnonzero((made["month"] < months) & bought)
    who, month, late, kind = (made[name][live] for name in ("customer", "month", "late_days", "kind"))
    count = len(live)
    draws = stream(view.firm.seed, "record/promise").random((4, count))
    promised = view.day(month, draws[0] * 0.6)
    due = view.starts[month + 4] - 1 - (draws[1] * 10).astype(np.int64)
    kept = due + np.where(late > 0, late, -(draws[2] * 12).astype(np.int64))
    yearly = view.firm.customers.orders[who] * view.firm.customers.size[who] * 12
    cents = np.round(yearly * (0.005 + 0.015 * draws[3]) / 10).astype(np.int64) * 1000
    owner = view.life.departures.salesperson[who, month].astype(np.int64)
    frame = pl.DataFrame(
        {
            "promise_id": pl.Series([f"CN{n:06d}" for n in range(1, count + 1)], dtype=pl.String),
            "customer_id": gather(view.customer_ids, who),
            "kind": pick(view.words.words("promise_kinds"), kind),
            "promised_on": days(promised),
            "due_on": days(due),
            "amount": money_word(np.maximum(cents, 5000)),
            "approved": view.yes_no(draws[2] < 0.85),
            "kept_on": days(kept, (late >= 0) & (kept <= view.end)),
            "promised_by": gather(view.salesperson_ids, owner),
        }
    )
    return view.entered(frame, promised, "promise").sort("promised_on", "promise_id")


def survey_answer(view: View) -> pl.DataFrame:
    """Half-yearly surveys: one row a question put to a customer; unanswered ones have no day and no score."""
    frames = []
    questions = view.words.words("questions")
    who = view.firm.customers
    for month in range(5, view.firm.months, 6):
        luck = stream(view.firm.seed, "record/survey", month)
        asked = np.flatnonzero((luck.random(len(who)) < 0.25) & view.buying[:, month])
        share = np.clip(view.life.path.share[asked, month], 0.01, 0.99)
        mood = np.log(share / (1 - share))  # the utility behind the share
        chance = view.firm.world["survey_response"] * (0.6 + 0.6 * who.affect[asked] + 0.5 * (mood < -0.3))
        answers = luck.random(len(asked)) < chance
        day = view.starts[month] + 4
        for number, _ in enumerate(questions):
            late = view.firm.happenings.late[asked, month] & (number == 1)
            score = 4.6 + 1.5 * who.affect[asked] + 1.2 * mood - 3 * late + 1.1 * luck.standard_normal(len(asked))
            frames.append(
                pl.DataFrame(
                    {
                        "survey_id": pl.Series([f"DC{month:03d}"] * len(asked), dtype=pl.String),
                        "customer_id": gather(view.customer_ids, asked),
                        "question_id": pl.Series([questions[number]] * len(asked), dtype=pl.String),
                        "asked_on": days(np.full(len(asked), day)),
                        "answered_on": days(day + 1 + (luck.random(len(asked)) * 15).astype(np.int64), answers),
                        "score": pl.Series(np.clip(np.round(score), 0, 10)).cast(pl.Int64),
                        "text": pl.Series([None] * len(asked), dtype=pl.String),
                    }
                ).with_columns(score=pl.when(pl.col("answered_on").is_not_null()).then(pl.col("score")))
            )
    return pl.concat(frames).sort("survey_id", "customer_id", "question_id") if frames else pl.DataFrame()


def contact(view: View) -> pl.DataFrame:
    """One row a contact: routine visits, and what old habits did to whom."""
    frames, words = [], view.words
    named = words.sections["treatments"]
    purposes = [words.word("routine"), *(str(named[name]) for name in TREATMENTS[1:])]
    who = view.firm.customers
    for month in range(view.firm.months):
        luck = stream(view.firm.seed, "record/contact", month)
        plan = view.life.plan[:, month].astype(np.int64)
        routine = (luck.random(len(who)) < ROUTINE[who.grade]) & view.buying[:, month]
        met = np.flatnonzero(routine | (plan > 0))
        draws = luck.random((3, len(met)))
        at = view.day(np.full(len(met), month), draws[0])
        outcome = np.minimum((draws[2] ** 1.6 * 4).astype(np.int64), 3)
        frames.append(
            pl.DataFrame(
                {
                    "customer_id": gather(view.customer_ids, met),
                    "at": days(at),
                    "channel": pick(words.words("contact_ways"), (draws[1] * 3).astype(np.int64)),
                    "by": gather(view.salesperson_ids, view.life.departures.salesperson[met, month].astype(np.int64)),
                    "purpose": pick(purposes, plan[met]),
                    "outcome": pick(words.words("outcomes"), outcome),
                }
            )
        )
    table = pl.concat(frames).sort("at", "customer_id", maintain_order=True)
    numbered = table.with_row_index("n", offset=1).select(
        pl.format("LX{}", pl.col("n").cast(pl.String).str.zfill(7)).alias("contact_id"), pl.exclude("n")
    )
    return view.entered(numbered, table["at"].cast(pl.Int32).to_numpy().astype(np.int64), "contact")


def exit_note(view: View, causes: Causes) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Exit notes of lost customers, their causes bent towards price; and the truth about each note.

    The second table has customer_id, stated and true cause as codes of the simulation.
    """
    world, words, size = view.firm.world, view.words, len(view.firm.customers)
    asked = np.flatnonzero((causes.kind == 1) & (view.luck("note", size) < world["note_share"]))
    draws = stream(view.firm.seed, "record/note").random((7, size))[:, asked]
    day = view.starts[causes.onset[asked]] + 25 + (draws[0] * 60).astype(np.int64)
    inside = day <= view.end
    asked, draws, day = asked[inside], draws[:, inside], day[inside]
    true = np.where(causes.primary[asked] >= 0, causes.primary[asked], len(CAUSES))
    stated = confuse(true, draws, world["note_accuracy"], world["note_price_bias"])
    labels = [str(words.sections["causes"][name]) for name in STATED]
    back = [words.sections["returns_if"].get(name) for name in STATED]
    where = _direction(stated)
    audited = np.argsort(draws[5], kind="stable")[: int(world["audited"])]
    audit = np.full(len(asked), -1)
    audit[audited] = true[audited]
    frame = pl.DataFrame(
        {
            "customer_id": gather(view.customer_ids, asked),
            "on": days(day),
            "stated_cause": pick(labels, stated),
            "direction": pick(words.words("direction"), where),
            "competitor": pick(words.words("rivals"), np.where(where == 0, (draws[4] * 3).astype(np.int64), -1)),
            "by_owner": view.yes_no(draws[3] < 0.6),
            "would_return_if": pl.Series(back, dtype=pl.String).gather(stated.astype(np.uint32)),
            "text": _note_texts(view, stated, draws[4]),
            "audited_cause": pick(labels, audit),
        }
    )
    truth = pl.DataFrame(
        {
            "customer_id": frame["customer_id"],
            "stated": pick(list(STATED), stated),
            "true": pick(list(STATED), true),
        }
    )
    return view.entered(frame, day, "exit note").sort("on", "customer_id"), truth


def confuse(true: Ints, draws: F64, accuracy: float, bias: float) -> Ints:
    """What notes state: the true cause with `accuracy`, else price with `bias`, else another one at random."""
    other = (draws[6] * 0.999 * len(STATED) * 7).astype(np.int64) % len(STATED)
    other = np.where((other == true) | (other == CODE["unlisted"]), len(CAUSES), other)
    wrong = np.where((draws[2] < bias) & (true != CODE["price"]), CODE["price"], other)
    return np.where(draws[1] < accuracy, true, wrong)


def _direction(stated: Ints) -> Ints:
    rival = np.isin(stated, [CODE[name] for name in ("price", "competitor_entry", "late_delivery", "quality")])
    return np.select(
        [rival, stated == CODE["unavoidable"], stated == CODE["salesperson_left"], stated == CODE["market"]],
        [0, 2, 3, 1],
        4,
    )


def _note_texts(view: View, stated: Ints, luck: F64) -> pl.Series:
    texts = [view.words.words(name, "note_texts") for name in STATED]
    offset = np.cumsum([0, *(len(t) for t in texts)])
    count = np.array([len(t) for t in texts])
    which = offset[stated] + (luck * count[stated]).astype(np.int64)
    return gather(pl.Series([text for t in texts for text in t]), which)

"""The figures of causes: of customers that truly left for a reason, whether it is named, how sure, and in what shares.

The ceiling of the causes named rightly is a multinomial logit fitted on the truth itself, each customer judged by those
fitted without it: the same evidence, the same sayings, and the answers known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from liuke.kernel.i18n import N_
from liuke.simulate.figures import Figure

if TYPE_CHECKING:
    from liuke.simulate.chance import F64, Ints

CALLED = {"competitor_entry": "competitor", "unavoidable": "closed_or_moved", "pruned": "dropped", "none": "unknown",
          "unlisted": "unknown"}  # what the simulation calls otherwise  # fmt: skip
TOGETHER = {"rebate_late": "promise_broken"}  # what we tell apart and the simulation does not
FOLDS, RIDGE, BINS = 4, 1.0, 10
NOTHING = N_("probability given to causes where none made the difference")
NOBODY = N_("nobody who truly left was judged")
NO_CAUSES = N_("the run was made before causes were judged")


def of_causes(causes: pl.DataFrame, evidence: pl.DataFrame, truth: pl.DataFrame, notes: pl.DataFrame) -> list[Figure]:
    """Figures over customers judged as lost whose loss the truth explains; where nobody truly left, what is blamed.

    `causes` and `evidence` are customer_cause and cause_evidence with customer_id; `truth` the table cause, `notes` the
    table note of the truth.
    """
    true = truth.filter("primary").select("customer_id", "kind", true=pl.col("cause").replace(CALLED), named="cause")
    judged = put_together(causes.filter(pl.col("judged") == "lost")).join(true, on="customer_id")
    if judged.is_empty():
        unknown = causes.filter(pl.col("cause") == "unknown")["probability"]
        blamed = None if len(true) or unknown.is_empty() else 1 - float(unknown.mean())  # type: ignore[arg-type]
        return [Figure(N_("causes named rightly"), None, None, NOBODY),
                Figure(NOTHING, blamed, 0.0, "" if blamed is not None else NOBODY)]  # fmt: skip
    first = judged.filter(pl.col("place") == 1).sort("customer_id")
    right = (first["cause"] == first["true"]).to_numpy()
    open_ = ~first["audited"].to_numpy()
    said = notes.select("customer_id", note=pl.col("stated").replace(CALLED))
    noted = first.join(said, on="customer_id", how="left", maintain_order="left")
    spoken = noted["note"].is_not_null().to_numpy()
    with_note = spoken & open_
    by_note = (noted["note"] == noted["true"]).fill_null(value=False).to_numpy()
    hidden, nothing = (first["named"] == named for named in ("unlisted", "none"))
    unknown = first.select("customer_id").join(
        judged.filter(pl.col("cause") == "unknown"), on="customer_id", how="left", maintain_order="left"
    )["probability"].to_numpy()  # fmt: skip
    best = ceiling(first, evidence)
    found = len(first) / max(len(true.filter(pl.col("kind") == "lost")), 1)
    ours, theirs = price_bias(judged), price_bias_of_notes(noted)
    return [
        Figure(N_("causes named rightly"), _mean(right[open_]), _mean(best.right[open_])),
        Figure(N_("the same of customers with an exit note"), _mean(right[with_note]), _mean(best.right[with_note])),
        Figure(N_("the same by their exit notes alone"), _mean(by_note[with_note]), 1.0),
        Figure(N_("the same of customers of whom nothing was said"), _mean(right[~spoken]), _mean(best.right[~spoken])),
        Figure(N_("mean error of cause shares"), share_error(judged), 0.0),
        Figure(N_("error of the probability of causes"), gap_of_chances(first["probability"].to_numpy(), right), 0.0),
        Figure(N_("probability left to unknown where the cause is on no list"), _mean(unknown[hidden]),
               _mean(best.unknown[hidden]), "" if hidden.any() else N_("nobody left for such a cause")),
        Figure(NOTHING, _mean(1 - unknown[nothing]),
               _mean(1 - best.unknown[nothing]), "" if nothing.any() else N_("nobody left without a cause")),
        Figure(N_("share of price, ours less the true one"), ours, 0.0),
        Figure(N_("share of price, that of exit notes less the true one"), theirs, 0.0),
        Figure(N_("customers judged of those who truly left"), found, 1.0),
    ]  # fmt: skip


def put_together(causes: pl.DataFrame) -> pl.DataFrame:
    """`customer_cause` with the causes that the simulation does not tell apart as one, and their places again."""
    one = causes.with_columns(pl.col("cause").replace(TOGETHER)).group_by("customer_id", "cause").agg(
        pl.col("probability").sum(), pl.col("audited", "stated").first(), pl.col("place").min()
    )  # fmt: skip
    ordered = one.sort("customer_id", "probability", "place", descending=[False, True, False])
    return ordered.with_columns(
        pl.col("stated").replace(TOGETHER), place=pl.int_range(1, pl.len() + 1).over("customer_id")
    )


def price_bias(judged: pl.DataFrame) -> float:
    """The expected share of price less the true one."""
    customers = judged["customer_id"].n_unique()
    guessed = judged.filter(pl.col("cause") == "price")["probability"].sum() / customers
    return float(guessed - (judged.filter(pl.col("place") == 1)["true"] == "price").mean())  # type: ignore[operator]


def price_bias_of_notes(noted: pl.DataFrame) -> float | None:
    """How much oftener exit notes state the price than it was; None without notes."""
    spoken = noted.drop_nulls("note")
    if spoken.is_empty():
        return None
    return float((spoken["note"] == "price").mean() - (spoken["true"] == "price").mean())  # type: ignore[operator]


def share_error(judged: pl.DataFrame) -> float:
    """The mean absolute difference between expected and true shares over all causes that occur in either."""
    customers = judged["customer_id"].n_unique()
    guessed = judged.group_by("cause").agg(guessed=pl.col("probability").sum() / customers)
    true = judged.filter(pl.col("place") == 1).group_by(cause="true").agg(true=pl.len() / customers)
    both = guessed.join(true, on="cause", how="full", coalesce=True).fill_null(0.0)
    return float((both["guessed"] - both["true"]).abs().mean())  # type: ignore[arg-type]  # never empty


def gap_of_chances(chance: F64, right: F64) -> float:
    """Expected calibration error over BINS equal bins of the first cause's probability."""
    at = np.minimum((chance * BINS).astype(np.int64), BINS - 1)
    gaps = [(at == each).mean() * abs(chance[at == each].mean() - right[at == each].mean()) for each in np.unique(at)]
    return float(sum(gaps))


@dataclass(frozen=True)
class Ceiling:
    """What a logit that was fitted on the truth of others says of each customer; (customers,)."""

    right: F64  # whether it names the cause
    unknown: F64  # the probability it leaves to unknown


def ceiling(first: pl.DataFrame, evidence: pl.DataFrame) -> Ceiling:
    """A logit on each customer's evidence that was fitted on the others' truth."""
    strength = evidence.filter(pl.col("speaks") == "for").group_by("customer_id", "cause").agg(
        pl.col("ratio").log().sum()
    )  # fmt: skip
    wide = strength.pivot("cause", index="customer_id", values="ratio")
    columns = first.select("customer_id", "stated").join(wide, on="customer_id", how="left", maintain_order="left")
    seen = columns.drop("customer_id", "stated").fill_null(0.0).to_numpy().astype(np.float64)
    sayings = columns["stated"].fill_null("").to_dummies().to_numpy().astype(np.float64)
    features = np.hstack([seen, np.minimum(seen, 1.0) > 0, sayings, np.ones((len(first), 1))])
    names, answers = np.unique(first["true"].to_numpy(), return_inverse=True)
    found, unknown = np.zeros(len(first)), np.zeros(len(first))
    fold = np.arange(len(first)) % FOLDS
    for each in range(FOLDS):
        rest = fold != each
        chance = softmax(features[~rest] @ softmax_fit(features[rest], answers[rest], len(names)))
        found[~rest] = chance.argmax(axis=1) == answers[~rest]
        unknown[~rest] = chance[:, names == "unknown"].sum(axis=1)
    return Ceiling(found, unknown)


def softmax(score: F64) -> F64:
    """Chances of scores (rows, classes)."""
    raised = np.exp(score - score.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def softmax_fit(features: F64, answers: Ints, classes: int) -> F64:
    """Weights of a multinomial logit with a ridge, (features, classes)."""
    from scipy.optimize import minimize

    rows, shape = np.arange(len(features)), (features.shape[1], classes)

    def loss(flat: F64) -> tuple[float, F64]:
        weight = flat.reshape(shape)
        chance = softmax(features @ weight)
        value = -np.log(np.maximum(chance[rows, answers], 1e-300)).sum() + RIDGE / 2 * (weight**2).sum()
        chance[rows, answers] -= 1
        return float(value), (features.T @ chance + RIDGE * weight).ravel()

    return np.asarray(minimize(loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B").x.reshape(shape))


def _mean(values: F64) -> float | None:
    return float(values.mean()) if len(values) else None

"""The figures of causes: of customers that truly left for a reason, whether it is named, how sure, and in what shares.

The ceiling of the causes named rightly is a multinomial logit fitted on the truth itself, each customer judged by those
fitted without it: the same evidence, the same sayings, and the answers known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from liuke.kernel.i18n import N_
from liuke.simulate.figures import Figure

if TYPE_CHECKING:
    from liuke.simulate.chance import F64, Ints

CALLED = {"competitor_entry": "competitor", "unavoidable": "closed_or_moved", "pruned": "dropped", "none": "unknown",
          "unlisted": "unknown"}  # what the simulation calls otherwise  # fmt: skip
FOLDS, RIDGE, BINS = 4, 1.0, 10
NOBODY = N_("nobody who truly left was judged")
NO_CAUSES = N_("the run was made before causes were judged")


def of_causes(causes: pl.DataFrame, evidence: pl.DataFrame, truth: pl.DataFrame, notes: pl.DataFrame) -> list[Figure]:
    """Figures over customers judged as lost whose loss the truth explains.

    `causes` and `evidence` are customer_cause and cause_evidence with customer_id; `truth` the table cause, `notes` the
    table note of the truth.
    """
    true = truth.filter("primary").select("customer_id", "kind", true=pl.col("cause").replace(CALLED), named="cause")
    judged = causes.filter(pl.col("judged") == "lost").join(true, on="customer_id")
    if judged.is_empty():
        return [Figure(N_("causes named rightly"), None, None, NOBODY)]
    first = judged.filter(pl.col("place") == 1).sort("customer_id")
    right = (first["cause"] == first["true"]).to_numpy()
    open_ = ~first["audited"].to_numpy()
    said = notes.select("customer_id", note=pl.col("stated").replace(CALLED))
    noted = first.join(said, on="customer_id", how="left", maintain_order="left")
    with_note = noted["note"].is_not_null().to_numpy() & open_
    by_note = (noted["note"] == noted["true"]).fill_null(value=False).to_numpy()
    hidden = judged.filter(pl.col("named") == "unlisted", pl.col("cause") == "unknown")["probability"]
    best = ceiling(first, evidence)
    found = len(first) / max(len(true.filter(pl.col("kind") == "lost")), 1)
    return [
        Figure(N_("causes named rightly"), _mean(right[open_]), _mean(best[open_])),
        Figure(N_("the same of customers with an exit note"), _mean(right[with_note]), _mean(best[with_note])),
        Figure(N_("the same by their exit notes alone"), _mean(by_note[with_note]), 1.0),
        Figure(N_("mean error of cause shares"), share_error(judged), 0.0),
        Figure(N_("error of the probability of causes"), gap_of_chances(first["probability"].to_numpy(), right), 0.0),
        Figure(N_("probability left to unknown where the cause is on no list"), _mean(hidden.to_numpy()), 1.0,
               "" if len(hidden) else N_("nobody left for such a cause")),
        Figure(N_("customers judged of those who truly left"), found, 1.0),
    ]  # fmt: skip


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


def ceiling(first: pl.DataFrame, evidence: pl.DataFrame) -> F64:
    """Whether each customer's cause is named by a logit on its evidence that was fitted on the others' truth."""
    strength = evidence.filter(pl.col("speaks") == "for").group_by("customer_id", "cause").agg(
        pl.col("ratio").log().sum()
    )  # fmt: skip
    wide = strength.pivot("cause", index="customer_id", values="ratio")
    columns = first.select("customer_id", "stated").join(wide, on="customer_id", how="left", maintain_order="left")
    seen = columns.drop("customer_id", "stated").fill_null(0.0).to_numpy().astype(np.float64)
    sayings = columns["stated"].fill_null("").to_dummies().to_numpy().astype(np.float64)
    features = np.hstack([seen, np.minimum(seen, 1.0) > 0, sayings, np.ones((len(first), 1))])
    names, answers = np.unique(first["true"].to_numpy(), return_inverse=True)
    found = np.zeros(len(first))
    fold = np.arange(len(first)) % FOLDS
    for each in range(FOLDS):
        rest = fold != each
        weight = softmax_fit(features[rest], answers[rest], len(names))
        found[~rest] = (features[~rest] @ weight).argmax(axis=1) == answers[~rest]
    return found


def softmax_fit(features: F64, answers: Ints, classes: int) -> F64:
    """Weights of a multinomial logit with a ridge, (features, classes)."""
    from scipy.optimize import minimize

    rows, shape = np.arange(len(features)), (features.shape[1], classes)

    def loss(flat: F64) -> tuple[float, F64]:
        weight = flat.reshape(shape)
        score = features @ weight
        score -= score.max(axis=1, keepdims=True)
        chance = np.exp(score)
        chance /= chance.sum(axis=1, keepdims=True)
        value = -np.log(np.maximum(chance[rows, answers], 1e-300)).sum() + RIDGE / 2 * (weight**2).sum()
        chance[rows, answers] -= 1
        return float(value), (features.T @ chance + RIDGE * weight).ravel()

    return np.asarray(minimize(loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B").x.reshape(shape))


def _mean(values: F64) -> float | None:
    return float(values.mean()) if len(values) else None

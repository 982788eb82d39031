"""Why a customer was scored as it was: the model's columns grouped by idea, one sentence an idea. Never a cause.

The log-odds are taken apart exactly: slopes of the logit, and TreeSHAP for the trees. An idea's effect is the sum of
its columns, against the average of the rows learnt from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from liuke.kernel.amounts import Money
from liuke.kernel.i18n import N_
from liuke.kernel.money import from_cents
from liuke.kernel.period import day_of
from liuke.kernel.said import Said
from liuke.panel.exposure import in_model
from liuke.panel.panel import NEVER
from liuke.signals.churn.rows import COLUMNS

if TYPE_CHECKING:
    from liuke.panel.panel import Float
    from liuke.signals.churn.early import EarlyModel
    from liuke.signals.churn.model import ChurnModel
    from liuke.signals.churn.rows import ModelRows

IDEAS = {
    "silence": ("silence", "overdue", "surprise", "longest_gap", "usual_longest"),
    "habit": ("occasions", "rate", "once", "active_share", "tenure"),
    "money": ("money", "each"),
    "trend": ("rate_3", "occasion_rate_3", "occasion_rate_6", "each_rate_3", "late_gap"),
    "season": ("season_ahead",),
    "orders": ("order_rate_3", "coming"),
    "breadth": ("breadth_rate_3", "families_due"),
    "returns": ("return_share",),
    **{name: (name,) for name in in_model()},
}
SPEAKS_OF = {  # what an idea's sentence speaks of, as conditions call it, and how much it tells beside theirs
    "silence": ("silence", 2),
    "habit": ("silence", 0),  # purchases and days are the usual gap once more
    "trend": ("money", 1),
    "money": ("size", 1),
}
EVERYDAY = ("silence", "habit", "money")  # of who is in rhythm there is nothing to say under these
LEAST_EFFECT = 0.1  # log-odds: less than a tenth more likely is no reason
MOST_REASONS = 3


@dataclass(frozen=True)
class Reason:
    """One idea's part in one customer's risk: `effect` in log-odds, above 0 where it makes leaving likelier."""

    row: int
    idea: str
    effect: float
    said: Said


def contributions(model: ChurnModel, rows: ModelRows) -> Float:
    """Log-odds by column against the average row learnt from; nothing for a buying model. (rows, columns).

    What the buying model in the mixture says rests on silence and purchase days, and counts as silence.
    """
    parts = np.zeros((len(rows), len(rows.columns)))
    if model.mixture is None or model.shape is None:
        return parts
    place = [rows.columns.index(name) for name in rows.linear_columns]
    parts[:, place] = model.mixture.parts(rows)
    by_buying = model.mixture.buying_odds(rows)
    if by_buying is not None:
        parts[:, rows.columns.index("silence")] += model.mixture.weight * (by_buying - model.mixture.usual_odds)
    if model.trees is not None:
        parts += model.trees.contributions(model.seen(rows))[:, : len(rows.columns)]
    return parts * model.shape.slope * model.moved[1]


def speaks_of(idea: str) -> tuple[str, int]:
    """What the sentence of an idea speaks of, and how much it tells beside others that speak of it."""
    return SPEAKS_OF.get(idea, (idea, 1))


def model_reasons(model: ChurnModel, rows: ModelRows, most: int = MOST_REASONS) -> list[Reason]:
    """For each row the ideas that make leaving likelier, the strongest first, at most so many."""
    return _strongest(contributions(model, rows), rows.columns, list(IDEAS), rows, most)


def early_reasons(model: EarlyModel, rows: ModelRows, most: int = MOST_REASONS) -> list[Reason]:
    """For each row in rhythm what changed or was met that makes an early loss likelier, the strongest first."""
    ideas = [name for name in IDEAS if name not in EVERYDAY]
    return _strongest(model.parts(rows), model.columns, ideas, rows, most)


def _strongest(
    parts: Float, columns: tuple[str, ...], ideas: list[str], rows: ModelRows, most: int
) -> list[Reason]:
    """The ideas of which there is something to say, by what their columns add to the log-odds."""
    places = [[columns.index(name) for name in IDEAS[idea] if name in columns] for idea in ideas]
    effects = np.stack([parts[:, place].sum(axis=1) for place in places], axis=1)
    found = []
    for row in range(len(rows)):
        order = [nth for nth in np.argsort(-effects[row], kind="stable") if effects[row, nth] >= LEAST_EFFECT]
        said = [(nth, reason_sentence(ideas[nth], rows, row)) for nth in order]
        spoken = [Reason(row, ideas[nth], float(effects[row, nth]), each) for nth, each in said if each is not None]
        found += spoken[:most]
    return found


def reason_sentence(idea: str, rows: ModelRows, row: int) -> Said | None:
    """What there is to say of one customer under an idea; None where there is nothing."""
    count, silent, tenure = int(rows.occasions[row]), int(rows.silent[row]), int(rows.tenure[row])
    if idea in in_model():
        return _met(idea, rows, row)
    if idea == "silence":
        return silence(None if count == 1 else (tenure - silent) / (count - 1), silent)
    if idea == "habit":
        if count == 1:
            return Said(N_("A single purchase so far: nothing says yet that it will be a habit."))
        message = N_("Bought on {count} days since the first purchase {days} days ago.")
        return Said(message, {"count": count, "days": tenure})
    if idea == "money":
        return Said(N_("Bought for {amount} in the last year."), {"amount": Money(from_cents(int(rows.money[row])))})
    return _share(idea, rows, row)


def _share(idea: str, rows: ModelRows, row: int) -> Said | None:
    """What is the last three periods' part of the usual, or the year's returned part."""
    shares = {
        "trend": ("rate_3", N_("The last three periods brought {percent}% of the usual.")),
        "orders": ("order_rate_3", N_("Orders of the last three periods are {percent}% of the usual.")),
        "breadth": ("breadth_rate_3", N_("Different products of the last three periods are {percent}% of the usual.")),
        "season": ("season_ahead", N_("A year ago the coming three periods brought {percent}% of a usual quarter.")),
        "returns": ("return_share", N_("{percent}% of the last year's purchases were returned.")),
    }
    column, message = shares[idea]
    part = float(rows.x[row, COLUMNS.index(column)])
    percent = 0 if np.isnan(part) else round(100 * part)
    speaks = percent > 0 if idea == "returns" else percent < 100  # as much as ever is no reason to leave
    if np.isnan(part) or not speaks or (idea == "trend" and rows.usual[row] <= 0):
        return None
    return Said(message, {"percent": percent})


def _met(kind: str, rows: ModelRows, row: int) -> Said | None:
    """The latest event of a kind of exposure."""
    day = int(rows.met_on[row, rows.kinds.index(kind)])
    return None if day == NEVER else Said(in_model()[kind].SAYS, {"day": day_of(day)})


def silence(gap: float | None, silent: int) -> Said:
    """What there is to say of days of silence beside the usual gap, None after one purchase."""
    if gap is None:
        return Said(N_("Bought once, {silent} days ago, and not again."), {"silent": silent})
    return Said(N_("Bought every {gap} days, silent for {silent}."), {"gap": round(gap, 1), "silent": silent})

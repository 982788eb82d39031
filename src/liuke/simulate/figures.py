"""The figures of a score, each from the customers of a run beside their truth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from liuke.kernel.i18n import N_

if TYPE_CHECKING:
    from liuke.simulate.chance import F64

SHARE_SHOWN = 0.05  # of the customers: the head of the list that is scored
SHARE_CALLED = 0.01  # of the customers still buying: how many expected loss and the naive rule may name
NAIVE = "half_of_own_mean"  # rule whose customers, largest first, are the naive way
GROUPS = 20  # groups of similar risk whose mean range is held against their mean true chance
NINE_IN_TEN = 1.6448536269514722  # standard deviations either side of a normal mean
NOT_BUILT = N_("not built")
NO_RISK = N_("nobody was given a risk")


@dataclass(frozen=True)
class Figure:
    """One line of the score: what it says (a message), value and ceiling, or why there is none (a message)."""

    name: str
    value: float | None
    ceiling: float | None = None
    note: str = ""


def of_list(customers: pl.DataFrame) -> list[Figure]:
    """How much of what truly leaves stands at the head of the list."""
    open_ = customers.filter(~pl.col("was_lost"))
    shown = max(20, round(SHARE_SHOWN * len(open_)))
    lost = open_.filter("left")
    head = open_.filter(pl.col("listed") & pl.col("rank").is_not_null()).sort("rank").head(shown)
    best = open_.sort(pl.col("true_risk") * pl.col("usual"), descending=True).head(shown)
    total = float(lost["usual"].sum())
    caught, most = (float(rows.filter("left")["usual"].sum()) for rows in (head, best))
    well = open_.filter((pl.col("kind") == "well") & (pl.col("status") == "buying"))
    return [
        Figure(N_("money of leavers caught by the first 20th of the list"), _ratio(caught, total), _ratio(most, total)),
        Figure(
            N_("of those listed first, share that left"),
            _ratio(float(head["left"].sum()), len(head)),
            _ratio(float(best["left"].sum()), len(best)),
        ),
        Figure(N_("false alarms per 100 well customers"), _ratio(100.0 * float(well["listed"].sum()), len(well)), 0.0),
    ]


def of_rankings(customers: pl.DataFrame) -> list[Figure]:
    """Expected loss against the naive rule, both naming 1 % of the customers still buying (methods.md 1.2).

    Money is what a leaver truly bought in the year before, so that neither ranking is judged by its own figure.
    """
    open_ = customers.filter(~pl.col("was_lost"))
    called = max(1, round(SHARE_CALLED * len(open_)))
    total = float(open_.filter("left")["before_12_yuan"].sum())
    naive = open_.filter(pl.col("rules").list.contains(NAIVE))
    by_loss = open_.filter(pl.col("risk").is_not_null()).with_columns(loss=pl.col("risk") * pl.col("usual"))
    true = open_.with_columns(loss=pl.col("true_risk") * pl.col("before_12_yuan"))
    heads = [
        by_loss.sort("loss", descending=True).head(called),
        naive.sort("usual", descending=True).head(called),
        true.sort("loss", descending=True).head(called),
    ]
    money = [_ratio(float(head.filter("left")["before_12_yuan"].sum()), total) for head in heads]
    right = [_ratio(float(head["left"].sum()), len(head)) for head in heads]
    return [
        Figure(N_("lost money among the first 1 % by expected loss"), money[0], money[2]),
        Figure(N_("lost money among the first 1 % by half of the own mean, largest first"), money[1], money[2]),
        Figure(N_("share that left of the first 1 % by expected loss"), right[0], right[2]),
        Figure(N_("share that left of the first 1 % by half of the own mean, largest first"), right[1], right[2]),
    ]


def of_risk(customers: pl.DataFrame) -> list[Figure]:
    """Whether a risk of 30 % leaves in 30 of 100 cases, whether the risky leave first, and whether ranges hold."""
    known = customers.filter(pl.col("risk").is_not_null() & ~pl.col("was_lost"))
    if known.is_empty():
        return [Figure(N_("mean risk less the share that left"), None, None, NO_RISK)]
    left = known["left"].to_numpy().astype(float)
    risk, true = known["risk"].to_numpy(), known["true_risk"].to_numpy()
    low, high = (known[name].to_numpy() for name in ("risk_low", "risk_high"))
    inside = float(low.mean() <= left.mean() <= high.mean())
    found = [
        Figure(N_("mean risk less the share that left"), risk.mean() - left.mean(), true.mean() - left.mean()),
        Figure(N_("the share that left lies inside the mean range of the risk (1 yes, 0 no)"), inside, 1.0),
        Figure(N_("calibration error of the risk"), calibration_gap(risk, left), calibration_gap(true, left)),
        Figure(
            N_("groups of like risk whose share that left lies inside their range, chance included"),
            held_by_chance(risk, low, high, left),
            held_by_chance(true, true, true, left),
        ),
        Figure(
            N_("groups of like risk whose true chance lies inside their range"), held_groups(risk, low, high, true), 1.0
        ),
    ]
    name = N_("leavers ranked above stayers by risk (AUC)")
    if known["left"].n_unique() < 2:
        return [*found, Figure(name, None, None, N_("nobody or everybody left"))]
    return [*found, Figure(name, ranked_above(risk, left), ranked_above(true, left))]


def calibration_gap(chance: F64, happened: F64, bins: int = 10) -> float:
    """Mean distance between chance and frequency over tenths of the customers, weighted by size."""
    order = np.argsort(chance, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    gaps = [abs(chance[part].mean() - happened[part].mean()) * len(part) for part in parts]
    return float(sum(gaps) / len(chance))


def held_groups(chance: F64, low: F64, high: F64, true: F64, groups: int = GROUPS) -> float:
    """Share of groups of like `chance` whose mean true chance lies within their mean low and high."""
    order = np.argsort(chance, kind="stable")
    parts = [part for part in np.array_split(order, groups) if len(part)]
    return float(np.mean([low[part].mean() <= true[part].mean() <= high[part].mean() for part in parts]))


def held_by_chance(chance: F64, low: F64, high: F64, left: F64, groups: int = GROUPS) -> float:
    """Share of groups of like `chance` whose share that left lies within 90 % of what range and luck leave open.

    Below and above the mean chance the mean range and the luck of so many draws add up as errors do.
    """
    order = np.argsort(chance, kind="stable")
    held = []
    for part in np.array_split(order, groups):
        if len(part):
            mean, spread = chance[part].mean(), np.maximum(chance[part] * (1 - chance[part]), 0).sum()
            luck = NINE_IN_TEN * np.sqrt(spread) / len(part)
            below, above = np.hypot(mean - low[part].mean(), luck), np.hypot(high[part].mean() - mean, luck)
            held.append(mean - below <= left[part].mean() <= mean + above)
    return float(np.mean(held))


def ranked_above(score_: F64, happened: F64) -> float:
    """Share of pairs in which the one it happened to has the higher score; ties count half."""
    from scipy.stats import rankdata

    rank = rankdata(score_)
    yes = happened > 0
    count = int(yes.sum())
    return float((rank[yes].sum() - count * (count + 1) / 2) / (count * (len(yes) - count)))


def of_states(customers: pl.DataFrame) -> list[Figure]:
    """Whether those called lost truly have left, and how many of the truly gone are called so."""
    gone = pl.col("status").is_in(["away", "closed", "pruned"])
    called = customers.filter(pl.col("state") == "lost")
    truly = customers.filter(gone)
    both = len(called.filter(gone))
    return [
        Figure(N_("customers called lost who truly are gone"), _ratio(both, len(called)), 1.0),
        Figure(N_("customers truly gone who are called lost"), _ratio(both, len(truly)), 1.0),
    ]


def of_value(customers: pl.DataFrame) -> list[Figure]:
    """Whether the order of customers by value is that of what they will buy, and whether ranges hold what comes."""
    live = customers.filter(~pl.col("was_lost"))
    known = live.filter(pl.col("next_year").is_not_null())
    came = pl.col("came_12").is_between(pl.col("low"), pl.col("high"))
    held = float(known.select(came.mean()).item()) if len(known) else None
    return [
        Figure(
            N_("next year's money that came to lie inside its 90 % range"), held, 0.9, "" if len(known) else NO_VALUE
        ),
        _ranked(N_("rank correlation of the last 12 months with what came in the next 12"),
                live, "amount_12", "bought_12", "true_sales"),
        _ranked(N_("rank correlation of next year's money with what came"), live, "next_year", "came_12", "true_money"),
        _ranked(N_("rank correlation of the lifetime value with what came in two years"),
                live, "clv", "came_24", "true_money"),
        _ranked(N_("rank correlation of the wallet with the true one"), live, "wallet", "wallet_year", "wallet_year"),
    ]  # fmt: skip


NO_VALUE = N_("nobody was given this figure")


def _ranked(name: str, customers: pl.DataFrame, ours: str, true: str, best: str) -> Figure:
    """Spearman's correlation of a column with the truth, and of the best there can be with the truth."""
    from scipy.stats import spearmanr

    known = customers.filter(pl.col(ours).is_not_null() & pl.col(true).is_not_null())
    if len(known) < 3:
        return Figure(name, None, None, NO_VALUE)
    value, ceiling = (
        float(spearmanr(known[column].to_numpy(), known[true].to_numpy()).statistic) for column in (ours, best)
    )
    return Figure(name, value, ceiling)


def of_notes(notes: pl.DataFrame) -> list[Figure]:
    """What exit notes alone would say: the bar for causes. `notes` has stated and true."""
    notes = notes.filter(pl.col("true") != "none")
    if notes.is_empty():
        return [Figure(N_("causes named rightly by exit notes alone"), None, None, N_("nobody left a note"))]
    right = float((notes["stated"] == notes["true"]).to_numpy().mean())
    share = {
        side: notes[side].value_counts(normalize=True).rename({side: "cause", "proportion": side})
        for side in ("stated", "true")
    }
    both = share["stated"].join(share["true"], on="cause", how="full", coalesce=True).fill_null(0.0)
    error = float(np.abs((both["stated"] - both["true"]).to_numpy()).mean())
    return [
        Figure(N_("causes named rightly by exit notes alone"), right, 1.0),
        Figure(N_("mean error of cause shares by exit notes alone"), error, 0.0),
    ]


def later() -> list[Figure]:
    """Figures of rooms that are not built yet."""
    names = (N_("policy value, share of the oracle's"),)
    return [Figure(name, None, None, NOT_BUILT) for name in names]


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None

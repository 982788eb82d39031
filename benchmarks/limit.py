"""What any model could make of the files of a world: one that knows how the same days turned out for other firms.

python benchmarks/limit.py WORLD [--customers N] [--seeds S]

The columns of every firm's customers at its last day, fitted to what truly came after it at all the other firms, and
asked of the one left out. No real model can know that; what it misses, the columns do not hold. Beside it stand the
firm's own run and the naive rule of docs/methods/score.md, on the same customers: the share of the first 1 % that left
(by risk times usual year; the naive rule's largest) and AUC.

Then the same of going, though not overdue: of the customers still in their rhythm at the last day who truly still buy,
those who truly leave within three months. The ceiling is a logit on the columns of early warning, fitted to that truth
at all other firms; beside it the early chance of the firm's own run, and how much of the ceiling's distance from
chance (AUC .5) it reaches. Firms in which nobody goes are left out; where no early chance is given it counts as chance.
"""

from __future__ import annotations

import argparse
from datetime import date, timedelta
from functools import reduce
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

import liuke
from liuke.kernel.progress import Unwatched
from liuke.run.customers import customer_frame
from liuke.run.panels import Wanted, open_panels
from liuke.run.scope import resolve
from liuke.signals import metrics
from liuke.signals.churn import boosting, early, logit
from liuke.signals.churn.rows import LINEAR, ModelRows, model_rows
from liuke.signals.rhythm import Rhythm
from liuke.simulate.figures import NAIVE, SHARE_CALLED
from liuke.simulate.futures import SOON
from liuke.simulate.world import names
from liuke.store.fact_store import FactStore
from score import simulated

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.app.firm import RunView

ROUNDS = 200
Bool = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


class Going(NamedTuple):
    """Customers in rhythm at the last day who truly still buy; all (customers,) but `columns` and `x`."""

    columns: tuple[str, ...]
    x: Floats  # early_design
    gone: Bool  # within three months, in truth
    chance: Floats  # early, of the firm's own run; NaN where it says nothing


class Firm(NamedTuple):
    """Customers still buying at the last day; all (customers,) but `x`."""

    x: npt.NDArray[np.float32]
    left: Bool
    risk: Floats  # of the firm's own run
    usual: Floats
    naive: Bool  # whom the naive rule names


def firm(world: str, customers: int, seed: int) -> tuple[Firm, Going]:
    """One firm from its files, with what came after."""
    with simulated(world, customers, seed) as (made, truth):
        run = made.run()
        found, rhythm = _rows(made)
        return _leaving(run, found, truth), _going(run, found, rhythm, truth)


def _leaving(run: RunView, found: ModelRows, truth: Path) -> Firm:
    """The customers with a risk, and who of them bought nothing within the horizon."""
    known = run.table("customer_now").filter(
        pl.col("risk").is_not_null(), ~pl.col("state").is_in(["lost", "never_bought"])
    )
    known = known.filter(pl.col("customer_code").is_in(found.customer.tolist())).sort("customer_code")
    day, horizon = date.fromisoformat(run.info["as_of"]), int(np.max(run.info["left_days"]))
    ahead = pl.read_parquet(truth / "future_order.parquet")
    back = ahead.filter(pl.col("invoiced_on").is_between(day + timedelta(1), day + timedelta(horizon)))
    place = np.searchsorted(found.customer, known["customer_code"].to_numpy())
    return Firm(
        found.x[place],
        ~known["customer_id"].is_in(back["customer_id"].unique().implode()).to_numpy(),
        known["risk"].to_numpy(),
        known["usual_year"].cast(pl.Float64).fill_null(0.0).to_numpy(),
        known["rules"].list.contains(NAIVE).to_numpy(),
    )


def _going(run: RunView, found: ModelRows, rhythm: Rhythm, truth: Path) -> Going:
    """The customers in rhythm who truly still buy, and who of them truly leaves within three months."""
    soon = pl.lit(run.info["as_of"]).str.to_date().dt.offset_by(f"{SOON}mo")
    told = pl.read_parquet(truth / "customer.parquet").select(
        "customer_id", "status", gone=(pl.col("leaves_on") <= soon).fill_null(value=False)
    )
    known = run.table("customer_now").join(told, on="customer_id").filter(pl.col("status") == "buying")
    rows = found.pick(early.in_rhythm(found, rhythm.parameters))
    rows = rows.pick(np.isin(rows.customer, known["customer_code"].to_numpy()))
    one = known.filter(pl.col("customer_code").is_in(rows.customer.tolist())).sort("customer_code")
    order = np.argsort(rows.customer)
    return Going(
        early.early_columns(rows),
        early.early_design(rows)[order],
        one["gone"].to_numpy(),
        one["early"].fill_null(np.nan).to_numpy(),
    )


def _rows(made: liuke.Firm) -> tuple[ModelRows, Rhythm]:
    """The models' columns at the last day, by customer code, and the rhythm of what the question stands on."""
    store = FactStore(made.workspace.facts)
    scope = resolve(made.workspace, store, None, None)
    customers = customer_frame(made.workspace, store, scope)
    wanted = Wanted(products=scope.has_products, families=scope.has_products)
    panels = open_panels(made.workspace, store, scope, customers, wanted, Unwatched())
    kind = panels.asked_of
    rhythm = reduce(Rhythm.__add__, (Rhythm.of(panel.on(kind)) for panel in panels))
    rows = ModelRows.joined([model_rows(panel.latest(), [panel.shape[1] - 1], kind) for panel in panels])
    return rows, rhythm


def limit(others: list[Firm], one: Firm) -> Floats:
    """Log-odds of leaving of one firm's customers, learnt from what came of the others'."""
    x, left = np.concatenate([each.x for each in others]), np.concatenate([each.left for each in others])
    which = np.repeat(np.arange(len(others), dtype=np.int32), [len(each.left) for each in others])
    level = logit.fit(x[:, : len(LINEAR)], left, which, np.arange(len(left), dtype=np.int32))
    offset = level.log_odds(x[:, : len(LINEAR)], which)
    trees = boosting.fit(boosting.Slice(x.astype(np.float64), left, offset), rounds=ROUNDS)
    return level.log_odds(one.x[:, : len(LINEAR)]) + trees.correction(one.x.astype(np.float64))


def figures(one: Firm, odds: Floats) -> list[float]:
    """Share that left of the first 1 % by the limit, the run and the naive rule; AUC of the limit and of the run."""
    called = max(1, round(SHARE_CALLED * len(one.left)))
    naive = np.flatnonzero(one.naive)
    heads = [
        np.argsort(-one.usual / (1 + np.exp(-odds)), kind="stable")[:called],
        np.argsort(-one.usual * one.risk, kind="stable")[:called],
        naive[np.argsort(-one.usual[naive], kind="stable")[:called]],
    ]
    shares = [float(one.left[head].mean()) if len(head) else 0.0 for head in heads]
    return [*shares, *(_auc(score, one.left) for score in (odds, one.risk))]


def _auc(score: Floats, came: Bool) -> float:
    order = np.argsort(score, kind="stable")
    return float(metrics.auc(score[order], came[order].astype(float), np.ones(len(order))))


def early_limit(others: list[Going], one: Going) -> Floats:
    """Log-odds of going of one firm's customers in rhythm, learnt from who truly went at the others."""
    x = np.concatenate([_laid_out(each, one.columns) for each in others])
    gone = np.concatenate([each.gone for each in others])
    which = np.repeat(np.arange(len(others), dtype=np.int32), [len(each.gone) for each in others])
    return logit.fit(x, gone, which, np.arange(len(gone), dtype=np.int32)).log_odds(one.x)


def _laid_out(one: Going, columns: tuple[str, ...]) -> Floats:
    """Its rows in another firm's columns; NaN where it has none such."""
    found = np.full((len(one.x), len(columns)), np.nan)
    for nth, name in enumerate(columns):
        if name in one.columns:
            found[:, nth] = one.x[:, one.columns.index(name)]
    return found


def early_figures(going: list[Going]) -> str:
    """The table of going: the ceiling, the firms' own runs, and the share of the ceiling's distance from chance."""
    odd = [each for each in going if each.gone.all() or not each.gone.any()]
    firms = [each for each in going if each.gone.any() and not each.gone.all()]
    mute = [each for each in firms if np.isnan(each.chance).all()]
    ceiling, own = [], []
    for nth, one in enumerate(firms):
        ceiling.append(_auc(early_limit(firms[:nth] + firms[nth + 1 :], one), one.gone))
        said = np.nan_to_num(one.chance, nan=float(np.nanmean(one.chance)) if one not in mute else 0.0)
        own.append(_auc(said, one.gone))
    top, mine = (np.array(each) for each in (ceiling, own))
    share = (mine.mean() - 0.5) / (top.mean() - 0.5)
    asked, gone = sum(len(each.gone) for each in firms), sum(int(each.gone.sum()) for each in firms)
    return "\n".join(
        [
            f"Going though in rhythm: {gone:,} of {asked:,} in {len(firms)} firms ({len(odd)} firms of nobody to rank, "
            f"{len(mute)} without early warning, counted as chance)\n",
            "| | AUC, mean over firms | least | most | |\n| --- | ---: | ---: | ---: | --- |",
            f"| knowing who went at the other firms | {top.mean():.3f} | {top.min():.3f} | {top.max():.3f} | |",
            f"| the firm's own run | {mine.mean():.3f} | {mine.min():.3f} | {mine.max():.3f} "
            f"| {share:.0%} of the ceiling's distance from chance |",
        ]
    )


def main() -> None:
    """Make the firms, hold out one after the other, print means."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("world", choices=names())
    asked.add_argument("--customers", type=int, default=2000)
    asked.add_argument("--seeds", type=int, default=20)
    given = asked.parse_args()
    made = [firm(given.world, given.customers, seed) for seed in range(1, given.seeds + 1)]
    firms, going = [one for one, _ in made], [each for _, each in made]
    found = np.array([figures(one, limit(firms[:nth] + firms[nth + 1 :], one)) for nth, one in enumerate(firms)]).mean(
        axis=0
    )
    print(f"{given.world}, {given.customers:,} customers, {given.seeds} firms\n")
    print("| | left of the first 1 % | AUC |\n| --- | ---: | ---: |")
    print(f"| knowing the outcomes of the other firms | {found[0]:.3f} | {found[3]:.3f} |")
    print(f"| the firm's own run | {found[1]:.3f} | {found[4]:.3f} |")
    print(f"| half of the own mean, largest first | {found[2]:.3f} | |\n")
    print(early_figures(going))


if __name__ == "__main__":
    main()

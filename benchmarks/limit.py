"""What any model could make of the files of a world: one that knows how the same days turned out for other firms.

python benchmarks/limit.py WORLD [--customers N] [--seeds S]

The columns of every firm's customers at its last day, fitted to what truly came after it at all the other firms, and
asked of the one left out. No real model can know that; what it misses, the columns do not hold. Beside it stand the
firm's own run and the naive rule of docs/methods/score.md, on the same customers: the share of the first 1 % that left
(by risk times usual year; the naive rule's largest) and AUC.

Then the same of going, though not overdue: of the customers still in their rhythm at the last day who truly still buy,
those who truly leave within three months. The ceiling is a logit on the columns of early warning, fitted to that truth
at every month's end of all other firms; beside it the early chance of the firm's own run, and how much of the ceiling's
distance from chance (AUC .5) it reaches. Firms in which nobody goes are left out; no early chance counts as chance.
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
    from liuke.kernel.period import Periods

ROUNDS, FIRST = 200, 5  # FIRST: position of the first month learnt from
Bool = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


class Going(NamedTuple):
    """Customers in rhythm who truly still buy, at every month's end; (rows,) each but `columns` and `x`."""

    columns: tuple[str, ...]
    x: Floats  # early_design
    gone: Bool  # within three months, in truth
    customer: npt.NDArray[np.int32]
    now: Bool  # whether the end is the last day
    chance: Floats  # early, of the firm's own run; NaN where it says nothing, and before the last day


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
        found, rhythm, periods = _rows(made)
        now = found.pick(found.position == len(periods) - 1)
        return _leaving(run, now, truth), _going(
            run, found.pick(early.in_rhythm(found, rhythm.parameters)), periods, truth
        )


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


def _going(run: RunView, rows: ModelRows, periods: Periods, truth: Path) -> Going:
    """Of rows in rhythm those who truly still buy, and who of them truly leaves within three months."""
    known = run.table("customer_now").select("customer_id", "customer_code", pl.col("early").fill_null(np.nan))
    month = pl.col("month").dt.year().cast(pl.Int32) * 12 + pl.col("month").dt.month() - 1
    told = pl.read_parquet(truth / "customer_month.parquet").join(known, on="customer_id")
    told = told.select("customer_code", position=month - periods.first, buys=pl.col("status") == "buying")
    later = pl.read_parquet(truth / "customer.parquet").drop_nulls("leaves_on").join(known, on="customer_id")
    later = later.with_columns(month=pl.col("leaves_on")).select("customer_code", position=month - periods.first)
    size = (int(known["customer_code"].to_numpy().max()) + 1, len(periods) + SOON)
    buys, stops = np.zeros(size, bool), np.zeros(size, bool)
    for marked, frame in ((buys, told.filter("buys")), (stops, told.filter(~pl.col("buys"))), (stops, later)):
        within = frame.filter(pl.col("position").is_between(0, size[1] - 1))
        marked[within["customer_code"].to_numpy(), within["position"].to_numpy()] = True
    rows = rows.pick(buys[rows.customer, rows.position])
    gone = np.stack([stops[rows.customer, rows.position + 1 + nth] for nth in range(SOON)]).any(axis=0)
    said = np.full(size[0], np.nan)
    said[known["customer_code"].to_numpy()] = known["early"].to_numpy()
    now = rows.position == len(periods) - 1
    chance = np.where(now, said[rows.customer], np.nan)
    return Going(early.early_columns(rows), early.early_design(rows), gone, rows.customer, now, chance)


def _rows(made: liuke.Firm) -> tuple[ModelRows, Rhythm, Periods]:
    """The models' columns at every month's end, the last one's by customer code, and the rhythm, of the documents the
    question stands on."""
    store = FactStore(made.workspace.facts)
    scope = resolve(made.workspace, store, None, None)
    customers = customer_frame(made.workspace, store, scope)
    wanted = Wanted(products=scope.has_products, families=scope.has_products)
    panels = open_panels(made.workspace, store, scope, customers, wanted, Unwatched())
    kind, at = panels.asked_of, range(FIRST, len(scope.periods))
    rhythm = reduce(Rhythm.__add__, (Rhythm.of(panel.on(kind)) for panel in panels))
    rows = ModelRows.joined([model_rows(panel, at, kind) for panel in panels])
    return rows, rhythm, scope.periods


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
    """Log-odds of going of one firm's customers at its last day, learnt from who truly went at the others."""
    x = np.concatenate([_laid_out(each, one.columns) for each in others])
    which = np.repeat(np.arange(len(others), dtype=np.int32), [len(each.gone) for each in others])
    _, customer = np.unique(
        np.stack([which, np.concatenate([each.customer for each in others])]), axis=1, return_inverse=True
    )
    gone = np.concatenate([each.gone for each in others])
    return logit.fit(x, gone, which, customer.astype(np.int32)).log_odds(one.x[one.now])


def _laid_out(one: Going, columns: tuple[str, ...]) -> Floats:
    """Its rows in another firm's columns; NaN where it has none such."""
    found = np.full((len(one.x), len(columns)), np.nan)
    for nth, name in enumerate(columns):
        if name in one.columns:
            found[:, nth] = one.x[:, one.columns.index(name)]
    return found


def early_figures(going: list[Going]) -> str:
    """The table of going: the ceiling, the firms' own runs, and the share of the ceiling's distance from chance."""
    firms = [each for each in going if 0 < each.gone[each.now].sum() < each.now.sum()]
    mute = sum(bool(np.isnan(each.chance).all()) for each in firms)
    ceiling, own = [], []
    for nth, one in enumerate(firms):
        gone, said = one.gone[one.now], one.chance[one.now]
        ceiling.append(_auc(early_limit(firms[:nth] + firms[nth + 1 :], one), gone))
        own.append(_auc(np.nan_to_num(said, nan=0.0 if np.isnan(said).all() else float(np.nanmean(said))), gone))
    top, mine = (np.array(each) for each in (ceiling, own))
    share = (mine.mean() - 0.5) / (top.mean() - 0.5)
    asked, gone = sum(int(each.now.sum()) for each in firms), sum(int(each.gone[each.now].sum()) for each in firms)
    taught = sum(int(each.gone.sum()) for each in firms)
    return "\n".join(
        [
            f"Going though in rhythm: {gone:,} of {asked:,} in {len(firms)} firms, {mute} of them without early "
            f"warning; {taught:,} customer-months to learn it from\n",
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

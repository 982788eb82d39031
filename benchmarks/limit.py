"""What any model could make of the files of a world: one that knows how the same days turned out for other firms.

python benchmarks/limit.py WORLD [--customers N] [--seeds S]

The columns of every firm's customers at its last day, fitted to what truly came after it at all the other firms, and
asked of the one left out. No real model can know that; what it misses, the columns do not hold. Beside it stand the
firm's own run and the naive rule of docs/methods/score.md, on the same customers: the share of the first 1 % that left
(by risk times usual year; the naive rule's largest) and AUC.
"""

from __future__ import annotations

import argparse
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

import liuke
from liuke.kernel.progress import Unwatched
from liuke.run.customers import customer_frame
from liuke.run.panels import Wanted, open_panels
from liuke.run.scope import resolve
from liuke.signals import metrics
from liuke.signals.churn import boosting, logit
from liuke.signals.churn.rows import LINEAR, ModelRows, model_rows
from liuke.simulate.figures import NAIVE, SHARE_CALLED
from liuke.simulate.world import names
from liuke.store.fact_store import FactStore
from score import simulated

ROUNDS = 200


class Firm(NamedTuple):
    """Customers still buying at the last day; all (customers,) but `x`."""

    x: npt.NDArray[np.float32]
    left: npt.NDArray[np.bool_]
    risk: npt.NDArray[np.float64]  # of the firm's own run
    usual: npt.NDArray[np.float64]
    naive: npt.NDArray[np.bool_]  # whom the naive rule names


def firm(world: str, customers: int, seed: int) -> Firm:
    """One firm from its files, with what came after."""
    with simulated(world, customers, seed) as (made, truth):
        run = made.run()
        found = _rows(made)
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


def _rows(made: liuke.Firm) -> ModelRows:
    """The model's columns at the last day, by customer code."""
    store = FactStore(made.workspace.facts)
    scope = resolve(made.workspace, store, None, None)
    customers = customer_frame(made.workspace, store, scope)
    panels = open_panels(made.workspace, store, scope, customers, Wanted(products=True), Unwatched())
    return ModelRows.joined([model_rows(panel.latest(), [panel.shape[1] - 1]) for panel in panels])


def limit(others: list[Firm], one: Firm) -> npt.NDArray[np.float64]:
    """Log-odds of leaving of one firm's customers, learnt from what came of the others'."""
    x, left = np.concatenate([each.x for each in others]), np.concatenate([each.left for each in others])
    which = np.repeat(np.arange(len(others), dtype=np.int32), [len(each.left) for each in others])
    level = logit.fit(x[:, : len(LINEAR)], left, which, np.arange(len(left), dtype=np.int32))
    offset = level.log_odds(x[:, : len(LINEAR)], which)
    trees = boosting.fit(boosting.Slice(x.astype(np.float64), left, offset), rounds=ROUNDS)
    return level.log_odds(one.x[:, : len(LINEAR)]) + trees.correction(one.x.astype(np.float64))


def figures(one: Firm, odds: npt.NDArray[np.float64]) -> list[float]:
    """Share that left of the first 1 % by the limit, the run and the naive rule; AUC of the limit and of the run."""
    called = max(1, round(SHARE_CALLED * len(one.left)))
    naive = np.flatnonzero(one.naive)
    heads = [
        np.argsort(-one.usual / (1 + np.exp(-odds)), kind="stable")[:called],
        np.argsort(-one.usual * one.risk, kind="stable")[:called],
        naive[np.argsort(-one.usual[naive], kind="stable")[:called]],
    ]
    shares = [float(one.left[head].mean()) if len(head) else 0.0 for head in heads]
    ranked = []
    for score in (odds, one.risk):
        order = np.argsort(score, kind="stable")
        ranked.append(float(metrics.auc(score[order], one.left[order].astype(float), np.ones(len(order)))))
    return [*shares, *ranked]


def main() -> None:
    """Make the firms, hold out one after the other, print means."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("world", choices=names())
    asked.add_argument("--customers", type=int, default=2000)
    asked.add_argument("--seeds", type=int, default=20)
    given = asked.parse_args()
    firms = [firm(given.world, given.customers, seed) for seed in range(1, given.seeds + 1)]
    found = np.array([figures(one, limit(firms[:nth] + firms[nth + 1 :], one)) for nth, one in enumerate(firms)]).mean(
        axis=0
    )
    print(f"{given.world}, {given.customers:,} customers, {given.seeds} firms\n")
    print("| | left of the first 1 % | AUC |\n| --- | ---: | ---: |")
    print(f"| knowing the outcomes of the other firms | {found[0]:.3f} | {found[3]:.3f} |")
    print(f"| the firm's own run | {found[1]:.3f} | {found[4]:.3f} |")
    print(f"| half of the own mean, largest first | {found[2]:.3f} | |")


if __name__ == "__main__":
    main()

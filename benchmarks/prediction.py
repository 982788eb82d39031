"""The claims of docs/methods/churn_model.md, measured through the product and printed as Markdown tables.

python benchmarks/prediction.py [--data DIR] [--only cdnow|online_retail|worlds]

DIR holds CDNOW_master.txt (brucehardie.com, not ours to hand on); without it CDNOW is left out. Every firm is loaded
and run in a workspace of its own that is removed afterwards. References are fitted on the rows the model itself may
learn from at the origin.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import liuke
from liuke.kernel.period import period_end
from liuke.kernel.progress import Unwatched
from liuke.run.customers import customer_frame
from liuke.run.panels import Wanted, open_panels
from liuke.run.scope import resolve
from liuke.run.stages.churn import asked
from liuke.signals import metrics
from liuke.signals.churn import boosting, rolling
from liuke.signals.churn.logit import fit as fit_logit
from liuke.signals.churn.model import ChurnModel, fit, training
from liuke.signals.churn.question import MOST_SILENT
from liuke.signals.churn.rows import COLUMNS, origins
from liuke.signals.churn.sample import Sample
from liuke.simulate.export import simulate
from liuke.simulate.figures import held_by_chance
from liuke.store.fact_store import FactStore

if TYPE_CHECKING:
    from liuke.app.firm import Firm, RunView
    from liuke.signals.churn.question import Asked
    from liuke.signals.churn.rows import ModelRows

WORLDS = ("base", "confounded", "null")
FIVE = ("silence", "rate", "tenure", "money", "overdue")
SEGMENTS = ("core", "age", "grade")  # the run has those of every column
SHOWN = ("auc", "log_loss", "calibration_error", "captured_money")
FOLDS = 5
TENTHS = 10


@dataclass
class Measured:
    """A finished run, and the customer-months behind its model."""

    result: RunView
    rows: ModelRows
    question: Asked
    ends: list[date]
    seconds: float

    def origin(self, on: date) -> tuple[ModelRows, Asked]:
        """The rows tested at an origin, and the question as asked then."""
        at = self.ends.index(on)
        question = replace(self.question, at=at)
        fit_for = (self.rows.position == at) & self.question.closed(self.rows) & question.asked_of(self.rows)
        return self.rows.pick(fit_for), question


def firm_of(folder: Path, files: list[Path], settings: str = "") -> Firm:
    """A workspace with these files loaded."""
    firm = liuke.open(folder)
    (folder / "liuke.toml").write_text(settings, "utf-8")
    for file in files:
        firm.load(file)
    return firm


def measure(firm: Firm) -> Measured:
    """Run a firm; its model's sample is gathered again beside it."""
    started = time.perf_counter()
    result = firm.run()
    seconds = time.perf_counter() - started
    store = FactStore(firm.workspace.facts)
    scope = resolve(firm.workspace, store, None, None)
    wanted = Wanted(margin=scope.has_margin, products=scope.has_products)
    customers = customer_frame(firm.workspace, store, scope)
    at = origins(len(scope.periods), scope.periods.per_year)
    panels = open_panels(firm.workspace, store, scope, customers, wanted, Unwatched())
    sample = reduce(Sample.__add__, (Sample.of(panel, at) for panel in panels))
    question = asked(scope, result.info["left_days"], None)
    ends = [period_end(scope.periods.first + n, scope.periods.unit) for n in range(len(scope.periods))]
    return Measured(result, sample.rows, question, ends, seconds)


def five_terms(rows: ModelRows) -> np.ndarray:
    """Logs of silence, rate, tenure, money and overdue; (rows, 5)."""
    return rows.x[:, [COLUMNS.index(name) for name in FIVE]].astype(np.float64)


def references(made: Measured, on: date) -> dict[str, np.ndarray]:
    """Chances other models give at the origin: a plain five-term logit, LightGBM on every column, their mean."""
    test, question = made.origin(on)
    learnt = training(made.rows.pick(made.rows.position <= question.at), question)
    left = question.left(learnt)
    plain = make_pipeline(StandardScaler(), LogisticRegression(C=1e4, max_iter=1000)).fit(five_terms(learnt), left)
    by_logit = plain.predict_proba(five_terms(test))[:, 1]
    newest = learnt.position == learnt.position.max()
    base = float(logit(left.mean()))

    def part(which: np.ndarray) -> boosting.Slice:
        return boosting.Slice(learnt.wide[which].astype(np.float64), left[which], np.full(int(which.sum()), base))

    rounds = boosting.fit(part(~newest), part(newest)).rounds
    trees = boosting.fit(part(np.ones(len(left), bool)), rounds=rounds)
    by_trees = expit(base + trees.correction(test.wide.astype(np.float64)))
    return {
        "plain five-term logit": by_logit,
        "LightGBM on all columns": by_trees,
        "mean of both (log-odds)": expit((logit(by_logit) + logit(by_trees)) / 2),
    }


def ceilings(made: Measured, on: date) -> dict[str, np.ndarray]:
    """What the answers themselves allow: fitted to the outcomes it is tested on. No forecast."""
    test, question = made.origin(on)
    left = question.left(test)
    own = make_pipeline(StandardScaler(), LogisticRegression(C=1e4, max_iter=1000)).fit(five_terms(test), left)
    crossed = np.zeros(len(test))
    fold = np.random.default_rng(0).integers(0, FOLDS, len(test))
    for nth in range(FOLDS):
        seen, other = test.pick(fold != nth), test.pick(fold == nth)
        linear = fit_logit(seen.linear, question.left(seen), seen.position, seen.customer)
        offset = linear.log_odds(seen.linear)
        trees = boosting.fit(boosting.Slice(seen.wide.astype(np.float64), question.left(seen), offset))
        odds = linear.log_odds(other.linear) + trees.correction(other.wide.astype(np.float64))
        crossed[fold == nth] = expit(odds)
    return {
        "*ceiling: the five-term logit fitted to the answers*": own.predict_proba(five_terms(test))[:, 1],
        "*ceiling: our model fitted to the answers of the other four fifths*": crossed,
    }


def figures(chance: np.ndarray, test: ModelRows, left: np.ndarray) -> dict[str, float | None]:
    """AUC, log-loss, ECE and captured money of chances on the tested rows."""
    order = np.argsort(chance, kind="stable")
    given = (chance[order], left[order].astype(np.float64), np.ones(len(order)))
    found: dict[str, float | None] = {name: metrics.CHANCE_METRICS[name](*given) for name in SHOWN[:3]}
    money = np.maximum(test.money, 0).astype(np.float64)
    return {**found, "captured_money": rolling.captured(chance * money, left, money, np.ones(len(left)))}


def split(title: str, made: Measured, on: date, bars: str, published: str) -> None:
    """The table of one published split: every score of the run at that origin, references, bars."""
    test, question = made.origin(on)
    left = question.left(test)
    score = made.result.table("model_score").filter(pl.col("origin") == on, pl.col("scope") == "all")
    print(f"\n### {title}\n")
    silent = int((made.rows.position == question.at).sum()) - len(test)
    print(
        f"{len(test):,} customers at {on}, {left.mean():.1%} of them left ({silent} more had been silent for over "
        f"{MOST_SILENT} horizons); run {made.seconds:.1f} s\n"
    )
    print("| score | AUC | log-loss | ECE | leavers' money in the first 20th |\n| --- | --- | --- | --- | --- |")
    for name in score["score"].unique(maintain_order=True):
        own = dict(score.filter(pl.col("score") == name).select("metric", "value").iter_rows())
        line(f"**{name}**" if name == "model" else name, own)
    if silent:
        everyone = made.rows.pick(made.rows.position == question.at)
        model = fit(made.rows.pick(made.rows.position <= question.at), question)
        assert isinstance(model, ChurnModel)
        line(
            f"model, of those {silent} too", figures(expit(model.log_odds(everyone)), everyone, question.left(everyone))
        )
    for name, chance in {**references(made, on), **ceilings(made, on)}.items():
        line(name, figures(chance, test, left))
    print(f"| bars | {bars} | |\n\nMeasured elsewhere on this split: {published}.", flush=True)


def line(name: str, own: dict[str, float | None]) -> None:
    """One row of a split's table."""
    value, loss, error, money = (own.get(metric) for metric in SHOWN)
    cells = ("" if v is None else f"{v:.4f}" for v in (value, loss, error))
    print(f"| {name} | {' | '.join(cells)} | {'' if money is None else f'{money:.1%}'} |")


def cdnow(data: Path, folder: Path) -> None:
    """CDNOW master: history to 1997-12-31, buys again within 181 days."""
    made = measure(firm_of(folder, [data / "cdnow" / "CDNOW_master.txt"], "left_days = 181\n"))
    split(
        "CDNOW master",
        made,
        date(1997, 12, 31),
        "≥ .806 | ≤ .412 | ≤ .02",
        "recency AUC .7955, five-term logit .8039, LightGBM .8061, Pareto/NBD expected purchases .8038, logit-mean "
        "ensemble .8072 with log-loss .4109 and ECE .0196, fitted on the answers .8066 / .4089",
    )


def online_retail(data: Path, folder: Path) -> None:
    """Online Retail: history to 2011-09-09, buys again within 91 days; every date nine days earlier."""
    frame = pl.read_parquet(data / "online_retail" / "online_retail.parquet")
    moved = folder.with_suffix(".parquet")
    frame.with_columns(pl.col("InvoiceDate").dt.offset_by("-9d")).write_parquet(moved)
    made = measure(firm_of(folder, [moved], 'left_days = 91\ncurrency = "GBP"\n'))
    split(
        "Online Retail, dates moved nine days back",
        made,
        date(2011, 8, 31),
        "≥ .740, ≥ logit | ≤ logit + .003 |",
        "recency AUC .683, five-term logit .735, LightGBM .736, ensemble .743",
    )


def world(name: str, folder: Path, customers: int, seed: int) -> None:
    """A simulated world: the test over all its origins of customers still buying, calibration, segments."""
    export = folder / "export"
    simulate(export, folder / "truth", name, customers, seed=seed, lang="en", xlsx=False)
    files = [path for kind in ("invoices", "returns", "customers") for path in export.glob(f"{kind}.*")]
    made = measure(firm_of(folder / "firm", files))
    result, card = made.result, made.result.info["model"]
    print(f"\n### Simulated world `{name}`, {customers:,} customers, seed {seed}\n")
    print(
        f"Leaving: {result.info['left_days']} days without a purchase. Rung: {card['rung']} ({card['leavers']} seen "
        f"leaving), {card['trees']} trees, slope {card['slope']:.2f}; run {made.seconds:.1f} s\n"
    )
    whole = result.table("model_score").filter(pl.col("origin").is_null(), pl.col("metric").is_in(SHOWN))
    print("| customers | score | AUC | log-loss | ECE | leavers' money in the first 20th | customer-months, left |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for (scope, score), part in whole.group_by("scope", "score", maintain_order=True):
        column, _, value = str(scope).partition("=")
        if scope == "all" or str(score).startswith("rule:") or (value and column not in SEGMENTS):
            continue
        own = {row["metric"]: row for row in part.iter_rows(named=True)}
        cells = " | ".join(_ranged(own.get(metric)) for metric in SHOWN)
        any_ = own["auc"]
        print(f"| {scope} | {score} | {cells} | {any_['rows']:,}, {any_['left']:,} |")
    print("\n| tenth | expected | observed | customer-months |\n| --- | --- | --- | --- |")
    for row in result.table("model_curve").iter_rows(named=True):
        print(f"| {row['tenth']} | {row['expected']:.1%} | {row['observed']:.1%} | {row['rows']:,} |")
    intervals(made)


def intervals(made: Measured) -> None:
    """Whether what was seen lies where the intervals said: in the large, by origin, and by tenth of each origin."""
    tested = rolling.back_test(made.rows, made.question)
    assert isinstance(tested, rolling.BackTest)
    print("\n| origin | expected to leave (90 % interval) | left (90 % by chance) |\n| --- | --- | --- |")
    held = cells = 0
    for origin in tested.origins:
        there = np.flatnonzero((tested.rows.position == origin) & tested.buying)
        risk, low, high = (values[there] for values in (tested.chances["model"], tested.low, tested.high))
        left = tested.left[there]
        spread = 1.645 * np.sqrt(left.mean() * (1 - left.mean()) / len(left))
        print(
            f"| {made.ends[origin]} | {risk.mean():.1%} ({low.mean():.1%}-{high.mean():.1%}) "
            f"| {left.mean():.1%} ({left.mean() - spread:.1%}-{left.mean() + spread:.1%}) |"
        )
        held += held_by_chance(risk, low, high, left.astype(float), TENTHS) * TENTHS
        cells += TENTHS
    print(
        f"\nTenths of an origin whose share of leavers lies in their interval, chance included: {held:.0f} of {cells}."
    )


def _ranged(row: dict[str, float | None] | None) -> str:
    """A figure with its range where it has one."""
    if row is None or row["value"] is None:
        return "" if row is None else "not enough data"
    low, high = row["low"], row["high"]
    return f"{row['value']:.3f}" + ("" if low == high else f" ({low:.3f}-{high:.3f})")


def main() -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[2] / "shared" / "data")
    words.add_argument("--only", choices=("cdnow", "online_retail", "worlds"))
    words.add_argument("--customers", type=int, default=3000)
    words.add_argument("--seed", type=int, default=1)
    asked = words.parse_args()
    with tempfile.TemporaryDirectory(prefix="liuke-prediction-") as made:
        folder = Path(made)
        for name, part in (("cdnow", cdnow), ("online_retail", online_retail)):
            if asked.only in (None, name):
                part(asked.data, folder / name)
        for name in WORLDS if asked.only in (None, "worlds") else ():
            world(name, folder / name, asked.customers, asked.seed)


if __name__ == "__main__":
    main()

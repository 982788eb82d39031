"""A run against the truth: one table of figures, each beside its ceiling, the same figure had the truth been known."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import polars as pl

from liuke.kernel.errors import Refused
from liuke.kernel.i18n import N_
from liuke.kernel.period import day_of
from liuke.simulate import lines, orders
from liuke.simulate.firm import build, live, run
from liuke.simulate.world import Event, World

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.simulate.chance import F64

FUTURES = 40  # futures of the same firm a true chance is counted over
SHARE_SHOWN = 0.05  # of the customers: the head of the list that is scored
NOT_BUILT = N_("not built")


class RunLike(Protocol):
    """What is asked of a run."""

    @property
    def info(self) -> dict[str, Any]:
        """Its run.json."""
        ...

    def table(self, name: str) -> pl.DataFrame:
        """One of its tables."""
        ...


@dataclass(frozen=True)
class Figure:
    """One line of the score: what it says (a message), value and ceiling, or why there is none (a message)."""

    name: str
    value: float | None
    ceiling: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Futures:
    """Chance of not buying within the horizon and sales expected over 12 months, by customer number."""

    left: F64
    sales: F64


def score(run_: RunLike, truth_folder: Path) -> pl.DataFrame:
    """figure, value, ceiling, note: one row a figure; value is null where the note says why.

    Rates are shares (0-1). The ceiling knows everything at the end of the history but the luck of leaving and
    ordering after it. Refused when the run is of another day than the firm's last.
    """
    facts = json.loads((truth_folder / "truth.json").read_text("utf-8"))
    last = f"{orders.month_start(int(facts['months']) - 1):%Y-%m}"
    as_of = str(run_.info["as_of"])
    if not as_of.startswith(last):
        raise Refused(
            N_("The run is of {as_of}, but this truth ends in {month}."),
            as_of=as_of,
            month=last,
            fix=N_("Run again without --as-of on the firm this truth belongs to."),
        )
    horizon = _left_days(run_.info)
    customers = _joined(run_, truth_folder, as_of, horizon)
    chances = futures(facts, horizon)
    number = customers["customer_id"].str.slice(1).cast(pl.Int64).to_numpy() - 1
    customers = customers.with_columns(
        true_risk=pl.Series(chances.left[number]), true_sales=pl.Series(chances.sales[number])
    )
    figures = [*_list_figures(customers), *_risk_figures(customers), *_state_figures(customers)]
    figures += [*_value_figures(customers), *_cause_figures(truth_folder), *_later()]
    schema = {"figure": pl.String, "value": pl.Float64, "ceiling": pl.Float64, "note": pl.String}
    return pl.DataFrame([(f.name, f.value, f.ceiling, f.note) for f in figures], schema=schema, orient="row")


def over_seeds(tables: list[pl.DataFrame], level: float = 0.9) -> pl.DataFrame:
    """figure, value, low, high, ceiling, note, seeds: means over runs of different seeds, with a t interval.

    low and high are null with fewer than two seeds that have the figure.
    """
    from scipy.stats import t

    order = tables[0].select("figure").with_row_index("place")
    found = (
        pl.concat(tables)
        .group_by("figure")
        .agg(
            pl.col("value").mean(),
            pl.col("ceiling").mean(),
            pl.col("note").first(),
            spread=pl.col("value").std(),
            seeds=pl.col("value").count(),
        )
        .join(order, on="figure")
        .sort("place")
    )
    seeds = found["seeds"].to_numpy()
    half = t.ppf((1 + level) / 2, np.maximum(seeds - 1, 1)) / np.sqrt(np.maximum(seeds, 1))
    reach = pl.when(pl.col("seeds") > 1).then(pl.col("spread") * pl.Series(half))
    bounds = found.with_columns(low=pl.col("value") - reach, high=pl.col("value") + reach)
    return bounds.select("figure", "value", "low", "high", "ceiling", "note", "seeds")


def _left_days(info: dict[str, Any]) -> int:
    said = info["left_days"]
    return int(said[-1] if isinstance(said, list) else said)


def _joined(run_: RunLike, truth_folder: Path, as_of: str, horizon: int) -> pl.DataFrame:
    """Customers of the run beside their truth; `left`: no order within the horizon after the run's day."""
    day = pl.lit(as_of).str.to_date()
    ordered = (
        pl.read_parquet(truth_folder / "future_order.parquet")
        .filter(pl.col("date") <= day + timedelta(days=horizon))
        .group_by("customer_id")
        .agg(back=pl.lit(True).first())
    )
    truth = pl.read_parquet(truth_folder / "customer.parquet")
    return (
        run_.table("customer_now")
        .join(truth, on="customer_id")
        .join(ordered, on="customer_id", how="left")
        .with_columns(
            left=pl.col("back").is_null(),
            usual=pl.col("usual_year").cast(pl.Float64).fill_null(0.0),
            was_lost=pl.col("state").is_in(["lost", "never_bought"]),
        )
    )


def futures(facts: dict[str, Any], horizon: int, count: int = FUTURES) -> Futures:
    """True chances, counted over futures of the same firm that differ by luck alone."""
    said = dict(facts["world"])
    events = tuple(Event(**event) for event in said.pop("events"))
    firm = build(World(**{**said, "events": events}), facts["customers"], facts["months"], facts["seed"])
    life = live(firm)
    wait = orders.first_wait(firm)
    for month in range(firm.months):
        orders.place(firm, life.path, month, wait)
    end = lines.last_day(firm)
    until = min(firm.months + 12, firm.horizon)
    untreated = np.zeros_like(life.plan)
    left, sales = np.zeros(len(firm.customers)), np.zeros(len(firm.customers))
    for number in range(count):
        other = replace(firm, luck=firm.seed + 7919 * (number + 1))
        _, path = run(other, life.departures, untreated, start=life.at_end, until=until)
        ahead, gone = wait.copy(), np.ones(len(left), dtype=bool)
        for month in range(firm.months, until):
            placed = orders.place(other, path, month, ahead)
            gone[placed.customer[placed.day <= end + horizon]] = False
            if orders.month_start(month + 1) > day_of(end + horizon):
                break
        left += gone / count
        sales += path.sales.sum(axis=1) / count
    return Futures(left, sales)


def _list_figures(customers: pl.DataFrame) -> list[Figure]:
    """How much of what truly leaves stands at the head of the list."""
    open_ = customers.filter(~pl.col("was_lost"))
    shown = max(20, round(SHARE_SHOWN * len(open_)))
    lost = open_.filter("left")
    head = open_.filter(pl.col("listed") & pl.col("rank").is_not_null()).sort("rank").head(shown)
    best = open_.sort(pl.col("true_risk") * pl.col("usual"), descending=True).head(shown)
    total = float(lost["usual"].sum())
    caught, most = (float(rows.filter("left")["usual"].sum()) for rows in (head, best))
    well = customers.filter((pl.col("kind") == "well") & (pl.col("status") == "buying"))
    return [
        Figure(N_("money of leavers caught by the first 20th of the list"), _ratio(caught, total), _ratio(most, total)),
        Figure(
            N_("of those listed first, share that left"),
            _ratio(float(head["left"].sum()), len(head)),
            _ratio(float(best["left"].sum()), len(best)),
        ),
        Figure(N_("false alarms: well customers on the list"), _ratio(float(well["listed"].sum()), len(well)), 0.0),
    ]


def _risk_figures(customers: pl.DataFrame) -> list[Figure]:
    """Whether a risk of 30 % leaves in 30 of 100 cases, and whether the risky leave first."""
    known = customers.filter(pl.col("risk").is_not_null() & ~pl.col("was_lost"))
    if known.is_empty() or known["left"].n_unique() < 2:
        return [Figure(N_("calibration error of the risk"), None, None, N_("nobody or everybody left"))]
    left = known["left"].to_numpy().astype(float)
    risk, true = known["risk"].to_numpy(), known["true_risk"].to_numpy()
    return [
        Figure(N_("calibration error of the risk"), calibration_error(risk, left), calibration_error(true, left)),
        Figure(N_("leavers ranked above stayers by risk (AUC)"), ranked_above(risk, left), ranked_above(true, left)),
    ]


def calibration_error(chance: F64, happened: F64, bins: int = 10) -> float:
    """Mean distance between chance and frequency over tenths of the customers, weighted by size."""
    order = np.argsort(chance, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    gaps = [abs(chance[part].mean() - happened[part].mean()) * len(part) for part in parts]
    return float(sum(gaps) / len(chance))


def ranked_above(score_: F64, happened: F64) -> float:
    """Share of pairs in which the one it happened to has the higher score; ties count half."""
    from scipy.stats import rankdata

    rank = rankdata(score_)
    yes = happened > 0
    count = int(yes.sum())
    return float((rank[yes].sum() - count * (count + 1) / 2) / (count * (len(yes) - count)))


def _state_figures(customers: pl.DataFrame) -> list[Figure]:
    """Whether those called lost truly have left, and how many of the truly gone are called so."""
    gone = pl.col("status").is_in(["away", "closed", "pruned"])
    called = customers.filter(pl.col("state") == "lost")
    truly = customers.filter(gone)
    both = len(called.filter(gone))
    return [
        Figure(N_("customers called lost who truly are gone"), _ratio(both, len(called)), 1.0),
        Figure(N_("customers truly gone who are called lost"), _ratio(both, len(truly)), 1.0),
    ]


def _value_figures(customers: pl.DataFrame) -> list[Figure]:
    """Whether the order of customers by value is that of what they will buy."""
    from scipy.stats import spearmanr

    live = customers.filter(~pl.col("was_lost"))
    if len(live) < 3:
        return []
    after = live["after_12_yuan"].to_numpy()
    ours = float(spearmanr(live["amount_12"].cast(pl.Float64).fill_null(0.0).to_numpy(), after).statistic)
    best = float(spearmanr(live["true_sales"].to_numpy(), after).statistic)
    return [Figure(N_("rank correlation of the last 12 months with the next 12"), ours, best)]


def _cause_figures(truth_folder: Path) -> list[Figure]:
    """What exit notes alone would say: the bar for causes."""
    notes = pl.read_parquet(truth_folder / "note.parquet").filter(pl.col("true") != "none")
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


def _later() -> list[Figure]:
    """Figures of rooms that are not built yet."""
    names = (
        N_("causes named rightly"),
        N_("mean error of cause shares"),
        N_("rank correlation of the wallet"),
        N_("policy value, share of the oracle's"),
    )
    return [Figure(name, None, None, NOT_BUILT) for name in names]


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None

"""A run against the truth: one table of figures, each beside its ceiling, the same figure had the truth been known."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import polars as pl

from liuke.kernel.errors import Conflict
from liuke.kernel.i18n import N_
from liuke.simulate import cause_figures, early_figures, figures, orders
from liuke.simulate.futures import COUNT, SOON, futures

if TYPE_CHECKING:
    from pathlib import Path

VALUES = ("next_year", "low", "high", "clv", "wallet")  # columns of customer_value that are scored


class RunLike(Protocol):
    """What is asked of a run."""

    @property
    def info(self) -> dict[str, Any]:
        """Its run.json."""
        ...

    def table(self, name: str) -> pl.DataFrame:
        """One of its tables."""
        ...


def score(run_: RunLike, truth_folder: Path, count: int = COUNT) -> pl.DataFrame:
    """figure, value, ceiling, note: one row a figure; value is null where the note says why.

    Shares are 0-1. The ceiling knows everything at the end of the history but the luck of leaving and ordering after
    it; true chances are counted over `count` futures. Refused when the run is of another firm or of another day than
    its last.
    """
    facts = json.loads((truth_folder / "truth.json").read_text("utf-8"))
    _check(run_.info, facts)
    customers = _joined(run_, truth_folder, facts, count)
    found = [*figures.of_list(customers), *figures.of_rankings(customers), *figures.of_risk(customers)]
    found += [*early_figures.of_warning(customers), *figures.of_states(customers), *figures.of_value(customers)]
    notes = pl.read_parquet(truth_folder / "note.parquet", glob=False)
    found += [*figures.of_notes(notes), *_causes(run_, truth_folder, notes), *figures.later()]
    schema = {"figure": pl.String, "value": pl.Float64, "ceiling": pl.Float64, "note": pl.String}
    return pl.DataFrame([(f.name, f.value, f.ceiling, f.note) for f in found], schema=schema, orient="row")


def _causes(run_: RunLike, truth_folder: Path, notes: pl.DataFrame) -> list[figures.Figure]:
    """The figures of causes; why there are none where the run is from before they were judged."""
    if "causes" not in run_.info:
        return [figures.Figure(N_("causes named rightly"), None, None, cause_figures.NO_CAUSES)]
    who = run_.table("customer_now").select("customer_code", "customer_id")
    causes, evidence = (run_.table(name).join(who, on="customer_code") for name in ("customer_cause", "cause_evidence"))
    truth = pl.read_parquet(truth_folder / "cause.parquet", glob=False)
    return cause_figures.of_causes(causes, evidence, truth, notes)


def over_seeds(tables: list[pl.DataFrame], level: float = 0.9) -> pl.DataFrame:
    """figure, value, low, high, ceiling, note, seeds: means over runs of different seeds, with a t interval.

    low and high are null with fewer than two seeds that have the figure.
    """
    from scipy.stats import t

    order = pl.concat(tables).select("figure").unique(maintain_order=True).with_row_index("place")
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


def _check(info: dict[str, Any], facts: dict[str, Any]) -> None:
    last = f"{orders.month_start(int(facts['months']) - 1):%Y-%m}"
    as_of = str(info["as_of"])
    if not as_of.startswith(last):
        raise Conflict(
            N_("The run is of {as_of}, but this truth ends in {month}."),
            as_of=as_of,
            month=last,
            fix=N_("Run again without --as-of on the firm this truth belongs to."),
        )
    billed = {kind: Decimal(amount) for kind, amount in facts["amounts"].items()}
    alone = billed.get(info["basis"], Decimal(0))
    if Decimal(info["amount_total"]) not in (alone, alone + billed["return"]):
        raise Conflict(
            N_("The run's documents come to {has}, those of this truth's firm to {should}."),
            has=info["amount_total"],
            should=alone + billed["return"],
            fix=N_("Score it against the truth of its own firm, with all documents of that firm loaded."),
        )


def _left_days(info: dict[str, Any]) -> int:
    said = info["left_days"]
    return int(said[-1] if isinstance(said, list) else said)


def _joined(run_: RunLike, truth_folder: Path, facts: dict[str, Any], count: int) -> pl.DataFrame:
    """Customers of the run beside their truth; `left`: nothing of what says that one buys within the horizon after.

    bought_12 is what came in the next 12 months; came_12, came_24 and true_money are in the money values are in.
    """
    horizon = _left_days(run_.info)
    day = pl.lit(str(run_.info["as_of"])).str.to_date()
    money = "margin_yuan" if run_.info["value"]["basis"] == "margin" else "yuan"
    invoiced = run_.info["model"].get("asked_of", run_.info["basis"]) != "order"  # what says that a customer buys
    bought, on = (pl.col("invoiced_on" if by else "date") for by in (invoiced, run_.info["basis"] != "order"))
    coming = pl.read_parquet(truth_folder / "future_order.parquet", glob=False)
    ahead = coming.filter(on > day)
    year, two = (on <= day.dt.offset_by(f"{years}y") for years in (1, 2))
    came = ahead.group_by("customer_id").agg(
        back=((bought > day) & (bought <= day + timedelta(days=horizon))).any(),
        bought_12=pl.col("yuan").filter(year).sum(),
        came_12=pl.col(money).filter(year).sum(),
        came_24=pl.col(money).filter(two).sum(),
    )
    values = run_.table("customer_value").select("customer_code", pl.col(VALUES).cast(pl.Float64))
    chances = futures(facts, horizon, count, invoiced=invoiced)
    true = pl.DataFrame({
        "true_risk": chances.left,
        "true_gone_soon": chances.gone_soon,
        "true_gone_year": chances.gone_year,
        "true_sales": chances.sales,
        "true_money": chances.margin if money == "margin_yuan" else chances.sales,
    })  # fmt: skip
    truth = pl.read_parquet(truth_folder / "customer.parquet", glob=False)
    if "leaves_on" not in truth.columns:
        raise Conflict(N_("This truth does not say who leaves when: an earlier program wrote it."),
                       fix=N_("Simulate the firm again: the same arguments give the same firm."))  # fmt: skip
    ordered = coming.filter(pl.col("date") > day).group_by("customer_id").agg(next_order_on=pl.col("date").min())
    return (
        run_.table("customer_now")
        .join(values, on="customer_code")
        .join(truth.hstack(true), on="customer_id")
        .join(ordered, on="customer_id", how="left")
        .join(came, on="customer_id", how="left")
        .with_columns(
            pl.col("bought_12", "came_12", "came_24").fill_null(0.0),
            pl.col("amount_12").cast(pl.Float64).fill_null(0.0),
            *(
                (pl.col("leaves_on") <= day.dt.offset_by(f"{months}mo")).fill_null(False).alias(name)
                for name, months in (("gone_soon", SOON), ("gone_year", 12))
            ),
            orders_again=(pl.col("next_order_on") < pl.col("leaves_on")).fill_null(False),
            left=~pl.col("back").fill_null(False),
            usual=pl.col("usual_year").cast(pl.Float64).fill_null(0.0),
            was_lost=pl.col("state").is_in(["lost", "never_bought"]),
        )
    )

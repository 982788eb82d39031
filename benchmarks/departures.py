"""The claims on departures: their 90 % intervals hold the truth, and dates on which nothing happened show nothing.

python benchmarks/departures.py [--customers N] [--seeds S] [--first SEED] [--worlds W ...] [--fakes F] [--out FILE]

Every firm is simulated, loaded from its files and run (the two stages that studies need). The truth of a departure is
the same firm lived again on the same luck with that one departure undone: sales of its customers in the year after,
with it by without it. Single intervals are held against it, and the interval of a firm's mean against the mean of its
studied departures. Fake dates are portfolios nobody left, studied as if somebody had.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from liuke.causes.event_study import event_study, fake_events
from liuke.kernel.estimate import NotEstimable
from liuke.run.dated_events import dated_events
from liuke.run.event_tables import StudiedPanel, dated_of
from liuke.run.like_customers import strata
from liuke.run.pipeline import run
from liuke.run.stage import Finished, Passed, Stage
from liuke.run.stages.bought import Bought, BoughtStage
from liuke.run.stages.event_studies import EventStudiesStage
from liuke.simulate.firm import run_months
from liuke.simulate.play import begin
from score import MONTHS, simulated

if TYPE_CHECKING:
    from collections.abc import Iterator

    import liuke
    from liuke.causes.event_study import EventStudy
    from liuke.causes.event_sums import DatedEvent
    from liuke.run.known import Known
    from liuke.simulate.firm import Life, SimulatedFirm

AT_ONCE = 8  # fake dates of one study
SURE = ("fell", "rose")


@dataclass
class Seen(Stage):
    """Keeps what the studies stand on, so that other dates can be studied on the same."""

    name = "seen"
    needs = ("bought",)
    sides: StudiedPanel | None = None
    events: tuple[DatedEvent, ...] = ()

    def finish(self, passed: Passed, known: Known) -> Finished:  # noqa: ARG002
        """Nothing is written."""
        bought, year = known.of(Bought), known.scope.periods.per_year
        self.sides = StudiedPanel(bought.amount, bought.first, bought.seller.at, strata(known), year)
        self.events = dated_of(self.sides, dated_events(known)["departure"])
        return Finished()


def studied(firm: liuke.Firm) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame, Seen]:
    """The departures of a firm with customers by name, the means by kind, and what they stand on."""
    seen = Seen()
    made, _ = run(firm.workspace, again=True, stages=(BoughtStage(), EventStudiesStage(), seen))
    departed = pl.col("kind") == "departure"
    events = made.table("studied_event").filter(departed)
    names = firm.workspace.facts
    return events, made.table("event_effect").filter(departed), _named(made.table("event_customer"), names), seen


def _named(rows: pl.DataFrame, facts: Path) -> pl.DataFrame:
    from liuke.run.customers import codes
    from liuke.store.fact_store import FactStore

    known = codes(FactStore(facts))
    return rows.filter(pl.col("kind") == "departure", pl.col("before") > 0).join(known, on="customer_code")


def true_effect(firm: SimulatedFirm, life: Life, person: int, who: np.ndarray) -> float | None:
    """Sales of some customers in the year after a person left by what they were had it stayed; None without a year."""
    month = int(life.departures.left[person])
    until = min(month + 12, firm.months)
    struck, followed = life.departures.struck.copy(), life.departures.followed.copy()
    struck[who, month] = 0
    followed[who, month] = False
    stayed = replace(life.departures, struck=struck, followed=followed)
    _, path = run_months(firm, stayed, life.plan, until=until)
    with_it, without = (sales[who, month:until].sum() for sales in (life.path.sales, path.sales))
    return float(with_it / without) - 1 if without > 0 else None


def of_world(
    world: str, customers: int, seed: int, fakes: int
) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Rows of single departures and of the firm's mean, then those of fake dates."""
    with simulated(world, customers, seed) as (loaded, _):
        events, mean, members, seen = studied(loaded)
    firm, life = begin(world, customers, MONTHS, seed)
    rows = []
    for row in events.filter(pl.col("verdict") != "not_estimable").iter_rows(named=True):
        who = members.filter(pl.col("event") == row["event"])["customer_id"].str.slice(1).cast(pl.Int64).to_numpy() - 1
        truth = true_effect(firm, life, int(row["salesperson_id"][1:]) - 1, who)
        if truth is not None:
            rows.append({"world": world, "seed": seed, "what": "one", "truth": truth, **_told(row)})
    if rows and mean["verdict"][0] != "not_estimable":
        whole = float(np.expm1(np.mean([np.log1p(row["truth"]) for row in rows])))
        rows.append({"world": world, "seed": seed, "what": "mean", "truth": whole, **_told(mean.row(0, named=True))})
    return rows, list(_fakes(seen, world, seed, fakes))


def _told(row: dict[str, object]) -> dict[str, object]:
    return {name: row[name] for name in ("effect", "effect_low", "effect_high", "verdict")}


def _fakes(seen: Seen, world: str, seed: int, fakes: int) -> Iterator[dict[str, object]]:
    """Fake dates, several studies of a few."""
    sides, rng = seen.sides, np.random.default_rng(seed)
    assert sides is not None
    assert sides.group is not None
    half = sides.window.least_before
    months = range(half, sides.amount.shape[1] - half)
    for nth in range(fakes):
        drawn = [int(month) for month in rng.choice(months, AT_ONCE)]
        made = fake_events(sides.group, seen.events, drawn, window=sides.window, seed=nth)
        study = event_study(sides.amount, made, group=sides.group, strata=sides.strata, others=seen.events,
                            window=sides.window, seed=nth)  # fmt: skip
        yield from fake_rows(study, {"world": world, "seed": seed})


def fake_rows(study: EventStudy, named: dict[str, object]) -> list[dict[str, object]]:
    """What a study of dates on which nothing happened says."""
    rows = [{**named, "what": "fake", "verdict": each.verdict} for each in study.events]
    if not isinstance(study.pooled, NotEstimable):
        rows.append({**named, "what": "fakes together", "verdict": study.pooled.verdict})
    return rows


def table(rows: pl.DataFrame, fakes: pl.DataFrame) -> str:
    """Both claims by world, as docs/methods/events.md holds them."""
    holds = (pl.col("truth") >= pl.col("effect_low")) & (pl.col("truth") <= pl.col("effect_high"))
    told = rows.with_columns(holds=holds).group_by("world", "what", maintain_order=True).agg(
        pl.len(), pl.col("holds").mean(), truth=pl.col("truth").mean(), effect=pl.col("effect").mean(),
        width=(pl.col("effect_high") - pl.col("effect_low")).median(), sure=pl.col("verdict").is_in(SURE).mean(),
    )  # fmt: skip
    lines = ["| world | interval of | how many | holds the truth | true effect | estimated | width | a verdict |",
             "| --- | --- | --- | --- | --- | --- | --- | --- |"]  # fmt: skip
    for r in told.iter_rows(named=True):
        numbers = f"{r['len']} | {r['holds']:.2f} | {r['truth']:+.3f} | {r['effect']:+.3f} | {r['width']:.2f}"
        lines.append(f"| {r['world']} | {r['what']} | {numbers} | {r['sure']:.2f} |")
    false = fakes.group_by("world", "what", maintain_order=True).agg(
        pl.len(), sure=pl.col("verdict").is_in(SURE).mean()
    )  # fmt: skip
    lines += ["", "| world | negative control | how many | a verdict |", "| --- | --- | --- | --- |"]
    lines += [f"| {r['world']} | {r['what']} | {r['len']} | {r['sure']:.3f} |" for r in false.iter_rows(named=True)]
    return "\n".join(lines)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--customers", type=int, default=3000)
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--worlds", nargs="+", default=["confounded", "base"])
    parser.add_argument("--fakes", type=int, default=4)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    rows: list[dict[str, object]] = []
    fakes: list[dict[str, object]] = []
    for world in asked.worlds:
        for seed in range(asked.first, asked.first + asked.seeds):
            some, none = of_world(world, asked.customers, seed, asked.fakes)
            rows, fakes = [*rows, *some], [*fakes, *none]
            print(world, seed, len(some), file=sys.stderr, flush=True)
    text = table(pl.DataFrame(rows), pl.DataFrame(fakes))
    print(text)
    if asked.out:
        pl.DataFrame(rows).write_parquet(asked.out)


if __name__ == "__main__":
    main()

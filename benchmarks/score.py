"""The tables of docs/methods/score.md: every world over some seeds, each run held against its truth.

python benchmarks/score.py [--customers N] [--seeds S] [--worlds W ...] [--cache DIR] [--futures F] [--out FILE]

One process, one firm after the other: simulated into a temporary folder, loaded from its files, run, scored. The table
of each firm is kept in DIR as Parquet, so that what was interrupted goes on where it stopped; a DIR belongs to one
state of the code. small_firm has at most 300 customers.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

import liuke
from liuke.simulate.export import simulate
from liuke.simulate.futures import COUNT
from liuke.simulate.score import over_seeds, score
from liuke.simulate.world import names

if TYPE_CHECKING:
    from collections.abc import Iterator

MONTHS = 36
MOST = {"small_firm": 300}
LEAST_BYTES = 300  # a table of the heading alone is refused


@contextmanager
def simulated(world: str, customers: int, seed: int) -> Iterator[tuple[liuke.Firm, Path]]:
    """A firm loaded from its files, and the folder of its truth; both are gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        simulate(root / "export", root / "truth", world, customers, MONTHS, seed, xlsx=False)
        firm = liuke.open(root / "firm")
        for file in sorted((root / "export").iterdir()):
            if file.stat().st_size > LEAST_BYTES:
                firm.load(file)
        yield firm, root / "truth"


def scored(world: str, customers: int, seed: int, futures: int) -> pl.DataFrame:
    """The score of one firm, from its files on."""
    with simulated(world, customers, seed) as (firm, truth):
        made = firm.run()
        said = pl.lit(made.info["model"]["rung"], pl.String)
        return score(made, truth, futures).with_columns(rung=said)


def figure(value: float | None) -> str:
    """A number as the table shows it."""
    return "" if value is None else f"{value:.3f}"


def markdown(world: str, tables: list[pl.DataFrame], customers: int) -> str:
    """One world's table."""
    rungs = ", ".join(sorted({table["rung"][0] or "none" for table in tables}))
    lines = [
        f"### {world}",
        "",
        f"{customers:,} customers, {len(tables)} seeds; risk by: {rungs}.",
        "",
        "| figure | mean | 90 % interval | ceiling |",
        "| --- | ---: | ---: | ---: |",
    ]
    for row in over_seeds([table.drop("rung") for table in tables]).iter_rows(named=True):
        span = "" if row["low"] is None else f"{row['low']:.3f} to {row['high']:.3f}"
        shown = row["note"] if row["value"] is None else figure(row["value"])
        lines.append(f"| {row['figure']} | {shown} | {span} | {figure(row['ceiling'])} |")
    return "\n".join([*lines, ""])


BY_LOSS, NAIVE = (f"{{}} the first 1 % by {way}" for way in ("expected loss", "half of the own mean, largest first"))
MONEY, RIGHT = "lost money among", "share that left of"
BESIDE = (
    "mean risk less the share that left",
    "groups of like risk whose share that left lies inside their range, chance included",
    "groups of like risk whose true chance lies inside their range",
    "next year's money that came to lie inside its 90 % range",
    "false alarms per 100 well customers",
)


def bars(tables: dict[str, list[pl.DataFrame]]) -> str:
    """One row a world: expected loss against the naive rule in ratios and seeds won, and the figures BESIDE."""
    lines = [
        "| world | lost money, by loss : naive | seeds won | precision, by loss : naive | mean risk less left |"
        " leavers of groups held | chances of groups held | next year held | false alarms in 100 |",
        "| --- | --- | ---: | --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for world, held in tables.items():
        of = [dict(table.select("figure", "value").iter_rows()) for table in held]
        money, right = (
            [[each.get(way.format(kind)) or 0.0 for each in of] for way in (BY_LOSS, NAIVE)] for kind in (MONEY, RIGHT)
        )
        won = sum(ours > naive for ours, naive in zip(*money, strict=True))
        beside = [figure(sum(each[name] for each in of) / len(of)) for name in BESIDE]
        shown = [f"{sum(a) / len(of):.3f} : {sum(b) / len(of):.3f} ({_times(a, b)})" for a, b in (money, right)]
        cells = [world, shown[0], f"{won} of {len(of)}", shown[1], *beside]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def _times(ours: list[float], naive: list[float]) -> str:
    return f"{sum(ours) / sum(naive):.2f}x" if sum(naive) else "naive none"


def main() -> None:
    """Score what is not in the cache yet, then print every world's table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--customers", type=int, default=20_000)
    asked.add_argument("--seeds", type=int, default=5)
    asked.add_argument("--worlds", nargs="+", default=names(), choices=names())
    asked.add_argument("--cache", type=Path, default=Path("build") / "score")
    asked.add_argument("--futures", type=int, default=COUNT)
    asked.add_argument("--out", type=Path)
    given = asked.parse_args()
    given.cache.mkdir(parents=True, exist_ok=True)
    sizes = {world: min(given.customers, MOST.get(world, given.customers)) for world in given.worlds}
    tables: dict[str, list[pl.DataFrame]] = {world: [] for world in given.worlds}
    for seed in range(1, given.seeds + 1):
        for world, customers in sizes.items():
            kept = given.cache / f"{world}-{customers}-{seed}-{given.futures}.parquet"
            if not kept.exists():
                started = time.perf_counter()
                table = scored(world, customers, seed, given.futures)
                scratch = kept.with_suffix(".writing")
                table.write_parquet(scratch)
                scratch.rename(kept)
                print(f"{world} {seed}: {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)
            tables[world].append(pl.read_parquet(kept))
    found = "\n".join([bars(tables), *(markdown(world, held, sizes[world]) for world, held in tables.items())])
    print(found)
    if given.out:
        given.out.write_text(found, "utf-8")


if __name__ == "__main__":
    main()

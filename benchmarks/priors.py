"""The making of early_priors.toml: what firms of differing mechanisms teach of losing customers still in rhythm.

python benchmarks/priors.py [--customers N] [--seeds S] [--firms F] [--cache DIR] [--out FILE]

Firms are those of the worlds of `liuke.simulate` (S seeds each; biased_notes is base with other notes, small_firm too
small) and F of `otherwise.py`, which works otherwise. Each is written to files, loaded, and its customer-months in
rhythm fitted by themselves, from what a firm can see alone: no truth is read. A world's seeds are one mechanism, every
firm of `otherwise.py` another. Over mechanisms a slope has a mean and a spread (random effects, DerSimonian and Laird
1986); the prior is normal with that spread, its mean shrunk by how far it may be luck (James and Stein 1961, positive
part), so a column on which mechanisms disagree says nothing beforehand. In DIR the rows of each firm are kept.

With --held-out the priors are learnt without each mechanism in turn and asked of its firms: AUC among customers still
in rhythm of what the firm itself came to see, by the prior alone and moved by the firm's past up to nine months ago.
"""

from __future__ import annotations

import argparse
import tempfile
from functools import reduce
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

import liuke
import otherwise
from liuke.kernel.progress import Unwatched
from liuke.run.customers import customer_frame
from liuke.run.panels import Wanted, open_panels
from liuke.run.scope import resolve
from liuke.run.stages.churn import asked
from liuke.signals import metrics
from liuke.signals.churn import early, logit
from liuke.signals.churn.rows import model_rows
from liuke.signals.rhythm import Rhythm
from liuke.simulate.export import simulate
from liuke.simulate.world import names
from liuke.store.fact_store import FactStore

Floats = npt.NDArray[np.float64]

MONTHS, FIRST = 36, 5  # of history; position of the first month looked at
SAME = ("biased_notes", "small_firm")
LEAST_LOST = 30  # customer-months lost in a firm that has a say
OWN_SD = 1.0  # prior of a firm's slope while it is learnt by itself
LEAST_SPREAD = 0.03  # of a prior: so sure is nobody
HELD_MONTHS = 9  # asked about in --held-out, the months before learnt from


class Seen(NamedTuple):
    """Customer-months in rhythm of one firm whose outcome is known at its last day."""

    mechanism: str
    columns: tuple[str, ...]
    x: Floats  # early_design
    lost: npt.NDArray[np.bool_]
    position: npt.NDArray[np.int32]
    customer: npt.NDArray[np.int32]
    known_at: npt.NDArray[np.int32]  # position at whose end the outcome was known


def firm(mechanism: str, seed: int, customers: int, kept: Path) -> Seen:
    """A firm from its files."""
    path = kept / f"{mechanism}-{seed}-{customers}.npz"
    if not path.exists():
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            if mechanism == "otherwise":
                otherwise.write(root / "export", root / "truth", seed, customers, MONTHS)
            else:
                simulate(root / "export", root / "truth", mechanism, customers, MONTHS, seed, xlsx=False)
            made = liuke.open(root / "firm")
            for file in sorted((root / "export").iterdir()):
                if file.stat().st_size > 300:  # a table of the heading alone is refused
                    made.load(file)
            _keep(path, made)
    held = np.load(path)
    name = f"{mechanism}-{seed}" if mechanism == "otherwise" else mechanism
    return Seen(name, tuple(held["columns"].tolist()), *(held[each] for each in Seen._fields[2:]))


def _keep(path: Path, made: liuke.Firm) -> None:
    store = FactStore(made.workspace.facts)
    scope = resolve(made.workspace, store, None, None)
    wanted = Wanted(products=scope.has_products, families=scope.has_products)
    customers = customer_frame(made.workspace, store, scope)
    panels = open_panels(made.workspace, store, scope, customers, wanted, Unwatched())
    kind, at = panels.asked_of, range(FIRST, len(scope.periods))
    rhythm = reduce(Rhythm.__add__, (Rhythm.of(panel.on(kind)) for panel in panels))
    rows = reduce(lambda a, b: type(a).joined([a, b]), (model_rows(panel, list(at), kind) for panel in panels))
    question = asked(scope, 92, None)
    last = len(scope.periods) - 1
    rows = rows.pick(early.in_rhythm(rows, rhythm.parameters) & early.early_closed(rows, question, last))
    known_at = np.full(len(rows), last, np.int32)
    for position in range(last, FIRST, -1):
        known_at[early.early_closed(rows, question, position)] = position
    np.savez(
        path, columns=np.array(early.early_columns(rows)), x=early.early_design(rows), lost=early.lost_early(rows),
        position=rows.position, customer=rows.customer, known_at=known_at,
    )  # fmt: skip


def priors(firms: list[Seen]) -> dict[str, early.PriorSlope]:
    """The prior of every column any firm has."""
    columns = sorted({name for each in firms for name in each.columns})
    found = {}
    units = {name: _unit([_column(each, name) for each in firms]) for name in columns}
    slopes = [_slopes(each, units) for each in firms if each.lost.sum() >= LEAST_LOST]
    for name in columns:
        by_mechanism = [_pooled([s for m, s in slopes if m == one], name) for one in sorted({m for m, _ in slopes})]
        mean, sd = _over_mechanisms([each for each in by_mechanism if each is not None])
        found[name] = early.PriorSlope(mean, sd, *units[name])
    return found


def _column(one: Seen, name: str) -> Floats:
    return one.x[:, one.columns.index(name)] if name in one.columns else np.zeros(0)


def _unit(values: list[Floats]) -> tuple[float, float]:
    """Mean and standard deviation of what is known of a column over all firms."""
    known = np.concatenate(values)
    known = known[~np.isnan(known)]
    spread = float(known.std()) if len(known) else 0.0
    return (float(known.mean()) if len(known) else 0.0), (spread if spread > 1e-6 else 1.0)


def _slopes(one: Seen, units: dict[str, tuple[float, float]]) -> tuple[str, dict[str, tuple[float, float]]]:
    """A firm's mechanism, and by column its slope and variance, freed of the weak prior they were learnt with."""
    centre, scale = (np.array([units[name][nth] for name in one.columns]) for nth in (0, 1))
    varies = logit.moments(one.x)[1] > 1e-6
    prior = logit.SlopePrior(np.zeros(len(centre)), np.where(varies, OWN_SD, 0.0), centre, scale)
    made = logit.fit(one.x, one.lost, one.position, one.customer, prior, early.EVENT_WEIGHT)
    told = {}
    for nth in np.flatnonzero(varies):
        variance = float(made.covariance[1 + nth, 1 + nth])
        own = max(1 - variance / OWN_SD**2, 0.05)
        told[one.columns[nth]] = (float(made.slopes[nth]) / own, variance / own)
    return one.mechanism, told


def _pooled(slopes: list[dict[str, tuple[float, float]]], name: str) -> tuple[float, float] | None:
    """Mean and variance of a slope over the firms of one mechanism."""
    held = np.array([each[name] for each in slopes if name in each])
    if not len(held):
        return None
    weight = 1 / held[:, 1]
    return float((weight * held[:, 0]).sum() / weight.sum()), float(1 / weight.sum())


def _over_mechanisms(held: list[tuple[float, float]]) -> tuple[float, float]:
    """Mean, shrunk, and spread of a slope over mechanisms; nothing where fewer than two have the column."""
    if len(held) < 2:
        return 0.0, early.UNKNOWN_SD
    slope, variance = np.array(held).T
    weight = 1 / variance
    mean = (weight * slope).sum() / weight.sum()
    apart = (weight * (slope - mean) ** 2).sum() - (len(held) - 1)
    between = max(0.0, apart / (weight.sum() - (weight**2).sum() / weight.sum()))
    weight = 1 / (variance + between)
    mean, luck = float((weight * slope).sum() / weight.sum()), float(1 / weight.sum())
    return mean * max(0.0, 1 - luck / max(mean**2, 1e-12)), float(np.sqrt(between + luck + LEAST_SPREAD**2))


def held_out(firms: list[Seen]) -> None:
    """One row a firm: AUC by the priors of the other mechanisms, alone and moved by the firm's own past."""
    print("| mechanism | lost among | prior alone | with own past |\n| --- | ---: | ---: | ---: |")
    for one in sorted({each.mechanism for each in firms}):
        learnt = priors([each for each in firms if each.mechanism != one])
        for mine in (each for each in firms if each.mechanism == one):
            held = [learnt.get(name, early.PriorSlope(0.0, early.UNKNOWN_SD, 0.0, 1.0)) for name in mine.columns]
            parts = (np.array([getattr(each, part) for each in held]) for part in ("mean", "sd", "centre", "scale"))
            prior = logit.SlopePrior(*parts)
            cut = int(mine.position.max()) - HELD_MONTHS
            past, test = mine.known_at <= cut, mine.position > cut
            if not (0 < mine.lost[test].sum() < test.sum() and 0 < mine.lost[past].sum() < past.sum()):
                continue
            alone = logit.standardised(mine.x[test], prior.centre, prior.scale) @ prior.mean
            made = logit.fit(
                mine.x[past], mine.lost[past], mine.position[past], mine.customer[past], prior, early.EVENT_WEIGHT
            )
            told = " | ".join(f"{_auc(odds, mine.lost[test]):.3f}" for odds in (alone, made.log_odds(mine.x[test])))
            print(f"| {one} | {mine.lost[test].sum()} of {test.sum()} | {told} |", flush=True)


def _auc(odds: Floats, lost: npt.NDArray[np.bool_]) -> float:
    order = np.argsort(odds, kind="stable")
    return float(metrics.auc(odds[order], lost[order].astype(float), np.ones(len(order))))


def written(found: dict[str, early.PriorSlope]) -> str:
    """The data file's text."""
    parts = ["# Priors of early warning, made by benchmarks/priors.py from simulated firms alone.\n"]
    for name, each in found.items():
        parts.append(
            f"[column.{name}]\nmean = {each.mean:.4f}\nsd = {each.sd:.4f}\n"
            f"centre = {each.centre:.4f}\nscale = {each.scale:.4f}\n"
        )
    return "\n".join(parts)


def main() -> None:
    """Make the firms that are not kept yet, and the file."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("--customers", type=int, default=1500)
    told.add_argument("--seeds", type=int, default=2)
    told.add_argument("--firms", type=int, default=10)
    told.add_argument("--cache", type=Path, default=Path("build") / "priors")
    told.add_argument("--out", type=Path)
    told.add_argument("--held-out", action="store_true")
    given = told.parse_args()
    given.cache.mkdir(parents=True, exist_ok=True)
    wanted = [(world, seed) for seed in range(1, given.seeds + 1) for world in names() if world not in SAME]
    wanted += [("otherwise", seed) for seed in range(1, given.firms + 1)]
    firms = []
    for mechanism, seed in wanted:
        firms.append(firm(mechanism, seed, given.customers, given.cache))
        print(f"{mechanism} {seed}: {int(firms[-1].lost.sum())} lost of {len(firms[-1].lost)}", flush=True)
    if given.out:
        given.out.write_text(written(priors(firms)), "utf-8")
    if given.held_out:
        held_out(firms)


if __name__ == "__main__":
    main()

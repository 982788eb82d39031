"""Whom one rule flags now, without a run: the rule alone over the present scope, and nothing is kept."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from liuke.kernel.errors import Refused
from liuke.kernel.i18n import N_
from liuke.kernel.progress import Unwatched
from liuke.panel.states import states
from liuke.panel.summary import summary
from liuke.run import keys
from liuke.run.first_pass import first_pass
from liuke.run.ground import Ground, known_of
from liuke.run.output import Output
from liuke.run.panels import AT_ONCE
from liuke.run.scope import resolve
from liuke.run.second_pass import second_pass
from liuke.run.stage import Chunk, Judged, Stage
from liuke.run.stages.states import Horizon, StatesStage
from liuke.signals.reasons import only, said_of, speakers
from liuke.signals.rules.evaluate import Learnt, evaluate, learn, met
from liuke.store.fact_store import FactStore
from liuke.store.runs import Draft, Runs

if TYPE_CHECKING:
    from liuke.kernel.progress import Progress
    from liuke.run.known import Known
    from liuke.signals.rules.rules import Rule
    from liuke.store.workspace import Workspace

COLUMNS = ("state", "state_since", "first_on", "last_on", "silent_days", "own_gap_days", "amount_12", "usual_year")
UNUSABLE = N_("The rule {rule} can't be evaluated: {why}")


@dataclass(frozen=True)
class FlaggedParts:
    """Rows of flagged customers, by chunk."""

    parts: tuple[pl.DataFrame, ...]
    lost: int  # customers who meet the rule, of whom it does not speak: they count as lost

    def __add__(self, other: FlaggedParts) -> FlaggedParts:
        return FlaggedParts(self.parts + other.parts, self.lost + other.lost)


class Previewed(NamedTuple):
    """Whom a rule flags, and of how many who meet it it does not speak, for they count as lost."""

    rows: pl.DataFrame
    lost: int
    left_days: int


class LearnStage(Stage):
    """What the rule must know of the base."""

    name = "learn"

    def learn(self, chunk: Chunk, known: Known) -> Learnt:
        """Of a chunk."""
        return learn(known.rules.usable, chunk.panel)

    def fit(self, total: Learnt | None, known: Known) -> Learnt:  # noqa: ARG002
        """Of all."""
        return total or Learnt()


class FlagStage(Stage):
    """The customers the rule flags, each with its sentence."""

    name = "flag"

    def judge(self, chunk: Chunk, known: Known) -> Judged:
        """Of a chunk."""
        (rule,), horizon, learnt = known.rules.usable, known.of(Horizon).days, known.of(Learnt)
        panel = chunk.panel
        fired = panel.stitch(evaluate(rule, panel, horizon, learnt))[:, -1]
        lost = int((panel.stitch(met(rule, panel, learnt))[:, -1] & ~fired).sum())
        some = panel.of_customers(fired)
        latest = some.latest()
        found = summary(latest, some.stitch(states(some, horizon)), horizon)
        spoken = speakers(rule, latest, learnt)
        last = latest.shape[1] - 1
        said = [said_of(spoken, only(latest, row, last), row, learnt).pack() for row in range(len(found))]
        return Judged(
            sums=FlaggedParts(
                (found.select("customer_code", *COLUMNS).with_columns(said=pl.Series(said, dtype=pl.String)),), lost
            )
        )


def preview(workspace: Workspace, rule: Rule, progress: Progress | None = None) -> Previewed:
    """customer_id, name, COLUMNS and `said` of the customers a rule flags at the current as_of, largest first."""
    workspace, store = workspace.snapshot(), FactStore(workspace.facts).snapshot()
    ground = Ground(workspace, store, resolve(workspace, store, None, None), (rule,))
    watched = progress or Unwatched()
    with TemporaryDirectory(prefix="liuke-preview-") as folder, ThreadPoolExecutor(AT_ONCE) as threads:
        known = known_of(ground, Output(Draft(Path(folder)), {}, threads), watched)
        if rule.id in known.rules.refused:
            raise Refused(UNUSABLE, rule=rule.id, why=known.rules.refused[rule.id].reason)
        horizon = horizon_of_a_run(ground)
        asks = any(leaf.of.learn is not None for leaf in rule.leaves)
        learning = [*([] if horizon else [StatesStage()]), *([LearnStage()] if asks else [])]
        known = first_pass(learning, known.having(horizon, Learnt()), watched)
        flagged = second_pass([FlagStage()], known, watched)["flag"].sums
    named = known.customers.select("customer_code", "customer_id", "name")
    found: pl.DataFrame = pl.concat(flagged.parts)
    rows = found.join(named, on="customer_code", how="left")
    ranked = rows.sort("usual_year", "customer_code", descending=[True, False], nulls_last=True)
    shown = ranked.select("customer_id", "name", *COLUMNS, "said")
    return Previewed(shown, flagged.lost, int(known.of(Horizon).days[-1]))


def horizon_of_a_run(ground: Ground) -> Horizon | None:
    """The horizon, where a run has worked it out from the same documents and settings."""
    stage = StatesStage()
    by_stage = keys.keys(ground.workspace, ground.store, ground.scope, [stage])
    run = keys.reusable(by_stage, Runs(ground.workspace.runs).all()).get(stage.name)
    return None if run is None else Horizon(run.table("horizon")["left_days"].to_numpy().astype(np.int32))

"""Families: product families about to be dropped by customers who still buy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from liuke.kernel.estimate import NotEstimable
from liuke.run.contracts import CUSTOMER, money, real, share, table, text, whole
from liuke.run.model_card import card
from liuke.run.stage import Chunk, Finished, Judged, Passed, Stage
from liuke.run.stages.churn import Leaving
from liuke.run.stages.states import Horizon
from liuke.signals.churn import families
from liuke.signals.churn.families import FamilySample
from liuke.signals.churn.model import ChurnModel

if TYPE_CHECKING:
    from liuke.run.known import Known

FAMILY_NOW = table(
    "family_now",
    "A product family a customer who still buys may be about to drop; most at stake first",
    ("customer_code", "family"),
    customer_code=CUSTOMER,
    family=text("The family", required=True),
    risk=share("Chance that the customer buys none of it within its horizon"),
    risk_low=share("Lower end of its 90 % range"),
    risk_high=share("Upper end"),
    silent_days=whole("Days since the customer last bought of it", "days"),
    own_gap_days=real("Usual days between such purchases", "days"),
    amount_12=money("What it brought in the last year"),
    at_stake=money("Risk times that"),
    customer_id=text("The customer's number in the firm's books"),
    name=text("The customer's name", personal=True),
)


@dataclass(frozen=True)
class FamilyModel:
    """The model of dropping a family, or why there is none."""

    model: ChurnModel | NotEstimable


@dataclass(frozen=True)
class Dropping:
    """Families about to be dropped, by chunk."""

    parts: tuple[pl.DataFrame, ...]

    def __add__(self, other: Dropping) -> Dropping:
        return Dropping(self.parts + other.parts)


class FamiliesStage(Stage):
    """The same model as of leaving, on one row a customer and family."""

    name = "families"
    needs = ("states", "churn")
    plugins = ("liuke.signals.churn", "liuke.signals.models")
    tables = (FAMILY_NOW,)

    def learn(self, chunk: Chunk, known: Known) -> FamilySample | None:
        """Customer-family-months of sampled customers."""
        before: FamilySample | None = chunk.so_far.get(FamilySample)
        return FamilySample.of(chunk.panel, known.scope.periods, 1.0 if before is None else before.share)

    def fit(self, total: FamilySample | None, known: Known) -> FamilyModel:
        """The model."""
        if total is None:
            return FamilyModel(NotEstimable.because(families.NO_FAMILIES))
        return FamilyModel(total.model(known.scope.periods))

    def judge(self, chunk: Chunk, known: Known) -> Judged | None:
        """Families about to be dropped by those of a chunk who still buy."""
        model = known.of(FamilyModel).model
        if isinstance(model, NotEstimable):
            return None
        still = chunk.latest.customer[chunk.latest.silent_days[:, -1] <= known.of(Horizon).now]
        return Judged(sums=Dropping((families.at_risk(model, chunk.latest, still),)))

    def finish(self, passed: Passed, known: Known) -> Finished:
        """`family_now`."""
        parts = [] if passed.sums is None else list(passed.sums.parts)
        return Finished({"family_now": families.family_table(parts, known.customers)})

    def describe(self, known: Known) -> dict[str, Any]:
        """The model card."""
        return {"family_model": card(known.of(FamilyModel).model, known.of(Leaving).question, known.scope)}

"""Value: what each customer is worth, next year and for life, its wallet, loyalty and grade.

A sample teaches what has to be learnt (`value_fit`), the pass over the chunks values each customer (`value_columns`),
then grades and the forward core compare everybody by a few columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from liuke.kernel.estimate import NotEstimable
from liuke.run.output import taken
from liuke.run.packed import money_fields, packed, reason_of, share_fields
from liuke.run.stage import Chunk, Finished, Judged, Passed, Stage
from liuke.run.stages.churn import Leaving, Risks
from liuke.run.stages.states import Horizon, Stated
from liuke.run.value_columns import Kept, as_money, coded_text, customer_columns, number
from liuke.run.value_contract import CUSTOMER_VALUE
from liuke.run.value_fit import ValueModels, fitted
from liuke.signals.churn.chances import Chances
from liuke.value import grades
from liuke.value.at_stake import at_stake
from liuke.value.core import Core, forward_core

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from liuke.panel.panel import Float
    from liuke.run.known import Known
    from liuke.value.grades import Grades

    Float32 = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Compared:
    """What comparing all customers gives each; (customers,)."""

    grades: Grades
    core: Core
    present: Float  # cents
    reach: Float  # cents of the unwon wallet within reach
    stage: npt.NDArray[np.int8]
    expected: Float32  # cents of next year; of the last one where nothing is expected
    once: npt.NDArray[np.bool_]  # bought on one day only
    losses: int  # who bought and has no lifetime value, for what they brought comes to nothing or less


class ValueStage(Stage):
    """Every customer's value."""

    name = "value"
    needs = ("states", "churn")
    settings = ("lifetime_years", "discount_rate", "core_share")
    reads = ("wallet", "survey_answer", "contact", "complaint")
    files = ("value.toml",)
    plugins = ("liuke.value", "liuke.signals.models")
    tables = (CUSTOMER_VALUE,)

    def fit(self, total: object, known: Known) -> ValueModels:  # noqa: ARG002
        """Next year, buying, spending and wallets, learnt from the customers the churn model learnt from."""
        sampled = np.unique(known.of(Leaving).sample.rows.customer)
        return fitted(known, sampled, known.of(Horizon).now)

    def judge(self, chunk: Chunk, known: Known) -> Judged:
        """The columns that need nobody else's figures, and what grading needs of everybody."""
        risk = chunk.of(Chances).risk.astype(np.float64)
        if known.of(Leaving).question.fall is not None:
            risk = np.full(len(risk), np.nan)
        models, state = known.of(ValueModels), chunk.of(Stated).codes[:, -1]
        worth, kept = customer_columns(chunk.latest, state, models, chunk.rows, risk, known.of(Horizon).now)
        losses = int(worth.select((pl.col("stage").is_not_null() & pl.col("clv").is_null()).sum()).item())
        return Judged(sums=losses, columns=kept.columns(), frame=worth)

    def finish(self, passed: Passed, known: Known) -> Finished:
        """`customer_value`, chunk by chunk."""
        models, risk = known.of(ValueModels), known.of(Risks).risk
        whole = Kept.of(passed.columns)
        chance = np.full(len(whole.gap), np.nan) if isinstance(risk, NotEstimable) else risk.risk
        compared = _compare(whole, models, known.settings.number("core_share"), passed.sums)
        return Finished({"customer_value": _chunks(known, passed, compared, chance)}, compared)

    def describe(self, known: Known) -> dict[str, Any]:
        """What each figure rests on, or why it is missing."""
        fit = known.of(ValueModels)
        warnings = () if isinstance(fit.models, NotEstimable) else fit.models.warnings
        return {
            "value": {
                "basis": fit.basis,
                "years": fit.terms.years,
                "discount_rate": fit.terms.rate,
                "next_year_pairs": fit.ahead[-1][1].pairs if fit.ahead else 0,
                "next_year_reason": reason_of(fit.no_next_year),
                "clv_reason": reason_of(fit.models),
                "clv_warnings": [reason_of(one) for one in warnings],
                "clv_losses": 0 if isinstance(fit.models, NotEstimable) else known.of(Compared).losses,
                "wallet_reason": reason_of(fit.wallets),
                "slowing_reason": reason_of(fit.slowing),
                "service_cost_reason": reason_of(fit.no_service_cost),
                "answer_scales": fit.told.scales,
                "has_contacts": fit.told.has_contacts,
            }
        }


def _chunks(known: Known, passed: Passed, compared: Compared, chance: Float) -> Iterator[pl.DataFrame]:
    """What the pass found, with what the comparison added."""
    models = known.of(ValueModels)
    for number_, found in enumerate(taken(passed.frames)):
        rows = known.panels.rows(number_)
        stake = at_stake(chance[rows], compared.present[rows]).astype(np.float64)
        yield found.with_columns(
            **_graded(compared, models, rows),
            **service(compared, models, rows),
            at_stake_next_year=as_money(np.where(stake < 0, np.nan, stake)),
        )


def _compare(whole: Kept, fit: ValueModels, core_share: float, losses: int) -> Compared:
    worths = [grades.worth(mean, whole.gap, fit.standard) for mean in whole.means]
    present = np.maximum(whole.means[-1], 0).astype(np.float64)
    found = grades.grades(worths, present, fit.standard)
    core = forward_core(whole.means, whole.errors, share=core_share)
    return Compared(found, core, present, worths[-1] - present, whole.stage, whole.means[-1], whole.once, losses)


def _graded(compared: Compared, fit: ValueModels, rows: slice) -> dict[str, pl.Series]:
    """Grade, why, and the core by next year's money."""
    found, standard = compared.grades, fit.standard
    names = tuple(grade.name for grade in standard.grades)
    reason = found.reason[rows]
    if fit.no_next_year is not None:
        reason = np.where(reason == grades.NOTHING, reason, grades.PAST)
    else:
        reason = np.where(compared.once[rows] & (reason != grades.NOTHING), grades.ONCE, reason)
    shares = np.array([grade.share for grade in standard.grades])[found.grade[rows]]
    said = packed(
        coded_text(grades.REASONS, reason),
        present=money_fields(as_money(compared.present[rows])),
        potential=money_fields(as_money(compared.reach[rows])),
        share=share_fields(pl.Series(shares)),
        plain=coded_text(names, found.plain[rows]),
        hold=share_fields(pl.Series(np.full(len(shares), standard.hold))),
    )
    chance = compared.core.probability
    assert not isinstance(chance, NotEstimable)
    return {
        "grade": coded_text(names, found.grade[rows]),
        "grade_said": said,
        "core_next_year": pl.Series(compared.core.core[rows]),
        "core_next_year_probability": number(chance[rows]),
    }


def service(compared: Compared, fit: ValueModels, rows: slice) -> dict[str, pl.Series]:
    """Service owed by the standard and given by the rows; given is null where no contact was loaded."""
    contacts, hours = grades.owed(compared.grades.grade[rows], compared.stage[rows], fit.standard)
    given = fit.told.contacts_quarter[rows]
    known = np.where(fit.told.has_contacts, given.astype(np.float64), np.nan)
    answered = fit.told.response_days[rows] * 24
    return {
        "contacts_owed": number(contacts),
        "contacts_given": number(known),
        "response_owed_hours": number(hours),
        "response_given_hours": number(answered),
        "unanswered_complaint": pl.Series(fit.told.unanswered[rows].tolist(), dtype=pl.String),
        "neglected": pl.Series(grades.neglected(contacts, known, hours, answered)),
    }

"""The value of a run's customers: its tables `customer_value`, `economics`, `leaking_bucket` and `service_gap`.

A sample teaches what has to be learnt (`value_fit`), the pass over the chunks values each customer (`value_columns`),
then grades and the forward core compare everybody by a few columns, and the chunks are written again with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from liuke.kernel.estimate import NotEstimable
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.ledger import leaking_bucket as bucket
from liuke.run.packed import money_fields, packed, reason_of, share_fields
from liuke.run.value_columns import Kept, as_money, number, text
from liuke.value import grades
from liuke.value.at_stake import at_stake
from liuke.value.core import Core, forward_core

if TYPE_CHECKING:
    from liuke.kernel.settings import Settings
    from liuke.panel.panel import Float
    from liuke.run.panels import Panels
    from liuke.run.pipeline import Setup
    from liuke.run.second_pass import Passed
    from liuke.run.tables import Recount
    from liuke.run.value_fit import Fitted
    from liuke.signals.combine import Risk
    from liuke.store.runs import Draft
    from liuke.value.grades import Grades

NO_CONTACTS = N_("No contacts are loaded, so given service is not known. Load them: liuke load FILE.")


@dataclass(frozen=True)
class Compared:
    """What comparing all customers gives each; (customers,)."""

    grades: Grades
    core: Core
    present: Float  # cents
    reach: Float  # cents of the unwon wallet within reach


def write(
    draft: Draft, setup: Setup, passed: Passed, counted: Recount, settings: Settings, risk: Risk | NotEstimable
) -> None:
    """Write the value tables of a run."""
    fit = setup.value
    whole = _all(passed.kept)
    chance = np.full(len(whole.gap), np.nan) if isinstance(risk, NotEstimable) else risk.risk
    _write(draft, setup.panels, fit, whole, _compare(whole, fit, settings.number("core_share")), chance)
    draft.write("leaking_bucket", bucket.bucket_table(passed.bucket, counted.late))
    draft.write("economics", bucket.economics_table(passed.bucket, settings))


def _all(kept: list[Kept]) -> Kept:
    """The chunks' columns put together."""
    ends = range(len(kept[0].means))
    return Kept(
        [np.concatenate([one.means[end] for one in kept]) for end in ends],
        [np.concatenate([one.errors[end] for one in kept]) for end in ends],
        np.concatenate([one.gap for one in kept]),
        np.concatenate([one.stage for one in kept]),
    )


def _compare(whole: Kept, fit: Fitted, core_share: float) -> Compared:
    worths = [grades.worth(mean, whole.gap, fit.standard) for mean in whole.means]
    present = np.maximum(whole.means[-1], 0).astype(np.float64)
    found = grades.grades(worths, present, fit.standard)
    core = forward_core(whole.means, whole.errors, share=core_share)
    return Compared(found, core, present, worths[-1] - present)


def _write(draft: Draft, panels: Panels, fit: Fitted, whole: Kept, compared: Compared, chance: Float) -> None:
    """Write `customer_value` chunk by chunk with what the comparison added, and `service_gap`."""
    import pyarrow.parquet as pq

    writer: pq.ParquetWriter | None = None
    gaps = []
    for at in range(panels.chunks):
        part = draft.root / f"value-{at}.parquet"
        rows = panels.rows(at)
        frame = pl.read_parquet(part, glob=False)
        stake = at_stake(chance[rows], compared.present[rows]).astype(np.float64)
        frame = frame.with_columns(
            **_graded(compared, fit, rows),
            **_service(compared, fit, whole, rows),
            at_stake_next_year=as_money(np.where(stake < 0, np.nan, stake)),
        )
        gaps.append(_short(frame))
        table = frame.to_arrow()
        writer = writer or pq.ParquetWriter(draft.root / "customer_value.parquet", table.schema, compression="zstd")
        writer.write_table(table.cast(writer.schema))
        part.unlink()
    assert writer is not None
    writer.close()
    draft.write("service_gap", _gap_table(gaps, fit))


def _graded(compared: Compared, fit: Fitted, rows: slice) -> dict[str, pl.Series]:
    """Grade, why, and the core by next year's money."""
    found, standard = compared.grades, fit.standard
    names = tuple(grade.name for grade in standard.grades)
    reason = found.reason[rows]
    if fit.no_next_year is not None:
        reason = np.where(reason == grades.NOTHING, reason, grades.PAST)
    shares = np.array([grade.share for grade in standard.grades])[found.grade[rows]]
    said = packed(
        text(grades.REASONS, reason),
        present=money_fields(as_money(compared.present[rows])),
        potential=money_fields(as_money(compared.reach[rows])),
        share=share_fields(pl.Series(shares)),
        plain=text(names, found.plain[rows]),
        hold=share_fields(pl.Series(np.full(len(shares), standard.hold))),
    )
    chance = compared.core.probability
    assert not isinstance(chance, NotEstimable)
    return {
        "grade": text(names, found.grade[rows]),
        "grade_said": said,
        "core_next_year": pl.Series(compared.core.core[rows]),
        "core_next_year_probability": number(chance[rows]),
    }


def _service(compared: Compared, fit: Fitted, whole: Kept, rows: slice) -> dict[str, pl.Series]:
    """Service owed by the standard and given by the rows; given is null where no contact was loaded."""
    contacts, hours = grades.owed(compared.grades.grade[rows], whole.stage[rows], fit.standard)
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


GAP_COLUMNS = (
    "customer_code",
    "grade",
    "stage",
    "contacts_owed",
    "contacts_given",
    "response_owed_hours",
    "response_given_hours",
    "unanswered_complaint",
    "next_year",
)


def _short(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows of customers that got less than they are owed."""
    return frame.filter("neglected").select(GAP_COLUMNS)


def _gap_table(gaps: list[pl.DataFrame], fit: Fitted) -> pl.DataFrame:
    """One row a customer short of service, most expected money first.

    Where no contacts are loaded only late answers can be seen, and a first row says so.
    """
    found = pl.concat(gaps).with_columns(
        contacts_missing=(pl.col("contacts_owed") - pl.col("contacts_given")).clip(0),
        reason=pl.lit(None, pl.String),
    )
    found = found.sort("next_year", "customer_code", descending=[True, False], nulls_last=True)
    if fit.told.has_contacts:
        return found
    return pl.concat([pl.DataFrame({"reason": [Said(NO_CONTACTS).pack()]}), found], how="diagonal").select(
        found.columns
    )


def info(draft: Draft, fit: Fitted) -> dict[str, Any]:
    """What each figure of the value tables, now written, rests on, or why it is missing."""

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
            "clv_losses": 0 if isinstance(fit.models, NotEstimable) else _losses(draft),
            "wallet_reason": reason_of(fit.wallets),
            "slowing_reason": reason_of(fit.slowing),
            "service_cost_reason": reason_of(fit.no_service_cost),
            "answer_scales": fit.told.scales,
            "has_contacts": fit.told.has_contacts,
        }
    }


def _losses(draft: Draft) -> int:
    """How many customers that bought have no lifetime value, for what they brought comes to nothing or less."""
    rows = pl.scan_parquet(draft.root / "customer_value.parquet").filter(
        pl.col("stage").is_not_null(), pl.col("clv").is_null()
    )
    return int(rows.select(pl.len()).collect().item())

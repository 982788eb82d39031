"""Service: customers that got less than they are owed by the grade they have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.run.stage import Finished, Passed, Stage
from liuke.run.stages.value import Compared, service
from liuke.run.value_columns import MONEY, as_money, coded_text
from liuke.run.value_contract import SERVICE_GAP
from liuke.run.value_fit import ValueModels
from liuke.value import grades

if TYPE_CHECKING:
    from liuke.run.known import Known

NO_CONTACTS = N_("No contacts are loaded, so given service is not known. Load them: liuke load FILE.")


class ServiceStage(Stage):
    """The gap between service owed and given."""

    name = "service"
    needs = ("value",)
    tables = (SERVICE_GAP,)

    def finish(self, passed: Passed, known: Known) -> Finished:  # noqa: ARG002
        """`service_gap`, most expected money first.

        Where no contacts are loaded only late answers can be seen, and a first row says so.
        """
        compared, models = known.of(Compared), known.of(ValueModels)
        everybody = slice(0, len(known.panels.customers))
        expected = as_money(compared.expected) if models.ahead else pl.Series([None] * everybody.stop, dtype=MONEY)
        found = (
            pl.DataFrame(
                {
                    "customer_code": known.panels.customers,
                    "grade": coded_text(tuple(grade.name for grade in models.standard.grades), compared.grades.grade),
                    "stage": coded_text(grades.STAGES, compared.stage),
                    **service(compared, models, everybody),
                    "next_year": expected,
                }
            )
            .filter("neglected")
            .with_columns(
                contacts_missing=(pl.col("contacts_owed") - pl.col("contacts_given")).clip(0),
                reason=pl.lit(None, pl.String),
            )
            .select(list(SERVICE_GAP.columns))
            .sort("next_year", "customer_code", descending=[True, False], nulls_last=True)
        )
        if not models.told.has_contacts:
            found = pl.concat([pl.DataFrame({"reason": [Said(NO_CONTACTS).pack()]}), found], how="diagonal").select(
                found.columns
            )
        return Finished({"service_gap": found})

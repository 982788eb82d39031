"""The strip under the navigation: whose numbers, as of when, measured by what, what is left out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated

from liuke.kernel.i18n import N_, language, translate
from liuke.kernel.said import Said
from liuke.reports import figures, words
from liuke.reports.contexts.base import Context

if TYPE_CHECKING:
    from liuke.kernel.period import Unit
    from liuke.reports.contexts.base import Source

AS_OF = N_("As of {day}")
LEFT_OUT = N_("{period} is incomplete and is left out")


@dataclass(frozen=True)
class Strip(Context):
    """What every page and every sheet says of the numbers on it."""

    firm: Annotated[str, "name of the firm, empty where none is set"]
    as_of: Annotated[date, "the last day that counts"]
    currency: Annotated[str, "code of the currency, empty where none is set"]
    basis: Annotated[str, "document kind the numbers stand on: order, delivery or invoice"]
    unit: Annotated[Unit, "length of a period: month, week or quarter"]
    customers: Annotated[int, "customers in the documents"]
    first_document_on: Annotated[date, "day of the first document"]
    last_document_on: Annotated[date, "day of the last document"]
    partial_period: Annotated[str | None, "label of the period left out because it is incomplete"]
    left_days: Annotated[int, "days without a purchase after which a customer counts as lost"]
    run_id: Annotated[str, "which run it is"]
    measured_on: Annotated[date, "day on which the run was made"]
    attribution: Annotated[str, "source and licence of the data, empty for own data"]
    version: Annotated[str, "version of the program that made the run"]

    @property
    def kind(self) -> Said:
        """The document kind in words."""
        return Said(words.KINDS[self.basis])

    @property
    def line(self) -> str:
        """The strip on one line, in the language in force: what a sheet has under its title."""
        parts = [
            self.firm,
            Said(AS_OF, {"day": self.as_of}).text(),
            self.kind.text(),
            translate(N_("net of tax")),
            figures.currency_word(self.currency) if language() == "zh" else self.currency,
        ]
        if self.partial_period:
            parts.append(Said(LEFT_OUT, {"period": self.partial_period}).text())
        return " · ".join(part for part in parts if part)


def strip(source: Source) -> Strip:
    """The strip of a run."""
    info = source.info
    return Strip(
        firm=info["firm"],
        as_of=date.fromisoformat(info["as_of"]),
        currency=info["currency"],
        basis=info["basis"],
        unit=info["unit"],
        customers=info["customers"],
        first_document_on=date.fromisoformat(info["first_document_on"]),
        last_document_on=date.fromisoformat(info["last_document_on"]),
        partial_period=info["partial_period"],
        left_days=info["left_days"],
        run_id=info["run_id"],
        measured_on=date.fromisoformat(info["measured_at"][:10]),
        attribution=translate(info["attribution"]),  # the demo's is a message
        version=info["versions"]["liuke"],
    )

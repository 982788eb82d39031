"""What a run covers: which documents, which periods, as of which day, known by which day."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from liuke.kernel.errors import NotFound, Refused
from liuke.kernel.i18n import N_
from liuke.kernel.period import (
    Periods,
    Unit,
    label,
    last_complete_period,
    period_end,
    period_number,
)
from liuke.kernel.version import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

    from liuke.store.fact_store import FactStore, Load
    from liuke.store.workspace import Workspace

BASIS_ORDER = ("invoice", "delivery", "order")


@dataclass(frozen=True)
class Scope:
    """The inputs of a run, resolved."""

    periods: Periods
    as_of: date
    known_by: date
    basis: str
    loads: Sequence[Load]
    first_on: date
    last_on: date
    partial: str | None  # label of the period that has begun but is not complete

    @property
    def known_until(self) -> int:
        """Period number until which later knowledge counts: that of known_by when it covers the whole period."""
        number = period_number(self.known_by, self.periods.unit)
        whole = self.known_by >= min(period_end(number, self.periods.unit), date.today())
        return max(self.periods.last, number if whole else number - 1)

    @property
    def known(self) -> date:
        """The last day whose knowledge counts."""
        return max(self.as_of, period_end(self.known_until, self.periods.unit))

    @property
    def has_margin(self) -> bool:
        """Whether any load carries margins."""
        return any("margin" in load.columns for load in self.loads)

    @property
    def has_quantity(self) -> bool:
        """Whether any load carries quantities."""
        return any("quantity" in load.columns for load in self.loads)

    @property
    def has_products(self) -> bool:
        """Whether any load names products."""
        return any("product_id" in load.columns for load in self.loads)

    def key(self, *parts: object) -> str:
        """A fingerprint of everything that decides the run's result."""
        said = [
            __version__,
            self.periods.unit,
            str(self.as_of),
            self.known_until,
            self.basis,
            [load.token for load in self.loads],
            *parts,
        ]
        return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def resolve(workspace: Workspace, store: FactStore, as_of: date | None, known_by: date | None) -> Scope:
    """The scope of a run, or Refused with what is missing."""
    loads = store.loads("document_line")
    if not loads:
        raise NotFound(
            N_("No documents have been loaded yet."),
            fix=N_("Load an export of invoices or orders: liuke load FILE."),
        )
    unit: Unit = workspace.settings.text("period")  # type: ignore[assignment]  # checked when the settings are read
    basis = _basis(workspace.settings.text("basis"), loads)
    days = [day for load in loads for kind in (basis, "return") for day in load.kinds.get(kind, ())]
    of_basis = [day for load in loads for day in load.kinds.get(basis, ())]
    first_on, last_on = date.fromisoformat(min(of_basis)), date.fromisoformat(max(days))
    complete = last_complete_period(first_on, last_on, unit)
    if complete is None:
        raise Refused(
            N_("The documents run from {first} to {last}: not one {unit} is complete."),
            first=first_on,
            last=last_on,
            unit=unit,
            fix=N_('Load a longer export, or set period = "week" in liuke.toml.'),
        )
    last = complete if as_of is None else min(complete, _period_until(as_of, unit))
    first = period_number(first_on, unit)
    if last < first:
        raise Refused(
            N_("There is no complete period up to {as_of}: the documents begin on {first}."),
            as_of=as_of,
            first=first_on,
            fix=N_("Choose a later day."),
        )
    end = period_end(last, unit)
    following = period_number(last_on, unit)
    return Scope(
        periods=Periods(unit, first, last),
        as_of=end,
        known_by=known_by or end,
        basis=basis,
        loads=loads,
        first_on=first_on,
        last_on=last_on,
        partial=label(following, unit) if as_of is None and following > last else None,
    )


def _basis(setting: str, loads: Sequence[Load]) -> str:
    held = {kind for load in loads for kind in load.kinds}
    if setting != "auto":
        if setting not in held:
            raise Refused(
                N_("The basis is set to {basis}, but no such documents are loaded."),
                basis=setting,
                have=", ".join(sorted(held)),
                fix=N_("Loaded are: {have}. Change `basis` in liuke.toml."),
            )
        return setting
    found = next((kind for kind in BASIS_ORDER if kind in held), None)
    if found is None:
        raise Refused(
            N_("Only returns have been loaded; there is nothing a customer bought."),
            fix=N_("Load invoices, deliveries or orders too."),
        )
    return found


def _period_until(day: date, unit: Unit) -> int:
    """The last period that ends on or before a day."""
    number = period_number(day, unit)
    return number if period_end(number, unit) <= day else number - 1

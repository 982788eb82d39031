"""What a run covers: which documents, which periods, as of which day, known by which day."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from liuke.kernel.errors import NotFound, Refused
from liuke.kernel.i18n import N_
from liuke.kernel.kinds import LINES, RETURN
from liuke.kernel.period import Periods, Unit, label, last_complete_period, period_end, period_number
from liuke.run.clock import Clock, bases, clock_of, span
from liuke.store.beginnings import beginnings, carries

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from liuke.store.fact_store import FactStore, Load
    from liuke.store.workspace import Workspace

MEASURES = ("margin", "quantity", "product_id")
MOST_MONEY = Decimal(10) ** 15  # of all documents together: tables hold ten times as much, and nobody turns it over


@dataclass(frozen=True)
class Scope:
    """The inputs of a run, resolved: only what was known then decides any of them."""

    periods: Periods  # from the first document of the basis, or return, that was known
    as_of: date
    known_by: date
    basis: str
    loads: Sequence[Load]  # of documents: those of sources that were connected
    first_on: date  # the first document of the basis that was known
    last_on: date  # the last one loaded
    partial: str | None  # label of the period that has begun but is not complete
    begun: Mapping[date, date] = field(default_factory=dict)  # by day on which it became known, the first document then
    columns: frozenset[str] = frozenset()  # of MEASURES, those that lines say anything in
    clock: Clock = field(default_factory=lambda: Clock([], "auto", "month"))

    @property
    def known_until(self) -> int:
        """Period number until which later knowledge counts: that of known_by when it covers the whole period."""
        return _known_until(self.known_by, self.periods.last, self.periods.unit)

    @property
    def known(self) -> date:
        """The last day whose knowledge counts."""
        return _known(self.as_of, self.known_by, self.periods.last, self.periods.unit)

    @property
    def has_margin(self) -> bool:
        """Whether any line carries a margin."""
        return "margin" in self.columns

    @property
    def has_quantity(self) -> bool:
        """Whether any line carries a quantity."""
        return "quantity" in self.columns

    @property
    def has_products(self) -> bool:
        """Whether any line names a product."""
        return "product_id" in self.columns

    def facts(self, store: FactStore) -> FactStore:
        """The store as it was known: without what was loaded later, and with the clock of what bears no day."""
        return replace(store, only=self.clock.seen(self.known), counts_from=self.clock.counts_from)

    def identity(self) -> list[object]:
        """What tells a scope from another, besides the loads."""
        return [self.periods.unit, str(self.as_of), self.known_until, str(self.known), self.basis]


def resolve(workspace: Workspace, store: FactStore, as_of: date | None, known_by: date | None) -> Scope:
    """The scope of a run, or Refused with what is missing."""
    loads = store.loads(LINES)
    if not loads:
        raise NotFound(
            N_("No documents have been loaded yet."),
            fix=N_("Load an export of invoices or orders: liuke load FILE."),
        )
    clock = clock_of(workspace, store.loads())
    refused: Refused | None = None
    held = bases(clock.setting, loads)
    if not held:
        raise _no_basis(clock.setting, loads)
    for basis in held:
        try:
            return _on(basis, store, clock, as_of, known_by)
        except Refused as why:  # perhaps another kind was known then
            refused = refused or why
    assert refused is not None
    raise refused


def _on(basis: str, store: FactStore, clock: Clock, as_of: date | None, known_by: date | None) -> Scope:
    """The scope that stands on a kind, or Refused where none of it was known."""
    unit, every = clock.unit, [load for load in clock.loads if load.table == LINES]
    low, high = span(every, basis)
    complete = last_complete_period(low, high, unit)
    if complete is None:
        raise Refused(
            N_("The documents run from {first} to {last}: not one {unit} is complete."),
            first=low,
            last=high,
            unit=unit,
            fix=N_("Load a longer export.")
            if unit == "week"
            else N_('Load a longer export, or set period = "week" in liuke.toml.'),
        )
    last = complete if as_of is None else min(complete, _period_until(as_of, unit))
    end = period_end(last, unit)
    known = _known(end, known_by or end, last, unit)
    seen = clock.seen(known)
    loads = [load for load in every if load.load_id in seen]
    _refuse_too_much(loads)
    begun = beginnings(store, loads, basis, end, known)
    if not begun:
        raise Refused(
            N_("There is no complete period up to {as_of}: the documents begin on {first}."),
            as_of=as_of or end,
            first=low,
            fix=N_("Choose a later day."),
        )
    back = beginnings(store, loads, RETURN, end, known)
    following = period_number(high, unit)
    return Scope(
        periods=Periods(unit, period_number(min([*begun.values(), *back.values()]), unit), last),
        as_of=end,
        known_by=known_by or end,
        basis=basis,
        loads=loads,
        first_on=min(begun.values()),
        last_on=high,
        partial=label(following, unit) if as_of is None and following > last else None,
        begun=begun,
        columns=frozenset(name for name in MEASURES if carries(store, loads, name, end, known)),
        clock=clock,
    )


def _refuse_too_much(loads: Sequence[Load]) -> None:
    """Refuse money that tables could not hold in sums; a wrong unit or a number taken for an amount makes it."""
    for load in loads:
        if abs(Decimal(load.sum_loaded)) >= MOST_MONEY:
            raise Refused(
                N_("The amounts of {file} add up to {sum}: that is more than is added up here."),
                file=", ".join(load.files), sum=load.sum_loaded,
                fix=N_("Look whether the column of amounts is one, take the load out, and load the file again."),
            )  # fmt: skip


def _no_basis(setting: str, loads: Sequence[Load]) -> Refused:
    """Why the list can stand on none of what is loaded."""
    held = {kind for load in loads for kind in load.kinds}
    if setting != "auto":
        return Refused(
            N_("The basis is set to {basis}, but no such documents are loaded."),
            basis=setting,
            have=", ".join(sorted(held)),
            fix=N_("Loaded are: {have}. Change `basis` in liuke.toml."),
        )
    return Refused(
        N_("Only returns have been loaded; there is nothing a customer bought."),
        fix=N_("Load invoices, deliveries or orders too."),
    )


def _known_until(known_by: date, last: int, unit: Unit) -> int:
    number = period_number(known_by, unit)
    whole = known_by >= min(period_end(number, unit), date.today())
    return max(last, number if whole else number - 1)


def _known(as_of: date, known_by: date, last: int, unit: Unit) -> date:
    return max(as_of, period_end(_known_until(known_by, last, unit), unit))


def _period_until(day: date, unit: Unit) -> int:
    """The last period that ends on or before a day."""
    number = period_number(day, unit)
    return number if period_end(number, unit) <= day else number - 1

"""What valuing learns from a sample of the customers before it looks at each: next year, buying, spending, wallets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from liuke.facts.customer import TRAITS
from liuke.kernel.errors import Refused
from liuke.kernel.estimate import NotEstimable
from liuke.kernel.i18n import N_
from liuke.panel.states import perhaps_older
from liuke.run.small_tables import ToldOfCustomers, told
from liuke.signals import slowing
from liuke.value import next_year, wallet
from liuke.value.cost_to_serve import uncosted
from liuke.value.lifetime import Repeats, Terms, repeats
from liuke.value.standard import FILE, Standard, standard

if TYPE_CHECKING:
    import polars as pl

    from liuke.panel.panel import Bool, Float, Int, Int32, Panel
    from liuke.run.known import Known
    from liuke.run.scope import Scope
    from liuke.signals.models._buying_model import BuyingModel
    from liuke.signals.models.gamma_gamma import GammaGamma
    from liuke.signals.models.season import Season
    from liuke.signals.slowing import Slowing
    from liuke.store.workspace import Workspace

REGULAR = 1.5  # regularity from which gaps are too even for purchases at random (methods.md section 1)
COMPARED_BY = (*TRAITS[1:], "grade")  # what tells wallets apart
ENDS = 4  # quarter ends over which grades and the core hold on to what they were
DOCUMENTS = {"orders": "order", "deliveries": "delivery", "returns": "return"}  # act of service -> kind of document
CONTACTS = ("contacts", "visits")
NO_MEAN = N_("No customer brought anything above 0 an occasion.")


@dataclass(frozen=True)
class Models:
    """Buying and spending as learnt, and what speaks against leaning on them."""

    buying: BuyingModel
    spending: GammaGamma
    warnings: tuple[NotEstimable, ...]


@dataclass(frozen=True)
class ValueModels:
    """Everything the chunks are valued with."""

    basis: str  # "margin" where the documents carry it, else "amount"
    rate: float  # money of the basis by amount, over the sample
    ahead: list[tuple[int, next_year.NextYear]]  # by period end, oldest first; empty where nothing can be expected
    no_next_year: NotEstimable | None
    clock: Season | None  # of the seasons of the base; None where it has none that can be told from chance
    slowing: Slowing | NotEstimable
    models: Models | NotEstimable
    terms: Terms
    wallets: wallet.Quantile | NotEstimable
    kinds: list[Int32]  # codes of COMPARED_BY, one array a column; (customers,) each
    told: ToldOfCustomers
    standard: Standard
    acts: frozenset[str]  # of service, that the documents count
    no_service_cost: NotEstimable | None


def fitted(known: Known, sampled: Int32, left_days: int) -> ValueModels:
    """Learn from some customers (codes, ascending); Invalid when the firm's value.toml is wrong."""
    scope, panels, customers = known.scope, known.panels, known.customers
    laws = standard(known.value_standard)
    said = told(known.facts, scope, customers, panels.customers)
    positions = np.searchsorted(panels.customers, sampled)
    panel = panels.at(positions).latest()
    values, bought = valued_money(panel), panel.occasions > 0
    ahead, why = _next_years(values, bought, scope.periods.per_year)
    kinds = _kinds(customers)
    learnt = said.wallet[positions]
    loyal = wallet.believed_loyal(panel, scope.periods.per_year)
    spend = panel.amount[:, -scope.periods.per_year :].sum(axis=1)
    best = wallet.best_year(panel.amount[:, -2 * scope.periods.per_year :], scope.periods.per_year)
    amount = int(panel.amount.sum())
    clock = _clock(panel)
    acts = _acts(scope, said)
    return ValueModels(
        basis="amount" if panel.margin is None else "margin",
        rate=1.0 if panel.margin is None or amount <= 0 else max(float(values.sum()) / amount, 0.0),
        ahead=ahead,
        no_next_year=why,
        clock=clock,
        slowing=slowing.fit(panel, clock),
        models=_models(panel, clock, left_days),
        terms=Terms(years=known.settings.number("lifetime_years"), rate=known.settings.number("discount_rate")),
        wallets=wallet.fit([kind[positions] for kind in kinds], spend, best, loyal, learnt),
        kinds=kinds,
        told=said,
        standard=laws,
        acts=acts,
        no_service_cost=uncosted(acts, laws.costs),
    )


def _acts(scope: Scope, said: ToldOfCustomers) -> frozenset[str]:
    """The acts of service that the documents and contacts of a run count, be it at none."""
    held = {kind for load in scope.loads for kind, (first, _) in load.kinds.items() if first <= str(scope.as_of)}
    return frozenset([act for act, kind in DOCUMENTS.items() if kind in held] + [*CONTACTS] * said.has_contacts)


def value_standard(workspace: Workspace) -> str:
    """The text of the firm's own value.toml, empty without one."""
    return workspace.text(FILE)


def valued_money(panel: Panel) -> Int:
    """Cents by customer and period of what a customer is valued by: margin where there is margin, else amount."""
    return panel.amount if panel.margin is None else panel.margin


def an_occasion(panel: Panel, history: Repeats) -> Float:
    """What each customer brought an occasion, in currency units, NaN without one; (customers,)."""
    occasions = np.where(history.bought, history.x + 1.0, 1.0)
    mean: Float = np.where(history.bought, valued_money(panel).sum(axis=1) / occasions / 100, np.nan)
    return mean


def _next_years(
    values: Int, bought: Bool, year: int
) -> tuple[list[tuple[int, next_year.NextYear]], NotEstimable | None]:
    """A fit as of each of the last quarter ends that allows one, and why there is none as of the last."""
    last = values.shape[1] - 1
    found = []
    for back in range(ENDS - 1, -1, -1):
        end = last - back * max(year // 4, 1)
        if end < 0:
            continue
        fit = next_year.fit(values, bought, year, end)
        if not isinstance(fit, NotEstimable):
            found.append((end, fit))
    return (found, None) if found and found[-1][0] == last else ([], _why(values, bought, year))


def _why(values: Int, bought: Bool, year: int) -> NotEstimable:
    fit = next_year.fit(values, bought, year)
    assert isinstance(fit, NotEstimable)
    return fit


def _clock(panel: Panel) -> Season | None:
    """The seasonal clock of a monthly panel, None where seasons can't be told from chance."""
    from liuke.signals.models.season import season

    if panel.periods.unit != "month":
        return None
    found = season(panel.occasions.sum(axis=0, dtype=np.int64), panel.periods.first % 12)
    return None if np.allclose(found.index, 1.0) else found


def _models(panel: Panel, clock: Season | None, quiet: int) -> Models | NotEstimable:
    """Buying and spending learnt from repeat occasions, or why they can't be.

    Customers who may be older than the export are left out where the others are many enough, `quiet` days being long
    enough for one. Regular buyers get the MBG/CNBD-k, others the MBG/NBD.
    """
    from liuke.signals.models.bg_cnbd_k import BgCnbdK
    from liuke.signals.models.entered import entered
    from liuke.signals.models.gamma_gamma import GammaGamma
    from liuke.signals.models.mbg_nbd import MbgNbd
    from liuke.signals.rhythm import Rhythm

    history = repeats(panel, clock)
    mean = an_occasion(panel, history)
    bought, worth = history.bought, history.bought & (mean > 0)
    if not worth.any():
        return NotEstimable.because(NO_MEAN)
    regularity = Rhythm.of(panel).regularity(panel.shape[1] - 1)
    model = BgCnbdK(k=round(regularity)) if regularity >= REGULAR else MbgNbd()
    rows = np.flatnonzero(bought)
    older = perhaps_older(panel, panel.first_on[:, -1], quiet)[rows]
    seen = np.where(older, panel.export_start, panel.export_start + quiet)  # who surely entered counts as long watched
    whom = entered(seen, history.x[rows], panel.export_start, quiet)
    rows = rows[whom.rows]
    try:
        buying = model.fit(history.x[rows], history.t_x[rows], history.T[rows])
        spending = GammaGamma().fit(history.x[worth] + 1, mean[worth])
        spending.expected_value(1, 1.0)
    except Refused as refused:
        return NotEstimable(refused.said)
    warnings = (whom.warning, buying.warning_, spending.warning_)
    return Models(buying, spending, tuple(one for one in warnings if one is not None))


def _kinds(customers: pl.DataFrame) -> list[Int32]:
    """Each column of COMPARED_BY as codes from 0, -1 for unknown, in the order of the run's customers."""
    kept = customers.filter(customers["merged_into"].is_null()).sort("customer_code")
    ranked = [kept[name].rank("dense").fill_null(0).to_numpy().astype(np.int32) - 1 for name in COMPARED_BY]
    return [codes for codes in ranked if (codes >= 0).any()]

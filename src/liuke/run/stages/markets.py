"""Markets: what of a change of sales all share, what their segment and region do, and what is our own.

And orders that may go elsewhere: questions to a manager about customers contacted as before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from liuke.causes.diverted import Diverted, diverted
from liuke.causes.market import market_index, spans
from liuke.causes.market_model import one_and_the_same
from liuke.kernel.i18n import N_
from liuke.kernel.period import day_number, period_end, period_number, period_start
from liuke.kernel.said import Said
from liuke.run.fallen import Fallen, fallen
from liuke.run.like_customers import UNKNOWN, coded, segment_column
from liuke.run.looked_after import NOBODY, known_contacts, positions
from liuke.run.market_tables import asked_frame, changes_of, split_frame
from liuke.run.people_contract import DIVERTED_QUESTION, MARKET_SPLIT
from liuke.run.stage import Finished, Passed, Stage
from liuke.run.stages.bought import Bought

if TYPE_CHECKING:
    from liuke.causes.market import MarketIndex, Spans
    from liuke.kernel.period import Unit
    from liuke.panel.panel import Int, Int32
    from liuke.run.known import Known

SPLIT_MONTHS, ASKED_MONTHS = 3, 6  # of a span: what the firm changed; what contacts are held against
TOO_SHORT = N_("Needs {need} whole periods to compare with the same of a year before; there are {have}.")
NO_CONTACTS = N_("No contacts are loaded: whether orders go elsewhere can't be asked. Connect the table of contacts.")
NEITHER = N_(
    "Neither who looked after whom over time nor contacts are known: whether orders go elsewhere can't be asked. "
    "Connect the tables of assignments and of contacts."
)
NO_ASSIGNMENTS = N_("Who looked after whom is not known over time. Connect the table of assignments.")


@dataclass(frozen=True)
class MarketFound:
    """How many salespeople were judged, why none could be, and what peers share of customers' falls."""

    judged: int
    reason: Said | None
    split_reason: Said | None
    fallen: Fallen | None  # None: nothing to compare with, as `split_reason` says


class MarketsStage(Stage):
    """The last months against the same of the year before, split; and questions about diverted orders."""

    name = "markets"
    needs = ("bought",)
    reads = ("contact",)
    plugins = ("liuke.causes",)
    tables = (MARKET_SPLIT, DIVERTED_QUESTION)

    def finish(self, passed: Passed, known: Known) -> Finished:  # noqa: ARG002
        """Both tables; without rows where there is nothing to compare with, which `describe` says."""
        bought, year = known.of(Bought), known.scope.periods.per_year
        months = bought.amount.shape[1]
        segment, segments = coded(known, segment_column(known))
        region, regions = coded(known, "region")
        span = max(1, SPLIT_MONTHS * year // 12)
        short = Said(TOO_SHORT, {"need": year + span, "have": months}) if months < year + span else None
        groups = {"segment": (segment, segments), "region": (region, regions)}
        apart = [_told_apart(bought, code, span, year) for code in (segment, region)]
        changes = None if short else changes_of(bought.amount, span, year, _index(known, span, *apart))
        fell = None if short else fallen(bought, {name: code for name, (code, _) in groups.items()}, span, year)
        asked = _asked(known, segment, region)
        return Finished(
            {"market_split": split_frame((changes, fell) if changes and fell else None, groups, bought.seller.now),
             "diverted_question": asked_frame(known, bought.seller, asked)},
            MarketFound(asked.judged, asked.reason, short, fell),
        )  # fmt: skip

    def describe(self, known: Known) -> dict[str, Any]:
        """What the tables are of, or why they have no rows."""
        about, year = known.of(MarketFound), known.scope.periods.per_year
        return {
            "markets": {
                "segment": segment_column(known),
                "periods": max(1, SPLIT_MONTHS * year // 12),
                "reason": None if about.split_reason is None else about.split_reason.plain(),
                "asked_periods": max(1, ASKED_MONTHS * year // 12),
                "asked_of": about.judged,
                "asked_reason": None if about.reason is None else about.reason.plain(),
            }
        }


def _told_apart(bought: Bought, code: Int32, span: int, year: int) -> Int32:
    """A group of each customer, UNKNOWN where it can't be told from the one salesperson who sells all of it."""
    months = bought.amount.shape[1]
    last, earlier = slice(months - span, months), slice(max(months - year - span, 0), max(months - year, 0))
    money = sum(bought.amount[:, each].sum(axis=1) for each in (last, earlier))
    same = one_and_the_same(bought.seller.now, code, np.maximum(money, 0).astype(np.float64))
    return np.where(same, UNKNOWN, code).astype(np.int32)


def _index(known: Known, span: int, segment: Int32, region: Int32) -> tuple[Spans, MarketIndex]:
    """The last span of each customer against the year before, and what its market did without it."""
    bought, periods = known.of(Bought), known.scope.periods
    season = (bought.first - _first_of_year(periods.unit)) % periods.per_year
    held = spans(bought.amount, bought.since, bought.amount.shape[1] - 1, season, periods.per_year, span)
    base = np.nan_to_num(held.before)
    return held, market_index(base, held.now, held.peer, segment, region)


def _asked(known: Known, segment: Int32, region: Int32) -> Diverted:
    """Questions about salespeople who looked after the same customers in both spans."""
    bought, year = known.of(Bought), known.scope.periods.per_year
    span, months = max(1, ASKED_MONTHS * year // 12), bought.amount.shape[1]
    if months < year + span:
        return Diverted((), 0, Said(TOO_SHORT, {"need": year + span, "have": months}))
    contacts = _contacts(known)
    if bought.seller.at is None:
        return Diverted((), 0, Said(NEITHER if contacts is None else NO_ASSIGNMENTS))
    if contacts is None:
        return Diverted((), 0, Said(NO_CONTACTS))
    held, index = _index(known, span, segment, region)
    before, now = slice(months - year - span, months - year), slice(months - span, months)
    whose = bought.seller.at[:, [*range(before.start, before.stop), *range(now.start, now.stop)]]
    same = (whose == bought.seller.now[:, None]).all(axis=1) & held.peer
    counted = [_in_span(known, contacts, bought.first + each.start, bought.first + each.stop) for each in (before, now)]
    return diverted(
        np.where(same, bought.seller.now, NOBODY).astype(np.int32), np.nan_to_num(held.before), held.now, index.growth,
        *counted,
    )  # fmt: skip


def _contacts(known: Known) -> pl.DataFrame | None:
    """place and day number of the contacts by as_of; None where no contact is on record."""
    placed = (
        known_contacts(known)
        .select("customer_id", day=pl.col("at").cast(pl.Int32))
        .join(positions(known), on="customer_id")
    )
    return None if placed.is_empty() else placed


def _in_span(known: Known, contacts: pl.DataFrame, start: int, stop: int) -> Int:
    """Contacts with each customer from the start of one period up to that of another; (customers,)."""
    unit = known.scope.periods.unit
    days = day_number(period_start(start, unit)), day_number(period_end(stop - 1, unit))
    within = contacts.filter(pl.col("day").is_between(*days))
    return np.bincount(within["at"].to_numpy(), minlength=len(known.panels.customers))


def _first_of_year(unit: Unit) -> int:
    """A period that begins a year, for places within it."""
    return period_number(date(1970, 1, 1), unit)

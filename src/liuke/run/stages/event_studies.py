"""Event studies: what departures, price rises, products that went and tighter terms did to customers."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

import polars as pl

from liuke.kernel.estimate import NotEstimable
from liuke.run import event_contract as contract
from liuke.run.contracts import schema
from liuke.run.dated_events import TOLD_BY, dated_events, hardly_felt, not_connected
from liuke.run.event_tables import StudiedPanel, customer_rows, effect_row, event_frames, event_rows, path_rows, studied
from liuke.run.like_customers import strata
from liuke.run.looked_after import NOBODY
from liuke.run.stage import Finished, Passed, Stage
from liuke.run.stages.bought import Bought

if TYPE_CHECKING:
    from liuke.panel.panel import Int32
    from liuke.run.known import Known


class EventStudiesStage(Stage):
    """Dated events, each alone and all of a kind together."""

    name = "event_studies"
    needs = ("bought",)
    reads = ("company_change",)
    plugins = ("liuke.causes", "liuke.panel.exposures", "liuke.panel.line_tables")
    tables = (contract.EVENT_EFFECT, contract.STUDIED_EVENT, contract.EVENT_PATH, contract.EVENT_CUSTOMER)

    def finish(self, passed: Passed, known: Known) -> Finished:  # noqa: ARG002
        """All kinds, one after another."""
        bought, events = known.of(Bought), dated_events(known)
        sides = StudiedPanel(
            bought.amount, bought.first, _portfolios(bought), strata(known), known.scope.periods.per_year
        )
        names = {number: str(row["name"]) for number, row in bought.seller.people.items() if row["name"]}
        effects: list[dict[str, Any]] = []
        rows: list[dict[str, Any]] = []
        paths: list[dict[str, Any]] = []
        for kind in TOLD_BY:
            mine = events.get(kind, [])
            if not mine:
                effects.append(effect_row(kind, not_connected(known, kind), None, mine))
                continue
            study = studied(sides, mine, hardly_felt(known, kind))
            effects.append(effect_row(kind, (), study, mine))
            rows += event_rows(kind, mine, study, names)
            if not isinstance(study.pooled, NotEstimable):
                paths += path_rows(kind, study.pooled)
        every = [each for mine in events.values() for each in mine]
        none = pl.DataFrame(schema=schema(contract.EVENT_CUSTOMER))
        parts = chain([none], customer_rows(sides, known.panels.customers, every))
        return Finished({**event_frames(effects, rows, paths), "event_customer": parts})


def _portfolios(bought: Bought) -> Int32 | None:
    """Who looked after whom: by assignments, else whoever does now; None where nobody is named."""
    if bought.seller.at is not None:
        return bought.seller.at
    return bought.seller.now if (bought.seller.now != NOBODY).any() else None

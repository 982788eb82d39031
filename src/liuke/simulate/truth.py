"""The truth about a firm: why customers left, what a treatment would do. Reruns on shared luck, nothing estimated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from liuke.simulate import treatments
from liuke.simulate.causes import CAUSES, CODE, SCARS
from liuke.simulate.chance import F32, F64, Bools, Ints
from liuke.simulate.firm import Life, SimulatedFirm, run_months
from liuke.simulate.state import BUYING, NOT_YET, Path

if TYPE_CHECKING:
    from collections.abc import Callable

WINDOW = 12  # months from the onset in which a loss is measured
SHRUNKEN = 0.6  # below this part of what it would buy with nothing wrong, a customer has shrunk
MATERIAL = 0.05  # causes together below this part of the sales expected: it would have gone anyway
LOST, SHRUNK = 1, 2
PLAYERS = 3  # causes a Shapley value is taken over
HORIZONS = (3, 12, 24)  # months after a treatment


@dataclass(frozen=True)
class Causes:
    """Per customer: kind (0 well, LOST, SHRUNK), onset (month, -1 none), loss (yuan in the window), shares of causes.

    `share` is (customers, causes) and sums to 1 where `primary` is a cause; `primary` is -1 where none of the causes
    made the difference. `alone` (customers, causes) is what taking away one cause alone would have saved, in yuan.
    """

    kind: Ints
    onset: Ints
    loss: F64
    primary: Ints
    share: F64
    alone: F64


def causes(firm: SimulatedFirm, life: Life) -> Causes:
    """Why each lost or shrunken customer is so at the end of the history."""
    size, until = len(firm.customers), min(firm.months + WINDOW, firm.horizon)
    factual = life.path.sales[:, :until]
    untroubled = _without(firm, life, np.ones((len(CAUSES), size), dtype=bool), until).sales
    kind, onset = _who_and_when(firm, life.path, untroubled)
    month = np.arange(until)
    window = (kind > 0)[:, None] & (month >= onset[:, None]) & (month < onset[:, None] + WINDOW)

    def saved(removed: Bools) -> F64:
        """Yuan saved in the window by taking away these causes; (customers,)."""
        path = _without(firm, life, removed, until)
        return np.asarray(np.einsum("nt,nt->n", window, (path.sales - factual).astype(np.float64)))

    alone = np.zeros((size, len(CAUSES)))
    for code in _present(firm, life):
        removed = np.zeros((len(CAUSES), size), dtype=bool)
        removed[code] = True
        alone[:, code] = saved(removed)
    usual = np.einsum("nt,nt->n", window, untroubled.astype(np.float64))
    share, together = _shapley(life, alone, usual, saved)
    made_it = (kind > 0) & (together > MATERIAL * usual) & (share.sum(axis=1) > 0)
    share[~made_it] = 0
    loss = np.einsum("nt,nt->n", window, (untroubled - factual).astype(np.float64))
    primary = np.where(made_it, share.argmax(axis=1), -1)
    return Causes(kind, np.where(kind > 0, onset, -1), np.maximum(loss, 0), primary, share, alone)


def _without(firm: SimulatedFirm, life: Life, removed: Bools, until: int) -> Path:
    return run_months(firm, life.departures, life.plan, until=until, keep=~removed)[1]


def _who_and_when(firm: SimulatedFirm, path: Path, untroubled: F32) -> tuple[Ints, Ints]:
    """Kind and onset: the month since which a lost one has not been buying, or a shrunken one has bought too little."""
    months = firm.months
    status = path.status[:, :months]
    lost = (status[:, -1] != BUYING) & (status[:, -1] != NOT_YET)
    little = path.sales[:, :months] < SHRUNKEN * untroubled[:, :months]
    recent = slice(months - 3, months)
    shrunk = ~lost & (status[:, -1] == BUYING) & (firm.customers.joined < months - 6)
    shrunk &= path.sales[:, recent].sum(axis=1) < SHRUNKEN * untroubled[:, recent].sum(axis=1)
    kind = np.where(lost, LOST, np.where(shrunk, SHRUNK, 0))
    bad = np.where(lost[:, None], status != BUYING, little)
    run_length = np.where(bad.all(axis=1), months, (~bad[:, ::-1]).argmax(axis=1))
    return kind, months - np.maximum(run_length, 1)


def _present(firm: SimulatedFirm, life: Life) -> list[int]:
    """Causes that met anybody at all."""
    here = [code for code in range(1, len(SCARS)) if firm.happenings.shock[code].any()]
    met = {
        "salesperson_left": life.departures.struck.any(),
        "unavoidable": firm.happenings.closed.any(),
        "pruned": firm.happenings.pruned.any(),
        "price": (firm.market.own[None, :] > firm.market.rival).any(),
        "market": (firm.market.industry.min() < 0) or (firm.market.region.min() < 0),
    }
    return sorted([*here, *(CODE[name] for name, yes in met.items() if yes)])


def _shapley(life: Life, alone: F64, usual: F64, saved: Callable[[Bools], F64]) -> tuple[F64, F64]:
    """Shares of the three likeliest causes of each customer, (customers, causes), and what they saved together.

    Where two causes each suffice, taking one away saves nothing: scars at the time of leaving then name the players.
    """
    size = len(usual)
    hint = alone.copy()
    hint[:, : len(SCARS)] += 0.02 * usual[:, None] * life.at_end.blame.T
    players = np.argsort(-hint, axis=1, kind="stable")[:, :PLAYERS]
    rows = np.arange(size)

    def value(*which: int) -> F64:
        removed = np.zeros((len(CAUSES), size), dtype=bool)
        for one in which:
            removed[players[:, one], rows] = True
        return np.asarray(saved(removed))

    a, b, c = (alone[rows, players[:, one]] for one in range(PLAYERS))
    ab, ac, bc, abc = value(0, 1), value(0, 2), value(1, 2), value(0, 1, 2)
    worth = np.stack(
        [
            a / 3 + (ab - b + ac - c) / 6 + (abc - bc) / 3,
            b / 3 + (ab - a + bc - c) / 6 + (abc - ac) / 3,
            c / 3 + (ac - a + bc - b) / 6 + (abc - ab) / 3,
        ],
        axis=1,
    )
    worth = np.maximum(worth, 0)
    worth[worth < 0.02 * worth.sum(axis=1, keepdims=True)] = 0
    total = worth.sum(axis=1, keepdims=True)
    share = np.zeros_like(alone)
    share[rows[:, None], players] = np.divide(worth, total, out=np.zeros_like(worth), where=total > 0)
    return share, abc


def treatment_effects(firm: SimulatedFirm, life: Life) -> dict[str, F32]:
    """Yuan of margin, net of its cost, each treatment given at the end of the history would add per customer.

    By treatment: (customers, horizons) over the months of HORIZONS, those the firm's luck reaches.
    """
    nothing = np.zeros_like(life.plan)
    base = run_months(firm, life.departures, nothing, start=life.at_end)[1].margin
    found = {}
    for name in treatments.TREATMENTS[1:]:
        plan = nothing.copy()
        plan[:, firm.months] = treatments.TREATMENT[name]
        gain = run_months(firm, life.departures, plan, start=life.at_end)[1].margin - base
        cost = treatments.cost(firm.world, firm.customers, plan[:, firm.months])
        found[name] = np.stack([gain[:, :until].sum(axis=1) - cost for until in HORIZONS], axis=1)
    return found

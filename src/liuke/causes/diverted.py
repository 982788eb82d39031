"""Orders that may go elsewhere: contacts go on while one salesperson's customers buy less than others' do.

A question to a manager with the rows behind it, never an accusation: illness, a poor district or a rival looks the
same. Customers are compared by rank with those of other salespeople who bought about as much (van Elteren 1960), so no
giant decides. Salespeople differ by nature: their scores are held against the scatter of the others' (an empirical
null, Efron 2004), then Benjamini & Hochberg (1995) over all who could be judged.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said

if TYPE_CHECKING:
    from liuke.panel.panel import Bool, Float, Int, Int32

LEAST_CUSTOMERS = 8  # of one salesperson, who are contacted as before
LEAST_PEERS = 30  # customers of others to compare with
GOES_ON = 0.75  # of the contacts of the span before: fewer are neglect, another matter
CLEAR_FALL = 0.2  # of what peers' buying lets expect
MOST_OF_THEM = 0.6  # of the customers bought less than it: one that left is no pattern
ALPHA = 0.05  # false questions among those asked
SIZES = 5  # groups of customers alike in what they bought before


@dataclass(frozen=True)
class ManagerQuestion:
    """What a manager may ask about one salesperson's customers; never what was done."""

    salesperson: int  # code
    rows: pl.DataFrame  # customer (position), contacts_before, contacts_now, before, expected, now; greatest gap first
    fall: float  # of what was to be expected that was not bought, 0 to 1
    chance: float  # Benjamini and Hochberg's adjusted probability of so low ranks by chance
    said: Said


ASKED = N_(
    "{customers} customers were contacted {contacts} times, as before, and bought {fall:.0%} less than customers of "
    "others like them. What do they say about it?"
)
TOO_FEW = N_("No salesperson has {least} customers who are contacted as before, with others to compare with.")


@dataclass(frozen=True)
class Diverted:
    """Questions, surest first; without any, how many salespeople were judged, or why none could be."""

    questions: tuple[ManagerQuestion, ...]
    judged: int
    reason: Said | None = None


def diverted(
    salesperson: Int32, before: Float, now: Float, growth: Float, contacts_before: Int, contacts_now: Int
) -> Diverted:
    """Questions to ask of two spans of equal length; all arrays are (customers,).

    `salesperson` is who looked after the customer in both spans, -1 where nobody or another one did; `growth` what its
    market did without it (`market.MarketIndex.growth`; NaN is taken for none); contacts count inquiries, too. Money is
    whatever unit. Customers who did not buy before, or whose contacts fell off, tell nothing.
    """
    goes_on = (contacts_before > 0) & (contacts_now >= GOES_ON * contacts_before)
    asked = np.flatnonzero((salesperson >= 0) & (before > 0) & goes_on)
    expected = before * (1 + np.nan_to_num(growth))
    gap = (now - expected) / np.maximum(now + expected, 1e-12)
    seller = salesperson[asked]
    many = np.bincount(seller)
    able = (many >= LEAST_CUSTOMERS) & (len(asked) - many >= LEAST_PEERS)
    if not able.any():
        return Diverted((), 0, Said(TOO_FEW, {"least": LEAST_CUSTOMERS}))
    score = _scores(gap[asked], before[asked], seller)
    chance = adjusted(_chances(score, able))
    found = []
    for code in np.flatnonzero(chance <= ALPHA):
        mine = asked[seller == code]
        typical = float(np.median(1 + gap[asked[seller != code]]))  # what others keep of the expected, as gaps tell it
        lost = 1 - float(np.minimum(now[mine], 2 * expected[mine]).sum() / np.maximum(expected[mine].sum(), 1e-12))
        widely = float((1 + gap[mine] < typical * (1 - CLEAR_FALL / 2)).mean()) >= MOST_OF_THEM
        if lost >= CLEAR_FALL and widely:
            rows = _rows(mine, contacts_before, contacts_now, before, expected, now)
            said = Said(ASKED, {"customers": len(mine), "contacts": int(contacts_now[mine].sum()), "fall": lost})
            found.append(ManagerQuestion(int(code), rows, lost, float(chance[code]), said))
    return Diverted(tuple(sorted(found, key=lambda each: each.chance)), int(able.sum()))


def _scores(gap: Float, before: Float, seller: Int32) -> Float:
    """By salesperson the standard normal score of its customers' ranks among those who bought as much."""
    from scipy.stats import rankdata

    size = (np.argsort(np.argsort(before, kind="stable"), kind="stable") * SIZES) // len(before)
    sellers = int(seller.max()) + 1
    total, variance = np.zeros(sellers), np.zeros(sellers)
    for group in range(SIZES):
        held = size == group
        of = int(held.sum())
        if of < 2:
            continue
        place = (rankdata(gap[held]) - (of + 1) / 2) / of
        mine = np.bincount(seller[held], minlength=sellers)
        total += np.bincount(seller[held], place, sellers)
        variance += mine * (of - mine) / (of - 1) * place.var()
    return np.divide(total, np.sqrt(variance), out=np.zeros(sellers), where=variance > 0)


def _chances(score: Float, able: Bool) -> Float:
    """One-sided probability of each able salesperson's score, by the scatter of the others' (three or more).

    1 for who isn't able.
    """
    from scipy.stats import t as student

    chance = np.ones(len(score))
    for one in np.flatnonzero(able):
        others = np.delete(score[able], np.searchsorted(np.flatnonzero(able), one))
        many = len(others)
        if many < 3:
            continue
        middle = min(float(others.mean()), 0.0)  # where all lose, one is only asked about who loses more
        spread = max(1.0, float(others.std(ddof=1))) * np.sqrt(1 + 1 / many)
        chance[one] = student.cdf((score[one] - middle) / spread, many - 1)
    return chance


def adjusted(chance: Float) -> Float:
    """Benjamini and Hochberg's adjusted probabilities; those of 1 were not tested and count for none."""
    tested = np.flatnonzero(chance < 1)
    order = tested[np.argsort(chance[tested], kind="stable")]
    raised = chance[order] * len(order) / np.arange(1, len(order) + 1)
    found = np.ones(len(chance))
    found[order] = np.minimum(np.minimum.accumulate(raised[::-1])[::-1], 1)
    return found


def _rows(
    mine: Int, contacts_before: Int, contacts_now: Int, before: Float, expected: Float, now: Float
) -> pl.DataFrame:
    """The customers behind a question, those who lack most first."""
    rows = pl.DataFrame(
        {
            "customer": mine,
            "contacts_before": contacts_before[mine],
            "contacts_now": contacts_now[mine],
            "before": before[mine],
            "expected": expected[mine],
            "now": now[mine],
        }
    )
    return rows.sort(pl.col("expected") - pl.col("now"), descending=True, maintain_order=True)

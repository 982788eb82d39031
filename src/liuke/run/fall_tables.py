"""What a customer bought less than a year before, and how much of it its peers share, as a run keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from liuke.causes.market import LEAST_OTHERS
from liuke.causes.market_model import FEW, NOTHING_BEFORE, ONE_AND_THE_SAME, ONLY_OURS, OWED, WHY
from liuke.kernel.amounts import Money
from liuke.kernel.i18n import N_
from liuke.kernel.money import decimals, from_cents
from liuke.kernel.said import Said
from liuke.run.contracts import frame
from liuke.run.people_contract import CUSTOMER_FALL

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from liuke.panel.panel import Bool, Int32
    from liuke.run.fallen import Fallen

VERDICTS = {OWED: "told", NOTHING_BEFORE: "no_earlier", FEW: "too_few", ONE_AND_THE_SAME: "one_and_the_same"}
NO_GROUP = "no_group"  # of those of FEW, who has neither
COLUMNS = {"salesperson": "salesperson_part"}  # in tables a salesperson is a person
SHARES = ("share", "share_low", "share_high")
HARDLY = 0.005  # of a fall: less of it is shown as nothing
FELL = N_("Others of the same {peers} fell alike: about {shared} of it, {low} to {high}.")
FELL_MORE = N_("Others of the same {peers} fell as much or more: at least {low} of it is shared with them.")
STOOD = N_("Others of the same {peers} did not fall alike.")
HARDLY_FELL = N_("Others of the same {peers} hardly fell alike: at most {high} of it is shared with them.")
CANNOT_TELL = N_("Whether others fell alike can't be told. {why}")
CAME_THEN = N_("It first bought in those months, and a first purchase is no usual one.")
IN_NONE = N_("Neither its segment nor its region is known: connect both columns of the customer table.")
REASONS = {"no_earlier": CAME_THEN, NO_GROUP: IN_NONE, "too_few": WHY[FEW],
           "one_and_the_same": WHY[ONE_AND_THE_SAME]}  # fmt: skip
REGION = N_("region")
ALONE = {"industry": N_("industry"), "channel": N_("channel"), "tier": N_("price tier"), "grade": N_("grade")}
TOGETHER = {"industry": N_("industry and region"), "channel": N_("channel and region"),
            "tier": N_("price tier and region"), "grade": N_("grade and region")}  # fmt: skip


@dataclass(frozen=True)
class Peers:
    """What makes customers peers; (customers,)."""

    segment: str | None  # the column that segments customers
    by_segment: Bool  # whose segment is known
    by_region: Bool

    def has_none(self, at: int) -> bool:
        """Whether nothing makes a customer anybody's peer."""
        return not (self.by_segment[at] or self.by_region[at])

    def named(self, at: int) -> Said:
        """What a customer and its peers have in common, in words."""
        if not self.by_segment[at]:
            return Said(REGION)
        return Said((TOGETHER if self.by_region[at] else ALONE)[self.segment or ""])


def fall_frame(customers: Int32, fell: Fallen | None, asked: Bool, peers: Peers) -> pl.DataFrame:
    """`customer_fall` of those asked about that bought less, the greatest fall first; empty where none can be."""
    if fell is None:
        return frame(CUSTOMER_FALL, [])
    fall = fell.before - fell.now
    less = np.flatnonzero(asked & (fell.before > 0) & (fall > 0))
    at = less[np.argsort(-fall[less], kind="stable")]
    if not len(at):
        return frame(CUSTOMER_FALL, [])
    place, state = np.full(len(asked), -1), np.full(len(asked), NOTHING_BEFORE)
    place[fell.at], state[fell.at] = np.arange(len(fell.at)), fell.owed.state
    told = state[at] == OWED
    of = place[at[told]]
    cents = {COLUMNS.get(name, name): _laid_out(np.rint(part).astype(np.int64), told)
             for name, part in fell.owed.parts(of).items()}  # fmt: skip
    cents["own"] = fell.now[at] - fell.before[at] - sum(cents.values())
    share = {name: _laid_out(part, told) for name, part in zip(SHARES, fell.owed.shares(of), strict=True)}
    verdict = [NO_GROUP if state[each] == FEW and peers.has_none(each) else VERDICTS[state[each]]
               for each in at.tolist()]  # fmt: skip
    said = [_told(peers.named(each), int(fall[each]), part) if why == "told" else _untold(why)
            for each, why, *part in zip(at.tolist(), verdict, *share.values(), strict=True)]  # fmt: skip
    known = pl.Series(told)
    found = pl.DataFrame({
        "customer_code": customers[at],
        "before": decimals(fell.before[at]), "now": decimals(fell.now[at]), "change": decimals(-fall[at]),
        **{name: decimals(each) for name, each in cents.items()}, **share,
        "verdict": verdict,
        "said": [each.pack() for each in said],
        "market": [Said(ONLY_OURS).pack()] * len(at),  # no table tells of a market by anything but our own sales
    })  # fmt: skip
    return found.with_columns(pl.when(known).then(pl.col(*cents, *share, "market")))


def _laid_out(part: npt.NDArray[Any], told: Bool) -> npt.NDArray[Any]:
    """What was found of those told, over all rows; 0 for the others."""
    found = np.zeros(len(told), part.dtype)
    found[told] = part
    return found


def _told(peers: Said, fall: int, share: Sequence[float]) -> Said:
    shared, low, high = (Money(from_cents(round(part * fall))) for part in share)
    fields: dict[str, object] = {"peers": peers}
    if share[0] > 1 - HARDLY and share[1] >= HARDLY:
        return Said(FELL_MORE, fields | {"low": low})
    if share[0] >= HARDLY:
        return Said(FELL, fields | {"shared": shared, "low": low, "high": high})
    return Said(HARDLY_FELL, fields | {"high": high}) if share[2] >= HARDLY else Said(STOOD, fields)


def _untold(verdict: str) -> Said:
    return Said(CANNOT_TELL, {"why": Said(REASONS[verdict], {"least": LEAST_OTHERS} if verdict == "too_few" else {})})

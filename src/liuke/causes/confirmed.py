"""How often a run names the right cause, and what notes say of it, by the customers drawn by lot and then checked.

Only those drawn by lot count: who is looked at for other reasons is another kind of customer. Measured is what the run
said that put the question, before it knew the answer. Intervals are Wilson's (1927), 90 %; those nobody could tell of
are not in the share, and `low_all` and `high_all` say what it would be had they all been wrong, or right.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from liuke.causes.combine import LEAST_AUDITED
from liuke.causes.ranges import wilson
from liuke.kernel.estimate import Estimate, NotEstimable
from liuke.kernel.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from liuke.causes.audited import WhatStands
    from liuke.kernel.estimate import Answer

NOT_ENOUGH = N_("not enough data: {audited} of {least} audited cases")


@dataclass(frozen=True)
class Checked:
    """One customer drawn by lot: what the run said, what notes said by channel, what stands of the verdicts."""

    said: str
    stated: Mapping[str, str]
    stands: WhatStands

    @property
    def right(self) -> bool | None:
        """Whether what the run said was found to be it; None where the verdicts say nothing of that."""
        if self.stands.found is not None:
            return self.stands.found == self.said
        return False if self.said in self.stands.excluded else None


@dataclass(frozen=True)
class Accuracy:
    """How often the likeliest cause was the right one."""

    drawn: int  # by lot
    audited: int  # of these, whose verdict says whether the run was right
    unclear: int  # of whom nobody could say
    right: int
    share: Answer  # of `audited`
    low_all: float | None  # with those nobody could tell of taken as wrong
    high_all: float | None  # as right


@dataclass(frozen=True)
class Confusion:
    """What a channel said of customers of whom it was found what it was."""

    channel: str
    cause: str  # it was
    stated: str  # it was said to be
    customers: int


def accuracy(drawn: int, checked: Sequence[Checked]) -> Accuracy:
    """Of those drawn by lot, `checked` are those with a verdict. NotEstimable with fewer than LEAST_AUDITED told."""
    told = [each.right for each in checked if each.right is not None]
    unclear = sum(each.stands.unclear for each in checked)
    right, every = sum(told), len(told) + unclear
    if len(told) < LEAST_AUDITED:
        missing = NotEstimable.because(NOT_ENOUGH, audited=len(told), least=LEAST_AUDITED)
        return Accuracy(drawn, len(told), unclear, right, missing, None, None)
    of_told = wilson(np.array([right], float), np.array([len(told)], float))
    share = Estimate(right / len(told), float(of_told.low[0]), float(of_told.high[0]), "wilson")
    return Accuracy(drawn, len(told), unclear, right, share, right / every, (right + unclear) / every)


def confusion(checked: Iterable[Checked]) -> list[Confusion]:
    """What each channel said against what was found, most customers first."""
    pairs = Counter(
        (channel, each.stands.found, stated)
        for each in checked
        if each.stands.found is not None
        for channel, stated in each.stated.items()
    )
    return [Confusion(*key, customers) for key, customers in sorted(pairs.items(), key=lambda row: (-row[1], row[0]))]

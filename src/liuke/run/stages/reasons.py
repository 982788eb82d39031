"""Reasons: why each customer is listed, one sentence a rule or idea of the model. A signal is never a cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from liuke.kernel.amounts import Money
from liuke.kernel.estimate import NotEstimable
from liuke.kernel.i18n import N_
from liuke.kernel.money import from_cents
from liuke.kernel.said import Said
from liuke.run.contracts import CUSTOMER, frame, sentence, table, text, whole
from liuke.run.stage import Finished, Passed, Stage
from liuke.run.stages.churn import Leaving
from liuke.run.stages.rules import Flagged
from liuke.run.stages.summary import Now
from liuke.run.stages.watch_list import Ranked
from liuke.signals.churn.reasons import model_reasons
from liuke.signals.churn.rows import model_rows
from liuke.signals.combine import MODEL
from liuke.signals.reasons import said_of, speakers
from liuke.signals.rules.evaluate import Learnt

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from liuke.panel.panel import Panel
    from liuke.run.known import Known

REASON = table(
    "reason",
    "Why a customer stands on the watch list: one sentence a rule that fires or idea of the model, best-ranked first",
    ("customer_code", "rule"),
    customer_code=CUSTOMER,
    rank=whole("The customer's place on the list", required=True),
    rule=text("The rule's id, or model:<idea>", required=True),
    said=sentence("The sentence"),
)
SAID_BY_RULES = ("silence", "trend")  # ideas of the model that a rule which fired has put better
MUCH_AT_STAKE = N_("No single sign stands out; so large that even a small risk costs much: {usual} in a usual year.")
AT_A_TIME = 8_192  # customers


class ReasonsStage(Stage):
    """Sentences of everybody on the list."""

    name = "reasons"
    needs = ("rules", "churn", "summary", "watch_list")
    tables = (REASON,)

    def finish(self, passed: Passed, known: Known) -> Finished:  # noqa: ARG002
        """`reason`."""
        ranked = known.of(Ranked).positions
        place = dict(zip(ranked.tolist(), range(1, len(ranked) + 1), strict=True))
        listed = np.sort(ranked)
        found = [
            (code, place[position], idea, said.pack())
            for start in range(0, len(listed), AT_A_TIME)
            for position, code, idea, said in _of(known, listed[start : start + AT_A_TIME])
        ]
        return Finished({"reason": frame(REASON, found).sort("rank", maintain_order=True)})


def _of(known: Known, positions: npt.NDArray[np.intp]) -> Iterator[tuple[int, int, str, Said]]:
    """(position, customer code, rule or idea, sentence) of these customers."""
    panel = known.panels.at(positions).latest()
    ruled = list(_by_rules(known, panel, positions))
    by_rule = {row for row, _, _ in ruled}
    modelled = [each for each in _by_model(known, panel) if each[0] not in by_rule or each[1] not in SAID_BY_RULES]
    explained = by_rule | {row for row, _, _ in modelled}
    usual = known.of(Now).usual
    sized = [
        (row, "size", Said(MUCH_AT_STAKE, {"usual": Money(from_cents(int(usual[position])))}))
        for row, position in enumerate(positions.tolist())
        if row not in explained  # on the list for its size alone
    ]
    for row, idea, said in [*ruled, *((row, f"{MODEL}{idea}", said) for row, idea, said in modelled + sized)]:
        yield int(positions[row]), int(panel.customer[row]), idea, said


def _by_rules(known: Known, panel: Panel, positions: npt.NDArray[np.intp]) -> Iterator[tuple[int, str, Said]]:
    """(row, rule, sentence), row by row."""
    flagged, learnt = known.of(Flagged), known.of(Learnt)
    fired = flagged.fired[:, positions]
    found: list[list[tuple[str, Said]]] = [[] for _ in positions]
    for nth, rule in enumerate(known.rules.usable):
        spoken = speakers(rule, panel, learnt)
        for row in np.flatnonzero(fired[nth]).tolist():
            found[row].append((rule.id, said_of(spoken, panel, row, learnt)))
    for row, said in enumerate(found):
        yield from ((row, *each) for each in said)


def _by_model(known: Known, panel: Panel) -> list[tuple[int, str, Said]]:
    """(row, idea, sentence), the strongest idea of each row first."""
    model = known.of(Leaving).model
    if isinstance(model, NotEstimable):
        return []
    now = model_rows(panel, [panel.shape[1] - 1], model.asked.kind)
    place = np.searchsorted(panel.customer, now.customer)
    return [(int(place[one.row]), one.idea, one.said) for one in model_reasons(model, now)]

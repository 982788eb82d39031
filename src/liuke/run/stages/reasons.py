"""Reasons: why each customer is listed, one sentence an idea. A signal is never a cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from liuke.kernel.amounts import Money
from liuke.kernel.estimate import NotEstimable
from liuke.kernel.i18n import N_
from liuke.kernel.money import from_cents
from liuke.kernel.said import Said
from liuke.panel.summary import FLAG_PERIODS
from liuke.run.contracts import CUSTOMER, frame, sentence, table, text, whole
from liuke.run.stage import Finished, Passed, Stage
from liuke.run.stages.churn import Leaving, Risks
from liuke.run.stages.rules import Flagged
from liuke.run.stages.summary import Now
from liuke.signals.churn.reasons import EVERYDAY, IDEAS, early_reasons, model_reasons, speaks_of
from liuke.signals.churn.rows import model_rows
from liuke.signals.combine import MODEL, leading
from liuke.signals.reasons import only, rule_sentence, speakers
from liuke.signals.rules.evaluate import Learnt
from liuke.signals.told_once import LEVELS, ORDERS, Sentence, told_once
from liuke.signals.watch_list import EARLY, Views

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from liuke.panel.panel import Panel
    from liuke.run.known import Known

REASON = table(
    "reason",
    "Why a customer stands on the watch list: one sentence an idea, best-ranked customers and strongest reasons first",
    ("customer_code", "rule"),
    customer_code=CUSTOMER,
    rank=whole("The customer's place on the list", required=True),
    rule=text("The rule's id, or model:<idea>; early:<idea> of the chance to be lost soon", required=True),
    idea=text("What the sentence speaks of: silence, money and so on; of nothing is spoken twice", required=True),
    said=sentence("The sentence"),
)
MUCH_AT_STAKE = N_("No single sign stands out; so large that even a small risk costs much: {usual} in a usual year.")
SMALL_SIGNS = N_("No single sign stands out; several small ones add up.")
MOST_BY_MODEL = 3
AT_A_TIME = 8_192  # customers


class ReasonsStage(Stage):
    """Sentences of everybody on the list."""

    name = "reasons"
    needs = ("rules", "churn", "summary", "watch_list")
    tables = (REASON,)

    def finish(self, passed: Passed, known: Known) -> Finished:  # noqa: ARG002
        """`reason`."""
        ranked = known.of(Views).list
        place = dict(zip(ranked.tolist(), range(1, len(ranked) + 1), strict=True))
        listed = np.sort(ranked)
        found = [
            (code, place[position], told.source, told.idea, told.said.pack())
            for start in range(0, len(listed), AT_A_TIME)
            for position, code, told in _of(known, listed[start : start + AT_A_TIME])
        ]
        return Finished({"reason": frame(REASON, found).sort("rank", maintain_order=True)})


def _of(known: Known, positions: npt.NDArray[np.intp]) -> Iterator[tuple[int, int, Sentence]]:
    """(position, customer code, sentence) of these customers, each customer's strongest first."""
    panel = known.panels.at(positions).latest()
    soon = ~np.isnan(known.of(Risks).early.chance[positions])
    ruled, modelled = _by_rules(known, panel, positions), _by_model(known, panel, soon)
    warned = _by_early(known, panel, soon)
    still, usual = _still(panel), known.of(Now).usual
    large = np.isin(positions, known.of(Views).money)
    for row, position in enumerate(positions.tolist()):
        told = told_once([*ruled[row], *modelled[row]], still[row])
        told += told_once(warned[row], still[row])
        by_model = [each for each in told if each.source.startswith(MODEL)][MOST_BY_MODEL:]
        if not told and large[row]:
            said = Said(MUCH_AT_STAKE, {"usual": Money(from_cents(int(usual[position])))})
            told = [Sentence(f"{MODEL}size", "size", 1, said)]
        for each in told or [Sentence(f"{MODEL}sum", "sum", 1, Said(SMALL_SIGNS))]:
            if each not in by_model:
                yield position, int(panel.customer[row]), each


def _still(panel: Panel) -> list[tuple[str, ...]]:
    """For each row the levels that are 0 because nothing was bought, or ordered, in the last periods."""
    lately = {name: kind.occasions[:, -FLAG_PERIODS:].sum(axis=1) for name, kind in panel.kinds.items()}
    bought = lately[panel.basis]
    some = {ORDERS: lately.get("order", bought)}
    return [tuple(idea for idea in LEVELS if not some.get(idea, bought)[row]) for row in range(len(panel.customer))]


def _by_rules(known: Known, panel: Panel, positions: npt.NDArray[np.intp]) -> list[list[Sentence]]:
    """What the rules that fire say of each row, the leading rule first."""
    flagged, learnt = known.of(Flagged), known.of(Learnt)
    fired, lead = flagged.fired[:, positions], leading(known.of(Risks).risk, flagged.fired)[positions]
    spoken = [speakers(rule, panel, learnt) for rule in known.rules.usable]
    found: list[list[Sentence]] = []
    for row in range(len(positions)):
        firing = np.flatnonzero(fired[:, row]).tolist()
        one = only(panel, row, panel.shape[1] - 1) if firing else panel
        firing.sort(key=lambda nth: nth != lead[row])
        found.append([rule_sentence(spoken[nth], one, row, learnt) for nth in firing])
    return found


def _by_early(known: Known, panel: Panel, soon: npt.NDArray[np.bool_]) -> list[list[Sentence]]:
    """What early warning says of each row in rhythm (`soon`), the strongest first."""
    found: list[list[Sentence]] = [[] for _ in range(len(panel.customer))]
    model = known.of(Leaving).early
    if not isinstance(model, NotEstimable) and soon.any():
        now = model_rows(panel, [panel.shape[1] - 1], model.asked.kind)
        now = now.pick(np.isin(now.customer, panel.customer[soon]))
        place = np.searchsorted(panel.customer, now.customer)
        for one in early_reasons(model, now):
            found[int(place[one.row])].append(Sentence(f"{EARLY}{one.idea}", *speaks_of(one.idea), one.said))
    return found


def _by_model(known: Known, panel: Panel, soon: npt.NDArray[np.bool_]) -> list[list[Sentence]]:
    """What the model says of each row, the strongest idea first; of who is in rhythm (`soon`) nothing EVERYDAY."""
    found: list[list[Sentence]] = [[] for _ in range(len(panel.customer))]
    model = known.of(Leaving).model
    if not isinstance(model, NotEstimable):
        now = model_rows(panel, [panel.shape[1] - 1], model.asked.kind)
        place = np.searchsorted(panel.customer, now.customer)
        for one in model_reasons(model, now, most=len(IDEAS)):
            row = int(place[one.row])
            if not (soon[row] and one.idea in EVERYDAY):
                found[row].append(Sentence(f"{MODEL}{one.idea}", *speaks_of(one.idea), one.said))
    return found

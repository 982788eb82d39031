"""The definitions in force, and what the numbers were made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from liuke.kernel.said import Said
from liuke.reports import model_card, notes, value_words
from liuke.reports.contexts.base import Context
from liuke.reports.contexts.totals import has_next_year
from liuke.reports.listings.money import NOTES
from liuke.reports.shown import Listed
from liuke.signals.combine import FEW_LEAVERS

if TYPE_CHECKING:
    from liuke.reports.contexts.base import Source


@dataclass(frozen=True)
class Defined(Context):
    """What the run's settings and documents decide about what its words mean."""

    left_days: Annotated[int, "days without a purchase after which a customer counts as lost"]
    left_days_set: Annotated[bool, "they are set, not learnt from gaps"]
    core_share: Annotated[float, "share of the measure that core customers make"]
    core_measure: Annotated[str, "what core customers are measured by: amount, margin or quantity"]
    core_ahead: Annotated[bool, "whether core by next year's expected money is known"]
    coverage: Annotated[Mapping[str, float], "share of two years' money that carries a margin, a quantity; where used"]
    by_model: Annotated[bool, "risks come from a model, not from rules"]
    listed_by_model: Annotated[bool, "and say who is on the list"]
    early: Annotated[bool, "the chance of being lost soon is known"]
    untested: Annotated[Said, "why nobody knows how the model did in the past; nothing where it was tested"]
    value_reasons: Annotated[Sequence[tuple[str, Said]], "figure of value, and why it is missing or in doubt"]
    attribution: Annotated[str, "source and licence of the data, empty for own data"]
    versions: Annotated[Mapping[str, str], "of the program and what it computes with"]


@dataclass(frozen=True)
class Notes(Context):
    """The notes."""

    defined: Annotated[Defined, "what they depend on"]
    listed: Annotated[Listed, "word and meaning, in the order shown"]


def defined(source: Source) -> Defined:
    """What a run's settings and documents decide."""
    info = source.info
    settings = info["settings"]
    rung = info["model"]["rung"]
    return Defined(
        left_days=info["left_days"],
        left_days_set=bool(settings["left_days"]),
        core_share=float(settings["core_share"]),
        core_measure=info["core_measure"],
        core_ahead=has_next_year(source),
        coverage=info["coverage"],
        by_model=bool(rung),
        listed_by_model=rung not in {None, FEW_LEAVERS},
        early=not info["early"]["reason"],
        untested=model_card.untested(info),
        value_reasons=value_words.missing_reasons(info, *value_words.ESTIMATES),
        attribution=info["attribution"],
        versions=info["versions"],
    )


def all_notes(source: Source) -> Notes:
    """The notes of a run."""
    found = defined(source)
    return Notes(found, Listed(NOTES, [{"title": title, "text": text} for title, text in notes.notes(found)]))

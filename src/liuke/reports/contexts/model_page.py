"""The model: its card, its test on the past, calibration, drift; and the indicators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.reports import figures, model_card
from liuke.reports.contexts.scores import indicators
from liuke.reports.contexts.sections import Section, SectionsPage

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from liuke.reports.contexts.base import Source
    from liuke.reports.shown import Listed

RANKS = N_(
    "Of one who left and one who stayed, the model gave the one who left the higher risk in {auc} of cases; the "
    "longest silence alone does so in {recency}."
)
OFF = N_("What it said of tenths of the customers and what came lay {off} apart on average.")
NO_TEST = N_("Nobody can say yet how well the model does: {why}")


class Tested(Protocol):
    """What a run says of its model."""

    @property
    def info(self) -> dict[str, Any]: ...
    def table(self, name: str) -> pl.DataFrame: ...
    def model_summary(self) -> Sequence[Listed]: ...


def model_page(seen: Tested) -> SectionsPage:
    """The model of a run; without a test the reason why there is none."""
    scores = seen.table("model_score")
    whole = {
        (row["score"], row["metric"]): row["value"]
        for row in scores.iter_rows(named=True)
        if row["origin"] is None and row["scope"] == "buying" and row["value"] is not None
    }
    auc, recency, off = (
        whole.get(key) for key in (("model", "auc"), ("recency", "auc"), ("model", "calibration_error"))
    )
    untested = model_card.untested(seen.info)
    if auc is None or recency is None or off is None:
        first, second = Said(NO_TEST, {"why": untested}) if untested else Said(NO_TEST, {"why": ""}), Said("")
    else:
        first = Said(RANKS, {"auc": figures.percent(auc), "recency": figures.percent(recency)})
        second = Said(OFF, {"off": figures.percent(off)})
    curve = [(row["expected"], row["observed"], row["rows"]) for row in seen.table("model_curve").iter_rows(named=True)]
    sections = []
    for at, listed in enumerate(seen.model_summary()):
        note = listed.about[0] if listed.about else Said("")
        points = curve if listed.listing.name == "calibration" else ()
        sections.append(Section(f"s{at}", _title(listed), note, listed, points))
    return SectionsPage(first, second, model_card.card_lines(seen.info), sections)


def _title(listed: Listed) -> Said:
    """What a section is called: tables of scores by the customers they are of."""
    if listed.listing.name == "segments":
        return Said(N_("By kind of customer"))
    scope = listed.about[0].fields.get("scope") if listed.about else None
    return scope if isinstance(scope, Said) else Said(listed.listing.title)


def indicators_page(source: Source) -> SectionsPage:
    """Rates over all customers, each with one definition, against the target and a year earlier."""
    found = indicators(source)
    listed = found.listed
    return SectionsPage(Said(""), Said(""), (), [Section("indicators", Said(N_("Indicators")), found.window, listed)])

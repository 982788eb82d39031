"""The definitions and sources printed at the end of the page and on the last sheet of the workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_, translate
from liuke.kernel.said import Said
from liuke.panel.coverage import LEAST
from liuke.reports import words
from liuke.reports.figures import percent
from liuke.signals import watch_list
from liuke.signals.churn.early import QUARTER_DAYS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from liuke.reports.contexts.notes import Defined

DEFINITIONS = (
    (
        N_("Watch list"),
        watch_list.BY_RULES,
    ),
    (
        N_("Risk of leaving"),
        N_(
            "How often customers flagged by the same rule really left in this firm's past, with a 95% range. "
            "It is a count of the past, not a forecast for the one customer."
        ),
    ),
    (
        N_("At stake"),
        N_(
            "The chance of leaving times a usual year: of those still in rhythm the chance of loss in 90 days. "
            "A usual year is the 12 months that end with the last month the customer bought."
        ),
    ),
    (
        N_("New"),
        N_("The first 90 days after the first purchase."),
    ),
    (N_("Won back"), N_("Bought again within the last 90 days after being lost.")),
    (N_("Falling"), N_("The last months are well below the customer's own usual level.")),
    (N_("Token orders"), N_("Still buys, but at a tenth or less of the own usual level for three periods.")),
    (N_("Dormant"), N_("Silent for more than twice the own usual gap.")),
    (
        N_("Ledger, customers"),
        N_(
            "Opening + new + won back − lost = closing, by the states at the two ends; "
            "coming and going in between is not counted."
        ),
    ),
    (
        N_("Ledger, money"),
        N_(
            "Each customer's difference between the two spans stands in one line: new, won back, bought more, "
            "bought less or lost. Documents that arrived after the date shown have a line of their own."
        ),
    ),
    (
        N_("Invoice columns"),
        N_(
            "One column a period, from zero; the dotted line is the own usual level, "
            "orange begins where the flag began."
        ),
    ),
)

CORE = N_(
    "Reliably among the few customers that make {share} of {measure}; resampled, so that one big order decides nothing."
)
MEASURES = {"amount": N_("sales"), "margin": N_("the margin"), "quantity": N_("the quantity")}
LOST = N_("Silent for more than {days} days: three times the usual gap of all customers, between 60 and 365 days.")
LOST_AS_SET = N_("Silent for more than {days} days, the number set in liuke.toml.")
CORE_AHEAD = N_(
    "Reliably among the few customers expected to make {share} of next year's money, as averaged over the last four "
    "quarter ends: a sudden silence lowers it step by step. Core looks back, this looks ahead; where only one of them "
    "holds, it says which."
)
SOON = N_(
    "Of customers still in their own rhythm, the chance that after the coming quarter they buy nothing for {days} "
    "days, three own gaps and longer than ever. They may order again within that quarter, so it can lie above the risk "
    "of leaving, which asks for no purchase at all from today on."
)
RISK_BY_MODEL = N_(
    "Chance of leaving within the horizon by a model fitted to this firm's own past and tested on later months, with a "
    "90% range; the sheet Model has its test."
)

COVERAGE = {  # by measure: title; said where enough of the money carries it; where too little does
    "margin": (
        N_("Margin"),
        N_(
            "{share} of the money of the last two years lies in lines with a margin; those without one are taken to "
            "earn the same share of their amount."
        ),
        N_(
            "Only {share} of the money of the last two years lies in lines with a margin; under {least} nothing "
            "stands on margins, everything on sales."
        ),
    ),
    "quantity": (
        N_("Quantity"),
        N_(
            "{share} of the money of the last two years lies in lines with a quantity; those without one count no "
            "quantity."
        ),
        N_(
            "Only {share} of the money of the last two years lies in lines with a quantity; under {least} nothing "
            "stands on quantities."
        ),
    ),
}


def notes(about: Defined) -> list[tuple[Said, Said]]:
    """Title and text of every note, in the order shown."""
    found = [(Said(title), Said(text)) for title, text in DEFINITIONS]
    if about.listed_by_model:
        found[0] = (Said(DEFINITIONS[0][0]), watch_list.watch_says(by_model=True))
    if about.by_model:
        found[1] = (Said(DEFINITIONS[1][0]), Said(RISK_BY_MODEL))
    if about.early:
        found.insert(2, (Said(N_("Lost in 90 days")), Said(SOON, {"days": QUARTER_DAYS})))
    at = [title for title, _ in DEFINITIONS].index("Dormant") + 1
    found[at:at] = [*_lost(about), *_core(about)]
    found += [(Said(COVERAGE[name][0]), covered(name, share)) for name, share in about.coverage.items() if share < 1]
    found += [(Said(title), text) for title, text in about.value_reasons]
    if about.untested.message:
        found.insert(2, (Said(N_("Test of the model")), about.untested))
    if about.attribution:
        found.append((Said(N_("Source of the data")), Said(N_("{text}"), {"text": translate(about.attribution)})))
    versions = ", ".join(f"{name} {version}" for name, version in about.versions.items())
    figures = N_("Figures are set in Barlow, © 2017 The Barlow Project Authors, SIL Open Font License 1.1.")
    found.append((Said(N_("Made with")), Said(N_("{text}"), {"text": versions})))
    found.append((Said(N_("Typeface")), Said(figures)))
    return found


def covered(name: str, share: float) -> Said:
    """How much of the money carries a margin or a quantity, and what that means."""
    _, most, thin = COVERAGE[name]
    return Said(most if share >= LEAST else thin, {"share": percent(share, 1), "least": percent(LEAST)})


def too_thin(coverage: Mapping[str, float]) -> list[Said]:
    """What is to be said of the measures that too little of the money carries."""
    return [covered(name, share) for name, share in coverage.items() if share < LEAST]


def _lost(about: Defined) -> list[tuple[Said, Said]]:
    text = LOST_AS_SET if about.left_days_set else LOST
    return [(Said(words.STATES["lost"]), Said(text, {"days": about.left_days}))]


def _core(about: Defined) -> list[tuple[Said, Said]]:
    share = percent(about.core_share)
    found = [(Said(N_("Core")), Said(CORE, {"share": share, "measure": Said(MEASURES[about.core_measure])}))]
    if about.core_ahead:
        found.append((Said(N_("Core by expectation")), Said(CORE_AHEAD, {"share": share})))
    return found

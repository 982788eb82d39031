"""The definitions and sources printed at the end of the page and on the last sheet of the workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_
from liuke.reports import words
from liuke.reports.context import Said

if TYPE_CHECKING:
    from liuke.reports.context import Overview

DEFINITIONS = (
    (
        N_("Watch list"),
        N_("Customers for whom at least one rule fires at the date shown, the lost and the never-buyers left out."),
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
        N_("Risk times a usual year. A usual year is the 12 months that end with the last month the customer bought."),
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
        N_("Core"),
        N_(
            "Reliably among the few customers that make 80% of the money; "
            "resampled, so that one big order decides nothing."
        ),
    ),
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

CORE_AHEAD = N_(
    "Reliably among the few customers expected to make 80% of next year's money, as averaged over the last four "
    "quarter ends: a sudden silence lowers it step by step. Core looks back, this looks ahead; where only one of them "
    "holds, it says which."
)
LISTED_BY_MODEL = N_(
    "Of those still buying, customers whose odds of leaving are 2.5 times the average's, or whose expected loss is "
    "twice the average and whose chance is at least half of it; nobody whose odds are not twice those of a long "
    "silence in the customer's own rhythm, nor the lost and the never-buyers."
)
RISK_BY_MODEL = N_(
    "Chance of leaving within the horizon by a model fitted to this firm's own past and tested on later months, with a "
    "90% range; the sheet Model has its test."
)


def notes(context: Overview) -> list[tuple[Said, Said]]:
    """Title and text of every note, in the order shown."""
    found = [(Said(title), Said(text)) for title, text in DEFINITIONS]
    if context.listed_by_model:
        found[0] = (Said(DEFINITIONS[0][0]), Said(LISTED_BY_MODEL))
    if context.by_model:
        found[1] = (Said(DEFINITIONS[1][0]), Said(RISK_BY_MODEL))
    if context.core_ahead is not None:
        after = next(at for at, (title, _) in enumerate(DEFINITIONS) if title == "Core") + 1
        found.insert(after, (Said(N_("Core by expectation")), Said(CORE_AHEAD)))
    if context.left_days is not None:
        lost = N_(
            "Silent for more than {days} days: three times the usual gap of all customers, between 60 and 365 days."
        )
        found.insert(6, (Said(words.STATES["lost"]), Said(lost, {"days": context.left_days})))
    if context.untested.message:
        found.insert(2, (Said(N_("Test of the model")), context.untested))
    if context.attribution:
        found.append((Said(N_("Source of the data")), Said(N_("{text}"), {"text": context.attribution})))
    versions = ", ".join(f"{name} {version}" for name, version in context.versions.items())
    figures = N_("Figures are set in Barlow, © 2017 The Barlow Project Authors, SIL Open Font License 1.1.")
    found.append((Said(N_("Made with")), Said(N_("{text}"), {"text": versions})))
    found.append((Said(N_("Typeface")), Said(figures)))
    return found

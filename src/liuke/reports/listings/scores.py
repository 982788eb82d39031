"""How rules and models did on the firm's own past: rules in force, their scores, the model's, calibration, drift."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_, language, translate
from liuke.reports import figures, model_card, stored
from liuke.reports.listings import customers
from liuke.reports.shown import CURRENCY, DATA, FILES, PEOPLE, Listing, Shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from liuke.reports.shown import Row

FEW = ("grid",)

COUNTS = {  # of the back-test, beside the main ones
    "months": N_("Months tested"),
    "flagged_customers": N_("Customers flagged"),
    "leavers": N_("Customers that left"),
    "episodes": N_("Alarms"),
    "true_episodes": N_("Alarms that were right"),
    "departures": N_("Departures"),
    "departures_caught": N_("Departures flagged before"),
    "money_lost": N_("Yearly money of all departures"),
}
RATES = {
    "money_share": N_("Share of that money flagged before"),
    "lift": N_("Hit rate by the share that leaves"),
    "base_rate": N_("Share that leaves"),
    "hit_money_share": N_("Share of leavers' money in its flags"),
    "by_value_money_share": N_("Share of leavers' money in as many by value"),
}


def title(row: Row) -> str:
    """A rule's name in the language in force."""
    return str(row[f"title_{language()}"])


def _caught(row: Row) -> object:
    return row["money_caught"] if row["precision"] is not None else None


RULES = Listing(
    "rules",
    N_("Rules"),
    (
        Shown("rule", N_("Rule"), width=22),
        Shown("title", N_("Title"), "name", width=30),
        Shown("help", N_("What it finds"), "note", width=70),
        Shown("severity", N_("Severity"), on=DATA),
        Shown("file", N_("File"), on=DATA),
    ),
)
PREVIEW = Listing(
    "preview",
    N_("Whom the rule flags now"),
    (
        *customers.CUSTOMER,
        customers.STATE,
        Shown("usual_year", N_("Usual year"), "money", CURRENCY, 14),
        Shown("amount_12", N_("12 months"), "money", CURRENCY, 14),
        Shown("last_on", N_("Last purchase"), "date", width=11),
        Shown("silent_days", N_("Days silent"), "whole", width=8),
        Shown("said", N_("Why"), "said", width=70),
    ),
    nothing=N_("Nobody: the rule flags no customer now."),
)
RULE_SCORES = Listing(
    "rule_scores",
    N_("Rule scores"),
    (
        Shown("rule", N_("Rule"), on=DATA),
        Shown("title", N_("Rule"), "name", width=30, of=title),
        Shown("flagged_now", N_("Flags now"), "whole", width=9),
        Shown("flags", N_("Flagged"), "whole", width=10),
        Shown("hits", N_("Then left"), "whole", width=10),
        Shown("precision", N_("Hit rate (95% range)"), "share", on=("grid", "html"),
              ends=("precision_low", "precision_high")),
        Shown("precision", N_("Hit rate"), "rate", width=9, on=FILES),
        Shown("precision_low", N_("from"), "rate", width=8, on=FILES),
        Shown("precision_high", N_("to"), "rate", width=8, on=FILES),
        Shown("recall", N_("Leavers found"), "rate", width=9, on=FILES),
        Shown("recall", N_("Leavers found"), "share", on=("grid", "html")),
        Shown("warning_months", N_("Warning, months"), "one", width=10),
        Shown("money_caught", N_("Money caught"), "money", width=16, on=("sheet",), of=_caught),
        Shown("money_caught", N_("Money caught"), "money", CURRENCY, on=("html", *DATA), of=_caught),
        Shown("money_share", N_("Money caught"), "share", on=FEW),
        Shown("false_alarms", N_("False alarms per 100 customer-months"), "one", width=16),
        Shown("by_value", N_("By value"), "rate", width=10, on=FILES,
              help=N_("The hit rate of flagging as many customers by size in the same months.")),
        Shown("by_value", N_("By value"), "share", on=("grid", "html")),
        Shown("at_random", N_("At random"), "rate", width=10, on=FILES,
              help=N_("The hit rate of flagging as many customers by lot in the same months.")),
        Shown("at_random", N_("At random"), "share", on=("grid", "html")),
        Shown("reason", N_("Why there is no score"), "said", width=44, of=stored.sentence_of,
              instead_of=9),
        *(Shown(name, title, "whole", on=DATA) for name, title in COUNTS.items()),
        *(Shown(name, title, "rate", on=DATA) for name, title in RATES.items()),
    ),
    freeze=1,
)  # fmt: skip


def _number(row: Row) -> str:
    return "rate" if row["metric"] not in model_card.NUMBERS else "ratio_3"


def model_scores(titles: Mapping[str, str]) -> Listing:
    """Every figure of the model's test; `titles` names the rules that were scored beside it."""
    return Listing(
        "model_scores",
        N_("Model"),
        (
            Shown("scope", N_("Scope"), "name", width=30, on=PEOPLE, of=lambda row: model_card.scope(row["scope"])),
            Shown("scope", N_("Scope"), on=DATA),
            Shown("origin", N_("Period"), "date", on=DATA),
            Shown(
                "score", N_("Score"), width=26, on=PEOPLE, of=lambda row: model_card.score_title(row["score"], titles)
            ),
            Shown("score", N_("Score"), on=DATA),
            Shown("metric", N_("Figure"), "word", width=34, words=model_card.METRICS),
            Shown("value", N_("Value"), _number, width=11),
            Shown("low", N_("from"), _number, width=9),
            Shown("high", N_("to"), _number, width=9),
            Shown("rows", N_("Customer-months"), "whole", width=14),
            Shown("left", N_("Then left"), "whole", width=10),
            Shown("reason", N_("Why there is no number"), "said", on=DATA, of=stored.sentence_of),
        ),
    )


CURVE = Listing(
    "calibration",
    N_("Calibration"),
    (
        Shown("tenth", N_("Tenth by risk"), "name", width=30, on=("sheet",), of=lambda row: row["tenth"]),
        Shown("tenth", N_("Tenth by risk"), "whole", on=("grid", "html", *DATA)),
        Shown("expected", N_("Expected to leave"), "rate", width=26),
        Shown("observed", N_("Really left"), "rate", width=34),
        Shown("rows", N_("Customer-months"), "whole", width=11),
    ),
)
DRIFT = Listing(
    "drift",
    N_("Drift"),
    (
        Shown("period", N_("Period"), "date", width=30),
        Shown("column", N_("Column that moved most"), "word", width=26, words=model_card.FEATURES),
        Shown("psi", N_("PSI"), "ratio", width=34),
        Shown("expected", N_("Expected to leave"), "rate", width=11),
        Shown("observed", N_("Really left"), "rate", width=9),
    ),
)


def by_metric(metrics: tuple[str, ...]) -> Listing:
    """A score a row, a figure a column, as a terminal has room for; rows of `model_card.by_score`."""
    return Listing(
        "model_scores",
        N_("Model"),
        (Shown("score", N_("Score")), *(_metric(name) for name in metrics)),
    )


def segments(metrics: tuple[str, ...]) -> Listing:
    """A segment of customers a row; rows of `model_card.by_scope`."""
    return Listing(
        "segments",
        N_("Groups of customers"),
        (
            Shown("scope", N_("Group of customers")),
            Shown("rows", N_("Customer-months"), "whole"),
            Shown("left", N_("Then left"), "whole"),
            *(_metric(name) for name in metrics),
        ),
    )


def _metric(name: str) -> Shown:
    """One figure with its range, or that there is not enough data for it."""

    def told(row: Row) -> str:
        found = row.get(name)
        if found is None:
            return ""
        if found["value"] is None:
            return translate(N_("not enough data"))
        value, low, high = (
            float(found["value"] if found[each] is None else found[each]) for each in ("value", "low", "high")
        )
        write = _as_share if name in model_card.SHARES else _as_number
        return write(value) if low == high else f"{write(value)} ({write(low)}–{write(high)})"

    return Shown(name, model_card.METRICS[name], "figure", of=told)


def _as_share(value: float) -> str:
    return figures.percent(value, 1)


def _as_number(value: float) -> str:
    return f"{value:.3f}"

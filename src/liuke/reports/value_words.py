"""How the value of a customer is said: words and sentences the terminal, the page and the workbook share."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from liuke.kernel.i18n import N_, say, translate
from liuke.kernel.said import Said, with_currency
from liuke.reports import figures
from liuke.value import loyalty, wallet

if TYPE_CHECKING:
    from collections.abc import Mapping


BASIS = {"margin": N_("margin"), "amount": N_("sales, for no margin is known")}
THIN = N_("sales, for only {share} of the money of the last two years carries a margin")
MOST = N_("margin; {share} of the money of the last two years carries one, the rest counts at the same share")
SPREAD = {"concentrated": N_("concentrated"), "dispersed": N_("spread out"), "none": N_("nothing bought")}
STAGES = {
    "new": N_("New"),
    "growing": N_("Growing"),
    "mature": N_("Mature"),
    "declining": N_("Declining"),
    "lost": N_("Lost"),
}
ESTIMATES = {  # figures a run may have for nobody, with a reason
    "next_year": N_("Next year"),
    "clv": N_("Lifetime value"),
    "wallet": N_("Wallet"),
    "slowing": N_("Slowing"),
    "service_cost": N_("Service cost"),
    "loyalty": N_("Loyalty"),
}
SCALES = N_("Answers count as a share of their question's scale: {scales}.")
NO_SCALE = N_(
    "Left out, for the scale of the answers can't be told: {questions}. Write it into the question: satisfaction (1-5)."
)
LOSS = N_("No lifetime value: what it brought comes to nothing or less, and the model of spending knows no losses.")
LOSSES = N_("{customers} customers have no lifetime value: what they brought comes to nothing or less.")
DOUBT = N_("Lifetime values need care: {why}")
UNKNOWN = N_("not known")
WORTH = N_("Next year {next} ({low} to {high}); the next {years} years {clv} ({clv_low} to {clv_high}), in {basis}.")
WALLET = N_("Buys {wallet} a year from everybody ({low} to {high}; {source}); our share {share}.")
SLOWING = N_("Chance that the coming quarter brings under half of its usual purchase days: {chance}.")
NO_WALLET = N_("What it buys from others is not known.")
PURCHASES = N_(
    "By its buying so far: about {purchases} purchase days in the coming year, {alive} that it ever buys again."
)
GRADE = N_("Grade {grade}, {stage}. {reason}")
LOYALTY = N_("{cell} ({chance}): {meaning}.")
NOT_MEASURED = N_("Loyalty: not measured; nobody asked and nothing tells. Its buying alone is steady with {chance}.")
SERVICE = N_("Owed a quarter: {owed} contacts, answers within {hours} h. Given: {given}.")
GIVEN = N_("{contacts} contacts")
UNANSWERED = N_("Complaint {number} is still unanswered; a complaint of the last year has waited {days} days.")
NO_CONTACTS = N_("no contacts loaded")
CORE_AHEAD = {
    True: N_("Core by what is expected of it next year."),
    False: N_("Not core by what is expected of it next year."),
}
CORE = {  # core looking back, core by expectation (None: unknown)
    (True, True): N_("core"),
    (True, None): N_("core"),
    (True, False): N_("core, past only"),
    (False, True): N_("core, expected only"),
}
BUYING = N_("Purchases are {spread}: the largest period holds {share} of the year.")


def money_or_none(value: Any, currency: str) -> str:
    """An amount for reading, or that it is not known."""
    return translate(UNKNOWN) if value is None else str(figures.Money(value, currency))


def share_or_none(value: float | None) -> str:
    """A share as percent, or that it is not known."""
    return translate(UNKNOWN) if value is None else figures.percent(value)


def money_basis(info: Mapping[str, Any]) -> str:
    """What money to come is counted in: margin or sales, and how much of the documents' money carries a margin."""
    name, covered = info["value"]["basis"], info["coverage"].get("margin", 0.0)
    if not 0 < covered < 1:
        return translate(BASIS[name])
    return say(MOST if name == "margin" else THIN, share=figures.percent(covered, 1))


def grade_reason(row: Mapping[str, Any], currency: str) -> Said | None:
    """Why a customer of `customer_value` has its grade; None for one that never bought."""
    return with_currency(Said.unpack(row["grade_said"]), currency) if row["grade_said"] else None


def loyalty_cell(row: Mapping[str, Any]) -> str:
    """The likeliest cell of the loyalty matrix in words, or that it was not measured."""
    return translate(loyalty.TITLES[row["loyalty"]])


def source(row: Mapping[str, Any]) -> str | None:
    """Where the wallet is known from."""
    found = wallet.TITLES.get(row["wallet_source"])
    return None if found is None else translate(found)


def sentences(row: Mapping[str, Any], info: Mapping[str, Any]) -> list[str]:
    """All that is said of one customer's value, one idea a sentence."""
    currency, about = str(info["currency"]), info["value"]
    worth = {name: money_or_none(row[name], currency) for name in ("low", "high", "clv", "clv_low", "clv_high")}
    said = [
        say(
            WORTH,
            next=money_or_none(row["next_year"], currency),
            years=f"{about['years']:g}",
            basis=money_basis(info),
            **worth,
        ),
        *_core_ahead(row, about),
        _wallet(row, info),
    ]
    said += missing(info, "next_year")
    said += _lifetime(row, info)
    if row["purchases_year"] is not None:
        said.append(say(PURCHASES, purchases=f"{row['purchases_year']:.1f}", alive=_chance(row["p_alive"])))
    said += missing(info, "slowing") if row["slowing"] is None else [say(SLOWING, chance=share_or_none(row["slowing"]))]
    if row["largest_period"] is not None:
        said.append(say(BUYING, spread=translate(SPREAD[row["spread"]]), share=share_or_none(row["largest_period"])))
    said.append(_loyalty(row))
    if row["stage"] is None:
        return said
    stage = translate(STAGES[row["stage"]])
    said.append(say(GRADE, grade=row["grade"], stage=stage, reason=grade_reason(row, currency) or ""))
    given = translate(NO_CONTACTS) if row["contacts_given"] is None else say(GIVEN, contacts=int(row["contacts_given"]))
    owed, hours = f"{row['contacts_owed']:g}", f"{row['response_owed_hours']:g}"
    said.append(say(SERVICE, owed=owed, hours=hours, given=given))
    if row["unanswered_complaint"]:
        days = round(row["response_given_hours"] / 24)
        said.append(say(UNANSWERED, number=row["unanswered_complaint"], days=days))
    return said


def _chance(value: float) -> str:
    """A chance as percent that is never said to be certain."""
    return ">99%" if value > 0.99 else figures.percent(value)


def missing_reasons(info: Mapping[str, Any], *figures_: str) -> list[tuple[str, Said]]:
    """Of these figures (ESTIMATES) the title and why a run has none or none of some, or what speaks against them."""
    about, found = info["value"], []
    for name in figures_:
        why = about.get(f"{name}_reason")  # loyalty is never missing as a whole
        if why:
            found.append((ESTIMATES[name], Said.unpack(why)))
    if "clv" in figures_:
        found += [(ESTIMATES["clv"], doubt) for doubt in _doubts(about)]
        if about["clv_losses"]:
            found.append((ESTIMATES["clv"], Said(LOSSES, {"customers": figures.count(about["clv_losses"])})))
    if "loyalty" in figures_:
        found += [(ESTIMATES["loyalty"], said) for said in _scales(about["answer_scales"])]
    return found


def _scales(found: Mapping[str, int | None]) -> list[Said]:
    """Which scale the answers to each question were taken to have, and which questions have none."""
    asked = {figures.printable(question): scale for question, scale in found.items()}
    taken = tuple(f"{question} 0-{scale}" for question, scale in asked.items() if scale is not None)
    unknown = tuple(question for question, scale in asked.items() if scale is None)
    return [
        *([Said(SCALES, {"scales": taken})] if taken else []),
        *([Said(NO_SCALE, {"questions": unknown})] if unknown else []),
    ]


def _doubts(about: Mapping[str, Any]) -> list[Said]:
    """What speaks against leaning on lifetime values: the warnings of the models behind them."""
    return [Said(DOUBT, {"why": Said.unpack(one)}) for one in about["clv_warnings"]]


def _lifetime(row: Mapping[str, Any], info: Mapping[str, Any]) -> list[str]:
    """What is said of one customer's lifetime value beside the number, or why it has none."""
    about = info["value"]
    if row["clv"] is not None:
        return [doubt.text() for doubt in _doubts(about)]
    if about["clv_reason"]:
        return [Said.unpack(about["clv_reason"]).text()]
    return [] if row["stage"] is None else [translate(LOSS)]


def missing(info: Mapping[str, Any], *figures_: str) -> list[str]:
    """The sentences of `reasons` in the language in force."""
    return [said.text() for _, said in missing_reasons(info, *figures_)]


def _core_ahead(row: Mapping[str, Any], about: Mapping[str, Any]) -> list[str]:
    if about["next_year_reason"] or row["stage"] is None:
        return []
    return [translate(CORE_AHEAD[row["core_next_year"]])]


def _wallet(row: Mapping[str, Any], info: Mapping[str, Any]) -> str:
    currency = str(info["currency"])
    if row["wallet"] is None:
        return " ".join([translate(NO_WALLET), *missing(info, "wallet")])
    return say(
        WALLET,
        wallet=money_or_none(row["wallet"], currency),
        low=money_or_none(row["wallet_low"], currency),
        high=money_or_none(row["wallet_high"], currency),
        source=source(row),
        share=share_or_none(row["share_of_wallet"]),
    )


def _loyalty(row: Mapping[str, Any]) -> str:
    if row["loyalty"] == "not_measured":
        return say(NOT_MEASURED, chance=share_or_none(row["p_behaviour"]))
    chance = share_or_none(row[f"p_{row['loyalty']}"])
    return say(LOYALTY, cell=loyalty_cell(row), chance=chance, meaning=translate(loyalty.MEANING[row["loyalty"]]))


def figure(value: float | None, unit: str, currency: str) -> str:
    """One of the economics in its unit; empty without a value."""
    if value is None:
        return ""
    if unit == "money":
        return str(figures.Money(Decimal(str(round(value, 2))), currency))
    return figures.percent(value, 1) if unit == "share" else f"{value:,.2f}"

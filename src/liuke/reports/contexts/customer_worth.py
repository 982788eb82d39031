"""What one customer is worth, figure by figure; a figure that is not known says why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from liuke.kernel.amounts import Money, Share
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.reports import figures, value_words
from liuke.reports.contexts.base import Context
from liuke.value import loyalty, wallet

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

RANGE = N_("{low} to {high}")
IN_YEARS = N_("{low} to {high}, over {years} years")
CHANCE = N_("chance {chance}")
OUR_SHARE = N_("our share {share}; {source}")
NOT_ASKED = N_("nobody asked the customer")
NO_VALUES = N_("this run was made before customers were valued")
YEAR_NOTE = N_("the 12 months that end with the last month the customer bought")
GRADE_NOTE = N_("by what it brings and could bring")
DATED = N_("the last 12 months up to as of")


@dataclass(frozen=True)
class Worth(Context):
    """One figure."""

    title: Annotated[str, "a message"]
    value: Annotated[Said | Money | None, "the figure; None where it can't be estimated"]
    note: Annotated[Said, "its range, or why there is none"]
    documents: Annotated[bool, "whether the documents add up to it"] = False


def worth_of(row: Mapping[str, Any], value: Mapping[str, Any] | None, info: Mapping[str, Any]) -> list[Worth]:
    """What is known and what is not, the surest first."""
    currency = info["currency"]
    found = [
        Worth(N_("Last 12 months"), _money(row["amount_12"], currency), Said(DATED), documents=True),
        Worth(N_("Margin, 12 months"), _money(row["margin_12"], currency),
              Said("") if row["margin_12"] is not None else Said(N_("no margin is known"))),
        Worth(N_("Usual year"), _money(row["usual_year"], currency), Said(YEAR_NOTE)),
    ]  # fmt: skip
    if value is None:
        return [*found, Worth(N_("Next year"), None, Said(NO_VALUES))]
    about = info["value"]
    basis = Said(value_words.BASIS[about["basis"]])
    return [
        *found,
        _next_year(value, about, currency, basis),
        _lifetime(value, about, currency),
        _wallet(value, about, currency),
        _loyalty(value),
        _grade(value, currency),
        _service(value, about, currency),
    ]


def _next_year(value: Mapping[str, Any], about: Mapping[str, Any], currency: str, basis: Said) -> Worth:
    title = value_words.ESTIMATES["next_year"]
    if value["next_year"] is None:
        return Worth(title, None, _why(about, "next_year"))
    ends = {name: figures.Money(value[name], currency) for name in ("low", "high")}
    return Worth(title, _money(value["next_year"], currency),
                 Said("{range}; {basis}", {"range": Said(RANGE, ends), "basis": basis}))  # fmt: skip


def _lifetime(value: Mapping[str, Any], about: Mapping[str, Any], currency: str) -> Worth:
    title = value_words.ESTIMATES["clv"]
    if value["clv"] is None:
        return Worth(title, None, _why(about, "clv") or Said(value_words.LOSS))
    ends = {"low": figures.Money(value["clv_low"], currency), "high": figures.Money(value["clv_high"], currency)}
    return Worth(title, _money(value["clv"], currency), Said(IN_YEARS, {**ends, "years": f"{about['years']:g}"}))


def _wallet(value: Mapping[str, Any], about: Mapping[str, Any], currency: str) -> Worth:
    title = value_words.ESTIMATES["wallet"]
    if value["wallet"] is None:
        return Worth(title, None, _why(about, "wallet") or Said(value_words.NO_WALLET))
    source = Said(wallet.TITLES[value["wallet_source"]]) if value["wallet_source"] in wallet.TITLES else Said("")
    share = value["share_of_wallet"]
    ours = Said(value_words.UNKNOWN) if share is None else Share(share)
    return Worth(title, _money(value["wallet"], currency), Said(OUR_SHARE, {"share": ours, "source": source}))


def _loyalty(value: Mapping[str, Any]) -> Worth:
    title, cell = value_words.ESTIMATES["loyalty"], value["loyalty"]
    if cell == "not_measured":
        return Worth(title, None, Said(NOT_ASKED))
    chance = value[f"p_{cell}"]
    note = Said("") if chance is None else Said(CHANCE, {"chance": Share(chance)})
    return Worth(title, Said(loyalty.TITLES[cell]), note)


def _grade(value: Mapping[str, Any], currency: str) -> Worth:
    title = N_("Grade by value")
    if value["grade"] is None:
        return Worth(title, None, Said(value_words.SPREAD["none"]))
    said = value_words.grade_reason(value, currency)
    return Worth(title, Said("{text}", {"text": value["grade"]}), said or Said(GRADE_NOTE))


def _service(value: Mapping[str, Any], about: Mapping[str, Any], currency: str) -> Worth:
    title = value_words.ESTIMATES["service_cost"]
    if value["service_cost"] is None:
        return Worth(title, None, _why(about, "service_cost"))
    after = value["margin_after_service"]
    note = Said("") if after is None else Said(N_("margin left {money}"), {"money": figures.Money(after, currency)})
    return Worth(title, _money(value["service_cost"], currency), note)


def _money(amount: Decimal | None, currency: str) -> Money | None:
    return None if amount is None else Money(amount, currency)


def _why(about: Mapping[str, Any], name: str) -> Said:
    found = about.get(f"{name}_reason")
    return Said.unpack(found) if found else Said("")

"""One customer as a page: what happened in a sentence, the risk, the money, the trend, everything on one line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Any

from liuke.kernel.amounts import Money, Share
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said, Wordings
from liuke.reports import figures, model_card, stored, views, words
from liuke.reports.contexts.base import Context
from liuke.reports.contexts.customer_causes import CustomerWhy
from liuke.reports.contexts.customer_line import CustomerLine
from liuke.reports.contexts.customer_trend import Trend
from liuke.reports.contexts.customer_worth import Worth, worth_of
from liuke.reports.contexts.customers import spoken
from liuke.reports.listings import customers
from liuke.signals.churn.early import EARLY_DAYS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    import polars as pl

    from liuke.reports.contexts.strip import Strip

IN_RHYTHM = N_("Last bought {days} days ago; it buys about every {gap} days.")
BOUGHT = N_("Last bought {days} days ago.")
LOST = N_("No purchase for {days} days; after {left} days a customer counts as lost.")
NEVER = N_("Nothing was ever bought.")
BY_RULE = N_("{rule}: how often it was right before, drawn to the share of all customers that leave.")
BY_MODEL = N_("{rung}, learnt from {leavers} customers seen leaving")
PRIOR = N_("{share} of it rests on simulated firms, the rest on this one")
MODEL, EARLY_MODEL = N_("Model"), N_("Early warning")
SHOWN = ("contact_name", "phone", "email", "address")
CONTACT = {
    "contact_name": N_("Contact person"),
    "phone": N_("Telephone"),
    "email": N_("E-mail"),
    "address": N_("Address"),
}


@dataclass(frozen=True)
class ReasonRow(Context):
    """One reason."""

    said: Annotated[Said, "the sentence"]
    early: Annotated[bool, "whether it is of the early chance"]


@dataclass(frozen=True)
class FlaggedBy(Context):
    """A rule that flags the customer, and how it did on the firm's own past where the viewer may know."""

    rule: Annotated[str, "its id"]
    title: Annotated[Wordings, "its name"]
    leads: Annotated[bool, "whether the risk rests on it"]
    right: Annotated[float | None, "share of its flags after which the customer left"]
    low: Annotated[float | None, "lower end of the 95 % range"]
    high: Annotated[float | None, "upper end"]
    flags: Annotated[int | None, "flags counted; None where the viewer may not know"]
    reason: Annotated[Said | None, "why it could not be tested"]


@dataclass(frozen=True)
class RiskPart(Context):
    """The chance of leaving, or why there is none."""

    chance: Annotated[float | None, "within the model's horizon"]
    low: Annotated[float | None, "lower end of its 90 % range"]
    high: Annotated[float | None, "upper end"]
    rests_on: Annotated[Said, "what it rests on, or what is missing"]
    early: Annotated[float | None, "chance of being lost within 90 days of a customer in rhythm"]
    early_low: Annotated[float | None, "lower end"]
    early_high: Annotated[float | None, "upper end"]
    early_days: Annotated[int, "days it speaks of"]
    early_rests_on: Annotated[Said, "how much of it is prior; why it is not known; nothing where it is not asked"]


@dataclass(frozen=True)
class ContactField(Context):
    """One contact field of the customer table."""

    name: Annotated[str, "of the column"]
    title: Annotated[str, "a message"]
    shown: Annotated[str, "masked, or as it is where it was asked for just now"]


@dataclass(frozen=True)
class OwnerNow(Context):
    """Who looks after the customer now."""

    name: Annotated[str, "of the person; empty for nobody"]
    team: Annotated[str, "of the salesperson the documents name"]
    by_hand: Annotated[bool, "whether somebody assigned it here"]
    since: Annotated[date | None, "the day of that"]


@dataclass(frozen=True)
class CustomerPage(Context):
    """One customer of a run."""

    row: Annotated[Mapping[str, Any], "its row of the list"]
    merged_from: Annotated[str | None, "the number asked for, where it is counted under this one"]
    formers: Annotated[Sequence[str], "numbers counted under this one"]
    strip: Annotated[Strip, "whose numbers, as of when"]
    said: Annotated[Said, "what happened, in a sentence"]
    reasons: Annotated[Sequence[ReasonRow], "the other reasons, the strongest first"]
    on_views: Annotated[Sequence[str], "views of the list it stands on, messages"]
    since: Annotated[date | None, "a customer since"]
    owner: Annotated[OwnerNow, "who looks after it now"]
    risk: Annotated[RiskPart, "the chance of leaving"]
    at_stake: Annotated[Money | None, "the chance times a usual year"]
    usual_year: Annotated[Money | None, "what a usual year brings"]
    last_contact: Annotated[date | None, "the last contact; None where none is known"]
    contacts_known: Annotated[bool, "whether any contact was loaded"]
    flags: Annotated[Sequence[FlaggedBy], "rules that flag it"]
    worth: Annotated[Sequence[Worth], "what it is worth, figure by figure"]
    trend: Annotated[Trend, "sales by period"]
    line: Annotated[CustomerLine, "all that happened"]
    contact: Annotated[Sequence[ContactField], "contact fields there are, masked"]
    why: Annotated[CustomerWhy | None, "its likeliest causes; None where none are argued"]
    why_not: Annotated[Said, "why none are argued; nothing where they are"]
    fall: Annotated[Said, "what it buys less and others share of it; nothing where it does not"]
    days: Annotated[Sequence[str], "days that can be looked back to, oldest first"]

    @property
    def earlier(self) -> str | None:
        """The day before this one that can be looked at."""
        return max((day for day in self.days if day < str(self.strip.as_of)), default=None)

    @property
    def year_from(self) -> date:
        """The first day of the last year."""
        return year_start(self.strip.as_of)

    @property
    def unit(self) -> Wordings:
        """The currency as the unit of a column."""
        return figures.scale_for((), self.strip.currency).unit

    @property
    def later(self) -> str | None:
        """The day after this one that can be looked at."""
        return min((day for day in self.days if day > str(self.strip.as_of)), default=None)


def sentence_and_rest(row: Mapping[str, Any], info: Mapping[str, Any]) -> tuple[Said, list[ReasonRow]]:
    """What happened in a sentence, and the other reasons; the same never twice."""
    early = set(row["early_reasons"])
    found = list(dict.fromkeys([*row["reasons"], *row["early_reasons"]]))
    rows = [ReasonRow(stored.stored_sentence(each, info["currency"]), each in early) for each in found]
    if rows:
        return rows[0].said, rows[1:]
    days, gap = row["silent_days"], row["own_gap_days"]
    if days is None:
        return Said(NEVER), []
    if row["state"] == "lost":
        return Said(LOST, {"days": days, "left": info["left_days"]}), []
    return (Said(BOUGHT, {"days": days}) if gap is None else Said(IN_RHYTHM, {"days": days, "gap": round(gap)})), []


def risk_part(row: Mapping[str, Any], info: Mapping[str, Any], titles: Mapping[str, Wordings]) -> RiskPart:
    """The chance of leaving and the early one, each with what it rests on."""
    known = customers.scored(row)
    basis = customers.basis(row)
    if basis in words.RUNGS:
        leavers = figures.count(info["model"]["leavers"])
        rests = Said(BY_MODEL, {"rung": Said(words.RUNGS[basis]), "leavers": leavers})
    elif basis in titles:
        rests = Said(BY_RULE, {"rule": titles[basis]})
    elif known:
        rests = Said(customers.BASES.get(basis, "{basis}"), {"basis": basis})
    else:
        rests = Said(words.NO_RISK) if row["rules"] else model_card.risk_rests_on(info)
    early, asked = info["early"], Said("")
    if row["early"] is not None:
        asked = Said(PRIOR, {"share": Share(early["prior_share"])})
    elif row["risk"] is not None and early["reason"]:
        asked = views.unknown("going", info)
    return RiskPart(
        row["risk"] if known else None, row["risk_low"] if known else None, row["risk_high"] if known else None, rests,
        row["early"], row["early_low"], row["early_high"], EARLY_DAYS, asked,
    )  # fmt: skip


def flagged_by(row: Mapping[str, Any], scores: pl.DataFrame) -> list[FlaggedBy]:
    """The rules that flag a customer; `scores` are their rows of `rule_score`, blank where the viewer may not know."""
    by_rule = {each["rule"]: each for each in scores.iter_rows(named=True)}
    found = []
    for rule in row["rules"] or ():
        each = by_rule.get(rule)
        if each is not None:
            reason = Said.unpack(each["reason"]) if each["reason"] else None
            found.append(FlaggedBy(rule, Wordings(each["title_zh"], each["title_en"]), rule == row["lead_rule"],
                                   each["precision"], each["precision_low"], each["precision_high"], each["flags"],
                                   reason))  # fmt: skip
    return sorted(found, key=lambda each: (not each.leads, -(each.right or 0)))


def contact_fields(file: Mapping[str, Any] | None, personal: Sequence[str], *, plain: bool) -> list[ContactField]:
    """The contact fields somebody filled in, masked unless `plain`."""
    told = [(name, str(file[name])) for name in personal if file and file.get(name)]
    return [ContactField(name, CONTACT.get(name, name), figures.printable(text) if plain else masked(name, text))
            for name, text in told]  # fmt: skip


def masked(name: str, text: str) -> str:
    """A contact field as those see it who have not asked for it: 王**, 138****0000, w***@firm.cn."""
    text = figures.printable(text).strip()
    if name == "email" or "@" in text:
        user, at, host = text.partition("@")
        return f"{user[:1]}***{at}{host}"
    digits = [place for place, each in enumerate(text) if each.isdigit()]
    if name == "phone" or len(digits) >= 7:
        if len(digits) < 7:
            return "*" * max(len(text), 4)
        hidden = set(digits[3:-4]) or set(digits[:-4])
        return "".join("*" if place in hidden else each for place, each in enumerate(text))
    return f"{text[:1]}**" if name != "address" else f"{text[:3]}***"


def page_of(row: Mapping[str, Any], value: Mapping[str, Any] | None, info: Mapping[str, Any],
            scores: pl.DataFrame, **parts: Any) -> CustomerPage:  # fmt: skip
    """A page of the rows of a run and its parts that come from elsewhere."""
    said, rest = sentence_and_rest(row, info)
    currency = info["currency"]
    titles = {each["rule"]: Wordings(each["title_zh"], each["title_en"]) for each in scores.iter_rows(named=True)}
    packed = spoken(row, currency)
    return CustomerPage(
        row={**row, **packed},
        said=said,
        reasons=rest,
        on_views=[views.TITLES[each] for each in customers.views_of(row)],
        risk=risk_part(row, info, titles),
        flags=flagged_by(row, scores),
        worth=worth_of(row, value, info),
        at_stake=_money(row["at_stake"], currency),
        usual_year=_money(row["usual_year"], currency),
        **parts,
    )


def _money(amount: Decimal | None, currency: str) -> Money | None:
    return None if amount is None else Money(amount, currency)


def year_start(as_of: date) -> date:
    """The first day of the 12 months that end on a day."""
    try:
        return as_of.replace(year=as_of.year - 1) + timedelta(days=1)
    except ValueError:  # 29 February
        return as_of.replace(year=as_of.year - 1, month=3, day=1)

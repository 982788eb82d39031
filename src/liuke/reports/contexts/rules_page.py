"""Rules as pages: all of them with how each did, and one of them beside simpler ways on the same rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said, Wordings
from liuke.reports import figures, stored, words
from liuke.reports.contexts.base import Context
from liuke.reports.query import Condition, Query
from liuke.reports.rule_charts import MOST_DOTS
from liuke.reports.rule_form import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import polars as pl

    from liuke.reports.contexts.base import Source
    from liuke.reports.contexts.list_page import SeenRun
    from liuke.signals.rules.rules import Rule

SHOWN = 8  # customers named
NO_RUN = N_("No run has tried this rule yet.")
DID = N_("{alarms} alarms in {months} periods; {hit} ended with the customer leaving. {missed} departures were missed.")
DID_AHEAD = N_(
    "{alarms} alarms in {months} periods; {hit} ended with the customer leaving, {warning} months ahead in the middle. "
    "{missed} departures were missed."
)
AGAINST_CHANCE = N_(
    "Of the customer-months it flagged {hit} ({range}) were followed by the customer's leaving; "
    "of as many drawn by lot {chance}."
)
OFF = N_("Off: it takes no part in runs.")


@dataclass(frozen=True)
class Ratio(Context):
    """A share with its range; `value` None where it can't be estimated."""

    value: Annotated[float | None, "share, 0 to 1"]
    low: Annotated[float | None, "lower end of its 95% range"] = None
    high: Annotated[float | None, "upper end"] = None


@dataclass(frozen=True)
class RuleRow(Context):
    """A rule with how it did on the firm's own history."""

    id: Annotated[str, "in addresses"]
    title: Annotated[Wordings, "its name"]
    help: Annotated[Wordings, "what it finds"]
    severity: Annotated[Said, "hint, warning or alarm"]
    on: Annotated[bool, "whether it takes part in runs"]
    own: Annotated[bool, "whether its text is the firm's own"]
    ships: Annotated[bool, "whether a rule of this id ships"]
    scored: Annotated[bool, "whether the run has it"]
    flagged_now: Annotated[int | None, "customers it flags in this run"]
    months: Annotated[int | None, "periods tested"]
    flags: Annotated[int | None, "customer-months flagged"]
    hits: Annotated[int | None, "those after which the customer left"]
    hit: Annotated[int, "alarms that were right: unbroken runs of flagged months that ended with the leaving"]
    false: Annotated[int, "alarms that were not"]
    missed: Annotated[int, "departures without an alarm before"]
    departures: Annotated[int | None, "departures in all"]
    precision: Annotated[Ratio, "share of flagged customer-months after which the customer left"]
    recall: Annotated[Ratio, "share of customer-months before a departure that were flagged"]
    warning: Annotated[Ratio, "median months between alarm and loss, with quartiles"]
    money_share: Annotated[Ratio, "of the money of all departures, the share of those flagged"]
    by_value: Annotated[Ratio, "precision of as many flags given to the largest customers"]
    at_random: Annotated[Ratio, "precision of as many flags given by lot"]
    hit_money_share: Annotated[Ratio, "of the money of leaving customer-months, the share flagged"]
    by_value_money_share: Annotated[Ratio, "the same of as many flags given to the largest customers"]
    why: Annotated[Said, "why there is no score; nothing where there is one"]

    @property
    def alarms(self) -> tuple[int, int, int]:
        """Right, false and missed."""
        return self.hit, self.false, self.missed

    @property
    def dotted(self) -> bool:
        """Whether each alarm can be a dot."""
        return max(self.alarms) <= MOST_DOTS


@dataclass(frozen=True)
class RulesPage(Context):
    """All rules."""

    rows: Annotated[Sequence[RuleRow], "in their order, those that are off last"]
    answer: Annotated[Said, "how many there are and which is the surest"]
    most: Annotated[int, "the most alarms and missed departures of one rule: the scale of the bars"]
    counted: Annotated[Said, "how flags are counted"]


@dataclass(frozen=True)
class OtherWay(Context):
    """Another way to flag customers, on the same customers and months."""

    title: Annotated[Said, "its name"]
    rule: Annotated[str, "id, where it is a rule"]
    flags: Annotated[int | None, "customer-months flagged"]
    hits: Annotated[int | None, "those after which the customer left"]
    precision: Annotated[Ratio, "share of those flagged"]
    recall: Annotated[Ratio, "share of leaving customer-months flagged"]
    warning: Annotated[Ratio, "median months of warning"]
    money_share: Annotated[Ratio, "share of the money of leaving customer-months flagged"]


@dataclass(frozen=True)
class FlaggedNow(Context):
    """Whom a rule flags in the run, through the viewer's door."""

    total: Annotated[int, "customers the viewer sees that it flags"]
    rows: Annotated[Sequence[Mapping[str, Any]], "the largest of them, as the list has them"]
    only: Annotated[Collection[str], "customer numbers of those no other rule flags"]


@dataclass(frozen=True)
class RuleScorePage(Context):
    """One rule: how it did, beside other ways, and whom it flags now."""

    row: Annotated[RuleRow, "the rule"]
    answer: Annotated[Said, "how it did in one sentence"]
    under: Annotated[Said, "the same against chance"]
    ways: Annotated[Sequence[OtherWay], "this rule, simpler ways, every other rule"]
    now: Annotated[FlaggedNow | None, "None where the run does not have it"]
    counted: Annotated[Said, "how flags are counted"]


def rule_rows(rules: Sequence[Rule], off: Collection[str], own: Collection[str], ships: Collection[str],
              source: Source | None) -> list[RuleRow]:  # fmt: skip
    """Every rule with its score in a run; those that are off last."""
    scores = {} if source is None else {row["rule"]: row for row in source.table("rule_score").iter_rows(named=True)}
    rows = [_row(rule, scores.get(rule.id), rule.id not in off, rule.id in own, rule.id in ships) for rule in rules]
    return sorted(rows, key=lambda row: not row.on)


def _row(rule: Rule, score: Mapping[str, Any] | None, on: bool, own: bool, ships: bool) -> RuleRow:
    known = score or {}

    def ratio(name: str, ends: bool = True) -> Ratio:
        low, high = (known.get(f"{name}{end}") for end in ("_low", "_high")) if ends else (None, None)
        return Ratio(known.get(name), low, high)

    def number(name: str) -> int:
        return int(known.get(name) or 0)

    why = stored.sentence_of(score) or Said("") if score is not None else Said(NO_RUN if on else OFF)
    return RuleRow(
        id=rule.id, title=Wordings(**rule.title), help=Wordings(**rule.help), severity=Said(SEVERITIES[rule.severity]),
        on=on, own=own, ships=ships, scored=score is not None,
        flagged_now=known.get("flagged_now"), months=known.get("months"), flags=known.get("flags"),
        hits=known.get("hits"), hit=number("true_episodes"), false=number("episodes") - number("true_episodes"),
        missed=number("departures") - number("departures_caught"), departures=known.get("departures"),
        precision=ratio("precision"), recall=ratio("recall"), warning=ratio("warning_months"),
        money_share=ratio("money_share"), by_value=ratio("by_value"), at_random=ratio("at_random"),
        hit_money_share=ratio("hit_money_share"), by_value_money_share=ratio("by_value_money_share"), why=why,
    )  # fmt: skip


def rules_page(rows: Sequence[RuleRow]) -> RulesPage:
    """All rules on a page."""
    return RulesPage(
        rows, _answer(rows), max((sum(row.alarms) for row in rows), default=0), Said(words.COUNTED_BY_MONTH)
    )


def _answer(rows: Sequence[RuleRow]) -> Said:
    on = sum(row.on for row in rows)
    known = [row for row in rows if row.on and row.precision.low is not None and row.at_random.value is not None]
    if not known:
        return Said(N_("{on} rules are on, {off} off."), {"on": on, "off": len(rows) - on})
    surest = max(known, key=lambda row: row.precision.low or 0)
    message = N_(
        "{on} rules are on, {off} off. The surest is {title}: {hit} of what it flags leaves; "
        "of as many drawn by lot {chance}."
    )
    return Said(message, {"on": on, "off": len(rows) - on, "title": surest.title,
                          "hit": figures.percent(surest.precision.value or 0),
                          "chance": figures.percent(surest.at_random.value or 0)})  # fmt: skip


def rule_score_page(row: RuleRow, rows: Sequence[RuleRow], seen: SeenRun | None) -> RuleScorePage:
    """One rule with its score."""
    return RuleScorePage(row, _did(row), _against_chance(row), _ways(row, rows),
                         _now(row, seen) if row.scored and row.on and seen is not None else None,
                         Said(words.COUNTED_BY_MONTH))  # fmt: skip


def _did(row: RuleRow) -> Said:
    if row.precision.value is None or not row.hit + row.false:
        return Said(N_("{title}: {why}"), {"title": row.title, "why": row.why}) if row.why else Said(
            N_("{title} has flagged nobody whose outcome is known."), {"title": row.title})  # fmt: skip
    given = {"months": row.months, "alarms": figures.count(row.hit + row.false), "hit": figures.count(row.hit),
             "missed": figures.count(row.missed), "warning": f"{row.warning.value or 0:.1f}"}  # fmt: skip
    return Said(DID if row.warning.value is None else DID_AHEAD, given)


def _against_chance(row: RuleRow) -> Said:
    if row.precision.value is None or row.at_random.value is None or row.precision.low is None:
        return Said("")
    return Said(
        AGAINST_CHANCE,
        {"hit": figures.percent(row.precision.value),
         "range": figures.span_text(row.precision.low, row.precision.high or 0),
         "chance": figures.percent(row.at_random.value)},
    )  # fmt: skip


def _ways(row: RuleRow, rows: Sequence[RuleRow]) -> list[OtherWay]:
    if row.precision.value is None:
        return []
    nothing = Ratio(None)
    mine = OtherWay(Said(N_("This rule")), "", row.flags, row.hits, row.precision, row.recall, row.warning,
                    row.hit_money_share)  # fmt: skip
    largest = OtherWay(Said(N_("As many of the largest customers")), "", row.flags, None, row.by_value, nothing,
                       nothing, row.by_value_money_share)  # fmt: skip
    chance = OtherWay(Said(N_("As many by lot")), "", row.flags, None, row.at_random, nothing, nothing, nothing)
    others = [
        OtherWay(Said("{title}", {"title": each.title}), each.id, each.flags, each.hits, each.precision, each.recall,
                 each.warning, each.hit_money_share)
        for each in rows if each.id != row.id and each.precision.value is not None
    ]  # fmt: skip
    return [mine, largest, chance, *others]


def _now(row: RuleRow, seen: SeenRun) -> FlaggedNow:
    found = seen.page(Query(where=(Condition("rules", row.id, "has"),), sort="usual_year", descending=True, size=SHOWN))
    rows = _named(found.rows)
    only = {each["customer_id"] for each in rows if list(each["rules"]) == [row.id]}
    return FlaggedNow(found.total, rows, only)


def _named(frame: pl.DataFrame) -> list[dict[str, Any]]:
    return list(frame.iter_rows(named=True))

"""Causes put together from the tables of a run: with titles, evidence and what the rows stand on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated

import polars as pl

from liuke.causes.taxonomy import UNKNOWN
from liuke.kernel.errors import Usage
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said, Wordings
from liuke.reports import cause_words as said
from liuke.reports import figures
from liuke.reports.connect_words import nothing_told
from liuke.reports.contexts.base import Context
from liuke.reports.listings import causes as of_causes
from liuke.reports.sheet import MOST_ROWS
from liuke.reports.shown import Listed
from liuke.run.cause_totals import year_from

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from liuke.reports.contexts.base import Source
    from liuke.run.cause_owners import CauseOwned

TITLED = ("cause", "title_zh", "title_en", "act", "treatments")
LOST_YEAR = N_("{customers} customers lost in the 12 months to {as_of}.")
LOST_MONTHS = N_("Customers by the month in which they left, up to {as_of}.")
LISTED_NOW = N_("{customers} customers at risk on {as_of}: what they would leave for.")
RANGES = N_("Expected customers with their 90 % range, as if customers left independently of each other.")
OF_ALL = N_("Shares are of all these customers, for one may have causes of several acts; all rows add up to 100 %.")
OF_GROUP = N_("Shares are of the customers of each group, and add up to 100 % within it.")
TOTAL = Wordings("合计", "Total")
SUMMED = ("customers", "share", "money", "before", "money_before")
MONTHS = 24  # of a trend
NOT_GONE = N_("Who is at risk has not left yet: neither in a month nor to anywhere.")


@dataclass(frozen=True)
class CauseSheets(Context):
    """What the workbook says of causes; without rows in a run that knows none."""

    lost: Annotated[Listed, "causes of customers lost in the last 12 months, most customers first"]
    at_risk: Annotated[Listed, "causes for which customers at risk would leave"]
    directions: Annotated[Listed, "where lost customers went, and those won came from"]
    months: Annotated[Listed, "customers lost by cause and month"]
    bounds: Annotated[Listed, "how far those who say nothing could move each share"]
    evidence: Annotated[Listed, "customers listed and lost lately, each with its likeliest cause and the evidence"]
    not_judged: Annotated[Sequence[tuple[Wordings, Said]], "causes nothing here can judge, and what would"]


def titled(rows: pl.DataFrame, card: pl.DataFrame) -> pl.DataFrame:
    """Rows of causes with title_zh, title_en, act and treatments of each, in their order."""
    return rows.join(card.select(TITLED), on="cause", how="left", maintain_order="left")


def check_group(by: str, *, at_risk: bool) -> None:
    """Usage where totals are not made by this."""
    have = (*of_causes.GROUPS, of_causes.DIRECTION, of_causes.BOUNDS)
    if by not in have:
        raise Usage(N_("Causes are not added up by {by}."), by=by, have=", ".join(have), fix=N_("They are by: {have}."))
    if at_risk and by in (of_causes.MONTH, of_causes.DIRECTION, of_causes.BOUNDS):
        raise Usage(NOT_GONE, fix=N_("Leave --at-risk away, or group by something else."))


def totals_by(total: pl.DataFrame, card: pl.DataFrame, by: str, *, at_risk: bool, people: pl.DataFrame | None = None
              ) -> pl.DataFrame:  # fmt: skip
    """Rows of `cause_total` of one grouping with titles, `summed` and `salesperson`.

    `summed` adds up the shares of a group, the largest first; `people` has salesperson_id and salesperson.
    """
    judged = said.AT_RISK if at_risk else said.LOST
    rows = titled(total.filter(pl.col("by") == by, pl.col("judged") == judged), card).with_columns(
        summed=(pl.col("customers").cum_sum() / pl.col("customers").sum()).over("value"),
    )
    if people is None:
        return rows.with_columns(salesperson=pl.lit(None, pl.String))
    named = people.drop_nulls("salesperson_id").unique("salesperson_id")
    return rows.join(named, left_on="value", right_on="salesperson_id", how="left", maintain_order="left")


def about_totals(
    rows: pl.DataFrame, card: pl.DataFrame, info: Mapping[str, Any], by: str, *, at_risk: bool
) -> tuple[Said, ...]:
    """What totals are of, what would tell more, what their ranges leave out, and whether too few cases were audited."""
    of = round(rows["customers"].sum())  # each customer's probabilities sum to 1
    kind = LISTED_NOW if at_risk else LOST_MONTHS if by == of_causes.MONTH else LOST_YEAR
    told = Said(kind, {"customers": figures.count(of), "as_of": info["as_of"]})
    base = () if by == of_causes.ALL else (Said(OF_ALL if by == of_causes.ACT else OF_GROUP),)
    ledger = () if at_risk or by != of_causes.ALL else (said.beside_ledger(info, of),)
    if not len(rows):
        return (said.few_audited(info),)
    unknown = float(rows.filter(pl.col("cause") == UNKNOWN)["customers"].sum()) / max(of, 1)
    to_add = nothing_told(card, unknown)
    untold = () if at_risk or by == of_causes.MONTH else (said.change_untold(card),)
    return (told, *filter(None, (*base, to_add, *ledger, *untold)), Said(RANGES), said.few_audited(info))


def listed_totals(rows: pl.DataFrame, card: pl.DataFrame, info: Mapping[str, Any], by: str, *, at_risk: bool) -> Listed:
    """Totals as a listing, by rows of `cause_card` what to connect; the rows have their owners."""
    listing = of_causes.totals_listing(by, said.AT_RISK if at_risk else said.LOST)
    foot = None if by == of_causes.MONTH else sum_of(rows)  # of months there are more than the two years compared
    if foot and by not in (of_causes.ALL, of_causes.ACT):
        foot = {**foot, "share": None}  # shares are those of a group
    about = about_totals(rows, card, info, by, at_risk=at_risk)
    return Listed(listing, rows, None, about, info["currency"], foot)


def sum_of(rows: pl.DataFrame | Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The sums of rows of causes, as a row: customers, money and those before; None of no row.

    Every customer is in one group of a grouping, so that all rows together are all customers.
    """
    frame = rows if isinstance(rows, pl.DataFrame) else pl.DataFrame(
        [{name: row[name] for name in SUMMED} for row in rows], infer_schema_length=None)  # fmt: skip
    if frame.is_empty():
        return None
    sums: dict[str, Any] = {
        name: None if frame[name].null_count() == len(frame) else frame[name].sum() for name in SUMMED
    }
    sums["share"] = round(sums["share"], 9)  # of floats that add up to one
    if sums["before"] is not None:
        sums |= {"change": sums["customers"] - sums["before"]}
    if sums["money_before"] is not None:
        sums |= {"money_change": sums["money"] - sums["money_before"]}
    blank = dict.fromkeys((*rows.columns, "title") if isinstance(rows, pl.DataFrame) else rows[0])
    return blank | {"value": "", "title": TOTAL, "title_zh": TOTAL.zh, "title_en": TOTAL.en} | sums


def listed_bounds(bounds: pl.DataFrame, card: pl.DataFrame) -> Listed:
    """How far those of whom nobody says why they left could move each cause's share, beside the model's own."""
    told = (said.who_answered(bounds), said.who_answered_unknown(bounds), Said(said.WORST_CASE))
    rows = titled(bounds, card).sort(pl.col("channel") != "any", "channel", "model", "cause",
                                     descending=[False, False, True, False])  # fmt: skip
    return Listed(of_causes.CAUSE_BOUNDS, rows, None, told)


def listed_directions(rows: pl.DataFrame, info: Mapping[str, Any], lost: float) -> Listed:
    """Where customers went and came from in the last 12 months, in which `lost` were; what would tell of those won."""
    if rows.is_empty():
        return Listed(of_causes.DIRECTIONS, rows, None, (), info["currency"])
    untold = (Said(said.UNTOLD_WON),) if rows["won_new"].null_count() == len(rows) else ()
    about = (*said.where_to_said(rows, info["as_of"], lost), *untold)
    return Listed(of_causes.DIRECTIONS, rows, None, about, info["currency"])


def lost_in_all(total: pl.DataFrame) -> float:
    """How many customers were lost in the last 12 months: each one's probabilities sum to 1."""
    return float(lost_by_cause(total)["customers"].sum())


def month_trend(total: pl.DataFrame, info: Mapping[str, Any]) -> tuple[list[str], dict[str, list[int]]]:
    """The months of which every loss is known by now, and of each cause hundredths of customers in each of them.

    A loss is known once a customer has been silent for the run's `left_days`; of later months some are not yet.
    """
    rows = total.filter(pl.col("judged") == "lost", pl.col("by") == "month")
    until = date.fromisoformat(info["as_of"]) - timedelta(days=int(info["left_days"]))
    last = (until + timedelta(days=1)).replace(day=1) - timedelta(days=1)  # end of the last month that is over by then
    first = date(last.year - 2, last.month, 1)
    months = [f"{first.year + (first.month + at) // 12}-{(first.month + at) % 12 + 1:02}" for at in range(MONTHS)]
    known = [month for month in months if month >= min(rows["value"].to_list(), default="9")]
    found = {cause: {month: round(100 * count) for month, count in group.select("value", "customers").iter_rows()}
             for (cause,), group in rows.group_by("cause")}  # fmt: skip
    return known, {cause: [by.get(month, 0) for month in known] for cause, by in found.items()} if known else {}


def listed_months(total: pl.DataFrame, card: pl.DataFrame, info: Mapping[str, Any]) -> Listed:
    """Expected customers lost by cause and month, up to the last month of which every loss is known."""
    months, trend = month_trend(total, info)
    rows = pl.DataFrame([{"cause": cause, **{month: count / 100 for month, count in zip(months, counts, strict=True)}}
                         for cause, counts in trend.items()],
                        schema={"cause": pl.String, **dict.fromkeys(months, pl.Float64)})  # fmt: skip
    ordered = titled(rows.with_columns(all=pl.sum_horizontal(pl.col(months)) if months else 0.0), card)
    return Listed(of_causes.months_listing(months), ordered.sort("all", "cause", descending=[True, False]))


def why_of(causes: pl.DataFrame, evidence: pl.DataFrame, card: pl.DataFrame) -> pl.DataFrame:
    """Every cause of customers with every piece of its evidence, a row each; causes without any have one row."""
    spoken = evidence.select("customer_id", "cause", "speaks", "said", "day", "table", "row_id", "ratio")
    return titled(causes, card).join(spoken, on=("customer_id", "cause"), how="left", maintain_order="left_right")


def with_counts(causes: pl.DataFrame, evidence: pl.DataFrame, card: pl.DataFrame) -> pl.DataFrame:
    """One customer's causes with titles and how many pieces of evidence speak for and against each."""
    speaks = evidence.group_by("cause").agg(
        speaks_for=(pl.col("speaks") == "for").sum().cast(pl.Int64),
        speaks_against=(pl.col("speaks") == "against").sum().cast(pl.Int64),
    )
    counted = titled(causes, card).join(speaks, on="cause", how="left", maintain_order="left")
    return counted.with_columns(pl.col("speaks_for", "speaks_against").fill_null(0))


def lost_by_cause(total: pl.DataFrame) -> pl.DataFrame:
    """Rows of `cause_total` of all the lost."""
    return total.filter(pl.col("judged") == said.LOST, pl.col("by") == of_causes.ALL)


def cause_sheets(source: Source, owned: Mapping[str, CauseOwned], notice: Said | None = None) -> CauseSheets:
    """What the workbook says of causes; `owned` is who owns each and by what it is watched, `notice` why nobody is."""
    if not source.info.get("causes"):  # a run of before
        none = (Said(said.BEFORE_CAUSES),)
        lost, at_risk = (of_causes.totals_listing(of_causes.ALL, each) for each in (said.LOST, said.AT_RISK))
        empty = (lost, at_risk, of_causes.DIRECTIONS, of_causes.months_listing(()), of_causes.CAUSE_BOUNDS,
                 of_causes.WITH_EVIDENCE)  # fmt: skip
        first, second, third, months, bounds, fourth = (Listed(each, (), about=none) for each in empty)
        return CauseSheets(first, second, third, months, bounds, fourth, ())
    info, card, total = source.info, source.table("cause_card"), source.table("cause_total")
    summed = [said.with_owners(totals_by(total, card, of_causes.ALL, at_risk=each), card, owned, lost_by_cause(total))
              for each in (False, True)]  # fmt: skip
    rows = _likeliest(source, card)
    of_lost = listed_totals(summed[0], card, info, of_causes.ALL, at_risk=False)
    return CauseSheets(
        lost=replace(of_lost, about=(*of_lost.about, notice)) if notice else of_lost,
        at_risk=listed_totals(summed[1], card, info, of_causes.ALL, at_risk=True),
        directions=listed_directions(source.table("direction"), info, lost_in_all(total)),
        months=listed_months(total, card, info),
        bounds=listed_bounds(source.table("cause_bound"), card),
        evidence=Listed(of_causes.WITH_EVIDENCE, rows.head(MOST_ROWS), len(rows), (said.few_audited(info),),
                        info["currency"]),
        not_judged=[(said.cause_title(row), said.judged_by(row)) for row in
                    card.filter(~pl.col("judged")).iter_rows(named=True)],
    )  # fmt: skip


def _likeliest(source: Source, card: pl.DataFrame) -> pl.DataFrame:
    """Who is at risk and who was lost in the last 12 months: the likeliest cause, unknown beside it, its evidence.

    The likeliest is the first that has a name; unknown stands there alone where none has one. Those at risk come
    first, within both the most money; the evidence of each is the strongest first.
    """
    year = year_from(date.fromisoformat(source.info["as_of"]))
    lately = (pl.col("judged") == said.AT_RISK) | (pl.col("on") >= year)
    who = source.table("customer_now").select("customer_code", "customer_id", "name")
    causes = source.table("customer_cause").filter(lately)
    unknown = causes.filter(pl.col("cause") == UNKNOWN).select("customer_code", unknown="probability")
    first = causes.sort(pl.col("cause") == UNKNOWN, "place").unique("customer_code", keep="first", maintain_order=True)
    ordered = first.join(who, on="customer_code").sort(
        "judged", "money", "customer_id", descending=[False, True, False], nulls_last=True
    )
    rows = titled(ordered.join(unknown, on="customer_code", how="left", maintain_order="left"), card)
    evidence = source.table("cause_evidence").drop("place")
    return rows.join(evidence, on=("customer_code", "cause"), how="left", maintain_order="left_right")

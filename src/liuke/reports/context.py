"""What a report reads and what a page is: the run it opens and the typed context HTML, JSON and the workbook share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from decimal import Decimal

    import polars as pl

    from liuke.kernel.estimate import NotEstimable
    from liuke.kernel.said import Said, Wordings


class Run(Protocol):
    """A finished run: its tables and what `run.json` says of it."""

    @property
    def info(self) -> Mapping[str, Any]:
        """Firm, currency, as_of, counts, sources, versions."""

    def table(self, name: str) -> pl.DataFrame:
        """A table by name; unknown names raise."""


@dataclass(frozen=True)
class Document:
    """One document behind a flag."""

    on: date
    kind: str
    document_id: str
    amount: Decimal


@dataclass(frozen=True)
class Risk:
    """Chance of leaving with its range, each 0 to 1, and what it rests on."""

    value: float
    low: float
    high: float
    basis: Annotated[str, "model:<rung>, rule:<id> or base_rate"]


@dataclass(frozen=True)
class Listed:
    """One customer on the list."""

    code: int
    customer_id: str
    name: str
    about: Annotated[str, "grade, region, industry, channel, salesperson, those that are known"]
    state: Annotated[str, "one of the eight states"]
    state_since: Annotated[date | None, "first day of the state"]
    truncated: Annotated[bool, "already bought when the export begins: age unknown"]
    core: Annotated[bool, "inside the stable set of the few that made most of the past"]
    core_ahead: Annotated[bool | None, "inside that of next year's expected money; None: it can't be expected"]
    rank: Annotated[int, "1 is the most urgent"]
    reasons: Annotated[Sequence[Said], "why it is on the list, the strongest first"]
    rules: Annotated[Sequence[str], "ids of the rules that fired"]
    trend: Annotated[Sequence[int], "net cents of the last 24 periods, oldest first"]
    flag_at: Annotated[int | None, "position in the trend where the present flag began"]
    level: Annotated[int | None, "own usual amount a period in cents; None when bought too rarely"]
    risk: Annotated[Risk | None, "None: can't be estimated yet"]
    at_stake: Annotated[Decimal | None, "risk x usual year, currency units"]
    usual_year: Annotated[Decimal | None, "the 12 months up to the last purchase, currency units"]
    amount_12: Annotated[Decimal, "the 12 months to as_of, currency units"]
    last_on: Annotated[date | None, "last purchase"]
    silent_days: Annotated[int | None, "days since then"]
    documents: Annotated[Sequence[Document], "behind the flag, newest first"]
    documents_total: Annotated[int, "how many there are, those not shown included"]


@dataclass(frozen=True)
class LedgerStep:
    """One line of the ledger."""

    step: str
    customers: Annotated[int | None, "signed; None where a step moves money only"]
    amount: Annotated[Decimal | None, "signed, currency units"]
    behind: Annotated[int | None, "customers behind the amount"]


@dataclass(frozen=True)
class Ledger:
    """The ledger of customers and money over two equal spans."""

    steps: Sequence[LedgerStep]
    span: Annotated[tuple[date, date], "first and last day of the window"]
    before: Annotated[tuple[date, date], "first and last day of the span it is compared with"]
    periods: Annotated[int, "periods in each span"]
    full_year: Annotated[bool, "False: the spans are halves of a shorter history"]

    def step(self, name: str) -> LedgerStep:
        """A step by name."""
        return next(s for s in self.steps if s.step == name)


@dataclass(frozen=True)
class StateLine:
    """One state over time."""

    state: str
    counts: Annotated[Sequence[int], "customers at each period's end, oldest first"]
    now: int
    year_ago: Annotated[int | None, "None when the history is shorter"]


@dataclass(frozen=True)
class Change:
    """Customers that entered a state in the last period."""

    state: str
    customers: int
    core: int
    usual_year: Annotated[Decimal, "what they bought in a usual year, currency units"]
    example: Annotated[str, "the largest of them"]


@dataclass(frozen=True)
class RuleLine:
    """How one rule did on the firm's own history; None where a number can't be given, with one reason for all."""

    rule: str
    title: Annotated[Wordings, "its name in both languages"]
    now: Annotated[int | None, "customers it flags at as_of; None: it can't be asked of this data"]
    at_stake: Annotated[Decimal, "money at stake of the listed customers it leads, currency units"]
    leads: Annotated[int, "listed customers it is the strongest reason for"]
    flags: Annotated[int | None, "flagged customer-periods whose outcome is known"]
    hits: Annotated[int | None, "of them followed by the customer leaving"]
    precision: Annotated[Risk | None, "hits by flags, with its range"]
    recall: Annotated[float | None, "share of the leavers' customer-periods it flagged"]
    warning_months: Annotated[float | None, "median months of warning"]
    caught: Annotated[Decimal | None, "yearly purchases of the leavers it found, currency units"]
    false_alarms: Annotated[float | None, "per 100 customer-months"]
    by_value: Annotated[float | None, "precision of flagging as many by value"]
    at_random: Annotated[float | None, "precision of flagging as many at random"]
    reason: Annotated[Said | None, "why there is no score"]


@dataclass(frozen=True)
class IndicatorLine:
    """One indicator over all customers."""

    name: str
    title: Said
    formula: Said
    unit: str
    value: float | NotEstimable
    last_year: float | NotEstimable
    target: float | None
    alarm: bool


@dataclass(frozen=True)
class SourceLine:
    """What became of one source's rows."""

    source: str
    file: str
    rows: Annotated[Mapping[str, int], "read, loaded, quarantined"]
    amounts: Annotated[Mapping[str, Decimal], "read, loaded, quarantined, rounding; empty when not recorded"]


@dataclass(frozen=True)
class Defined:
    """What the run's settings and documents decide about what its words mean."""

    left_days_set: Annotated[bool, "the days after which a customer counts as lost are set, not learnt from gaps"]
    core_share: Annotated[float, "share of the measure that core customers make"]
    core_measure: Annotated[str, "what core customers are measured by: amount, margin or quantity"]
    coverage: Annotated[Mapping[str, float], "share of two years' money that carries a margin, a quantity; where used"]


@dataclass(frozen=True)
class Overview:
    """The whole page: the answer, the ledger, the states, the list and how far to trust them."""

    firm: str
    as_of: date
    currency: str
    basis: Annotated[str, "document kind the numbers stand on"]
    unit: Annotated[str, "month, week or quarter"]
    run_id: str
    measured_at: str
    customers: Annotated[int, "customers in the documents"]
    base: Annotated[int, "of them active: bought and not lost"]
    first_document_on: date | None
    last_document_on: date | None
    partial_period: Annotated[str | None, "label of the period left out because it is incomplete"]
    left_days: Annotated[int | None, "days without a purchase after which a customer counts as lost"]
    value_reasons: Annotated[Sequence[tuple[str, Said]], "figure of value, and why it is missing or in doubt"]
    defined: Annotated[Defined, "what settings and documents decide about the words' meaning"]
    by_model: Annotated[bool, "risks come from a model, not from rules"]
    rests_on: Annotated[Said, "what every risk stands on"]
    untested: Annotated[Said, "why nobody knows how the model did in the past"]
    listed_by_model: Annotated[bool, "and say who is on the list"]
    answer: Annotated[Said, "the first sentence"]
    second: Annotated[Said, "the line under it"]
    warning: Annotated[Said, "said in amber when the base has fallen three periods in a row"]
    listed_total: Annotated[int, "customers on the list"]
    at_stake: Annotated[Decimal | None, "sum over the list, currency units"]
    ledger: Ledger | NotEstimable
    changes: Sequence[Change]
    core: Annotated[Sequence[Listed], "core customers on the list, most urgent first"]
    core_total: Annotated[int, "core customers on the list, those not shown included"]
    core_customers: Annotated[int, "all core customers"]
    core_ahead: Annotated[int | None, "core by next year's expected money; None: it can't be expected"]
    states: Sequence[StateLine]
    state_dates: Annotated[Sequence[date], "period ends of the state counts"]
    listing: Annotated[Sequence[Listed], "the list, best first; at most the top"]
    state_totals: Annotated[Mapping[str, int], "customers on the list by state"]
    rules: Sequence[RuleLine]
    indicators: Sequence[IndicatorLine]
    window: Annotated[tuple[date, date] | None, "the window of the indicators"]
    sources: Sequence[SourceLine]
    documents: Annotated[int, "documents loaded"]
    amount_total: Annotated[Decimal, "net amount loaded, currency units"]
    attribution: Annotated[str, "source and licence of the data, empty for own data"]
    versions: Mapping[str, str]

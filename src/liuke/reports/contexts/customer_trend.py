"""What one customer bought over time on one grid of periods: money, what happened beside it, product families."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

from liuke.kernel.kinds import RETURN
from liuke.kernel.period import label, period_end, period_number, period_start
from liuke.kernel.said import Wordings
from liuke.reports import charts, figures, words
from liuke.reports.contexts.base import Context
from liuke.reports.contexts.customer_line import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import polars as pl

    from liuke.kernel.period import Unit
    from liuke.reports.contexts.customer_line import LineEvent
    from liuke.reports.contexts.strip import Strip

SLOTS = 36  # periods drawn
BLOCK = 12  # of them under one label
FAMILY_HEIGHT = 26
MARKED = ("complaint", "promise", "contact", "interview", "owner", "note")


@dataclass(frozen=True)
class TrendColumn(Context):
    """One period."""

    label: Annotated[str, "2026-10, 2026-Q4 or the week's Monday"]
    since: Annotated[date, "its first day"]
    until: Annotated[date, "its last day"]
    amount: Annotated[Decimal | None, "net of what came back; None before the first purchase"]
    documents: Annotated[int, "how many there are"]
    warm: Annotated[bool, "whether it is at or after the flag"]


@dataclass(frozen=True)
class TrendMarks(Context):
    """Things of one kind, counted by period."""

    kind: Annotated[str, "as in the line of what happened"]
    title: Annotated[str, "a message"]
    counts: Annotated[Sequence[int], "by period of the drawing"]


@dataclass(frozen=True)
class FamilyRow(Context):
    """One product family."""

    family: Annotated[str, "its name"]
    last_on: Annotated[date | None, "the last purchase of it"]
    silent_days: Annotated[int | None, "days since"]
    own_gap_days: Annotated[float | None, "usual days between such purchases"]
    overdue: Annotated[bool, "whether it is longer than twice that"]
    risk: Annotated[float | None, "chance that the customer buys none of it within the model's horizon"]
    low: Annotated[float | None, "lower end of its 90 % range"]
    high: Annotated[float | None, "upper end"]
    amount: Annotated[Decimal | None, "what it brought in the last year"]
    amounts: Annotated[Sequence[Decimal], "by period of the drawing; none where lines are not at hand"]

    @property
    def drawn(self) -> charts.Columns:
        """Its columns."""
        return charts.Columns(tuple(float(each) for each in self.amounts), None, None, FAMILY_HEIGHT)


@dataclass(frozen=True)
class Trend(Context):
    """Sales by period, oldest first, and what lies under them on the same grid."""

    kind: Annotated[str, "document kind added up, with what came back"]
    unit: Annotated[Unit, "length of a period"]
    columns: Annotated[Sequence[TrendColumn], "the periods up to as_of"]
    level: Annotated[Decimal | None, "what a usual period brings; None of who buys too rarely"]
    flag_at: Annotated[int | None, "place of the first flagged period; None without a flag in the drawing"]
    marks: Annotated[Sequence[TrendMarks], "what else happened, by period"]
    families: Annotated[Sequence[FamilyRow], "families, most at stake first"]
    currency: Annotated[str, "code of the currency"]

    @property
    def drawn(self) -> charts.Columns:
        """The columns as a drawing."""
        level = None if self.level is None else float(self.level)
        amounts = [None if each.amount is None else float(each.amount) for each in self.columns]
        return charts.Columns(tuple(amounts), level, self.flag_at)

    @property
    def blocks(self) -> Sequence[str]:
        """The label of every twelfth period."""
        return [each.label for each in self.columns[::BLOCK]]

    @property
    def title(self) -> str:
        """What is added up, a message."""
        return words.TURNOVER[self.kind]

    @property
    def scale(self) -> figures.Scale:
        """How its amounts are written."""
        amounts = [each.amount for each in self.columns if each.amount]
        return figures.scale_for(amounts, self.currency)

    def tick(self, value: float) -> Wordings:
        """A round amount of the scale, as short as it can be written."""
        scale = self.scale
        return Wordings(f"{value / scale.zh_divisor:,g}", f"{value / scale.en_divisor:,g}")

    def money(self, amount: Decimal) -> figures.Money:
        """An amount as it is read."""
        return figures.Money(amount, self.currency)

    @property
    def level_money(self) -> figures.Money | None:
        """The level as it is read."""
        return None if self.level is None else self.money(self.level)

    @property
    def flagged(self) -> TrendColumn | None:
        """The first flagged period."""
        return None if self.flag_at is None else self.columns[self.flag_at]


def trend_of(
    row: Mapping[str, Any],
    strip: Strip,
    documents: pl.DataFrame,
    events: Sequence[LineEvent],
    families: pl.DataFrame,
    lines: pl.DataFrame,
) -> Trend:
    """The drawing of one customer of a run."""
    last = period_number(strip.as_of, strip.unit)
    first = last - SLOTS + 1
    begun = period_number(strip.first_document_on, strip.unit)
    sold: dict[int, tuple[Decimal, int]] = {}
    for on, kind, amount in documents.select("date", "kind", "amount").iter_rows():
        if kind in (strip.basis, RETURN):
            at = period_number(on, strip.unit)
            before, count = sold.get(at, (Decimal(0), 0))
            sold[at] = (before + amount, count + 1)
    begun = max(begun, min(sold, default=begun))
    flag = None if row["flag_at"] is None else SLOTS - len(row["trend"] or ()) + row["flag_at"]
    flag = flag if flag is not None and 0 <= flag < SLOTS and row["rules"] else None
    columns = []
    for place, number in enumerate(range(first, last + 1)):
        amount, count = sold.get(number, (Decimal(0), 0))
        columns.append(
            TrendColumn(label(number, strip.unit), period_start(number, strip.unit), period_end(number, strip.unit),
                        amount if number >= begun else None, count, flag is not None and place >= flag)
        )  # fmt: skip
    return Trend(
        kind=strip.basis,
        unit=strip.unit,
        columns=columns,
        level=None if row["level"] is None else Decimal(row["level"]).scaleb(-2),
        flag_at=flag,
        marks=_marks(events, strip, first, last),
        families=_families(families, lines, strip, first),
        currency=strip.currency,
    )


def _marks(events: Iterable[LineEvent], strip: Strip, first: int, last: int) -> list[TrendMarks]:
    counts = {kind: [0] * SLOTS for kind in MARKED}
    for event in events:
        at = period_number(event.on, strip.unit)
        if event.kind in counts and first <= at <= last:
            counts[event.kind][at - first] += 1
    return [TrendMarks(kind, KINDS[kind], found) for kind, found in counts.items() if any(found)]


def first_drawn(strip: Strip) -> date:
    """The first day of the drawing."""
    return period_start(period_number(strip.as_of, strip.unit) - SLOTS + 1, strip.unit)


def _families(told: pl.DataFrame, lines: pl.DataFrame, strip: Strip, first: int) -> list[FamilyRow]:
    """The families the model speaks of, then the others bought in the drawing, those that brought most first."""
    sums: dict[str, list[Decimal]] = {}
    last: dict[str, date] = {}
    for on, kind, family, amount in lines.select("date", "kind", "family", "amount").iter_rows():
        if kind in (strip.basis, RETURN) and family is not None:
            sums.setdefault(family, [Decimal(0)] * SLOTS)[period_number(on, strip.unit) - first] += amount
            if kind == strip.basis:
                last[family] = max(on, last.get(family, on))
    rows = [
        FamilyRow(each["family"], *_silent(each, strip), each["risk"], each["risk_low"], each["risk_high"],
                  each["amount_12"], sums.pop(each["family"], []))
        for each in told.iter_rows(named=True)
    ]  # fmt: skip
    for family, amounts in sorted(sums.items(), key=lambda each: (-sum(each[1]), each[0])):
        on = last.get(family)
        silent = None if on is None else (strip.as_of - on).days
        rows.append(FamilyRow(family, on, silent, None, False, None, None, None, None, amounts))
    return rows


def _silent(row: Mapping[str, Any], strip: Strip) -> tuple[date | None, int | None, float | None, bool]:
    """The last purchase of a family, the days since, the usual ones, and whether it is overdue."""
    silent, gap = row["silent_days"], row["own_gap_days"]
    last_on = None if silent is None else strip.as_of - timedelta(days=silent)
    return last_on, silent, gap, silent is not None and gap is not None and silent > 2 * gap

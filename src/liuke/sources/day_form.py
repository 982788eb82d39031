"""How a file's days are written: decided once, from all its days; what they leave open is asked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.sources.cell_text import clean_text
from liuke.sources.days import SECONDS, DayText, read_dates, tidy
from liuke.sources.table import Choice, Question

if TYPE_CHECKING:
    from collections.abc import Iterable

    from liuke.kernel.contract import Contract
    from liuke.sources.mapping import Mapping
    from liuke.sources.table import RawTable

ORDERS = {"dmy": N_("the day first"), "mdy": N_("the month first"), "ymd": N_("the year first")}
THREE = r"^(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4}|\d{2})\.?(?:[t\s,].*)?$"
SPAN = 10  # years a file reaches back as a rule
SLACK = timedelta(days=366)  # promised days lie ahead
REAL = r"^\d{4}-\d{2}-\d{2}(?: 00:00:00(?:\.0+)?)?$"
FEW = 8  # real days none of which is later than the twelfth: by chance in one file of five thousand


@dataclass(frozen=True)
class OrderEvidence:
    """What distinct values say of the order: some that leave it open, and some that prove it.

    `short` are values whose year has two digits and could stand first as well as last; `year_first` those of them that
    are a likely day only with the year first.
    """

    open: tuple[str, ...] = ()
    day_first: tuple[str, ...] = ()
    month_first: tuple[str, ...] = ()
    year_first: tuple[str, ...] = ()
    short: tuple[str, ...] = ()

    def __add__(self, other: OrderEvidence) -> OrderEvidence:
        return OrderEvidence(
            *(
                tuple(dict.fromkeys(getattr(self, name) + getattr(other, name)))[:most]
                for name, most in (("open", 5), ("day_first", 3), ("month_first", 3), ("year_first", 3), ("short", 5))
            )
        )

    @property
    def proven(self) -> list[str]:
        """The orders that some value proves."""
        proofs = {"dmy": self.day_first, "mdy": self.month_first, "ymd": self.year_first}
        return [order for order, values in proofs.items() if values]


def order_evidence(raw: pl.Series, today: date | None = None) -> OrderEvidence:
    """What a column's values say of day, month and year: any part above 12 is no month, a year is not to come."""
    if raw.dtype != pl.String:
        return OrderEvidence()
    values = raw.drop_nulls().unique()
    frame = pl.DataFrame({"t": tidy(values), "raw": values})
    parts = pl.col("t").str.extract_groups(THREE)
    split = frame.with_columns(
        parts.struct.field("1").cast(pl.Int32, strict=False).alias("a"),
        parts.struct.field("2").cast(pl.Int32, strict=False).alias("b"),
        parts.struct.field("3").cast(pl.Int32, strict=False).alias("c"),
        (parts.struct.field("3").str.len_chars() == 2).alias("short"),
    ).drop_nulls("a")
    whose = _year_place(split.filter("short"), today or date.today())
    short = split.filter("short") if whose != "last" else split.clear()
    # with two-digit ends, 26/3/5 is a year first when the last part could be a day and the first could not
    split = split.filter(~(pl.col("short") & ((pl.col("a") > 31) | pl.lit(whose != "last"))))
    a, b = pl.col("a"), pl.col("b")
    return OrderEvidence(
        _some(split, (a <= 12) & (b <= 12), 5),
        _some(split, (a > 12) & (b <= 12), 3),
        _some(split, (a <= 12) & (b > 12), 3),
        _some(short, pl.lit(whose == "first") & (a <= 31), 3),
        _some(short, pl.lit(whose == "open"), 5),
    )


def _some(frame: pl.DataFrame, which: pl.Expr, most: int) -> tuple[str, ...]:
    return tuple(frame.filter(which)["raw"].sort().head(most).to_list())


def _year_place(short: pl.DataFrame, today: date) -> str:
    """Whether the year of two digits stands first or last in all values; open where both are likely or neither is."""
    if short.is_empty():
        return "last"
    able = {}
    for place, order in (("first", "ymd"), ("last", "dmy"), ("last", "mdy")):
        days = read_dates(short["t"], order).value
        sound = days.is_not_null() & (days <= today + SLACK)
        able[order] = int((~sound).sum()), place
    least = min(bad for bad, _ in able.values())
    places = {place for bad, place in able.values() if bad == least}
    if len(places) == 1:
        return places.pop()
    recent = {(today.year - back) % 100 for back in range(-1, SPAN)}
    likely = {name: bool(short[part].is_in(list(recent)).all()) for name, part in (("first", "a"), ("last", "c"))}
    if likely["first"] != likely["last"]:
        return "first" if likely["first"] else "last"
    return "open"


def day_form(
    mapping: Mapping, contract: Contract, table: RawTable, questions: list[Question], notes: list[Said]
) -> Mapping:
    """The mapping with the order of day, month and year set; what the file leaves open is asked."""
    headers = [
        m.header
        for name, m in mapping.columns.items()
        if name in contract.columns and contract.columns[name].type == "date" and m.header in table.columns
    ]
    sample = table.sample()
    evidence = _sum(order_evidence(sample[header]) for header in headers)
    if (evidence.open or evidence.short) and not evidence.proven:
        for batch in table.batches():
            evidence = _sum((evidence, *(order_evidence(batch[header]) for header in headers)))
            if evidence.proven and not evidence.short:
                break
    if evidence.open or evidence.short or evidence.proven:
        mapping = _ordered(mapping, evidence, headers, questions, notes)
    notes += [said for header in headers if (said := _since_1970(sample[header])) is not None]
    if (day := mapping.header("date")) in headers and table.layout == "sheet":
        mapping = _half_turned(mapping, day, table, questions, notes)
    return mapping


def _sum(parts: Iterable[OrderEvidence]) -> OrderEvidence:
    return sum(parts, OrderEvidence())


def _ordered(
    mapping: Mapping, evidence: OrderEvidence, headers: list[str], questions: list[Question], notes: list[Said]
) -> Mapping:
    if len(evidence.proven) == 1 and not evidence.short:
        order = evidence.proven[0]
        if order == "ymd":
            if evidence.open:
                questions.append(_which_order(evidence, headers))
                return mapping
            said = N_("Years of two digits stand first in {header}: {values}.")
            notes.append(Said(said, {"header": headers[0], "values": ", ".join(evidence.year_first)}))
        return replace(mapping, date_order=order)
    questions.append(_which_order(evidence, headers))
    return mapping


def _which_order(evidence: OrderEvidence, headers: list[str]) -> Question:
    proofs = (*evidence.day_first[:2], *evidence.month_first[:2], *evidence.year_first[:2])
    told: dict[str, object] = {"header": ", ".join(headers[:1]), "values": ", ".join(proofs)}
    orders = ["dmy", "mdy", *(("ymd",) if evidence.short or evidence.year_first else ())]
    if len(evidence.proven) > 1:
        ask = Said(N_("{header} has days first in some rows and months first in others: {values}. Which is right?"),
                   told)  # fmt: skip
        if evidence.year_first:
            ask = Said(N_("The parts of {header} stand in one order in some rows and in another in others: {values}. "
                          "Which is right?"), told)  # fmt: skip
    elif evidence.short:
        told["values"] = ", ".join(evidence.short)
        ask = Said(N_("Years in {header} have two digits. Which part is the year? No value decides: {values}."), told)
    else:
        told["values"] = ", ".join(evidence.open)
        ask = Said(N_("Does {header} begin with the day or with the month? No value decides: {values}."), told)
    shown = (evidence.short or evidence.open or proofs)[:1]
    read = tuple(
        f"{order}: {value} = {day}"
        for value in shown
        for order in orders
        if (day := read_dates(pl.Series([value]), order).value[0]) is not None
    )
    choices = tuple(Choice(order, Said(ORDERS[order])) for order in orders)
    return Question("date_order", ask, choices, "--date-order", None, read)


def _since_1970(raw: pl.Series) -> Said | None:
    """That a column's whole numbers count seconds, with a day they come to; None where they do not."""
    if raw.dtype.is_temporal():
        return None
    text = clean_text(raw)
    counts = text.filter(text.str.contains(SECONDS).fill_null(value=False)).unique(maintain_order=True)
    days = read_dates(counts).value
    if days.null_count() == days.len():
        return None
    first = days.is_not_null().arg_max() or 0
    said = N_("{header} counts seconds since 1970, or thousandths of them: {value} is {day}.")
    return Said(said, {"header": raw.name, "value": counts[first], "day": days[first]})


def _half_turned(
    mapping: Mapping, header: str, table: RawTable, questions: list[Question], notes: list[Said]
) -> Mapping:
    """Real days beside text ones, where a spreadsheet could read only those whose day is a month too, the wrong way.

    Text alone is left whose day is above 12, and no real day is later than the twelfth: the file was written in one
    order of day and month and opened where the other is usual. The real days then have day and month changed over.
    """
    text = clean_text(table.sample()[header]).drop_nulls().unique()
    real = text.filter(text.str.contains(REAL))
    rest = order_evidence(text.filter(~text.str.contains(REAL)))
    if real.is_empty() or rest.open or rest.short or len(rest.proven) != 1 or rest.year_first:
        return mapping
    days = read_dates(real).value.drop_nulls()
    if bool((days.dt.day() > 12).any()):
        return mapping
    told: dict[str, object] = {
        "header": header,
        "real": ", ".join(map(str, days.sort().head(3).to_list())),
        "texts": ", ".join((*rest.day_first, *rest.month_first)[:2]),
    }
    if days.n_unique() >= FEW:
        said = N_("A spreadsheet changed day and month over in {header}: beside {texts} no real day is later than the "
                  "12th ({real}). They are changed back.")  # fmt: skip
        notes.append(Said(said, told))
        return replace(mapping, real_days="turned")
    ask = Said(N_("{header} has real days ({real}) beside text ({texts}), and none is later than the 12th. Did a "
                  "spreadsheet change day and month over?"), told)  # fmt: skip
    choices = (
        Choice("turned", Said(N_("yes: change them back"))),
        Choice("kept", Said(N_("no: the real days are right"))),
    )
    questions.append(Question("real_days", ask, choices, "--answer", None, ()))
    return mapping


def day_text(mapping: Mapping, zero: date | None = None) -> DayText:
    """How a mapping's days are read."""
    form = DayText(mapping.date_order, months=mapping.months, real_days=mapping.real_days)
    return form if zero is None else replace(form, zero=zero)

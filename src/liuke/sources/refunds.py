"""Refunds in a column of their own: returns still to be booked, or taken off already; by arithmetic or asked."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.sources import lexicon
from liuke.sources.amounts import line_amounts, scaled, to_own_currency
from liuke.sources.cell_text import clean_text
from liuke.sources.headers import name_score, plain, tokens
from liuke.sources.known_layouts import BY_LAYOUT
from liuke.sources.mapping import is_rate
from liuke.sources.number_text import EXACT
from liuke.sources.numbers import Numbers, read_doubted, read_numbers, to_cents
from liuke.sources.table import ANSWER, SAMPLE_ROWS, Choice, Question
from liuke.sources.tidy import Tidier

if TYPE_CHECKING:
    import collections.abc
    from datetime import date

    from liuke.sources.mapping import Mapping
    from liuke.sources.profile import Profile
    from liuke.sources.table import RawTable

    Looks = collections.abc.Mapping[str, Profile]

NEAR = 0.011
WHOLE = 0.2  # of the documents with a refund: so many given back whole prove that amounts are before refunds
IN_REFUNDS = N_("it holds what was given back")
ON_DAY = N_("{header}: what was given back becomes a return on the day of {day}.")
ON_ORDER = N_("{header}: what was given back becomes a return on the day of its sale, for the file names no other day.")
TAKEN_OFF = N_("{header} is taken off {amount} already: nothing more is booked for it.")


class Refunds(NamedTuple):
    """Money given back on each row, exact and above zero, and its day; null where there is none."""

    header: str
    money: Numbers
    day: pl.Series


def decide_refunds(
    mapping: Mapping, table: RawTable, looks: Looks, questions: list[Question], notes: list[Said]
) -> Mapping:
    """The mapping with the column of refunds and what its money is: by arithmetic beside the amount, else asked."""
    header = mapping.header("refund") or _refund_header(mapping, looks)
    laid_out = any(match.why.message == BY_LAYOUT for match in mapping.columns.values())
    if header is None or not mapping.reads("amount") or mapping.refunds is not None:
        return mapping
    if laid_out and "refund" not in mapping.columns:
        return mapping
    mapping = mapping.with_column("refund", header, Said(IN_REFUNDS))
    day = next(
        (h for h in looks if name_score(h, lexicon.header_names("refund_on")) > 0.95 and looks[h].date_like > 0.5), None
    )
    if day is not None and day not in {match.header for match in mapping.columns.values()}:
        mapping = mapping.with_column("refund_on", day, Said(IN_REFUNDS))
    way = _by_arithmetic(mapping, table, looks)
    if way is None:
        questions.append(_question(mapping, looks))
        return mapping
    mapping = replace(mapping, refunds=way)
    notes += said_of_refunds(mapping)
    return mapping


def said_of_refunds(mapping: Mapping) -> list[Said]:
    """What is said at every load of a file with refunds in a column of their own."""
    header = mapping.header("refund")
    if header is None or mapping.refunds is None:
        return []
    if mapping.refunds == "off":
        return [Said(TAKEN_OFF, {"header": header, "amount": mapping.header("amount") or ""})]
    day = mapping.header("refund_on")
    return [Said(ON_ORDER if day is None else ON_DAY, {"header": header, "day": day})]


def refunds_of(batch: pl.DataFrame, mapping: Mapping, days: dict[str, pl.Series], today: date) -> Refunds | None:
    """What was given back on the rows of a batch, where that is still to be booked."""
    header = mapping.header("refund")
    if header is None or mapping.refunds != "apart":
        return None
    read = read_doubted(batch[header], mapping.decimal, credit=mapping.credit)
    value = read.value.cast(EXACT).abs()
    rate = Decimal(mapping.tax) if is_rate(mapping.tax) else None
    money = scaled(Numbers(value.set(value == 0, None), read.wrong), mapping.unit, rate)
    sold = days["date"]
    day = days.get("refund_on", sold)
    unfit = (pl.lit(day) > today).fill_null(value=True)
    on = pl.select(pl.when(unfit).then(pl.lit(sold)).otherwise(pl.lit(day))).to_series()
    if mapping.rates and "currency" in days:
        money, _ = to_own_currency(money, days["currency"], on, mapping)
    return Refunds(header, Numbers(to_cents(money.value), money.wrong), on)


def returns_of(good: pl.DataFrame, refunds: Refunds, ok: pl.Series) -> pl.DataFrame:
    """A line of kind return for each usable row with a refund, beside the line of its sale."""
    money, day = refunds.money.value.filter(ok), refunds.day.filter(ok)
    given = money.is_not_null()
    rows = good.filter(given)
    blank = [
        name for name in ("quantity", "margin", "due_on", "delivered_on", "paid_on", "recorded_on") if name in rows
    ]
    return rows.with_columns(
        pl.lit("return").alias("kind"),
        (-money.filter(given)).cast(rows.schema["amount"]).alias("amount"),
        day.filter(given).alias("date"),
        *(pl.lit(None, rows.schema[name]).alias(name) for name in blank),
    )


def _refund_header(mapping: Mapping, looks: Looks) -> str | None:
    """The column of what was given back: the best name, of those that are not about another part of it."""
    used = {match.header for match in mapping.columns.values()}
    apart = lexicon.header_names("refund_of_something_else")
    scored = []
    for place, (header, look) in enumerate(looks.items()):
        score = name_score(header, lexicon.header_names("refund"))
        if header in used or score < 0.6 or look.numbers < 0.9 or look.dates > 0:
            continue
        words = set(tokens(header))
        if score < 0.95 and any(word in (words if word.isascii() else plain(header)) for word in apart):
            continue
        if bool((look.values.cast(pl.Float64) != 0).any()):
            scored.append((score, -place, header))
    return max(scored)[2] if scored else None


def _by_arithmetic(mapping: Mapping, table: RawTable, looks: Looks) -> str | None:
    """`apart` where amounts are before refunds, `off` where they are after; None where the numbers do not say."""
    lines = Tidier(table, mapping)(table.first(SAMPLE_ROWS))
    given = read_numbers(lines[mapping.columns["refund"].header], mapping.decimal).value.cast(pl.Float64).abs()
    amount = line_amounts(lines, mapping)[0].value.cast(pl.Float64)
    back = (given > 0).fill_null(value=False)
    rest, whole = _beside(mapping, lines, looks, amount, given, back)
    if whole and not rest:
        return "off"
    document = mapping.header("document_id")
    key = clean_text(lines[document]) if document else pl.Series(range(lines.height))
    sums = pl.DataFrame({"key": key.cast(pl.String), "amount": amount, "given": given}).group_by("key").sum()
    sums = sums.filter(pl.col("given") > 0)
    over = bool((sums["given"] > sums["amount"] + NEAR).any())
    full = int(((sums["given"] - sums["amount"]).abs() <= NEAR).sum())
    if over or sums.is_empty():
        return None
    return "apart" if rest or full >= max(1, WHOLE * sums.height) else None


def _beside(
    mapping: Mapping, lines: pl.DataFrame, looks: Looks, amount: pl.Series, given: pl.Series, back: pl.Series
) -> tuple[bool, bool]:
    """Whether another column is the amount less the refund on every row, and whether one is the two together."""
    used = {mapping.header(name) for name in ("refund", "amount", "quantity", "unit_price", "tax")}
    rest = whole = False
    for header, look in looks.items():
        if header in used or look.numbers < 0.9 or look.dates > 0 or header not in lines.columns:
            continue
        other = read_numbers(lines[header], mapping.decimal).value.cast(pl.Float64)
        rest = rest or _is(other, amount - given.fill_null(0), back)
        whole = whole or _is(other, amount + given.fill_null(0), back)
    quantity, price = (mapping.header(name) for name in ("quantity", "unit_price"))
    if mapping.header("amount") and quantity and price:
        one, each = (read_numbers(lines[h], mapping.decimal).value.cast(pl.Float64) for h in (quantity, price))
        whole = whole or _is(one * each, amount + given.fill_null(0), back)
    return rest, whole


def _is(other: pl.Series, made: pl.Series, back: pl.Series) -> bool:
    """Whether two columns are equal on nearly all rows, and on those with a refund."""
    near = ((other - made).abs() <= NEAR).fill_null(value=False)
    return int(back.sum()) >= 2 and bool(near.filter(back).all()) and float(near.mean() or 0) >= 0.95  # type: ignore[arg-type]


def _question(mapping: Mapping, looks: Looks) -> Question:
    header = mapping.columns["refund"].header
    amount = mapping.header("amount") or mapping.header("amount_with_tax") or mapping.header("unit_price") or ""
    told: dict[str, object] = {"header": header, "amount": amount}
    ask = Said(N_("{header} holds money given back. Is it taken off {amount} already?"), told)
    choices = (
        Choice("apart", Said(N_("no: each becomes a return"))),
        Choice("off", Said(N_("yes: nothing more is booked for it"))),
    )
    said = N_("{header}: {sum} in the first {rows} rows, for example {sample}")
    evidence = tuple(
        Said(said, {"header": h, "sum": f"{looks[h].values.sum() or 0:,.2f}", "rows": looks[h].values.len(),
                    "sample": ", ".join(looks[h].sample)}).text()
        for h in (amount, header) if h in looks
    )  # fmt: skip
    return Question("refunds", ask, choices, ANSWER, None, evidence)

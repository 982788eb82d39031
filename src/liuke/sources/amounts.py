"""The amount of a line: given, taken from the amount with tax, or quantity x unit price x (1 - discount)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from liuke.sources.mapping import is_rate
from liuke.sources.number_text import EXACT, LIMIT
from liuke.sources.numbers import Numbers, read_doubted
from liuke.sources.sides import of_both_sides

if TYPE_CHECKING:
    from liuke.sources.mapping import Mapping


def line_amounts(batch: pl.DataFrame, mapping: Mapping) -> tuple[Numbers, str]:
    """Exact amounts net of tax (or as the mapping says), and the header they come from."""
    read = {
        name: read_doubted(batch[header], mapping.decimal, rate=name == "discount", credit=mapping.credit)
        for name in ("amount", "amount_with_tax", "tax", "quantity", "unit_price", "discount", "other_side")
        if (header := mapping.header(name)) is not None
    }
    rate = Decimal(mapping.tax) if is_rate(mapping.tax) else None
    priced = "quantity" in read and "unit_price" in read
    if "amount" in read and priced and mapping.blank_amounts == "of_document":
        return _product(read, mapping), mapping.columns["unit_price"].header
    if "amount" in read and "other_side" in read:
        both = of_both_sides(read["amount"], read["other_side"], mapping.sides or "net")
        return scaled(both, mapping.unit, rate), mapping.columns["amount"].header
    if "amount" in read:
        amount = scaled(read["amount"], mapping.unit, rate)
        if priced and mapping.blank_amounts == "worked_out" and bool(amount.value.is_null().any()):
            amount = _filled(amount, _product(read, mapping))
        return amount, mapping.columns["amount"].header
    if "amount_with_tax" in read:
        gross = read["amount_with_tax"]
        if "tax" in read and mapping.tax in ("exclusive", "subtract"):
            net = gross.value.cast(EXACT) - read["tax"].value.cast(EXACT).fill_null(0)
            gross = Numbers(net, _first_wrong(gross.wrong, read["tax"].wrong))
        return scaled(gross, mapping.unit, rate), mapping.columns["amount_with_tax"].header
    return _product(read, mapping), mapping.columns["unit_price"].header


def _first_wrong(*wrongs: pl.Series | None) -> pl.Series | None:
    present = [w for w in wrongs if w is not None]
    if not present:
        return None
    return pl.select(pl.coalesce([pl.lit(w) for w in present])).to_series()


def scaled(numbers: Numbers, unit: Decimal, rate: Decimal | None) -> Numbers:
    """Amounts in the firm's unit, a tax rate taken off."""
    if unit == 1 and rate is None:
        return numbers
    value = pl.lit(numbers.value.cast(EXACT)) * pl.lit(unit).cast(EXACT)
    if rate is not None:
        value = value / pl.lit(1 + rate).cast(EXACT)
    return _bounded(pl.select(value.cast(EXACT).alias("amount")).to_series(), numbers.wrong)


def _bounded(value: pl.Series, wrong: pl.Series | None) -> Numbers:
    large = (value.abs() >= LIMIT).fill_null(value=False)
    if not bool(large.any()):
        return Numbers(value, wrong)
    codes = pl.select(pl.when(pl.lit(large)).then(pl.lit("too_large"))).to_series()
    return Numbers(pl.select(pl.when(~pl.lit(large)).then(pl.lit(value))).to_series(), _first_wrong(wrong, codes))


def _filled(amount: Numbers, product: Numbers) -> Numbers:
    """Blank amounts worked out; an unreadable amount stays wrong."""
    open_ = amount.value.is_null()
    if amount.wrong is not None:
        open_ = open_ & amount.wrong.is_null()
    worked_out = pl.select(pl.when(pl.lit(open_)).then(pl.lit(product.value.cast(EXACT)))).to_series()
    value = pl.select(pl.coalesce(pl.lit(amount.value.cast(EXACT)), pl.lit(worked_out)).alias("amount")).to_series()
    return Numbers(value, amount.wrong)


def _product(read: dict[str, Numbers], mapping: Mapping) -> Numbers:
    """Quantity x unit price, the discount taken off; products no decimal can hold are marked before multiplying."""
    quantity, price = read["quantity"].value.cast(EXACT), read["unit_price"].value.cast(EXACT)
    wrong = _first_wrong(read["quantity"].wrong, read["unit_price"].wrong)
    size = (quantity.cast(pl.Float64) * price.cast(pl.Float64)).abs()
    large = (size >= float(LIMIT)).fill_null(value=False)
    if bool(large.any()):
        quantity = pl.select(pl.when(~pl.lit(large)).then(pl.lit(quantity))).to_series()
        wrong = _first_wrong(wrong, pl.select(pl.when(pl.lit(large)).then(pl.lit("too_large"))).to_series())
    value = price if mapping.price == "line" else quantity * price
    if "discount" in read:
        value = _discounted(value, read["discount"].value.cast(EXACT), mapping.discount)
        wrong = _first_wrong(wrong, read["discount"].wrong)
    return Numbers(value.alias("amount"), wrong)


def _discounted(value: pl.Series, discount: pl.Series, way: str) -> pl.Series:
    """The value after discount; a blank discount is none."""
    hundredth = Decimal("0.01")
    given = pl.col("d")
    factor = {
        "share_off": 1 - given.fill_null(0),
        "percent_off": 1 - given.fill_null(0) * pl.lit(hundredth).cast(EXACT),
        "share_paid": given.fill_null(1),
        "percent_paid": given.fill_null(100) * pl.lit(hundredth).cast(EXACT),
    }
    frame = pl.DataFrame({"v": value, "d": discount})
    if way == "amount_off":
        return frame.select(pl.col("v") - given.fill_null(0)).to_series()
    return frame.select(pl.col("v") * factor[way].cast(EXACT)).to_series()


def to_own_currency(
    amount: Numbers, currency: pl.Series, day: pl.Series, mapping: Mapping
) -> tuple[Numbers, pl.Series]:
    """Amounts in the firm's currency at the rate of the day, and where a currency has no rate on its day."""
    rates = pl.DataFrame(
        {
            "currency": [r.currency for r in mapping.rates],
            "day": [r.from_on for r in mapping.rates],
            "rate": [r.rate for r in mapping.rates],
        },
        schema={"currency": pl.String, "day": pl.Date, "rate": EXACT},
    ).sort("day")
    lines = pl.DataFrame({"currency": currency, "day": day, "amount": amount.value.cast(EXACT)}).with_row_index("at")
    dated = lines.drop_nulls("day").sort("day").join_asof(rates, on="day", by="currency", check_sortedness=False)
    found = lines.join(dated.select("at", "rate"), on="at", how="left", maintain_order="left")
    own = pl.col("currency").is_null() | (pl.col("currency") == (mapping.currency or ""))
    rate = pl.when(own).then(pl.lit(Decimal(1)).cast(EXACT)).otherwise(pl.col("rate"))
    converted = found.select((pl.col("amount") * rate).alias("amount"), (rate.is_null() & ~own).alias("lacking"))
    return Numbers(converted["amount"], amount.wrong), converted["lacking"]

"""What amounts hold of tax: without it where the file says so, less the tax where only that is given, else with it."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.sources.columns import RATES
from liuke.sources.known_layouts import BY_LAYOUT
from liuke.sources.looks import Looks
from liuke.sources.mapping import BY_HAND, Mapping, is_rate
from liuke.sources.profile import Profile, agree
from liuke.sources.table import Choice, Question

MOST_TAX = 0.26  # of an amount with tax: a rate of 35 %
SURE = 0.95
LARGE, CENT = 20, 0.011  # an amount whose tax tells the rate, and how far rounding takes it off


def decide_tax(mapping: Mapping, looks: Looks, questions: list[Question], notes: list[Said]) -> Mapping:
    """What the amount holds: without tax by default where both stand, less the tax where only that is given."""
    net, gross, tax = (mapping.header(name) for name in ("amount", "amount_with_tax", "tax"))
    if net and gross:
        return _of_two(mapping, looks, questions, notes)
    sure = tax is not None and mapping.columns["tax"].why.message in (BY_HAND, BY_LAYOUT)
    if gross and tax and not sure and not _is_tax_of(looks[tax], looks[gross]):
        said = N_("{header}: {tax} beside it does not hold the tax in money, so amounts are with tax.")
        notes.append(Said(said, {"header": gross, "tax": tax}))
        columns = {name: match for name, match in mapping.columns.items() if name != "tax"}
        return replace(mapping, columns=columns, tax="inclusive")
    if gross and tax:
        notes.append(Said(N_("The amount is {gross} less {tax}."), {"gross": gross, "tax": tax}))
        return replace(mapping, tax="subtract")
    if net and tax and _holds_tax(looks[net].values, looks[tax].values):
        notes.append(Said(N_("{net} holds tax: {tax} is taken off."), {"net": net, "tax": tax}))
        columns = {name: match for name, match in mapping.columns.items() if name != "amount"}
        return replace(mapping, columns={**columns, "amount_with_tax": mapping.columns["amount"]}, tax="subtract")
    price = mapping.header("unit_price") if not net else None
    with_tax = gross or (price if price and "含税" in price and not any(n + "含税" in price for n in "不未") else None)
    if with_tax:
        notes.append(
            Said(N_("{header} holds tax; nothing says how much, so amounts are with tax."), {"header": with_tax})
        )
        return replace(mapping, tax="inclusive")
    return mapping


def _of_two(mapping: Mapping, looks: dict[str, Profile], questions: list[Question], notes: list[Said]) -> Mapping:
    """Amounts without and with tax stand side by side: those without count, unless they are equal and a tax is told."""
    net, gross = (mapping.columns[name].header for name in ("amount", "amount_with_tax"))
    tax = mapping.header("tax")
    if (
        tax
        and agree(looks[net].values, looks[gross].values) >= 0.99
        and agree(looks[tax].values * 0, looks[tax].values) < 0.9
    ):
        notes.append(Said(N_("{net} holds tax: {tax} is taken off."), {"net": net, "tax": tax}))
        columns = {name: match for name, match in mapping.columns.items() if name != "amount"}
        return replace(mapping, columns=columns, tax="subtract")
    choices = (
        Choice("exclusive", Said(N_("{header}, without tax"), {"header": net})),
        Choice("inclusive", Said(N_("{header}, with tax"), {"header": gross})),
    )
    ask = Said(N_("The file has amounts without and with tax. Which shall count?"))
    evidence = tuple(f"{net}: {a}; {gross}: {b}" for a, b in zip(looks[net].sample, looks[gross].sample, strict=False))
    questions.append(Question("tax", ask, choices, "--tax", "exclusive", evidence))
    return replace(mapping, tax="exclusive")


def tax_taken(mapping: Mapping) -> list[Said]:
    """What a mapping does with tax, to be said at every load that uses it."""
    net, gross, price, tax = (mapping.header(name) for name in ("amount", "amount_with_tax", "unit_price", "tax"))
    held = gross or net or price
    if mapping.tax == "subtract" and tax:
        return [Said(N_("The amount is {gross} less {tax}."), {"gross": held, "tax": tax})]
    if mapping.tax == "inclusive":
        return [Said(N_("{header} holds tax; amounts are with tax."), {"header": held})]
    if is_rate(mapping.tax):
        return [Said(N_("{rate} tax is taken off {header}."), {"rate": mapping.tax, "header": held})]
    if net and gross:
        said = N_("The file has amounts with and without tax: those without count, {header}.")
        return [Said(said, {"header": net})]
    return []


def _is_tax_of(tax: Profile, gross: Profile) -> bool:
    """Whether a column is money of tax in another: never more than so much of it, and not one number on all rows."""
    pair = pl.DataFrame({"tax": tax.values.cast(pl.Float64), "gross": gross.values.cast(pl.Float64)}).drop_nulls()
    pair = pair.filter((pl.col("gross") != 0) & (pl.col("tax") != 0))
    if pair.is_empty():
        return True
    share = pair.select((pl.col("tax") / pl.col("gross")).abs()).to_series()
    as_rate = pair["tax"].n_unique() <= 3 < pair["gross"].n_unique() and pair.height > 6
    return bool((share <= MOST_TAX).mean() >= SURE) and not as_rate  # type: ignore[operator]


def _holds_tax(amount: pl.Series, tax: pl.Series) -> bool:
    """Whether a tax is a usual rate's share of an amount with it, and not of one without."""
    pair = pl.DataFrame({"amount": amount.cast(pl.Float64), "tax": tax.cast(pl.Float64)}).drop_nulls()
    pair = pair.filter((pl.col("amount").abs() >= LARGE) & (pl.col("tax") != 0))
    if pair.height < 3:
        return False
    without, within = (
        float(pair.select(pl.any_horizontal(*((pl.col("amount") * r / (100 + r * on) - pl.col("tax")).abs() <= CENT
                                              for r in sorted(RATES - {0.0}))).mean()).item())
        for on in (0, 1)
    )  # fmt: skip
    return within >= 0.95 and without < 0.5

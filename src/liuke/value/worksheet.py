"""The lifetime worksheet a salesperson follows line by line: yearly purchases, single large ones, what referrals add.

Exact decimal arithmetic. The workshop's own example, 2,400 a year for 30 years and three cars of 100,000, is 372,000.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_
from liuke.kernel.money import round_to_cent
from liuke.kernel.said import Said

if TYPE_CHECKING:
    from collections.abc import Sequence

YEARLY = N_("{amount} a year × {years} years")
YEARLY_NOW = N_("{amount} a year, {years} years, in today's money at {rate} a year: × {factor}")
PURCHASE = N_("{name}: {count} × {price}")
PURCHASE_NOW = N_("{name}: {count} × {price}, spread evenly over {years} years, in today's money: × {factor}")
BOUGHT = N_("Bought in a lifetime")
MARGIN = N_("of it margin: × {share}")
REFERRED = N_("Customers referred: {count}, each worth as much: × {count}")
WORTH = N_("Lifetime value")
NEGATIVE = N_("{name} must not be negative; {value} was given.")
SHARE = N_("{name} must lie within 0 and 1; {value} was given.")
FIX = N_("Give a number such as {example}.")
FACTOR = Decimal("0.0001")


@dataclass(frozen=True)
class Purchase:
    """A large purchase that comes a few times in a lifetime: `count` times, `price` each."""

    name: str
    count: Decimal
    price: Decimal


@dataclass(frozen=True)
class Line:
    """One line of the worksheet: its sentence, the amount it gives, and whether it is a sum of others."""

    said: Said
    amount: Decimal
    total: bool = False


@dataclass(frozen=True)
class Worksheet:
    """The answers a salesperson gives; money in the firm's currency, shares 0 to 1, the discount a year."""

    yearly: Decimal
    years: Decimal
    purchases: Sequence[Purchase] = field(default=())
    margin_share: Decimal = Decimal(1)
    discount: Decimal = Decimal(0)
    referred: Decimal = Decimal(0)

    def check(self) -> None:
        """Invalid names the answer that can't be."""
        given = {"yearly": self.yearly, "years": self.years, "discount": self.discount, "referred": self.referred}
        given |= {f"{p.name} ({what})": n for p in self.purchases for what, n in (("×", p.count), ("=", p.price))}
        for name, value in given.items():
            if value < 0:
                raise Invalid(NEGATIVE, name=name, value=value, fix=FIX, example="100")
        if not 0 <= self.margin_share <= 1:
            raise Invalid(SHARE, name="margin_share", value=self.margin_share, fix=FIX, example="0.3")


def fill_in(sheet: Worksheet) -> list[Line]:
    """Every line in order, the last one being the lifetime value; each total is the sum of what stands above it."""
    sheet.check()
    lines = [_yearly(sheet), *(_purchase(sheet, one) for one in sheet.purchases)]
    worth = sum((line.amount for line in lines), Decimal(0))
    if sheet.margin_share != 1 or sheet.referred:
        lines.append(Line(Said(BOUGHT), worth, total=True))
    if sheet.margin_share != 1:
        worth = round_to_cent(worth * sheet.margin_share)
        lines.append(Line(Said(MARGIN, {"share": sheet.margin_share}), worth))
    if sheet.referred:
        added = round_to_cent(worth * sheet.referred)
        lines.append(Line(Said(REFERRED, {"count": sheet.referred}), added))
        worth += added
    return [*lines, Line(Said(WORTH), worth, total=True)]


def annuity(rate: Decimal, years: Decimal) -> Decimal:
    """Today's worth of 1 at the end of every year, to four decimals: the number of years itself without discount.

    A part of a year pays its part at its end.
    """
    whole = int(years)
    factor = sum(((1 + rate) ** -year for year in range(1, whole + 1)), Decimal(0))
    part = years - whole
    return (factor + part * (1 + rate) ** -years).quantize(FACTOR, ROUND_HALF_UP) if rate else years


def _yearly(sheet: Worksheet) -> Line:
    factor = annuity(sheet.discount, sheet.years)
    data: dict[str, object] = {"amount": sheet.yearly, "years": sheet.years}
    if not sheet.discount:
        return Line(Said(YEARLY, data), round_to_cent(sheet.yearly * factor))
    said = Said(YEARLY_NOW, data | {"rate": sheet.discount, "factor": factor})
    return Line(said, round_to_cent(sheet.yearly * factor))


def _purchase(sheet: Worksheet, one: Purchase) -> Line:
    amount = one.count * one.price
    data: dict[str, object] = {"name": one.name, "count": one.count, "price": one.price}
    if not sheet.discount or not sheet.years:
        return Line(Said(PURCHASE, data), round_to_cent(amount))
    factor = (annuity(sheet.discount, sheet.years) / sheet.years).quantize(FACTOR, ROUND_HALF_UP)
    said = Said(PURCHASE_NOW, data | {"years": sheet.years, "factor": factor})
    return Line(said, round_to_cent(amount * factor))

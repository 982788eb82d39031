"""The lifetime worksheet as it is typed: answers become numbers, numbers become lines."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from liuke.kernel.errors import Usage
from liuke.kernel.i18n import N_, translate
from liuke.reports.shown import Listed, Listing, Shown
from liuke.value.worksheet import Purchase, Worksheet, fill_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from liuke.value.worksheet import Line

EXAMPLE = {"yearly": "2400", "years": "30"}  # the workshop's; three cars come to it
MOST_YEARS = 200
MOST_MONEY = 10**16  # what decimal(18,2) holds
LINES = Listing(
    "worksheet",
    N_("Lifetime worksheet"),
    (
        Shown("line", N_("Line"), width=60),
        Shown("amount", N_("Amount"), "money_full", width=20),
        Shown("total", N_("Total"), on=("csv", "json")),
    ),
)


def filled_in(answers: Mapping[str, str | None], purchases: Sequence[str]) -> Listed:
    """The worksheet of the answers given alone, or without any of the example, as a listing."""
    lines = _lines(answers, purchases)
    rows = [{"line": one.said.text(), "amount": one.amount, "total": one.total} for one in lines]
    return Listed(LINES, rows)


def _lines(answers: Mapping[str, str | None], purchases: Sequence[str]) -> list[Line]:
    """The worksheet's lines; Usage where answers are missing or come to more than money can be."""
    given = {name: value for name, value in answers.items() if value is not None}
    if not given and not purchases:
        given, purchases = EXAMPLE, [f"{translate(N_('Car'))}=3x100000"]
    if ("yearly" in given and "years" not in given) or not ("yearly" in given or purchases):
        raise Usage(
            N_("The worksheet needs what is bought: a year and for how many years, or a large purchase."),
            fix=N_("Give --yearly with --years, or --purchase, or nothing at all for the example."),
        )
    numbers = {name: _decimal(name, value) for name, value in ({"yearly": "0", "years": "0"} | given).items()}
    if numbers["years"] > MOST_YEARS:
        raise Usage(N_("{name}: {value} is more than {most}."), name="years", value=numbers["years"], most=MOST_YEARS)
    sheet = Worksheet(**numbers, purchases=[_purchase(one) for one in purchases])
    too_much = Usage(N_("These answers come to more than can be worked out."), fix=N_("Give smaller numbers."))
    try:
        lines = fill_in(sheet)
    except InvalidOperation:
        raise too_much from None
    if max(abs(line.amount) for line in lines) >= MOST_MONEY:
        raise too_much
    return lines


def _decimal(name: str, value: str) -> Decimal:
    try:
        number = Decimal(value.replace(",", ""))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise Usage(N_("{name}: {value} is not a number."), name=name, value=value)
    return number


def _purchase(word: str) -> Purchase:
    """`car=3x100000`: a name, how often, the price."""
    name, equals, rest = word.partition("=")
    count, times, price = rest.partition("x")
    if not (equals and times):
        raise Usage(N_("{word} is not of the form NAME=COUNTxPRICE, such as car=3x100000."), word=word)
    return Purchase(name, _decimal(name, count), _decimal(name, price))

"""The worksheet a salesperson follows: the workshop's own example to the cent, and every line adds up."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liuke.kernel.errors import Invalid
from liuke.value.worksheet import Purchase, Worksheet, annuity, fill_in

CARS = (Purchase("car", Decimal(3), Decimal(100_000)),)


def test_the_workshop_example_is_372_000_line_by_line() -> None:
    lines = fill_in(Worksheet(Decimal(2400), Decimal(30), CARS))
    assert [(line.said.text(), line.amount) for line in lines] == [
        ("2,400 a year × 30 years", Decimal(72_000)),
        ("car: 3 × 100,000", Decimal(300_000)),
        ("Lifetime value", Decimal(372_000)),
    ]


def test_margin_and_referrals_follow_the_purchases() -> None:
    lines = fill_in(Worksheet(Decimal(2400), Decimal(30), CARS, margin_share=Decimal("0.25"), referred=Decimal(2)))
    assert [line.amount for line in lines] == [72_000, 300_000, 372_000, 93_000, 186_000, 279_000]


def test_a_discount_is_shown_as_a_factor() -> None:
    """Annuity of 30 years at 8 %: (1 - 1.08**-30) / .08 = 11.25778, any table of annuities."""
    assert annuity(Decimal("0.08"), Decimal(30)) == Decimal("11.2578")
    lines = fill_in(Worksheet(Decimal(2400), Decimal(30), CARS, discount=Decimal("0.08")))
    assert lines[0].amount == Decimal("27018.72")
    assert lines[1].said.fields["factor"] == Decimal("0.3753")
    assert lines[-1].amount == lines[0].amount + lines[1].amount


@given(
    yearly=st.decimals(0, 10**6, places=2),
    years=st.integers(0, 60),
    price=st.decimals(0, 10**6, places=2),
    count=st.integers(0, 20),
    share=st.decimals(0, 1, places=2),
    referred=st.integers(0, 5),
)
def test_the_last_line_is_the_sum_of_what_it_stands_on(
    yearly: Decimal, years: int, price: Decimal, count: int, share: Decimal, referred: int
) -> None:
    sheet = Worksheet(
        yearly, Decimal(years), (Purchase("machine", Decimal(count), price),), share, referred=Decimal(referred)
    )
    lines = fill_in(sheet)
    bought = lines[0].amount + lines[1].amount
    assert bought == yearly * years + price * count
    assert abs(lines[-1].amount - bought * share * (1 + referred)) <= Decimal("0.01") * (1 + referred)


@pytest.mark.parametrize(
    "sheet",
    [
        Worksheet(Decimal(-1), Decimal(3)),
        Worksheet(Decimal(1), Decimal(3), margin_share=Decimal(2)),
        Worksheet(Decimal(1), Decimal(3), (Purchase("car", Decimal(-1), Decimal(5)),)),
    ],
)
def test_an_answer_that_cannot_be_is_named(sheet: Worksheet) -> None:
    with pytest.raises(Invalid):
        fill_in(sheet)

"""Figures as people read them in each language: 23.4 万 or ¥234k, a true minus sign, ranges, dates.

Values that change with the language are objects whose text is made when they are shown, so that one sentence with its
fields can be said in either language.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from liuke.kernel.amounts import MINUS, Money, currency_word, percent, symbol
from liuke.kernel.i18n import language
from liuke.kernel.said import Wordings, printable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

__all__ = [
    "MINUS",
    "Money",
    "Scale",
    "count",
    "currency_word",
    "exact",
    "full",
    "month_of",
    "nearly",
    "percent",
    "printable",
    "scale_for",
    "signed",
    "span_text",
    "symbol",
]


def full(value: Decimal | float) -> str:
    """An amount with both decimals: 1,234.50, minus as U+2212."""
    text = f"{abs(value):,.2f}"
    return f"{MINUS}{text}" if value < 0 and Decimal(text.replace(",", "")) != 0 else text


def minus(text: str) -> str:
    """A number's text with the minus of print; nothing is less than nothing that reads as 0."""
    if not text.startswith("-"):
        return text
    return f"{MINUS}{text[1:]}" if text.strip("-0,.") else text[1:]


def joined(texts: Iterable[str]) -> str:
    """Several texts listed as the language in force lists."""
    return ("、" if language() == "zh" else ", ").join(texts)


def exact(value: Decimal | int) -> str:
    """An amount with every decimal it has, two at least: 9,747,747.934."""
    number = Decimal(value)
    places = max(-int(number.as_tuple().exponent), 2)
    return f"{MINUS if number < 0 else ''}{abs(number):,.{places}f}"


def count(value: int | float) -> str:
    """A whole number with thousands separated."""
    return f"{abs(value):,.0f}" if value >= 0 else f"{MINUS}{abs(value):,.0f}"


def nearly(value: float) -> str:
    """An expected number: whole from ten on, with a tenth below."""
    return count(value) if value >= 9.95 else f"{value:.1f}"


def signed(value: int | float | Decimal, digits: int = 0) -> str:
    """A change with its sign: +148, −41, 0."""
    text = f"{abs(value):,.{digits}f}"
    if float(text.replace(",", "")) == 0:
        return text
    return f"{'+' if value > 0 else MINUS}{text}"


def span_text(low: float, high: float) -> str:
    """A range of shares: 55–79%; one share where both ends read the same."""
    ends = [f"{share * 100:.0f}" for share in (low, high)]
    return percent(low) if ends[0] == ends[1] else f"{ends[0]}–{ends[1]}%"


@dataclass(frozen=True)
class Scale:
    """How the amounts of one table column are written, so that they line up: the unit stands in the header."""

    currency: str
    zh_divisor: int
    en_divisor: int

    @property
    def unit(self) -> Wordings:
        """The header's unit: 万元 or ¥k."""
        zh = {1: "", 10_000: "万", 100_000_000: "亿"}[self.zh_divisor]
        en = {1: "", 1000: "k", 1_000_000: "M"}[self.en_divisor]
        return Wordings(f"{zh}{currency_word(self.currency)}", f"{symbol(self.currency).strip()}{en}")

    @property
    def divisor(self) -> int:
        """What one of the unit is, in the language in force."""
        return self.zh_divisor if language() == "zh" else self.en_divisor

    def of(self, value: Decimal | float) -> Wordings:
        """The amount in the column's unit."""
        return Wordings(_scaled(value, self.zh_divisor), _scaled(value, self.en_divisor))

    def signed(self, value: Decimal | float) -> Wordings:
        """The same of a change, with its sign."""
        plain = self.of(value)
        plus = float(value) > 0 and any(char in "123456789" for char in plain.en)
        return Wordings(f"+{plain.zh}", f"+{plain.en}") if plus else plain


def _scaled(value: Decimal | float, divisor: int) -> str:
    number = float(value) / divisor
    text = f"{abs(number):,.{0 if divisor == 1 else 1}f}"
    return f"{MINUS}{text}" if number < 0 and float(text.replace(",", "")) != 0 else text


def scale_for(values: Iterable[Decimal | float], currency: str) -> Scale:
    """The unit that suits the middle value of a column."""
    sizes = sorted(abs(float(v)) for v in values)
    middle = sizes[len(sizes) // 2] if sizes else 0.0
    return Scale(currency, 10_000 if middle >= 10_000 else 1, 1000 if middle >= 10_000 else 1)


def month_of(day: date) -> Wordings:
    """The month of a day in words: 2026 年 10 月, Oct 2026."""
    return Wordings(f"{day.year}\u00a0年\u00a0{day.month}\u00a0月", f"{day:%b} {day.year}")

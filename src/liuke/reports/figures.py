"""Figures as people read them in each language: 23.4 万 or ¥234k, a true minus sign, ranges, dates.

Values that change with the language are objects whose text is made when they are shown, so that one sentence with its
fields can be said in either language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from liuke.kernel.i18n import language, translate
from liuke.kernel.message import unpack

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

MINUS = "\u2212"
SYMBOLS = {
    "CNY": "¥", "RMB": "¥", "GBP": "£", "USD": "$", "EUR": "€", "HKD": "HK$", "JPY": "¥", "TWD": "NT$", "SGD": "S$",
    "KRW": "₩",
}  # fmt: skip
CURRENCY_WORDS = {  # the word after a number in Chinese text
    "CNY": "元", "RMB": "元", "GBP": "英镑", "USD": "美元", "EUR": "欧元", "HKD": "港元", "JPY": "日元",
    "TWD": "新台币", "SGD": "新加坡元", "KRW": "韩元",
}  # fmt: skip


def symbol(currency: str) -> str:
    """The sign before an amount in English: `¥`, `£`, or the code and a space."""
    return SYMBOLS.get(currency.upper(), f"{currency} ") if currency else ""


def currency_word(currency: str) -> str:
    """The unit after an amount in Chinese: 元, 英镑, or the code itself."""
    return CURRENCY_WORDS.get(currency.upper(), currency) if currency else ""


def significant(value: float, digits: int = 3) -> str:
    """A positive number below a thousand with so many digits at least: 1.28, 23.4, 214, 8,686."""
    whole = len(str(int(value)))
    return f"{value:,.{max(digits - whole, 0)}f}"


@dataclass(frozen=True)
class Money:
    """An amount in currency units; its text is rounded for reading (`full` keeps the cents)."""

    value: Decimal
    currency: str = ""

    def __str__(self) -> str:
        return self._chinese() if language() == "zh" else self._english()

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def _chinese(self) -> str:
        sign, size = (MINUS if self.value < 0 else ""), abs(float(self.value))
        word = currency_word(self.currency)
        tail = "" if word == "元" else word
        if size >= 99_950_000:
            return f"{sign}{significant(size / 1e8)}\u00a0亿{tail}"
        if size >= 10_000:
            return f"{sign}{significant(size / 1e4)}\u00a0万{tail}"
        return f"{sign}{size:,.0f}" + (f"\u00a0{word}" if word else "")

    def _english(self) -> str:
        sign, size = (MINUS if self.value < 0 else ""), abs(float(self.value))
        unit = symbol(self.currency)
        for bound, scale, letter in ((999_500_000, 1e9, "B"), (999_500, 1e6, "M"), (10_000, 1e3, "k")):
            if size >= bound:
                return f"{sign}{unit}{significant(size / scale)}{letter}"
        return f"{sign}{unit}{size:,.0f}"


@dataclass(frozen=True)
class Both:
    """A short text with its two wordings, for data whose wording the catalogue can't hold."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.zh if language() == "zh" else self.en

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


@dataclass(frozen=True)
class Word:
    """A msgid used as a field of another sentence: put into the language in force when shown."""

    message: str

    def __str__(self) -> str:
        return translate(self.message)

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


@dataclass(frozen=True)
class Words:
    """Several msgids as one field: put into the language in force and listed as it lists; "-" for none."""

    messages: tuple[str, ...]

    def __str__(self) -> str:
        return ("、" if language() == "zh" else ", ").join(translate(each) for each in self.messages) or "-"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


@dataclass(frozen=True)
class Told:
    """A text given in each language, by its code: shown in the one in force."""

    texts: Mapping[str, str]

    def __str__(self) -> str:
        return printable(self.texts[language()])

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


def field(value: object) -> object:
    """A field of a reason as it is read: exact amounts shortened, idle decimals dropped, all else as it came."""
    if isinstance(value, dict):
        return Told(value)
    if isinstance(value, Decimal):
        return Money(value) if value.as_tuple().exponent == -2 else f"{value:,}"
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return printable(value) if isinstance(value, str) else value


def fields(packed: str | None) -> dict[str, object]:
    """The fields of a packed message, ready to be read."""
    return {name: field(value) for name, value in unpack(packed).items()}


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


def signed(value: int | float | Decimal, digits: int = 0) -> str:
    """A change with its sign: +148, −41, 0."""
    text = f"{abs(value):,.{digits}f}"
    if float(text.replace(",", "")) == 0:
        return text
    return f"{'+' if value > 0 else MINUS}{text}"


def percent(value: float, digits: int = 0) -> str:
    """A share as percent: 68%, 15.3%; >99% and <1% where rounding would say all or nothing."""
    if 0 < value < 1 and round(value * 100, digits) in (0, 100):
        step = 10.0**-digits
        return f"<{step:.{digits}f}%" if value < 0.5 else f">{100 - step:.{digits}f}%"
    text = f"{abs(value) * 100:.{digits}f}%"
    return f"{MINUS}{text}" if value < 0 and float(text[:-1]) != 0 else text


def span(low: float, high: float) -> str:
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
    def unit(self) -> Both:
        """The header's unit: 万元 or ¥k."""
        zh = {1: "", 10_000: "万", 100_000_000: "亿"}[self.zh_divisor]
        en = {1: "", 1000: "k", 1_000_000: "M"}[self.en_divisor]
        return Both(f"{zh}{currency_word(self.currency)}", f"{symbol(self.currency).strip()}{en}")

    def of(self, value: Decimal | float) -> Both:
        """The amount in the column's unit."""
        return Both(_scaled(value, self.zh_divisor), _scaled(value, self.en_divisor))


def _scaled(value: Decimal | float, divisor: int) -> str:
    number = float(value) / divisor
    text = f"{abs(number):,.{0 if divisor == 1 else 1}f}"
    return f"{MINUS}{text}" if number < 0 and float(text.replace(",", "")) != 0 else text


def scale_for(values: Iterable[Decimal | float], currency: str) -> Scale:
    """The unit that suits the middle value of a column."""
    sizes = sorted(abs(float(v)) for v in values)
    middle = sizes[len(sizes) // 2] if sizes else 0.0
    return Scale(currency, 10_000 if middle >= 10_000 else 1, 1000 if middle >= 10_000 else 1)


def month_of(day: date) -> Both:
    """The month of a day in words: 2026 年 10 月, Oct 2026."""
    return Both(f"{day.year}\u00a0年\u00a0{day.month}\u00a0月", f"{day:%b} {day.year}")


CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def printable(text: str) -> str:
    """Text from documents without the control characters no reader can show."""
    return CONTROL.sub("", text)

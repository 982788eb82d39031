"""Amounts and shares as fields of a sentence: what is stored is the number, what is read depends on the language."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from liuke.kernel.i18n import language

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


def percent(value: float, digits: int = 0) -> str:
    """A share as percent: 68%, 15.3%; >99% and <1% where rounding would say all or nothing."""
    if 0 < value < 1 and round(value * 100, digits) in (0, 100):
        step = 10.0**-digits
        return f"<{step:.{digits}f}%" if value < 0.5 else f">{100 - step:.{digits}f}%"
    text = f"{abs(value) * 100:.{digits}f}%"
    return f"{MINUS}{text}" if value < 0 and float(text[:-1]) != 0 else text


@dataclass(frozen=True)
class Money:
    """An amount in currency units, rounded for reading; no currency where nobody knows it yet (`with_currency`)."""

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


def change_share(value: float) -> Share:
    """A change as a share, with a tenth of a percent where whole percents would hide which way it goes."""
    return Share(value, 0 if round(abs(value), 2) else 1)


@dataclass(frozen=True)
class Share:
    """A part of a whole, 0 to 1, read as percent with so many digits after the point."""

    value: float
    digits: int = 0

    def __str__(self) -> str:
        return percent(self.value, self.digits)

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

"""What each column of a file means, as a value and as a small TOML file people can correct."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from liuke.kernel.errors import Invalid, NotFound
from liuke.kernel.i18n import N_
from liuke.kernel.kinds import KINDS
from liuke.kernel.said import Said
from liuke.kernel.toml_file import NotToml, parsed
from liuke.sources.paths import shown

if TYPE_CHECKING:
    import collections.abc
    from pathlib import Path

    from liuke.kernel.contract import Column, Contract

SECTIONS = ("table", "headers", "columns", "guessed", "options", "kinds", "words", "rates", "plan", "answers")
MEANINGS = ("count", "aside", *KINDS, "plus", "minus")  # what a row is whose cell holds a word
ANY = "*"  # stands for every filled cell of a column whose word is not named itself
BLANK, ABOVE = "", "above"  # a blank cell is the word of its document's first line, where words stand only there
ALLOWED: dict[str, tuple[str, ...]] = {
    "date_order": ("ymd", "dmy", "mdy"),
    "kind": KINDS,
    "tax": ("exclusive", "inclusive", "subtract"),  # or a rate such as 0.13
    "decimal": ("point", "comma"),
    "credit": ("minus", "plus"),  # what CR beside an amount makes of it
    "months": ("refuse", "end", "first"),  # the day of a month that stands without one
    "real_days": ("kept", "turned"),  # days and months a spreadsheet has changed over
    "discount": ("share_off", "percent_off", "share_paid", "percent_paid", "amount_off"),
    "returns": ("negative", "positive"),
    "labels": ("own", "above"),  # a blank customer: none, or the one above
    "document_total": ("each", "once"),  # an amount repeated on all lines of a document
    "document_heads": ("lines", "aside"),  # rows that look like totals of documents
    "price": ("unit", "line"),  # what the price column holds
    "blank_amounts": ("worked_out", "unusable", "of_document"),
    "sides": ("net", "first", "turned", "second"),  # of debit and credit: which are sales, what the other holds
    "refunds": ("apart", "off"),  # money given back: still to be taken off as returns, or taken off already
}
OTHER_OPTIONS = ("unit", "heading_row", "currency", "cancelled", "guests")
SMALLEST = Decimal("1e-9")  # of a unit and of a rate; the largest is as many times one
BY_HAND = N_("set by you")
ANSWERED = N_("answered by you")
GUESSED = N_("taken by Liuke at an earlier load")


@dataclass(frozen=True)
class Match:
    """The header a canonical column is read from, and why."""

    header: str
    why: Said = field(default_factory=lambda: Said(BY_HAND))


@dataclass(frozen=True)
class Rate:
    """One unit of `currency` is `rate` units of the firm's currency from a day on."""

    currency: str
    from_on: date
    rate: Decimal


@dataclass(frozen=True)
class Mapping:
    """Canonical column or input -> header, and the options that say how to read the values.

    `unit` multiplies every amount (10000 where the file counts in 万元). `returns` is `positive` where amounts of
    returns are written without a minus. `blank_amounts` is `of_document` where the amount stands on the first line of a
    document alone and its lines are quantity x price. `tax` tells what the amount column holds; a rate takes that tax
    off. `headers` are all columns the source has had so far, used or not. `words` say by header what a row is whose
    cell holds a word: one of `MEANINGS`; a word not named counts. `guests` is the header that tells customers apart
    whose code is a word set aside.
    """

    table: str
    columns: dict[str, Match]
    date_order: str = "ymd"
    kind: str | None = None
    kinds: dict[str, str] = field(default_factory=dict)
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    tax: str = "exclusive"
    decimal: str = "point"
    credit: str = "minus"
    months: str = "refuse"
    real_days: str = "kept"
    unit: Decimal = Decimal(1)
    discount: str = "share_off"
    returns: str = "negative"
    labels: str = "own"
    document_total: str = "each"
    document_heads: str = "lines"
    price: str = "unit"
    sides: str | None = None
    refunds: str | None = None
    heading_row: int | None = None  # the row that names the columns, where somebody said so
    blank_amounts: str = "worked_out"
    cancelled: tuple[str, ...] = ()
    guests: str | None = None
    currency: str | None = None
    rates: tuple[Rate, ...] = ()
    headers: tuple[str, ...] = ()

    def header(self, name: str) -> str | None:
        """The header a canonical column or input is read from."""
        match = self.columns.get(name)
        return match.header if match else None

    def with_column(self, name: str, header: str, why: Said) -> Mapping:
        """The mapping with one column read from another header."""
        others = {k: v for k, v in self.columns.items() if k != name and v.header != header}
        return replace(self, columns={**others, name: Match(header, why)})

    def with_words(self, header: str, words: collections.abc.Mapping[str, str]) -> Mapping:
        """The mapping with the meanings of some words of one column."""
        return replace(self, words={**self.words, header: {**self.words.get(header, {}), **words}})

    def reads(self, name: str) -> bool:
        """Whether a canonical column can be read: an amount also from one with tax, or from quantity and price."""
        made = "amount_with_tax" in self.columns or {"quantity", "unit_price"} <= self.columns.keys()
        return name in self.columns or (name == "amount" and made)

    def needed(self, required: collections.abc.Iterable[str]) -> set[str]:
        """The headers without which a table can't be read: of required columns, and of what the amount is made from."""
        names = set(required)
        if "amount" in names and "amount" not in self.columns:
            gross = "amount_with_tax" in self.columns
            names |= {"amount_with_tax", "tax"} if gross else {"quantity", "unit_price", "discount"}
        names |= {"other_side", "refund"} if "amount" in names else set()
        return {self.columns[name].header for name in names if name in self.columns}

    def within(self, headers: collections.abc.Collection[str]) -> Mapping:
        """The mapping for a table that has only these headers."""
        kept = {name: match for name, match in self.columns.items() if match.header in headers}
        return self if len(kept) == len(self.columns) else replace(self, columns=kept)

    def reads_like(self, other: Mapping) -> bool:
        """Whether both read the same from the same file, whatever their reasons."""
        mine, others = ({name: match.header for name, match in each.columns.items()} for each in (self, other))
        return mine == others and replace(self, columns={}, headers=()) == replace(other, columns={}, headers=())

    def to_toml(self) -> str:
        """The mapping file: columns first, then the options in force, with a comment saying what may be written."""
        lines = ["# liuke mapping: canonical column = header in the file", f"table = {quoted(self.table)}"]
        if self.headers:
            lines.append(f"headers = [{', '.join(map(quoted, self.headers))}]  # all columns so far, used or not")
        lines.append("")
        lines += ["[columns]", *(f"{name} = {quoted(match.header)}" for name, match in self.columns.items()), ""]
        guessed = {
            name: match.header for name, match in self.columns.items() if match.why.message not in (BY_HAND, ANSWERED)
        }
        if guessed:
            lines.append("[guessed]  # what Liuke took by itself; a column above that differs was set by hand")
            lines += [*(f"{name} = {quoted(header)}" for name, header in guessed.items()), ""]
        lines.append("[options]")
        for name, allowed in ALLOWED.items():
            value = getattr(self, name)
            if value is not None:
                rate = " or a rate such as 0.13" if name == "tax" else ""
                lines.append(f"{name} = {quoted(value)}  # {', '.join(allowed)}{rate}")
        lines.append(f'unit = "{self.unit}"  # what one unit of the amount column is worth, 10000 for 万元')
        if self.heading_row is not None:
            lines.append(f"heading_row = {self.heading_row}  # the row that names the columns")
        if self.currency:
            lines.append(f"currency = {quoted(self.currency)}  # the firm's own")
        if self.guests:
            lines.append(f"guests = {quoted(self.guests)}  # tells apart the customers whose code is set aside")
        if self.cancelled:
            lines.append(f"cancelled = [{', '.join(map(quoted, self.cancelled))}]  # values that mean cancelled")
        if self.kinds:
            lines += ["", "[kinds]", *(f"{quoted(word)} = {quoted(kind)}" for word, kind in self.kinds.items())]
        for header, words in self.words.items():
            lines += ["", f"[words.{quoted(header)}]  # {', '.join(MEANINGS)}"]
            lines += [f"{quoted(word)} = {quoted(meaning)}" for word, meaning in words.items()]
        for rate_ in self.rates:
            lines += ["", "[[rates]]", f"currency = {quoted(rate_.currency)}", f"from_on = {rate_.from_on}"]
            lines.append(f'rate = "{rate_.rate}"')
        return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """The text as TOML writes it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda c: f"\\u{ord(c.group()):04x}", escaped) + '"'


class _Checker:
    """Reads a mapping file and refuses with the line at fault and a proposal."""

    def __init__(self, text: str, origin: str) -> None:
        self.lines = text.splitlines()
        self.origin = origin

    def line_of(self, key: str) -> int:
        plain, in_quotes = re.escape(key), re.escape(quoted(key))
        pattern = re.compile(rf"^\s*(\[+\s*)?({plain}|{in_quotes}|'{plain}')\s*(=|\]|$)")
        return next((n for n, line in enumerate(self.lines, 1) if pattern.match(line)), 1)

    def refuse(self, key: str, found: object, allowed: collections.abc.Iterable[str]) -> Invalid:
        have = list(allowed)
        near = difflib.get_close_matches(str(found), have, 1, 0.5)
        return Invalid(
            N_("{file}, line {row}: {found} is not known here."),
            fix=N_("Did you mean {near}? Allowed: {have}.") if near else N_("Allowed: {have}."),
            file=self.origin,
            row=self.line_of(key),
            found=repr(found),
            near=near[0] if near else "",
            have=", ".join(have),
        )


def read_mapping(path: Path, contract: Contract, inputs: collections.abc.Mapping[str, Column]) -> Mapping:
    """The mapping of a file; refused in its name where it is not there, no text, or not what a mapping is."""
    name = shown(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (FileNotFoundError, ValueError) as error:
        if isinstance(error, UnicodeDecodeError):
            raise Invalid(
                N_("{file} is not in UTF-8: byte {place} can't be read."),
                fix=N_("Save it as UTF-8 and load again."),
                file=name,
                place=error.start + 1,
            ) from error
        raise NotFound(N_("There is no mapping file {path}."), path=name) from error
    except OSError as error:
        raise Invalid(
            N_("{file} can't be read: {said}"),
            fix=N_("Name a mapping file that you may read."),
            file=name,
            said=error.strerror or str(error),
        ) from error
    mapping = from_toml(text, contract, inputs, origin=path.name)
    lacking = [required for required in contract.required if not mapping.reads(required)]
    if lacking:
        raise Invalid(
            N_("{file} names no column for {name}."),
            fix=N_('Write {name} = "header" under [columns], or remove the file to have the columns looked at anew.'),
            file=name,
            name=lacking[0],
        )
    return mapping


def heading_row_in(path: Path) -> int | None:
    """The row a mapping file says names the columns; None where it says none, or is none: its reading refuses it."""
    try:
        row = parsed(path.read_bytes().decode("utf-8-sig")).get("options", {}).get("heading_row")
    except (OSError, ValueError, AttributeError):
        return None
    return row if isinstance(row, int) else None


def from_toml(
    text: str,
    contract: Contract,
    inputs: collections.abc.Mapping[str, Column],
    *,
    origin: str = "mapping",
    headers: collections.abc.Sequence[str] | None = None,
) -> Mapping:
    """The mapping of a file; refused with the offending line. `headers`, when given, are checked as well."""
    checker = _Checker(text, origin)
    try:
        data = parsed(text)
    except NotToml as error:
        raise Invalid(
            N_("{file} is not valid TOML: {said}."),
            fix=N_('Each line is: name = "header". Text stands in quotation marks.'),
            file=origin,
            said=error.said,
        ) from error
    for key in data:
        if key not in SECTIONS:
            raise checker.refuse(key, key, SECTIONS)
    if data.get("table", contract.table) != contract.table:
        raise checker.refuse("table", data["table"], (contract.table,))
    for key in ("plan", "answers"):  # of a saved plan, which is a mapping file too
        _table(checker, data, key)
    known = (*contract.columns, *inputs)
    guessed = _table(checker, data, "guessed")
    columns: dict[str, Match] = {}
    for name, header in _table(checker, data, "columns").items():
        if name not in known:
            raise checker.refuse(name, name, known)
        if not isinstance(header, str) or (headers is not None and header not in headers):
            raise checker.refuse(name, header, headers or ())
        columns[name] = Match(header, Said(GUESSED if guessed.get(name) == header else BY_HAND))
    kinds = _table(checker, data, "kinds")
    for word, kind in kinds.items():
        if kind not in KINDS:
            raise checker.refuse(word, kind, KINDS)
    return Mapping(
        table=contract.table,
        columns=columns,
        kinds={word: str(kind) for word, kind in kinds.items()},
        words=_words(checker, data),
        rates=_rates(checker, data.get("rates", [])),
        headers=_texts(checker, data, "headers"),
        **_options(checker, _table(checker, data, "options")),  # type: ignore[arg-type]
    )


def _table(checker: _Checker, data: dict[str, object], key: str) -> dict[str, object]:
    found = data.get(key, {})
    if not isinstance(found, dict):
        raise checker.refuse(key, found, (f"[{key}]",))
    return found


def _words(checker: _Checker, data: dict[str, object]) -> dict[str, dict[str, str]]:
    given = _table(checker, data, "words")
    found: dict[str, dict[str, str]] = {}
    for header in given:
        words = _table(checker, given, header)
        for word, meaning in words.items():
            if meaning not in MEANINGS and (word, meaning) != (BLANK, ABOVE):
                raise checker.refuse(word, meaning, MEANINGS)
        found[header] = {word: str(meaning) for word, meaning in words.items()}
    return found


def _texts(checker: _Checker, data: dict[str, object], key: str) -> tuple[str, ...]:
    found = data.get(key, [])
    if not isinstance(found, list) or not all(isinstance(text, str) for text in found):
        raise checker.refuse(key, found, (f'{key} = ["…", "…"]',))
    return tuple(found)


def _options(checker: _Checker, given: dict[str, object]) -> dict[str, object]:
    options: dict[str, object] = {}
    for name, value in given.items():
        if name not in (*ALLOWED, *OTHER_OPTIONS):
            raise checker.refuse(name, name, (*ALLOWED, *OTHER_OPTIONS))
        if name == "unit":
            options[name] = _decimal(checker, name, value)
        elif name == "heading_row":
            if not isinstance(value, int) or isinstance(value, bool) or value < 1:
                raise checker.refuse(name, value, ("1", "2", "5"))
            options[name] = value
        elif name in ("currency", "guests"):
            if not isinstance(value, str):
                raise checker.refuse(name, value, ("CNY", "USD", "EUR") if name == "currency" else ('"header"',))
            options[name] = value
        elif name == "cancelled":
            values = value if isinstance(value, list) else [value]
            if not all(isinstance(each, (str, int, float)) for each in values):
                raise checker.refuse(name, value, ('cancelled = ["…", "…"]',))
            options[name] = tuple(map(str, values))
        else:
            text = str(value)
            if text not in ALLOWED[name] and not (name == "tax" and is_rate(text)):
                raise checker.refuse(name, value, ALLOWED[name])
            options[name] = text
    return options


def is_rate(text: str) -> bool:
    """Whether a text is a tax rate as a share, such as 0.13."""
    return bool(re.fullmatch(r"0?\.\d{1,4}|0", text))


def _decimal(checker: _Checker, key: str, value: object) -> Decimal:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise checker.refuse(key, value, ("1", "1000", "10000")) from None
    if not number.is_finite() or not SMALLEST <= number <= 1 / SMALLEST:
        raise checker.refuse(key, value, ("1", "1000", "10000"))
    return number


def _rates(checker: _Checker, given: object) -> tuple[Rate, ...]:
    rates = []
    for row in given if isinstance(given, list) else [given]:
        if not isinstance(row, dict) or {"currency", "from_on", "rate"} != set(row):
            raise checker.refuse("rates", row, ("currency, from_on, rate",))
        day = row["from_on"]
        if not isinstance(day, date) or isinstance(day, datetime):
            raise checker.refuse("from_on", day, ("2026-01-31",))
        if not isinstance(row["currency"], str):
            raise checker.refuse("currency", row["currency"], ("USD", "EUR"))
        rates.append(Rate(row["currency"].upper(), day, _decimal(checker, "rate", row["rate"])))
    return tuple(sorted(rates, key=lambda r: (r.currency, r.from_on)))

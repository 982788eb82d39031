"""How a file's numbers are written: decided once, from all its numbers and what else tells its locale; else asked."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.sources.cell_text import half_width
from liuke.sources.headers import tokens
from liuke.sources.number_text import SIDE, one_way
from liuke.sources.numbers import read_numbers
from liuke.sources.table import SAMPLE_ROWS, Choice, Question

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from liuke.kernel.contract import Contract
    from liuke.sources.looks import Looks
    from liuke.sources.mapping import Mapping
    from liuke.sources.table import RawTable

LOCALES = Path(__file__).parent / "vocabulary" / "locales.toml"
SHOWN = 4
MANY = 10  # distinct numbers whose one sign always has three digits behind it: a decimal sign would not
POINTED_DAY = r"^\d{1,2}\.\d{1,2}\.(\d{4}|\d{2})(\s.*)?$"


@dataclass(frozen=True)
class NumberEvidence:
    """Cells only a decimal point, or only a decimal comma, makes numbers, and those that are other numbers under each.

    `pointed` and `commaed` are the open ones by their sign; `small` and `large` tell whether the same column has whole
    numbers below and above a thousand without any sign.
    """

    point: tuple[str, ...] = ()
    comma: tuple[str, ...] = ()
    pointed: tuple[str, ...] = ()
    commaed: tuple[str, ...] = ()
    small: bool = False
    large: bool = False

    def __add__(self, other: NumberEvidence) -> NumberEvidence:
        def first(mine: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(dict.fromkeys(mine + others))[:MANY]

        return NumberEvidence(
            first(self.point, other.point),
            first(self.comma, other.comma),
            first(self.pointed, other.pointed),
            first(self.commaed, other.commaed),
            self.small or other.small,
            self.large or other.large,
        )

    @property
    def open(self) -> tuple[str, ...]:
        """Cells that are one number with a decimal point and another with a decimal comma."""
        return self.pointed + self.commaed

    @property
    def proven(self) -> bool:
        """Whether any cell leaves only one way."""
        return bool(self.point or self.comma)


def number_evidence(raw: pl.Series) -> NumberEvidence:
    """What the cells of one column say of its decimal sign."""
    if raw.dtype != pl.String:
        return NumberEvidence()
    cells = raw.drop_nulls().unique(maintain_order=True)
    point, comma = (read_numbers(cells, decimal, rate=True).value for decimal in ("point", "comma"))
    frame = pl.DataFrame({"t": cells, "p": point, "c": comma})
    both = pl.col("p").is_not_null() & pl.col("c").is_not_null()

    def some(which: pl.Expr) -> tuple[str, ...]:
        return tuple(frame.filter(which)["t"].head(MANY).to_list())

    apart = both & (pl.col("p") != pl.col("c"))
    pointed = apart & (pl.col("p").abs() < pl.col("c").abs())
    whole = frame.filter(both & (pl.col("p") == pl.col("c")) & ~pl.col("t").str.contains(r"[.,' ’\u00a0\u202f]"))
    opened = bool(frame.select(apart.any()).item())
    return NumberEvidence(
        some(pl.col("p").is_not_null() & pl.col("c").is_null()),
        some(pl.col("c").is_not_null() & pl.col("p").is_null()),
        some(pointed),
        some(apart & ~pointed),
        opened and bool((whole["p"].abs() < 1000).any()),
        opened and bool((whole["p"].abs() >= 1000).any()),
    )


def number_form(
    mapping: Mapping,
    contract: Contract,
    table: RawTable,
    looks: Looks,
    questions: list[Question],
    notes: list[Said],
) -> Mapping:
    """The mapping with the decimal sign and the sign of CR set; what the file leaves open is asked."""
    headers = _numeric(mapping, contract, table)
    mapping = _decimal(mapping, headers, table, looks, questions, notes)
    return _credit(mapping, headers, table, questions, notes)


def _numeric(mapping: Mapping, contract: Contract, table: RawTable) -> list[str]:
    """The text columns numbers are read from."""
    sample, found = table.sample(), []
    for name, match in mapping.columns.items():
        column = contract.columns.get(name)
        if (column.type if column else NUMBER_INPUTS.get(name)) not in ("money", "number"):
            continue
        if match.header in sample.columns and sample[match.header].dtype == pl.String:
            found.append(match.header)
    return found


NUMBER_INPUTS = dict.fromkeys(("unit_price", "discount", "amount_with_tax", "tax", "other_side", "refund"), "number")


def _decimal(
    mapping: Mapping,
    headers: list[str],
    table: RawTable,
    looks: Looks,
    questions: list[Question],
    notes: list[Said],
) -> Mapping:
    evidence = _sum(number_evidence(table.sample()[header]) for header in headers)
    if not evidence.proven and headers and table.sample().height >= SAMPLE_ROWS:
        for batch in table.batches():
            evidence = _sum((evidence, *(number_evidence(batch[header]) for header in headers)))
    others = NumberEvidence()
    if not evidence.proven:
        free = [h for h, _ in looks.of_numbers() if h not in headers]
        others = _sum(number_evidence(table.sample()[header]) for header in free)
    sign = _sign(evidence, others, lambda: _comma_land(table, looks))
    if sign is not None:
        if evidence.open and not evidence.proven and sign == "comma":
            said = N_("A point in numbers parts thousands: {values} are thousands. Change it with --decimal.")
            notes.append(Said(said, {"values": ", ".join(evidence.open[:SHOWN])}))
        return replace(mapping, decimal=sign)
    questions.append(_which_sign(evidence, headers))
    return mapping


def _sum(parts: Iterable[NumberEvidence]) -> NumberEvidence:
    return sum(parts, NumberEvidence())


def _sign(evidence: NumberEvidence, others: NumberEvidence, comma_land: Callable[[], bool]) -> str | None:
    """The decimal sign of a file; None where nothing decides it."""
    if evidence.open and (evidence.proven or not (evidence.pointed and evidence.commaed)):
        return _proven(evidence) or (None if evidence.proven else _likely(evidence, others, comma_land))
    if evidence.open:
        return None
    if evidence.proven:
        return "comma" if len(evidence.comma) > len(evidence.point) else "point"
    return "comma" if _proven(others) == "comma" else "point"


def _proven(evidence: NumberEvidence) -> str | None:
    if bool(evidence.point) == bool(evidence.comma):
        return None
    return "point" if evidence.point else "comma"


def _likely(evidence: NumberEvidence, others: NumberEvidence, comma_land: Callable[[], bool]) -> str | None:
    """The decimal sign where every number could be read with either: by grouping, other columns, the locale."""
    thousands = "comma" if evidence.pointed else "point"  # the decimal sign, if the one in sight parts thousands
    if len(evidence.open) >= MANY and evidence.small and not evidence.large:
        return thousands
    if (sign := _proven(others)) is not None:
        return sign
    if evidence.commaed:
        return None if comma_land() else "point"
    return "comma" if not others.proven and comma_land() else None


def _comma_land(table: RawTable, looks: Looks) -> bool:
    """Whether headings or days are written as where numbers have a decimal comma."""
    words = {word for header in table.columns for word in tokens(header)}
    for word in _comma_words():
        if word in words or (word.endswith("*") and any(each.startswith(word[:-1]) for each in words)):
            return True
    sample = table.sample(200)
    return any(
        sample[header].dtype == pl.String and bool((sample[header].drop_nulls().str.contains(POINTED_DAY)).any())
        for header, look in looks.items()
        if look.dates >= 0.9
    )


@cache
def _comma_words() -> tuple[str, ...]:
    return tuple(tomllib.loads(LOCALES.read_text("utf-8"))["comma"])


def _which_sign(evidence: NumberEvidence, headers: list[str]) -> Question:
    told: dict[str, object] = {"header": ", ".join(headers[:2]), "values": ", ".join(evidence.open[:SHOWN])}
    ask = Said(N_("Are {values} in {header} whole thousands, or has each three decimals? No value decides."), told)
    if evidence.proven:
        told["mixed"] = ", ".join(evidence.point[:2] + evidence.comma[:2])
        ask = Said(N_("{header} has decimal points in some rows and decimal commas in others: {mixed}. "
                      "Which is {values}?"), told)  # fmt: skip
    choices = (
        Choice("point", Said(N_("a decimal point: 1.234 is a little more than one, 1,234 is a thousand and more"))),
        Choice("comma", Said(N_("a decimal comma: 1.234 is a thousand and more, 1,234 is a little more than one"))),
    )
    return Question("decimal", ask, choices, "--decimal", None, ())


def _credit(
    mapping: Mapping, headers: list[str], table: RawTable, questions: list[Question], notes: list[Said]
) -> Mapping:
    """Which sign CR gives: minus, as in a customer's account, unless nearly all amounts are marked so."""
    given = debits = plain = 0
    shown: list[str] = []
    for header in headers:
        text = one_way(half_width(table.sample()[header].drop_nulls())).str.strip_chars()
        side = text.str.extract(rf"^({SIDE})\.?\s?[^a-z]|\(?({SIDE})\)?\.?$", 0).str.extract(rf"({SIDE})", 1)
        marked = side.is_in(["cr", "贷"]).fill_null(value=False)
        if not bool(marked.any()):
            continue
        shown += text.filter(marked).head(SHOWN - len(shown)).to_list()
        given += int(marked.sum())
        debits += int(side.is_in(["dr", "借"]).sum())
        plain += text.len() - int(side.is_not_null().sum())
    if not given:
        return mapping
    told: dict[str, object] = {"values": ", ".join(shown)}
    if given < 0.5 * (given + debits + plain):
        notes.append(Said(N_("Amounts marked CR are taken as minus: {values}."), told))
        return mapping
    ask = Said(N_("Most amounts are marked CR: {values}. Are those sales, or money given back?"), told)
    choices = (Choice("plus", Said(N_("sales: CR is plus"))), Choice("minus", Said(N_("given back: CR is minus"))))
    questions.append(Question("credit", ask, choices, "--answer", None, ()))
    return mapping

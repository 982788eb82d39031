"""Which canonical table a file is, by evidence: the names in its heading, and what file, sheet and title are called.

A name that is one table's alone weighs most. A list of customers, products or people is taken for one only where its
key comes once: a code that repeats beside money or days is a file of sales whose amount or date was not understood.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from liuke.kernel.contract import Column
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.sources.columns import by_names, codes_for_names, has_amount
from liuke.sources.headers import plain, tokens
from liuke.sources.looks import Looks
from liuke.sources.periods import FEWEST, is_period
from liuke.sources.profile import Profile

if TYPE_CHECKING:
    import collections.abc

    from liuke.kernel.contract import Contract
    from liuke.sources.table import RawTable

    Contracts = collections.abc.Mapping[str, Contract]
    Inputs = collections.abc.Mapping[str, Column]

SAMPLE = 1000
BY_TITLE, BY_PART = 1.5, 0.25  # weight of what a file is called, and of a name inside a longer one
FIRM = 1.0  # so much more evidence than any table that can be read makes one whose columns lack the one meant
CLOSE = 0.5  # nearer than that to each other, two tables are asked about
ALIKE = 0.15  # and nearer than that also where all that speaks for the one speaks for the other
COMES_ONCE = 0.97  # share of different keys in a list of customers, products or people
MONEY = re.compile(
    r"金额|销售额|货款|价款|总价|价格|合计|实付|实收|应付|应收|借方|贷方|净额|收入|amount|total|price|revenue|value|sales"
    r"|betrag|umsatz|preis|erlös|netto|brutto|montant|prix|ventes|importe|ventas|precio|importo|prezzo|bedrag|omzet|valor"
)
TEXT = Column("text", "")


@dataclass(frozen=True)
class Evidence:
    """How well one table fits: its weight, the headings that are its names, the title word, what it lacks."""

    table: str
    weight: float
    headers: tuple[str, ...]
    title: str
    lacking: tuple[str, ...]

    def why(self, contract: Contract) -> Said:
        """Why the file is taken for this table; without a sentence where nothing speaks for it."""
        told: dict[str, object] = {
            "table": self.table, "meaning": Said(contract.meaning), "headers": self.headers[:4], "title": self.title,
        }  # fmt: skip
        if self.headers and self.title:
            return Said(N_("Taken for {table} ({meaning}) because of {headers}, and of its name: {title}."), told)
        if self.headers:
            return Said(N_("Taken for {table} ({meaning}) because of {headers}."), told)
        return Said(N_("Taken for {table} ({meaning}) because of its name: {title}."), told) if self.title else Said("")


@dataclass(frozen=True)
class Found:
    """The table a file is with its evidence, and others that fit nearly as well: then somebody must say which."""

    best: Evidence
    rivals: tuple[Evidence, ...] = ()


def which_table(contracts: Contracts, table: RawTable, inputs: Inputs, lines: str) -> Found | None:
    """The canonical table a file is, `lines` being the table of sales; None where nothing speaks for any."""
    sample = table.sample(SAMPLE)
    looks = Looks(sample, table.columns)
    owners = _owners(contracts, inputs, lines, table.columns)
    all_evidence = {
        name: _evidence(contract, inputs if name == lines else {}, table, looks, owners)
        for name, contract in contracts.items()
    }
    sales = all_evidence[lines]
    readable = [
        each
        for each in all_evidence.values()
        if not each.lacking
        and each.weight > 0
        and (
            each is sales
            or not (sales.lacking or each.weight >= sales.weight)
            or not _is_sales(each, sales, contracts[each.table], looks, owners)
        )
    ]
    meant = max(all_evidence.values(), key=lambda each: (each.weight, each.table == lines))
    doubted = meant is not sales and _doubtful(meant, sales, contracts[meant.table], looks, owners)
    if not readable:
        told = Found(meant, (sales,)) if doubted and sales.weight > 0 else Found(meant)
        return (told if meant.lacking else Found(sales)) if meant.weight >= FIRM else None
    best = max(readable, key=lambda each: each.weight + CLOSE * (each.table == lines))
    if meant.lacking and meant.weight >= best.weight + FIRM and _own(meant, owners) >= 2:
        return Found(meant, (sales,)) if doubted else Found(meant)
    least = best.weight + (0.01 if best.table == lines else -CLOSE)
    rivals = [each for each in readable if each is not best and each.weight >= least]
    sure = best.table == lines or _own(best, owners) > 0 or best.title
    alike = best.weight - (0 if sure else ALIKE)
    if best is not sales and sales not in rivals and _doubtful(best, sales, contracts[best.table], looks, owners):
        return Found(best, (sales,))
    return Found(best, tuple(e for e in rivals if set(e.headers) - set(best.headers) or e.weight > alike))


def _owners(contracts: Contracts, inputs: Inputs, lines: str, headers: list[str]) -> dict[str, set[str]]:
    """The tables of which each header is exactly a name."""
    names = {
        name: {
            plain(each)
            for c in (*contract.columns.values(), *(inputs.values() if name == lines else ()))
            for each in c.names
        }
        for name, contract in contracts.items()
    }
    return {header: {name for name, known in names.items() if plain(header) in known} for header in headers}


def _evidence(
    contract: Contract, extra: Inputs, table: RawTable, looks: Looks, owners: dict[str, set[str]]
) -> Evidence:
    columns = by_names(contract, extra, looks, {})
    codes_for_names(columns, looks, extra)
    exact = [match.header for match in columns.values() if contract.table in owners[match.header]]
    away = {  # its name is another thing's: an order's number is no customer's code
        target
        for target, match in columns.items()
        if match.header not in exact and owners[match.header] and contract.columns.get(target, TEXT).type == "text"
    }
    lacking = tuple(
        name
        for name in contract.required
        if (name not in columns or name in away) and not (name == "amount" and has_amount(columns))
    )
    lacking += tuple(
        name
        for name, made in contract.made.items()
        if made.way == "header" and not any(of in columns for of in (name, *made.of))
    )
    title = _called(contract, table)
    weight = (
        sum(1 / len(owners[header]) for header in exact)
        + BY_PART * (len(columns) - len(exact))
        + BY_TITLE * bool(title)
    )
    own = sorted(exact, key=lambda header: (len(owners[header]), table.columns.index(header)))
    return Evidence(contract.table, weight, tuple(own), title, lacking)


def _called(contract: Contract, table: RawTable) -> str:
    """The file's name, its sheet or a title, where one speaks of the table."""
    name = table.origin.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
    for text in (name, table.sheet or "", *table.titles):
        words, flat = tokens(text), plain(text)
        for called in contract.called:
            need = tokens(called)
            if plain(called).isascii():
                if any(words[k : k + len(need)] == need for k in range(len(words) - len(need) + 1)):
                    return text
            elif plain(called) in flat:
                return text
    return ""


def _own(evidence: Evidence, owners: dict[str, set[str]]) -> int:
    """How many headings are names of this table's columns alone."""
    return sum(len(owners[header]) == 1 for header in evidence.headers)


def _is_sales(other: Evidence, sales: Evidence, contract: Contract, looks: Looks, owners: dict[str, set[str]]) -> bool:
    """Whether what could be read as another table is a file of sales instead."""
    if sum(map(is_period, looks)) >= FEWEST:
        return True
    if contract.required == contract.grain and len(contract.grain) == 1:  # customers, products or people
        if _own(sales, owners) > _own(other, owners):
            return True
        key = by_names(contract, {}, looks, {}).get(contract.grain[0])
        if key is None or not any(_is_money(look) for _, look in looks.of_numbers()):
            return False
        look = looks[key.header]
        if look.filled > 1 and look.distinct < COMES_ONCE * look.filled:
            return True
    return not other.title and _own(other, owners) <= _own(sales, owners) and _money_idle(contract, looks)


def _doubtful(best: Evidence, sales: Evidence, contract: Contract, looks: Looks, owners: dict[str, set[str]]) -> bool:
    """Whether little tells a table from sales whose money would be left unused: then it is asked."""
    if best.title or contract.required == contract.grain:
        return False
    return _own(best, owners) < _own(sales, owners) + 2 and _money_idle(contract, looks)


def _is_money(look: Profile) -> bool:
    """Whether a column holds money: by its name, or because its numbers are not whole."""
    named = MONEY.search(plain(look.header)) is not None
    return look.numbers >= 0.9 and not look.dates and look.compact < 0.9 and (look.fractions > 0 or named)


def _money_idle(contract: Contract, looks: Looks) -> bool:
    """Whether money stands beside days and the table has no use for it."""
    used = {match.header for match in by_names(contract, {}, looks, {}).values()}
    dated = any(looks[header].dates + looks[header].compact >= 0.9 for header in looks)  # mostly an early one
    return dated and any(_is_money(look) and header not in used for header, look in looks.of_numbers())

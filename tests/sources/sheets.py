"""Sales as sheets made for people write them: grouped, totalled, paged, with heads; and the truth behind them."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from small_loads import text_file, workbook

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    Row = list[object]

NAMES = ("Alder Ltd", "Birch GmbH", "青禾公司", "Total Energies SA", "Dogwood SARL", "远山贸易有限公司")


@dataclass(frozen=True)
class Sale:
    """One line of a document, and all that is true of it."""

    document: str
    day: dt.date
    customer: str
    product: str
    pieces: int
    price: Decimal

    @property
    def amount(self) -> Decimal:
        return self.pieces * self.price


def sales(seed: int, customers: int = 4, documents: int = 12, lines: int = 3) -> list[Sale]:
    """Lines of documents in the order of their days."""
    draw = random.Random(seed)
    day = dt.date(2025, 1, 3)
    found = []
    for number in range(documents):
        day += dt.timedelta(days=draw.randint(1, 9))
        customer = NAMES[draw.randrange(customers)] if number >= customers else NAMES[number]
        for line in range(draw.randint(1, lines)):
            price = Decimal(draw.randint(101, 99999)) / 100
            found.append(Sale(f"R{number:04}", day, customer, f"p{line}{draw.randrange(9)}", draw.randint(1, 5), price))
    return found


def total(rows: Sequence[Sale]) -> Decimal:
    return sum((row.amount for row in rows), Decimal(0))


def by_customer(rows: Sequence[Sale]) -> dict[str, list[Sale]]:
    """The sales of each customer, in the order of their names."""
    return {name: [row for row in rows if row.customer == name] for name in sorted({row.customer for row in rows})}


def written(folder: Path, rows: Sequence[Row], kind: str, titles: Sequence[str] = ()) -> Path:
    """The rows, as a workbook or as text."""
    width = max(len(row) for row in rows)
    whole: list[Row] = [[title, *[None] * (width - 1)] for title in titles]
    whole += [[*row, *[None] * (width - len(row))] for row in rows]
    if kind == "xlsx":
        return workbook(folder, {"Sheet": [[float(c) if isinstance(c, Decimal) else c for c in row] for row in whole]})
    lines = (",".join("" if cell is None else str(cell) for cell in row) for row in whole)
    return text_file(folder, "\n".join(lines) + "\n")

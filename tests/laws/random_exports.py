"""Small random exports with everything real ones hold: what a firm loads, and what of it was known when.

Returns before a first invoice, returns on the day of the sale, documents worth nothing, several kinds, gaps, documents
recorded late, a second file that corrects the first (amount, day, customer) and brings what had been forgotten,
customers who first buy late, customers who are one. `known_versions` says of each document from which day until which
it was what the firm knew, by the rules of decision 0001 and nothing else.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

import liuke
from firms import Doc, frame, month_end
from liuke.run.merges import confirm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from liuke.app.firm import Firm

FOUNDED = date(2026, 3, 1)  # the first file is loaded
START = date(2024, 1, 1)


@dataclass(frozen=True)
class Version:
    """A document as it was known from one day until another."""

    doc: Doc
    known: date
    gone: date = date.max


@dataclass(frozen=True)
class Export:
    """What one firm loads: the first file, the second and the day it came, and who is one with whom."""

    months: int
    first: list[Doc]
    second: list[Doc]
    second_on: date
    merges: dict[str, str]

    def known_versions(self) -> list[Version]:
        """Every document as it was known when."""
        fixed = {doc.number: doc for doc in self.second}
        made = []
        for old in self.first:
            new = fixed.pop(old.number, old)
            if new == old:
                made.append(Version(old, old.known))
            else:
                day = max(self.second_on, new.on)
                made += [Version(old, old.known, day), Version(new, day)]
        covered = max(doc.on for doc in self.first)
        for new in fixed.values():  # forgotten, or later than all the first file held
            made.append(Version(new, new.on if new.on > covered else max(self.second_on, new.on)))
        return made


def margin(cents: int) -> int:
    """Cents earned by a line of these exports."""
    return cents * 2 // 5


def random_export(seed: int, customers: int = 6, months: int = 16) -> Export:
    """An export from a seed."""
    random = np.random.default_rng(seed)
    months = int(random.integers(5, months + 1))
    names = [f"c{number}" for number in range(int(random.integers(2, customers + 1)))]
    order = [str(name) for name in random.permutation(names)]  # so that the newest customer may have the first code
    first = [doc for name in order for doc in _life(random, name, months)]
    if not any(doc.kind == "invoice" for doc in first):
        first.append(Doc("A1", order[0], START + timedelta(days=40), ((10_000, "oil1", 1),)))
    first.append(Doc("W1", "witness", month_end(months), ((100, "oil1", 1),)))
    second_on = month_end(int(random.integers(2, months))) + timedelta(days=int(random.integers(1, 28)))
    pairs = {order[0]: order[1]} if random.random() < 0.3 else {}
    return Export(months, first, _second(random, first, names, months), second_on, pairs)


def _life(random: np.random.Generator, name: str, months: int) -> Iterator[Doc]:
    """One customer's documents."""
    gap, level = int(random.choice([4, 15, 30, 45, 100])), int(random.choice([900, 30_000, 2_000_000]))
    day, end = (
        int(random.integers(0, 31 * months)) if random.random() < 0.4 else int(random.integers(0, 60)),
        31 * months,
    )
    stop = end if random.random() < 0.6 else int(random.integers(day, end + 1))
    fading = float(random.choice([1.0, 1.0, 0.9, 0.6]))
    if random.random() < 0.35:  # something comes back that was sold before the export begins
        back = START + timedelta(days=int(random.integers(0, day + 1)))
        yield Doc(f"B-{name}", name, back, ((-int(random.integers(1, level // 3)), "oil1", -1),), "return", back)
    nth = 0
    while day < stop:
        nth += 1
        on = START + timedelta(days=day)
        size = max(int(level * fading ** (day / 30) * random.uniform(0.3, 1.5)), 2)
        late = on + timedelta(days=int(random.integers(1, 120))) if random.random() < 0.12 else on
        kind = str(random.choice(["invoice", "order", "delivery"], p=[0.8, 0.12, 0.08]))
        lines = tuple(
            (int(size * random.uniform(0.2, 1)), f"{random.choice(['oil', 'filter'])}{random.integers(3)}", 1)
            for _ in range(int(random.integers(1, 4)))
        )
        if random.random() < 0.06:
            lines = ((size, "oil1", 1), (-size, "oil1", -1)) if random.random() < 0.5 else ((0, "oil2", 0),)
        yield Doc(f"D{nth}-{name}", name, on, lines, kind, late)
        if random.random() < 0.12:
            back = on if random.random() < 0.5 else on + timedelta(days=int(random.integers(1, 60)))
            if back < START + timedelta(days=end):
                yield Doc(f"R{nth}-{name}", name, back, ((-size, "oil1", -1),), "return", back)
        pause = 120 if random.random() < 0.05 else 0
        day += max(int(random.gamma(2.0, gap / 2.0)), int(random.random() < 0.9)) + pause


def _second(random: np.random.Generator, first: list[Doc], names: list[str], months: int) -> list[Doc]:
    """The second file: some of the first with another amount, day or customer, some forgotten, some newer."""
    made = []
    for doc in first:
        if random.random() < 0.12 and doc.number != "W1" and doc.cents > 0:
            lines = tuple((abs(cents) + int(random.integers(1, 9000)), product, q) for cents, product, q in doc.lines)
            changed = replace(doc, lines=lines)
            if random.random() < 0.3:
                changed = replace(changed, on=doc.on + timedelta(days=int(random.integers(-40, 40))))
            if random.random() < 0.3:
                changed = replace(changed, customer=str(random.choice(names)))
            made.append(changed)
    for nth in range(int(random.integers(0, 4))):
        on = START + timedelta(days=int(random.integers(-50, 31 * months + 80)))
        lines = ((int(random.integers(1, 90_000)), "oil2", 1),)
        made.append(Doc(f"F{nth}", str(random.choice([*names, "forgotten"])), on, lines))
    return made


def rows(docs: list[Doc]) -> pl.DataFrame:
    """The rows of a file, with margins, and without product families: who knows those loads the products."""
    earned = [Decimal(margin(cents)).scaleb(-2) for doc in docs for cents, _, _ in doc.lines]
    return frame(docs).with_columns(margin=pl.Series(earned, dtype=pl.Decimal(18, 2))).drop("product_family")


def load_rows(firm: Firm, docs: list[Doc], loaded_on: date, source: str = "erp", **options: object) -> None:
    """Load documents as one file."""
    with tempfile.NamedTemporaryFile(suffix=".parquet") as file:
        rows(docs).write_parquet(file.name)
        firm.load(file.name, source=source, loaded_on=loaded_on, table="document_line", **options)


def loaded(export: Export, folder: Path) -> Firm:
    """A firm that loaded an export."""
    firm = liuke.open(Path(tempfile.mkdtemp(dir=folder)) / "firm")
    load_rows(firm, export.first, FOUNDED, document_key="document_id")
    if export.second:
        load_rows(firm, export.second, export.second_on, document_key="document_id")
    for one, other in export.merges.items():
        confirm(firm.workspace, {one, other}, one, other)
    return firm

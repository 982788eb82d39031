"""Small firms for tests: documents by hand or from a seed, loaded through the real store into a real workspace."""

from __future__ import annotations

import tempfile
import uuid
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from hypothesis import HealthCheck, Phase, settings

import liuke

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from liuke.app.firm import Firm
    from liuke.app.load import Loaded
    from liuke.run.panels import Panels

# a load takes a third of a second and a run one: the first failure is good enough, shrinking would take minutes
FEW = settings(
    max_examples=3, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)
LATER = date(2026, 3, 1)  # the day on which tests load unless they say otherwise: after every document


@dataclass(frozen=True)
class Doc:
    """One document: `lines` are (cents, product, quantity)."""

    number: str | None
    customer: str
    on: date
    lines: tuple[tuple[int, str, int], ...]
    kind: str = "invoice"
    recorded: date | None = None
    salesperson: str | None = None

    @property
    def cents(self) -> int:
        """What it comes to."""
        return sum(cents for cents, _, _ in self.lines)

    @property
    def known(self) -> date:
        """The day on which it was known, as the file tells it."""
        return max(self.on, self.recorded or self.on)


def doc(text: str) -> Doc:
    """`D1 c1 2025-01-15 100,50.5 [kind] [@2025-02-01] [by=Wang]`: number (- for none), customer, day, amounts."""
    number, customer, on, amounts, *rest = text.split()
    lines = tuple((round(float(a) * 100), f"p{n}", 1) for n, a in enumerate(amounts.split(",")))
    made = Doc(None if number == "-" else number, customer, date.fromisoformat(on), lines)
    for word in rest:
        if word.startswith("@"):
            made = replace(made, recorded=date.fromisoformat(word[1:]))
        elif word.startswith("by="):
            made = replace(made, salesperson=word[3:])
        else:
            made = replace(made, kind=word)
    return made


def docs(text: str) -> list[Doc]:
    """Documents separated by | or new lines."""
    return [doc(each) for each in text.replace("\n", "|").split("|") if each.strip()]


def month_end(position: int) -> date:
    """Last day of the month at a position from January 2024."""
    year, month = 2024 + position // 12, position % 12 + 1
    return date(year, month, monthrange(year, month)[1])


def monthly(customer: str, amounts: Iterable[float], first: str = "2024-01", day: int = 10) -> list[Doc]:
    """One invoice a month of these amounts from a month on; nothing where the amount is 0."""
    year, month = map(int, first.split("-"))
    made = []
    for nth, amount in enumerate(amounts):
        at = year * 12 + month - 1 + nth
        on = date(at // 12, at % 12 + 1, day)
        if amount:
            made.append(Doc(f"{customer}-{on:%y%m}", customer, on, ((round(amount * 100), "p0", 1),)))
    return made


def frame(given: Iterable[Doc]) -> pl.DataFrame:
    """The rows of a file holding these documents, in canonical columns; a column nobody fills is left out."""
    rows = [
        {
            "document_id": each.number,
            "customer_id": each.customer,
            "date": each.on,
            "amount": Decimal(cents).scaleb(-2),
            "product_id": product,
            "product_family": product[:1].upper(),
            "quantity": Decimal(quantity),
            "kind": each.kind,
            "recorded_on": each.recorded,
            "salesperson_id": each.salesperson,
        }
        for each in given
        for cents, product, quantity in each.lines
    ]
    schema: dict[str, Any] = {
        "document_id": pl.String, "customer_id": pl.String, "date": pl.Date, "amount": pl.Decimal(18, 2),
        "product_id": pl.String, "product_family": pl.String, "quantity": pl.Decimal(18, 4), "kind": pl.String,
        "recorded_on": pl.Date, "salesperson_id": pl.String,
    }  # fmt: skip
    made = pl.DataFrame(rows, schema=schema)
    return made.select(name for name in made.columns if made[name].null_count() < max(len(made), 1))


def load(
    firm: Firm, given: Iterable[Doc], *, source: str = "invoices", loaded_on: date = LATER, **options: Any
) -> Loaded:
    """Load these documents as one file of a named source."""
    path = firm.workspace.root.parent / f"{uuid.uuid4().hex}.parquet"
    frame(given).write_parquet(path)
    return firm.load(path, source=source, loaded_on=loaded_on, table="document_line", **options)


def firm_of(given: Iterable[Doc], folder: Path, **options: Any) -> Firm:
    """A workspace in a folder of its own with these documents."""
    made = liuke.open(Path(tempfile.mkdtemp(dir=folder)) / "firm")
    load(made, given, **options)
    return made


def simulated(folder: Path, customers: int, months: int = 36) -> Firm:
    """A workspace with everything a simulated firm exports, in English."""
    from liuke.simulate import export

    made = liuke.open(folder / "firm")
    (folder / "firm" / "liuke.toml").write_text('firm = "Compressors Ltd"\ncurrency = "CNY"\n', "utf-8")
    export.simulate(folder / "exports", folder / "truth", "base", customers, months, lang="en", xlsx=False)
    for file in sorted((folder / "exports").iterdir()):
        made.load(file)
    return made


def panels_of(firm: Firm, as_of: date | None = None, known_by: date | None = None) -> tuple[Panels, pl.DataFrame]:
    """The panel a run of a firm stands on, and its customers."""
    from liuke.kernel.progress import Unwatched
    from liuke.run.customers import customer_frame
    from liuke.run.panels import Wanted, open_panels
    from liuke.run.scope import resolve
    from liuke.store.fact_store import FactStore

    store = FactStore(firm.workspace.facts)
    scope = resolve(firm.workspace, store, as_of, known_by)
    customers = customer_frame(firm.workspace, store, scope)
    return open_panels(firm.workspace, store, scope, customers, Wanted(), Unwatched()), customers


def held(firm: Firm, *, superseded: bool = False) -> list[tuple[Any, ...]]:
    """What the store holds, whatever load it came with: (document, customer, kind, day, cents, recorded on), sorted."""
    return sorted(_held(firm, superseded), key=str)


def _held(firm: Firm, superseded: bool) -> Iterator[tuple[Any, ...]]:
    import duckdb

    from liuke.kernel.kinds import KINDS
    from liuke.run.customers import codes
    from liuke.store.fact_store import FactStore
    from liuke.store.sql import parquet

    store = FactStore(firm.workspace.facts)
    paths = store.paths("document_line")
    if not paths:
        return
    gone = store.paths("superseded") if not superseded else []
    without = f"ANTI JOIN {parquet(gone)} AS gone USING (document_code)" if gone else ""
    names = dict(codes(store).select("customer_code", "customer_id").iter_rows())
    document = f"""(SELECT document_code, any_value(document_id) AS document_id
                    FROM {parquet(store.paths("document"))} GROUP BY 1)"""
    rows = duckdb.execute(
        f"""SELECT document_id, customer_code, kind, date, (amount * 100)::BIGINT, recorded_on
            FROM {parquet(paths)} AS held {without} JOIN {document} USING (document_code)"""
    ).fetchall()
    for number, customer, kind, *rest in rows:
        yield (number, names[customer], KINDS[kind], *rest)


def random_docs(seed: int, customers: int, months: int, *, late: bool = True) -> list[Doc]:
    """Documents of customers with a rhythm and a level, some fading, some ending; some recorded late."""
    random = np.random.default_rng(seed)
    start = date(2024, 1, 1)
    made: list[Doc] = []
    for number in range(customers):
        gap, level = int(random.choice([7, 20, 30, 45])), int(random.choice([2_000, 30_000, 900_000]))
        day, end = int(random.integers(0, 50)), int(random.integers(30, 31 * months + 60))
        fading = random.random() < 0.4
        while day < min(30 * months, end):
            on = start + timedelta(days=day)
            size = level * (0.96 ** (day / 10) if fading else 1.0)
            count = int(random.integers(1, 4))
            lines = tuple(
                (int(size * random.uniform(0.3, 1.5)) + 1, f"{random.choice(['oil', 'filter'])}{random.integers(3)}", 1)
                for _ in range(count)
            )
            known = on + timedelta(days=int(random.integers(20, 110))) if late and random.random() < 0.12 else on
            made.append(Doc(f"D{number}-{len(made)}", f"c{number}", on, lines, recorded=known))
            if random.random() < 0.1:
                back = ((-int(size * random.uniform(0.1, 1.4)), lines[0][1], -1),)
                made.append(Doc(f"R{number}-{len(made)}", f"c{number}", on, back, recorded=known))
            if random.random() < 0.3:
                made.append(Doc(f"O{number}-{len(made)}", f"c{number}", on, lines, "order", known))
            day += max(int(random.gamma(2.0, gap / 2.0)), 1)
    return made


def corrected(given: list[Doc], seed: int, share: float = 0.1) -> list[Doc]:
    """The same documents, some with other amounts."""
    random = np.random.default_rng(seed)
    return [
        replace(each, lines=tuple((int(c * random.uniform(0.2, 2.0)) or 1, p, q) for c, p, q in each.lines))
        if random.random() < share
        else each
        for each in given
    ]

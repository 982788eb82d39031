"""Firms that are odd, not broken: each function loads one and returns it, for whole runs that must go through.

All of them are made from a seed, by a folder.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from firms import LATER, Doc, firm_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from liuke.app.firm import Firm

START = date(2024, 1, 1)
DAYS = 700  # to the end of November 2025
CUSTOMERS = 90


def buyers(
    seed: int, *, customers: int = CUSTOMERS, days: int = DAYS, gap: float = 30, stop: float = 0.3,
    kind: str = "invoice", products: int = 5,
) -> list[Doc]:  # fmt: skip
    """Customers who buy about every `gap` days from some day on; a share `stop` of them stops somewhere."""
    random = np.random.default_rng(seed)
    made: list[Doc] = []
    for number in range(customers):
        day = float(random.integers(0, max(days // 3, 1)))
        end = float(random.uniform(day, days)) if random.random() < stop else float(days)
        size = float(random.lognormal(8, 1))
        while day < end:
            on = START + timedelta(days=int(day))
            line = (int(100 * size * random.uniform(0.5, 1.5)) + 1, f"p{random.integers(products)}", 1)
            made.append(Doc(f"{kind[0]}{number}-{len(made)}", f"c{number:03}", on, (line,), kind))
            day += max(float(random.gamma(2.0, gap / 2)), 1.0)
    last = START + timedelta(days=days - 1)
    return [*made, Doc(f"{kind[0]}-last", "c-last", last, ((10_000, "p0", 1),), kind)]


def tell(firm: Firm, table: str, rows: Iterable[dict[str, Any]], loaded_on: date = LATER) -> None:
    """Load rows of a small table."""
    path = firm.workspace.root.parent / f"{table}-{loaded_on}.csv"
    pl.DataFrame(list(rows), infer_schema_length=None).write_csv(path)
    firm.load(path, table=table, source=table, loaded_on=loaded_on)


def set_to(firm: Firm, **values: object) -> None:
    """Settings of the firm."""
    rows = [f'{name} = "{value}"' if isinstance(value, str) else f"{name} = {value}" for name, value in values.items()]
    (firm.workspace.root / "liuke.toml").write_text("\n".join(rows) + "\n", "utf-8")


def orders_alone(folder: Path) -> Firm:
    """Orders, and no other kind and no other table."""
    return firm_of(buyers(1, kind="order"), folder)


def one_product(folder: Path) -> Firm:
    """Everybody buys the same thing."""
    return firm_of(buyers(2, products=1), folder)


def daily_buyers(folder: Path) -> Firm:
    """Every customer buys every day until it stops: the horizon is its least, and to leave is to be silent."""
    return firm_of(buyers(3, customers=60, days=334, gap=1.0), folder)


def ten_weeks(folder: Path) -> Firm:
    """Daily buyers of ten weeks."""
    return firm_of(buyers(4, customers=60, days=73, gap=1.0, stop=0.4), folder)


def all_overdue(folder: Path) -> Firm:
    """The base stopped buying more than half a year ago; one customer's single invoice came since."""
    late = Doc("late", "c-late", START + timedelta(days=DAYS + 210), ((5_000, "p0", 1),))
    return firm_of([*buyers(5), late], folder, loaded_on=date(2026, 8, 1))


def undated_complaints(folder: Path) -> Firm:
    """A register of complaints three in four of which bear no day."""
    firm = firm_of(buyers(6), folder)
    tell(firm, "complaint", complaints_mostly_undated())
    return firm


def complaints_mostly_undated() -> list[dict[str, Any]]:
    """40 complaints, 10 of them with a day."""
    return [{"complaint_id": f"B{n}", "customer_id": f"c{n % CUSTOMERS:03}", "text": "late again",
             "opened_on": None if n % 4 else "2025-03-04"} for n in range(40)]  # fmt: skip


def visits_of_the_large(folder: Path) -> Firm:
    """Salespeople visit the tenth of the customers that buys most, monthly, and nobody else."""
    written = buyers(7)
    money: dict[str, int] = {}
    for doc in written:
        money[doc.customer] = money.get(doc.customer, 0) + doc.cents
    large = sorted(money, key=lambda name: -money[name])[: CUSTOMERS // 10]
    firm = firm_of(written, folder)
    days = [START + timedelta(days=30 * nth) for nth in range(DAYS // 30)]
    tell(firm, "contact", [{"contact_id": f"K{name}-{day}", "customer_id": name, "at": str(day), "channel": "visit"}
                           for name in large for day in days])  # fmt: skip
    return firm


def connected_last_month(folder: Path) -> Firm:
    """Complaints and visits are kept since a month ago; that there are none before says nothing."""
    firm = firm_of(buyers(8), folder, loaded_on=date(2025, 12, 2))
    since = START + timedelta(days=DAYS - 28)
    names = [f"c{n:03}" for n in range(0, CUSTOMERS, 3)]
    tell(firm, "complaint", [{"complaint_id": f"B{name}", "customer_id": name, "opened_on": str(since)}
                             for name in names], date(2025, 12, 2))  # fmt: skip
    tell(firm, "contact", [{"contact_id": f"K{name}", "customer_id": name, "at": str(since), "channel": "visit"}
                           for name in names[::2]], date(2025, 12, 2))  # fmt: skip
    return firm


def a_break(folder: Path, *, ago: int = 120) -> Firm:
    """On one day, so many days before the end, every second customer stops for good; nothing foretold it."""
    day = START + timedelta(days=DAYS - ago)
    written = [doc for doc in buyers(9, customers=2 * CUSTOMERS, stop=0.15)
               if doc.on < day or not doc.customer[-1].isdigit() or int(doc.customer[-1]) % 2]  # fmt: skip
    return firm_of(written, folder)


def a_fresh_break(folder: Path) -> Firm:
    """The same a few weeks ago: half of the base is silent, but for no longer than others were who came back."""
    return a_break(folder, ago=50)


ODD: dict[str, Callable[[Path], Firm]] = {
    each.__name__: each
    for each in (
        orders_alone, one_product, daily_buyers, ten_weeks, all_overdue, undated_complaints, visits_of_the_large,
        connected_last_month, a_break, a_fresh_break,
    )
}  # fmt: skip

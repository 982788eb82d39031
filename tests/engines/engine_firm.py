"""The exports of a small firm: a first one, and a later one that corrects, moves and adds documents."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from pathlib import Path

Row = dict[str, Any]
CUSTOMERS = 200
FIRST, COVERED = date(2024, 1, 1), date(2025, 8, 31)
FAMILY = {f"P{n:02d}": f"family {n % 4}" for n in range(12)}


def first_export() -> list[Row]:
    """22 months of orders, invoices and returns of 200 customers, some of whom stop."""
    random = np.random.default_rng(20)
    days = (COVERED - FIRST).days
    rows: list[Row] = []
    for customer in range(CUSTOMERS):
        gap = float(random.uniform(12, 70))
        stops = days if random.random() < 0.6 else int(random.integers(90, days))
        day = float(random.uniform(0, 60))
        while day < stops:
            kind = "return" if random.random() < 0.06 else "order" if random.random() < 0.2 else "invoice"
            number = f"{kind[0].upper()}{len(rows):05d}"
            for _ in range(int(random.integers(1, 4))):
                amount = round(float(random.uniform(5, 4000)) * (-1 if kind == "return" else 1), 2)
                rows.append(
                    {
                        "kind": kind,
                        "document_id": number,
                        "customer_id": f"C{customer:03d}",
                        "date": FIRST + timedelta(days=int(day)),
                        "amount": amount,
                        "quantity": round(amount / 7, 2),
                        "margin": None if random.random() < 0.05 else round(amount * float(random.uniform(0, 0.4)), 2),
                        "product_id": f"P{int(random.integers(0, 12)):02d}",
                    }
                )
            day += float(random.gamma(2, gap / 2)) + 1
    # one document lies in two months, of which the second has no document of its own
    for day_of_line in (date(2023, 11, 30), date(2023, 12, 2)):
        rows.append(rows[0] | {"kind": "invoice", "document_id": "SPAN", "date": day_of_line})
    return rows


def second_export() -> list[Row]:
    """The same documents with corrections, late ones, one month more, and none of the lines of some families."""
    random = np.random.default_rng(21)
    rows = [dict(row) for row in first_export()]
    numbers = sorted({row["document_id"] for row in rows})
    changed = {number: int(random.integers(0, 4)) for number in random.choice(numbers, 60, replace=False)}
    for row in rows:
        how = changed.get(row["document_id"])
        if how == 0:
            row["amount"] = round(row["amount"] * 1.1, 2)
        elif how == 1:
            row["product_id"] = "P11"
        elif how == 2:
            row["customer_id"] = "C003"
        elif how == 3:
            row["date"] += timedelta(days=31)
    for number in range(90):
        late = number < 40
        day = FIRST + timedelta(days=int(random.integers(0, 600))) if late else COVERED + timedelta(days=number - 40)
        amount = round(float(random.uniform(5, 4000)), 2)
        rows.append(
            {
                "kind": "invoice",
                "document_id": f"X{number:03d}",
                "customer_id": f"C{int(random.integers(0, CUSTOMERS)):03d}",
                "date": min(day, date(2025, 10, 10)),
                "amount": amount,
                "quantity": 1.0,
                "margin": round(amount * 0.2, 2),
                "product_id": f"P{int(random.integers(0, 12)):02d}",
            }
        )
    return rows


def write(rows: list[Row], path: Path) -> Path:
    """The rows as a CSV export."""
    frame = pl.DataFrame(rows).with_columns(product_family=pl.col("product_id").replace(FAMILY))
    frame.write_csv(path)
    return path

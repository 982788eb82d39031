"""Lines and documents for the engines: one small set made by hand, others drawn from a seed; rows are plain dicts."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Sequence

Row = dict[str, Any]

LINE = pa.schema(
    [
        ("document_code", pa.int64()),
        ("customer_code", pa.int32()),
        ("kind", pa.int8()),
        ("date", pa.date32()),
        ("amount", pa.decimal128(18, 2)),
        ("quantity", pa.decimal128(18, 4)),
        ("margin", pa.decimal128(18, 2)),
        ("product_id", pa.string()),
        ("recorded_on", pa.date32()),
        ("superseded_on", pa.date32()),
    ]
)
DOCUMENT = pa.schema(
    [
        ("document_code", pa.int64()),
        ("customer_code", pa.int32()),
        ("kind", pa.int8()),
        ("date", pa.date32()),
        ("amount", pa.decimal128(18, 2)),
        ("recorded_on", pa.date32()),
        ("addition", pa.bool_()),
        ("superseded_on", pa.date32()),
    ]
)
PRODUCT = pa.schema([("product_id", pa.string()), ("family_code", pa.int32())])
MERGE = pa.schema([("from_code", pa.int32()), ("to_code", pa.int32())])
ORDER, DELIVERY, INVOICE, RETURN = range(4)
FAMILIES = [
    {"product_id": "A", "family_code": 0},
    {"product_id": "B", "family_code": 0},
    {"product_id": "C", "family_code": 7},
    {"product_id": '产品,"十"\n', "family_code": 7},
]
MERGES = [{"from_code": 2, "to_code": 1}, {"from_code": 9, "to_code": 4}]


def table(rows: Sequence[Row], schema: pa.Schema) -> pa.Table:
    """Rows as an Arrow table of a schema."""
    return pa.Table.from_pylist([{name: row[name] for name in schema.names} for row in rows], schema)


def line(customer: int, day: str, amount: str, **more: Any) -> Row:
    """One line; recorded on its own day unless said otherwise."""
    given = {key: date.fromisoformat(v) if key.endswith("_on") and v else v for key, v in more.items()}
    return {
        "document_code": 1,
        "customer_code": customer,
        "kind": INVOICE,
        "date": date.fromisoformat(day),
        "amount": Decimal(amount),
        "quantity": None,
        "margin": None,
        "product_id": None,
        "recorded_on": date.fromisoformat(day),
        "superseded_on": None,
        "addition": False,
        **given,
    }


def by_hand() -> list[Row]:
    """Every case we could name, one or two lines each; the same rows serve as documents."""
    return [
        # plain: two lines on one day, another product the next day, all four kinds
        line(1, "2024-01-31", "10.01", product_id="A", quantity=Decimal("0.0001"), margin=Decimal("3.33")),
        line(1, "2024-01-31", "0.10", product_id="B", quantity=Decimal("2.5")),
        line(1, "2024-02-01", "0.20", product_id="A", margin=Decimal("-0.01")),
        line(1, "2024-02-01", "5", kind=ORDER, product_id="C"),
        line(1, "2024-02-02", "5", kind=DELIVERY, product_id="C"),
        line(1, "2024-02-29", "-3.07", kind=RETURN, product_id="A", quantity=Decimal("-1"), margin=Decimal("-1.10")),
        # nothing but nulls beside the amount; an unknown product; a name that needs quoting; an empty one
        line(2, "2024-03-31", "100"),
        line(2, "2024-04-01", "7.77", product_id="of no family"),
        line(2, "2024-04-01", "8.88", product_id='产品,"十"\n'),
        line(2, "2024-04-01", "9.99", product_id=""),
        # zero and negative invoices are no purchases of a product
        line(3, "2023-12-31", "0", product_id="A"),
        line(3, "2023-12-31", "-4", product_id="B"),
        # recorded one and two months late, one of them in the same month as its own
        line(4, "2024-01-10", "11", product_id="A"),
        line(4, "2024-01-11", "22", product_id="C", recorded_on="2024-02-05"),
        line(4, "2024-01-12", "33", product_id="C", recorded_on="2024-03-01"),
        line(4, "2024-01-13", "44", product_id="B", recorded_on="2024-01-31"),
        # replaced later: by another amount, by another family, within its own month, and before it was recorded
        line(5, "2024-01-05", "50", product_id="A", superseded_on="2024-03-07"),
        line(5, "2024-01-05", "55", product_id="A", recorded_on="2024-03-07"),
        line(5, "2024-02-05", "60", product_id="A", superseded_on="2024-04-01"),
        line(5, "2024-02-05", "60", product_id="C", recorded_on="2024-04-01"),
        line(5, "2024-05-05", "70", superseded_on="2024-05-06"),
        line(5, "2024-05-05", "71", recorded_on="2024-05-06"),
        line(5, "2024-06-05", "80", recorded_on="2024-09-01", superseded_on="2024-08-01"),
        # replaced twice
        line(6, "2024-01-05", "1", superseded_on="2024-02-01"),
        line(6, "2024-01-05", "2", recorded_on="2024-02-01", superseded_on="2024-07-01"),
        line(6, "2024-01-05", "3", recorded_on="2024-07-01"),
        # a whole group that vanishes: moved to another customer and month
        line(7, "2024-01-05", "90", product_id="A", superseded_on="2024-02-20"),
        line(8, "2024-02-05", "90", product_id="A", recorded_on="2024-02-20"),
        # customers that are merged buy on the same day, and one of them late; additions count no document
        line(9, "2024-01-10", "12", product_id="A"),
        line(9, "2024-01-12", "0.01", addition=True, recorded_on="2024-05-01"),
        line(10, "2024-01-12", "0.02", addition=True),
        # worth nothing; given back the same day, in one or several credit notes, in part, or more than was bought
        line(13, "2024-01-05", "20"),
        line(13, "2024-02-05", "0"),
        line(13, "2024-03-05", "30"),
        line(13, "2024-03-05", "-30", kind=RETURN),
        line(13, "2024-03-06", "30", kind=ORDER),
        line(13, "2024-03-06", "-30", kind=ORDER),
        line(13, "2024-03-07", "30"),
        line(13, "2024-03-07", "12"),
        line(13, "2024-03-07", "-20", kind=RETURN),
        line(13, "2024-03-07", "-22", kind=RETURN),
        line(13, "2024-04-05", "30"),
        line(13, "2024-04-05", "-29.99", kind=RETURN),
        line(13, "2024-05-05", "30"),
        line(13, "2024-05-05", "-45", kind=RETURN),
        # given back the same day, which is told, or taken back, a month later
        line(14, "2024-01-05", "30"),
        line(14, "2024-01-05", "30", kind=ORDER),
        line(14, "2024-01-05", "-30", kind=RETURN, recorded_on="2024-02-09"),
        line(14, "2024-03-05", "30"),
        line(14, "2024-03-05", "-30", kind=RETURN, superseded_on="2024-05-01"),
        line(14, "2024-03-05", "-10", kind=RETURN, recorded_on="2024-05-01"),
        # a day without numbers grows from nothing, or shrinks to it
        line(14, "2024-06-05", "0"),
        line(14, "2024-06-05", "9", addition=True, recorded_on="2024-07-01"),
        line(14, "2024-08-05", "9"),
        line(14, "2024-08-05", "-9", addition=True, recorded_on="2024-09-01"),
        # large, so that cents do not fit what a double holds exactly
        line(11, "2024-01-12", "90071992547409.93", quantity=Decimal("9007199254.7411"), margin=Decimal("0.07")),
        line(11, "2024-01-13", "-90071992547409.92", quantity=Decimal("-0.0003")),
        # the turn of the year in weeks, and days far away
        line(12, "2024-12-30", "1"),
        line(12, "2025-01-01", "1"),
        line(12, "2020-12-31", "1", recorded_on="2021-01-01"),
        line(12, "1970-01-01", "1"),
        line(12, "2099-12-31", "1", recorded_on="2100-01-01"),
    ]


def drawn(seed: int, rows: int = 400) -> list[Row]:
    """Random lines of 12 customers over a year and a half, a third of them late, replaced, or both."""
    random = np.random.default_rng(seed)
    start = date(2023, 10, 1)
    products = ["A", "B", "C", '产品,"十"\n', "of no family", None]
    found = []
    for number in range(rows):
        day = start + timedelta(days=int(random.integers(0, 550)))
        late = random.random() < 0.2
        recorded = day + timedelta(days=int(random.integers(0, 150)) if late else 0)
        gone = random.random() < 0.2
        superseded = day + timedelta(days=int(random.integers(0, 200))) if gone else None
        cents, parts = int(random.integers(-50_000, 900_000)), int(random.integers(-10_000, 10_000_000))
        found.append(
            {
                "document_code": number,
                "customer_code": int(random.integers(1, 13)),
                "kind": int(random.integers(0, 4)),
                "date": day,
                "amount": Decimal(cents).scaleb(-2),
                "quantity": None if random.random() < 0.3 else Decimal(parts).scaleb(-4),
                "margin": None if random.random() < 0.3 else Decimal(cents // 3).scaleb(-2),
                "product_id": products[int(random.integers(0, len(products)))],
                "recorded_on": recorded,
                "superseded_on": superseded,
                "addition": bool(random.random() < 0.1),
            }
        )
    return found

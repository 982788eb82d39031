"""What `panel/aggregate.py` means, said again in plain Python: loops over dicts, Decimals and sets, no engine.

Knowledge is kept as the periods in which something about a group became known; for each, the rows then known are
added up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

Row = dict[str, Any]
RETURN = 3  # the code of a kind
Key = tuple[int, ...]


def period(day: date, unit: str) -> int:
    """The number of a day's period, by counting calendar fields and ISO weeks."""
    if unit == "month":
        return day.year * 12 + (day.month - 1)
    if unit == "quarter":
        return day.year * 4 + {1: 0, 2: 0, 3: 0, 4: 1, 5: 1, 6: 1, 7: 2, 8: 2, 9: 2}.get(day.month, 3)
    monday = day.toordinal() - day.weekday()
    return (monday - 719_160) // 7  # 719 160 is the ordinal of Monday 1969-12-29


def known(rows: Iterable[Row], unit: str, late: bool, key: Callable[[Row], Key]) -> dict[tuple[Key, int], list[Row]]:
    """The rows of each group as known from each period on in which that changed; empty where all were replaced."""
    groups: dict[tuple[Key, int], list[Row]] = {}
    for row in rows:
        groups.setdefault((key(row), period(row["date"], unit)), []).append(row)
    found = {}
    for (group, own), members in groups.items():
        if not late:
            found[(*group, own), own] = members
            continue
        came = [period(row["recorded_on"], unit) for row in members]
        went = [period(row["superseded_on"], unit) if row["superseded_on"] else None for row in members]
        moments = {own} | {k for k in came if k > own} | {k for k in went if k is not None and k > own}
        for moment in moments:
            held = [
                row
                for row, c, w in zip(members, came, went, strict=True)
                if max(c, own) <= moment and (w is None or w > moment)
            ]
            changed = moment in {*came, *(w for w in went if w is not None)} and moment > own
            if held or changed:
                found[(*group, own), moment] = held
    return found


def cents(values: Iterable[Any], scale: int) -> int:
    """The sum of those that are known, in whole units of 1/scale."""
    return sum(int(value * scale) for value in values if value is not None)


def sums(lines: Sequence[Row], unit: str, late: bool, margin: bool, quantity: bool) -> pa.Table:
    """Rows of `aggregate.sums`."""
    scale = {"amount": 100} | ({"margin": 100} if margin else {}) | ({"quantity": 10_000} if quantity else {})
    groups = known(lines, unit, late, lambda row: (row["customer_code"], row["kind"]))
    carried = {
        f"amount_with_{name}": lambda row, name=name: row["amount"] if row[name] is not None else None
        for name in scale
        if name != "amount"
    }
    rows = [
        _named(key, moment)
        | {name: cents((row[name] for row in held), by) for name, by in scale.items()}
        | {name: cents(map(carries, held), 100) for name, carries in carried.items()}
        for (key, moment), held in groups.items()
    ]
    return _table(rows, dict.fromkeys((*scale, *carried), pa.int64()))


def occasions(documents: Sequence[Row], unit: str, late: bool) -> pa.Table:
    """Rows of `aggregate.occasions`: what is learnt of one kind is news for all a customer has in the period."""
    heard: dict[tuple[Key, int], dict[int, int]] = {}
    for row in documents:
        first = heard.setdefault(((row["customer_code"],), period(row["date"], unit)), {})
        first[row["kind"]] = min(period(row["recorded_on"], unit), first.get(row["kind"], 1 << 30))
    rows = []
    for ((customer, own), moment), held in known(documents, unit, late, lambda row: (row["customer_code"],)).items():
        there = {row["kind"] for row in held}
        if moment > own:
            there |= {kind for kind, first in heard[(customer,), own].items() if first <= moment}
        for kind in there:
            days = _purchases(held, kind)
            counted = sum(max(papers, 1) for papers in days.values())
            rows.append(_named((customer, kind, own), moment) | {"documents": counted} | _days(set(days)))
    return _table(rows, {"documents": pa.int32()} | DAYS)


def _purchases(held: Sequence[Row], kind: int) -> dict[date, int]:
    """Days of purchase, and the documents worth something of each."""
    found = {}
    for day in {row["date"] for row in held if row["kind"] == kind}:
        ours = [row for row in held if row["kind"] == kind and row["date"] == day]
        papers = [row for row in ours if not row["addition"]]
        if kind == RETURN:
            found |= {day: len(papers)} if papers else {}
            continue
        back = sum(row["amount"] for row in held if row["kind"] == RETURN and row["date"] == day)
        if any(row["amount"] > 0 for row in ours) and sum(row["amount"] for row in ours) + back != 0:
            found[day] = sum(row["amount"] > 0 for row in papers)
    return found


def breadth(lines: Sequence[Row], unit: str, late: bool) -> pa.Table:
    """Rows of `aggregate.breadth`."""
    sold = [row for row in lines if row["amount"] > 0]
    rows = [
        _named(key, moment) | {"products": len({row["product_id"] for row in held} - {None})}
        for (key, moment), held in known(sold, unit, late, lambda row: (row["customer_code"], row["kind"])).items()
    ]
    return _table(rows, {"products": pa.int32()})


def family_sums(lines: Sequence[Row], products: Sequence[Row], unit: str, late: bool) -> pa.Table:
    """Rows of `aggregate.family_sums`."""
    family = {row["product_id"]: row["family_code"] for row in products}
    held_by = [row | {"family_code": family[row["product_id"]]} for row in lines if row["product_id"] in family]
    rows = []
    groups = known(held_by, unit, late, lambda row: (row["customer_code"], row["kind"], row["family_code"]))
    for (key, moment), held in groups.items():
        customer, kind, code, own = key
        days = {row["date"] for row in held if row["amount"] > 0}
        money = {"amount": cents((row["amount"] for row in held), 100)}
        rows.append(_named((customer, kind, own), moment) | {"family_code": code} | money | _days(days))
    return _table(rows, {"family_code": pa.int32(), "amount": pa.int64()} | DAYS)


def merged(rows: Sequence[Row], merges: Sequence[Row]) -> list[Row]:
    """The rows under the customers they are counted under."""
    into = {merge["from_code"]: merge["to_code"] for merge in merges}
    return [row | {"customer_code": into.get(row["customer_code"], row["customer_code"])} for row in rows]


KEYS = {"customer_code": pa.int32(), "kind": pa.int8(), "period": pa.int32(), "known_from": pa.int32()}
DAYS = {"occasions": pa.int32(), "first_on": pa.date32(), "last_on": pa.date32()}


def _named(key: Key, moment: int) -> Row:
    customer, kind, own = key
    return {"customer_code": customer, "kind": kind, "period": own, "known_from": moment}


def _days(days: set[date]) -> Row:
    return {"occasions": len(days), "first_on": min(days, default=None), "last_on": max(days, default=None)}


def _table(rows: list[Row], values: dict[str, pa.DataType]) -> pa.Table:
    schema = pa.schema(list((KEYS | values).items()))
    return pa.Table.from_pylist(rows, schema)

"""Small panels for tests, from short text or from a seed.

`panel("c1 2025-01 100 | c1 2025-03-20 50 order oil/5w30 @2025-06")`: customer, month or day (a month means its 15th),
amount, then in any order a document kind (invoice), family/product, `m=` margin, `q=` quantity, and `@` the month in
which the line became known (its own).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import strategies as st

from liuke.kernel.period import Periods, Unit, day_number, period_number
from liuke.panel.panel import NEVER, Families, Measures, Panel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

KINDS = ("order", "delivery", "invoice", "return")


@dataclass(frozen=True)
class Line:
    """One document line."""

    customer: str
    on: date
    cents: int
    kind: str = "invoice"
    family: str | None = None
    product: str | None = None
    margin: int | None = None
    quantity: int | None = None
    known_on: date | None = None  # None: known in its own period


def _day(text: str) -> date:
    return date.fromisoformat(text if len(text) == 10 else f"{text}-15")


def line(text: str) -> Line:
    """One line from its short text."""
    customer, on, amount, *rest = text.split()
    made = Line(customer, _day(on), round(float(amount) * 100))
    for word in rest:
        if word in KINDS:
            made = replace(made, kind=word)
        elif word.startswith("@"):
            made = replace(made, known_on=_day(word[1:]))
        elif word.startswith("m="):
            made = replace(made, margin=round(float(word[2:]) * 100))
        elif word.startswith("q="):
            made = replace(made, quantity=round(float(word[2:]) * 10_000))
        else:
            family, _, product = word.partition("/")
            made = replace(made, family=family, product=product or family)
    return made


def lines(text: str) -> list[Line]:
    """Lines from short text, separated by | or new lines."""
    return [line(each) for each in text.replace("\n", "|").split("|") if each.strip()]


def panel(
    text: str,
    *,
    until: str | None = None,
    since: str | None = None,
    unit: Unit = "month",
    attributes: Mapping[str, Mapping[str, str]] | None = None,
    intervals: Mapping[str, float] | None = None,
) -> Panel:
    """A panel from short text, to the period of `until` (by default the last line's)."""
    return panel_of(lines(text), until=until, since=since, unit=unit, attributes=attributes, intervals=intervals)


def panel_of(
    given: Iterable[Line],
    *,
    until: str | None = None,
    since: str | None = None,
    unit: Unit = "month",
    attributes: Mapping[str, Mapping[str, str]] | None = None,
    intervals: Mapping[str, float] | None = None,
) -> Panel:
    """A panel of these lines; customers get codes in the order of their names."""
    known = list(given)
    first = period_number(_day(since) if since else min(each.on for each in known), unit)
    last = period_number(_day(until) if until else max(each.on for each in known), unit)
    periods = Periods(unit, first, last)
    known = [each for each in known if _at(each.on, periods) < len(periods) and _recorded(each, periods) < len(periods)]
    names = sorted({each.customer for each in known})
    own = {name: [each for each in known if each.customer == name] for name in names}
    rows = [(name, at) for name in names for at in _vintages(own[name], periods)]
    kinds = sorted({each.kind for each in known} | {"invoice"})
    shape = (len(rows), len(periods))
    measures = {kind: _measures(shape, _cells(rows, known, kind, periods), kind) for kind in kinds}
    if "return" in measures:
        net = measures["invoice"].amount + measures["return"].amount
        measures["invoice"] = replace(measures["invoice"], amount=net)
    late = any(at > 0 for _, at in rows)
    made = Panel(
        periods=periods,
        customer=np.array([names.index(name) for name, _ in rows], np.int32),
        basis="invoice",
        kinds=measures,
        export_start=min((day_number(each.on) for each in known), default=0),
        known_from=np.array([at for _, at in rows], np.int32) if late else None,
        products=_products(shape, _cells(rows, known, "invoice", periods)),
        attributes={
            column: np.array([values.get(name) for name, _ in rows], object)
            for column, values in (attributes or {}).items()
        },
    )
    if not any(each.family for each in known):
        return replace(made, products=None)
    return replace(made, by_family=_families(made, rows, known, periods, intervals or {}))


def _at(day: date, periods: Periods) -> int:
    return period_number(day, periods.unit) - periods.first


def _recorded(each: Line, periods: Periods) -> int:
    return _at(each.known_on or each.on, periods)


def _vintages(own: list[Line], periods: Periods) -> list[int]:
    """Positions from which a customer's past reads otherwise: 0, and where a line was learnt late."""
    return sorted({0} | {_recorded(each, periods) for each in own if _recorded(each, periods) > _at(each.on, periods)})


Cell = tuple[int, int]


def _cells(rows: list[tuple[str, int]], known: list[Line], kind: str, periods: Periods) -> dict[Cell, list[Line]]:
    """Lines of a kind by (row, position), as each vintage knows them."""
    cells: dict[Cell, list[Line]] = {}
    own: dict[str, list[Line]] = {}
    for each in known:
        if each.kind == kind:
            own.setdefault(each.customer, []).append(each)
    for row, (name, from_position) in enumerate(rows):
        for each in own.get(name, []):
            at, recorded = _at(each.on, periods), _recorded(each, periods)
            if recorded <= from_position or recorded == at:
                cells.setdefault((row, at), []).append(each)
    return cells


def _measures(shape: tuple[int, int], cells: dict[Cell, list[Line]], kind: str) -> Measures:
    made = Measures(
        amount=np.zeros(shape, np.int64),
        documents=np.zeros(shape, np.int32),
        occasions=np.zeros(shape, np.int32),
        last_on=np.full(shape, NEVER, np.int32),
        first_on=np.full(shape, NEVER, np.int32),
        margin=np.zeros(shape, np.int64),
        quantity=np.zeros(shape, np.int64),
    )
    assert made.margin is not None
    assert made.quantity is not None
    for cell, inside in cells.items():
        made.amount[cell] = sum(each.cents for each in inside)
        made.margin[cell] = sum(each.margin or 0 for each in inside)
        made.quantity[cell] = sum(each.quantity or 0 for each in inside)
        made.documents[cell] = len(inside)
        days = sorted({day_number(each.on) for each in inside if each.cents > 0})
        if days and kind != "return":
            made.occasions[cell], made.first_on[cell], made.last_on[cell] = len(days), days[0], days[-1]
    some = [each for inside in cells.values() for each in inside]
    return replace(
        made,
        margin=made.margin if any(each.margin is not None for each in some) else None,
        quantity=made.quantity if any(each.quantity is not None for each in some) else None,
    )


def _products(shape: tuple[int, int], cells: dict[Cell, list[Line]]) -> np.ndarray:
    products = np.zeros(shape, np.int32)
    for cell, inside in cells.items():
        products[cell] = len({each.product for each in inside if each.product and each.cents > 0})
    return products


def _families(
    owner: Panel, rows: list[tuple[str, int]], known: list[Line], periods: Periods, intervals: Mapping[str, float]
) -> Families:
    by_row = _cells(rows, known, "invoice", periods)
    pairs = sorted({(row, each.family) for (row, _), inside in by_row.items() for each in inside if each.family})
    index = {pair: number for number, pair in enumerate(pairs)}
    cells: dict[Cell, list[Line]] = {}
    for (row, at), inside in by_row.items():
        for each in inside:
            if each.family:
                cells.setdefault((index[row, each.family], at), []).append(each)
    owners = np.array([row for row, _ in pairs], np.int32)
    inner = Panel(
        periods=periods,
        customer=owner.customer[owners],
        basis="invoice",
        kinds={"invoice": _measures((len(pairs), len(periods)), cells, "invoice")},
        export_start=owner.export_start,
    )
    return Families(
        inner,
        np.array([family for _, family in pairs], object),
        owners,
        np.array([intervals.get(family or "", np.nan) for _, family in pairs], np.float64),
    )


def random_lines(seed: int, customers: int, months: int, *, late: bool = True) -> list[Line]:
    """Lines of customers with a rhythm, a level, families and, for some, an end; some lines become known late."""
    random = np.random.default_rng(seed)
    start = date(2023, 1, 1)
    made = []
    for number in range(customers):
        gap, level = random.choice([9, 20, 30, 45, 90]), random.choice([2_000, 30_000, 900_000])
        day, end = int(random.integers(0, 60)), int(random.integers(20, 30 * months + 60))
        fading = random.random() < 0.4
        while day < 30 * months:
            on = start + timedelta(days=day)
            size = level * (0.97 ** (day / 10) if fading else 1.0)
            for kind in ("order", "invoice"):
                if kind == "invoice" or random.random() < (0.4 if day > end // 2 else 0.9):
                    cents = int(size * random.uniform(0.5, 1.5)) + 1
                    made.append(_random_line(random, f"c{number}", on, cents, kind, late))
            if random.random() < 0.08:
                made.append(Line(f"c{number}", on, -int(size * random.uniform(0.1, 2.0)), "return"))
            day += max(int(random.gamma(2.0, gap / 2.0)), 1) if day < end else 30 * months
    return made


def _random_line(random: np.random.Generator, name: str, on: date, cents: int, kind: str, late: bool) -> Line:
    family = str(random.choice(["oil", "filter", "service"]))
    known = on + timedelta(days=int(random.integers(30, 120))) if late and random.random() < 0.1 else None
    return Line(name, on, cents, kind, family, f"{family}{random.integers(3)}", cents // 4, cents * 10, known)


def random_panel(seed: int, customers: int, months: int, *, late: bool = True) -> Panel:
    """A panel of random lines whose periods are the first `months` of 2023 on."""
    end = f"{2023 + (months - 1) // 12}-{(months - 1) % 12 + 1:02d}"
    return _with_attributes(random_lines(seed, customers, months, late=late), end)


def _with_attributes(given: list[Line], end: str) -> Panel:
    grades = {f"c{number}": "ABC"[number % 3] for number in range(50)}
    return panel_of(given, since="2023-01", until=end, attributes={"grade": grades}, intervals={"service": 60.0})


def rewritten_after(seed: int, customers: int, months: int, position: int, *, late: bool = True) -> Panel:
    """The random panel of a seed with other lines in place of all that is dated or recorded after a period."""
    end = f"{2023 + (months - 1) // 12}-{(months - 1) % 12 + 1:02d}"
    limit = period_number(date(2023, 1, 1), "month") + position

    def past(each: Line) -> bool:
        return max(period_number(each.on, "month"), period_number(each.known_on or each.on, "month")) <= limit

    def later(each: Line) -> bool:
        return period_number(each.known_on or each.on, "month") > limit

    kept = [each for each in random_lines(seed, customers, months, late=late) if past(each)]
    other = [each for each in random_lines(seed + 1_000_003, customers, months, late=late) if later(each)]
    return _with_attributes(kept + other, end)


def panels(*, customers: int = 6, months: int = 30, late: bool = True) -> st.SearchStrategy[Panel]:
    """Random panels, some of one customer or one month."""
    make: Callable[..., Panel] = random_panel
    return st.builds(
        make,
        st.integers(0, 10_000),
        st.integers(1, customers),
        st.integers(1, months),
        late=st.booleans() if late else st.just(False),
    )

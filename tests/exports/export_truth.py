"""A small ledger whose truth is known: customers, documents, lines, and what of them must be stored."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterable

CENT = Decimal("0.01")

NAMES = {
    "zh": (
        "青禾贸易有限公司",
        "远山机电有限公司",
        "松间食品有限公司",
        "白鹭商贸有限公司",
        "长汀五金有限公司",
        "北岭科技有限公司",
        "云栖建材有限公司",
        "南浦物流有限公司",
        "东篱茶业有限公司",
        "沧浪水产有限公司",
    ),
    "tw": (
        "青禾貿易有限公司",
        "遠山機電有限公司",
        "松間食品有限公司",
        "白鷺商貿有限公司",
        "長汀五金有限公司",
        "北嶺科技有限公司",
        "雲棲建材有限公司",
        "南浦物流有限公司",
        "東籬茶業有限公司",
        "滄浪水產有限公司",
    ),
    "en": (
        "Alder Ltd",
        "Birch & Sons",
        "Cedar Inc",
        "Dogwood Supplies",
        "Elm Trading Co",
        "Fir Works",
        "Gorse Retail",
        "Hazel Foods",
        "Ivy Home",
        "Juniper Labs",
    ),
    "de": (
        "Adler GmbH",
        "Birke AG",
        "Zeder KG",
        "Müller & Söhne OHG",
        "Ulmen Handel GmbH",
        "Fichte Werke",
        "Ginster Bau GmbH",
        "Hasel Technik",
        "Efeu Wohnen",
        "Wacholder e.K.",
    ),
    "fr": (
        "Aulne SARL",
        "Bouleau SA",
        "Cèdre SAS",
        "Érable et Fils",
        "Orme Négoce",
        "Sapin Ateliers",
        "Genêt SARL",
        "Noisetier SAS",
        "Lierre Maison",
        "Genévrier SA",
    ),
    "es": (
        "Aliso S.L.",
        "Abedul S.A.",
        "Cedro Hermanos",
        "Peña y Cía",
        "Olmo Comercial",
        "Abeto Talleres",
        "Retama S.L.",
        "Avellano S.A.",
        "Hiedra Hogar",
        "Enebro S.L.",
    ),
}
PRODUCTS = {
    "zh": ("螺杆机", "滤芯", "润滑油", "储气罐", "阀门"),
    "tw": ("螺桿機", "濾芯", "潤滑油", "儲氣罐", "閥門"),
    "en": ("Valve", "Filter", "Oil", "Tank", "Gasket"),
    "de": ("Ventil", "Filter", "Öl", "Kessel", "Dichtung"),
    "fr": ("Vanne", "Filtre", "Huile", "Cuve", "Joint"),
    "es": ("Válvula", "Filtro", "Aceite", "Tanque", "Junta"),
}
SELLERS = {
    "zh": ("陈静", "王磊", "李娜"),
    "tw": ("陳靜", "王磊", "李娜"),
    "en": ("Ann", "Bob", "Cem"),
    "de": ("Anke", "Bernd", "Cora"),
    "fr": ("Aline", "Benoît", "Chloé"),
    "es": ("Ana", "Benito", "Celia"),
}


@dataclass(frozen=True)
class Customer:
    code: str
    name: str
    email: str
    phone: str


@dataclass(frozen=True)
class Line:
    """One line of one document. Amounts are net; a return's quantity, amount and tax are negative."""

    number: str
    day: dt.date
    customer: Customer
    kind: str  # invoice or return
    line_no: int
    sku: str
    product: str
    quantity: int
    price: Decimal
    amount: Decimal
    seller: str
    word: str = ""  # a status, a kind or a sign, as a family needs it

    @property
    def tax(self) -> Decimal:
        return (self.amount * Decimal("0.13")).quantize(CENT)

    @property
    def gross(self) -> Decimal:
        return self.amount + self.tax

    @property
    def cost(self) -> Decimal:
        return (self.amount * Decimal("0.71")).quantize(CENT)


@dataclass(frozen=True)
class Truth:
    """What must be stored: each row's day, customer, amount and document."""

    rows: tuple[tuple[dt.date, str, Decimal, str], ...]
    numbered: bool = True  # the file says which rows are one document
    rows_told: bool = True  # the number of rows is part of the truth
    why: str = ""

    @property
    def total(self) -> Decimal:
        return sum((amount for _, _, amount, _ in self.rows), Decimal(0))

    def by_day(self) -> dict[dt.date, Decimal]:
        return _summed((day, amount) for day, _, amount, _ in self.rows)

    def by_customer(self) -> list[Decimal]:
        return sorted(_summed((who, amount) for _, who, amount, _ in self.rows).values())

    def documents(self) -> int:
        return len({number for *_, number in self.rows})


def _summed(pairs: Iterable[tuple[object, Decimal]]) -> dict:
    found: dict = defaultdict(Decimal)
    for key, amount in pairs:
        found[key] += amount
    return dict(found)


def truth(lines: Iterable[Line], grain: str = "line", **more: object) -> Truth:
    """The truth of these lines, by line or summed by document."""
    if grain == "line":
        rows = [(line.day, line.customer.code, line.amount, line.number) for line in lines]
    else:
        sums: dict[tuple, Decimal] = defaultdict(Decimal)
        for line in lines:
            sums[line.day, line.customer.code, line.number] += line.amount
        rows = [(day, who, amount, number) for (day, who, number), amount in sums.items()]
    return Truth(tuple(rows), **more)  # type: ignore[arg-type]


@dataclass
class Ledger:
    lang: str
    customers: list[Customer]
    lines: list[Line]
    totals: dict[str, Decimal] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.totals = _summed((line.number, line.amount) for line in self.lines)

    def documents(self) -> list[list[Line]]:
        """The lines of each document, in order."""
        found: dict[str, list[Line]] = {}
        for line in self.lines:
            found.setdefault(line.number, []).append(line)
        return list(found.values())

    def by_customer(self) -> list[list[Line]]:
        found: dict[str, list[Line]] = {}
        for line in sorted(self.lines, key=lambda each: each.customer.name):
            found.setdefault(line.customer.code, []).append(line)
        return list(found.values())

    def worded(self, word: Callable[[int, Line], str]) -> Ledger:
        """The same with a word on each line; the function is asked once a document."""
        lines = []
        for i, doc in enumerate(self.documents()):
            said = word(i, doc[0])
            lines += [replace(line, word=said) for line in doc]
        return Ledger(self.lang, self.customers, lines)


def ledger(
    rng: random.Random,
    lang: str = "en",
    *,
    documents: tuple[int, int] = (22, 34),
    lines: tuple[int, int] = (1, 3),
    returns: float = 0.1,
    whole: bool = False,
    high: int = 3000,
    year: int = 0,
    months: tuple[int, int] = (1, 12),
    numbering: str = "",
) -> Ledger:
    """A ledger of one year, sorted by day."""
    year = year or rng.choice((2024, 2025))
    customers = _customers(rng, lang)
    style = numbering or rng.choice(("INV{y}{n:04d}", "XS{y}{m:02d}{d:02d}-{n:03d}", "{n5}", "S{n5}", "RE-{y}-{n:04d}"))
    days = sorted(_days(rng, year, months, rng.randint(*documents)))
    made: list[Line] = []
    for n, day in enumerate(days, 1):
        number = style.format(y=year, m=day.month, d=day.day, n=n, n5=20000 + n * 3)
        who = customers[n - 1] if n <= len(customers) else rng.choice(customers)
        back = n > 6 and rng.random() < returns
        many = rng.randint(*lines)
        made += [_line(rng, lang, number, day, who, back, line_no, whole, high) for line_no in range(1, many + 1)]
    return Ledger(lang, customers, made)


def _days(rng: random.Random, year: int, months: tuple[int, int], many: int) -> list[dt.date]:
    first = dt.date(year, months[0], 1)
    last = dt.date(year, months[1], 28)
    days = [first + dt.timedelta(rng.randrange((last - first).days + 1)) for _ in range(many - 4)]
    sure = [dt.date(year, months[0] + (months[1] - months[0]) * i // 3, day) for i, day in enumerate((15, 21, 25, 28))]
    return days + sure  # days past the twelfth in any file


def _customers(rng: random.Random, lang: str) -> list[Customer]:
    names = list(NAMES[lang])
    rng.shuffle(names)
    style = rng.choice(("K{:03d}", "{:05d}", "C-{:04d}", "1{:04d}"))
    numbers = rng.sample(range(1, 900), 10)
    return [
        Customer(style.format(n), name, f"u{n}@example.com", f"138{n:08d}")
        for n, name in zip(numbers[: rng.randint(5, 8)], names, strict=False)
    ]


def _line(
    rng: random.Random,
    lang: str,
    number: str,
    day: dt.date,
    who: Customer,
    back: bool,
    line_no: int,
    whole: bool,
    high: int,
) -> Line:
    which = rng.randrange(5)
    price = Decimal(str(round(min(high, 8 * (high / 8) ** rng.random()), 2))).quantize(CENT)
    price = price.quantize(Decimal(1)).quantize(CENT) if whole else price
    quantity = rng.choice((1, 1, 2, 3, 4, 6, 12)) * (-1 if back else 1)
    return Line(
        number,
        day,
        who,
        "return" if back else "invoice",
        line_no,
        f"P{which + 1:02d}",
        PRODUCTS[lang][which],
        quantity,
        price,
        price * quantity,
        rng.choice(SELLERS[lang]),
    )

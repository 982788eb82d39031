"""How customers of benchmarks/otherwise.py live: clocks of their own, what befalls them, and the day some go.

Days are whole numbers from the first day of a warm-up of WARM days, that nobody is shown; the export begins after it.
Everybody is first drawn as if nobody ever left; a hazard by weeks, fed by what befalls, then says who goes when.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

WARM, AFTER, WEEK, YEAR = 182, 365, 7, 365.25
REGIONS, INDUSTRIES, FAMILIES = 6, 5, 7
KINDS = (
    "complaint", "complaint_slow", "complaint_bad", "late", "short", "return", "rebate_late", "price", "discontinued",
    "salesperson_left", "nobody_serves", "terms", "rival", "not_visited",
)  # fmt: skip
AT_ONCE, MORE_ORDERS, SLOWER, SHRINKS, DROPS_FAMILY = range(5)
STYLES = ("at once", "some more orders", "slower first", "shrinks", "drops a family")
Pairs = tuple[np.ndarray, np.ndarray]  # customers, days
MOST_RISK = 40.0  # times the base hazard, however much comes together


@dataclass(frozen=True)
class Kind:
    """What a kind of event does in this firm: relative risk (1: nothing), weeks until it acts, weeks it is held."""

    risk: float
    delay: int
    memory: int
    fades: bool  # by half in `memory` weeks; else it ends abruptly after them


@dataclass
class Firm:
    """One firm's chances and customers; arrays have one place a customer."""

    rng: np.random.Generator
    mode: str
    size: int
    end: int  # first day after the export
    days: int  # first day after the year after
    dial: dict[str, float]
    kinds: dict[str, Kind]
    joined: np.ndarray = field(default_factory=lambda: np.zeros(0, int))
    money: np.ndarray = field(default_factory=lambda: np.zeros(0))  # a month's purchases, currency
    grade: np.ndarray = field(default_factory=lambda: np.zeros(0, int))  # 0 largest, 2 smallest
    region: np.ndarray = field(default_factory=lambda: np.zeros(0, int))
    changed_on: np.ndarray = field(default_factory=lambda: np.zeros(0, int))  # day its frequency changes, or `days`
    speed: np.ndarray = field(default_factory=lambda: np.zeros(0))  # orders since then for one before, same money
    events: dict[str, Pairs] = field(default_factory=dict)  # by kind

    @property
    def weeks(self) -> int:
        """Weeks of the whole time, the last one begun included."""
        return self.days // WEEK + 1


@dataclass
class Buys:
    """What is bought as if nobody left: one row a customer, day and family; `order` counts customers' days."""

    order: np.ndarray
    customer: np.ndarray
    stream: np.ndarray
    family: np.ndarray
    money: np.ndarray
    main: np.ndarray  # the customer's first family
    stream_customer: np.ndarray  # of each stream
    stream_family: np.ndarray
    order_customer: np.ndarray  # of each order
    order_day: np.ndarray


@dataclass
class Going:
    """Who goes: day of the decision (`days` where never), way, day it is gone, what it was for."""

    decided: np.ndarray
    style: np.ndarray
    left: np.ndarray
    causes: list[str]
    hazard: np.ndarray  # customers x weeks, chance of deciding in the week


def make_firm(seed: int, customers: int, end: int, mode: str) -> Firm:
    """The firm's mechanisms, drawn by its seed."""
    rng = np.random.default_rng([seed, 20_261])
    u = rng.uniform
    dial = {
        "leave": u(0.11, 0.24), "closing": u(0.005, 0.025), "join": u(0.0, 0.22), "growth": u(-0.03, 0.08),
        "gap": np.exp(u(np.log(16), np.log(42))), "one_clock": u(0.2, 0.7), "fixed_day": u(0.05, 0.4),
        "seasonal": u(0.0, 0.5), "changed": u(0.03, 0.1), "late": u(0.02, 0.1), "short": u(0.005, 0.05),
        "return": u(0.004, 0.02), "complains": u(0.1, 0.4), "complains_alone": u(0.002, 0.008), "slow": u(0.1, 0.45),
        "bad": u(0.1, 0.4), "rebate_late": u(0.03, 0.2), "turnover": u(0.05, 0.25), "gap_of_service": u(10, 70),
        "visited": u(0.15, 0.5), "neglect": u(0.05, 0.3), "rival": u(0.05, 0.3), "terms": u(0.0, 1.0),
        "knows": u(0.0, 0.6), "stops_paying": u(0.3, 0.75), "disputes": u(0.01, 0.04), "survey_rate": u(0.2, 0.6),
        "survey_tells": u(0.2, 1.0), "two_at_once": u(1.0, 2.5), "third_late": u(0.0, 0.4), "grudge": u(0.0, 0.3),
        "tolerant": u(0.1, 0.3), "new_risk": u(1.0, 2.5), "style": u(0.5, 2.0), "entered_late": u(0.0, 0.15),
        "quick": u(0.0, 0.3), "visits_small": u(0.0, 0.4),
    }  # fmt: skip
    kinds = {}
    for name in KINDS:
        risk = 1.0 if u() < 0.35 else float(np.exp(u(np.log(2), np.log(8))))
        kinds[name] = Kind(risk, int(rng.integers(0, 9)), int(rng.integers(4, 40)), bool(u() < 0.5))
    firm = Firm(rng, mode, customers, end, end + AFTER, dial, kinds)
    new = dial["join"] * end / YEAR
    firm.joined = np.where(u(size=customers) < new / (1 + new), rng.integers(0, end, customers), -1)
    firm.money = 900 * np.exp(rng.normal(0, u(0.8, 1.3), customers))
    firm.grade = np.searchsorted(np.quantile(-firm.money, [0.1, 0.35]), -firm.money)
    firm.region = rng.integers(0, REGIONS, customers)
    changed = u(size=customers) < dial["changed"]
    firm.changed_on = np.where(changed, rng.integers(WARM, firm.days, customers), firm.days)
    firm.speed = np.where(u(size=customers) < 0.5, u(0.35, 0.6, customers), u(1.8, 2.6, customers))
    return firm


def buying(firm: Firm) -> Buys:
    """Orders by clocks: each stream renews by gaps of its own, some by fixed days, some by season."""
    rng, size, dial = firm.rng, firm.size, firm.dial
    streams = np.where(rng.uniform(size=size) < dial["one_clock"], 1, 2 + np.minimum(rng.poisson(0.6, size), 2))
    who = np.repeat(np.arange(size), streams)
    first = np.cumsum(streams) - streams
    base = rng.integers(0, FAMILIES, size)
    family = (base[who] + (np.arange(len(who)) - first[who])) % FAMILIES
    gap = np.clip(dial["gap"] * np.exp(rng.normal(0, 0.55, len(who))) * np.sqrt(streams[who]), 4, 150)
    stream, tau = _renewals(firm, who, gap)
    customer = who[stream]
    profile = np.where(rng.uniform(size=size) < dial["seasonal"], rng.integers(1, 4, size), 0)
    day = _warped(firm, profile, customer, tau)
    keep = (day >= np.maximum(firm.joined, 0)[customer]) & (day < firm.days)
    stream, customer, day = stream[keep], customer[keep], _snapped(firm, customer[keep], day[keep])
    keep = day < firm.days
    stream, customer, day = stream[keep], customer[keep], day[keep]
    share = rng.uniform(0.3, 1, len(who))
    share = share / np.bincount(who, share, size)[who]
    trend = rng.normal(dial["growth"], 0.1, size)
    faster = np.where(day >= firm.changed_on[customer], firm.speed[customer], 1.0)
    money = firm.money[customer] * share[stream] * gap[stream] / 30 * np.exp(rng.normal(0, 0.35, len(day))) / faster
    money = money * np.exp(trend[customer] * (day - WARM) / YEAR)
    key = customer * (firm.days + 1) + day
    keys, order = np.unique(key, return_inverse=True)
    main = np.arange(len(who)) == first[who]
    return Buys(order, customer, stream, family[stream], money, main[stream], who, family,
                keys // (firm.days + 1), keys % (firm.days + 1))  # fmt: skip


def _renewals(firm: Firm, who: np.ndarray, gap: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Streams and times of renewals in a time of the customer's own, gamma or lognormal gaps."""
    rng = firm.rng
    room = np.where(firm.changed_on < firm.days, np.maximum(firm.speed, 1.0), 1.0)[who] * firm.days
    count = (room / gap * 1.35 + 18).astype(int)
    stream = np.repeat(np.arange(len(who)), count)
    gamma = rng.uniform(size=len(who)) < 0.5
    shape = np.exp(rng.uniform(np.log(1.2), np.log(14), len(who)))
    spread = rng.uniform(0.2, 0.75, len(who))
    drawn = np.where(
        gamma[stream],
        rng.gamma(shape[stream]) / shape[stream],
        np.exp(rng.normal(0, 1, len(stream)) * spread[stream] - spread[stream] ** 2 / 2),
    )
    total = np.cumsum(drawn * gap[stream])
    start = np.cumsum(count) - count
    before = np.concatenate([[0.0], total])[start]
    tau = total - before[stream] - (rng.uniform(0, 2, len(who)) * gap)[stream] * (firm.joined < 0)[who][stream]
    return stream, tau


def _season(firm: Firm) -> np.ndarray:
    """Four profiles' own time by day; the first has none, the others rest for a part of the year."""
    day = np.arange(firm.days + 1)
    rows = [day.astype(float)]
    for _ in range(3):
        wave = 1 + np.cos(2 * np.pi * (day / YEAR - firm.rng.uniform()))
        density = wave ** firm.rng.uniform(0.4, 2.0) + 0.03
        rows.append(np.concatenate([[0.0], np.cumsum(density / density.mean())[:-1]]))
    return np.stack(rows)


def _warped(firm: Firm, profile: np.ndarray, customer: np.ndarray, tau: np.ndarray) -> np.ndarray:
    """Days of the calendar: own time since joining, sped up or slowed down where the frequency changed, by season."""
    day = np.full(len(tau), float(firm.days))
    joined = np.maximum(firm.joined, 0)
    for number, row in enumerate(_season(firm)):
        mine = np.flatnonzero(profile[customer] == number)
        whose = customer[mine]
        own = tau[mine] + row[joined[whose]]
        turn = row[np.minimum(firm.changed_on, firm.days)[whose]]
        own = np.where(own < turn, own, turn + (own - turn) / firm.speed[whose])
        day[mine] = np.where(own < 0, -1, np.interp(own, row, np.arange(len(row)), right=firm.days))
    return day


def _snapped(firm: Firm, customer: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Whole days: some customers order on one weekday, some about one day of the month; few on Sundays."""
    rng = firm.rng
    luck = rng.uniform(size=firm.size)
    half = firm.dial["fixed_day"] / 2
    weekday = rng.integers(0, 5, firm.size)
    month_day = rng.integers(1, 28, firm.size)
    whole = np.floor(day).astype(int)
    weekly = whole + (weekday[customer] - whole) % WEEK
    month = np.floor(day / (YEAR / 12))
    monthly = (month * YEAR / 12 + month_day[customer] + rng.integers(0, 2, len(day))).astype(int)
    plain = whole + np.where(whole % WEEK == 6, 1, 0)
    way = np.where(luck < half, 1, np.where(luck < 2 * half, 2, 0))[customer]
    return np.maximum(np.choose(way, [plain, weekly, monthly]), np.maximum(firm.joined, 0)[customer])


def active(firm: Firm, kind: Kind, pairs: Pairs, grudge: np.ndarray, quick: np.ndarray, least: int = 1) -> np.ndarray:
    """Customers x weeks, 0 to 1: how much of a kind of event acts; from `least` of them within 26 weeks on."""
    who, on = pairs
    week = on // WEEK + np.where(quick[who], 0, kind.delay)
    here = (week >= 0) & (week < firm.weeks)
    counts = np.zeros((firm.size, firm.weeks), np.float32)
    np.add.at(counts, (who[here], week[here]), 1)
    if least > 1:
        total = np.cumsum(counts, 1)
        total[:, 26:] -= total[:, :-26].copy()
        counts = np.where(total >= least, counts, 0).astype(np.float32)
    left = np.zeros(firm.size, np.float32)
    acts = np.empty_like(counts)
    memory = np.where(grudge, 4 * kind.memory, kind.memory)
    step = (0.5 ** (1 / memory) if kind.fades else 1 / memory).astype(np.float32)
    for at in range(firm.weeks):
        left = left * step if kind.fades else left - step
        left = np.where(counts[:, at] > 0, 1.0, left).astype(np.float32)
        acts[:, at] = np.maximum(left, 0) if kind.fades else left > 0
    return acts


def going(firm: Firm) -> Going:
    """Who decides to go when, by hazard, and how; needs the firm's events."""
    rng, size, dial = firm.rng, firm.size, firm.dial
    feels = np.where(rng.uniform(size=size) < dial["tolerant"], 0, np.exp(rng.normal(-0.05, 0.3, size)))
    grudge = rng.uniform(size=size) < dial["grudge"]
    third = rng.uniform(size=size) < dial["third_late"]
    quick = rng.uniform(size=size) < dial["quick"]  # goes before the event is answered
    shares: dict[str, np.ndarray] = {}
    together = np.zeros((size, firm.weeks), np.float32)
    for name, kind in firm.kinds.items():
        who, on = firm.events[name]
        who, on = who[on > firm.joined[who]], on[on > firm.joined[who]]
        acts = active(firm, kind, (who, on), grudge, quick)
        if name == "late":
            acts[third] = 1.3 * active(firm, kind, (who, on), grudge, quick, 3)[third]
        shares[name] = (acts * np.log(kind.risk) * feels[:, None]).astype(np.float32)
        together += (acts > 0.5) & (kind.risk > 1)
    log_risk = sum(shares.values()) + np.log(dial["two_at_once"]) * (together >= 2) * (feels > 0)[:, None]
    base = rng.gamma(3, 1 / 3, size) * (1 + 0.25 * firm.grade)
    age = np.arange(firm.weeks) * WEEK - firm.joined[:, None]
    new = (firm.joined >= 0)[:, None] & (age < YEAR)
    raw = base[:, None] * np.exp(np.minimum(log_risk, np.log(MOST_RISK))) * np.where(new, dial["new_risk"], 1)
    raw = np.where(age >= 0, raw, 0)
    hazard = raw * _level(raw, dial["leave"])
    closing = np.where(age >= 0, dial["closing"] * WEEK / YEAR, 0)
    if firm.mode == "null":
        hazard, closing = hazard * 0, closing * 0
    total = np.cumsum(hazard + closing, 1)
    decides = (total > rng.exponential(size=size)[:, None]) & (age >= 0)
    week = np.where(decides.any(1), decides.argmax(1), firm.weeks)
    decided = np.minimum(week * WEEK + rng.integers(0, WEEK, size), firm.days)
    at = np.minimum(week, firm.weeks - 1)
    rows = np.arange(size)
    closes = rng.uniform(size=size) * (hazard + closing)[rows, at] < closing[rows, at]
    weights = rng.dirichlet(np.array([3, 3, 2, 0.8, 0.8]) * dial["style"])
    style = np.where(closes | quick, AT_ONCE, rng.choice(5, size, p=weights))
    causes = _causes(shares, at, decided < firm.days, closes)
    return Going(decided, style, np.full(size, firm.days), causes, 1 - np.exp(-(hazard + closing)))


def _level(raw: np.ndarray, leave: float) -> float:
    """What the hazards are multiplied with so that the wanted share decides in a year."""
    sums = np.stack([raw[:, at : at + 52].sum(1) for at in range(26, raw.shape[1] - 52, 26)])
    sums = sums[sums > 0]
    low, high = -20.0, 5.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if (1 - np.exp(-sums * np.exp(middle))).mean() < leave else (low, middle)
    return float(np.exp(low))


def _causes(shares: dict[str, np.ndarray], at: np.ndarray, goes: np.ndarray, closes: np.ndarray) -> list[str]:
    """What it was for, strongest first: kinds that raised the chance by three tenths or more in the week."""
    names = list(shares)
    rows = np.arange(len(at))
    weight = np.stack([shares[name][rows, at] for name in names], 1)
    strongest = np.argsort(-weight, 1)
    found = []
    for row in range(len(at)):
        if not goes[row]:
            found.append("")
        elif closes[row]:
            found.append("closing")
        else:
            mine = [names[k] for k in strongest[row] if weight[row, k] > np.log(1.3)]
            found.append("+".join(mine) or "base")
    return found


def gone(firm: Firm, buys: Buys, go: Going) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What is really bought: day of each order, whether each buy happens, its money; sets the days of leaving."""
    rng, who, day = firm.rng, buys.order_customer, buys.order_day
    decided, style = go.decided[who], go.style[who]
    after = day > decided
    slow = rng.uniform(1.5, 2.6, firm.size)[who]
    real = np.where(after & (style == SLOWER), decided + (day - decided) * slow, day).astype(int)
    first = np.searchsorted(who, np.arange(firm.size))
    counted = np.concatenate([[0], np.cumsum(after)])
    rank = np.cumsum(after) - counted[first][who]  # 1 is the first order after the decision
    more = np.where(go.style == SLOWER, rng.integers(2, 5, firm.size), rng.integers(1, 4, firm.size))
    allowed = np.choose(style, [0 * rank, more[who], more[who], rank, rank])
    happens = (~after | (rank <= allowed)) & (real < firm.days)
    kept = happens & after
    last = np.zeros(firm.size, int)
    np.maximum.at(last, who[kept], real[kept])
    placed = np.bincount(who[kept], minlength=firm.size)
    goes = (go.decided < firm.days) & (go.style <= SLOWER)
    at_once = goes & (go.style == AT_ONCE)
    late = goes & (go.style != AT_ONCE) & (placed >= more)  # who still has orders to come has not left yet
    go.left = np.where(at_once, go.decided, np.where(late, last, firm.days))
    shrunk = rng.uniform(0.2, 0.6, firm.size)
    buy_after = after[buys.order]
    money = buys.money * np.where(buy_after & (go.style == SHRINKS)[buys.customer], shrunk[buys.customer], 1.0)
    money = money * np.where(buy_after & (go.style == SLOWER)[buys.customer], 0.8, 1.0)
    many = np.bincount(buys.customer, ~buys.main, firm.size) > 0
    dropped = buy_after & (go.style == DROPS_FAMILY)[buys.customer] & buys.main & many[buys.customer]
    return real, happens[buys.order] & ~dropped, money

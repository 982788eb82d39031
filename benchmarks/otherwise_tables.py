"""The tables of a firm of benchmarks/otherwise.py as its programs export them, with canonical English headings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from otherwise_events import A_FAMILY
from otherwise_life import AFTER, AT_ONCE, FAMILIES, INDUSTRIES, REGIONS, SLOWER, WARM, YEAR

if TYPE_CHECKING:
    from otherwise_events import Befallen
    from otherwise_life import Buys, Firm, Going

NEVER = 99_999
REGION = ("North", "South", "East", "West", "Centre", "Coast")
INDUSTRY = ("bakery", "garage", "clinic", "printer", "farm")
FAMILY = ("filters", "gloves", "cleaning", "adhesives", "packaging", "tools", "lubricants")
SAID = (
    "The delivery came days after the promised day and our line stood still.",
    "Goods were missing from the delivery again.",
    "The goods are of poor quality; several are broken.",
    "Nobody answers our calls about the invoice.",
)
WELL = ("All is well, stock counted", "Offered the new range", "Talked about next month's need", "Samples handed over")
ILL = ("Is unhappy about late deliveries", "Complains about our prices", "Says that a rival made an offer")


@dataclass
class Lines:
    """One place a line of what is really ordered, sorted by day: whose, which order, what, how much."""

    order: np.ndarray
    customer: np.ndarray
    day: np.ndarray
    product: np.ndarray
    quantity: np.ndarray
    unit: np.ndarray  # cents
    listed: np.ndarray  # cents
    number: np.ndarray  # of the document
    line_no: np.ndarray


class Calendar:
    """Days of the firm as days of the calendar; those after the export's last are not known there."""

    def __init__(self, first: np.datetime64, firm: Firm) -> None:
        self.first = first
        self.end = firm.end

    def days(self, day: np.ndarray, known: bool = True) -> pl.Series:
        """As dates; null after the export's last day where only what is known then is asked for."""
        on = self.first.astype(int) + np.asarray(day)
        whole = pl.Series(np.asarray(on, np.int32))
        shown = np.asarray(day) < (self.end if known else NEVER)
        return pl.select(pl.when(pl.Series(shown)).then(whole)).to_series().cast(pl.Date)


def codes(prefix: str, numbers: np.ndarray, width: int = 5) -> pl.Series:
    """Codes such as C00012."""
    return prefix + pl.Series(np.asarray(numbers, np.int64)).cast(pl.String).str.zfill(width)


def money(cents: np.ndarray) -> pl.Series:
    """Cents as decimal money."""
    return (pl.Series(np.asarray(cents, np.float64)) / 100).cast(pl.Decimal(18, 2))


def lines(firm: Firm, buys: Buys, all_of: Befallen, real: np.ndarray, happens: np.ndarray, spent: np.ndarray) -> Lines:
    """One to three products a buy, the stream's own first, at the day's price less the customer's discount."""
    rng, prices = firm.rng, all_of.prices
    here = np.flatnonzero(happens & (real[buys.order] >= WARM))
    here = here[np.argsort(real[buys.order[here]], kind="stable")]
    count = 1 + rng.binomial(2, 0.35, len(here))
    buy = np.repeat(here, count)
    nth = np.arange(len(buy)) - np.repeat(np.cumsum(count) - count, count)
    family = buys.family[buy]
    product = np.where(nth == 0, prices.main[buys.stream[buy]], family * A_FAMILY + rng.integers(0, A_FAMILY, len(buy)))
    order = buys.order[buy]
    day, customer = real[order], buys.customer[buy]
    product = np.where(prices.discontinued[product] <= day, family * A_FAMILY + A_FAMILY - 1, product)
    listed = np.round(100 * prices.level[product, np.searchsorted(prices.days, day, side="right")])
    off = prices.discount[customer] - np.where(day >= prices.lost_on[customer], prices.lost[customer], 0)
    unit = np.maximum(np.round(listed * (1 - off)), 1)
    part = np.where(nth == 0, 1.0, rng.uniform(0.1, 0.5, len(buy)))
    part = part / np.repeat(np.add.reduceat(part, np.cumsum(count) - count), count) if len(part) else part
    quantity = np.maximum(1, np.round(100 * spent[buy] * part / unit)).astype(int)
    sort = np.lexsort((nth, order, day))
    order, day = order[sort], day[sort]
    new = np.r_[True, order[1:] != order[:-1]] if len(order) else np.zeros(0, bool)
    number = np.cumsum(new)
    start = np.flatnonzero(new)
    line_no = np.arange(len(order)) - start[number - 1] + 1
    return Lines(order, customer[sort], day, product[sort], quantity[sort], unit[sort], listed[sort], number, line_no)


def documents(firm: Firm, held: Lines, all_of: Befallen, go: Going, calendar: Calendar) -> dict[str, pl.DataFrame]:
    """Orders, deliveries, invoices and returns by the export's last day."""
    rng, goods = firm.rng, all_of.goods
    due, delivered = held.day + goods.due[held.order], held.day + goods.delivered[held.order]
    short = goods.short[held.order]
    sent = np.where(short, np.floor(held.quantity * rng.uniform(0.2, 0.8, len(short))), held.quantity).astype(int)
    invoiced = delivered + (held.order % 3)
    paid = invoiced + _days_to_pay(firm, held, go)
    seller = _seller(all_of, held.customer, held.day)
    returned = goods.returned[held.order] & (held.line_no == 1) & (sent > 0)
    back = delivered + 3 + held.order % 15
    given = np.maximum(1, np.round(sent * 0.4)).astype(int)
    due_on, came_on = ("due_on", calendar.days(due, False)), ("delivered_on", calendar.days(delivered))

    def kind(name: str, prefix: str, on: np.ndarray, quantity: np.ndarray, keep: np.ndarray, *more: object) -> None:
        frame = pl.DataFrame({
            "kind": pl.Series([name]).new_from_index(0, len(on)),
            "document_id": codes(prefix, held.number, 6), "line_no": pl.Series(held.line_no),
            "customer_id": codes("C", held.customer), "date": calendar.days(on, False),
            "product_id": codes("P", held.product, 3), "quantity": pl.Series(quantity),
            "unit_price": money(held.unit), "amount": money(quantity * held.unit), "list_price": money(held.listed),
            "salesperson_id": seller, **dict(more),
        })  # fmt: skip
        found[name] = frame.filter(pl.Series(keep & (on < firm.end)))

    found: dict[str, pl.DataFrame] = {}
    everything = np.ones(len(short), bool)
    kind("order", "SO", held.day, held.quantity, everything, due_on, came_on)
    if firm.mode != "orders only":
        kind("delivery", "DN", delivered, sent, sent > 0, due_on, came_on)
        kind("invoice", "IN", invoiced, sent, sent > 0, ("paid_on", calendar.days(paid)))
        kind("return", "CN", back, -given, returned)
    else:
        found["order"] = found["order"].drop("due_on", "delivered_on", "list_price", "salesperson_id")
    return found


def _days_to_pay(firm: Firm, held: Lines, go: Going) -> np.ndarray:
    """Days from invoice to payment of each line: a habit of each customer, disputes of some, none of most leavers."""
    rng, dial, size = firm.rng, firm.dial, firm.size
    orders = int(held.order.max(initial=0)) + 1
    habit = rng.choice([20, 30, 45, 60], size) * np.exp(rng.normal(0, 0.25, size))
    took = habit[held.customer] * np.exp(rng.normal(0, 0.2, orders))[held.order]
    disputes = rng.uniform(size=size) < 1 - (1 - dial["disputes"]) ** (firm.days / YEAR)
    begin, wait = rng.integers(0, firm.days, size), rng.integers(45, 150, size)
    within = disputes[held.customer] & (held.day >= begin[held.customer])
    within &= held.day < (begin + wait)[held.customer]
    took = np.where(within, took + rng.integers(50, 160, size)[held.customer], took)
    goes = (go.decided < firm.days) & (go.style <= SLOWER)
    closing = np.array([cause == "closing" for cause in go.causes])
    stops = goes & (rng.uniform(size=size) < np.where(closing, 0.85, dial["stops_paying"]))
    since = go.decided - rng.integers(40, 200, size)
    never = stops[held.customer] & (held.day > since[held.customer])
    return np.where(never & (rng.uniform(size=orders)[held.order] < 0.9), NEVER, took).astype(int)


def _seller(all_of: Befallen, customer: np.ndarray, day: np.ndarray) -> pl.Series:
    """Who serves the customer on the day; null where nobody does."""
    service = all_of.service
    sort = np.lexsort((service.start, service.customer))
    whose, start, end = service.customer[sort], service.start[sort], service.end[sort]
    at = np.searchsorted(whose * 100_000 + start + 2000, customer * 100_000 + day + 2000, side="right") - 1
    served = (whose[at] == customer) & (end[at] >= day)
    found = codes("S", service.seller[sort][at], 3)
    return pl.select(pl.when(pl.Series(served)).then(found)).to_series()


def registers(firm: Firm, all_of: Befallen, go: Going, here: np.ndarray, calendar: Calendar) -> dict[str, pl.DataFrame]:
    """Lists of customers (those `here`), products, prices, people and who serves whom."""
    rng, prices, service = firm.rng, all_of.prices, all_of.service
    since = np.where(firm.joined < 0, WARM - rng.integers(200, 3000, firm.size), firm.joined)
    closed = np.array([cause == "closing" for cause in go.causes]) & (rng.uniform(size=firm.size) < 0.5)
    closed_on = np.where(closed, go.left + rng.integers(15, 90, firm.size), NEVER)
    products = np.arange(FAMILIES * A_FAMILY)
    successor = products // A_FAMILY * A_FAMILY + A_FAMILY - 1
    ended = prices.discontinued < firm.end
    changed = np.concatenate([[-600], prices.days])
    product, change = np.meshgrid(products, np.arange(len(changed)), indexing="ij")
    moved = (change == 0) | (prices.level[product, change] != prices.level[product, np.maximum(change - 1, 0)])
    moved &= changed[change] < firm.end
    serves = (service.start < firm.end) & np.isin(service.customer, here)
    hired = service.joined < firm.end
    sellers = np.arange(len(service.joined))
    return {
        "customer": pl.DataFrame({
            "customer_id": codes("C", here), "name": "Company " + codes("", here),
            "grade": pl.Series(np.array(["A", "B", "C"])[firm.grade[here]]),
            "industry": pl.Series(np.array(INDUSTRY)[here * 7 % INDUSTRIES]),
            "region": pl.Series(np.array(REGION)[firm.region[here] % REGIONS]),
            "since": calendar.days(since[here]), "closed_on": calendar.days(closed_on[here]),
        }),
        "product": pl.DataFrame({
            "product_id": codes("P", products, 3), "name": "Item " + codes("", products, 3),
            "family": pl.Series(np.array(FAMILY)[products // A_FAMILY]),
            "discontinued_on": calendar.days(prices.discontinued),
            "replaced_by": pl.select(pl.when(pl.Series(ended)).then(codes("P", successor, 3))).to_series(),
        }),
        "list_price": pl.DataFrame({
            "product_id": codes("P", product[moved], 3), "from_on": calendar.days(changed[change[moved]]),
            "price": money(100 * prices.level[product, change][moved]),
        }),
        "salesperson": pl.DataFrame({
            "salesperson_id": codes("S", sellers, 3), "name": "Seller " + codes("", sellers, 3),
            "joined_on": calendar.days(service.joined), "left_on": calendar.days(service.left),
        }).filter(pl.Series(hired)),
        "assignment": pl.DataFrame({
            "customer_id": codes("C", service.customer), "salesperson_id": codes("S", service.seller, 3),
            "from_on": calendar.days(service.start), "to_on": calendar.days(service.end),
        }).filter(pl.Series(serves)),
    }  # fmt: skip


def complaint(firm: Firm, buys: Buys, all_of: Befallen, real: np.ndarray, placed: np.ndarray, calendar: Calendar
              ) -> pl.DataFrame:  # fmt: skip
    """Complaints about orders that were really `placed`."""
    told = all_of.complaints
    opened = real[told.order] + told.opened
    replied, resolved = opened + told.replied, opened + told.resolved
    late = firm.rng.uniform(size=len(opened)) < firm.dial["entered_late"]
    entered = opened + np.where(late, firm.rng.integers(1, 25, len(opened)), 0)
    keep = placed[told.order] & (opened >= WARM) & (entered < firm.end)
    done = resolved < firm.end
    verdict = np.where(told.bad, "dissatisfied", "satisfied")
    return pl.DataFrame({
        "complaint_id": codes("K", np.arange(len(opened))),
        "customer_id": codes("C", buys.order_customer[told.order]), "opened_on": calendar.days(opened),
        "kind": pl.Series(np.array(["delivery", "quantity", "quality", "service"])[told.about]),
        "text": pl.Series(np.array(SAID)[told.about]), "severity": pl.Series(1 + told.about % 3),
        "replied_on": calendar.days(replied), "resolved_on": calendar.days(resolved),
        "verdict": pl.select(pl.when(pl.Series(done)).then(pl.Series(verdict))).to_series(),
        "reopened": pl.Series(np.where(told.reopened & done, "yes", "no")), "recorded_on": calendar.days(entered),
    }).filter(pl.Series(keep))  # fmt: skip


def told(firm: Firm, all_of: Befallen, go: Going, calendar: Calendar) -> dict[str, pl.DataFrame]:
    """Promises, what the firm changed, rivals seen, visits and surveys."""
    rng, promised = firm.rng, all_of.promises
    who, on = promised["customer"], promised["promised"]
    amount = np.round(100 * firm.money[who] * 3 * promised["share"])
    frames = {
        "promise": pl.DataFrame({
            "promise_id": codes("R", np.arange(len(who))), "customer_id": codes("C", who),
            "kind": pl.Series(["rebate"]).new_from_index(0, len(who)), "promised_on": calendar.days(on),
            "due_on": calendar.days(promised["due"], False), "kept_on": calendar.days(promised["kept"]),
            "amount": money(amount),
        }).filter(pl.Series((on >= WARM) & (on < firm.end) & (on < go.left[who])))
    }  # fmt: skip
    changes = [
        (day, "price", ", ".join(name for name, step in zip(FAMILY, rise, strict=True) if step), _moved(rise))
        for day, rise in zip(all_of.prices.days, all_of.prices.rise.T, strict=True)
    ]
    changes += [(day, "terms", ("all", "grades B and C", "grade C")[grade],
                 ("Minimum order raised to 500", "Payment terms shortened to 30 days")[day % 2])
                for day, grade in all_of.terms]  # fmt: skip
    changes = sorted(each for each in changes if WARM <= each[0] < firm.end)
    if changes:
        days, kinds, scopes, texts = zip(*changes, strict=True)
        frames["company_change"] = pl.DataFrame({
            "change_id": codes("N", np.arange(len(days)), 3), "kind": pl.Series(kinds),
            "on": calendar.days(np.array(days)), "scope": pl.Series(scopes), "text": pl.Series(texts),
        })  # fmt: skip
    seen = sorted(each for each in all_of.rivals if WARM <= each[0] < firm.end)
    if seen:
        day, region = np.array(seen).T
        frames["competitor_observation"] = pl.DataFrame({
            "observation_id": codes("O", np.arange(len(day)), 4), "on": calendar.days(day),
            "region": pl.Series(np.array(REGION)[region]), "competitor": codes("Rival ", region % 3 + 1, 1),
            "price_index": pl.Series(rng.uniform(0.8, 1.0, len(day)).round(2)),
            "delivery_days": pl.Series(rng.integers(1, 6, len(day))),
        })  # fmt: skip
    frames["contact"] = _contacts(firm, all_of, go, calendar)
    survey = _survey(firm, go, calendar)
    return frames | ({"survey_answer": survey} if len(survey) else {})


def _moved(rise: np.ndarray) -> str:
    most = rise[np.argmax(np.abs(rise))]
    return f"List prices {'raised' if most > 0 else 'lowered'} by {abs(most):.0%}"


def _contacts(firm: Firm, all_of: Befallen, go: Going, calendar: Calendar) -> pl.DataFrame:
    """Visits; where the salesperson knows of a loss before, the visits stop."""
    rng = firm.rng
    who, on = all_of.visits
    goes = go.left < firm.days
    knows = goes & (rng.uniform(size=firm.size) < firm.dial["knows"])
    stop = np.where(knows, go.decided - rng.integers(15, 110, firm.size), go.left + 45)
    keep = (on >= WARM) & (on < firm.end) & (on < np.where(goes, stop, firm.days)[who])
    who, on = who[keep], on[keep]
    near = (go.decided[who] - on < 150) & (go.style[who] != AT_ONCE)
    ill = rng.uniform(size=len(who)) < np.where(near, 0.35, 0.08)
    text = np.where(ill, np.array(ILL)[rng.integers(0, 3, len(who))], np.array(WELL)[rng.integers(0, 4, len(who))])
    return pl.DataFrame({
        "contact_id": codes("V", np.arange(len(who)), 6), "customer_id": codes("C", who), "at": calendar.days(on),
        "channel": pl.Series(np.where(rng.uniform(size=len(who)) < 0.8, "visit", "telephone")),
        "by": _seller(all_of, who, on), "text": pl.Series(text),
    })  # fmt: skip


def _survey(firm: Firm, go: Going, calendar: Calendar) -> pl.DataFrame:
    """Scores of 0 to 10 in waves; lower before leaving, as far as the firm's survey tells."""
    rng, dial = firm.rng, firm.dial
    parts = []
    for wave, day in enumerate(range(WARM + 90, firm.end - 20, int(rng.choice([182, 365])))):
        asked = np.flatnonzero((firm.joined < day) & (go.left > day) & (rng.uniform(size=firm.size) < 0.5))
        soon = go.decided[asked] - day < 240
        lower = np.where(soon, rng.gamma(2, 1.6, len(asked)), 0)
        score = rng.normal(8.2, 1.3, len(asked)) - dial["survey_tells"] * lower
        answers = rng.uniform(size=len(asked)) < dial["survey_rate"]
        shown = pl.Series(np.clip(np.round(score), 0, 10).astype(int))
        parts.append(pl.DataFrame({
            "survey_id": codes("W", np.full(len(asked), wave), 2), "customer_id": codes("C", asked),
            "question_id": pl.Series(["satisfied"]).new_from_index(0, len(asked)),
            "asked_on": calendar.days(np.full(len(asked), day)),
            "answered_on": calendar.days(np.where(answers, day + rng.integers(1, 20, len(asked)), NEVER)),
            "score": pl.select(pl.when(pl.Series(answers)).then(shown)).to_series(),
        }))  # fmt: skip
    return pl.concat(parts) if parts else pl.DataFrame()


def after(firm: Firm, held: Lines, calendar: Calendar) -> pl.DataFrame:
    """Order lines of the year after the export."""
    here = (held.day >= firm.end) & (held.day < firm.end + AFTER)
    return pl.DataFrame({
        "customer_id": codes("C", held.customer), "date": calendar.days(held.day, False),
        "document_id": codes("SO", held.number, 6), "product_id": codes("P", held.product, 3),
        "quantity": pl.Series(held.quantity), "amount": money(held.quantity * held.unit),
    }).filter(pl.Series(here))  # fmt: skip

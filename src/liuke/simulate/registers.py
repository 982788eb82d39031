"""Registers of the firm: customers, products, salespeople, who looks after whom, prices, wallets, contracts, needs."""

from __future__ import annotations

import numpy as np
import polars as pl

from liuke.simulate.chance import Ints
from liuke.simulate.roster import TEAM
from liuke.simulate.state import CLOSED, PRUNED
from liuke.simulate.view import View, gather
from liuke.simulate.words import days, money_word, pick

DEALER_PRICE = 0.9  # of the list


def since_when(view: View) -> Ints:
    """Day number on which each customer's file was opened."""
    who = view.firm.customers
    part = view.luck("since", len(who))
    inside = view.starts[np.clip(who.joined, 0, view.firm.months)]
    return np.where(who.joined >= 0, inside, view.starts[0] + who.joined * 30 - (part * 29).astype(np.int64))


def customer(view: View) -> pl.DataFrame:
    """One row a customer whose file is open at the end."""
    who, words, size = view.firm.customers, view.words, len(view.firm.customers)
    status = view.life.path.status[:, view.firm.months - 1]
    gone = np.argmax(view.life.path.status[:, : view.firm.months] == status[:, None], axis=1)
    known = ((status == CLOSED) & (view.luck("closed", size) < 0.7)) | (
        (status == PRUNED) & (view.luck("dropped", size) < 0.85)
    )
    luck = view.luck("customer", size)
    previous = np.maximum(np.arange(size) - 1 - (luck * 40).astype(np.int64), 0)
    referred = (view.luck("referred", size) < 0.1) & (who.joined[previous] < who.joined)
    parent = (view.luck("parent", size) < 0.03) & (previous < np.arange(size))
    names, titles = words.words("surnames"), words.words("titles")
    people = pl.Series([surname + title for surname in names for title in titles])
    frame = pl.DataFrame(
        {
            "customer_id": view.customer_ids,
            "name": view.customer_names,
            "grade": pick(words.words("grades"), who.grade),
            "industry": pick(view.industries, who.industry),
            "region": pick(view.regions, who.region),
            "channel": pick([words.word("direct"), words.word("dealer")], who.dealer.astype(np.int64)),
            "tier": pick([words.word("tier_user"), words.word("tier_dealer")], who.dealer.astype(np.int64)),
            "since": days(since_when(view)),
            "parent_id": gather(view.customer_ids, np.where(parent, previous, -1)),
            "referred_by": gather(view.customer_ids, np.where(referred, previous, -1)),
            "closed_on": days(view.starts[gone] + 10, known),
            "closed_reason": pick(
                [words.word("closed_down"), words.word("dropped")],
                np.where(known, (status == PRUNED).astype(np.int64), -1),
            ),
            "consent": view.yes_no(view.luck("consent", size) < 0.8),
            "contact_name": gather(people, (luck * len(people)).astype(np.int64)),
        }
    )
    return frame.filter(pl.Series(who.joined < view.firm.months))


def product(view: View) -> pl.DataFrame:
    """One row a product launched by the end."""
    sold, months = view.firm.catalogue, view.firm.months
    gone = (sold.gone < months).astype(bool)
    launched = np.where(
        sold.launched >= 0, view.starts[np.clip(sold.launched, 0, months)], view.starts[0] + sold.launched * 30
    )
    frame = pl.DataFrame(
        {
            "product_id": view.product_ids,
            "name": view.product_names,
            "family": pick(view.families, sold.family),
            "launched_on": days(launched),
            "discontinued_on": days(view.starts[np.minimum(sold.gone, months)] - 1, gone),
            "replaced_by": gather(view.product_ids, np.where(gone, sold.successor, -1)),
            "service_interval_days": pl.Series(sold.interval),
        }
    )
    return frame.with_columns(
        service_interval_days=pl.when(pl.col("service_interval_days") > 0).then(pl.col("service_interval_days"))
    ).filter(pl.Series(sold.launched < months))


def salesperson(view: View) -> pl.DataFrame:
    """One row a salesperson who had joined by the end."""
    made, months = view.life.departures, view.firm.months
    here = made.joined < months
    number = np.arange(len(made.left))
    team = number // TEAM
    luck = view.luck("salesperson", len(number))
    joined = np.where(
        made.joined >= 0,
        view.starts[np.clip(made.joined, 0, months)],
        view.starts[0] + made.joined * 30 - (luck * 20).astype(np.int64),
    )
    word = view.words.word("team")
    teams = [
        word.format(region=view.regions[n % len(view.regions)], number=n // len(view.regions) + 1)
        for n in range(int(team.max()) + 1)
    ]
    head = team * TEAM
    frame = pl.DataFrame(
        {
            "salesperson_id": view.salesperson_ids,
            "name": view.salesperson_names,
            "team": pick(teams, team),
            "manager_id": gather(view.salesperson_ids, np.where(head == number, -1, head)),
            "joined_on": days(joined),
            "left_on": days(view.starts[np.clip(made.left, 0, months)] - 1, made.left < months),
        }
    )
    return frame.filter(pl.Series(here))


def assignment(view: View) -> pl.DataFrame:
    """One row a customer and salesperson from a day on."""
    months, who = view.firm.months, view.firm.customers
    owner = view.life.departures.salesperson[:, :months]
    first = np.clip(who.joined, 0, months - 1)
    begins = np.zeros(owner.shape, dtype=bool)
    begins[:, 1:] = (owner[:, 1:] != owner[:, :-1]) & (np.arange(1, months)[None, :] > first[:, None])
    begins[np.arange(len(who)), first] = True
    begins[who.joined >= months] = False
    customer_number, month = np.nonzero(begins)
    opened = since_when(view)
    start = np.where(month == first[customer_number], opened[customer_number], view.starts[month])
    follows = np.append(customer_number[1:] == customer_number[:-1], False)
    until = np.append(start[1:], 0) - 1
    return pl.DataFrame(
        {
            "customer_id": gather(view.customer_ids, customer_number),
            "from_on": days(start),
            "salesperson_id": gather(view.salesperson_ids, owner[customer_number, month].astype(np.int64)),
            "to_on": days(until, follows),
        }
    )


def list_price(view: View) -> pl.DataFrame:
    """One row a product, tier and day from which a price holds."""
    sold, own = view.firm.catalogue, view.firm.market.own
    changes = [0, *(m for m in range(1, view.firm.months) if own[m] != own[m - 1])]
    frames = []
    for month in changes:
        on_sale = np.flatnonzero((sold.gone > month) & (sold.launched < view.firm.months))
        late = sold.launched[on_sale] > month
        start = np.where(late, view.starts[np.clip(sold.launched[on_sale], 0, None)], view.starts[month])
        price = np.round(sold.price[on_sale] * np.exp(own[month]))
        for tier, share in (("tier_user", 1.0), ("tier_dealer", DEALER_PRICE)):
            frames.append(
                pl.DataFrame(
                    {
                        "product_id": gather(view.product_ids, on_sale),
                        "from_on": days(start),
                        "price": money_word(np.round(price * share).astype(np.int64)),
                        "tier": pl.Series([view.words.word(tier)] * len(on_sale)),
                    }
                )
            )
    table = pl.concat(frames).unique(["product_id", "from_on", "tier"], keep="last", maintain_order=True)
    return table.sort("product_id", "from_on", "tier")


def wallet(view: View) -> pl.DataFrame:
    """Yearly purchases a salesperson learned of: 3 in 100 customers, within a tenth of the truth."""
    who, end = view.firm.customers, view.end
    size = len(who)
    asked = np.flatnonzero((view.luck("wallet", size) < 0.03) & view.buying[:, -1])
    noise = np.exp(0.1 * (2 * view.luck("wallet/noise", size) - 1))[asked]
    _, index = view.firm.market.demand(who, view.firm.months - 1)
    cents = np.round(who.wallet[asked] * np.exp(index[asked]) * noise / 1000).astype(np.int64) * 100_000
    return pl.DataFrame(
        {
            "customer_id": gather(view.customer_ids, asked),
            "on": days(end - (view.luck("wallet/on", size)[asked] * 300).astype(np.int64)),
            "amount": money_word(np.maximum(cents, 100_000)),
            "how": pick(view.words.words("wallet_ways"), (view.luck("wallet/how", size)[asked] * 2).astype(np.int64)),
        }
    )


def contract(view: View) -> pl.DataFrame:
    """Yearly agreements of the better dealers, renewed while they buy."""
    who, months = view.firm.customers, view.firm.months
    signed = [
        (int(one), month)
        for month in range(2, months, 12)
        for one in np.flatnonzero(who.dealer & (who.grade <= 1) & view.buying[:, month])
    ]
    pairs = np.array(signed, dtype=np.int64).reshape(-1, 2)
    one, month = pairs[:, 0], pairs[:, 1]
    start = view.starts[month]
    yearly = np.round(who.wallet[one] * 0.6 / 1000).astype(np.int64) * 100_000
    return pl.DataFrame(
        {
            "contract_id": pl.Series([f"K{n:05d}" for n in range(1, len(one) + 1)], dtype=pl.String),
            "customer_id": gather(view.customer_ids, one),
            "signed_on": days(start),
            "ends_on": days(start + 364),
            "yearly_amount": money_word(yearly),
        }
    )


def need(view: View) -> pl.DataFrame:
    """Needs the customers of grades A and B told of: two each, met or not."""
    who, words = view.firm.customers, view.words.words("needs")
    known = np.flatnonzero((who.grade <= 1) & (who.joined < view.firm.months - 1))
    frames = []
    for part in range(2):
        luck = view.luck(f"need/{part}", len(who))[known]
        frames.append(
            pl.DataFrame(
                {
                    "customer_id": gather(view.customer_ids, known),
                    "need": pick(words, (luck * 3).astype(np.int64) + 3 * part),
                    "weight": pl.Series(1 + (view.luck(f"need/w{part}", len(who))[known] * 5).astype(np.int64)),
                    "met": view.yes_no(view.luck(f"need/m{part}", len(who))[known] < 0.5 + 0.4 * who.affect[known]),
                    "confirmed_on": days(view.end - (luck * 200).astype(np.int64)),
                }
            )
        )
    return pl.concat(frames).sort("customer_id", "need")

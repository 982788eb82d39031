"""What sales changed, split to the cent, and questions about diverted orders, as a run keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from liuke.causes.market import LEAST_OTHERS
from liuke.causes.market_model import one_and_the_same
from liuke.causes.ranges import NINETY
from liuke.kernel.i18n import N_
from liuke.kernel.money import from_cents
from liuke.kernel.said import Said
from liuke.run.contracts import frame
from liuke.run.people_contract import DIVERTED_QUESTION, MARKET_SPLIT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import polars as pl

    from liuke.causes.diverted import Diverted
    from liuke.causes.market import MarketIndex, Spans
    from liuke.panel.panel import Bool, Float, Int, Int32
    from liuke.run.fallen import Fallen
    from liuke.run.known import Known
    from liuke.run.looked_after import Seller

ALL, UNNAMED = "all", "-"
PARTS = ("came", "whole", "segment", "region", "own")
SAID = {
    "told": N_("Peers may have fallen with the market, or because we lost ground with all of them."),
    "too_few": N_("Fewer than {least} customers can be compared: what they share can't be told."),
    "one_and_the_same": N_("One salesperson sells nearly all of it and hardly anything else: the two can't be told "
                           "apart."),
    "nothing_beside": N_("All customers are in it: there is nothing beside it to compare with."),
}  # fmt: skip


@dataclass(frozen=True)
class SplitCents:
    """Whole cents of each customer; `parts` add up to `now - before`; all (customers,)."""

    before: Int
    now: Int
    parts: Mapping[str, Int]
    doubt: Float  # standard error of what goes with the others
    peer: Bool  # others are told by it


def changes_of(amount: Int, span: int, per_year: int, found: tuple[Spans, MarketIndex]) -> SplitCents:
    """The change of each customer's money from the span a year before to the last one, split."""
    held, index = found
    months = amount.shape[1]
    now = amount[:, months - span :].sum(axis=1)
    before = amount[:, months - per_year - span : months - per_year].sum(axis=1)
    base = np.where(held.peer, np.nan_to_num(held.before), 0.0)
    shared = {name: np.rint(base * np.nan_to_num(getattr(index, name))).astype(np.int64)
              for name in ("whole", "segment", "region")}  # fmt: skip
    came = np.where(held.peer, 0, now - before)
    own = now - before - came - sum(shared.values())
    doubt = np.where(held.peer, base * np.nan_to_num(index.error, posinf=0.0), 0.0)
    return SplitCents(before, now, {"came": came, **shared, "own": own}, doubt, held.peer)


def split_frame(
    found: tuple[SplitCents, Fallen] | None, groups: Mapping[str, tuple[Int32, list[str]]], seller: Int32
) -> pl.DataFrame:
    """`market_split`: of all customers, and by segment and region; without rows where nothing can be compared."""
    rows: list[dict[str, Any]] = []
    if found is not None:
        changes, fell = found
        everybody = np.ones(len(changes.now), bool)
        rows.append(_row(changes, ALL, ALL, everybody, "told" if changes.peer.sum() > LEAST_OTHERS else "too_few"))
        for by, (code, values) in groups.items():
            rows += _of(changes, fell, by, (code, values), seller)
    return frame(MARKET_SPLIT, rows)


def _of(
    changes: SplitCents, fell: Fallen, by: str, group: tuple[Int32, list[str]], seller: Int32
) -> Iterator[dict[str, Any]]:
    code, values = group
    same = one_and_the_same(seller, code, np.maximum(changes.before + changes.now, 0).astype(np.float64))
    rows = []
    for number, value in [*enumerate(values), (-1, UNNAMED)] if values else []:
        mine = code == number
        if not mine.any():
            continue
        state = "told"
        if (mine & changes.peer).sum() <= LEAST_OTHERS:
            state = "too_few"
        elif same[mine].any():
            state = "one_and_the_same"
        elif len(values) == 1 and number >= 0:
            state = "nothing_beside"
        beyond = _beyond(fell, by, mine) if state == "told" and number >= 0 else {}
        rows.append(_row(changes, by, value, mine, state) | beyond)
    yield from sorted(rows, key=lambda row: (row["change"], row["value"]))


def _row(changes: SplitCents, by: str, value: str, mine: Bool, state: str) -> dict[str, Any]:
    """One group; parts are null where they can't be told."""
    sums = {name: int(part[mine].sum()) for name, part in changes.parts.items()}
    before, now = int(changes.before[mine].sum()), int(changes.now[mine].sum())
    bought = mine & ((changes.before != 0) | (changes.now != 0))
    row: dict[str, Any] = {
        "by": by, "value": value, "customers": int(bought.sum()), "before": from_cents(before), "now": from_cents(now),
        "change": from_cents(now - before), "state": state, "said": Said(SAID[state], _fields(state)).pack(),
    }  # fmt: skip
    if state != "told":
        return row | {"came": from_cents(sums["came"])}
    shared, doubt = sums["whole"] + sums["segment"] + sums["region"], NINETY * float(changes.doubt[mine].sum())
    ends = {"shared_low": from_cents(round(shared - doubt)), "shared_high": from_cents(round(shared + doubt))}
    return row | {name: from_cents(cents) for name, cents in sums.items()} | ends


def _beyond(fell: Fallen, by: str, mine: Bool) -> dict[str, float]:
    """How much more or less a group bought than all others, all else given."""
    middle, error = fell.effect(by, mine)
    ends = {"": 0.0, "_low": -NINETY * error, "_high": NINETY * error}
    return {f"beyond{name}": float(np.expm1(middle + off)) for name, off in ends.items()} if np.isfinite(error) else {}


def _fields(state: str) -> dict[str, object]:
    return {"least": LEAST_OTHERS} if state == "too_few" else {}


def asked_frame(known: Known, seller: Seller, found: Diverted) -> pl.DataFrame:
    """`diverted_question`: every customer behind a question, the surest question first."""
    described = known.panels.described(known.customers)
    ids, called = described["customer_id"].to_list(), described["name"].to_list()
    rows = []
    for question in found.questions:
        number = seller.ids[question.salesperson]
        named = seller.people.get(number, {}).get("name")
        for place, row in enumerate(question.rows.iter_rows(named=True), 1):
            rows.append({
                "salesperson_id": number, "name": named, "place": place, "customer_id": ids[row["customer"]],
                "customer_name": called[row["customer"]], "contacts_before": row["contacts_before"],
                "contacts_now": row["contacts_now"], "before": from_cents(round(row["before"])),
                "expected": from_cents(round(row["expected"])), "now": from_cents(round(row["now"])),
                "fall": question.fall, "chance": question.chance, "said": question.said.pack(),
            })  # fmt: skip
    return frame(DIVERTED_QUESTION, rows)

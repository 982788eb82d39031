"""Every past day can be run, and what is said of it hangs neither on the order of customers nor on their chunks.

Customers get their codes in the order of their numbers, and chunks are cut by codes: a chunk may begin with somebody
who first buys years later, who has orders alone, or of whom nothing was known yet.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from random_exports import Export, loaded, random_export

from firms import FEW, Doc, docs, load, month_end, monthly
from liuke.kernel.errors import Refused
from liuke.run import panels

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.app.firm import Firm

CHUNKED = 2  # customers a chunk
DRAWN = ("core_probability",)  # by redraws of the base's customers, in their order
RANKS = ("rank", "going_rank", "silent_rank", "money_rank")
JUDGED = ("at_stake", "risk", "early", "usual_year")  # customers alike in these stand in the order of their codes


def orders(export: Export) -> dict[str, dict[str, str]]:
    """New numbers for every customer: those who first bought latest come first, or last."""
    first: dict[str, date] = {}
    for doc in [*export.first, *export.second]:
        first[doc.customer] = min(doc.on, first.get(doc.customer, doc.on))
    oldest = sorted(first, key=lambda name: (first[name], name))
    return {
        "newest first": {name: f"k{nth:03}" for nth, name in enumerate(oldest[::-1])},
        "oldest first": {name: f"k{nth:03}" for nth, name in enumerate(oldest)},
    }


def renamed(export: Export, names: dict[str, str]) -> Export:
    """The same export with other customer numbers."""

    def each(docs: list[Doc]) -> list[Doc]:
        return [replace(doc, customer=names[doc.customer]) for doc in docs]

    merges = {names[one]: names[other] for one, other in export.merges.items()}
    return replace(export, first=each(export.first), second=each(export.second), merges=merges)


def described(firm: Firm, names: dict[str, str], seed: int) -> None:
    """Some of the other tables: of some customers only, of some days only."""
    random = np.random.default_rng(seed)
    folder = firm.workspace.root.parent
    some = [name for name in sorted(names) if random.random() < 0.6] or sorted(names)[:1]
    days = [month_end(int(random.integers(0, 8))).isoformat() for _ in some]
    told = {
        "customer": [{"customer_id": names[name], "grade": "AB"[len(name) % 2], "since": day}
                     for name, day in zip(some, days, strict=True)],
        "complaint": [{"complaint_id": f"B{name}", "customer_id": names[name], "opened_on": day}
                      for name, day in zip(some, days, strict=True)],
        "contact": [{"contact_id": f"K{name}", "customer_id": names[name], "at": day, "channel": "visit"}
                    for name, day in zip(some, days, strict=True)],
        "product": [{"product_id": f"{kind}{n}", "family": kind} for kind in ("oil", "filter") for n in range(3)],
    }  # fmt: skip
    for table, rows in told.items():
        if random.random() < 0.7:
            path = folder / f"{table}.csv"
            pl.DataFrame(rows).write_csv(path)
            firm.load(path, table=table, source=table, loaded_on=date(2026, 3, 1))


def said(firm: Firm, names: dict[str, str], day: date) -> dict[str, pl.DataFrame] | str:
    """What a run of a day says of each customer, by the names before, and of all; or why there is none."""
    try:
        run = firm.run(as_of=day).made
    except Refused as why:
        return why.said.message
    back = {new: old for old, new in names.items()}
    who = run.table("customer_now").select("customer_code", who=pl.col("customer_id").replace(back))
    found = {}
    for name in ("customer_now", "customer_value", "state_count", "rule_score", "indicator", "waterfall"):
        table = run.table(name)
        if "customer_code" in table.columns:
            table = table.join(who, on="customer_code").sort("who")
        if "rank" in table.columns:
            # Who returned more than it bought has nothing to lose.
            judged = table.with_columns(pl.col("usual_year").clip(lower_bound=0))
            found |= {rank: judged.drop_nulls(rank).sort(rank).select(JUDGED) for rank in RANKS}
            table = table.with_columns(pl.col(RANKS).is_null())
        if "scope_value" in table.columns:
            table = table.sort([column for column in table.columns if table[column].dtype == pl.String])
        found[name] = table.drop("customer_code", "customer_id", *DRAWN, strict=False)
    return found


def same(one: dict[str, pl.DataFrame] | str, other: dict[str, pl.DataFrame] | str) -> None:
    if isinstance(one, str) or isinstance(other, str):
        assert one == other
        return
    for name, table in one.items():
        assert_frame_equal(table, other[name], rel_tol=1e-6, abs_tol=1e-9)


@settings(FEW, max_examples=2)
@given(seed=st.integers(0, 10_000))
def test_every_past_day_runs_and_says_the_same_in_any_order_of_customers(tmp_path: Path, seed: int) -> None:
    export = random_export(seed, customers=9, months=8)
    days = [date(2023, 11, 30), *(month_end(position) for position in range(export.months))]
    days += [days[seed % len(days)] - timedelta(days=seed % 27)]
    found = {}
    for order, names in orders(export).items():
        firm = loaded(renamed(export, names), tmp_path)
        described(firm, names, seed)
        with pytest.MonkeyPatch.context() as patch:
            if order == "newest first":
                patch.setattr(panels, "CHUNK", CHUNKED)
            found[order] = [said(firm, names, day) for day in days]
    assert any(isinstance(each, dict) for each in found["newest first"])
    for one, other in zip(*found.values(), strict=True):
        same(one, other)


def test_a_chunk_without_a_document_has_no_margins_of_nothing(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first customer ordered before anybody was invoiced: nothing of it lies within the periods of the run."""
    monkeypatch.setattr(panels, "CHUNK", 1)
    load(firm, [*docs("O1 a-early 2023-09-05 70 order"), *monthly("b-late", [10] * 8), *monthly("c-late", [10] * 8)])
    assert firm.run().made.table("customer_now")["margin_12"].is_null().all()

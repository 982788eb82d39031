"""The product agrees to the cent with a recount that shares no code with it, over random small exports."""

from __future__ import annotations

import os
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import recount
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from random_exports import loaded, margin, random_export

from firms import FEW

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.app.run_view import RunView

MONEY = ("amount_12", "amount_before_12", "margin_12", "usual_year")
MANY = int(os.environ.get("LIUKE_EXPORTS", "12"))  # random exports to try


def cents(value: Decimal) -> int:
    """Money of a table in cents."""
    return int(value.scaleb(2))


def said(run: RunView) -> dict[str, dict[str, Any]]:
    """The product's figures of each customer."""
    return {
        row["customer_id"]: {
            **row,
            **{name: None if row[name] is None else cents(row[name]) for name in MONEY},
            "falling_three": "falling_three" in row["rules"],
            "probably_lost": "probably_lost" in row["rules"],
        }
        for row in run.table("customer_now").iter_rows(named=True)
    }


def compare(run: RunView, firm: recount.Firm) -> None:
    """Customer by customer, figure by figure, then the sums."""
    assert run.info["basis"] == firm.basis
    found = said(run)
    assert sorted(found) == firm.customers()
    lately = sum(doc.cents for doc in firm.money(firm.docs) if recount.month_of(doc.on) > firm.as_of - 24)
    for name, row in found.items():
        own = firm.customer(name).figures()
        if lately <= 0:  # more came back than was sold: there is no rate at which lines earn, and no margin is said
            own["margin_12"] = None
        assert {figure: row[figure] for figure in own} == own, name
    end = firm.as_of
    whole = firm.money(firm.docs)
    for figure, first, last in (("amount_12", end - 11, end), ("amount_before_12", end - 23, end - 12)):
        total = sum(doc.cents for doc in whole if first <= recount.month_of(doc.on) <= last)
        assert sum(row[figure] for row in found.values()) == total, figure


@settings(FEW, max_examples=MANY)
@given(seed=st.integers(0, 1_000_000), where=st.floats(0, 1))
def test_every_figure_of_every_customer_is_that_of_a_recount(tmp_path: Path, seed: int, where: float) -> None:
    """On the newest list, which counts as one who was found to be one, and on a past one, which does not."""
    export = random_export(seed)
    firm, versions = loaded(export, tmp_path), export.known_versions()
    newest = firm.run()
    last = recount.month_of(date.fromisoformat(newest.info["as_of"]))
    compare(newest, recount.Firm(versions, export.merges, last, margin))
    first = recount.month_of(min(each.known for each in versions if each.doc.kind == "invoice" and each.doc.cents >= 0))
    assume(first < last)
    past = first + int(where * (last - first))
    assume(past < last)
    compare(firm.run(as_of=recount.last_day(past)), recount.Firm(versions, {}, past, margin))

"""Nothing dated or recorded after as_of changes anything at as_of: end to end, through files, store and runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from firms import FEW, Doc, firm_of, month_end, random_docs

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.app.firm import Firm, RunView

MONTHS = 16
# what a run says of the time it was made or of the ledger, which reads what is known now
NOT_OF_TIME = ("run_id", "stages", "measured_at", "seconds", "key", "loads", "sources", "late",
               "last_document_on", "partial_period", "versions",
               "amount_total", "documents")  # fmt: skip


# a document after every as_of, so that the month of as_of is complete whatever else is deleted
WITNESS = Doc("W1", "witness", date(2025, 8, 1), ((100, "p1", 1),))


def rewritten(given_docs: list[Doc], after: date, seed: int, how: str) -> list[Doc]:
    """The documents with all that is dated or recorded after a day deleted, changed or joined by others."""
    known = [each for each in given_docs if each.known <= after]
    later = [each for each in given_docs if each.known > after]
    others = [
        replace(each, number=f"X{each.number}") for each in random_docs(seed + 77, 5, MONTHS + 2) if each.known > after
    ]
    changed = [replace(each, lines=((each.cents * 3 + 1, "new1", 5),)) for each in later]
    return known + {"deleted": [], "changed": changed, "joined": later + others, "replaced": others}[how]


def said_at(result: RunView) -> dict[str, pl.DataFrame]:
    """Everything a run says of its as_of, by customer id instead of code, in an order of its own."""
    now = result.table("customer_now")
    name = now.select("customer_code", "customer_id")
    reason = result.table("reason").join(name, on="customer_code")
    documents = result.table("document").join(name, on="customer_code")
    causes = result.table("customer_cause").join(name, on="customer_code")
    evidence = result.table("cause_evidence").join(name, on="customer_code")
    falls = result.table("customer_fall").join(name, on="customer_code")
    ledger = result.table("waterfall").filter(
        (pl.col("scope") == "period") | pl.col("step").is_in(["new", "won_back", "more", "less", "lost"])
    )
    return {
        "customer_now": now.drop("customer_code").sort("customer_id"),
        "reason": reason.drop("customer_code").sort("customer_id", "rule"),
        "document": documents.drop("customer_code").sort("customer_id", "date", "document_id", "amount"),
        "customer_cause": causes.drop("customer_code").sort("customer_id", "cause"),
        "cause_evidence": evidence.drop("customer_code").sort("customer_id", "cause", "place"),
        "customer_fall": falls.drop("customer_code").sort("customer_id"),
        "market_split": result.table("market_split"),
        "cause_total": result.table("cause_total"),
        "cause_card": result.table("cause_card"),
        "state_count": result.table("state_count"),
        "rule_score": result.table("rule_score"),
        "indicator": result.table("indicator"),
        "waterfall": ledger,
        "info": pl.DataFrame({k: [str(v)] for k, v in result.info.items() if k not in NOT_OF_TIME}),
        "list": pl.DataFrame({"customer_id": result.at_risk()["customer_id"]}),
    }


def assert_same(one: RunView, other: RunView, leave: tuple[str, ...] = ()) -> None:
    """Two runs say the same of their as_of."""
    mine, theirs = said_at(one), said_at(other)
    for table in mine:
        if table not in leave:
            assert_frame_equal(mine[table], theirs[table], check_column_order=False)


@pytest.mark.parametrize("how", ["deleted", "changed", "joined", "replaced"])
@settings(FEW, max_examples=2)
@given(seed=st.integers(0, 10_000), position=st.integers(6, MONTHS - 4))
def test_what_is_dated_or_recorded_after_as_of_changes_nothing_at_as_of(
    tmp_path: Path, how: str, seed: int, position: int
) -> None:
    written = random_docs(seed, 7, MONTHS)
    as_of = month_end(position)
    other = rewritten(written, as_of, seed, how)
    runs = [firm_of([*each, WITNESS], tmp_path).run(as_of=as_of) for each in (written, other)]
    assert {run.info["as_of"] for run in runs} == {as_of.isoformat()}
    assert_same(*runs)


@pytest.mark.parametrize("unit", ["week", "quarter"])
def test_the_law_holds_for_weeks_and_quarters(tmp_path: Path, unit: str) -> None:
    written = random_docs(11, 6, 12)
    as_of = date(2024, 9, 29) if unit == "week" else date(2024, 9, 30)
    runs = []
    for docs in (written, rewritten(written, as_of, 11, "joined")):
        firm = firm_of(docs, tmp_path)
        (firm.workspace.root / "liuke.toml").write_text(f'period = "{unit}"\n')
        runs.append(_reopened(firm).run(as_of=as_of))
    assert runs[0].info["as_of"] == as_of.isoformat()
    assert_same(*runs)


def _reopened(firm: Firm) -> Firm:
    import liuke

    return liuke.open(firm.workspace.root)

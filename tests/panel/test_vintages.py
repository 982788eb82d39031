"""The panel of the real store against sums made by hand from the same documents, for every period's knowledge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firms import FEW, Doc, corrected, docs, firm_of, load, random_docs
from liuke.kernel.period import day_number, period_end, period_number
from liuke.kernel.progress import Unwatched
from liuke.panel.panel import NEVER
from liuke.run.customers import customer_frame
from liuke.run.panels import Wanted, open_panels
from liuke.run.scope import resolve
from liuke.store.engines.duckdb import DuckDB
from liuke.store.fact_store import FactStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from liuke.app.firm import Firm
    from liuke.panel.panel import Panel

CORRECTED_ON = date(2024, 7, 20)


@pytest.fixture(scope="module", autouse=True)
def _all_periods_at_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DuckDB, "periods_a_query", 1000)
        yield


@dataclass(frozen=True)
class Version:
    """A document as it was known from one day until another."""

    doc: Doc
    known: date
    gone: date = date.max


def versions(before: list[Doc], after: list[Doc]) -> list[Version]:
    """What was known when: a changed document takes over on the day it was loaded, or its own day."""
    made = []
    for old, new in zip(before, after, strict=True):
        if old.lines == new.lines:
            made.append(Version(old, old.known))
        else:
            day = max(CORRECTED_ON, old.on)
            made += [Version(old, old.known, day), Version(new, day)]
    return made


def panel_of(firm: Firm, known_by: date | None = None) -> tuple[Panel, dict[int, str]]:
    """The whole panel of a firm with products and families, and the customers' names by code."""
    workspace = firm.workspace
    store = FactStore(workspace.facts)
    scope = resolve(workspace, store, None, known_by)
    customers = customer_frame(workspace, store, scope)
    wanted = Wanted(quantity=True, products=True, families=True)
    panels = open_panels(workspace, store, scope, customers, wanted, Unwatched())
    return next(iter(panels)), dict(customers.select("customer_code", "customer_id").iter_rows())


def by_hand(known: list[Version], name: str, panel: Panel, until: int) -> dict[str, Any]:
    """The rows of one customer up to a period, from what was known at its end."""
    unit, first = panel.periods.unit, panel.periods.first
    end = period_end(first + until, unit)
    seen = [v.doc for v in known if v.doc.customer == name and v.known <= end < v.gone]
    width = until + 1
    measures = ("amount", "documents", "occasions", "orders", "products")
    row: dict[str, Any] = {measure: np.zeros(width, np.int64) for measure in measures}
    row["last_on"] = np.full(width, NEVER)
    for at in range(width):
        inside = [d for d in seen if period_number(d.on, unit) - first == at]
        sold = [d for d in inside if d.kind == "invoice" and d.cents >= 0]  # a negative one is a return
        row["amount"][at] = sum(d.cents for d in inside if d.kind in ("invoice", "return"))
        row["orders"][at] = sum(d.cents for d in inside if d.kind == "order")
        row["documents"][at] = len(sold)
        row["occasions"][at] = len({d.on for d in sold})
        row["products"][at] = len({p for d in sold for c, p, _ in d.lines if c > 0})
        if sold:
            row["last_on"][at] = max(day_number(d.on) for d in sold)
        for family in {p[:1].upper() for d in sold for _, p, _ in d.lines}:
            cells = row.setdefault(family, np.zeros(width, np.int64))
            cells[at] = sum(c for d in sold for c, p, _ in d.lines if p[:1].upper() == family)
    return row


def compare(panel: Panel, names: dict[int, str], known: list[Version]) -> None:
    """Every customer at every period's end reads as made by hand."""
    for until in range(panel.shape[1]):
        now = panel.until(until).latest()
        assert now.by_family is not None
        assert now.products is not None
        for at, code in enumerate(now.customer):
            hand = by_hand(known, names[int(code)], panel, until)
            np.testing.assert_array_equal(now.amount[at], hand["amount"])
            np.testing.assert_array_equal(now.documents[at], hand["documents"])
            np.testing.assert_array_equal(now.occasions[at], hand["occasions"])
            np.testing.assert_array_equal(now.kinds["invoice"].last_on[at], hand["last_on"])
            np.testing.assert_array_equal(now.kinds["order"].amount[at], hand["orders"])
            np.testing.assert_array_equal(now.products[at], hand["products"])
            for row in np.flatnonzero(now.by_family.owner == at):
                cells = hand.get(str(now.by_family.family[row]), np.zeros(until + 1))
                np.testing.assert_array_equal(now.by_family.panel.amount[row], cells)


@FEW
@given(seed=st.integers(0, 10_000), late=st.booleans(), share=st.sampled_from([0.0, 0.35]))
def test_every_vintage_is_what_was_known_at_that_periods_end(
    tmp_path: Path, seed: int, late: bool, share: float
) -> None:
    before = [*random_docs(seed, 4, 11, late=late), *docs("O0 w 2024-01-02 1 order")]
    after = corrected(before, seed, share)
    firm = firm_of(before, tmp_path)
    load(firm, after, loaded_on=CORRECTED_ON)
    compare(*panel_of(firm), versions(before, after))


@pytest.mark.parametrize("unit", ["week", "quarter"])
def test_weeks_and_quarters_are_built_by_the_same_code(tmp_path: Path, unit: str) -> None:
    import liuke

    before = [*random_docs(8, 4, 11), *docs("O0 w 2024-01-02 1 order")]
    after = corrected(before, 8, 0.3)
    firm = firm_of(before, tmp_path)
    load(firm, after, loaded_on=CORRECTED_ON)
    (firm.workspace.root / "liuke.toml").write_text(f'period = "{unit}"\n')
    panel, names = panel_of(liuke.open(firm.workspace.root))
    assert panel.periods.unit == unit
    assert panel.known_from is not None
    compare(panel, names, versions(before, after))


def rows_by_name(panel: Panel, names: dict[int, str]) -> dict[str, list[int]]:
    return {names[int(code)]: row.tolist() for code, row in zip(panel.customer, panel.amount, strict=True)}


def test_a_correction_that_moves_a_document_to_another_customer_and_month_leaves_nothing_behind(
    tmp_path: Path,
) -> None:
    firm = firm_of(docs("D1 c1 2024-01-10 100 | D2 c2 2024-01-10 5 | D3 c2 2024-04-10 5"), tmp_path)
    load(firm, docs("D1 c2 2024-02-10 90"), loaded_on=date(2024, 3, 5), document_key="document_id")
    panel, names = panel_of(firm)
    now = rows_by_name(panel.latest(), names)
    assert now["c1"] == [0] * panel.shape[1]
    assert now["c2"][:3] == [500, 9000, 0]
    assert rows_by_name(panel.until(1).latest(), names) == {"c1": [10000, 0], "c2": [500, 0]}


def test_later_knowledge_counts_up_to_known_by(tmp_path: Path) -> None:
    firm = firm_of(docs("D1 c1 2024-01-10 100 | D2 c1 2024-01-11 7 @2024-05-03 | D3 c1 2024-02-29 1"), tmp_path)
    for known_by, expected in ((None, 10000), (date(2024, 4, 30), 10000), (date(2024, 5, 31), 10700)):
        panel, _ = panel_of(firm, known_by)
        assert panel.latest().amount[0, 0] == expected

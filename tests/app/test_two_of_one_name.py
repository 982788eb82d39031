"""Two salespeople, or two customers, of one name are never taken for one another: who is meant is said by number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

import liuke
from firms import LATER, docs, load
from liuke.kernel.errors import Conflict, NotFound
from liuke.kernel.i18n import in_language
from liuke.reports.query import Condition, Query, customers

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.app.run_view import RunView

DOCUMENTS = "A c1 2025-11-03 9 by=W1 | B c2 2025-12-04 8 by=W2 | C c3 2026-01-05 7 by=W3 | D c1 2026-02-28 1 by=W1"


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> RunView:
    folder = tmp_path_factory.mktemp("names")
    firm = liuke.open(folder / "firm")
    load(firm, docs(DOCUMENTS))

    def tell(table: str, rows: list[dict[str, Any]]) -> None:
        path: Path = folder / f"{table}.csv"
        pl.DataFrame(rows).write_csv(path)
        firm.load(path, table=table, source=table, loaded_on=LATER)

    tell(
        "salesperson",
        [{"salesperson_id": f"W{n}", "name": name} for n, name in ((1, "王伟"), (2, "王伟"), (3, "李娜"))],
    )
    tell("customer", [{"customer_id": f"c{n}", "name": name} for n, name in ((1, "华兴"), (2, "华兴"), (3, "华新"))])
    return firm.run()


def of(view: RunView, person: str) -> list[str]:
    return sorted(view.page(Query(where=(Condition("salesperson", person),))).rows["customer_id"])


def test_a_salesperson_is_meant_by_number_or_by_a_name_only_one_has(view: RunView) -> None:
    assert of(view, "W1") == ["c1"]
    assert of(view, "W2") == ["c2"]
    assert of(view, "李娜") == of(view, "W3") == ["c3"]
    assert view.reader.facets("customer_id", Query(where=(Condition("salesperson", "W2"),)))["value"].to_list() == [
        "c2"
    ]


def test_a_name_two_salespeople_share_is_refused_with_both_numbers(view: RunView) -> None:
    with in_language("en"), pytest.raises(Conflict) as refused:
        view.page(customers(owner="王伟"))
    assert "2 salespeople are called 王伟: W1 王伟, W2 王伟." in refused.value.text()
    with pytest.raises(NotFound):
        of(view, "nobody")


@pytest.mark.parametrize("table", ["customer_value", "service_gap"])
def test_it_is_so_in_every_table_of_customers(view: RunView, table: str) -> None:
    found = view.page(Query(table, (Condition("salesperson", "W2"),))).rows
    assert found["customer_id"].to_list() == ["c2"][: len(found)]
    with pytest.raises(Conflict):
        view.page(Query(table, (Condition("salesperson", "王伟"),)))


def test_a_name_two_customers_share_is_refused_with_both_numbers(view: RunView) -> None:
    with in_language("en"), pytest.raises(NotFound) as refused:
        view.customer("华兴")
    assert "2 customers match 华兴: c" in refused.value.text()
    assert {"c1 华兴", "c2 华兴"} <= set(refused.value.said.fields["near"].split(", "))  # type: ignore[attr-defined]
    assert view.customer("华新").row["customer_id"] == "c3"
    assert view.customer("c2").row["customer_id"] == "c2"

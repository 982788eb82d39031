"""The read side: both ways of reading give the same rows, and those Polars finds in the run's own table."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from liuke.app.latest import Latest
from liuke.app.reader import Reader
from liuke.kernel.errors import Invalid, LiukeError, NotFound, Usage
from liuke.kernel.i18n import in_language
from liuke.reports.query import Condition, Query, customers, values
from liuke.store.runs import Runs

if TYPE_CHECKING:
    from liuke.app.firm import Firm
    from liuke.store.runs import Run

QUERIES = (
    customers(),
    customers(state="lost", sort="last_on"),
    customers(rule="token_orders"),
    customers(search="C0000"),
    Query(where=(Condition("risk", "10%", ">="), Condition("grade", "A", "!="),), sort="usual_year", size=None),
    Query(sort="name", descending=True, size=None),
    values(sort="clv"),
    values(grade="A"),
    Query("family_now", size=None),
    Query("indicator", where=(Condition("scope", "all"),), size=None),
)  # fmt: skip


@pytest.fixture(scope="module", params=[False, True], ids=["from the files", "held"])
def reader(request: pytest.FixtureRequest, simulated_run: Run) -> Reader:
    return Reader(simulated_run, held=request.param)


@pytest.mark.parametrize("query", QUERIES, ids=str)
def test_both_ways_give_the_same_rows_and_pages_are_the_whole_in_order(query: Query, simulated_run: Run) -> None:
    pages = [Reader(simulated_run, held).page(query) for held in (False, True)]
    assert pages[0].total == pages[1].total == len(pages[0].rows)
    assert pages[0].rows.equals(pages[1].rows)
    for held in (False, True):
        reader = Reader(simulated_run, held)
        size = max(1, pages[0].total // 3)
        parts = [
            reader.page(Query(query.table, query.where, query.sort, query.descending, n, size, query.search)).rows
            for n in range(1, -(-pages[0].total // size) + 1)
        ]
        assert pl.concat(parts).equals(pages[0].rows) if parts else pages[0].total == 0


def test_rows_are_those_of_the_table(reader: Reader, simulated_run: Run) -> None:
    now = simulated_run.table("customer_now")
    found = reader.page(Query(where=(Condition("risk", "10%", ">="), Condition("state", "lost", "!=")), size=None))
    wanted = now.filter(pl.col("risk") >= 0.1, pl.col("state") != "lost")
    assert found.total == len(wanted) > 0
    assert sorted(found.rows["customer_id"]) == sorted(wanted["customer_id"])
    listed = reader.page(customers()).rows
    assert listed["rank"].to_list() == list(range(1, int(now["listed"].sum()) + 1))
    assert listed["trend"].to_list() == now.sort("rank", nulls_last=True).head(len(listed))["trend"].to_list()
    assert all(listed["reasons"].list.len() > 0)
    flagged = reader.page(customers(rule="token_orders")).rows
    assert all("token_orders" in rules for rules in flagged["rules"])


def test_facets_count_the_rows_of_a_query(reader: Reader, simulated_run: Run) -> None:
    counted = dict(reader.facets("state").iter_rows())
    now = simulated_run.table("customer_now")
    assert counted == dict(now.group_by("state").len().iter_rows())
    assert sum(reader.facets("region", customers()).get_column("rows")) == reader.page(customers()).total


def test_a_search_is_literal_and_knows_no_capitals(reader: Reader) -> None:
    one = reader.page(Query(size=1)).rows.row(0, named=True)
    assert reader.page(Query(search=one["customer_id"].lower())).total == 1
    for text in ("%", "_", "'", "\\", ".*", "\0"):
        assert reader.page(Query(search=text)).total == 0
    assert reader.customer(one["customer_id"])["customer_id"] == one["customer_id"]
    assert reader.customer("K-old", {"K-old": one["customer_id"]})["customer_id"] == one["customer_id"]


@pytest.mark.parametrize(
    ("query", "kind", "says"),
    [
        (Query("nowhere"), NotFound, "customer_now"),
        (Query(sort="planet"), Invalid, "usual_year"),
        (Query(sort="customer_code"), Invalid, "usual_year"),
        (Query(where=(Condition("planet", "x"),)), Invalid, "region"),
        (Query(where=(Condition("risk", "much", ">="),)), Invalid, "40%"),
        (Query(where=(Condition("region", "x", ">="),)), Invalid, "="),
        (customers(state="gone"), NotFound, "won_back"),
        (customers(owner="nobody"), NotFound, "There are"),
        (customers(rule="nothing"), NotFound, "falling_three"),
        (values(grade="Z"), NotFound, "A, B"),
    ],
    ids=str,
)
def test_what_is_not_there_is_refused_with_what_there_is(
    query: Query, kind: type[LiukeError], says: str, reader: Reader
) -> None:
    with in_language("en"), pytest.raises(kind) as refused:
        reader.page(query)
    assert says in refused.value.text()


def test_a_state_nobody_is_in_is_an_empty_list(reader: Reader) -> None:
    states = set(reader.facets("state")["value"])
    empty = next(state for state in ("token", "dormant", "never_bought", "new", "won_back", "falling", "x")
                 if state not in states or state == "x")  # fmt: skip
    if empty != "x":
        assert reader.page(customers(state=empty)).total == 0
    assert reader.page(values(loyalty="not_measured", stage="new")).total >= 0


def test_conditions_say_themselves_in_both_languages() -> None:
    query = customers(where=[Condition("region", "华东"), Condition("risk", 0.4, ">="), Condition("state", "lost")])
    with in_language("en"):
        assert [said.text() for said in query.said()] == [
            "Region is 华东", "Risk of leaving at least 40%", "State is Lost"]  # fmt: skip
    with in_language("zh"):
        assert next(said.text() for said in query.said()) == "地区是华东"


@pytest.mark.parametrize("text", ["region", "=x", ">=3", ""])
def test_what_is_no_condition_is_wrong_usage(text: str) -> None:
    with pytest.raises(Usage):
        Condition.parse(text)


def test_a_condition_as_typed() -> None:
    assert Condition.parse("risk>=40%") == Condition("risk", "40%", ">=")
    assert Condition.parse("name=a>=b=c") == Condition("name", "a>=b=c")
    assert Condition.parse("grade != A") == Condition("grade", "A", "!=")


def test_many_threads_may_ask_at_once(simulated_run: Run) -> None:
    reader = Reader(simulated_run, held=True)
    with ThreadPoolExecutor(8) as pool:
        totals = list(pool.map(lambda nth: reader.page(QUERIES[nth % len(QUERIES)]).total, range(60)))
    assert totals == [reader.page(QUERIES[nth % len(QUERIES)]).total for nth in range(60)]


def test_another_run_is_read_as_soon_as_it_is_current(simulated_firm: Firm) -> None:
    latest = Latest(simulated_firm.workspace, held=True)
    first = latest.reader()
    assert latest.reader() is first
    runs = Runs(simulated_firm.workspace.runs)
    now = runs.current().root.name
    try:
        shutil.copytree(runs.root / now, runs.root / "00099")
        runs.make_current("00099")
        assert latest.reader() is not first
    finally:
        runs.make_current(now)
        shutil.rmtree(runs.root / "00099")
    assert latest.reader().run.root == first.run.root


def test_facets_of_several_columns_are_those_of_each(reader: Reader) -> None:
    narrowed = replace(customers(), where=(*customers().where, Condition("risk", "20%", ">=")))
    asked = {"state": customers(), "region": narrowed, "grade": customers(), "salesperson": narrowed, "core": narrowed}
    together = reader.facets_of(asked)
    for column, query in asked.items():
        assert_frame_equal(together[column], reader.facets(column, query))
        counted = reader.page(replace(query, size=None)).rows[column].value_counts()
        assert dict(together[column].iter_rows()) == dict(counted.iter_rows())

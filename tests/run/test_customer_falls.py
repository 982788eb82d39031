"""What others share of customers' falls in a run: sums to the cent, what can't be told, and nothing that came later."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from firms import Doc, firm_of, load, month_end, monthly
from liuke.causes.market_model import ONLY_OURS
from liuke.kernel.i18n import in_language
from liuke.reports.stored import stored_sentence
from liuke.run.pipeline import run as make_run
from liuke.run.stages import STAGES

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.app.firm import Firm
    from liuke.store.runs import Run

LOADED = date(2026, 7, 2)
MONTHS, PEOPLE, EACH = 30, 8, 16
WANTED = {"states", "rules", "summary", "churn", "core", "watch_list", "customer_now", "bought", "markets", "falls"}
ALONE = "c3_1"  # of the south, which did not fall
PARTS = ("whole", "segment", "region", "salesperson_part", "own")
ROOM = 24  # months before the fall


def bought(seed: int = 3, months: int = MONTHS, north: float = 0.4) -> list[Doc]:
    """Customers of even numbers are of the north, which buys `north` of the usual in the last months; ALONE 0.3."""
    luck = np.random.default_rng(seed)
    made: list[Doc] = []
    for person in range(PEOPLE):
        for nth in range(EACH):
            amounts = 100.0 * np.exp(luck.normal(0, 0.15, months)) * (1 + nth % 3)
            name = f"c{person}_{nth}"
            amounts[ROOM:] *= north if nth % 2 == 0 else 0.3 if name == ALONE else 1.0
            made += monthly(name, np.round(amounts, 2).tolist())
    return made


def who(region: str | None = None, industry: str = "trade") -> list[str]:
    """Customers by region, or all of one."""
    return [f"c{p}_{n},Firm {p} {n},{region if region is not None else ('north', 'south')[n % 2]},{industry}"
            for p in range(PEOPLE) for n in range(EACH)]  # fmt: skip


def firm_with(folder: Path, docs: list[Doc], customers: list[str], assigned: list[str] | None = None) -> Firm:
    folder.mkdir()
    firm = firm_of(docs, folder, loaded_on=LOADED)
    people = assigned or [f"c{p}_{n},S{p},2023-01-02," for p in range(PEOPLE) for n in range(EACH)]
    for table, head, rows in (("customer", "customer_id,name,region,industry", customers),
                              ("assignment", "customer_id,salesperson_id,from_on,to_on", people)):  # fmt: skip
        path = folder / f"{table}.csv"
        path.write_text("\n".join([head, *rows, ""]), "utf-8")
        firm.load(path, table=table, loaded_on=LOADED)
    return firm


def run_of(firm: Firm, as_of: date | None = None) -> Run:
    stages = tuple(stage for stage in STAGES if stage.name in WANTED)
    return make_run(firm.workspace, as_of=as_of, known_by=as_of, stages=stages)[0]


@pytest.fixture(scope="module")
def fallen(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run_of(firm_with(tmp_path_factory.mktemp("falls") / "one", bought(), who()))


def listed(run: Run) -> pl.DataFrame:
    """`customer_fall` with the firm's own numbers of customers."""
    numbers = run.table("customer_now").select("customer_code", "customer_id")
    return run.table("customer_fall").join(numbers, on="customer_code", how="left", maintain_order="left")


def test_a_fall_with_the_region_is_shared_and_one_alone_is_not(fallen: Run) -> None:
    rows = listed(fallen)
    assert len(rows) == len(rows["customer_id"].unique()) > 50
    north = rows.filter(pl.col("customer_id").str.extract(r"_(\d+)").cast(int) % 2 == 0)
    assert north["share"].median() > 0.8
    alone = rows.row(by_predicate=pl.col("customer_id") == ALONE, named=True)
    assert alone["verdict"] == "told"
    assert alone["share_high"] < 0.4
    assert alone["own"] < alone["change"] / 2
    assert rows.filter(~pl.col("share").is_between("share_low", "share_high")).is_empty()
    assert rows["change"].is_sorted()  # the greatest fall first


def test_parts_add_up_to_the_fall_of_the_documents(fallen: Run) -> None:
    rows = fallen.table("customer_fall")
    told = rows.filter(pl.col("verdict") == "told")
    assert len(told)
    assert (told.select(pl.sum_horizontal(*PARTS)).to_series() == told["change"]).all()
    assert rows.filter(pl.col("now") - pl.col("before") != pl.col("change")).is_empty()
    assert rows.filter(pl.col("change") >= 0).is_empty()
    one = listed(fallen).row(by_predicate=pl.col("customer_id") == ALONE, named=True)
    docs = [each for each in bought() if each.customer == ALONE]  # the last month is not whole
    spans = [sum(d.cents for d in docs if first < d.on <= last)
             for first, last in ((month_end(13), month_end(16)), (month_end(25), month_end(28)))]  # fmt: skip
    assert [one["before"], one["now"]] == [Decimal(each).scaleb(-2) for each in spans]


def test_who_is_neither_lost_nor_shrinking_nor_listed_has_no_row(fallen: Run) -> None:
    now = fallen.table("customer_now")
    asked = now.filter((pl.col("state") == "lost") | pl.col("listed") | pl.col("rules").list.len().gt(0))
    assert set(fallen.table("customer_fall")["customer_code"]) <= set(asked["customer_code"])
    assert len(asked) < len(now)


def test_the_panel_says_of_the_region_what_it_did_beyond_all_others(fallen: Run) -> None:
    split = (
        fallen.table("market_split")
        .filter(pl.col("by") == "region")
        .select("value", "beyond", "beyond_low", "beyond_high")
    )
    found = {row["value"]: row for row in split.iter_rows(named=True)}
    assert found["north"]["beyond_high"] < 0 < found["south"]["beyond_low"]
    assert found["north"]["beyond"] < -0.2


def test_only_an_outside_index_would_tell_of_the_market(fallen: Run) -> None:
    rows = fallen.table("customer_fall")
    said = {stored_sentence(each).message for each in rows["market"].drop_nulls()}
    assert said == {ONLY_OURS}
    for language in ("zh", "en"):
        with in_language(language):
            assert all("{" not in stored_sentence(each).text() for each in rows["said"])


def test_without_segment_and_region_it_says_what_to_connect(tmp_path: Path) -> None:
    found = run_of(firm_with(tmp_path / "bare", bought(), who("", ""))).table("customer_fall")
    assert set(found["verdict"]) == {"no_group"}
    assert found.select("share", *PARTS).null_count().row(0) == (len(found),) * 6
    assert "connect both columns" in stored_sentence(found["said"][0]).text()


def test_a_region_of_few_and_one_of_a_single_salesperson_are_not_told(tmp_path: Path) -> None:
    customers = [f"c{p}_{n},Firm,{'far' if p == 2 and n < 8 else 'own' if p == 3 else 'near'},{n % 2}"
                 for p in range(PEOPLE) for n in range(EACH)]  # fmt: skip
    rows = listed(run_of(firm_with(tmp_path / "one", bought(), customers)))
    place = pl.DataFrame([each.split(",")[::2] for each in customers], schema=["customer_id", "place"], orient="row")
    found = rows.join(place, on="customer_id").group_by("place").agg(pl.col("verdict").unique())
    assert dict(found.iter_rows()) == {"near": ["told"], "far": ["too_few"], "own": ["one_and_the_same"]}


def test_who_first_bought_in_the_span_before_has_no_usual_to_fall_from(tmp_path: Path) -> None:
    new = [d for n in range(4) for d in monthly(f"new{n}", [900.0, 900.0, 900.0, *[10.0] * 13], first="2025-03")]
    firm = firm_with(tmp_path / "one", [*bought(), *new], [*who(), *(f"new{n},New,south,trade" for n in range(4))])
    rows = run_of(firm).table("customer_fall").filter(pl.col("verdict") == "no_earlier")
    assert rows["change"].to_list() == [Decimal("-2670.00")] * 4


def test_a_firm_in_which_nobody_buys_less_has_no_row_and_no_reason(tmp_path: Path) -> None:
    docs = [d for p in range(2) for n in range(EACH) for d in monthly(f"c{p}_{n}", [100.0] * MONTHS)]
    run = run_of(firm_with(tmp_path / "even", docs, who()))
    assert run.table("customer_fall").is_empty()
    assert run.info["falls"]["reason"] is None


def test_a_year_and_a_span_are_needed(tmp_path: Path) -> None:
    docs = bought(months=14)
    run = run_of(firm_with(tmp_path / "short", docs, who()))
    assert run.table("customer_fall").is_empty()
    assert run.info["falls"]["reason"]["fields"]["need"] == 15


def test_what_is_dated_or_recorded_later_moves_no_fall(tmp_path: Path) -> None:
    as_of = month_end(27)
    one = firm_with(tmp_path / "one", [d for d in bought() if d.on <= month_end(28)], who())
    rows = [f"c{p}_{n},S{p},2023-01-02," for p in range(PEOPLE) for n in range(EACH)]
    later = [type(d)(d.number, d.customer, d.on, ((d.cents * 7, "p0", 1),)) for d in bought() if d.on > as_of]
    two = firm_with(tmp_path / "two", [d for d in bought() if d.on <= as_of] + later, who(),
                    [*rows, *(f"c1_{n},S2,2026-05-20," for n in range(EACH))])  # fmt: skip
    first, second = (run_of(firm, as_of) for firm in (one, two))
    assert first.table("customer_fall").height > 50
    assert_frame_equal(first.table("customer_fall"), second.table("customer_fall"))
    assert first.info["falls"] == second.info["falls"]
    corrected = [type(d)(d.number, d.customer, d.on, ((9_999_900, "p0", 1),)) for d in bought()[:60]]
    load(one, corrected, loaded_on=date(2026, 7, 9))
    assert_frame_equal(first.table("customer_fall"), run_of(one, as_of).table("customer_fall"))


def test_returns_above_sales_keep_the_sums(tmp_path: Path) -> None:
    back = [d for n in range(0, 6, 2) for d in monthly(f"c5_{n}", [-900.0] * 3, first="2026-03", day=20)]
    renamed = [type(d)(f"R{d.number}", d.customer, d.on, d.lines, "return") for d in back]
    rows = run_of(firm_with(tmp_path / "back", [*bought(), *renamed], who())).table("customer_fall")
    assert rows["now"].min() < 0
    told = rows.filter(pl.col("verdict") == "told")
    assert (told.select(pl.sum_horizontal(*PARTS)).to_series() == told["change"]).all()
    assert told["share"].is_between(0, 1).all()

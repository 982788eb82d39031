"""The value tables of a run: one row a customer, sums that reconcile, reasons where a figure can't be had."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

import liuke
from firms import Doc, doc, firm_of, monthly, random_docs
from liuke.kernel.amounts import Money, Share
from liuke.kernel.i18n import in_language, translate
from liuke.kernel.said import Said
from liuke.reports import value_words
from liuke.reports.contexts.notes import defined
from liuke.reports.contexts.totals import totals
from liuke.reports.excel import write_workbook
from liuke.reports.notes import notes
from liuke.reports.query import Query, values
from liuke.store.runs import Runs
from liuke.value import loyalty

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.app.firm import Firm, RunView


def add(firm: Firm, table: str, rows: list[dict[str, Any]]) -> None:
    """Load a small table from rows in canonical columns."""
    path = firm.workspace.root.parent / f"{table}.csv"
    pl.DataFrame(rows).write_csv(path)
    firm.load(path, table=table, source=table, loaded_on=date(2026, 1, 2))


@pytest.fixture(scope="module")
def valued(tmp_path_factory: pytest.TempPathFactory) -> RunView:
    """Three years of 90 customers, with contacts, wallets, answers, referrers and a complaint of some."""
    folder = tmp_path_factory.mktemp("value")
    lives = ((0, 48), (0, 20), (0, 40), (10, 48), (26, 48), (40, 48), (38, 48))  # months of the first and last purchase
    steady = [
        one
        for n, (first, last) in enumerate(lives)
        for one in monthly(f"m{n}", [0] * first + [700.25 * (n + 1)] * (last - first), first="2022-10")
    ]
    firm = firm_of([*random_docs(5, 90, 34), *steady], folder)
    add(firm, "contact", [
        {"contact_id": f"L{n}", "customer_id": f"c{n % 9}", "at": "2026-09-2" + str(n % 9), "channel": "上门拜访"}
        for n in range(18)
    ])  # fmt: skip
    add(firm, "wallet", [
        {"customer_id": "c1", "on": "2026-01-05", "amount": "900000.00", "how": "客户提供"},
        {"customer_id": "c2", "on": "2026-01-05", "amount": "800000.00", "how": "业务员了解"},
    ])  # fmt: skip
    add(firm, "survey_answer", [
        {"survey_id": "D1", "customer_id": f"c{n}", "question_id": question, "answered_on": "2026-09-05",
         "score": score}
        for n, score in ((1, 9), (2, 2), (3, 10))
        for question in ("总体满意度", "推荐意愿")
    ])  # fmt: skip
    file = [{"customer_id": f"c{n}", "name": f"客户{n}", "referred_by": "c4" if n == 7 else None} for n in range(90)]
    add(firm, "customer", [*file, {"customer_id": "m5", "name": "新客", "referred_by": "c4"}])
    return firm.run()


def test_every_customer_has_one_row_and_everything_lies_in_its_bounds(valued: RunView) -> None:
    rows = valued.table("customer_value")
    assert rows["customer_code"].to_list() == valued.table("customer_now")["customer_code"].to_list()
    for low, middle, high in (("low", "next_year", "high"), ("clv_low", "clv", "clv_high"),
                              ("wallet_low", "wallet", "wallet_high")):  # fmt: skip
        known = rows.drop_nulls([low, middle, high])
        assert len(known)
        assert (known[low] <= known[middle]).all()
        assert (known[middle] <= known[high]).all()
    for share in ("share_of_wallet", "largest_period", "p_behaviour", "loyalty_coverage", "core_next_year_probability"):
        assert rows[share].drop_nulls().is_between(0, 1).all(), share
    cells = rows.filter(pl.col("loyalty") != "not_measured")
    assert (
        cells.select(pl.sum_horizontal("p_true", "p_spurious", "p_latent", "p_none")).to_series() - 1
    ).abs().max() < 1e-9
    assert valued.info["value"]["basis"] == "amount"


def test_money_at_stake_is_the_run_s_risk_times_next_year_to_the_cent(valued: RunView) -> None:
    both = valued.table("customer_value").join(valued.table("customer_now").select("customer_code", "risk"),
                                               on="customer_code").drop_nulls(["risk", "next_year"])  # fmt: skip
    assert len(both)
    for risk, worth, stake in both.select("risk", "next_year", "at_stake_next_year").iter_rows():
        assert abs(Decimal(risk) * worth - stake) <= Decimal("0.02")


def test_what_was_told_is_used_and_says_where_it_is_from(valued: RunView) -> None:
    rows = _by_id(valued)
    assert rows["c1"]["wallet_source"] == "survey"
    assert rows["c2"]["wallet_source"] == "estimate"
    assert rows["c1"]["loyalty"] in {"true", "latent"}
    assert rows["c2"]["loyalty"] in {"spurious", "none"}
    assert rows["c4"]["loyalty"] != "not_measured"  # brought a customer
    assert rows["c5"]["loyalty"] == "not_measured"
    assert rows["c5"]["p_true"] is None


def test_the_gap_lists_who_got_fewer_contacts_than_owed(valued: RunView) -> None:
    gap = valued.page(Query("service_gap", size=None)).rows
    assert gap["reason"].null_count() == len(gap)
    assert (gap["contacts_given"] < gap["contacts_owed"]).all()
    rows = valued.table("customer_value")
    short = rows.filter(pl.col("contacts_given") < pl.col("contacts_owed"))
    assert sorted(gap["customer_id"]) == sorted(
        short.join(valued.table("customer_now"), on="customer_code")["customer_id"]
    )


def test_the_bucket_is_the_ledger_and_each_year_opens_where_the_last_one_closed(valued: RunView) -> None:
    """To the cent: the last year's row is the waterfall's, and its money that of the documents."""
    bucket = valued.table("leaking_bucket")
    ledger = valued.table("waterfall").filter(pl.col("scope") == "window")
    last = bucket.row(-1, named=True)
    for step, customers, amount in ledger.select("step", "customers", "amount").iter_rows():
        assert last[f"{step}_amount"] == amount, step
        if customers is not None:
            assert last[step] == abs(customers), step
    money = (
        "opening_amount",
        "new_amount",
        "won_back_amount",
        "more_amount",
        "less_amount",
        "lost_amount",
        "late_amount",
    )
    for row in bucket.iter_rows(named=True):
        assert row["opening"] + row["new"] + row["won_back"] - row["lost"] == row["closing"]
        assert sum(row[name] for name in money) == row["closing_amount"]
    first, second = bucket["closing"][0], bucket["opening"][1]
    assert first == second
    documents = valued.table("money_month").filter(pl.col("kind").is_in(["invoice", "return"]))
    inside = documents.filter(pl.col("period").is_between(last["from"], last["to"]))
    assert sum(inside["amount"]) == last["closing_amount"]


def test_economics_carry_values_or_reasons(valued: RunView) -> None:
    rows = {row["figure"]: row for row in valued.table("economics").to_dicts()}
    assert rows["referred_share"]["value"] == 1.0  # m5 was brought by c4; nothing is on file of m6
    assert Said.unpack(rows["cost_new_by_kept"]["reason"]).text().startswith("State acquisition_cost")
    for row in rows.values():
        assert (row["value"] is None) == (row["reason"] is not None)
    last = valued.table("leaking_bucket").row(-1, named=True)
    assert rows["retention"]["value"] == pytest.approx(1 - last["lost"] / last["opening"])


def test_a_customer_is_worth_what_the_year_before_brought_from_those_then_on_the_books(tmp_path: Path) -> None:
    """100 a month for a year, then 200; one began half a year before the year does, one after; one left with it."""
    given = [
        *monthly("c0", [100.0] * 12 + [200.0] * 12),
        *monthly("c1", [0.0] * 6 + [100.0] * 6 + [200.0] * 12),
        *monthly("c2", [0.0] * 18 + [200.0] * 6),
        *monthly("c3", [100.0] * 12),
        doc("E c0 2026-01-31 1"),
    ]
    made = firm_of(given, tmp_path).run(as_of=date(2025, 12, 31))
    rows = {row["figure"]: row for row in made.table("economics").to_dicts()}
    assert rows["retention"]["value"] == pytest.approx(2 / 3, abs=1e-6)
    assert rows["yearly_worth"]["value"] == (1200 + 600 + 1200) / 3
    assert rows["point_of_churn"]["value"] == 30.0
    assert rows["lifetime_formula"]["value"] == pytest.approx(1000 * (2 / 3) / (1.1 - 2 / 3), abs=0.01)


def test_a_short_history_grades_by_the_past_and_gives_every_reason(tmp_path: Path) -> None:
    given = [one for n in range(12) for one in monthly(f"c{n}", [100.0 * (n + 1)] * 8)]
    made = firm_of(given, tmp_path).run()
    about = made.info["value"]
    assert about["next_year_reason"] is not None
    assert about["wallet_reason"] is not None
    rows = made.table("customer_value")
    assert rows["next_year"].null_count() == rows["wallet"].null_count() == rows["clv"].null_count() == 12
    assert rows["grade"].n_unique() > 1
    said = [Said.unpack(packed) for packed in rows["grade_said"]]
    assert isinstance(said[0].fields["share"], Share)
    assert isinstance(said[0].fields["present"], Money)
    assert all("last 12 months" in one.text() for one in said)
    gap = made.table("service_gap")
    assert [Said.unpack(packed).text() for packed in gap["reason"]] == [
        "No contacts are loaded, so given service is not known. Load them: liuke load FILE."
    ]


def test_two_customers_and_three_months_are_enough_for_a_run(tmp_path: Path) -> None:
    made = firm_of([*monthly("c1", [5, 5, 5]), *monthly("c2", [9, 0, 9])], tmp_path).run()
    assert len(made.table("customer_value")) == 2
    assert made.table("economics")["value"].null_count() >= 8


def test_the_firm_s_own_standard_makes_a_new_run(tmp_path: Path) -> None:
    firm = firm_of(random_docs(6, 30, 26, late=False), tmp_path)
    first = firm.run()
    (firm.workspace.root / "value.toml").write_text("[grades.A]\nshare = 0.79\n[costs]\norders = 5\n", "utf-8")
    second = firm.run()
    assert second.info["run_id"] != first.info["run_id"]
    counts = [(one.table("customer_value")["grade"] == "A").sum() for one in (first, second)]
    assert counts[1] > counts[0]
    assert Runs(firm.workspace.runs).current().root.name == second.info["run_id"]


def test_the_share_set_for_the_core_counts_ahead_as_well(tmp_path: Path) -> None:
    firm = firm_of([one for n in range(40) for one in monthly(f"c{n}", [100.0 * (n + 1)] * 30)], tmp_path)
    sizes = []
    for share in (0.5, 0.95):
        (firm.workspace.root / "liuke.toml").write_text(f"core_share = {share}\n", "utf-8")
        made = liuke.open(firm.workspace.root).run()
        assert made.info["value"]["next_year_reason"] is None
        sizes.append(int(made.table("customer_value")["core_next_year"].sum()))
    assert sizes[0] < sizes[1]


def test_what_speaks_against_lifetime_values_is_said_wherever_they_stand(valued: RunView) -> None:
    doubt = "Lifetime values need care: Only "
    assert any(why.startswith(doubt) for why in value_words.missing(valued.made.info, "clv"))
    assert any(text.text().startswith(doubt) for _, text in notes(defined(valued.made)))
    one = valued.page(values()).rows.filter(pl.col("clv").is_not_null())["customer_id"][0]
    assert any(said.startswith(doubt) for said in valued.value_sentences(valued.customer(one)))


def test_every_number_that_is_missing_has_its_reason(tmp_path: Path) -> None:
    given = [one for n in range(40) for one in monthly(f"c{n}", [100.0 * (n + 1)] * 14)]
    back = Doc("R1", "c3", date(2025, 1, 11), ((-600_000, "p0", 1),), "return")
    firm = firm_of([*given, back], tmp_path)
    (firm.workspace.root / "value.toml").write_text("[costs]\nvisits = 300\nreturns = 20\n", "utf-8")
    made = firm.run()
    said = dict(value_words.missing_reasons(made.info, *value_words.ESTIMATES))
    assert said["Service cost"].text() == "A cost is stated for what the documents do not count: visits."
    assert said["Slowing"].text().startswith("comparing a quarter with the year before")
    assert said["Lifetime value"].text().startswith("1 customers have no lifetime value")
    assert value_words.LOSS in made.value_sentences(made.customer("c3"))


def test_who_had_no_return_is_served_at_no_return(tmp_path: Path) -> None:
    """Acts are counted where the firm has such documents, be there none among the customers at hand."""
    back = Doc("R1", "c0", date(2024, 3, 11), ((-100, "p0", 1),), "return")
    firm = firm_of([*monthly("c0", [5, 5, 5, 5]), *monthly("c1", [5, 5, 5, 5]), back], tmp_path)
    (firm.workspace.root / "value.toml").write_text("[costs]\nreturns = 20\n", "utf-8")
    made = firm.run()
    assert made.info["value"]["service_cost_reason"] is None
    assert [row["service_cost"] for _, row in sorted(_by_id(made).items())] == [Decimal(20), Decimal(0)]


def test_the_workbook_shows_service_owed_and_given_and_every_probability(valued: RunView, tmp_path: Path) -> None:
    import fastexcel

    for lang, sheet, value in (("en", "Service gap", "Customer value"), ("zh", "服务差距", "客户价值")):
        book = fastexcel.read_excel(str(write_workbook(valued.made, tmp_path / f"{lang}.xlsx", lang)))
        gap = book.load_sheet(sheet, header_row=None, dtypes="string").to_polars()
        short = valued.page(Query("service_gap", size=None)).rows
        assert set(short["customer_id"]) <= {row[0] for row in gap.rows()}
        heads = next(row for row in book.load_sheet(value, header_row=None, dtypes="string").to_polars().rows()
                     if row[-1] is not None)  # fmt: skip
        with in_language(lang):
            wanted = [translate(title) for title in (
                *(loyalty.TITLES[cell] for cell in loyalty.CELLS), "Purchase days, coming year", "Ever buys again",
                "Slowing",
            )]  # fmt: skip
        assert set(wanted) <= set(heads)
        first = book.load_sheet("Watch list" if lang == "en" else "预警名单", header_row=3).to_polars()
        chances = first["Chance of so long a silence" if lang == "en" else "沉默这么久的概率"]
        assert chances.drop_nulls().is_between(0, 1).all()


def test_purchases_to_come_and_the_chance_to_buy_again_lie_in_their_bounds(valued: RunView) -> None:
    rows = valued.table("customer_value").filter(pl.col("clv").is_not_null())
    assert rows["p_alive"].is_between(0, 1).all()
    assert (rows["purchases_year"] >= 0).all()
    now = valued.table("customer_now")
    late = now.filter(pl.col("rules").list.contains("overdue"))
    assert late.is_empty() or (late["silence_chance"] < 0.06).all()
    assert now["silence_chance"].drop_nulls().is_between(0, 1).all()


def _by_id(result: RunView) -> dict[str, dict[str, Any]]:
    return {row["customer_id"]: row for row in result.page(values()).rows.to_dicts()}


def test_both_cores_and_why_there_is_no_wallet_are_said(valued: RunView) -> None:
    rows = valued.page(values()).rows
    assert totals(valued.made).core_ahead == rows["core_next_year"].sum() > 0
    said = valued.value_sentences(valued.customer(rows.filter("core_next_year")["customer_id"][0]))
    assert "Core by what is expected of it next year." in said
    without = rows.filter(pl.col("wallet").is_null(), pl.col("stage").is_not_null())["customer_id"][0]
    said = " ".join(valued.value_sentences(valued.customer(without)))
    assert "needs 30 customers whose wallet somebody has learned; there are 2." in said

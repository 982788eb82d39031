"""A firm of which only some lines carry a margin: what its run stands on, and that it says so."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

import liuke
from firms import Doc, frame, monthly
from liuke.kernel.amounts import Share
from liuke.kernel.i18n import in_language
from liuke.kernel.said import Said
from liuke.reports import value_words
from liuke.reports.contexts.notes import defined
from liuke.reports.notes import notes

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.app.firm import Firm, RunView

MONTHS = 26


def shops(folder: Path, without: float, settings: str = "", as_of: date | None = None) -> RunView:
    """The run of two shops: one whose lines carry a margin of three tenths, one whose lines carry none."""
    firm = liuke.open(folder / "firm")
    (firm.workspace.root / "liuke.toml").write_text(f"# settings\n{settings}", "utf-8")
    with_margin = [one for n in range(40) for one in monthly(f"a{n}", [100.0 * (n + 1)] * MONTHS)]
    _load(firm, "a", with_margin, margin=True)
    _load(firm, "b", [one for n in range(40) for one in monthly(f"b{n}", [without * (n + 1)] * MONTHS)], margin=False)
    return firm.run(as_of=as_of)


def _load(firm: Firm, shop: str, given: list[Doc], *, margin: bool) -> None:
    rows = frame(given)
    if margin:
        rows = rows.with_columns(margin=(pl.col("amount").cast(pl.Float64) * 0.3).round(2).cast(pl.Decimal(18, 2)))
    path = firm.workspace.root.parent / f"{shop}.parquet"
    rows.write_parquet(path)
    firm.load(path, source=shop, loaded_on=date(2026, 3, 1), table="document_line")


def test_half_the_money_without_a_margin_stands_everything_on_sales_and_says_so(tmp_path: Path) -> None:
    made = shops(tmp_path, 100.0, 'core_measure = "margin"')
    assert made.info["coverage"]["margin"] == 0.5
    assert made.info["core_measure"] == "amount"
    rows = made.table("customer_value").join(made.table("customer_now").select("customer_code", "customer_id"),
                                             on="customer_code")  # fmt: skip
    assert made.info["value"]["basis"] == "amount"
    worth = dict(rows.select("customer_id", pl.col("next_year").cast(pl.Float64)).iter_rows())
    assert worth["b39"] > 0
    assert worth["b39"] == worth["a39"]
    assert made.table("customer_now")["margin_12"].null_count() == 80
    with in_language("en"):
        assert value_words.money_basis(made.info) == (
            "sales, for only 50.0% of the money of the last two years carries a margin"
        )
        said = {title.text(): text.text() for title, text in notes(defined(made.made))}
    assert said["Margin"].startswith("Only 50.0% of the money of the last two years")


RULE = """title = { zh = "毛利下滑", en = "Margin falls" }
help = { zh = "毛利连降四期。", en = "Four falls of the margin." }
[[when.any]]
condition = "falling"
measure = "margin"
periods = 4
"""


def test_a_rule_on_margins_is_refused_with_the_share_and_not_evaluated_on_nothing(tmp_path: Path) -> None:
    firm = liuke.open(tmp_path / "firm")
    (firm.workspace.root / "rules").mkdir(exist_ok=True)
    (firm.workspace.root / "rules" / "margin_falls.toml").write_text(RULE, "utf-8")
    scores = shops(tmp_path, 100.0).table("rule_score").filter(pl.col("rule") == "margin_falls").row(0, named=True)
    assert scores["flagged_now"] is None
    reason = Said.unpack(scores["reason"])
    assert reason.message.startswith("needs margins: {share} of the money of the last two years carries one")
    assert reason.fields == {"share": Share(0.5, 1), "least": Share(0.95)}
    assert "50.0% of the money" in reason.text()


def test_the_few_lines_without_a_margin_earn_what_the_others_do(tmp_path: Path) -> None:
    made = shops(tmp_path, 4.0)
    share = made.info["coverage"]["margin"]
    assert 0.95 < share < 1
    assert made.info["core_measure"] == "margin"
    rows = made.table("customer_now").filter(pl.col("customer_id").str.starts_with("b"))
    ratio = rows["margin_12"].cast(pl.Float64) / rows["amount_12"].cast(pl.Float64)
    assert (ratio - 0.3).abs().max() < 1e-3
    with in_language("en"):
        assert value_words.money_basis(made.info).startswith("margin; 96.2% of the money of the last two years")


def test_margins_that_came_later_leave_no_trace_in_an_earlier_run(tmp_path: Path) -> None:
    firm = liuke.open(tmp_path / "firm")
    _load(firm, "a", [one for n in range(9) for one in monthly(f"a{n}", [100.0] * 24)], margin=False)
    _load(firm, "b", [one for n in range(9) for one in monthly(f"b{n}", [100.0] * 2, first="2026-01")], margin=True)
    assert firm.run(as_of=date(2025, 12, 31)).info["coverage"] == {}


def test_coverage_is_what_was_known_at_the_day_asked_for(tmp_path: Path) -> None:
    """Lines without a margin of the last month touch no earlier run."""
    firm = liuke.open(tmp_path / "firm")
    _load(firm, "a", [one for n in range(9) for one in monthly(f"a{n}", [100.0] * MONTHS)], margin=True)
    _load(firm, "b", monthly("b0", [90_000.0], first="2026-01"), margin=False)
    assert firm.run(as_of=date(2025, 12, 31)).info["coverage"]["margin"] == 1
    assert firm.run().info["coverage"]["margin"] < 0.3

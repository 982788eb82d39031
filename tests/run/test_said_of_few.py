"""What is said where little is known: of a rule whose customers count as lost already, of a grade from one purchase."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl
import pytest

from firms import Doc, firm_of, monthly, random_docs
from liuke.kernel.said import Said

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.app.firm import Firm, RunView

RULE = "probably_lost"  # nothing for three periods
START, WEEKS, GONE = date(2024, 1, 3), 104, ("c1", "c4", "c6")


@pytest.fixture(scope="module")
def weekly(tmp_path_factory: pytest.TempPathFactory) -> Firm:
    """Eight who buy every week, so that two months without a purchase are lost; three stopped half a year ago."""
    given = []
    for customer in (f"c{n}" for n in range(8)):
        weeks = WEEKS - 26 if customer in GONE else WEEKS
        days = (START + timedelta(weeks=week) for week in range(weeks))
        given += [Doc(f"{customer}-{on}", customer, on, ((10_000, "p0", 1),)) for on in days]
    firm = firm_of(given, tmp_path_factory.mktemp("weekly"))
    firm.run()
    return firm


def score(run: RunView) -> dict[str, object]:
    return run.table("rule_score").row(by_predicate=pl.col("rule") == RULE, named=True)


def test_a_rule_whose_customers_are_lost_before_it_can_fire_says_so(weekly: Firm) -> None:
    run = weekly.current()
    assert run.info["left_days"] == 60
    found = score(run)
    assert (found["flagged_now"], found["flags"]) == (0, 0)
    said = Said.unpack(str(found["reason"])).text()
    assert said.startswith("3 customers meet it but count as lost already, 60 days after their last purchase")
    shown = weekly.preview(RULE)
    assert not list(shown.records())
    assert list(shown.said) == [said]


def test_with_a_longer_horizon_the_same_rule_speaks(weekly: Firm, tmp_path: Path) -> None:
    given = [
        one for n in range(8) for one in monthly(f"c{n}", [100] * (20 if f"c{n}" in GONE else 24), day=10)
    ]  # monthly: lost after three months and more
    firm = firm_of(given, tmp_path)
    (firm.workspace.root / "liuke.toml").write_text("left_days = 365\n", "utf-8")
    run = firm.run()
    assert score(run)["flagged_now"] == 3
    assert {row["customer_id"] for row in firm.preview(RULE).records()} == set(GONE)
    assert not firm.preview(RULE).said


def test_a_grade_from_one_day_of_purchase_says_how_little_it_knows(tmp_path: Path) -> None:
    once = [Doc("one", "once", date(2026, 1, 5), ((50_000, "p0", 1),)),
            Doc("two", "once", date(2026, 1, 5), ((20_000, "p1", 1),)),
            *monthly("twice", [0] * 24 + [400, 300], day=8)]  # fmt: skip
    run = firm_of([*random_docs(6, 70, 30, late=False), *once], tmp_path).run()
    assert run.info["value"]["next_year_reason"] is None, "else grades stand on the past alone"
    rows = (
        run.table("customer_now")
        .join(run.table("customer_value"), on="customer_code")
        .select("customer_id", "grade_said")
    )
    said = {customer: Said.unpack(packed).text() for customer, packed in rows.iter_rows()}
    assert "judged by one day of purchase" in said["once"]
    assert "judged by one day of purchase" not in said["twice"]
    bought = pl.DataFrame([(d.customer, d.on) for d in random_docs(6, 70, 30, late=False)], ["c", "on"], orient="row")
    days = dict(bought.group_by("c").agg(pl.col("on").n_unique()).iter_rows())
    assert not [c for c, text in said.items() if "judged by one day" in text and days.get(c, 1) > 1]

"""Two groups side by side on one cause list: of one run, two years, two firms whose causes differ."""

from __future__ import annotations

import shutil
from datetime import date
from typing import TYPE_CHECKING

import polars as pl
import pytest

from firms import firm_of, monthly
from liuke.app.cause_sides import sides_listed
from liuke.app.firm import Firm
from liuke.kernel.errors import NotFound, Usage
from liuke.kernel.i18n import in_language
from liuke.reports.contexts.cause_sides import SideAsked

if TYPE_CHECKING:
    from pathlib import Path

OWN = """group = "us"
act = "forced"
kind = "fault"
degree = "either"
direction = "rival"

[title]
zh = "换系统"
en = "New system"
"""


def regions(firm: Firm) -> list[str]:
    total = firm.current().table("cause_total").filter(pl.col("by") == "region", pl.col("judged") == "lost")
    return total.filter(pl.col("value") != "-")["value"].unique().sort().to_list()


def test_two_groups_reconcile_with_the_run_and_the_difference_has_its_range(simulated_firm: Firm) -> None:
    one, other = regions(simulated_firm)[:2]
    rows = simulated_firm.cause_sides(f"region={one}", f"region={other}")
    total = simulated_firm.current().table("cause_total").filter(pl.col("by") == "region", pl.col("judged") == "lost")
    for mark, region in (("a", one), ("b", other)):
        mine = total.filter(pl.col("value") == region)
        assert rows[f"{mark}_money"].sum() == mine["money"].sum()
        assert rows[f"{mark}_customers"].sum() == pytest.approx(mine["customers"].sum())
        assert rows[f"{mark}_share"].sum() == pytest.approx(1)
    assert (rows["difference"] - (rows["a_share"] - rows["b_share"])).abs().max() < 1e-9
    assert ((rows["difference_low"] <= rows["difference"]) & (rows["difference"] <= rows["difference_high"])).all()
    with in_language("en"):
        mirrored = simulated_firm.cause_sides(f"region={other}", f"region={one}").sort("cause")
    assert mirrored["difference"].to_list() == pytest.approx((-rows.sort("cause")["difference"]).to_list())


def test_a_group_beside_all_says_how_many_are_in_both(simulated_firm: Firm) -> None:
    region = regions(simulated_firm)[0]
    with in_language("en"):
        said = sides_listed(simulated_firm, ("", f"region={region}")).said
    lost = (
        simulated_firm.current()
        .table("cause_total")
        .filter(pl.col("by") == "region", pl.col("judged") == "lost", pl.col("value") == region)["of"][0]
    )
    assert any(f"{lost:,} customers are in both" in each for each in said)


def test_two_firms_stand_on_one_list_by_the_ids_of_causes(simulated_firm: Firm, tmp_path: Path) -> None:
    there = tmp_path / "north"
    shutil.copytree(simulated_firm.workspace.root, there)
    other = Firm.at(there)
    other.workspace.causes.mkdir(exist_ok=True)
    (other.workspace.causes / "new_system.toml").write_text(OWN, "utf-8")
    (other.workspace.causes / "price.toml").write_text('[title]\nzh = "嫌贵"\n', "utf-8")
    (tmp_path / "audits.csv").write_text(
        "customer_id,on,stated_cause,audited_cause\n" + f"{lost_of(other)},2025-01-15,换系统,换系统\n", "utf-8"
    )
    other.load(tmp_path / "audits.csv", table="exit_note", source="audits")
    other.run()
    with in_language("en"):
        listed = sides_listed(simulated_firm, ("", f"firm={there}"))
        rows = {row["cause"]: row for row in listed.records()}
        assert any("Only north" in each or "New system" in each for each in listed.said)
    assert rows["new_system"]["a_customers"] is rows["new_system"]["difference"] is None
    assert rows["new_system"]["b_customers"] > 0
    assert rows["unknown"]["a_customers"] is not None
    assert rows["unknown"]["difference"] is not None
    assert sum(row["b_customers"] for row in rows.values()) == pytest.approx(
        other.current().table("cause_total").filter(pl.col("by") == "all", pl.col("judged") == "lost")["of"][0]
    )


def lost_of(firm: Firm) -> str:
    causes = firm.current().table("customer_cause").filter(pl.col("judged") == "lost").sort("on", "customer_code")
    who = firm.current().table("customer_now").select("customer_code", "customer_id")
    return str(causes.tail(1).join(who, on="customer_code")["customer_id"][0])


@pytest.mark.parametrize("text", ["weather=bad", "region", "region=", "region=a,region=b", "=x"])
def test_what_is_no_side_says_how_one_is_written(text: str) -> None:
    with pytest.raises(Usage, match="no side"):
        SideAsked.parse(text)


def test_a_value_may_hold_commas() -> None:
    asked = SideAsked.parse("region=华东, 沪,as_of=2026-10-31,core=是")
    assert (asked.picked.slots, asked.as_of, asked.picked.core) == ({"region": "华东, 沪"}, "2026-10-31", True)


def test_one_side_alone_and_a_group_there_is_not_are_refused(simulated_firm: Firm) -> None:
    with pytest.raises(Usage, match="Side by side stand two"):
        sides_listed(simulated_firm, ("region=x",))
    with pytest.raises(NotFound):
        sides_listed(simulated_firm, ("region=nowhere", ""))


@pytest.mark.parametrize("text", ["core=maybe", "core=no", "core=0", "region=华东,core=不"])
def test_core_is_yes_or_not_said(text: str) -> None:
    with pytest.raises(Usage, match="core=yes"):
        SideAsked.parse(text)


@pytest.mark.parametrize(("left", "says"), [(120, "can't judge"), (30, "of 50 leavers")])
def test_a_cause_a_side_cant_judge_has_no_value_there(
    simulated_firm: Firm, tmp_path: Path, left: int, says: str
) -> None:
    """A firm with documents alone stands beside one with all tables: no zero, and no difference from it."""
    docs = [doc for n in range(left) for doc in monthly(f"gone{n}", [100] * (5 + n % 6), "2024-06")]
    docs += [doc for n in range(80) for doc in monthly(f"stay{n}", [100] * 20, "2024-01")]
    bare = firm_of(docs, tmp_path)
    bare.run(date(2025, 8, 31))
    card = bare.current().table("cause_card")
    told = {row["cause"]: row["judged"] for row in card.iter_rows(named=True)}
    with in_language("en"):
        listed = sides_listed(simulated_firm, ("", f"firm={bare.workspace.root}"))
        said = " ".join(listed.said)
    rows = {row["cause"]: row for row in listed.records()}
    unjudged = [cause for cause in rows if not told[cause] or (left < 50 and cause != "unknown")]
    assert len(unjudged) > 3
    assert says in said
    for cause in unjudged:
        assert all(rows[cause][f"b_{name}"] is None for name in ("customers", "share", "money", "money_share"))
        assert rows[cause]["difference"] is rows[cause]["difference_low"] is None
        assert rows[cause]["a_customers"] > 0
    if left > 50:
        held = [cause for cause in rows if told[cause]]
        assert all(rows[cause]["b_customers"] is not None for cause in held)
        assert all(rows[cause]["difference"] is not None for cause in held)
    assert rows["unknown"]["b_customers"] > 0
    assert rows["unknown"]["difference"] is not None

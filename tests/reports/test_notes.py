"""The notes say what is in force: each text that speaks of a setting changes with it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from changed import Changed

from liuke.kernel.i18n import in_language
from liuke.reports.contexts.notes import defined
from liuke.reports.excel import write_workbook
from liuke.reports.notes import notes

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.reports.contexts.base import Source
    from liuke.store.runs import Run


def said(run: Source, **changed: Any) -> dict[str, str]:
    """The notes of a run, with some of what is defined changed, by title."""
    about = replace(defined(run), **({"core_ahead": True, "coverage": {}, "core_measure": "amount"} | changed))
    with in_language("en"):
        return {title.text(): text.text() for title, text in notes(about)}


def test_what_the_defaults_say(simulated_run: Run) -> None:
    found = said(simulated_run)
    assert "80% of sales" in found["Core"]
    assert "80% of next year's money" in found["Core by expectation"]
    assert "three times the usual gap" in found["Lost"]
    assert not {"Margin", "Quantity"} & found.keys()


@pytest.mark.parametrize(
    ("changed", "title", "text"),
    [
        ({"core_share": 0.6}, "Core", "60% of sales"),
        ({"core_share": 0.6}, "Core by expectation", "60% of next year's money"),
        ({"core_measure": "margin"}, "Core", "80% of the margin"),
        ({"core_measure": "quantity"}, "Core", "80% of the quantity"),
        (
            {"left_days_set": True, "left_days": 120},
            "Lost",
            "Silent for more than 120 days, the number set in liuke.toml.",
        ),
        ({"coverage": {"margin": 0.5}}, "Margin", "Only 50.0% of the money"),
        ({"coverage": {"quantity": 0.97}}, "Quantity", "97.0% of the money"),
    ],
)
def test_each_follows_its_setting(simulated_run: Run, changed: dict[str, Any], title: str, text: str) -> None:
    assert text in said(simulated_run, **changed)[title]


def test_the_chance_of_being_lost_soon_is_defined_where_it_is_known(simulated_run: Run) -> None:
    assert "Lost in 90 days" not in said(simulated_run, early=False)
    assert "buy nothing for 92 days" in said(simulated_run, early=True)["Lost in 90 days"]


def test_the_settings_of_the_run_are_read(simulated_run: Run) -> None:
    assert not defined(simulated_run).left_days_set
    settings = {**simulated_run.info["settings"], "left_days": 90, "core_share": 0.7}
    changed = defined(Changed(simulated_run, {"settings": settings}))
    assert changed.left_days_set
    assert changed.core_share == 0.7


def test_the_plain_set_of_the_core_sheet_bears_the_share_set(simulated_run: Run, tmp_path: Path) -> None:
    import fastexcel

    run = Changed(simulated_run, {"settings": {**simulated_run.info["settings"], "core_share": 0.6}})
    book = fastexcel.read_excel(str(write_workbook(run, tmp_path / "a.xlsx", "en")))
    assert "Plain 60%" in book.load_sheet("Core customers", header_row=3).to_polars().columns

"""The notes say what is in force: each text that speaks of a setting changes with it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sample_run import sample_run

from liuke.kernel.i18n import in_language
from liuke.reports.excel import write_workbook
from liuke.reports.notes import notes
from liuke.reports.overview import overview

if TYPE_CHECKING:
    from pathlib import Path


def said(**changed: Any) -> dict[str, str]:
    """The notes of the sample, with some of what is defined changed, by title."""
    context = overview(sample_run())
    context = replace(context, core_ahead=7, defined=replace(context.defined, **changed))
    with in_language("en"):
        return {title.text(): text.text() for title, text in notes(context)}


def test_what_the_defaults_say() -> None:
    found = said()
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
        ({"left_days_set": True}, "Lost", "Silent for more than 120 days, the number set in liuke.toml."),
        ({"coverage": {"margin": 0.5}}, "Margin", "Only 50.0% of the money"),
        ({"coverage": {"quantity": 0.97}}, "Quantity", "97.0% of the money"),
    ],
)
def test_each_follows_its_setting(changed: dict[str, Any], title: str, text: str) -> None:
    assert text in said(**changed)[title]


def test_the_settings_of_the_run_are_read() -> None:
    run = sample_run()
    assert not overview(run).defined.left_days_set
    run.info["settings"] = {"left_days": 90, "core_share": 0.7}
    assert overview(run).defined.left_days_set
    assert overview(run).defined.core_share == 0.7


def test_the_plain_set_of_the_core_sheet_bears_the_share_set(tmp_path: Path) -> None:
    import fastexcel

    run = sample_run()
    run.info["settings"] = {"core_share": 0.6}
    book = fastexcel.read_excel(str(write_workbook(run, tmp_path / "a.xlsx", "en")))
    assert "Plain 60%" in book.load_sheet("Core customers", header_row=3).to_polars().columns

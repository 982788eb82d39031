"""A listing is written once: each column shows up on every face it is meant for, and nothing of it acts there."""

from __future__ import annotations

import csv as stdlib_csv
import io
import json as stdlib_json
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import fastexcel
import polars as pl
import pytest
from rich.console import Console

from liuke.kernel.i18n import in_language, translate
from liuke.kernel.said import Said
from liuke.reports.listings import customers, money, scores, upkeep, value
from liuke.reports.reasons import with_reasons
from liuke.reports.renderers import csv, grid, html, json, sheet
from liuke.reports.shown import CURRENCY, FACES, Listed, Listing, Shown
from liuke.signals.watch_list import VIEWS

if TYPE_CHECKING:
    from liuke.store.runs import Run

EVERY = [
    *(each for module in (customers, money, scores, upkeep, value) for each in vars(module).values()
      if isinstance(each, Listing)),
    *(customers.watch_listing(view=view) for view in VIEWS),
    customers.core_listing("80%"), customers.trends(["2026-01"]), value.values_listing(5, "CNY"),
    scores.model_scores({}), scores.by_metric(("auc",)), scores.segments(("auc",)),
]  # fmt: skip
TOY = Listing(
    "toy",
    "Toy",
    (
        Shown("customer_id", "Customer"),
        Shown("state", "State", "state", words={"falling": "Falling"}),
        Shown("risk", "Risk", "share", ends=("low", "high")),
        Shown("amount", "Amount", "money_full", CURRENCY),
        Shown("on", "Day", "date"),
        Shown("reasons", "Why", "reasons"),
        Shown("core", "Core", "word", words={True: "core", False: ""}),
        Shown("region", "Region", optional=True),
    ),
)
ROW = {
    "customer_id": "c1", "state": "falling", "risk": 0.68, "low": 0.55, "high": 0.79, "amount": Decimal("-1234.50"),
    "on": date(2026, 10, 31), "core": False, "region": None,
    "reasons": [Said("Silent for {days} days.", {"days": 97}).pack(), Said("No oil.").pack()],
}  # fmt: skip


def listed(**changed: object) -> Listed:
    return Listed(TOY, [{**ROW, **changed}], currency="CNY")


def shown_on_grid(rows: Listed) -> str:
    console = Console(width=250, file=io.StringIO())
    console.print(grid.render(rows))
    return console.file.getvalue()  # type: ignore[attr-defined]


@pytest.mark.parametrize("width", [100, 140, 160])
def test_a_table_of_many_figures_keeps_within_its_terminal(width: int) -> None:
    """The last figure is no less than the first; a sentence and a name have what figures leave."""
    titles = [f"Share of those named by list {nth}" for nth in range(9)]
    figures = (Shown(title, title, "share") for title in titles)
    many = Listing("many", "Many", (Shown("name", "Named by"), Shown("said", "Why"), *figures))
    row = {"name": "As many, the longest silent first", "said": "No purchase for 116 days. " * 4}
    rows = Listed(many, [{**row, **{title: 0.1 * nth for nth, title in enumerate(titles)}}])
    console = Console(width=width, file=io.StringIO())
    console.print(grid.render(rows))
    lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    assert max(len(line.rstrip()) for line in lines) <= width
    assert width == 100 or any(line.split()[-9:] == [f"{10 * nth}%" for nth in range(9)] for line in lines), (
        "no figure is cut"
    )


def shown_in_html(rows: Listed) -> str:
    return "".join(cell.text for row in html.rows(rows, html.once) for cell in row)


def cells(rows: Listed, codes: bool = False) -> list[tuple[object, ...]]:
    book = fastexcel.read_excel(sheet.workbook(rows, codes=codes))
    return book.load_sheet(0, header_row=3).to_polars().rows()


def heads(rows: Listed, codes: bool = False) -> list[str]:
    return fastexcel.read_excel(sheet.workbook(rows, codes=codes)).load_sheet(0, header_row=3).to_polars().columns


def lines(rows: Listed, codes: bool = False) -> list[list[str]]:
    return list(stdlib_csv.reader(io.StringIO(csv.render(rows, codes=codes))))


@pytest.mark.parametrize("listing", EVERY, ids=lambda each: each.name)
def test_no_face_has_a_column_twice_and_no_internal_number(listing: Listing) -> None:
    for face in FACES:
        names = [shown.column for shown in listing.on(face)]
        assert len(set(names)) == len(names), face
    assert not {"customer_code", "document_code", "token", "grade_data"} & {each.column for each in listing.columns}
    assert listing.on("json") or not listing.on("csv")


@pytest.mark.parametrize("listing", EVERY, ids=lambda each: each.name)
def test_every_title_is_said_in_both_languages(listing: Listing) -> None:
    for shown in listing.columns:
        for each in filter(None, (shown.title, shown.help)):
            message = each.message if isinstance(each, Said) else each
            with in_language("zh"):
                assert translate(message) != message or not message.isascii() or message[:4].isdigit() or message in {
                    "AUC", "PSI"}  # fmt: skip


def test_a_column_added_as_one_row_is_on_every_face() -> None:
    wider = replace(TOY, columns=(*TOY.columns, Shown("size", "Size", "whole")))
    rows = Listed(wider, [{**ROW, "size": 4321}], currency="CNY")
    assert "4,321" in shown_on_grid(rows)
    assert "4,321" in shown_in_html(rows)
    assert [head.text for head in html.heads(rows, html.once)][-1] == "Size"
    assert (heads(rows)[-1], cells(rows)[0][-1]) == ("Size", 4321)
    assert [line[-1] for line in lines(rows)] == ["Size", "4321"]
    assert stdlib_json.loads(json.render(rows))[0]["size"] == 4321


def test_each_face_reads_the_values_its_own_way() -> None:
    rows = listed()
    assert "68% (55–79%)" in shown_on_grid(rows)
    assert "Silent for 97 days." in shown_on_grid(rows)
    assert "No oil." not in shown_on_grid(rows), "a terminal has room for one reason"
    (record,) = stdlib_json.loads(json.render(rows))
    assert record == {
        "customer_id": "c1", "state": "falling", "risk": 0.68, "amount": "-1234.50", "on": "2026-10-31",
        "reasons": ["Silent for 97 days.", "No oil."], "core": False, "region": None,
    }  # fmt: skip
    assert lines(rows)[1][:5] == ["c1", "Falling", "0.68", "-1234.50", "2026-10-31"]
    assert cells(rows)[0][:4] == ("c1", "Falling", 0.68, -1234.5)
    assert cells(rows)[0][5] == "Silent for 97 days.\nNo oil."
    assert "Region" not in heads(rows), "nobody has one"
    assert "Region" in heads(listed(region="华东"))


def test_files_bear_titles_in_the_language_in_force_or_codes() -> None:
    state = Listed(Listing("s", "Customer states", (customers.STATE,)), [{"state": "falling"}])
    with in_language("zh"):
        assert lines(state) == [["状态"], ["下滑"]]
        assert heads(state) == ["状态"]
        assert lines(state, codes=True) == [["state"], ["falling"]]
        assert heads(state, codes=True) == ["state"]
        assert listed().columns("csv")[3].heading("CNY").endswith("元")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_of_five_customers_a_view_shows_its_three_in_its_words(simulated_run: Run, lang: str) -> None:
    """The view of those going: the early chance with its range and reasons, and nothing of silence."""
    five = simulated_run.table("customer_now").filter("listed").head(5).with_columns(
        going_rank=pl.Series([2, None, 1, None, 3]), early=pl.Series([0.3, None, 0.4, None, 0.2]),
        early_low=pl.Series([0.2, None, 0.3, None, 0.1]), early_high=pl.Series([0.4, None, 0.5, None, 0.3]),
        core_next_year=None,
    )  # fmt: skip
    told = pl.DataFrame(
        [(code, "early:visit", "visit", Said("Not visited.").pack()) for code in five["customer_code"]],
        schema=["customer_code", "rule", "idea", "said"], orient="row",
    )  # fmt: skip
    three = with_reasons(five, told).filter(pl.col("going_rank").is_not_null()).sort("going_rank")
    with in_language(lang):
        rows = Listed(customers.watch_listing(view="going"), three, currency="CNY")
        grid_, titles = shown_on_grid(rows), lines(rows)[0]
    assert all(text in grid_ for text in ("40% (30–50%)", "30% (20–40%)", "20% (10–30%)", "Not visited."))
    assert ("90 天内流失" if lang == "zh" else "Lost in 90 days") in grid_
    assert not any(word in grid_ for word in ("未购天数", "Days silent", "流失风险", "Risk"))
    records = stdlib_json.loads(json.render(rows))
    assert [row["going_rank"] for row in records] == [1, 2, 3]
    assert [row["customer_id"] for row in records] == [five["customer_id"][at] for at in (2, 0, 4)]
    assert records[0]["reasons"] == records[0]["early_reasons"] == ["Not visited."]
    assert "going" in records[0]["views"]
    assert len(titles) == len(set(titles)), "no heading twice"


HOSTILE = ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "\x1b[31mred\x1b[0m", "http://x.example", "file:///etc/passwd",
           "external:a.xlsx", "\u202egnp.exe", "a\x9bb", "<i>it</i>", "[red]x[/red]"]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_a_value_acts(text: str) -> None:
    rows = listed(customer_id=text, reasons=[Said("{text}", {"text": text}).pack()], region=text)
    printed = csv.render(rows) + shown_on_grid(rows)
    assert not any(mark in printed for mark in ("\x1b", "\u202e", "\x9b"))
    assert "[red]" in printed or "red]" not in text, "a terminal shows marks, it does not follow them"
    assert not lines(rows)[1][0].startswith(("=", "@", "+", "-"))
    assert "<i>" not in shown_in_html(rows)
    with zipfile.ZipFile(io.BytesIO(sheet.workbook(rows))) as book:
        inside = book.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in inside
        assert "hyperlink" not in inside.lower()
        assert not any("rels" in name and "sheet1" in name for name in book.namelist())


def test_rows_of_a_frame_are_read_like_rows_by_hand() -> None:
    frame = pl.DataFrame([ROW], infer_schema_length=None)
    assert json.render(Listed(TOY, frame)) == json.render(Listed(TOY, [ROW]))


def test_without_a_row_a_terminal_says_so_and_json_is_an_empty_array() -> None:
    none = Listed(replace(TOY, nothing="Nobody."), [], about=(Said("As of {day}.", {"day": "today"}),))
    assert grid.render(none) == "As of today.\nNobody."
    assert stdlib_json.loads(json.render(none)) == []
    assert len(lines(none)) == 1

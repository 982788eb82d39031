"""`liuke list` by view: what each is for, how many stand on it, and why one can't be had."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, get_args

import pytest
from terminal import liuke

from liuke.cli.options import View
from liuke.signals.watch_list import VIEWS

if TYPE_CHECKING:
    from pathlib import Path


def rows(*words: str | Path) -> Any:
    said = liuke("list", *words, "--format", "json")
    assert said.code == 0, said.err
    return json.loads(said.out)


def test_the_command_offers_the_views_there_are() -> None:
    assert get_args(View) == VIEWS


def test_a_view_is_part_of_the_list_in_its_own_order(ready: Path) -> None:
    listed = {row["customer_id"] for row in rows("-w", ready)}
    on = {view: rows("-w", ready, "--view", view) for view in VIEWS}
    assert on["silent"]
    assert {row["customer_id"] for found in on.values() for row in found} == listed
    for view, found in on.items():
        assert [row[f"{view}_rank"] for row in found] == list(range(1, len(found) + 1))
        assert all(view in row["views"] for row in found)


@pytest.mark.parametrize(
    ("language", "counts", "heading", "why"),
    [
        ("en", "Silent beyond own rhythm {n} customer", "Silent beyond own rhythm: ", "The early chance is not known"),
        ("zh", "超出自己节奏没来 {n} 家", "超出自己节奏没来：", "提前预警还算不出"),
    ],
)
def test_each_face_says_how_many_and_what_for(ready: Path, language: str, counts: str, heading: str, why: str) -> None:
    silent = len(rows("-w", ready, "--view", "silent"))
    assert counts.format(n=silent) in liuke("list", "-w", ready, language=language).out
    assert heading in liuke("list", "-w", ready, "--view", "silent", language=language).out
    early = liuke("list", "-w", ready, "--early", language=language)
    assert (early.code, why in early.out) == (0, True)
    assert early.out == liuke("list", "-w", ready, "--view", "going", language=language).out


def test_where_nobody_is_on_the_list_it_says_so_and_not_that_conditions_are_too_narrow(tmp_path: Path) -> None:
    invoices = tmp_path / "invoices.csv"
    days = [f"2026-{month:02}-{day:02}" for month in range(1, 11) for day in (1, 15, 28)]
    lines = [f"A{nth},{day},100.00,F{nth}-{day}" for nth in range(12) for day in days]
    invoices.write_text("\n".join(["customer_id,date,amount,document_id", *lines]), "utf-8")
    for words in (["init", tmp_path / "firm"], ["load", invoices, "-w", tmp_path / "firm"],
                  ["run", "-w", tmp_path / "firm"]):  # fmt: skip
        assert liuke(*words).code == 0
    assert liuke("list", "-w", tmp_path / "firm").out.rstrip().endswith("Nobody is on the watch list.")
    assert "No customer matches" in liuke("list", "-w", tmp_path / "firm", "--search", "B").out


def test_a_condition_narrows_a_view_and_says_when_nobody_is_left(ready: Path) -> None:
    whole = rows("-w", ready, "--view", "silent")
    one = whole[0]["customer_id"]
    assert [row["customer_id"] for row in rows("-w", ready, "--view", "silent", "--search", one)] == [one]
    assert "No customer matches" in liuke("list", "-w", ready, "--view", "silent", "--search", "nobody").out


def test_a_view_nobody_knows_or_two_at_once_are_wrong_usage(ready: Path) -> None:
    assert liuke("list", "-w", ready, "--view", "gone").code == 2
    both = liuke("list", "-w", ready, "--early", "--view", "money")
    assert both.code == 2
    assert "--view money" in both.err

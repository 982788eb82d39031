"""Other people's names and files are shown as they are: never markup, a formula or a command to the terminal."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from terminal import liuke

from firms import Doc, frame, monthly

if TYPE_CHECKING:
    from pathlib import Path

NAMES = {
    "[K1]": "[closed] Firm 120",
    "K2": "[/b]",
    "K3": "[red]x",
    "K4": "=1+1",
    "K5": "two\nlines",
    "K6": "\u200fright\u202e to left",
    "K7": "long" * 1_000,
    "K8": "🏭 :smile: 工厂",
    "K9": "\x1b[2J\x07bell",
    "{K}": "{name} %s \\",
}
SHORT = [name for name in NAMES.values() if name.isprintable() and len(name) < 50]
LISTING = (
    ("list",),
    ("list", "--state", "lost"),
    ("value", "list"),
    ("value", "economics"),
    ("value", "service"),
    ("value", "standard"),
    ("merge",),
    ("loads",),
    ("families",),
    ("indicators",),
    ("backtest",),
    ("rules", "list"),
    ("rules", "preview", "own"),
    ("rules", "backtest"),
)


def invoices() -> list[Doc]:
    """Every other customer stops after a year and a half."""
    return [
        each
        for nth, customer in enumerate(NAMES)
        for each in monthly(customer, [1_000 + nth] * (18 if nth % 2 else 24))
    ]


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace all of whose words are hostile, its own folder's name too."""
    folder = tmp_path_factory.mktemp("hostile") / "[/b]'s"
    folder.mkdir(parents=True)
    file = folder / "[b]%s {x}'s.parquet"
    documents = frame(invoices())
    names = pl.DataFrame({"customer_id": list(NAMES), "customer_name": list(NAMES.values())})
    documents.join(names, on="customer_id").write_parquet(file)
    where = folder / "[/w]"
    assert liuke("init", where).code == 0
    (where / "rules").mkdir()
    (where / "rules" / "own.toml").write_text(
        'title = "[/b] own"\n[when]\ncondition = "at_or_below"\namount = 3000.0\nperiods = 2\n', "utf-8"
    )
    loaded = liuke("load", file, "-w", where)
    assert loaded.code == 0, loaded.err
    assert "[b]%s {x}'s" in loaded.out
    assert liuke("run", "-w", where).code == 0
    return where


@pytest.mark.parametrize(
    ("words", "form"),
    [
        (words, form)
        for words in LISTING
        for form in ("table", "json", "csv", "xlsx")
        if (words, form) != (("merge",), "xlsx")
    ],  # it has no --out
)
def test_every_listing_in_every_form_takes_any_name(words: tuple[str, ...], form: str, firm: Path) -> None:
    out = ("--out", firm / "out.xlsx") if form == "xlsx" else ()
    said = liuke(*words, "-w", firm, "--format", form, *out)
    assert said.code == 0, said.err
    assert "\x1b" not in said.err
    assert "\x1b" not in said.out
    if form == "json":
        json.loads(said.out)


def test_a_table_shows_names_as_they_are(firm: Path) -> None:
    for words in (("value", "list"), ("list", "--state", "active"), ("list", "--state", "lost")):
        every = liuke(*words, "--top", "0", "-w", firm).out
        assert not set("\x1b\x07\u200f\u202e") & set(every)
    every = liuke("value", "list", "--top", "0", "-w", firm).out
    assert [name for name in SHORT if name not in every] == []
    assert "[K1] [closed] Firm 120" in every


@pytest.mark.parametrize("customer", NAMES)
@pytest.mark.parametrize("command", ["show", "value show"])
def test_one_customer_is_shown_under_its_name(command: str, customer: str, firm: Path) -> None:
    said = liuke(*command.split(), customer, "-w", firm)
    assert said.code == 0, said.err
    assert not set("\x1b\x07\u200f\u202e") & set(said.out)
    if NAMES[customer] in SHORT:
        assert f"{customer} {NAMES[customer]}" in said.out
    record: Any = json.loads(liuke(*command.split(), customer, "-w", firm, "--format", "json").out)
    assert record["name"] == NAMES[customer]


def test_what_is_not_found_is_named_as_it_was_written(firm: Path) -> None:
    said = liuke("show", "[/b]\x1b[2Jnobody", "-w", firm)
    assert said.code == 1
    assert "[/b][2Jnobody" in said.err
    assert liuke("show", "K", "-w", firm).code == 1


def test_no_cell_of_a_file_is_a_formula(firm: Path, tmp_path: Path) -> None:
    rows = list(
        csv.DictReader(io.StringIO(liuke("value", "list", "--top", "0", "-w", firm, "--format", "csv", "--codes").out))
    )
    told = {
        re.sub("[\x00-\x08\x0b-\x1f\u200e\u200f\u202a-\u202e]", "", name) for name in NAMES.values()
    }  # nothing steers
    assert {row["name"] for row in rows} == {"'=1+1" if name == "=1+1" else name for name in told}
    assert liuke("value", "list", "-w", firm, "--format", "xlsx", "--codes", "--out", tmp_path / "v.xlsx").code == 0
    cells = [str(cell) for row in pl.read_excel(tmp_path / "v.xlsx", has_header=False).rows() for cell in row]
    assert {"=1+1", "'=1+1"} & set(cells), "a text, whatever it looks like"


def test_reports_and_doctor_take_any_name(firm: Path, tmp_path: Path) -> None:
    assert liuke("report", "-w", firm, "--out", tmp_path).code == 0
    checked = liuke("doctor", "-w", firm)
    assert "[/w]" in checked.out

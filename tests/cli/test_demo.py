"""The demo as a person meets it: a simulated firm by default, real invoices when asked for, nobody's own folder."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl
import pytest
from terminal import Said, liuke

if TYPE_CHECKING:
    from pathlib import Path

TABLES = 22  # files of the simulated firm


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Said]:
    folder = tmp_path_factory.mktemp("demo") / "firm"
    return folder, liuke("demo", folder, "--customers", "120")


@pytest.mark.slow
def test_it_says_that_the_firm_is_simulated_and_loads_every_table_on_a_line(shown: tuple[Path, Said]) -> None:
    folder, said = shown
    assert said.code == 0, said.err
    assert "This firm is simulated" in said.err
    assert "simulated" in (folder / "liuke.toml").read_text("utf-8")
    loaded = pl.read_json(liuke("loads", "-w", folder, "--format", "json").out.encode())
    assert len(loaded) == TABLES
    assert loaded["rows_quarantined"].sum() == 0
    assert all(source in said.out for source in loaded["source"])
    assert (folder / "liuke.xlsx").stat().st_size > 10_000
    assert "simulated" in (folder / "liuke.html").read_text("utf-8")


@pytest.mark.slow
def test_it_ends_with_why_customers_left_and_the_evidence_of_one(shown: tuple[Path, Said]) -> None:
    _, said = shown
    _, heading, rest = said.out.partition("Why customers left")
    assert heading
    assert "Unknown" in rest
    assert "most likely" in rest
    assert "Evidence for" in rest


@pytest.mark.slow
def test_its_truth_lies_where_neither_workspace_nor_exports_are(shown: tuple[Path, Said]) -> None:
    folder, _ = shown
    assert not list(folder.rglob("truth*"))
    assert (folder.with_name("firm.truth") / "truth.json").is_file()
    scored = liuke("score", folder.with_name("firm.truth"), "-w", folder)
    assert scored.code == 0, scored.err


@pytest.mark.slow
def test_a_second_demo_in_the_same_folder_adds_nothing_and_on_other_data_is_refused(shown: tuple[Path, Said]) -> None:
    folder, _ = shown
    assert liuke("demo", folder).code == 0
    assert len(pl.read_json(liuke("loads", "-w", folder, "--format", "json").out.encode())) == TABLES
    other = liuke("demo", folder, "--data", "online-retail")
    assert other.code == 1
    assert "other data" in other.err


def test_a_firm_s_own_workspace_is_left_alone(tmp_path: Path) -> None:
    liuke("init", tmp_path / "own")
    before = sorted(tmp_path.rglob("*"))
    for data in ("simulated", "online-retail"):
        said = liuke("demo", tmp_path / "own", "--data", data)
        assert said.code == 1
        assert "your own" in said.err
    assert sorted(tmp_path.rglob("*")) == before


def test_there_is_no_other_demo(tmp_path: Path) -> None:
    said = liuke("demo", tmp_path / "w", "--data", "mars")
    assert said.code == 2
    assert "simulated or online-retail" in said.err
    assert not (tmp_path / "w").exists()


# Latin in a Chinese workbook: names of measures, of settings and of what it was made with
LATIN = {"AUC", "EMPB", "EMPC", "PSI", "log", "liuke", "toml", "acquisition_cost", "keeping_cost", "CLV"}


@pytest.mark.slow
def test_no_english_is_left_on_a_chinese_sheet(tmp_path: Path) -> None:
    """Every cell of the demo's workbook but the last sheet's note of versions and licences."""
    import fastexcel

    assert liuke("--lang", "zh", "demo", tmp_path / "firm", "--customers", "120").code == 0
    book = fastexcel.read_excel(str(tmp_path / "firm" / "liuke.xlsx"))
    words: dict[str, str] = {}
    for name in book.sheet_names:
        for row in book.load_sheet(name, header_row=None, dtypes="string").to_polars().rows():
            for cell in row:
                text = re.sub(r"\S+\.(xlsx|parquet|toml)|[A-Z]+\d+", "", cell or "")  # files and codes of the data
                if "Barlow" not in text and "polars" not in text:
                    words |= dict.fromkeys(re.findall(r"[A-Za-z][A-Za-z_]+", text), f"{name}: {cell}")
    assert {word: where for word, where in words.items() if word not in LATIN} == {}

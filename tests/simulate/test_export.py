"""The firm on disk: same bytes, all tables, truth apart, loaded without a mapping file."""

from __future__ import annotations

import ast
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

import liuke
from liuke.facts import contracts
from liuke.kernel.errors import Refused
from liuke.simulate.export import simulate
from liuke.simulate.words import wording

if TYPE_CHECKING:
    from liuke.app.firm import Firm

SOURCE = Path(liuke.__file__).parent


def write(folder: Path, **said: object) -> Path:
    given: dict[str, object] = {"world": "base", "customers": 90, "months": 12, "seed": 5, **said}
    simulate(folder / "export", folder / "truth", **given)  # type: ignore[arg-type]
    return folder


def digests(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    first, second = (digests(write(tmp_path / name)) for name in ("a", "b"))
    assert first == second
    other = digests(write(tmp_path / "c", seed=6))
    assert first.keys() == other.keys()
    assert first[str(Path("export", "销售发票.parquet"))] != other[str(Path("export", "销售发票.parquet"))]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_table_has_a_file_in_the_language_asked_for(tmp_path: Path, lang: str) -> None:
    write(tmp_path, lang=lang, xlsx=False, form="csv")
    named = wording(lang).sections["files"]
    assert {path.stem for path in (tmp_path / "export").iterdir()} == set(named.values())
    invoices = pl.read_csv(tmp_path / "export" / f"{named['invoice']}.csv")
    wanted = {"客户编码", "开票日期", "不含税金额", "业务员"} if lang == "zh" else {"customer_id", "date", "amount"}
    assert wanted <= set(invoices.columns)
    text = "".join(pl.read_csv(tmp_path / "export" / f"{named['complaint']}.csv").columns)
    assert text.isascii() == (lang == "en")


def test_the_languages_know_the_same_words() -> None:
    chinese, english = wording("zh").sections, wording("en").sections
    for section in chinese:
        if section == "headers":
            continue
        assert chinese[section].keys() == english[section].keys(), section
        for name, words in chinese[section].items():
            if isinstance(words, list) and not section.endswith("_texts"):
                assert len(words) == len(english[section][name]), (section, name)


def test_the_pipeline_loads_what_is_written_and_runs(tmp_path: Path, firm: Firm) -> None:
    write(tmp_path, customers=150, months=24)
    named = wording("zh").sections["files"]
    tables = dict.fromkeys(("order", "delivery", "invoice", "return"), "document_line")
    tables |= {name: name for name in named if name in contracts()}
    for name, table in tables.items():
        path = next((tmp_path / "export").glob(f"{named[name]}.*"))
        done = firm.load(path)
        assert done.table == table, name
        assert done.account.rows_quarantined == 0, name
    run = firm.run()
    assert run.info["as_of"] == "2025-10-31"
    assert len(run.table("customer_now")) > 120


def test_the_truth_may_not_lie_where_the_firm_is_loaded_from(tmp_path: Path) -> None:
    for truth in (tmp_path / "firm" / "truth", tmp_path / "firm", tmp_path):
        with pytest.raises(Refused, match="truth"):
            simulate(tmp_path / "firm", truth, "base", 50, 12)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_holds_files_is_left_alone(tmp_path: Path) -> None:
    write(tmp_path)
    with pytest.raises(Refused, match="empty"):
        write(tmp_path)


def test_nothing_but_the_command_line_knows_the_simulator() -> None:
    for path in SOURCE.rglob("*.py"):
        room = path.relative_to(SOURCE).parts[0]
        if room in ("simulate", "cli"):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
            assert not any(name.startswith("liuke.simulate") or name == "simulate" for name in names), path


def test_the_simulator_knows_nothing_of_the_stages() -> None:
    for path in (SOURCE / "simulate").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("liuke."):
                assert (node.module or "").split(".")[1] in ("kernel", "simulate"), path

"""Whoever is called what: no workbook has a link, and no formula but sums of its own cells."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import polars as pl
import pytest
from terminal import liuke

from firms import frame, monthly

if TYPE_CHECKING:
    from pathlib import Path

NAMES = [
    "http://x.cn/a", "https://x.cn", "ftp://x", "ftps://x", "mailto:a@b.cn", "internal:Sheet1!A1",
    "external:c:\\x.xlsx", "file:///etc/passwd", "www.x.cn", "=1+1", "+1", "-2", "@SUM(1)", "{=1}",
    '=HYPERLINK("http://x")', "\t=1", "\r=1", " =1", "nul\0in", "007", "1e5", "<f>1</f>",
]  # fmt: skip
LISTINGS = (
    "list", "list --state active", "list --state lost", "value list", "value economics", "value service",
    "value standard", "loads", "families", "indicators", "backtest", "backtest --curve", "backtest --drift",
    "rules list", "rules preview own", "rules backtest", "show =1+1", "value show =1+1",
)  # fmt: skip
OUR_OWN = re.compile(r"('\w[\w ]*'!)?(ROUND|SUM|ABS|[A-Z]{1,3}\d+|[-+*/(),:.\d ])+")  # cells, numbers, sums of them
FORBIDDEN = ("hyperlink", "externalLink", "oleObject", "ddeLink")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every workbook of a firm all of whose words are hostile."""
    folder = tmp_path_factory.mktemp("books")
    file = folder / "=1+1.parquet"
    lines = [each for nth, name in enumerate(NAMES) for each in monthly(name, [1_000 + nth] * (18 if nth % 2 else 24))]
    every = dict.fromkeys(("customer_id", "region", "salesperson", "product_name"), NAMES)
    words = pl.DataFrame({**every, "customer_name": NAMES[::-1]})
    documents = frame(lines).with_columns(document_id="=" + pl.col("document_id"))
    documents.join(words, on="customer_id").write_parquet(file)
    where = folder / "w"
    assert liuke("init", where).code == 0
    (where / "liuke.toml").write_text('firm = "http://firm.cn"\nattribution = "=1+1"\n')
    (where / "rules").mkdir(exist_ok=True)
    (where / "rules" / "own.toml").write_text(
        'title = "http://rule.cn"\nhelp = "=1+1"\n[when]\ncondition = "at_or_below"\namount = 3000.0\nperiods = 2\n'
    )
    (where / "value.toml").write_text('[grades.A.title]\nen = "file:///a"\n')
    assert liuke("load", file, "-w", where, "--source", "=1+1").code == 0
    assert liuke("run", "-w", where).code == 0
    out = folder / "out"
    out.mkdir()
    assert liuke("report", "-w", where, "--out", out).code == 0
    for words_of in LISTINGS:
        name = re.sub(r"\W+", "-", words_of)
        said = liuke(*words_of.split(), "-w", where, "--format", "xlsx", "--out", out / f"{name}.xlsx")
        assert said.code in (0, 2), said.err  # 2: this listing goes to no file
    return out


def test_no_workbook_has_a_link_or_a_formula_that_is_not_ours(written: Path) -> None:
    books = sorted(written.glob("*.xlsx"))
    assert len(books) > len(LISTINGS) // 2
    held = set()
    for book in books:
        with zipfile.ZipFile(book) as parts:
            for part in parts.namelist():
                content = parts.read(part).decode()
                assert not part.startswith(("xl/externalLinks", "xl/embeddings")), f"{book.name}: {part}"
                found = ElementTree.fromstring(content)
                for element in found.iter():
                    tag = element.tag.rsplit("}", 1)[-1]
                    kind = element.get("Type", "").rsplit("/", 1)[-1]
                    assert tag not in FORBIDDEN, f"{book.name}, {part}"
                    assert kind not in FORBIDDEN, f"{book.name}, {part}"
                    assert element.get("TargetMode") != "External", f"{book.name}, {part}"
                    if tag in ("f", "calculatedColumnFormula", "totalsRowFormula"):
                        assert OUR_OWN.fullmatch(element.text or ""), f"{book.name}, {part}: {element.text}"
                    if tag == "t":
                        held.add(element.text)
    assert {"http://x.cn/a", "external:c:\\x.xlsx", "internal:Sheet1!A1"} <= held, "names are written as they are"


def test_a_simulated_table_is_written_as_it_is(tmp_path: Path) -> None:
    from liuke.simulate.files import write_table

    table = pl.DataFrame({"http://head": NAMES})
    book = write_table(tmp_path / "names", table, xlsx=True)
    with zipfile.ZipFile(book) as parts:
        assert not any(part.endswith("sheet1.xml.rels") for part in parts.namelist())
        assert "<f>" not in parts.read("xl/worksheets/sheet1.xml").decode()

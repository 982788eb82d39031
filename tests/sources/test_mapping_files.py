"""Mapping files as people and editors leave them: what is no mapping is refused with the name of the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_loads import INPUTS, LINE, load, text_file

import liuke
from liuke.kernel.errors import Refused
from liuke.sources.mapping import read_mapping

LINES = "客户,日期,金额\nK1,2026-03-01,1\n"
GOOD = '[columns]\ncustomer_id = "客户"\ndate = "日期"\namount = "金额"\n'


def written(folder: Path, content: bytes) -> Path:
    path = folder / "my.toml"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_what_editors_add_is_no_matter(start: bytes, ends: str, tmp_path: Path) -> None:
    mapping = read_mapping(written(tmp_path, start + GOOD.replace("\n", ends).encode()), LINE, INPUTS)
    assert load(text_file(tmp_path, LINES), mapping=mapping).good.height == 1


WRONG = {
    "empty": b"",
    "blank": b" \n\n",
    "only a mark": b"\xef\xbb\xbf",
    "a comment": b"# later\n",
    "no columns": b"[columns]\n",
    "one column": '[columns]\ndate = "日期"\n'.encode(),
    "in GB18030": GOOD.encode("gb18030"),
    "in UTF-16": GOOD.encode("utf-16"),
    "binary": bytes(range(256)),
    "with NUL": GOOD.encode() + b"\0",
    "cut": GOOD.encode()[:-4],
    "columns a text": b'columns = "x"\n',
    "columns a list": b"columns = [1]\n",
    "header a number": GOOD.replace('"金额"', "1").encode(),
    "header a list": GOOD.replace('"金额"', '["金额"]').encode(),
    "headers a number": b"headers = 1\n" + GOOD.encode(),
    "headers of numbers": b"headers = [1]\n" + GOOD.encode(),
    "table a number": b"table = 1\n" + GOOD.encode(),
    "table a list": b"table = []\n" + GOOD.encode(),
    "guessed is no table": b"guessed = 3\n" + GOOD.encode(),
    "kinds a list": b"kinds = []\n" + GOOD.encode(),
    "kind a number": GOOD.encode() + b"[kinds]\nx = 1\n",
    "kind a list": GOOD.encode() + b"[kinds]\nx = []\n",
    "options a number": b"options = 1\n" + GOOD.encode(),
    "order a list": GOOD.encode() + b'[options]\ndate_order = ["dmy"]\n',
    "unit a table": GOOD.encode() + b"[options.unit]\nx = 1\n",
    "unit a truth": GOOD.encode() + b"[options]\nunit = true\n",
    "unit infinite": GOOD.encode() + b"[options]\nunit = inf\n",
    "unit beyond money": GOOD.encode() + b'[options]\nunit = "1e40"\n',
    "currency a list": GOOD.encode() + b"[options]\ncurrency = []\n",
    "cancelled of lists": GOOD.encode() + b"[options]\ncancelled = [[]]\n",
    "rates a number": b"rates = 1\n" + GOOD.encode(),
    "rate a list": GOOD.encode() + b'[[rates]]\ncurrency = "USD"\nfrom_on = 2026-01-01\nrate = []\n',
    "rate's day a time": GOOD.encode() + b'[[rates]]\ncurrency = "USD"\nfrom_on = 2026-01-01T00:00:00\nrate = 7\n',
    "rate's currency a number": GOOD.encode() + b"[[rates]]\ncurrency = 1\nfrom_on = 2026-01-01\nrate = 7\n",
    "plan a number": b"plan = 1\n" + GOOD.encode(),
    "answers a list": b"answers = []\n" + GOOD.encode(),
    "twice": GOOD.encode() + b"[columns]\n",
}


@pytest.mark.parametrize("content", WRONG.values(), ids=WRONG.keys())
@pytest.mark.parametrize("saved", [False, True])
def test_anything_else_is_refused_with_the_name_of_the_file(content: bytes, saved: bool, tmp_path: Path) -> None:
    firm = liuke.open(tmp_path / "firm")
    file = text_file(tmp_path, LINES, "in.csv")
    if saved:
        firm.workspace.mappings.mkdir()
        path = firm.workspace.mappings / "in.document_line.toml"
        path.write_bytes(content)
    else:
        path = written(tmp_path, content)
    with pytest.raises(Refused) as refused:
        firm.load(file, table="document_line", **({} if saved else {"mapping": path}))
    assert path.name in refused.value.text()
    assert firm.workspace.mappings.exists() == saved
    assert not (firm.workspace.root / "facts").exists()
    assert path.read_bytes() == content


def test_a_folder_or_nothing_where_a_mapping_should_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.toml").mkdir()
    for name in ("folder.toml", "nowhere.toml", "nul\0.toml", "x" * 5000):
        with pytest.raises(Refused, match="mapping file"):
            read_mapping(Path(tmp_path / name), LINE, INPUTS)

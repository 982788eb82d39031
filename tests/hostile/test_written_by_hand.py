"""What people write by hand, as editors, failing disks and mistaken hands leave it: read, or refused in words."""

from __future__ import annotations

import codecs
import shutil
from pathlib import Path

import pytest
from terminal import Said, liuke

from liuke.kernel.errors import Invalid, LiukeError
from liuke.kernel.settings import read_settings
from liuke.kernel.toml_file import text_of
from liuke.simulate import world

FILES = {  # of a workspace, with a text that is right
    "liuke.toml": '# 设置\nfirm = "华东"\r\nleft_days = 90\n',
    "value.toml": '# 标准\n[grades.A]\nresponse_hours = 2\ntitle = { zh = "甲", en = "First" }\n',
    "rules/own.toml": 'title = "规则"\n[when]\ncondition = "at_or_below"\namount = 3000.0\nperiods = 2\n',
    "world.toml": 'says = "世界"\nseason = 0.2\n[[event]]\nkind = "entry"\nmonth = 3\nsize = 1.0\nregions = 1\n',
}
READS = {
    "liuke.toml": ("run",),
    "value.toml": ("value", "standard"),
    "rules/own.toml": ("rules", "list"),
}
NUMBER = "9" * 5_000
BROKEN = {
    "latin": lambda text: text.encode("gb18030"),
    "cut inside a character": lambda text: text.encode() + "华".encode()[:2],
    "half of it UTF-16": lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le")[:-1],
    "a NUL inside": lambda text: text.encode() + b"\0\0\0",
    "NULs alone": lambda text: b"\0" * len(text.encode()),
    "no TOML": lambda text: text.encode() + b"\n[[[",
    "too deep": lambda text: text.encode() + b"\nx = " + b"[" * 100_000,
    "a number too long": lambda text: text.encode() + f"\nx = {NUMBER}\n".encode(),
    "a name nobody knows": lambda text: b'"\\u0000" = 1\n' + text.encode(),
}
SAVED = {
    "UTF-8 with a mark": lambda text: codecs.BOM_UTF8 + text.encode(),
    "UTF-16": lambda text: text.encode("utf-16"),
    "UTF-16 the other way": lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with documents, loaded while all its files were right."""
    where = tmp_path_factory.mktemp("loaded") / "firm"
    assert liuke("init", where).code == 0
    assert liuke("load", export(where.parent), "-w", where).code == 0
    (where / "rules").mkdir(exist_ok=True)
    return where


@pytest.fixture
def workspace(loaded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(loaded, tmp_path / "firm"))


def export(folder: Path) -> Path:
    path = folder / "invoices.csv"
    path.write_text("document_id,customer_id,date,amount\n1,c1,2024-01-05,10\n2,c1,2024-03-05,10\n")
    return path


def use(workspace: Path, name: str) -> Said:
    """What a command makes of the file."""
    if name != "world.toml":
        return liuke(*READS[name], "-w", workspace)
    return liuke("simulate", workspace / "out", "--world", workspace / name, "--customers", "20", "--months", "6")


@pytest.mark.parametrize("how", SAVED)
@pytest.mark.parametrize("name", FILES)
def test_what_an_editor_saves_is_read(name: str, how: str, workspace: Path) -> None:
    (workspace / name).write_bytes(SAVED[how](FILES[name]))
    said = use(workspace, name)
    assert said.code == 0, said.err
    if name == "liuke.toml":
        assert read_settings(workspace / name).text("firm") == "华东"
    shown = {"value.toml": "First", "rules/own.toml": "规则"}
    assert shown.get(name, "") in said.out


@pytest.mark.parametrize("how", [*BROKEN, "a folder", "a link to itself"])
@pytest.mark.parametrize("name", FILES)
def test_what_is_broken_is_refused_by_its_name(name: str, how: str, workspace: Path) -> None:
    file = workspace / name
    file.unlink(missing_ok=True)
    if how == "a folder":
        file.mkdir()
    elif how == "a link to itself":
        file.symlink_to(file)
    else:
        file.write_bytes(BROKEN[how](FILES[name]))
    said = use(workspace, name)
    assert said.code == 1
    assert name.rsplit("/", 1)[-1] in said.err or "There is no workspace" in said.err
    assert "Traceback" not in said.err
    assert not (workspace / "out").exists()
    if name == "liuke.toml":  # which says the currency: without it nothing is loaded
        refused = liuke("load", export(workspace.parent), "-w", workspace)
        assert refused.code == 1
        assert name in refused.err or "There is no workspace" in refused.err


def test_emptied_settings_are_not_taken_for_the_defaults(workspace: Path) -> None:
    (workspace / "liuke.toml").write_text("")
    said = use(workspace, "liuke.toml")
    assert said.code == 1
    assert "liuke.toml is empty" in said.err
    (workspace / "liuke.toml").write_text("#")
    assert use(workspace, "liuke.toml").code == 0
    (workspace / "rules" / "own.toml").write_text("")
    assert "own.toml" in liuke("rules", "list", "-w", workspace).err


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "-1", "1e300", NUMBER[:400], '"2"', "true", "[1]", "{a = 1}"])
def test_no_number_that_is_none_gets_into_the_standard(value: str, workspace: Path) -> None:
    (workspace / "value.toml").write_text(f"[grades.A]\nresponse_hours = {value}\n")
    said = liuke("value", "standard", "-w", workspace)
    assert said.code == 1
    assert "grades.A.response_hours must be a number from 0 to" in said.err


@pytest.mark.parametrize("event", ["event = 3", "[event]\nkind = 'entry'", "event = ['entry']"])
def test_events_of_another_shape_are_named(event: str) -> None:
    with pytest.raises(Invalid, match=r"\[\[event\]\]"):
        world.parse(event, "w.toml")


@pytest.mark.parametrize("field", ["month = 2.5", "regions = 1.5", "month = nan", "every = -1", "size = inf"])
def test_an_event_counts_in_whole_numbers(field: str) -> None:
    with pytest.raises(Invalid, match=field.split(maxsplit=1)[0]):
        world.parse(f"[[event]]\nkind = 'entry'\n{field}\n", "w.toml")
    assert world.parse("event = [{kind = 'entry', month = 3}]", "w.toml").events[0].month == 3


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(LiukeError, match="can't be read: No such file"):
        text_of(tmp_path / "none.toml")

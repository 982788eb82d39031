"""A firm as one file and back: the same rows, of one moment, and no file that is not ours is believed."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import sys
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1] / "work"))

import pytest
from people import joined

import liuke
from firms import load, monthly
from liuke.app import backup
from liuke.app.backup import back_up, restore
from liuke.app.firm import Firm
from liuke.kernel.errors import Conflict, Invalid, LiukeError, NotFound, Refused
from liuke.store.archive import ABOUT, SUMS
from liuke.work.people.users import users
from liuke.work.store import WorkStore, store_place

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Firm:
    """Two loads, an undone one, a run, a rule, people."""
    root = tmp_path_factory.mktemp("backed") / "firm"
    made = liuke.open(root)
    load(made, monthly("a", [900] * 20))
    load(made, monthly("b", [300] * 20), source="other")
    made.unload("0002")
    made.run()
    (root / "rules").mkdir(exist_ok=True)
    (root / "rules" / "own.txt").write_text("kept beside the rules", "utf-8")
    (root / "cache" / "left").mkdir(parents=True)
    (root / "cache" / "left" / "sum.arrow").write_bytes(b"made anew")
    (root / "uploads").mkdir()
    (root / "uploads" / "half").write_bytes(b"not loaded")
    store = WorkStore.open(store_place(root))
    joined(store, "boss", "owner")
    store.close()
    return made


@pytest.fixture(scope="module")
def packed(firm: Firm, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its backup."""
    out = tmp_path_factory.mktemp("packed") / "firm.tar.gz"
    back_up(firm.workspace.root, out)
    return out


def contents(root: Path) -> dict[str, str]:
    """Every file of a workspace by name, as a sum."""
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.name[0] != "." and not path.name.startswith("work.sqlite")
    }


def logins(root: Path) -> list[str]:
    store = WorkStore.open(store_place(root))
    with store.reading() as connection:
        found = [user.login for user in users(connection)]
    store.close()
    return found


def test_a_restored_firm_is_the_firm(firm: Firm, packed: Path, tmp_path: Path) -> None:
    done = restore(packed, tmp_path / "new" / "firm")
    back = Firm.at(tmp_path / "new" / "firm")
    left = ("cache/", "uploads/", "facts/loads/0002")
    known = {name: value for name, value in contents(firm.workspace.root).items() if not name.startswith(left)}
    assert contents(back.workspace.root) == known
    assert logins(back.workspace.root) == ["boss"]
    assert done.work_rows > 3
    assert back.current().made.info["key"] == firm.current().made.info["key"]
    load(back, monthly("c", [100] * 20), source="more")
    assert back.run().made.root.name != firm.current().made.root.name
    assert not list(tmp_path.glob("**/.backup-*"))
    assert (packed.stat().st_mode & 0o077) == 0, "nobody else on the computer may read it"


def test_a_firm_nobody_serves_has_a_backup_too(tmp_path: Path) -> None:
    liuke.open(tmp_path / "firm")
    assert back_up(tmp_path / "firm", tmp_path / "b.tar.gz").work_rows == 0
    restore(tmp_path / "b.tar.gz", tmp_path / "back")
    assert contents(tmp_path / "back") == contents(tmp_path / "firm")
    assert not (tmp_path / "back" / "work.sqlite").exists()


def test_what_is_there_stays(firm: Firm, packed: Path, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("mine", "utf-8")
    before = packed.read_bytes()
    with pytest.raises(Conflict):
        back_up(firm.workspace.root, packed)
    with pytest.raises(Conflict):
        restore(packed, tmp_path)
    with pytest.raises(Conflict):
        restore(packed, tmp_path / "kept")
    with pytest.raises(Refused, match="workspace it would hold"):
        back_up(firm.workspace.root, firm.workspace.root / "b.tar.gz")
    with pytest.raises(Refused, match="no folder"):
        back_up(firm.workspace.root, tmp_path / "no" / "b.tar.gz")
    with pytest.raises(NotFound):
        restore(tmp_path / "nothing", tmp_path / "x")
    assert packed.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept"]


def test_an_empty_folder_may_be_there(packed: Path, tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    restore(packed, tmp_path / "here")
    assert logins(tmp_path / "here") == ["boss"]


def test_a_store_in_use_refuses_the_restore_and_leaves_no_folder(packed: Path, tmp_path: Path) -> None:
    used = WorkStore.open(tmp_path / "used.sqlite")
    joined(used, "mei", "owner")
    used.close()
    with pytest.raises(Conflict):
        restore(packed, tmp_path / "back", str(tmp_path / "used.sqlite"))
    assert not (tmp_path / "back").exists()


def test_something_loaded_meanwhile_is_whole_or_not_in_it(
    firm: Firm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    restore_to = tmp_path / "busy"
    back_up(firm.workspace.root, tmp_path / "a.tar.gz")
    restore(tmp_path / "a.tar.gz", restore_to)
    busy, calls = Firm.at(restore_to), []
    plain = backup.dump_store

    def meanwhile(store: WorkStore, folder: Path) -> object:
        if not calls:
            load(busy, monthly("late", [50] * 20), source="late")
        calls.append(1)
        return plain(store, folder)

    monkeypatch.setattr(backup, "dump_store", meanwhile)
    done = back_up(restore_to, tmp_path / "b.tar.gz")
    assert (len(calls), done.loads) == (2, 2), "begun again, so that it holds the load whole"
    restore(tmp_path / "b.tar.gz", tmp_path / "third")
    assert len(Firm.at(tmp_path / "third").loads().rows) == 2


def test_what_is_damaged_is_said_and_kept(firm: Firm, packed: Path, tmp_path: Path) -> None:
    restore(packed, tmp_path / "hurt")
    whole = next((tmp_path / "hurt" / "runs").glob("*/reason.parquet"))
    whole.write_bytes(b"0" * whole.stat().st_size)
    done = back_up(tmp_path / "hurt", tmp_path / "hurt.tar.gz")
    assert len(done.damaged) == 1
    assert "00001" in str(done.damaged[0])
    restore(tmp_path / "hurt.tar.gz", tmp_path / "again")


def entries(packed: Path) -> list[tuple[tarfile.TarInfo, bytes]]:
    with tarfile.open(packed, "r:gz") as tar:
        return [(member, tar.extractfile(member).read()) for member in tar]  # type: ignore[union-attr]


def repacked(found: list[tuple[tarfile.TarInfo, bytes]], out: Path) -> Path:
    """The entries as an archive whose sums are right, so that only what was changed speaks against it."""
    body = [(member, data) for member, data in found if member.name not in (ABOUT, SUMS)]
    about = json.loads(next(data for member, data in found if member.name == ABOUT))
    sums = {member.name: [len(data), hashlib.sha256(data).hexdigest()] for member, data in body}
    about = {**about, "files": len(body), "bytes": sum(len(data) for _, data in body)}
    with tarfile.open(out, "w:gz") as tar:
        for name, data in ((ABOUT, json.dumps(about).encode()), *body, (SUMS, json.dumps(sums).encode())):
            entry = name if isinstance(name, tarfile.TarInfo) else tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return out


def named(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = kind, link
    return entry


LEADING_ELSEWHERE = {
    "parent": named("workspace/../../out.txt"),
    "absolute": named("/tmp/liuke-out.txt"),
    "backslash": named("workspace\\..\\out.txt"),
    "other folder": named("elsewhere/out.txt"),
    "hidden lock": named("workspace/.facts.lock"),
    "link": named("workspace/rules", tarfile.SYMTYPE, "/etc"),
    "hard link": named("workspace/liuke2.toml", tarfile.LNKTYPE, "/etc/passwd"),
    "device": named("workspace/null", tarfile.CHRTYPE),
    "no name": named("workspace/"),
}


@pytest.mark.parametrize("what", LEADING_ELSEWHERE)
def test_a_name_that_leads_elsewhere_is_refused(packed: Path, tmp_path: Path, what: str) -> None:
    found = [*entries(packed), (LEADING_ELSEWHERE[what], b"")]
    with pytest.raises(Invalid) as said:
        restore(repacked(found, tmp_path / "evil.tar.gz"), tmp_path / "in" / "back")
    assert said.value.code == "backup_foreign"
    assert not (tmp_path / "out.txt").exists()
    assert list((tmp_path / "in").iterdir()) == []


def cut(data: bytes) -> bytes:
    return data[: len(data) * 2 // 3]


def flipped(data: bytes) -> bytes:
    return data[: len(data) // 2] + bytes([data[len(data) // 2] ^ 1]) + data[len(data) // 2 + 1 :]


@pytest.mark.parametrize("hurt", [cut, flipped, lambda data: data[:-4]], ids=["cut", "flipped", "end gone"])
def test_a_damaged_one_is_refused(packed: Path, tmp_path: Path, hurt: Callable[[bytes], bytes]) -> None:
    (tmp_path / "hurt.tar.gz").write_bytes(hurt(packed.read_bytes()))
    with pytest.raises(Invalid) as said:
        restore(tmp_path / "hurt.tar.gz", tmp_path / "in" / "back")
    assert said.value.code == "backup_damaged"
    assert list((tmp_path / "in").iterdir()) == []


def test_a_file_changed_in_it_is_refused(packed: Path, tmp_path: Path) -> None:
    found = entries(packed)
    with tarfile.open(tmp_path / "changed.tar.gz", "w:gz") as tar:
        for member, data in found:
            changed = flipped(data) if member.name.endswith("liuke.toml") else data
            tar.addfile(member, io.BytesIO(changed))
    with pytest.raises(Invalid) as said:
        restore(tmp_path / "changed.tar.gz", tmp_path / "back")
    assert said.value.code == "backup_damaged"


@pytest.mark.parametrize("data", [b"", b"hello", gzip.compress(b"hello" * 999)], ids=["empty", "text", "packed text"])
def test_another_file_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "other").write_bytes(data)
    with pytest.raises(Invalid) as said:
        restore(tmp_path / "other", tmp_path / "back")
    assert said.value.code == "backup_foreign"


ODD_WORDS = [("format", 2), ("workspace_format", 99), ("kind", "x"), ("work", {"a": 1}), ("made_at", "soon"),
             ("bytes", 1 << 60), ("bytes", 3), ("files", "many")]  # fmt: skip


@pytest.mark.parametrize(("field", "value"), ODD_WORDS)
def test_what_it_says_of_itself_is_not_believed(packed: Path, tmp_path: Path, field: str, value: object) -> None:
    found = entries(packed)
    member, data = found[0]
    said = json.dumps({**json.loads(data), field: value}).encode()
    member.size = len(said)
    with tarfile.open(tmp_path / "odd.tar.gz", "w:gz") as tar:
        for each, content in ((member, said), *found[1:]):
            tar.addfile(each, io.BytesIO(content))
    with pytest.raises(LiukeError):
        restore(tmp_path / "odd.tar.gz", tmp_path / "in" / "back")
    assert list((tmp_path / "in").iterdir()) == []


def test_a_full_disk_leaves_nothing(firm: Firm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("liuke.store.archive.flush", full)
    with pytest.raises(Refused, match="No space left"):
        back_up(firm.workspace.root, tmp_path / "b.tar.gz")
    assert list(tmp_path.iterdir()) == []

"""A folder as one file: a tar packed by gzip, what it is on its first entry, every file's checksum on its last.

Nothing in it is believed: a name that leads elsewhere, an entry that is no plain file, more bytes than were told, a
file that is not what was written are refused before anybody reads what was unpacked.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import shutil
import tarfile
import time
import uuid
import zlib
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from liuke.kernel.errors import Conflict, Invalid, NotFound, Refused
from liuke.kernel.i18n import N_
from liuke.store.disk import SCRATCH, flush, move

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ABOUT, SUMS = "backup.json", "sums.json"  # first and last entry
KIND, ARCHIVE_FORMAT = "liuke backup", 1
BLOCK = 1 << 20  # bytes read at a time
MOST_SAID = 64 << 20  # bytes of the first or last entry: what we hold in memory of somebody else's file
ODD, ODD_ON_WINDOWS = frozenset("\\\0"), frozenset('\\\0:*?"<>|')  # characters that divide folders, or can't be
UNPACKED = (OSError, EOFError, tarfile.TarError, zlib.error, UnicodeError)  # how a file that is none of ours fails


def write_archive(folder: Path, out: Path, about: dict[str, Any]) -> int:
    """Pack every file of a folder; returns the bytes of the file. It is there whole or not at all, for its owner alone.

    Conflict where something of that name is there already; a file that changes meanwhile is Conflict too.
    """
    if os.path.lexists(out):
        raise Conflict(N_("{path} is there already."), path=out, fix=N_("Name another file."))
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    sizes = {path.relative_to(folder).as_posix(): path.stat().st_size for path in files}
    if odd := next((name for name in sizes if not stays_inside(name)), None):
        raise Invalid(N_("No backup can hold a file called {file}."), file=odd, fix=N_("Give it another name."))
    told = {"kind": KIND, "format": ARCHIVE_FORMAT, "files": len(sizes), "bytes": sum(sizes.values()), **about}
    scratch = out.with_name(f".{out.name}.{uuid.uuid4().hex[:8]}{SCRATCH}")
    try:
        handle = os.open(scratch, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with (
            os.fdopen(handle, "wb") as raw,
            gzip.GzipFile("", "wb", 1, raw) as packed,
            tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar,
        ):
            _add(tar, ABOUT, io.BytesIO(_plain(told)), len(_plain(told)))
            sums = {name: _add_file(tar, folder, name, size) for name, size in sizes.items()}
            _add(tar, SUMS, io.BytesIO(_plain(sums)), len(_plain(sums)))
        flush(scratch)
        if os.path.lexists(out):
            raise Conflict(N_("{path} is there already."), path=out, fix=N_("Name another file."))
        move(scratch, out)
        flush(out.parent)
    except OSError as error:
        raise Refused(
            N_("The backup {path} could not be written: {detail}. Nothing was left there."),
            path=out, detail=error.strerror or str(error),
            fix=N_("Check the folder, its permissions and the room on the disk."),
        ) from error  # fmt: skip
    finally:
        scratch.unlink(missing_ok=True)
    return out.stat().st_size


def read_archive(
    file: Path, into: Path, allowed: Callable[[str], bool], check: Callable[[dict[str, Any]], None]
) -> dict[str, Any]:
    """Unpack into a folder that is there, and return what the archive says of itself; `check` may refuse that first.

    NotFound, Invalid (no backup of ours, damaged, a name that is not `allowed`) or Refused (a newer one, no room).
    """
    if not file.is_file():
        raise NotFound(N_("There is no file {path}."), path=file)
    with _named(file), gzip.open(file, "rb") as packed, tarfile.open(fileobj=packed, mode="r|") as tar:
        members = iter(tar)
        about = _about(tar, next(members, None), file)
        check(about)
        if about["bytes"] > shutil.disk_usage(into).free:
            raise Refused(
                N_("{need:,} MB are unpacked, {free:,} MB are free in {path}."),
                need=about["bytes"] >> 20, free=shutil.disk_usage(into).free >> 20, path=into.parent,
                fix=N_("Free some space there, or restore to another disk."),
            )  # fmt: skip
        left, found, sums = about["bytes"], dict[str, list[Any]](), None
        for member in members:
            if member.name == SUMS and sums is None:
                sums = json.loads(_small(tar, member, file))
                continue
            left -= member.size
            if not member.isreg() or not stays_inside(member.name) or not allowed(member.name):
                raise foreign_archive(file)
            if sums is not None or left < 0 or member.name in found:
                raise _damaged(file)
            found[member.name] = [member.size, _unpack(tar, member, into)]
        while packed.read(BLOCK):  # gzip's own checksum stands at the end
            pass
    if found != sums or len(found) != about["files"]:
        raise _damaged(file)
    return about


def _plain(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def _add(tar: tarfile.TarFile, name: str, source: IO[bytes], size: int) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = size, 0o600, int(time.time())
    tar.addfile(entry, source)


class _Summed(io.BytesIO):
    """A file that is summed as it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__()
        self.file, self.sum = file, hashlib.sha256()

    def read(self, size: int | None = -1) -> bytes:
        """The next bytes."""
        block = self.file.read(-1 if size is None else size)
        self.sum.update(block)
        return block


def _add_file(tar: tarfile.TarFile, folder: Path, name: str, size: int) -> list[Any]:
    with (folder / name).open("rb") as file:
        summed = _Summed(file)
        _add(tar, name, summed, size)
        if summed.read(1):
            raise Conflict(N_("{file} changed while it was copied."), file=name, fix=N_("Try again."))
    return [size, summed.sum.hexdigest()]


def _about(tar: tarfile.TarFile, member: tarfile.TarInfo | None, file: Path) -> dict[str, Any]:
    if member is None or member.name != ABOUT:
        raise foreign_archive(file)
    about = json.loads(_small(tar, member, file))
    if not isinstance(about, dict) or about.get("kind") != KIND:
        raise foreign_archive(file)
    if about.get("format") != ARCHIVE_FORMAT:
        raise Refused(
            N_("{path} was made by a newer Liuke."), path=file, code="backup_newer", fix=N_("Update this program.")
        )
    return about


def _small(tar: tarfile.TarFile, member: tarfile.TarInfo, file: Path) -> bytes:
    held = tar.extractfile(member) if member.isreg() and member.size <= MOST_SAID else None
    if held is None:
        raise foreign_archive(file)
    return held.read()


def stays_inside(name: str) -> bool:
    """Whether a name, its folders divided by /, leads nowhere but into the folder it is put in."""
    odd = ODD_ON_WINDOWS if os.name == "nt" else ODD
    return all(part not in ("", ".", "..") for part in name.split("/")) and not set(name) & odd


def _unpack(tar: tarfile.TarFile, member: tarfile.TarInfo, into: Path) -> str:
    source = tar.extractfile(member)
    assert source is not None
    target = into / member.name
    target.parent.mkdir(parents=True, exist_ok=True)
    total = hashlib.sha256()
    with target.open("xb") as out:
        while block := source.read(BLOCK):
            total.update(block)
            out.write(block)
    return total.hexdigest()


def foreign_archive(file: Path) -> Invalid:
    """What is said of a file that is no backup."""
    return Invalid(
        N_("{path} is no backup of Liuke."), path=file, code="backup_foreign",
        fix=N_("Give a file that `liuke backup` wrote."),
    )  # fmt: skip


def _damaged(file: Path) -> Invalid:
    return Invalid(
        N_("{path} is damaged: it does not hold what was written."), path=file, code="backup_damaged",
        fix=N_("Take another backup."),
    )  # fmt: skip


@contextmanager
def _named(file: Path) -> Iterator[None]:
    """What a file that is none of ours, or cut off, does to the libraries, in words; a full disk stays one."""
    begun = _begins_well(file)
    try:
        yield
    except (*UNPACKED, ValueError, KeyError, TypeError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise Refused(
                N_("{path} could not be unpacked: {detail}."), path=file, detail=error.strerror or str(error),
                fix=N_("Check the folder, its permissions and the room on the disk."),
            ) from error  # fmt: skip
        raise (_damaged(file) if begun else foreign_archive(file)) from error


def _begins_well(file: Path) -> bool:
    """Whether a file begins as one of ours: then what is wrong with it is damage."""
    try:
        with gzip.open(file, "rb") as packed:
            return packed.read(len(ABOUT)) == ABOUT.encode()
    except UNPACKED:
        return False

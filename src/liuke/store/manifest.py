"""What a folder holds, written last: its files with sizes and checksums. Who opens the folder finds what is amiss.

Presence and size are looked at whenever a folder is opened, checksums when a file is first read in this process.
Our own JSON files bear a checksum of themselves (`sealed`).
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from liuke.kernel.errors import Refused
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.store.disk import checksum, write_text

if TYPE_CHECKING:
    from pathlib import Path

FILE = "manifest.json"
FORMAT = 1  # of workspaces and loads; raise it when an older program would misread them
MISSING = N_("is missing")
RESIZED = N_("has lost or gained bytes")
CHANGED = N_("does not hold what was written")
OLDER = N_("is of an older Liuke")
_sound: set[tuple[str, int, int, int]] = set()  # files whose checksum was right: path, size, time, checksum


class Damaged(Refused):
    """A stored file is not what was written: `file` names it, `what` says in which way (a message)."""

    def __init__(self, message: str, /, *, file: str, what: str, fix: str = "", **fields: object) -> None:
        super().__init__(Said(message, {"file": file, "what": Said(what), **fields}), fix=fix)
        self.file = file
        self.how = what


def damaged(file: object, what: str) -> Damaged:
    """The plain error; who knows what the file belongs to says more."""
    return Damaged(N_("{file} {what}."), file=str(file), what=what)


def sealed(data: dict[str, Any]) -> str:
    """Data as JSON with a checksum of itself."""
    return json.dumps({**data, "checksum": seal(data)}, ensure_ascii=False, indent=1)


def unsealed(path: Path) -> dict[str, Any]:
    """What `sealed` made, as it stands in a file; Damaged when it is not there or not whole."""
    try:
        status = path.stat()
        found = _read(path, status.st_mtime_ns, status.st_size)
    except FileNotFoundError:
        raise damaged(path.name, MISSING) from None
    refuse_newer(found, path)
    return found


@lru_cache(maxsize=4096)
def _read(path: Path, _time: int, _size: int) -> dict[str, Any]:
    return unseal(path.read_bytes(), path)


def unseal(text: bytes | str, path: Path) -> dict[str, Any]:
    """What `sealed` made, as it stood in a file of that name; Damaged when it is not whole."""
    try:
        found: dict[str, Any] = json.loads(text)
        if found.pop("checksum") != seal(found):
            raise ValueError
    except (ValueError, AttributeError, KeyError, TypeError):
        raise damaged(path.name, CHANGED) from None
    return found


def seal(data: object) -> str:
    """A checksum of plain data."""
    return f"{zlib.crc32(json.dumps(data, sort_keys=True).encode()):08x}"


def refuse_newer(found: dict[str, Any], path: Path, known: frozenset[str] | None = None, newest: int = FORMAT) -> None:
    """Refuse what a newer program wrote: a later format than `newest`, or a field nobody here knows."""
    unknown = known is not None and not known.issuperset(found)
    if unknown or int(found.get("format", 0)) > newest:
        raise Refused(N_("{path} was made by a newer Liuke."), path=path, fix=N_("Update this program."))


@dataclass(frozen=True)
class Manifest:
    """The files of a folder by their path in it: size and checksum."""

    root: Path
    files: dict[str, tuple[int, int]]

    @classmethod
    def write(cls, root: Path) -> None:
        """Take stock of a folder that is whole, last of all."""
        found = {
            path.relative_to(root).as_posix(): [path.stat().st_size, checksum(path)]
            for path in sorted(root.rglob("*"))
            if path.is_file()
        }
        found.pop(FILE, None)
        write_text(root / FILE, sealed({"format": FORMAT, "files": found}))

    @classmethod
    def read(cls, root: Path) -> Manifest:
        """The manifest of a folder; its files have not been looked at."""
        try:
            status = (root / FILE).stat()
        except FileNotFoundError:
            raise damaged(FILE, MISSING) from None
        return _manifest(root, status.st_mtime_ns, status.st_size)

    @classmethod
    def open(cls, root: Path) -> Manifest:
        """The manifest of a folder whose files are all there in their size; Damaged otherwise."""
        manifest = cls.read(root)
        for name, (size, _) in manifest.files.items():
            try:
                held = (root / name).stat().st_size
            except (FileNotFoundError, NotADirectoryError):
                raise damaged(name, MISSING) from None
            if held != size:
                raise damaged(name, RESIZED)
        return manifest

    def under(self, folder: str) -> list[str]:
        """The files in a folder of it, in order."""
        return [name for name in self.files if name.startswith(f"{folder}/")]

    def sound(self, name: str) -> Path:
        """A file of it to be read, its checksum right; looked at once a process."""
        path, (size, crc) = self.root / name, self.files[name]
        try:
            status = path.stat()
            key = (str(path), status.st_size, status.st_mtime_ns, crc)
            if key not in _sound:
                if status.st_size != size or checksum(path) != crc:
                    raise damaged(name, CHANGED)
                _sound.add(key)
        except FileNotFoundError:
            raise damaged(name, MISSING) from None
        return path

    def check(self) -> None:
        """Look at every checksum."""
        for name in self.files:
            self.sound(name)


@lru_cache(maxsize=4096)
def _manifest(root: Path, _time: int, _size: int) -> Manifest:
    """What a manifest says; read and checked once for as long as it stays the same."""
    found = unsealed(root / FILE)["files"]
    return Manifest(root, {name: (size, crc) for name, (size, crc) in found.items()})

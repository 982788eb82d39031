"""What somebody sent to be loaded: each in a folder of its own, with what was said of it, until it is loaded.

uploads/<id>/<name>         the file, under a name every system can bear
uploads/<id>/upload.json    whose it is, what was said of it so far, what came of it

A path on the server has a folder without a file. The address of a database is kept in memory alone, for it may hold a
password; after a restart it is asked for again.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import threading
import unicodedata
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from liuke.kernel.errors import Conflict, Invalid, LiukeError, NotFound, Refused
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.sources.address import URL, hidden
from liuke.sources.files import refuse_packed
from liuke.sources.paths import shown
from liuke.sources.source_name import RESERVED
from liuke.store.disk import refusing, remove, write_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from liuke.store.workspace import Workspace

FOLDER, CARD = "uploads", "upload.json"
KEPT = timedelta(days=14)  # what nobody loaded by then is taken away
LONGEST = 120  # bytes of a name
MB = 1_000_000
NEVER_IN_A_NAME = re.compile(r'[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff<>:"|?*]')
AN_ID = re.compile(r"[0-9a-f]{24}")
UNWRITTEN = (
    N_("The file could not be kept: {detail}. Nothing of it stays."),
    N_("Free some space on the server, then send it again."),
)
GONE = N_("There is no such upload, or it was taken away.")


@dataclass(frozen=True)
class Upload:
    """One file, path or address on its way in.

    `options` are names of ways to read it, `answers` those to the plan's questions by key, `columns` what headers were
    said to be ("": not used), `later` answers to what only the documents held bring up, `asked` the question of that
    kind that waits. `done` is what the load did. `version` grows with every change.
    """

    id: str
    user_id: int
    name: str
    size: int
    at: str
    place: str = ""  # a path on the server, or a database's address without secrets; empty for a file sent
    version: int = 0
    options: dict[str, str] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    later: dict[str, str] = field(default_factory=dict)
    asked: dict[str, Any] | None = None
    done: dict[str, Any] | None = None
    failed: list[dict[str, Any]] | None = None  # why a load at which nobody waited was refused, and the way out

    @property
    def is_database(self) -> bool:
        """Whether rows come by an address."""
        return bool(URL.match(self.place))


def safe_file_name(given: str) -> str:
    """The last part of a name as every system can bear it: no folder, no control character, no name of a device."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", given))[-1]
    name = NEVER_IN_A_NAME.sub("", last).strip(" .")
    stem, dot, ending = name.rpartition(".")
    if not dot:
        stem, ending = name, ""
    room = LONGEST - len(ending.encode()) - 1
    if room < LONGEST // 2:
        stem, ending, dot, room = name, "", "", LONGEST
    stem = stem.encode()[:room].decode("utf-8", "ignore").strip(" .")
    if not stem:
        stem = "upload"
    if RESERVED.match(stem) or f"{stem}{dot}{ending}".lower() == CARD:
        stem = f"{stem}-"
    return f"{stem}{dot}{ending}"


class Incoming:
    """A file while it comes in: `write` its bytes, then `finish` it; `abandon` leaves nothing of it.

    Refused where the disk is full, Invalid where it grows too large or is an archive; it is abandoned then.
    """

    def __init__(self, uploads: Uploads, user_id: int, name: str, most: int) -> None:
        self.uploads, self.user_id, self.name, self.most = uploads, user_id, name, most
        self.id, self.size = secrets.token_hex(12), 0
        self._folder = uploads.root / self.id
        self._file: IO[bytes] | None = None
        with self._refusing():
            self._folder.mkdir(parents=True, mode=0o700)
            self._file = (self._folder / name).open("xb")

    def write(self, data: bytes) -> None:
        """Some more of it."""
        self.size += len(data)
        if self.size > self.most:
            self.abandon()
            raise Invalid(
                N_("{file} is larger than {most} MB."), file=self.name, most=self.most // MB, code="too_large",
                fix=N_("Send it in parts, or raise upload_megabytes in liuke.toml."),
            )  # fmt: skip
        assert self._file is not None
        with self._refusing():
            self._file.write(data)

    def finish(self) -> Upload:
        """The upload it is now."""
        assert self._file is not None
        with self._refusing():
            self._file.close()
            with without_folder(self._folder):
                refuse_packed(self._folder / self.name)
            at = datetime.now(UTC).isoformat(timespec="seconds")
            made = Upload(self.id, self.user_id, self.name, self.size, at)
            self.uploads.keep(made)
        return made

    def abandon(self) -> None:
        """Take it away."""
        if self._file is not None:
            with suppress(OSError):  # what is thrown away need not find room on the disk
                self._file.close()
        if self._folder.is_dir():
            remove(self._folder)

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        try:
            with refusing(*UNWRITTEN):
                yield
        except BaseException:
            self.abandon()
            raise


@contextmanager
def without_folder(folder: Path) -> Iterator[None]:
    """What is refused names the file as whoever sent it calls it, without the folder it lies in here."""
    try:
        yield
    except LiukeError as error:
        error.said, error.fix = _without(error.said, folder), _without(error.fix, folder)
        raise


def _without(value: Any, folder: Path) -> Any:
    if isinstance(value, Said):
        return Said(value.message, {name: _without(each, folder) for name, each in value.fields.items()})
    if isinstance(value, tuple):
        return tuple(_without(each, folder) for each in value)
    return value.replace(f"{folder}{os.sep}", "") if isinstance(value, str) else value


class Uploads:
    """The uploads of a workspace. Safe to use from several threads and processes."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.root = workspace.root / FOLDER
        self._addresses: dict[str, str] = {}
        self._lock = threading.Lock()

    def begin(self, user_id: int, given: str, most: int) -> Incoming:
        """A file that comes in, of at most so many bytes."""
        return Incoming(self, user_id, safe_file_name(given), most)

    def named(self, user_id: int, place: str, query: str = "") -> Upload:
        """An upload that is a path on the server or a database's address; nothing is read yet."""
        place = place.strip()
        if not place:
            raise Invalid(N_("No file is named."), fix=N_("Give a path on the server, or a database's address."))
        is_address = bool(URL.match(place))
        self._refuse_own(place)
        told = hidden(place) if is_address else shown(place)
        number = secrets.token_hex(12)
        made = Upload(number, user_id, told, 0, datetime.now(UTC).isoformat(timespec="seconds"), told,
                      options={"query": query.strip()} if query.strip() else {})  # fmt: skip
        with refusing(*UNWRITTEN):
            (self.root / number).mkdir(parents=True, mode=0o700)
            self.keep(made)
        if is_address:
            with self._lock:
                self._addresses[number] = place
        return made

    def _refuse_own(self, place: str) -> None:
        """Refuse what lies in the workspace: its work store is nobody's data."""
        path = re.sub(r"^sqlite[^:]*:/{2,3}", "", place)
        if URL.match(path):
            return
        try:
            inside = Path(path).expanduser().resolve().is_relative_to(self.workspace.root.resolve())
        except (OSError, RuntimeError, ValueError) as error:
            raise Invalid(N_("{file} can't be the name of a file."), file=shown(path)) from error
        if inside:
            raise Refused(N_("{file} lies in the workspace itself: that is not loaded again."), file=shown(path))

    def one(self, number: str, user_id: int) -> Upload:
        """An upload of this user; NotFound for another's as for none."""
        found = self._read(number) if AN_ID.fullmatch(number) else None
        if found is None or found.user_id != user_id:
            raise NotFound(GONE, fix=N_("Choose the file again on the data page."))
        return found

    def waiting(self, user_id: int) -> list[Upload]:
        """What this user sent and nobody loaded yet, in the order it came."""
        found = [self._read(path.name) for path in self._folders()]
        mine = [each for each in found if each is not None and each.user_id == user_id and each.done is None]
        return sorted(mine, key=lambda each: (each.at, each.name))

    def location(self, upload: Upload) -> str:
        """Where its rows are: a path, or an address with all it holds; NotFound where it is not known any more."""
        if not upload.place:
            path = self.root / upload.id / upload.name
            if not path.is_file():
                raise NotFound(GONE, fix=N_("Choose the file again on the data page."))
            return str(path)
        if not upload.is_database:
            return upload.place
        with self._lock:
            address = self._addresses.get(upload.id)
        if address is None:
            raise NotFound(
                N_("The address of {place} is not kept when the server starts anew."),
                place=upload.place,
                fix=N_("Connect the database again on the data page."),
            )
        return address

    def change(self, upload: Upload, **changes: Any) -> Upload:
        """The upload with something said of it; Conflict where somebody else changed it since it was read."""
        with self._lock:
            held = self._read(upload.id)
            if held is None:
                raise NotFound(GONE, fix=N_("Choose the file again on the data page."))
            if held.version != upload.version:
                raise Conflict(N_("This plan was changed meanwhile in another window."), code="changed_meanwhile")
            made = replace(held, version=held.version + 1, **changes)
            with refusing(*UNWRITTEN):
                self.keep(made)
        return made

    @contextmanager
    def loading(self, upload: Upload) -> Iterator[None]:
        """Hold an upload while it is loaded: the second who asks is refused in words."""
        from filelock import FileLock, Timeout

        lock = FileLock(str(self.root / upload.id / ".lock"), timeout=0)
        try:
            lock.acquire()
        except Timeout as error:
            raise Conflict(
                N_("{name} is being loaded at this moment."),
                name=upload.name,
                fix=N_("Wait a little, then look again."),
            ) from error
        try:
            yield
        finally:
            lock.release()

    def drop_file(self, upload: Upload) -> None:
        """Take away the file of an upload that is loaded: its rows are in the facts."""
        with self._lock:
            self._addresses.pop(upload.id, None)
        if not upload.place:
            (self.root / upload.id / upload.name).unlink(missing_ok=True)

    def forget(self, upload: Upload) -> None:
        """Take away an upload that is not to be loaded."""
        with self._lock:
            self._addresses.pop(upload.id, None)
        remove(self.root / upload.id)

    def sweep(self) -> None:
        """Take away what is too old, and what a killed server left half received."""
        for folder in self._folders():
            found = self._read(folder.name)
            at = datetime.fromisoformat(found.at) if found else datetime.fromtimestamp(folder.stat().st_mtime, UTC)
            old = KEPT if found else timedelta(days=1)
            if datetime.now(UTC) - at > old:
                remove(folder)

    def _folders(self) -> list[Path]:
        return [path for path in self.root.glob("*") if AN_ID.fullmatch(path.name)] if self.root.is_dir() else []

    def _read(self, number: str) -> Upload | None:
        try:
            data = json.loads((self.root / number / CARD).read_bytes())
        except (FileNotFoundError, ValueError):  # one whose writing was cut short holds nothing that was loaded
            return None
        return Upload(**{name: data[name] for name in (each.name for each in fields(Upload)) if name in data})

    def keep(self, upload: Upload) -> None:
        """Write its card."""
        write_text(self.root / upload.id / CARD, json.dumps(asdict(upload), ensure_ascii=False, indent=1))

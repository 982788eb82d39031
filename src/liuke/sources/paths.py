"""Which files a location names, whatever characters they are called by."""

from __future__ import annotations

import atexit
import glob
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path

from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import N_
from liuke.sources.address import hidden

ENDINGS = (".xlsx", ".xls", ".xlsm", ".xlsb", ".csv", ".tsv", ".txt", ".parquet", ".pq")
OURS = (
    "cache",
    "facts",
    "mappings",
    "quarantine",
    "rules",
    "runs",
    "uploads",
)  # what a workspace keeps beside its liuke.toml


def paths_of(location: str) -> list[Path]:
    """The files a location names, in the order of their names."""
    path = _path(location)
    if path.is_file():
        return [path]
    if path.is_dir():
        found = sorted(p for p in path.rglob("*") if p.suffix.lower() in ENDINGS and not _passed_over(p, path))
        if not found:
            raise Invalid(
                N_("The folder {file} holds no file that can be loaded."),
                fix=N_("Put xlsx, xls, CSV, text or Parquet files there, or name another folder."),
                file=shown(location),
            )
        return found
    if path.exists():
        raise Invalid(
            N_("{file} is neither a file nor a folder."),
            fix=N_("Save what it gives to a file and load that."),
            file=shown(location),
        )
    found = sorted(p for p in map(Path, glob.glob(_pattern(path), recursive=True)) if p.is_file())
    if not found:
        raise Invalid(
            N_("{file} does not exist."),
            fix=N_("Check the path; a database is named by an address such as postgresql://user@host/name."),
            file=hidden(shown(location)),
        )
    return found


def shown(path: str | Path) -> str:
    """A path as it may be written anywhere: bytes that are no UTF-8 as marks of the unreadable."""
    return os.fsencode(path).decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")


def readable(path: Path) -> Path:
    """The path itself, or one to the same file by which libraries that know nothing but UTF-8 can open it."""
    return path if shown(path) == str(path) else _alias(path.absolute())


@cache
def _alias(path: Path) -> Path:
    folder = tempfile.mkdtemp(prefix="liuke-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    link = Path(folder) / Path(shown(path)).name
    link.symlink_to(path)
    return link


def _path(location: str) -> Path:
    if not location.strip():
        raise Invalid(
            N_("No file is named."),
            fix=N_("Name a file, a folder, a pattern or a database; the folder you stand in is a dot."),
        )
    if "\0" in location:
        raise Invalid(N_("{file} can't be the name of a file."), file=shown(location))
    try:
        return Path(location).expanduser()
    except RuntimeError:  # nobody of that name has a home here: it may be the name of a file
        return Path(location)


def _pattern(path: Path) -> str:
    """The path as a pattern, in which folders that exist by that very name mean themselves."""
    known, rest = Path(path.anchor), list(path.relative_to(path.anchor).parts)
    while rest and os.path.lexists(known / rest[0]):
        known /= rest.pop(0)
    return os.path.join(glob.escape(str(known)), *rest)


def _passed_over(path: Path, folder: Path) -> bool:
    """Working files of other programs (`.part`, `_SUCCESS`, Excel's lock `~$book.xlsx`) and what a workspace keeps."""
    within = path.relative_to(folder)
    if any(part.startswith((".", "_", "~$")) for part in within.parts):
        return True
    above = [folder, *(folder / parent for parent in reversed(within.parents[:-1]))]
    return any(
        name in OURS and (parent / "liuke.toml").is_file()
        for parent, name in zip(above, within.parts[:-1], strict=False)
    )

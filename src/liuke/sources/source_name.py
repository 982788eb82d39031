"""The name of a source, by which its later exports are recognised, whatever the file is called by then."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

from liuke.kernel.errors import Usage
from liuke.kernel.i18n import N_, say
from liuke.sources.address import URL, address_name
from liuke.sources.databases import TABLE_NAME
from liuke.sources.paths import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

DAY = r"[\s_.\-()（）]*(\d{4}[年.\-_]?\d{0,2}[月.\-_]?\d{0,2}日?|\d{6,14})[\s_.\-()（）]*"
COPY = "副本|拷贝|复件|备份|最终版?|终版|最新版?|新版|修改版|copy|final|backup|not-loaded"
BEFORE = rf"(?i)^({COPY})(\s+of)?[\s_\-]+"  # what a second copy's name begins with
NOT_IN_A_NAME = r"[/\\\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]"
RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$")
LONGEST = 160  # bytes: what stands before and after it in a file's name needs room too
AFTER = rf"(?i)([\s_.\-]*([(（]\d+[)）]|[(（]?({COPY})[)）]?))+$"  # what it ends in


def source_name(location: str, query: str | None = None, table: str | None = None) -> str:
    """A file's name without its day and the marks of a copy; a database's address with its table, or with its query.

    Always a name that files can bear.
    """
    name = _database_name(location, query, table) if URL.match(location) else _file_name(location)
    name = re.sub(NOT_IN_A_NAME, "-", name).lstrip(".").strip() or "documents"
    if len(name.encode()) > LONGEST:
        digest = hashlib.sha256(name.encode()).hexdigest()[:8]
        name = f"{name.encode()[: LONGEST - 9].decode('utf-8', 'ignore')}-{digest}"
    return f"{name}-" if RESERVED.match(name) else name


def checked_name(name: str) -> str:
    """A name somebody gave a source; refused where no file can bear it: the mapping is kept under that name."""
    faults = (
        (not name.strip(), N_("it is empty")),
        (name.startswith("."), N_("it begins with a dot")),
        (re.search(NOT_IN_A_NAME, name), N_("it has a slash or a character that can't be seen in it")),
        (len(name.encode("utf-8", "replace")) > LONGEST, N_("it is longer than {most} bytes")),
        (RESERVED.match(name), N_("some systems keep it for a device")),
    )
    wrong = next((why for found, why in faults if found), None)
    if wrong is not None:
        raise Usage(
            N_("{found} can't be the name of a source: {why}."),
            fix=N_("Give it a plain name, such as invoices."),
            found=shown(name[:60]),
            why=say(wrong, most=LONGEST),
        )
    return name


def _file_name(location: str) -> str:
    stem = Path(location.rstrip("/*")).stem.replace("*", "")
    first = re.sub(AFTER, "", re.sub(BEFORE, "", stem)) or stem
    return re.sub(AFTER, "", re.sub(DAY, "", first)) or first or "documents"


def known_source(name: str, sources: Iterable[str]) -> str:
    """The one of these sources that bears the name, however it was written before; else the name itself."""
    return next((source for source in sources if source.casefold() == name.casefold()), name)


def _database_name(location: str, query: str | None, table: str | None) -> str:
    place = [address_name(location)]  # never who logs in, nor the password
    if query is None or TABLE_NAME.match(query):
        place.append((query or table or "").strip())
    else:
        place.append(f"query-{hashlib.sha256(' '.join(query.split()).encode()).hexdigest()[:8]}")
    return re.sub(r"[^\w.]+", "-", "-".join(filter(None, place))).strip("-")

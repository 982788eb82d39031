"""The name of a source, by which its later exports are recognised, whatever the file is called by then."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from liuke.sources.databases import TABLE_NAME

if TYPE_CHECKING:
    from collections.abc import Iterable

DAY = r"[\s_.\-()（）]*(\d{4}[年.\-_]?\d{0,2}[月.\-_]?\d{0,2}日?|\d{6,14})[\s_.\-()（）]*"
COPY = "副本|拷贝|复件|备份|最终版?|终版|最新版?|新版|修改版|copy|final|backup|not-loaded"
BEFORE = rf"(?i)^({COPY})(\s+of)?[\s_\-]+"  # what a second copy's name begins with
AFTER = rf"(?i)([\s_.\-]*([(（]\d+[)）]|[(（]?({COPY})[)）]?))+$"  # what it ends in


def source_name(location: str, query: str | None = None, table: str | None = None) -> str:
    """A file's name without its day and the marks of a copy; a database's address with its table, or with its query."""
    if "://" in location:
        return _database_name(location, query, table)
    stem = Path(location.rstrip("/*")).stem.replace("*", "")
    first = re.sub(AFTER, "", re.sub(BEFORE, "", stem)) or stem
    return re.sub(AFTER, "", re.sub(DAY, "", first)) or first or "documents"


def known_source(name: str, sources: Iterable[str]) -> str:
    """The one of these sources that bears the name, however it was written before; else the name itself."""
    return next((source for source in sources if source.casefold() == name.casefold()), name)


def _database_name(location: str, query: str | None, table: str | None) -> str:
    address = urlsplit(location)
    host = address.netloc.rpartition("@")[2]  # never who logs in, nor the password
    place = [host, Path(address.path).stem or address.query]
    if query is None or TABLE_NAME.match(query):
        place.append((query or table or "").strip())
    else:
        place.append(f"query-{hashlib.sha256(' '.join(query.split()).encode()).hexdigest()[:8]}")
    return re.sub(r"[^\w.]+", "-", "-".join(filter(None, place))).strip("-")

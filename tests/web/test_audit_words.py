"""Nothing that is written into the audit log is without a word for it."""

from __future__ import annotations

import re
from pathlib import Path

import liuke
from liuke.work.audit_words import OBJECT_TITLES, VERB_TITLES

ENTRY = re.compile(r'\brecord(?:ed)?\(\s*(?:connection|request), [\w.(), ]+?, "(\w+)", f?"(\w+)')


def written() -> list[tuple[str, str]]:
    """Verb and kind of thing of every entry the program makes."""
    files = Path(liuke.__file__).parent.rglob("*.py")
    return [found for file in files for found in ENTRY.findall(file.read_text("utf-8"))]


def test_every_verb_and_thing_of_the_log_has_a_word() -> None:
    entries = written()
    assert len(entries) > 25
    assert {verb for verb, _ in entries} <= VERB_TITLES.keys()
    assert {thing for _, thing in entries} <= OBJECT_TITLES.keys()

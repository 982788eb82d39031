"""Every TOML file a firm writes: broken however it may be, it is refused in our words, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from liuke.causes.keywords import parse_words
from liuke.causes.taxonomy import taxonomy
from liuke.facts import contracts
from liuke.kernel.errors import Invalid
from liuke.kernel.i18n import in_language
from liuke.kernel.settings import read_settings
from liuke.kernel.toml_file import NotToml, parsed, toml_key, toml_string
from liuke.run.cause_owners import cause_owners, owners_path
from liuke.run.rule_files import OFF, switched_off
from liuke.signals.rules.rules import load_rule
from liuke.simulate.world import parse
from liuke.sources.mapping import from_toml
from liuke.store.workspace import Workspace
from liuke.value.standard import standard

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BROKEN = {
    "nested": "a = " + "[" * 100_000, "tables within": "a = " + "{b=" * 50_000, "no value": "a = ", "no name": "= 3",
    "open text": 'a = "x', "open table": "[a", "open list": "a = [1, 2", "twice": "a = 1\na = 2",
    "two tables": "[a]\n[a]", "backslash": 'a = "\\q"', "behind": 'a = "x" y', "control": 'a = "\x07"',
    "no day": "a = 2026-13-41",
    "long number": "a = " + "9" * 5_000, "bare": "[价格]", "words": "just words",
}  # fmt: skip
FOREIGN = ("Expected", "Invalid", "Unclosed", "Unescaped", "Unterminated", "Cannot", "Illegal", "Found", "recursion",
           "(at ", "Exceeds", "Duplicate", "declaration")  # fmt: skip


def of_settings(text: str, folder: Path) -> object:
    (folder / "liuke.toml").write_text(text, "utf-8")
    return read_settings(folder / "liuke.toml")


def of_owners(text: str, folder: Path) -> object:
    workspace = Workspace.create(folder / "firm")
    workspace.causes.mkdir(exist_ok=True)
    owners_path(workspace).write_text(text, "utf-8")
    return cause_owners(workspace)


def of_rules_off(text: str, folder: Path) -> object:
    workspace = Workspace.create(folder / "firm")
    workspace.rules.mkdir(exist_ok=True)
    (workspace.rules / OFF).write_text(text, "utf-8")
    return switched_off(workspace, {"x"})


READERS: dict[str, Callable[[str, Path], object]] = {
    "settings": of_settings,
    "rule": lambda text, _: load_rule(text, "mine.toml"),
    "rules off": of_rules_off,
    "standard": lambda text, _: standard(text),
    "world": lambda text, _: parse(text, "mine.toml"),
    "mapping": lambda text, _: from_toml(text, contracts()["exit_note"], {}),
    "cause": lambda text, _: taxonomy({"price.toml": text}),
    "words": lambda text, _: parse_words(text),
    "owners": of_owners,
}


@pytest.mark.parametrize("reader", READERS)
def test_no_sentence_of_a_library_is_shown(reader: str, tmp_path: Path) -> None:
    for nth, (kind, text) in enumerate(BROKEN.items()):
        folder = tmp_path / str(nth)
        folder.mkdir()
        with pytest.raises(Invalid) as raised:
            READERS[reader](text, folder)
        for language in ("zh", "en"):
            with in_language(language):
                said = raised.value.text()
            assert not any(each in said for each in FOREIGN), (kind, said)
            assert "{" not in said.replace("{b=", "")


@pytest.mark.parametrize("kind", BROKEN)
def test_where_it_is_broken_is_said(kind: str) -> None:
    with pytest.raises(NotToml) as raised:
        parsed("first = 1\n\n" + BROKEN[kind])
    assert raised.value.line in (3, 4, None)
    if kind in ("behind", "backslash", "no name", "bare", "control"):
        assert raised.value.line == 3


@pytest.mark.parametrize("text", ["", "a b", 'a"b', "a\\b", "价格", "a\nb", "\x7f", "\x00", "a.b", "'", "\u2028"])
def test_what_is_put_in_quotes_is_read_again(text: str) -> None:
    assert parsed(f"[{toml_key(text)}]\n{toml_key(text)} = {toml_string(text)}") == {text: {text: text}}

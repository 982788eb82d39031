"""Wrong words of a command: what is said is wholly in the language in force."""

from __future__ import annotations

import re

import pytest
from terminal import liuke

from liuke.cli.misused import UsageError, misuse_said
from liuke.kernel.i18n import in_language

WRONG = (
    ("causes", "own"),
    ("causes", "own", "price", "--owne", "x"),
    ("causes", "nope"),
    ("causes", "list", "--format", "yaml"),
    ("list", "--top", "x"),
    ("list", "--top", "-3"),
    ("causes", "events", "--one-by-one=3"),
    ("causes", "totals", "--by"),
    ("causes", "list", "A", "B"),
    ("nope",),
)
OURS = re.compile(
    r"(?i)python -m pytest\.|liuke|[\[\]{}'\"]|\b(causes|own|options|cause|command|args|help|list|events|totals)\b"
    r"|--?[a-z-]+|\b(price|nope|yaml|table|json|csv|xlsx|owne|A|B|x|one|by)\b|\.\.\."
)


@pytest.mark.parametrize("words", WRONG)
def test_a_wrong_call_is_answered_in_chinese(words: tuple[str, ...]) -> None:
    said = liuke("--lang", "zh", *words)
    assert said.code == 2
    rest = OURS.sub("", said.err)
    assert not re.search("[A-Za-z]{2,}", rest), said.err
    assert re.search("[\u4e00-\u9fff]", rest)


def test_each_says_what_is_wrong() -> None:
    assert "缺少 CAUSE" in liuke("--lang", "zh", "causes", "own").err
    assert "没有选项 --owne。是不是 --owner？" in liuke("--lang", "zh", "causes", "own", "price", "--owne", "x").err
    assert "--format 不能是 yaml" in liuke("--lang", "zh", "causes", "list", "--format", "yaml").err
    assert "--top 必须是整数" in liuke("--lang", "zh", "list", "--top", "x").err
    assert "--by 后面要有一个值" in liuke("--lang", "zh", "causes", "totals", "--by").err


def test_in_english_the_framework_s_own_words_stand() -> None:
    assert "Missing argument" in liuke("--lang", "en", "causes", "own").err


def test_the_framework_s_english_is_put_into_words_of_ours_too() -> None:
    """It looks its words up where it was imported before our catalogue was there."""
    with in_language("zh"):
        assert misuse_said(UsageError("No such command 'nope'.")) == "没有命令 nope。"

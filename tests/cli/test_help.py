"""Every command explains itself in both languages, and at once."""

from __future__ import annotations

import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from terminal import liuke, process

import liuke as liuke_package

COMMANDS = (
    *(
        "demo",
        "init",
        "load",
        "unload",
        "loads",
        "run",
        "list",
        "show",
        "report",
        "indicators",
        "backtest",
        "families",
        "doctor",
        "upgrade",
        "merge",
    ),
    *("simulate", "score"),
    *("serve", "backup", "restore", "mcp"),
    *("user", "user add", "user list", "user roles", "user reset", "user leave", "user token"),
    *("rules", "rules list", "rules preview", "rules backtest"),
    *("causes", "causes list", "causes show", "causes own", "causes totals", "causes audit"),
    *("causes diverted", "causes events", "causes market", "causes salespeople"),
    *("value", "value list", "value show", "value worksheet", "value economics", "value service", "value standard"),
)
HELP_SECONDS = 0.3


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_in_both_languages(command: str) -> None:
    english, chinese = (liuke(*command.split(), "--help", language=name) for name in ("en", "zh"))
    assert (english.code, chinese.code) == (0, 0)
    assert not re.search("[一-鿿]", english.out.replace("华东", ""))
    assert re.search("[一-鿿]", chinese.out)
    assert "Usage: " in english.out
    assert "用法：" in chinese.out
    assert "Show this message" not in chinese.out
    for option in re.findall(r"--[a-z-]+", english.out):
        assert option in chinese.out


def test_the_list_of_commands_is_chinese_down_to_the_frameworks_own_words() -> None:
    said = process("--help", language="zh")
    assert said.code == 0
    assert said.err == ""
    for word in ("用法", "命令", "选项", "默认", "显示这段说明并退出"):
        assert word in said.out, word
    for word in ("Usage", "Options", "Commands", "default", "Show this"):
        assert word not in said.out, word


def test_all_commands_of_the_program_are_tried_above() -> None:
    listed = {line.split()[0] for line in liuke("--help").out.rpartition(":\n")[2].splitlines() if line.strip()}
    assert listed == {command for command in COMMANDS if " " not in command}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_language_can_be_asked_for_by_option(language: str) -> None:
    other = "en" if language == "zh" else "zh"
    said = liuke("--lang", language, "--help", language=other)
    assert bool(re.search("[一-鿿]", said.out)) == (language == "zh")


def test_wrong_words_leave_with_2_and_say_so_on_standard_error() -> None:
    for words in (
        ["nonsense"],
        ["list", "--nonsense"],
        ["load"],
        ["--lang", "xx", "doctor"],
        ["run", "--as-of", "soon"],
    ):
        said = liuke(*words)
        assert said.code == 2, words
        assert said.out == ""
        assert said.err


def test_help_costs_less_than_three_tenths_of_a_second() -> None:
    """Processor time, best of five: what a quiet machine would take. Compiled first, as an installed package is."""
    source = Path(liuke_package.__file__).parent
    subprocess.run([sys.executable, "-m", "compileall", "-q", str(source)], check=True)
    costs = []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        script = "from liuke.cli import main; main()"
        subprocess.run([sys.executable, "-c", script, "--help"], capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        costs.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert min(costs) <= HELP_SECONDS

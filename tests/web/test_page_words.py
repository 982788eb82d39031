"""Pages say where something is done on a page; the terminal keeps its own words."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import liuke
from firms import docs, load
from liuke.kernel.i18n import catalogue, in_language, in_words, translate
from liuke.kernel.said import Said
from liuke.web.page_words import ON_PAGES

if TYPE_CHECKING:
    from cast import World

TERMINAL = re.compile(r"\bliuke [a-z]+|(?:^|[\s(:])--[a-z]|\{option\}|\{options\}|\{command\}|\{undo\}")
SOURCE = Path(liuke.__file__).parent
ON_THE_SERVER = re.compile("looks after the server")
NOT_ON_PAGES = {  # said by the terminal, or of it on purpose
    "Run {run} was taken away: liuke run makes it anew.": "liuke doctor --repair",
    "No run is left: liuke run makes one.": "liuke doctor --repair",
    "Runs {runs} are of the older program and are not read any more: liuke run.": "liuke upgrade",
    "--part is ask, keep or replace, not {part}.": "liuke load: a page gives choices",
    "Nobody may sign in yet: liuke serve prints a code to set up the first account.": "liuke user list",
    "Give --side twice, for example --side region=华东 --side region=华南.": "liuke causes totals: a page has two",
    "Give a file that `liuke backup` wrote.": "liuke restore",
    "Give --certificate and --key, or --plain where a proxy or the network keeps it private.": "liuke serve",
    "Printed where liuke serve was started; it holds once.": "the page to set up, of the code that stands there",
}


def of_pages() -> set[str]:
    """Messages that pages may meet: all that are marked in the program but for the commands' own."""
    found: set[str] = set()
    for file in SOURCE.rglob("*.py"):
        if file.relative_to(SOURCE).parts[0] in ("cli", "simulate", "mcp"):
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "N_":
                found.add(ast.literal_eval(node.args[0]))
    return found


def test_no_sentence_a_page_may_show_leads_to_the_terminal() -> None:
    named = {each for each in of_pages() if TERMINAL.search(each) and not ON_THE_SERVER.search(each)}
    assert named - set(ON_PAGES) - set(NOT_ON_PAGES) == set()
    with in_language("zh"):
        assert set(ON_PAGES) | set(NOT_ON_PAGES) <= set(catalogue()), "a sentence was changed where it is said"


@pytest.mark.parametrize("message", sorted(ON_PAGES))
def test_what_a_page_says_instead_is_said_there_in_both_languages(message: str) -> None:
    fields = dict.fromkeys(re.findall(r"{(\w+)}", message), "x")
    for language in ("en", "zh"):
        with in_language(language):
            told = Said(message, fields).text()
            with in_words(ON_PAGES):
                shown = Said(message, fields).text()
            assert translate(message) != translate(ON_PAGES[message])
        assert told != shown
        assert "{" not in shown
        if "looks after the server" not in ON_PAGES[message]:
            assert not TERMINAL.search(shown), shown


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_notice_leads_to_the_page_of_runs_and_not_to_the_terminal(late_world: World, language: str) -> None:
    client = late_world["boss"]
    client.cookies.set("lk_lang", language)
    for path in ("/overview", "/list", "/customers", "/data"):
        shown = client.get(path).text
        said = re.findall(r'<p class="lk-(?:notice|alarm)[^>]*>(.*?)</p>', shown, re.DOTALL)
        assert any(("运行" if language == "zh" else "page Runs") in each for each in said), path
        assert not any("liuke run" in each for each in said), path
    with in_language(language):
        notices = [each.text() for each in late_world.service.firm.current().notices]
    assert any("liuke run" in each for each in notices)  # the terminal's own words stay


@pytest.fixture
def late_world(firm_world: World) -> World:
    """The firm with documents loaded after its run."""
    load(firm_world.service.firm, docs("LATE1 CFREE0 2025-12-20 30"), source="late")
    return firm_world

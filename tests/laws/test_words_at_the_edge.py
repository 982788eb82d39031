"""Sentences are stored as messages and put into words where somebody reads them: the layers that compute say nothing.

Worker threads do not inherit the language in force, so a text made there would be in the wrong one, and a run kept in
one language could not be read in another.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import liuke

ROOT = Path(liuke.__file__).parent
SILENT = ("facts", "ledger", "panel", "run", "signals", "store", "value")
WORDING = ("say", "translate")


def _worded(tree: ast.Module) -> list[int]:
    """Lines that put a message into words: `say(…)`, `translate(…)`, or `.text()` without an argument."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return sorted(call.lineno for call in calls if _name(call) in WORDING or (_name(call) == ".text" and not call.args))


def _name(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr if call.func.attr in WORDING else f".{call.func.attr}"
    return call.func.id if isinstance(call.func, ast.Name) else ""


@pytest.mark.parametrize("layer", SILENT)
def test_layers_that_compute_put_nothing_into_words(layer: str) -> None:
    files = sorted((ROOT / layer).rglob("*.py"))
    assert files
    found = {
        f"{file.relative_to(ROOT)}:{line}" for file in files for line in _worded(ast.parse(file.read_text("utf-8")))
    }
    assert found == set()


def test_the_law_sees_what_it_forbids() -> None:
    code = "say(N_('x'))\ntranslate('x')\ni18n.say('x')\nsaid.text()\nsettings.text('firm')\nlogit.text = 1\n"
    assert _worded(ast.parse(code)) == [1, 2, 3, 4]

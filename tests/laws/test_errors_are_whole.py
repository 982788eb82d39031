"""An error has every field that its message and its way out name, so that saying it never ends in a traceback."""

from __future__ import annotations

import ast
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING

import liuke
from liuke.kernel import errors

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(liuke.__file__).parent
KINDS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.LiukeError)}
OPTIONS = {"fix", "code", "decides", "choices"}  # of the error itself: no field of the message can be called so


def _raised(tree: ast.Module) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KINDS:
            yield node


def _messages(node: ast.expr | None) -> set[str]:
    """The messages marked with N_() in an argument: two where it chooses between them."""
    marked = [each for each in ast.walk(node) if isinstance(each, ast.Call)] if node else []
    texts = [call.args[0] for call in marked if isinstance(call.func, ast.Name) and call.func.id == "N_"]
    return {text.value for text in texts if isinstance(text, ast.Constant) and isinstance(text.value, str)}


def _faults(tree: ast.Module) -> list[str]:
    found = []
    for call in _raised(tree):
        keywords = {keyword.arg: keyword.value for keyword in call.keywords}
        code = keywords.get("code")
        if code is not None and not isinstance(code, ast.Constant):
            found.append(f"line {call.lineno}: a code is a fixed word, not a field")
        message = call.args[0] if call.args else None
        if None in keywords or (message is not None and ast.unparse(message).startswith("Said(")):
            continue  # fields given as a whole: their names are not written here
        wanted = {
            field
            for text in _messages(message) | _messages(keywords.get("fix"))
            for _, field, _, _ in Formatter().parse(text)
            if field
        }
        missing = wanted - (keywords.keys() - OPTIONS)
        found += [f"line {call.lineno}: {name} is not given" for name in sorted(missing)]
    return found


def test_every_error_is_given_what_its_message_names() -> None:
    faults = {str(file.relative_to(ROOT)): _faults(ast.parse(file.read_text("utf-8"))) for file in ROOT.rglob("*.py")}
    assert {file: found for file, found in faults.items() if found} == {}


def test_the_law_sees_a_field_that_is_missing_or_taken_for_a_code() -> None:
    assert len(_faults(ast.parse("raise NotFound(N_('no {code}'), code=unknown)"))) == 2
    assert len(_faults(ast.parse("raise Refused(N_('no {a}'), fix=N_('have {b}'), a=1)"))) == 1
    assert _faults(ast.parse("raise Refused(N_('no {a}'), fix=N_('have {b}'), a=1, b=2, code='gone')")) == []

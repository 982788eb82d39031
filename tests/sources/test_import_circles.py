"""A module of sources can be read without reading one that needs it: imports have an order, the late ones too."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import liuke.sources

PACKAGE = "liuke.sources"
FOLDER = Path(liuke.sources.__file__).parent


def needs(path: Path) -> set[str]:
    """The modules of the package a module imports, wherever in its text, for types too."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == PACKAGE:
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{PACKAGE}."):
            found.add((node.module or "").split(".")[2])
    return found


def test_no_import_circle_exists_in_the_package() -> None:
    graph = {path.stem: needs(path) for path in FOLDER.glob("*.py")}
    assert any(graph.values())
    assert set().union(*graph.values()) <= graph.keys()
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the circle

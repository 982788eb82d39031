"""What the guide to causes shows in Python runs, in both languages, and says what it is said to."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from terminal import liuke

if TYPE_CHECKING:
    from liuke.app.firm import Firm

GUIDES = Path(__file__).parents[2] / "docs" / "guide"


@pytest.mark.parametrize("file", ["causes.md", "zh/causes.md"])
def test_the_python_of_the_guide_runs(file: str, simulated_firm: Firm, tmp_path: Path) -> None:
    root = tmp_path / "firm"
    shutil.copytree(simulated_firm.workspace.root, root)
    assert liuke("user", "add", "boss", "--name", "Boss", "--role", "owner", "-w", root).code == 0
    blocks = re.findall(r"```python\n(.*?)```", (GUIDES / file).read_text("utf-8"), re.DOTALL)
    code = "\n".join(blocks).replace('liuke.open("firm")', f"liuke.open({str(root)!r})")
    held: dict[str, Any] = {}
    exec(compile(code, file, "exec"), held)  # our own guide
    assert isinstance(held["why"], pl.DataFrame)
    assert set(held["why"]["customer_id"]) == {held["customer"]}
    assert "unknown" in set(held["totals"]["cause"])
    assert len(held["lost"]) > 0
    assert held["number"] > 0

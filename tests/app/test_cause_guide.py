"""What the guide to causes shows in Python runs, in both languages, and says what it is said to."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

if TYPE_CHECKING:
    from liuke.app.firm import Firm

GUIDES = Path(__file__).parents[2] / "docs" / "guide"


@pytest.mark.parametrize("file", ["causes.md", "zh/causes.md"])
def test_the_python_of_the_guide_runs(file: str, simulated_firm: Firm) -> None:
    blocks = re.findall(r"```python\n(.*?)```", (GUIDES / file).read_text("utf-8"), re.DOTALL)
    code = "\n".join(blocks).replace('liuke.open("firm")', f"liuke.open({str(simulated_firm.workspace.root)!r})")
    held: dict[str, Any] = {}
    exec(compile(code, file, "exec"), held)  # our own guide
    assert isinstance(held["why"], pl.DataFrame)
    assert set(held["why"]["customer_id"]) == {held["customer"]}
    assert "unknown" in set(held["totals"]["cause"])
    assert len(held["lost"]) > 0

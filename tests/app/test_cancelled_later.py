"""A document that was loaded and is called cancelled by a later export of the same source."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import liuke
from liuke.kernel.errors import NeedsAnswer

if TYPE_CHECKING:
    from pathlib import Path


def export(folder: Path, states: list[str], kind: str = "Status") -> Path:
    rows = [f"N{i},2025-03-{i + 1:02d},c{i % 5},{10 + i}.50,{state}" for i, state in enumerate(states)]
    path = folder / "orders.csv"
    path.write_text("\n".join([f"Invoice,Date,Customer,Amount,{kind}", *rows]) + "\n", "utf-8")
    return path


@pytest.mark.parametrize("state", ["cancelled", "refunded", "void"])
def test_it_is_asked_about_and_never_goes_on_counting_without_a_word(tmp_path: Path, state: str) -> None:
    firm = liuke.open(tmp_path / "firm")
    firm.load(export(tmp_path, ["paid"] * 12))
    later = export(tmp_path, ["paid"] * 11 + [state] + ["paid"] * 3)
    with pytest.raises(NeedsAnswer) as asked:
        firm.load(later)
    assert "N11" in str(asked.value)
    assert firm.load(later, part="keep").load is not None


def test_one_that_was_cancelled_from_the_first_asks_nothing(tmp_path: Path) -> None:
    firm = liuke.open(tmp_path / "firm")
    firm.load(export(tmp_path, ["paid"] * 11 + ["cancelled"]))
    assert firm.load(export(tmp_path, ["paid"] * 11 + ["cancelled"] + ["paid"] * 3)).load is not None


def test_a_payment_that_bears_the_invoices_number_withdraws_nothing(tmp_path: Path) -> None:
    firm = liuke.open(tmp_path / "firm")
    firm.load(export(tmp_path, ["Invoice"] * 11 + ["Payment"], "Type"))
    assert firm.load(export(tmp_path, ["Invoice"] * 8 + ["Payment"] + ["Invoice"] * 6, "Type")).load is not None

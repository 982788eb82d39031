"""The canonical tables: one file a table, its contract inside. A new table is a new file with a `CONTRACT`."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from liuke.kernel.kinds import LINES
from liuke.kernel.registry import modules_in

if TYPE_CHECKING:
    from liuke.kernel.contract import Column, Contract


__all__ = ["LINES", "contracts", "inputs"]


@cache
def contracts() -> dict[str, Contract]:
    """Every canonical table by name."""
    found = (getattr(module, "CONTRACT", None) for module in modules_in(__name__).values())
    return {contract.table: contract for contract in found if contract is not None}


def inputs(table: str) -> dict[str, Column]:
    """What a file may hold beside a table's own columns and from which those are worked out (unit price, tax, …)."""
    for module in modules_in(__name__).values():
        contract = getattr(module, "CONTRACT", None)
        if contract is not None and contract.table == table:
            return dict(getattr(module, "INPUTS", {}))
    return {}

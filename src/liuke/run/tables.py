"""The tables of a run: their contracts by name, as the stages declare them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.run.stages import STAGES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from liuke.kernel.contract import Contract
    from liuke.run.stage import Stage


def tables(stages: Sequence[Stage] = STAGES) -> dict[str, Contract]:
    """Every table and its contract, in the order of the stages."""
    return {contract.table: contract for stage in stages for contract in stage.tables}

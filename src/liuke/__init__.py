"""Liuke 留客: who is leaving, why, what they are worth, what to do today.

import liuke
firm = liuke.open("firm")
firm.load("invoices.xlsx")
firm.run(as_of="2026-10-31").at_risk().to_pandas()
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.app.face import Firm

__version__ = "0.1.0"


def open(path: str | Path) -> Firm:  # noqa: A001  (reads as liuke.open)
    """The workspace in a folder, made when there is none."""
    from liuke.app.face import open_firm

    return open_firm(path)

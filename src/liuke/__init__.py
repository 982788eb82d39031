"""Liuke 留客: who is leaving, why, what they are worth, what to do today.

import liuke
firm = liuke.open("firm")
firm.load("invoices.xlsx")
firm.run(as_of="2026-10-31").at_risk().to_pandas()
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from liuke.kernel.version import __version__ as __version__

if TYPE_CHECKING:
    from pathlib import Path

    from liuke.app.connected import ConnectedFirm
    from liuke.app.firm import Firm

ESTIMATORS = {  # by name, the module they are loaded from when asked for
    "BgNbd": "bg_nbd",
    "MbgNbd": "mbg_nbd",
    "ParetoNbd": "pareto_nbd",
    "BgCnbdK": "bg_cnbd_k",
    "BgBb": "bg_bb",
    "GammaGamma": "gamma_gamma",
}


def __getattr__(name: str) -> Any:
    """The estimators, `liuke.BgNbd` and so on: each is imported when it is first used."""
    if name not in ESTIMATORS:
        raise AttributeError(f"module 'liuke' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"liuke.signals.models.{ESTIMATORS[name]}"), name)


def open(path: str | Path) -> Firm:  # noqa: A001  (reads as liuke.open)
    """The workspace in a folder, made when there is none."""
    from liuke.app.firm import open_firm

    return open_firm(path)


def connect(url: str, token: str, *, seconds: float = 60.0, plain: bool = False) -> ConnectedFirm:
    """The firm served at an address, under an API token: the reading methods of `liuke.open`, notes and owners.

    `seconds` is how long one answer may take; `plain` allows http to another machine, where the network is private.
    """
    from liuke.app.connected import connect_to

    return connect_to(url, token, seconds=seconds, plain=plain)

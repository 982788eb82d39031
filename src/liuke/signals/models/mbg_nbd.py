"""MBG/NBD: BG/NBD whose customers may leave after the first purchase too (Batislam, Denizel and Filiztekin 2007)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.signals.models.bg_cnbd_k import BetaGeometric

if TYPE_CHECKING:
    from liuke.signals.models._likelihood import Prior


class MbgNbd(BetaGeometric):
    """Purchases Poisson(lambda), lambda ~ Gamma(r, alpha); leaves after each, the first too, with p ~ Beta(a, b)."""

    modified = True

    def __init__(self, prior: Prior | None = None) -> None:
        self.prior = prior

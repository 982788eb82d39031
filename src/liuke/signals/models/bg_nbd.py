"""BG/NBD: buying at random, leaving at random after a repeat purchase (Fader, Hardie and Lee 2005)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.signals.models.bg_cnbd_k import BetaGeometric

if TYPE_CHECKING:
    from liuke.signals.models._likelihood import Prior


class BgNbd(BetaGeometric):
    """Purchases Poisson(lambda), lambda ~ Gamma(r, alpha); leaves after each repeat one with p ~ Beta(a, b).

    Nobody can leave before a repeat purchase: P(alive) of every one-time buyer is 1.
    """

    modified = False

    def __init__(self, prior: Prior | None = None) -> None:
        self.prior = prior

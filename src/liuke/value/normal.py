"""The normal distribution where a hundredth is close enough."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from typing import Any

Real = TypeVar("Real", bound="np.floating[Any]")


def below(distance: npt.NDArray[Real]) -> npt.NDArray[Real]:
    """P(a standard normal lies below): the logistic stand-in, within .01 (Haley 1952); the shape and type given.

    NaN stays NaN.
    """
    chance: npt.NDArray[Real] = 1 / (1 + np.exp(np.clip(-1.702 * distance, -80, 80)))
    return chance

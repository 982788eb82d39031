"""The one way loops are compiled: machine code kept from process to process where there is a place to keep it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ParamSpec, TypeVar

from numba import njit

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """The function as machine code that runs without the interpreter's lock and divides as NumPy does.

    Where neither the installed package nor the user's home can be written, each process compiles it for itself: it
    takes seconds and gives the same numbers. No shared temporary folder is used instead, since code kept there could
    be another user's.
    """
    try:
        return njit(cache=True, nogil=True, error_model="numpy")(function)
    except RuntimeError:  # numba's word for "there is no folder to keep it in"
        return njit(nogil=True, error_model="numpy")(function)

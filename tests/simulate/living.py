"""Firms that live once and are looked at by many tests."""

from __future__ import annotations

from functools import cache

from liuke.simulate import firm, truth, world
from liuke.simulate.firm import Life, SimulatedFirm
from liuke.simulate.truth import Causes


@cache
def lived(name: str, customers: int = 2000, seed: int = 1, months: int = 36) -> tuple[SimulatedFirm, Life]:
    """A firm of a world with what happened to it."""
    made = firm.build(world.read_world(name), customers, months, seed)
    return made, firm.live(made)


@cache
def causes(name: str, customers: int = 2000, seed: int = 1) -> Causes:
    """Why its customers left."""
    return truth.causes(*lived(name, customers, seed))

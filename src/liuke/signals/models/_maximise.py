"""Maximum of a smooth function of a few bounded parameters: trust-region quasi-Newton with analytic gradients."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Objective = Callable[[Floats], tuple[float, Floats]]

STEPS = 200
TOLERANCE = 1e-12  # of the value: the gain still expected when the search stops
_DIFFERENCE = 1e-5


@dataclass(frozen=True)
class Maximum:
    """Where the search ended: parameters, value, gradient, Hessian, which stand at a bound, whether it settled."""

    at: Floats
    value: float
    gradient: Floats
    hessian: Floats
    at_bound: NDArray[np.bool_]
    converged: bool


def maximise(
    objective: Objective,
    start: Floats,
    low: Floats,
    high: Floats,
    hessian: Floats | None = None,
    *,
    tolerance: float = TOLERANCE,
    rough: bool = False,
) -> Maximum:
    """Climb from `start` within the box [low, high]; `objective` returns value and gradient.

    The model's Hessian starts from `hessian` or from differences of the gradient, is updated by the symmetric
    rank-one formula (Nocedal and Wright 2006, §6.2) and taken anew when a step disappoints and, unless `rough`, at the
    end. Deterministic.
    """
    at = np.clip(start, low, high)
    value, gradient = objective(at)
    exact = hessian is None
    curvature = differences(objective, at, gradient) if hessian is None else hessian
    radius, converged = 1.0, False
    for _ in range(STEPS):
        free = _free(at, gradient, low, high)
        step = _step(gradient, curvature, free, radius)
        trial = np.clip(at + step, low, high)
        step = trial - at
        expected = float(gradient @ step + 0.5 * step @ curvature @ step)
        if expected <= tolerance * (1.0 + abs(value)):
            if exact or rough or not free.any():
                converged = True
                break
            curvature, exact = differences(objective, at, gradient), True
            continue
        new_value, new_gradient = objective(trial)
        gain = new_value - value if np.isfinite(new_value) else -np.inf
        if gain < 0.25 * expected:
            radius = 0.25 * float(np.abs(step).max())
        elif gain > 0.75 * expected and np.abs(step).max() > 0.8 * radius:
            radius = min(2.0 * radius, 4.0)
        if gain > 0:
            curvature = _updated(curvature, step, new_gradient - gradient)
            at, value, gradient, exact = trial, new_value, new_gradient, False
        if gain < 0.1 * expected and not exact:
            curvature, exact = differences(objective, at, gradient), True
        if radius < 1e-12:
            break
    if not (exact or rough):
        curvature = differences(objective, at, gradient)
    return Maximum(at, value, gradient, curvature, ~_free(at, gradient, low, high), converged)


def differences(objective: Objective, at: Floats, gradient: Floats) -> Floats:
    """Hessian from forward differences of the gradient, symmetric."""
    columns = []
    for i in range(len(at)):
        moved = at.copy()
        moved[i] += _DIFFERENCE
        columns.append((objective(moved)[1] - gradient) / (moved[i] - at[i]))
    found = np.array(columns)
    symmetric: Floats = 0.5 * (found + found.T)
    return symmetric


def _free(at: Floats, gradient: Floats, low: Floats, high: Floats) -> NDArray[np.bool_]:
    """Parameters not held at a bound by the gradient."""
    return ~(((at <= low) & (gradient <= 0)) | ((at >= high) & (gradient >= 0)))


def _step(gradient: Floats, curvature: Floats, free: NDArray[np.bool_], radius: float) -> Floats:
    """The best step of the quadratic model no longer than the radius; saddles are left uphill."""
    step = np.zeros_like(gradient)
    if not free.any():
        return step
    bend, axes = np.linalg.eigh(-curvature[np.ix_(free, free)])
    slope = axes.T @ gradient[free]
    least = max(1e-12 * float(np.abs(bend).max()), 1e-300)
    bend = np.maximum(np.abs(bend), least)
    move = slope / bend
    for _ in range(20):  # Newton on the length's reciprocal, Nocedal and Wright (2006), algorithm 4.3
        length = math.sqrt(move @ move)
        if length <= 1.01 * radius:
            break
        bend = bend + (length / radius - 1.0) * length**2 / float(move @ (move / bend))
        move = slope / bend
    step[free] = axes @ move
    return step


def _updated(curvature: Floats, step: Floats, change: Floats) -> Floats:
    residual = change - curvature @ step
    scale = float(residual @ step)
    if abs(scale) < 1e-8 * float(np.linalg.norm(residual) * np.linalg.norm(step)):
        return curvature
    updated: Floats = curvature + np.outer(residual, residual) / scale
    return updated

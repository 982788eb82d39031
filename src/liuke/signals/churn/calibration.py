"""How log-odds must be moved and stretched to fit what came (Cox 1958), and what they lose against it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from liuke.panel.panel import Bool, Float

SLOPE_SD = 0.05  # prior of the slope around 1 where one origin alone says it
STEPS = 30


def calibration(odds: Float, left: Bool, offset: float, level_sd: float, slope_sd: float) -> tuple[float, float]:
    """Level and slope of most posterior probability: offset + level + slope * odds; priors normal around 0 and 1."""
    from scipy.special import expit

    level, slope, y = 0.0, 1.0, left.astype(np.float64)
    prior = np.array([level_sd**-2.0, slope_sd**-2.0])
    for _ in range(STEPS):
        p = expit(offset + level + slope * odds)
        w, r = p * (1 - p), y - p
        gradient = np.array([r.sum(), (r * odds).sum()]) - prior * np.array([level, slope - 1])
        hessian = np.array([[w.sum(), (w * odds).sum()], [(w * odds).sum(), (w * odds * odds).sum()]])
        step = np.linalg.solve(hessian + np.diag(prior), gradient)
        step *= min(1.0, 1.0 / float(np.abs(step).max() + 1e-300))  # a whole step may overshoot where classes part
        level, slope = level + float(step[0]), slope + float(step[1])
    return level, slope


def calibration_slope(odds: Float, left: Bool) -> float:
    """The slope that stretches log-odds to fit outcomes, the level left free."""
    usual = float(np.log(left.mean() / (1 - left.mean())))
    return calibration(odds - odds.mean(), left, usual, np.inf, SLOPE_SD)[1]


def log_loss_of(odds: Float, left: Bool) -> float:
    """Log-loss of all rows together, in nats."""
    return float(np.logaddexp(0.0, np.where(left, -odds, odds)).sum())

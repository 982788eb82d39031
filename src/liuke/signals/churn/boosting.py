"""Gradient boosting of what the logit misses: trees on top of its log-odds, so that they never have to extrapolate.

The logit carries level, age and silence to values not seen before; the trees, which can't, only correct it (boosting
from an offset: Friedman 2001, section 4.5). Few leaves, large groups and a small step keep them from learning noise.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from liuke.panel.panel import Bool, Float
    from liuke.signals.churn.rows import ModelRows

LEAST_LEAVERS = 200  # customers seen leaving (methods.md section 2, "cold start")
MOST_ROUNDS = 300
USUAL_ROUNDS = 80  # where no later slice can choose
PATIENCE = 30  # rounds without a gain on the later slice
SETTINGS: dict[str, Any] = {
    "objective": "binary",
    "learning_rate": 0.03,
    "num_leaves": 8,
    "min_data_in_leaf": 100,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "feature_fraction": 0.6,
    "lambda_l2": 20.0,
    "verbosity": -1,
    "num_threads": 1,  # the same trees; two threads wait for each other at every leaf, eightfold where a core is taken
    "seed": 1,
    "deterministic": True,
    "force_row_wise": True,
}


@dataclass(frozen=True)
class Slice:
    """Rows with the log-odds the logit gives them."""

    x: npt.NDArray[np.floating]
    left: Bool
    offset: Float


@dataclass(frozen=True)
class Boosting:
    """Fitted trees."""

    trees: Any
    rounds: int

    def correction(self, x: npt.NDArray[np.floating]) -> Float:
        """What the trees add to the logit's log-odds; (rows,)."""
        return np.asarray(self.trees.predict(x, raw_score=True, num_threads=1), dtype=np.float64)

    def contributions(self, x: npt.NDArray[np.floating]) -> Float:
        """The correction taken apart by column (TreeSHAP, Lundberg et al. 2020), a constant last; (rows, columns + 1).

        Meant for the rows of a page: its cost grows with every tree.
        """
        return np.asarray(self.trees.predict(x, pred_contrib=True, num_threads=1), dtype=np.float64)


def seen(rows: ModelRows, left_out: tuple[int, ...]) -> Float:
    """The columns trees may see: those left out (places in `rows.columns`) are blank; (rows, columns)."""
    x = rows.wide.astype(np.float64)
    x[:, list(left_out)] = np.nan
    return x


@cache
def boosting_usable() -> bool:
    """Whether LightGBM loads here: it needs the system's OpenMP library, which bare machines lack."""
    try:
        import lightgbm  # noqa: F401
    except OSError:
        return False
    return True


def fit(train: Slice, later: Slice | None = None, rounds: int = USUAL_ROUNDS) -> Boosting:
    """Trees fitted to `train`: as many as serve a later slice best, or `rounds` where there is none."""
    import lightgbm

    data = lightgbm.Dataset(train.x, train.left.astype(np.float32), init_score=train.offset, free_raw_data=False)
    if later is None:
        return Boosting(lightgbm.train(SETTINGS, data, rounds), rounds)
    watch = lightgbm.Dataset(later.x, later.left.astype(np.float32), init_score=later.offset, reference=data)
    stop = lightgbm.early_stopping(PATIENCE, verbose=False)
    trees = lightgbm.train(SETTINGS, data, MOST_ROUNDS, valid_sets=[watch], callbacks=[stop])
    return Boosting(trees, max(int(trees.best_iteration), 1))

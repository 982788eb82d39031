"""Fits of lifetimes 0.11.3 for benchmarks/buying_models.py; runs in an environment of its own and prints JSON.

python lifetimes_side.py ROWS.npz MODEL ROUNDS
"""

from __future__ import annotations

import json
import sys
import time
import warnings

import numpy as np
from lifetimes import BetaGeoFitter, ParetoNBDFitter

warnings.filterwarnings("ignore")
rows = np.load(sys.argv[1])
x, t_x, age, weight = (rows[name] for name in ("x", "t_x", "T", "weight"))
fitter = {"BgNbd": BetaGeoFitter, "ParetoNbd": ParetoNBDFitter}[sys.argv[2]]
seconds = []
for _ in range(int(sys.argv[3]) + 1):
    model = fitter(penalizer_coef=0.0)
    started = time.perf_counter()
    model.fit(x, t_x, age, weights=weight)
    seconds.append(time.perf_counter() - started)
mean_or_sum = weight.sum() if sys.argv[2] == "BgNbd" else weight.mean()  # what each of the two is divided by
scaled = -float(model._negative_log_likelihood_ * mean_or_sum)  # of times multiplied by _scale
log_likelihood = scaled + float(weight @ x) * np.log(model._scale)
print(
    json.dumps(
        {
            "cold": seconds[0],
            "warm": min(seconds[1:]),
            "params": list(model.params_),
            "log_likelihood": log_likelihood,
        }
    )
)

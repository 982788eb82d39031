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
params = list(model.params_)
mean = model._negative_log_likelihood(np.log(params), x, t_x, age, weight, 0.0)
print(
    json.dumps(
        {
            "cold": seconds[0],
            "warm": min(seconds[1:]),
            "params": params,
            "log_likelihood": -float(mean) * float(weight.sum()),
        }
    )
)

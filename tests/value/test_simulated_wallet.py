"""The wallet by comparison against the simulated firm's truth."""

from __future__ import annotations

import numpy as np

from liuke.simulate import world as worlds
from liuke.simulate.firm import build, live
from liuke.value.wallet import Quantile, fit, wallets


def test_the_wallet_by_comparison_ranks_as_the_true_one() -> None:
    """Expected monthly sales of the firm as spend, 80 told wallets; measured .97 on seed 1, 800 customers."""
    firm = build(worlds.read_world("base"), 800, 36, 1)
    life = live(firm)
    sales = np.rint(life.path.sales[:, :36] * 100).astype(np.int64)
    _, index = firm.market.demand(firm.customers, 35)
    truth = firm.customers.wallet * np.exp(index) * 100
    spend, here = sales[:, 24:].sum(axis=1), sales[:, 33:].sum(axis=1) > 0
    kinds = [firm.customers.industry.astype(np.int32), firm.customers.region.astype(np.int32)]
    told = np.where(here & (np.arange(800) % 9 == 0), truth, np.nan)
    steady = here & (spend >= sales[:, 12:24].sum(axis=1) * 0.8)
    model = fit(kinds, spend, spend, steady, told)
    assert isinstance(model, Quantile)
    found = wallets(kinds, spend, np.full(800, np.nan), np.zeros(800, bool), model, here)
    asked = here & np.isnan(told)
    ranks = [np.argsort(np.argsort(values[asked])) for values in (found.value, truth)]
    assert np.corrcoef(*ranks)[0, 1] > 0.9
    assert 0.7 < np.median(found.value[asked] / truth[asked]) < 1.4
    assert ((found.low <= truth) & (truth <= found.high))[asked].mean() > 0.8

"""Published numbers, each with its source; parameters to the digits printed, log-likelihood to 0.01."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest
from models_firm import drawn_regular

from cdnow import purchases
from liuke.signals.models.bg_bb import BgBb
from liuke.signals.models.bg_cnbd_k import BgCnbdK
from liuke.signals.models.bg_nbd import BgNbd
from liuke.signals.models.gamma_gamma import GammaGamma
from liuke.signals.models.mbg_nbd import MbgNbd
from liuke.signals.models.pareto_nbd import ParetoNbd

Rows = dict[str, np.ndarray]

# Fader, Hardie and Lee (2005) for the first two; MBG/NBD: own fit, checked against
# the likelihood integrated numerically in test_likelihoods.py
CDNOW = [
    (BgNbd, {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}, -9582.43),
    (ParetoNbd, {"r": 0.553, "alpha": 10.578, "s": 0.606, "beta": 11.669}, -9594.97),
    (MbgNbd, {"r": 0.525, "alpha": 6.183, "a": 0.891, "b": 1.614}, -9582.13),
]


@pytest.mark.parametrize(("model", "params", "log_likelihood"), CDNOW, ids=lambda v: getattr(v, "__name__", ""))
def test_cdnow(model: type, params: dict[str, float], log_likelihood: float, cdnow: Rows) -> None:
    fitted = model().fit(cdnow["x"], cdnow["t_x"], cdnow["T"], cdnow["customers"])
    assert fitted.params_ == pytest.approx(params, abs=1e-3)
    assert fitted.log_likelihood_ == pytest.approx(log_likelihood, abs=0.01)
    assert fitted.customers_ == 2357
    assert fitted.converged_
    assert fitted.warning_ is None


@pytest.mark.parametrize(("model", "params", "log_likelihood"), CDNOW, ids=lambda v: getattr(v, "__name__", ""))
def test_cdnow_one_row_a_customer(model: type, params: dict[str, float], log_likelihood: float) -> None:
    """From the purchases themselves: days counted, 39 weeks to 1997-09-30."""
    end = date(1997, 9, 30)
    history = purchases().filter(pl.col("date") <= end).group_by("customer").agg(day=pl.col("date").unique().sort())
    days = history.select(
        x=pl.col("day").list.len() - 1,
        t_x=(pl.col("day").list.last() - pl.col("day").list.first()).dt.total_days() / 7,
        T=(pl.lit(end) - pl.col("day").list.first()).dt.total_days() / 7,
    )
    fitted = model().fit(*(days[name].to_numpy() for name in ("x", "t_x", "T")))
    assert fitted.params_ == pytest.approx(params, abs=1e-3)
    assert fitted.log_likelihood_ == pytest.approx(log_likelihood, abs=0.01)


def test_cdnow_predictions_of_bg_nbd(cdnow: Rows) -> None:
    """The customer of Fader, Hardie and Lee's spreadsheet note: 1.226 purchases in the next 39 weeks."""
    fitted = BgNbd().fit(cdnow["x"], cdnow["t_x"], cdnow["T"], cdnow["customers"])
    assert fitted.p_alive(2, 30.43, 38.86)[0] == pytest.approx(0.7266, abs=5e-5)
    assert fitted.conditional_purchases(39, 2, 30.43, 38.86)[0] == pytest.approx(1.226, abs=5e-4)
    assert fitted.p_alive(0, 0, 38.86)[0] == 1.0


def test_cdnow_spending(cdnow: Rows) -> None:
    """Fader and Hardie (2013), note on the Gamma-Gamma model: 946 repeat buyers."""
    again = cdnow["x"] > 0
    x, mean, customers = (cdnow[name][again] for name in ("x", "mean", "customers"))
    fitted = GammaGamma().fit(x, mean, customers)
    assert fitted.params_ == pytest.approx({"p": 6.25, "q": 3.74, "v": 15.45}, abs=0.005)
    assert fitted.customers_ == 946
    assert fitted.correlation_ == pytest.approx(0.114, abs=5e-4)
    assert fitted.warning_ is None


def test_donations(donations: Rows) -> None:
    """Fader, Hardie and Shang (2010)."""
    assert donations["donors"].sum() == 11_104
    fitted = BgBb().fit(donations["x"], donations["t_x"], donations["n"], donations["donors"])
    assert fitted.params_ == pytest.approx({"alpha": 1.204, "beta": 0.750, "gamma": 0.657, "delta": 2.783}, abs=1e-3)
    assert fitted.log_likelihood_ == pytest.approx(-33225.6, abs=0.05)
    assert fitted.distinct_ == 22


def test_regular_buyers_have_k_of_two() -> None:
    """Gaps drawn from Erlang(2): likelihood and Wheat-Morrison agree on k = 2, and the rest is found again."""
    firm = drawn_regular(k=2, customers=6_000, seed=5)
    fitted = BgCnbdK().fit(firm.x, firm.t_x, firm.T, log_gaps=firm.log_gaps)
    assert fitted.k_ == 2
    assert fitted.log_likelihood_complete_
    truth = {"r": 1.0, "alpha": 5.0, "a": 0.8, "b": 2.5}
    for name, value in truth.items():
        assert abs(fitted.params_[name] - value) < 3.5 * fitted.standard_errors_[name]

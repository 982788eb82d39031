"""How fits behave: collapse, weights, units, degenerate data, priors, too little data."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import liuke
from liuke.kernel.errors import Invalid, Refused
from liuke.kernel.estimate import NotEstimable
from liuke.signals.models._collapse import collapse
from liuke.signals.models._likelihood import Prior
from liuke.signals.models.bg_bb import BgBb
from liuke.signals.models.bg_cnbd_k import BgCnbdK
from liuke.signals.models.bg_nbd import BgNbd
from liuke.signals.models.gamma_gamma import GammaGamma
from liuke.signals.models.mbg_nbd import MbgNbd
from liuke.signals.models.pareto_nbd import ParetoNbd

Rows = dict[str, np.ndarray]
CONTINUOUS = pytest.mark.parametrize("model", [BgNbd, MbgNbd, ParetoNbd])


def test_five_rows_in_three_rows_out() -> None:
    found = collapse(x=[0, 2, 0, 2, 1], t_x=[0, 5, 0, 5, 3], T=[9, 9, 9, 9, 7])
    assert found.weight.tolist() == [2, 1, 2]
    columns = [column.values[column.codes].tolist() for column in (found.x, found.t_x, found.T)]
    assert columns == [[0, 1, 2], [0, 3, 5], [9, 7, 9]]


@pytest.mark.parametrize("scale", [1.0, 0.37, 1e9], ids=["whole", "fractions", "too wide to pack"])
@pytest.mark.parametrize("weighted", [False, True])
def test_collapse_counts_every_customer(scale: float, weighted: bool) -> None:
    chance = np.random.default_rng(4)
    x = chance.integers(0, 4, 500)
    t_x = np.where(x > 0, chance.integers(1, 6, 500), 0) * scale
    age, weight = t_x + chance.integers(0, 5, 500) * scale, chance.integers(0, 3, 500).astype(float)
    found = collapse(x, t_x, age, weight if weighted else None)
    rows = zip(*(column.values[column.codes].tolist() for column in (found.x, found.t_x, found.T)), strict=True)
    counted = dict(zip(rows, found.weight.tolist(), strict=True))
    expected: dict[tuple[float, ...], float] = {}
    for row, many in zip(zip(x.tolist(), t_x.tolist(), age.tolist(), strict=True), weight.tolist(), strict=True):
        expected[row] = expected.get(row, 0) + (many if weighted else 1)
    assert counted == expected
    assert found.weight_of_x.sum() == found.customers == sum(expected.values())
    for pairs, column in ((found.last_pairs, found.t_x), (found.age_pairs, found.T)):
        np.testing.assert_array_equal(pairs.x_codes[pairs.codes], found.x.codes)
        np.testing.assert_array_equal(pairs.times[pairs.codes], column.values[column.codes])


@CONTINUOUS
def test_rows_weights_and_their_order_are_one(model: type, cdnow: Rows) -> None:
    columns = [cdnow[name] for name in ("x", "t_x", "T")]
    weighted = model().fit(*columns, cdnow["customers"])
    each = np.repeat(np.arange(len(columns[0])), cdnow["customers"].astype(int))
    shuffled = np.random.default_rng(1).permutation(each)
    alone = model().fit(*(column[shuffled] for column in columns))
    assert alone.params_ == weighted.params_
    assert alone.log_likelihood_ == weighted.log_likelihood_


@CONTINUOUS
def test_the_unit_of_time_scales_the_times_alone(model: type, cdnow: Rows) -> None:
    weeks = model().fit(cdnow["x"], cdnow["t_x"], cdnow["T"], cdnow["customers"])
    days = model().fit(cdnow["x"], cdnow["t_x"] * 7, cdnow["T"] * 7, cdnow["customers"])
    for name, value in weeks.params_.items():
        scale = 7.0 if name in {"alpha", "beta"} else 1.0
        assert days.params_[name] == pytest.approx(value * scale, rel=1e-4)
        assert days.standard_errors_[name] == pytest.approx(weeks.standard_errors_[name] * scale, rel=1e-3)
    occasions = float(cdnow["x"] @ cdnow["customers"])
    assert days.log_likelihood_ == pytest.approx(weeks.log_likelihood_ - occasions * np.log(7), abs=1e-5)


@CONTINUOUS
def test_large_data_start_from_a_part_and_end_at_the_same_maximum(model: type) -> None:
    """6,000 distinct rows fitted directly and by way of a part."""
    chance = np.random.default_rng(2)
    rate, life = chance.gamma(0.7, 1 / 60, 40_000), chance.exponential(1 / chance.gamma(0.9, 1 / 200, 40_000))
    age = chance.integers(30, 700, 40_000)
    watched = np.minimum(life, age)
    x = chance.poisson(rate * watched)
    t_x = np.where(x > 0, np.ceil(watched * chance.random(40_000) ** (1 / np.maximum(x, 1))), 0)
    fitted = model().fit(np.minimum(x, t_x), t_x, age)
    assert fitted.distinct_ > 6_000
    assert fitted.converged_
    objective = fitted._objective(collapse(np.minimum(x, t_x), t_x, age))
    slope = objective(np.log(list(fitted.params_.values())))[1]
    assert np.abs(slope).max() < 0.05  # of a log-likelihood of some 400,000
    if model is ParetoNbd:
        truth = {"r": 0.7, "alpha": 60, "s": 0.9, "beta": 200}
        assert all(abs(fitted.params_[n] - v) < 4 * fitted.standard_errors_[n] for n, v in truth.items())


@pytest.fixture(scope="module")
def online_retail() -> Rows:
    """Histories in days of the bundled wholesaler, to 2011-09-09."""
    import polars as pl

    lines = pl.read_parquet(Path(liuke.__file__).parent / "data" / "online_retail.parquet").filter(
        pl.col("CustomerID").is_not_null() & (pl.col("Quantity") > 0) & (pl.col("UnitPrice") > 0)
    )
    days = lines.select("CustomerID", day=pl.col("InvoiceDate").dt.date()).unique().sort("CustomerID", "day")
    customers = (
        days.filter(pl.col("day") <= pl.date(2011, 9, 9))
        .group_by("CustomerID", maintain_order=True)
        .agg(
            x=pl.len() - 1,
            t_x=(pl.col("day").max() - pl.col("day").min()).dt.total_days(),
            T=(pl.date(2011, 9, 9) - pl.col("day").min()).dt.total_days(),
            log_gaps=pl.col("day").diff().dt.total_days().log().sum(),
        )
    )
    return {name: customers[name].to_numpy().astype(float) for name in ("x", "t_x", "T", "log_gaps")}


@CONTINUOUS
def test_a_wholesaler_that_nobody_seems_to_leave_is_warned_about(model: type, online_retail: Rows) -> None:
    """Buying at random in nine months of Online Retail leaves no room for leavers: dropout runs to its bound."""
    fitted = model().fit(online_retail["x"], online_retail["t_x"], online_retail["T"])
    assert "hardly any customer leaving" in fitted.warning_.text()
    errors = fitted.standard_errors_
    assert isinstance(errors["s" if model is ParetoNbd else "a"], NotEstimable)
    assert 0.01 < errors["r"] < 0.1


def test_regular_buying_finds_the_leavers_random_buying_hides(online_retail: Rows) -> None:
    """The same firm with k chosen by likelihood: k = 2, and a dropout well away from zero."""
    columns = [online_retail[name] for name in ("x", "t_x", "T")]
    fitted = BgCnbdK().fit(*columns, log_gaps=online_retail["log_gaps"])
    assert fitted.k_ == 2
    assert fitted.warning_ is None
    assert fitted.a_ > 4 * fitted.standard_errors_["a"]
    assert fitted.log_likelihood_ > MbgNbd().fit(*columns).log_likelihood_ + 500


def test_k_without_gaps(cdnow: Rows) -> None:
    columns = [cdnow[name] for name in ("x", "t_x", "T", "customers")]
    with pytest.raises(Refused, match="can't be chosen by likelihood without"):
        BgCnbdK().fit(*columns)
    assert not BgCnbdK(k=2).fit(*columns).log_likelihood_complete_
    same = BgCnbdK(k=1, modified=False).fit(*columns)
    assert same.log_likelihood_complete_
    assert same.params_ == BgNbd().fit(*columns).params_
    with pytest.raises(Invalid, match="whole number"):
        BgCnbdK(k=0).fit(*columns)


def test_a_prior_decides_where_data_are_few_and_not_where_they_are_many(cdnow: Rows) -> None:
    columns = [cdnow[name] for name in ("x", "t_x", "T")]
    columns.append(100 * cdnow["customers"])
    free = MbgNbd().fit(*columns)
    held = MbgNbd(prior=Prior({"a": 2.0, "b": 6.0}, strength=5)).fit(*columns)
    assert held.a_ == pytest.approx(free.a_, rel=0.02)
    assert held.log_likelihood_ < free.log_likelihood_
    few = MbgNbd(prior=Prior({"r": 1.0, "a": 2.0, "b": 6.0}, strength=500)).fit(
        [0, 1, 2, 0, 3, 1], [0, 3, 9, 0, 9, 1], 10
    )
    assert (few.r_, few.a_, few.b_) == pytest.approx((1.0, 2.0, 6.0), rel=0.02)
    assert few.converged_


@pytest.mark.parametrize("model", [BgNbd, MbgNbd, ParetoNbd, BgBb])
def test_nothing_to_learn_from_is_refused(model: type) -> None:
    with pytest.raises(Refused, match="None of 500 customers bought a second time"):
        model().fit(np.zeros(500), np.zeros(500), np.full(500, 9))
    with pytest.raises(Refused, match="4 customers are too few"):
        model().fit([0, 1, 2, 1], [0, 3, 5, 2], [9, 9, 9, 9])
    with pytest.raises(Invalid, match="impossible"):
        model().fit([0, 1], [0, 10], [9, 9])
    with pytest.raises(Invalid, match="Weights"):
        model().fit([0, 1], [0, 1], [9, 9], weights=[1, -1])


def test_spending_that_follows_frequency_is_warned_about() -> None:
    chance = np.random.default_rng(0)
    x = chance.integers(1, 20, 2_000)
    mean = x * chance.gamma(20.0, 1.0, 2_000)
    assert "buy more often spend differently" in GammaGamma().fit(x, mean).warning_.text()
    with pytest.raises(Invalid, match="2 rows can't be fitted"):
        GammaGamma().fit([1, 0, 2], [5.0, 5.0, -1.0])


def test_parameters_as_scikit_learn_has_them() -> None:
    from sklearn.base import clone

    model = BgCnbdK(k=3, modified=False)
    assert clone(model).get_params() == {"k": 3, "modified": False, "prior": None} == model.get_params()
    assert model.set_params(k=2).k == 2
    assert repr(model) == "BgCnbdK(k=2, modified=False)"
    with pytest.raises(ValueError, match="no parameter 'z'"):
        model.set_params(z=1)


def test_the_estimators_are_the_librarys_face() -> None:
    import liuke

    for name, module in liuke.ESTIMATORS.items():
        estimator = getattr(liuke, name)
        assert (estimator.__name__, estimator.__module__) == (name, f"liuke.signals.models.{module}")
    with pytest.raises(AttributeError, match="Nonsense"):
        _ = liuke.Nonsense

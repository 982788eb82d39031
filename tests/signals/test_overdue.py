"""The Gamma-gap tail against its definition, by simulation and by what it learns of a base."""

from __future__ import annotations

import numpy as np
import pytest

from liuke.kernel.period import Periods
from liuke.panel.panel import NEVER, Measures, Panel
from liuke.signals.conditions import overdue
from liuke.signals.rhythm import Rhythm, rhythm_tail
from panels import panel, random_panel


def test_without_own_gaps_and_with_random_gaps_the_tail_is_the_lomax_one() -> None:
    """k = 1, n = 0: P(gap > e) = (alpha / (alpha + e))^r, by integrating exp(-rate e) over the Gamma."""
    assert rhythm_tail(1.0, 2.0, 30.0, 0, 0, 30).item() == pytest.approx(0.25, abs=1e-12)
    assert rhythm_tail(1.0, 1.5, 30.0, 4, 100, 50).item() == pytest.approx((130 / 180) ** 5.5, abs=1e-12)


def test_the_tail_is_the_integral_of_its_definition() -> None:
    from scipy.integrate import quad
    from scipy.stats import gamma

    k, r, alpha, n, s, e = 2.5, 1.8, 40.0, 3, 95.0, 60.0
    value, _ = quad(
        lambda rate: gamma.sf(e, k, scale=1 / rate) * gamma.pdf(rate, r + n * k, scale=1 / (alpha + s)), 0, 5
    )
    assert rhythm_tail(k, r, alpha, n, s, e).item() == pytest.approx(value, abs=1e-7)


def test_a_true_model_is_below_five_per_cent_in_five_per_cent_of_cases() -> None:
    """methods.md section 1: 200,000 draws, P(p < .05) = .0500, P(p < .01) = .0099; here within 3 standard errors."""
    random = np.random.default_rng(20261031)
    draws, k, r, alpha = 200_000, 2.0, 1.5, 30.0
    rate = random.gamma(r, 1 / alpha, draws)
    gaps = random.integers(0, 12, draws)
    span = np.where(gaps > 0, random.gamma(np.maximum(k * gaps, 1e-9)) / rate, 0.0)
    chance = rhythm_tail(k, r, alpha, gaps, span, random.gamma(k, 1 / rate))
    assert (chance < 0.05).mean() == pytest.approx(0.05, abs=0.0015)
    assert (chance < 0.01).mean() == pytest.approx(0.01, abs=0.0007)


def simulated(k: float, r: float, alpha: float, customers: int, months: int = 60, seed: int = 3) -> Panel:
    """Customers who never leave, buying with Gamma gaps; days are whole, so equal days are one occasion."""
    random = np.random.default_rng(seed)
    periods = Periods("month", 2020 * 12, 2020 * 12 + months - 1)
    edges = np.r_[periods.starts, periods.ends[-1] + 1]
    occasions = np.zeros((customers, months), np.int32)
    first = np.full((customers, months), NEVER, np.int32)
    last = first.copy()
    for row in range(customers):
        rate = random.gamma(r, 1 / alpha)
        days = np.cumsum(random.gamma(k, 1 / rate, 400)) + edges[0] + random.uniform(0, 60)
        days = np.unique(days[days < edges[-1]].astype(int))
        at = np.searchsorted(edges, days, side="right") - 1
        occasions[row] = np.bincount(at, minlength=months)
        last[row, at] = days
        first[row, at[::-1]] = days[::-1]
    measures = Measures(occasions.astype(np.int64) * 100, occasions, occasions, last, first)
    codes = np.arange(customers, dtype=np.int32)
    return Panel(periods, codes, "invoice", {"invoice": measures}, int(edges[0]))


@pytest.mark.parametrize(("k", "low", "high"), [(1.0, 0.85, 1.2), (2.0, 1.7, 2.4), (4.0, 3.2, 4.9)])
def test_the_regularity_of_a_base_is_learnt(k: float, low: float, high: float) -> None:
    """2,000 customers with gaps of 60 days on average; whole days and months with three purchases cost a little."""
    seen = simulated(k, 3.0, 120.0 * k, 2000)
    assert low < Rhythm.of(seen).regularity(59) < high


def test_the_learnt_rhythm_calls_about_as_many_overdue_as_it_says() -> None:
    """A base that never leaves, seen at one day: few are overdue, none of them wrongly by the model."""
    seen = simulated(2.0, 3.0, 240.0, 2000)
    k, r, alpha = Rhythm.of(seen).parameters(59)
    assert r == pytest.approx(3.0, rel=0.35)
    assert alpha * 2 / k == pytest.approx(240.0, rel=0.45)
    flagged = overdue.find(seen, chance=0.05, least_gaps=2)[:, 36:]
    bought = seen.gaps[:, 36:] >= 2
    assert 0.005 < flagged[bought].mean() < 0.06


def test_find_flags_exactly_where_the_tail_is_below_the_limit() -> None:
    """`find` inverts the tail per number of gaps; the tail itself says the same, customer by customer."""
    seen = random_panel(11, 20, 30, late=False)
    rhythm = Rhythm.of(seen)
    found = overdue.find(seen, chance=0.2, least_gaps=0)
    for position in (3, 12, 29):
        k, r, alpha = rhythm.parameters(position)
        span = seen.last_on[:, position] - seen.first_on[:, position]
        chance = rhythm_tail(
            k, r, alpha, seen.gaps[:, position], span, np.minimum(seen.silent_days[:, position], 10**6)
        )
        clear = np.abs(chance - 0.2) > 1e-9
        expected = (chance < 0.2) & seen.has_bought[:, position]
        assert (found[:, position] == expected)[clear].all()


def test_chunks_add_up_to_the_whole_base() -> None:
    whole = random_panel(5, 8, 24, late=True)
    rows = np.isin(whole.customer, whole.customers[:4])

    def part(keep: np.ndarray) -> Panel:
        kinds = {
            name: Measures(**{n: None if a is None else a[keep] for n, a in vars(kind).items()})
            for name, kind in whole.kinds.items()
        }
        known = None if whole.known_from is None else whole.known_from[keep]
        return Panel(whole.periods, whole.customer[keep], "invoice", kinds, whole.export_start, known)

    together = Rhythm.of(part(rows)) + Rhythm.of(part(~rows))
    for name, value in vars(Rhythm.of(whole)).items():
        np.testing.assert_allclose(vars(together)[name], value, rtol=1e-12, atol=1e-12)


def test_nothing_is_overdue_before_anybody_bought_twice() -> None:
    seen = panel("c1 2025-01 10 | c2 2025-01 10", until="2025-12")
    assert not overdue.find(seen, chance=0.5, least_gaps=0).any()


def test_a_small_base_is_answered_with_caution() -> None:
    """One customer with four gaps of 30 days: silent for 60 days is not yet unlikely, for half a year it is."""
    days = " | ".join(f"c1 2025-{month:02d}-01 10" for month in range(1, 6))
    seen = panel(days, until="2025-12")
    found = overdue.find(seen)[0]
    assert not found[5]
    assert found[10]
    facts = overdue.facts(seen, 0, 10)
    assert facts["silent_days"] == 213
    assert facts["own_gap_days"] == 30.0
    assert 0 < float(str(facts["percent"])) <= 5
